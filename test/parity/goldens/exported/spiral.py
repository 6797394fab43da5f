"""spiral

Points on intertwined arms, one class per arm. Two hidden layers bend the plane
until the arms come apart.
"""

import torch


class Spiral(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden1 = torch.nn.Linear(2, 32)
        self.hidden2 = torch.nn.Linear(32, 32)
        self.output = torch.nn.Linear(32, 3)

    def forward(self, x):
        tanh1 = self.hidden1(x).tanh()
        tanh2 = self.hidden2(tanh1).tanh()
        return self.output(tanh2)


torch.manual_seed(0)

labels = torch.arange(3).repeat_interleave(100)
radius = torch.linspace(0, 1, 100).repeat(3)
angle = 2 * torch.pi * labels / 3 + 4 * radius + 0.2 * torch.randn(300)
x = torch.stack([radius * angle.sin(), radius * angle.cos()], dim=1)

model = Spiral()
loss_fn = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

step = 0
for _ in range(100):
    for rows in torch.randperm(300).split(50):
        y_pred = model(x[rows])
        loss = loss_fn(y_pred, labels[rows])
        print(step, loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
