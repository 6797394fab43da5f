"""xor

Exclusive or: no straight line separates the classes, so one layer cannot learn it.
Delete hidden and tanh, wire data to output, and see.
"""

import torch


class Xor(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = torch.nn.Linear(2, 8)
        self.output = torch.nn.Linear(8, 1)

    def forward(self, x):
        tanh = self.hidden(x).tanh()
        return self.output(tanh)


torch.manual_seed(0)

x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])

model = Xor()
loss_fn = torch.nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)

for step in range(500):
    y_pred = model(x)
    loss = loss_fn(y_pred, y)
    print(step, loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
