"""optim-adam

The same network, with Adam instead of plain gradient descent: PyTorch tutorial 3.2.
Compare the two loss curves.
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
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)

for step in range(500):
    y_pred = model(x)
    loss = loss_fn(y_pred, y)
    print(step, loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
