"""dynamic-net

A strange network (PyTorch tutorial 3.4): in every forward pass it draws how often
the middle layer runs, from 0 to 3 times, always with the same weights. The gradient
of a shared weight is the sum over its uses.
"""

import random

import torch


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


torch.manual_seed(0)
random.seed(0)

x = torch.randn(64, 1000)
y = torch.randn(64, 10)

model = DynamicNet()
loss_fn = torch.nn.MSELoss(reduction='sum')
optimizer = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9)

for step in range(500):
    y_pred = model(x)
    loss = loss_fn(y_pred, y)
    print(step, loss.item())
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
