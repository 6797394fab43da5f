"""The tutorial's systems and loops within loops, by PyTorch itself: /usr/bin/python3 -P test/parity/goldens/tutorial.py"""
import json
import os
import random

import torch

N, D_IN, H, D_OUT = 64, 1000, 100, 10


def tensors_by_hand(steps):
    """1.2"""
    torch.manual_seed(0)
    x, y = torch.randn(N, D_IN), torch.randn(N, D_OUT)
    w1, w2 = torch.randn(D_IN, H), torch.randn(H, D_OUT)
    losses = []
    for _ in range(steps):
        h = x.mm(w1)
        h_relu = h.clamp(min=0)
        y_pred = h_relu.mm(w2)
        losses.append((y_pred - y).pow(2).sum().item())
        grad_y_pred = 2.0 * (y_pred - y)
        grad_w2 = h_relu.t().mm(grad_y_pred)
        grad_h = grad_y_pred.mm(w2.t()).clone()
        grad_h[h < 0] = 0
        grad_w1 = x.t().mm(grad_h)
        w1 -= 1e-6 * grad_w1
        w2 -= 1e-6 * grad_w2
    return losses


class MyReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input < 0] = 0
        return grad_input


def autograd(steps, relu=lambda h: h.clamp(min=0), zero=True):
    """2.1, and with `relu` 2.2"""
    torch.manual_seed(0)
    x, y = torch.randn(N, D_IN), torch.randn(N, D_OUT)
    w1, w2 = torch.randn(D_IN, H, requires_grad=True), torch.randn(H, D_OUT, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = (relu(x.mm(w1)).mm(w2) - y).pow(2).sum()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w1 -= 1e-6 * w1.grad
            w2 -= 1e-6 * w2.grad
            if zero:
                w1.grad.zero_()
                w2.grad.zero_()
    return losses


class TwoLayerNet(torch.nn.Module):
    def __init__(self, d_in, h, d_out):
        super().__init__()
        self.linear1 = torch.nn.Linear(d_in, h)
        self.linear2 = torch.nn.Linear(h, d_out)

    def forward(self, x):
        return self.linear2(self.linear1(x).clamp(min=0))


def train(model, x, y, optimizer, steps):
    loss_fn = torch.nn.MSELoss(reduction="sum")
    losses = []
    for _ in range(steps):
        loss = loss_fn(model(x), y)
        losses.append(loss.item())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    return losses


def sequential():
    return torch.nn.Sequential(torch.nn.Linear(D_IN, H), torch.nn.ReLU(), torch.nn.Linear(H, D_OUT))


def module(make, optimizer, steps):
    """3.1, 3.2 and 3.3"""
    torch.manual_seed(0)
    x, y = torch.randn(N, D_IN), torch.randn(N, D_OUT)
    model = make()
    return train(model, x, y, optimizer(model.parameters()), steps)


def head(tensor):
    return tensor.flatten()[:8].tolist()


def dynamic_net(steps, looked_at):
    """3.4: losses, counts, and for the first passes each use's contribution to the shared weight's gradient."""
    torch.manual_seed(0)
    random.seed(0)
    x, y = torch.randn(N, D_IN), torch.randn(N, D_OUT)
    inner, middle, outer = torch.nn.Linear(D_IN, H), torch.nn.Linear(H, H), torch.nn.Linear(H, D_OUT)
    parameters = [*inner.parameters(), *middle.parameters(), *outer.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=1e-4, momentum=0.9)
    losses, counts, passes = [], [], []
    for step in range(steps):
        count = random.randint(0, 3)
        h = inner(x).clamp(min=0)
        uses = []
        for _ in range(count):
            # A copy for each use: its gradient is what this use contributes.
            weight = middle.weight.clone()
            weight.retain_grad()
            uses.append(weight)
            h = torch.nn.functional.linear(h, weight, middle.bias).clamp(min=0)
        loss = torch.nn.functional.mse_loss(outer(h), y, reduction="sum")
        losses.append(loss.item())
        counts.append(count)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if step < looked_at:
            total = None if middle.weight.grad is None else head(middle.weight.grad)
            passes.append({"uses": [head(weight.grad) for weight in uses], "norms": [weight.grad.norm().item() for weight in uses], "total": total})
        optimizer.step()
        if step < looked_at:
            passes[-1]["weight"] = head(middle.weight.detach())
    return {"losses": losses, "counts": counts, "passes": passes}


class Nested(torch.nn.Module):
    """A drawn loop of two untied layers and a drawn loop of one shared layer, fed a constant from outside."""

    def __init__(self):
        super().__init__()
        self.untied = torch.nn.ModuleList([torch.nn.Linear(6, 6) for _ in range(2)])
        self.shared = torch.nn.Linear(6, 6)
        self.output = torch.nn.Linear(6, 3)

    def forward(self, x):
        h = x
        for _ in range(random.randint(1, 2)):
            for layer in self.untied:
                h = torch.tanh(layer(h)) + x
            for _ in range(random.randint(0, 2)):
                h = torch.sigmoid(self.shared(h))
        return self.output(h)


def nested(steps):
    torch.manual_seed(0)
    random.seed(0)
    x, y = torch.randn(16, 6), torch.randn(16, 3)
    model = Nested()
    return train(model, x, y, torch.optim.Adam(model.parameters(), lr=1e-2), steps)


out = {
    "torch": torch.__version__,
    "tensors-by-hand": tensors_by_hand(100),
    "autograd": autograd(100),
    "autograd without zeroing": autograd(20, zero=False),
    "custom-function": autograd(100, MyReLU.apply),
    "nn-sequential": module(sequential, lambda p: torch.optim.SGD(p, lr=1e-4), 200),
    "optim-adam": module(sequential, lambda p: torch.optim.Adam(p, lr=1e-4), 100),
    "custom-module": module(lambda: TwoLayerNet(D_IN, H, D_OUT), lambda p: torch.optim.SGD(p, lr=1e-4), 200),
    "dynamic-net": dynamic_net(200, 12),
    "nested": nested(60),
}
with open(os.path.join(os.path.dirname(__file__), "tutorial.json"), "w") as f:
    json.dump(out, f)
    f.write("\n")
