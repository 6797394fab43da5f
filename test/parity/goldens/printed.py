#!/usr/bin/env python3
"""What a real PyTorch prints of tensors and of modules; writes printed.json, which the tests only read.

Numbers have 9 significant digits, which name an f32 exactly.

    /usr/bin/python3 -P test/parity/goldens/printed.py
"""
import json
import math
import pathlib

import torch
from torch import inf, nan, nn

torch.manual_seed(0)
tensors = {
    "a scalar": torch.tensor(1.5),
    "whole numbers": torch.tensor([[1.0, -2.0], [3.0, 40.0]]),
    "decimals": torch.randn(2, 3),
    "three axes": torch.randn(2, 3, 4),
    "four axes": torch.randn(2, 1, 2, 3),
    "more than a line": torch.randn(30),
    "rows of more than a line": torch.randn(2, 15) * 100,
    "what is not finite": torch.tensor([1.5, inf, -inf, nan]),
    "whole numbers and infinity": torch.tensor([1.0, inf, -7.0, nan]),
    "nothing but infinity": torch.tensor([inf, -inf, nan]),
    "zeros of both signs": torch.tensor([-0.0, 0.0]),
    "zeros among decimals": torch.tensor([-0.0, 0.0, 0.5]),
    "halves": torch.tensor([0.03125, 0.09375, -0.03125, -0.15625]),
    "halves of large numbers": torch.tensor([1000050.0, 1000150.0, -1000050.0, 0.5]),
    "small numbers": torch.tensor([0.5, 2.5, 0.00005]),
    "far apart": torch.tensor([1e30, -1e-30, 0.0, nan]),
    "subnormal": torch.tensor([1e-45, 3e38]),
    "large whole numbers": torch.tensor([1e8 + 8, 1e8]),
    "nearly too far apart": torch.tensor([1.0, 1000.0]),
    "whole numbers too far apart": torch.tensor([1.0, 1001.0]),
    "labels": torch.tensor([[1, -2], [3, 40]], dtype=torch.int32),
    "a mask": torch.tensor([[True, False], [True, True]]),
    "nothing": torch.zeros(0),
    "nothing, of two axes": torch.zeros(2, 0),
    "no labels": torch.zeros(0, dtype=torch.int32),
    "no mask": torch.zeros(0, 3, dtype=torch.bool),
    "a thousand": torch.rand(1000),
    "more than a thousand": torch.rand(1001),
    "counting": torch.arange(2000.0),
    "a long matrix": torch.randn(300, 4),
    "a wide matrix": torch.randn(4, 300),
    "a large matrix": torch.randn(40, 40) * 10,
    "large, of three axes": torch.randn(8, 7, 30),
    "many labels": torch.arange(1200, dtype=torch.int32).reshape(30, 40),
    "a long mask": torch.ones(1001, dtype=torch.bool),
}
leaves = {
    "a leaf": torch.randn(2, 2),
    "a leaf of a line": torch.randn(7),
    "a long leaf": torch.randn(8),
    "a large leaf": torch.randn(50, 50),
}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.input_linear = nn.Linear(1000, 100)
        self.weight = nn.Parameter(torch.ones(2))
        self.layers = nn.ModuleList([nn.Linear(2, 2, bias=False), nn.ReLU(), nn.Sequential(nn.Tanh(), nn.Softmax(1))])
        self.none = nn.Sequential()
        self.leaky = nn.LeakyReLU()
        self.last = nn.LogSoftmax(-1)


class Own(nn.Module):
    def extra_repr(self):
        return "gain=2"


class Wrapped(Own):
    def __init__(self):
        super().__init__()
        self.inner = Own()


def written(value):
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value == 0 and math.copysign(1, value) < 0:
        return "-0"
    return float(f"{value:.9g}")


def case(name, x, printed):
    dtype = {torch.float32: "f32", torch.int32: "i32", torch.bool: "bool"}[x.dtype]
    values = [written(int(v) if x.dtype == torch.bool else v) for v in x.detach().flatten().tolist()]
    return {"name": name, "shape": list(x.shape), "dtype": dtype, "values": values, "printed": printed}


made = {
    "tensors": [case(name, x, repr(x)) for name, x in tensors.items()],
    "leaves": [case(name, x, repr(x.clone().requires_grad_())) for name, x in leaves.items()],
    "results": [case(name, x, repr(x.clone().requires_grad_() * 1)) for name, x in leaves.items()],
    "parameter": repr(nn.Parameter(torch.ones(2))),
    "modules": {"Net": repr(Net()), "Own": repr(Own()), "Wrapped": repr(Wrapped())},
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(made) + "\n")
