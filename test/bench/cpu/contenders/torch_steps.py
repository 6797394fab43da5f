"""A contender: PyTorch's eager mode. Reads `name<TAB>seconds` a line at a time and answers with the median step in microseconds."""
import random
import sys
import time

import torch

if len(sys.argv) > 1:
    torch.set_num_threads(int(sys.argv[1]))


def train(model, x, y, loss_of, optimizer):
    def step():
        loss = loss_of(model(x), y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def tutorial(make_optimizer):
    model = torch.nn.Sequential(torch.nn.Linear(1000, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10))
    loss_of = torch.nn.MSELoss(reduction="sum")
    return train(model, torch.randn(64, 1000), torch.randn(64, 10), loss_of, make_optimizer(model.parameters()))


def perceptron(rows, widths):
    layers = []
    for i, (before, after) in enumerate(zip(widths, widths[1:])):
        layers += [torch.nn.Linear(before, after)] + ([torch.nn.ReLU()] if i < len(widths) - 2 else [])
    model = torch.nn.Sequential(*layers)
    optimizer = torch.optim.Adam(model.parameters())
    return train(model, torch.randn(rows, widths[0]), torch.randn(rows, widths[-1]), torch.nn.MSELoss(), optimizer)


class DynamicNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.input_linear = torch.nn.Linear(1000, 100)
        self.middle_linear = torch.nn.Linear(100, 100)
        self.output_linear = torch.nn.Linear(100, 10)

    def forward(self, x):
        h = self.input_linear(x).clamp(min=0)
        for _ in range(random.randint(0, 3)):
            h = self.middle_linear(h).clamp(min=0)
        return self.output_linear(h)


def dynamic_net():
    model = DynamicNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9)
    return train(model, torch.randn(64, 1000), torch.randn(64, 10), torch.nn.MSELoss(reduction="sum"), optimizer)


WORKLOADS = {
    "tutorial 64-1000-100-10, SGD": lambda: tutorial(lambda p: torch.optim.SGD(p, lr=1e-4)),
    "tutorial 64-1000-100-10, Adam": lambda: tutorial(lambda p: torch.optim.Adam(p, lr=1e-4)),
    "2-16-1, batch 32, Adam": lambda: perceptron(32, [2, 16, 1]),
    "784-512-512-10, batch 128, Adam": lambda: perceptron(128, [784, 512, 512, 10]),
    "dynamic-net, SGD": dynamic_net,
}
steps = {}
for line in sys.stdin:
    name, seconds = line.rstrip("\n").split("\t")
    step = steps.setdefault(name, None) or WORKLOADS[name]()
    steps[name] = step
    times = []
    end = time.perf_counter() + float(seconds)
    last = time.perf_counter()
    while last < end:
        step()
        now = time.perf_counter()
        times.append(now - last)
        last = now
    times.sort()
    print(times[len(times) // 2] * 1e6, flush=True)
