"""Loss curves of the examples, by PyTorch itself: /usr/bin/python3 -P test/parity/goldens/examples.py (-P: this folder stays off the path)."""
import json
import os

import torch


def network():
    x = torch.randn(64, 1000)
    y = torch.randn(64, 10)
    model = torch.nn.Sequential(torch.nn.Linear(1000, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10))
    return x, y, model


def curve(make_optimizer, steps):
    torch.manual_seed(0)
    x, y, model = network()
    loss_fn = torch.nn.MSELoss(reduction="sum")
    optimizer = make_optimizer(model.parameters())
    losses = []
    for _ in range(steps):
        loss = loss_fn(model(x), y)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses


out = {
    "torch": torch.__version__,
    "nn-sequential": curve(lambda p: torch.optim.SGD(p, lr=1e-4), 300),
    "optim-adam": curve(lambda p: torch.optim.Adam(p, lr=1e-4), 150),
}
with open(os.path.join(os.path.dirname(__file__), "examples.json"), "w") as f:
    json.dump(out, f)
    f.write("\n")
