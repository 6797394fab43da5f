#!/usr/bin/env python3
"""Evaluates the cases of every operation, optimizer and loss with a real PyTorch; writes ops.json, optim.json and losses.json.

    node test/parity/cases.ts | /usr/bin/python3 test/parity/goldens/make.py

The tests only read the output. Numbers have 9 significant digits, which name an f32 exactly.
"""
import json
import math
import pathlib
import sys

import torch

here = pathlib.Path(__file__).parent
DTYPES = {"f32": torch.float32, "i32": torch.int64, "bool": torch.bool}


def build(array):
    values = [float(v) if isinstance(v, str) else v for v in array["values"]]
    return torch.tensor(values, dtype=DTYPES[array["dtype"]]).reshape(array["shape"])


def written(value):
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == 0 and math.copysign(1, value) < 0:
        return "-0"
    return float(f"{value:.9g}")


def write(tensor):
    flat = tensor.detach().reshape(-1).tolist()
    return {"shape": list(tensor.shape), "values": [written(float(v)) for v in flat]}


def evaluate(case, differentiable):
    inputs = [build(x) for x in case["inputs"]]
    for x in inputs:
        if differentiable and x.is_floating_point():
            x.requires_grad_()
    names = {f"x{i}": x for i, x in enumerate(inputs)}
    output = eval(case["expression"], {"torch": torch}, names)
    result = {"expression": case["expression"], "output": write(output)}
    if differentiable:
        leaves = [x for x in inputs if x.requires_grad]
        given = torch.autograd.grad(output, leaves, build(case["upstream"][0]), allow_unused=True)
        found = iter(given)
        grads = [next(found) if x.requires_grad else None for x in inputs]
        result["grads"] = [None if g is None else write(g) for g in grads]
    return result


RENAMED = {"weightDecay": "weight_decay", "lrDecay": "lr_decay", "initialAccumulatorValue": "initial_accumulator_value"}


def optimize(case):
    settings = {RENAMED.get(k, k): v for k, v in case["settings"].items()}
    betas = {k: settings.pop(k) for k in ("beta1", "beta2") if k in settings}
    if betas:
        settings["betas"] = (betas.get("beta1", 0.9), betas.get("beta2", 0.999))
    params = [torch.tensor(v, requires_grad=True) for v in case["start"]]
    optimizer = getattr(torch.optim, case["kind"])(params, **settings)
    trace = []
    for step in case["gradients"]:
        for param, grad in zip(params, step):
            param.grad = None if grad is None else torch.tensor(grad)
        optimizer.step()
        trace.append([write(p)["values"] for p in params])
    return {"kind": case["kind"], "settings": case["settings"], "trace": trace}


def lose(case):
    x = build(case["input"]).requires_grad_()
    loss = getattr(torch.nn, case["kind"])(reduction=case["reduction"])(x, build(case["target"]))
    loss.backward(build(case["upstream"]) if "upstream" in case else None)
    return {"loss": write(loss)["values"], "grad": write(x.grad)["values"]}


def save(name, value):
    (here / name).write_text(json.dumps(value, separators=(",", ":")).replace('{"expression"', '\n{"expression"') + "\n")


cases = json.load(sys.stdin)
save("ops.json", {op["name"]: [evaluate(c, op["differentiable"]) for c in op["cases"]] for op in cases["ops"]})
save("optim.json", [optimize(c) for c in cases["optim"]])
save("losses.json", [lose(c) for c in cases["losses"]])
