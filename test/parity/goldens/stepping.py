"""The tutorial's eight sections by PyTorch itself, every value and gradient of a few iterations, written to stepping.json.

    /usr/bin/python3 -P test/parity/goldens/stepping.py

Everything stands under the address that it has in the example: outputs of nodes (`middle#2/middle_linear`), parameters
(`middle/middle_linear.weight`). 2.3, written for TensorFlow, is the program of 2.1. Of each tensor a sketch is kept: its shape,
Euclidean norm and sum, `wave` = Σ xᵢ·cos(i), i from 1, which tells a permutation, and its first and last 8 elements.
"""
import json
import pathlib
import random

import torch

N, D_IN, H, D_OUT = 64, 1000, 100, 10
LOOKED_AT = (0, 5)
# 3, 0, 2, 3 and 1 uses of the middle layer.
LOOKED_AT_DYNAMIC = (0, 2, 3, 5, 9)


def norm(tensor):
    return float(f"{tensor.detach().double().norm().item():.9g}")


def sketch(tensor):
    flat = tensor.detach().double().flatten()
    wave = torch.arange(1, flat.numel() + 1, dtype=torch.float64).cos()
    kept = [float(f"{x:.9g}") for x in (*flat[:8].tolist(), *flat[max(8, flat.numel() - 8):].tolist())]
    return {
        "shape": list(tensor.shape),
        "norm": norm(tensor),
        "sum": float(f"{flat.sum().item():.9g}"),
        "wave": float(f"{flat.dot(wave).item():.9g}"),
        "ends": kept,
    }


class Tape:
    """What one iteration makes."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.begun = {address: p.detach().clone() for address, p in parameters.items()}
        self.outputs, self.values, self.uses = {}, {}, {}

    def output(self, address, tensor):
        if tensor.requires_grad and not tensor.is_leaf:
            tensor.retain_grad()
        self.outputs[address] = tensor
        # At once: parameters are changed in place.
        self.values[address] = sketch(tensor)
        return tensor

    def use(self, parameter, at):
        """A copy of the parameter for each use: its gradient is what this use contributes."""
        copy = self.parameters[parameter].clone()
        copy.register_hook(lambda grad: self.uses.setdefault(parameter, []).append((at, grad.clone())))
        return copy

    def linear(self, address, x, at=None):
        """`torch.nn.Linear` at `address`, in this iteration of its loop at `at`."""
        at = at or address
        weight, bias = self.use(f"{address}.weight", at), self.use(f"{address}.bias", at)
        return self.output(at, torch.nn.functional.linear(x, weight, bias))

    def backward(self, loss):
        # The tutorial fills a gradient with zeros, where others set it to none.
        carried = {a: p.grad.clone() for a, p in self.parameters.items() if p.grad is not None and p.grad.any()}
        loss.backward()
        self.gradients = {a: sketch(t.grad) for a, t in self.outputs.items() if t.requires_grad and t.grad is not None}
        reached = {a: p.grad for a, p in self.parameters.items() if p.grad is not None}
        self.grads = {a: sketch(grad) for a, grad in reached.items()}
        self.carried = {a: norm(grad) for a, grad in carried.items()}
        self.added = {a: self.sums(carried.get(a), self.uses[a], grad) for a, grad in reached.items()}

    def sums(self, total, uses, grad):
        rows = []
        for at, added in uses:
            total = added if total is None else total + added
            cosine = torch.cosine_similarity(added.double().flatten(), grad.double().flatten(), dim=0)
            rows.append({"at": at, "added": sketch(added), "cosine": cosine.item(), "sum": norm(total)})
        assert torch.allclose(total, grad, rtol=1e-6), "the uses make up the gradient"
        return rows

    def written(self, iteration, optimizer=None):
        """After the update."""
        state = {} if optimizer is None else optimizer.state
        kept = {a: {k: v for k, v in state.get(p, {}).items() if k != "step"} for a, p in self.parameters.items()}
        return {
            "iteration": iteration,
            "values": self.values,
            "gradients": getattr(self, "gradients", {}),
            "carried": getattr(self, "carried", {}),
            "uses": getattr(self, "added", {}),
            "grads": getattr(self, "grads", {}),
            "updated": {
                address: {
                    "value": sketch(p),
                    "step": norm(p.detach().double() - self.begun[address].double()),
                    "moved": sketch(p.detach() - self.begun[address]),
                    "memory": {k: norm(v) for k, v in kept[address].items() if v is not None},
                    "state": {k: sketch(v) for k, v in kept[address].items() if v is not None},
                }
                for address, p in self.parameters.items()
            },
        }


def seeded():
    torch.manual_seed(0)
    random.seed(0)
    return torch.randn(N, D_IN), torch.randn(N, D_OUT)


def tensors_by_hand():
    """1.2"""
    x, y = seeded()
    w1, w2 = torch.randn(D_IN, H), torch.randn(H, D_OUT)
    for iteration in range(max(LOOKED_AT) + 1):
        tape = Tape({"w1.value": w1, "w2.value": w2})
        for address, tensor in {"x": x, "y": y, "w1": w1, "w2": w2}.items():
            tape.output(address, tensor)
        h = tape.output("h", x.mm(w1))
        h_relu = tape.output("h_relu", h.clamp(min=0))
        y_pred = tape.output("y_pred", h_relu.mm(w2))
        difference = tape.output("difference", y_pred - y)
        tape.output("loss", tape.output("square", difference.pow(2)).sum())
        grad_y_pred = tape.output("grad_y_pred", 2.0 * (y_pred - y))
        grad_w2 = tape.output("grad_w2", tape.output("h_relu_t", h_relu.t()).mm(grad_y_pred))
        grad_h_relu = tape.output("grad_h_relu", grad_y_pred.mm(tape.output("w2_t", w2.t())))
        grad_h = grad_h_relu.clone()
        grad_h[tape.output("h_negative", h < 0)] = 0
        tape.output("grad_h", grad_h)
        grad_w1 = tape.output("grad_w1", tape.output("x_t", x.t()).mm(grad_h))
        w1 -= 1e-6 * grad_w1
        w2 -= 1e-6 * grad_w2
        yield tape.written(iteration)


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


def autograd(relu=lambda h: h.clamp(min=0), zero=True):
    """2.1, and with `relu` 2.2"""
    x, y = seeded()
    w1, w2 = torch.randn(D_IN, H, requires_grad=True), torch.randn(H, D_OUT, requires_grad=True)
    for iteration in range(max(LOOKED_AT) + 1):
        tape = Tape({"w1.value": w1, "w2.value": w2})
        for address, tensor in {"x": x, "y": y, "w1": w1, "w2": w2}.items():
            tape.output(address, tensor)
        h = tape.output("h", x.mm(tape.use("w1.value", "h")))
        h_relu = tape.output("h_relu", relu(h))
        y_pred = tape.output("y_pred", h_relu.mm(tape.use("w2.value", "y_pred")))
        difference = tape.output("difference", y_pred - y)
        loss = tape.output("loss", tape.output("square", difference.pow(2)).sum())
        tape.backward(loss)
        with torch.no_grad():
            w1 -= 1e-6 * w1.grad
            w2 -= 1e-6 * w2.grad
            if zero:
                w1.grad.zero_()
                w2.grad.zero_()
        yield tape.written(iteration)


def train(layers, forward, make_optimizer, looked_at=LOOKED_AT):
    """The loop of 3.2 to 3.4; `layers` makes modules by address, in their order."""
    x, y = seeded()
    parameters = {f"{a}.{name}": p for a, layer in layers().items() for name, p in layer.named_parameters()}
    optimizer = make_optimizer(parameters.values())
    loss_fn = torch.nn.MSELoss(reduction="sum")
    for iteration in range(max(looked_at) + 1):
        tape = Tape(parameters)
        y_pred = forward(tape, tape.output("x", x))
        loss = tape.output("loss", loss_fn(y_pred, tape.output("y", y)))
        optimizer.zero_grad(set_to_none=True)
        tape.backward(loss)
        optimizer.step()
        yield tape.written(iteration, optimizer)


def two_layers():
    return {"model/linear1": torch.nn.Linear(D_IN, H), "model/linear2": torch.nn.Linear(H, D_OUT)}


def sequential(tape, x):
    """3.1 and 3.2"""
    hidden = tape.output("model/relu1", torch.nn.functional.relu(tape.linear("model/linear1", x)))
    return tape.output("model", tape.linear("model/linear2", hidden))


def two_layer_net(tape, x):
    """3.3"""
    hidden = tape.output("model/clamp1", tape.linear("model/linear1", x).clamp(min=0))
    return tape.output("model", tape.linear("model/linear2", hidden))


def three_layers():
    return {
        "input_linear": torch.nn.Linear(D_IN, H),
        "middle/middle_linear": torch.nn.Linear(H, H),
        "output_linear": torch.nn.Linear(H, D_OUT),
    }


def dynamic_net(tape, x):
    """3.4"""
    h = tape.output("input_relu", tape.linear("input_linear", x).clamp(min=0))
    for use in range(1, random.randint(0, 3) + 1):
        middle = tape.linear("middle/middle_linear", h, f"middle#{use}/middle_linear")
        h = tape.output(f"middle#{use}/middle_relu", middle.clamp(min=0))
    return tape.linear("output_linear", tape.output("middle", h))


def looked_at(passes, iterations=LOOKED_AT):
    return [one for one in passes if one["iteration"] in iterations]


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=1e-4)


def adam(parameters):
    return torch.optim.Adam(parameters, lr=1e-4)


def momentum(parameters):
    return torch.optim.SGD(parameters, lr=1e-4, momentum=0.9)


out = {
    "torch": torch.__version__,
    "made by": "/usr/bin/python3 -P test/parity/goldens/stepping.py",
    "tensors-by-hand": looked_at(tensors_by_hand()),
    "autograd": looked_at(autograd()),
    "autograd without zeroing": looked_at(autograd(zero=False)),
    "custom-function": looked_at(autograd(MyReLU.apply)),
    "nn-sequential": looked_at(train(two_layers, sequential, sgd)),
    "optim-adam": looked_at(train(two_layers, sequential, adam)),
    "custom-module": looked_at(train(two_layers, two_layer_net, sgd)),
    "dynamic-net": looked_at(train(three_layers, dynamic_net, momentum, LOOKED_AT_DYNAMIC), LOOKED_AT_DYNAMIC),
}
here = pathlib.Path(__file__)
# Looking on has changed nothing: tutorial.py has the same losses.
unwatched = json.loads(here.with_name("tutorial.json").read_text())
for name, passes in out.items():
    if not isinstance(passes, str):
        losses = unwatched[name]["losses"] if name == "dynamic-net" else unwatched[name]
        for one in passes:
            assert one["values"]["loss"]["ends"] == [float(f"{losses[one['iteration']]:.9g}")], name
written = json.dumps(out, separators=(",", ":")).replace('{"iteration"', '\n{"iteration"')
here.with_suffix(".json").write_text(written + "\n")
