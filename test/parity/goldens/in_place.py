#!/usr/bin/env python3
"""What a real PyTorch makes of a backward pass after a value has changed in place; writes in_place.json, which the tests only read.

    /usr/bin/python3 -P test/parity/goldens/in_place.py

Every operation on two matrices or one, with each choice of operands that require a gradient; then an operand or the result is changed,
and the gradients are asked for: each as a list, null where there is none; or `refused`.
"""
import itertools
import json
import pathlib

import torch

A, B = [0.5, 1.0, 1.5, 2.0], [2.0, 0.25, 1.0, 3.0]
# By the names of Gradloom's operations.
TWO = {
    "add": "torch.add(x0, x1)",
    "sub": "torch.sub(x0, x1)",
    "mul": "torch.mul(x0, x1)",
    "div": "torch.div(x0, x1)",
    "pow": "torch.pow(x0, x1)",
    "matmul": "torch.matmul(x0, x1)",
}
ONE = {
    "abs": "torch.abs(x0)",
    "clamp": "torch.clamp(x0, min=1, max=None)",
    "exp": "torch.exp(x0)",
    "gelu": "torch.nn.functional.gelu(x0)",
    "leakyRelu": "torch.nn.functional.leaky_relu(x0, 0.01)",
    "log": "torch.log(x0)",
    "log1p": "torch.log1p(x0)",
    "logSoftmax": "torch.log_softmax(x0, -1)",
    "max": "torch.amax(x0, dim=())",
    "mean": "torch.mean(x0, dim=())",
    "neg": "torch.neg(x0)",
    "pow": "torch.pow(x0, 2)",
    "relu": "torch.relu(x0)",
    "sigmoid": "torch.sigmoid(x0)",
    "softmax": "torch.softmax(x0, -1)",
    "sqrt": "torch.sqrt(x0)",
    "sum": "torch.sum(x0, dim=())",
    "tanh": "torch.tanh(x0)",
}
ATTRIBUTES = {"clamp": {"min": 1}, "max": {"axes": None}, "mean": {"axes": None}, "sum": {"axes": None}}


def outcome(expression, needs, changed):
    inputs = [torch.tensor(values).reshape(2, 2).requires_grad_(need) for values, need in zip((A, B), needs)]
    result = eval(expression, {"torch": torch}, {f"x{i}": x for i, x in enumerate(inputs)})
    with torch.no_grad():
        (result.detach() if changed == "output" else inputs[changed]).mul_(2)
    try:
        result.sum().backward()
    except RuntimeError as error:
        assert "modified by an inplace operation" in str(error), error
        return "refused"
    return [None if x.grad is None else x.grad.flatten().tolist() for x in inputs]


cases = []
for table, count in ((TWO, 2), (ONE, 1)):
    for op, expression in table.items():
        for needs in itertools.product((True, False), repeat=count):
            if not any(needs):
                continue
            for changed in [*range(count), "output"]:
                case = {"op": op, "attrs": ATTRIBUTES.get(op, {}), "expression": expression, "needs": needs, "changed": changed}
                cases.append({**case, "outcome": outcome(expression, needs, changed)})
lines = ",\n".join(json.dumps(case) for case in cases)
pathlib.Path(__file__).with_suffix(".json").write_text(f"[\n{lines}\n]\n")
