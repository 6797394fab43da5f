"""custom-function

A ReLU written by hand (PyTorch tutorial 2.2). MyReLU holds a forward and a backward
of its own, and autograd calls the backward where it stood. Its code runs once, in a
sandbox, to find out which operations it makes.
"""

import torch


class MyReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        return torch.where(input < 0, 0.0, grad_output)


torch.manual_seed(0)

x = torch.randn(64, 1000)
y = torch.randn(64, 10)

w1 = torch.randn(1000, 100, requires_grad=True)
w2 = torch.randn(100, 10, requires_grad=True)

for step in range(500):
    # Select MyReLU and edit its code. On every save the backward is compared with
    # finite differences; try 0 instead of gradOutput.
    loss = (MyReLU.apply(x.mm(w1)).mm(w2) - y).pow(2).sum()
    print(step, loss.item())
    loss.backward()
    with torch.no_grad():
        w1 -= 1e-6 * w1.grad
        w2 -= 1e-6 * w2.grad
        w1.grad.zero_()
        w2.grad.zero_()
