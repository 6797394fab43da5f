"""nn-sequential

A two-layer network learns random targets: PyTorch tutorial 3.1. Press Train and
watch the loss fall; the gradients on the cards shrink with it.
"""

import torch

torch.manual_seed(0)

x = torch.randn(64, 1000)
y = torch.randn(64, 10)

model = torch.nn.Sequential(
    torch.nn.Linear(1000, 100),
    torch.nn.ReLU(),
    torch.nn.Linear(100, 10),
)
loss_fn = torch.nn.MSELoss(reduction='sum')
optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)

for step in range(500):
    y_pred = model(x)
    loss = loss_fn(y_pred, y)
    print(step, loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
