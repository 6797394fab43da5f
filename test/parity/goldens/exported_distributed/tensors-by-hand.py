"""tensors-by-hand

A network without autograd (PyTorch tutorial 1.2). Above, the forward pass: two
matrix products with a clamp in between. Below, the backward pass, wired by hand:
each gradient is one of the products you would work out on paper.

From here the gradient walks home: 2 (y_pred − y) is the slope of the squared error.

Where h was negative the clamp cut it off: no gradient passes there.

Update is w ← w − lr · g. Both weights change only after all gradients were read.

Trains on several processes: torchrun --nproc_per_node=2 train.py
"""

import torch
import torch.distributed as dist


def summed(part):
    """The sum over all processes of what each of them has."""
    total = part.detach().clone(memory_format=torch.contiguous_format)
    dist.all_reduce(total)
    return total


dist.init_process_group('gloo')
rank, world_size = dist.get_rank(), dist.get_world_size()

# Seeded alike, every process draws the same weights and the same data.
torch.manual_seed(0)

x = torch.randn(64, 1000)
y = torch.randn(64, 10)
# The rows that this process works on.
x, y = x[rank::world_size], y[rank::world_size]

w1 = torch.randn(1000, 100)
w2 = torch.randn(100, 10)

for step in range(500):
    h = x.mm(w1)
    h_relu = h.clamp(min=0)
    difference = h_relu.mm(w2) - y
    loss = difference.pow(2).sum()
    total = summed(loss)
    if rank == 0:
        print(step, total.item())
    grad_y_pred = 2.0 * difference
    grad_w2 = summed(h_relu.t().mm(grad_y_pred))
    grad_h_relu = grad_y_pred.mm(w2.t())
    grad_h = torch.where(h < 0, 0.0, grad_h_relu)
    grad_w1 = summed(x.t().mm(grad_h))
    w1 -= 1e-6 * grad_w1
    w2 -= 1e-6 * grad_w2

dist.destroy_process_group()
