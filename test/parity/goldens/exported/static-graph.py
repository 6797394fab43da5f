"""static-graph

Built once, executed many times (the tutorial's 2.3, there in TensorFlow): in static
mode the first iteration is captured as a flat list of kernels, and all others
replay it. Same draws, same rate and same numbers as 2.1, to the bit.

The updates belong to the graph here. Choose dynamic in the run settings: not one
number changes.
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
        w1.grad.zero_()
        w2.grad.zero_()
