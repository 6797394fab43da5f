"""custom-module

A module of your own (PyTorch tutorial 3.3): TwoLayerNet has an input, an output and
the settings dIn, h and dOut. Its definition is a canvas of its own: double-click
the card. The arrow in its header shows the definition in its place.
"""

import torch


class TwoLayerNet(torch.nn.Module):
    def __init__(self, d_in, h, d_out):
        super().__init__()
        self.linear1 = torch.nn.Linear(d_in, h)
        self.linear2 = torch.nn.Linear(h, d_out)

    def forward(self, x):
        clamp1 = self.linear1(x).clamp(min=0)
        return self.linear2(clamp1)


torch.manual_seed(0)

x = torch.randn(64, 1000)
y = torch.randn(64, 10)

model = TwoLayerNet(1000, 100, 10)
loss_fn = torch.nn.MSELoss(reduction='sum')
optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)

for step in range(500):
    y_pred = model(x)
    loss = loss_fn(y_pred, y)
    print(step, loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
