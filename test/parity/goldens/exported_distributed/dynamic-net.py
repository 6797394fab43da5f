"""dynamic-net

A strange network (PyTorch tutorial 3.4): in every forward pass it draws how often
the middle layer runs, from 0 to 3 times, always with the same weights. The gradient
of a shared weight is the sum over its uses.

Trains on several processes: torchrun --nproc_per_node=2 train.py
"""

import random

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel


class DynamicNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.input_linear = torch.nn.Linear(1000, 100)
        self.middle_linear = torch.nn.Linear(100, 100)
        self.output_linear = torch.nn.Linear(100, 10)

    def forward(self, x):
        middle = self.input_linear(x).clamp(min=0)
        # What enters the right terminal leaves the left one in the next iteration. With
        # zero iterations the value passes through, and the middle layer gets no
        # gradient.
        for _ in range(random.randint(0, 3)):
            middle = self.middle_linear(middle).clamp(min=0)
        return self.output_linear(middle)


def summed(part):
    """The sum over all processes of what each of them has."""
    total = part.detach().clone(memory_format=torch.contiguous_format)
    dist.all_reduce(total)
    return total


dist.init_process_group('gloo')
rank, world_size = dist.get_rank(), dist.get_world_size()

# Seeded alike, every process draws the same weights and the same data.
torch.manual_seed(0)
random.seed(0)

x = torch.randn(64, 1000)
y = torch.randn(64, 10)
# The rows that this process works on.
x, y = x[rank::world_size], y[rank::world_size]

model = DynamicNet()
loss_fn = torch.nn.MSELoss(reduction='sum')
# A pass may leave parameters unused.
parallel = DistributedDataParallel(model, find_unused_parameters=True)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9)

for step in range(500):
    y_pred = parallel(x)
    loss = loss_fn(y_pred, y)
    total = summed(loss)
    if rank == 0:
        print(step, total.item())
    optimizer.zero_grad(set_to_none=True)
    # Gradients are averaged over the processes, but the loss is the sum of theirs.
    (loss * world_size).backward()
    optimizer.step()

dist.destroy_process_group()
