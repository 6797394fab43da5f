"""autograd

The same network with autograd (PyTorch tutorial 2.1). Nobody wires the backward
pass: loss.backward() computes the gradient of every Parameter, and it comes out of
its grad port.

The updates run after the backward pass, under no_grad: autograd does not record
them.
"""

import torch

torch.manual_seed(0)

x = torch.randn(64, 1000)
y = torch.randn(64, 10)

w1 = torch.randn(1000, 100, requires_grad=True)
w2 = torch.randn(100, 10, requires_grad=True)

for step in range(500):
    loss = (x.mm(w1).clamp(min=0).mm(w2) - y).pow(2).sum()
    print(step, loss.item())
    loss.backward()
    with torch.no_grad():
        w1 -= 1e-6 * w1.grad
        w2 -= 1e-6 * w2.grad
        # Delete ZeroGrad and train again: every pass adds to the gradients of the one
        # before, and the loss soon grows.
        w1.grad.zero_()
        w2.grad.zero_()
