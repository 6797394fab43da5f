"""tensors-by-hand

A network without autograd (PyTorch tutorial 1.2). Above, the forward pass: two
matrix products with a clamp in between. Below, the backward pass, wired by hand:
each gradient is one of the products you would work out on paper.

From here the gradient walks home: 2 (y_pred − y) is the slope of the squared error.

Where h was negative the clamp cut it off: no gradient passes there.

Update is w ← w − lr · g. Both weights change only after all gradients were read.
"""

import torch

torch.manual_seed(0)

x = torch.randn(64, 1000)
y = torch.randn(64, 10)

w1 = torch.randn(1000, 100)
w2 = torch.randn(100, 10)

for step in range(500):
    h = x.mm(w1)
    h_relu = h.clamp(min=0)
    difference = h_relu.mm(w2) - y
    loss = difference.pow(2).sum()
    print(step, loss.item())
    grad_y_pred = 2.0 * difference
    grad_w2 = h_relu.t().mm(grad_y_pred)
    grad_h_relu = grad_y_pred.mm(w2.t())
    grad_h = torch.where(h < 0, 0.0, grad_h_relu)
    grad_w1 = x.t().mm(grad_h)
    w1 -= 1e-6 * grad_w1
    w2 -= 1e-6 * grad_w2
