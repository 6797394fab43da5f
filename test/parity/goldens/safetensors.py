"""safetensors and Gradloom read each other's files.

    python3 -m pip install --target FOLDER safetensors
    PYTHONPATH=FOLDER /usr/bin/python3 -P test/parity/goldens/safetensors.py

Writes by the library itself a file with every type that is read here (`safetensors/python.safetensors`) and what it holds
(`safetensors.json`); has Gradloom write that anew (`safetensors/gradloom.safetensors`), and sees that the library reads the same.
"""
import json
import math
import os
import subprocess

import safetensors
import torch
from safetensors.torch import load_file, save_file

here = os.path.dirname(os.path.abspath(__file__))
node = os.path.join(here, "../../../node_modules/node/bin/node")
theirs, ours = (os.path.join(here, "safetensors", f"{name}.safetensors") for name in ("python", "gradloom"))

WRITE_ANEW = """
import { readFileSync, writeFileSync } from 'node:fs';
import { decodeSafetensors } from './engine/tensor/safetensors/decode.ts';
import { encodeSafetensors } from './engine/tensor/safetensors/encode.ts';
const [theirs, ours] = process.argv.slice(1);
const tensors = [...decodeSafetensors(readFileSync(theirs))];
writeFileSync(ours, encodeSafetensors(tensors.map(([name, { shape, values }]) => ({ name, shape, values }))));
"""


def held(tensor):
    """As Gradloom has it: in single precision, and integers in 32 bits."""
    if tensor.dtype == torch.bool:
        return tensor
    return tensor.float() if tensor.is_floating_point() else tensor.int()


def listed(tensor):
    """JSON has no infinity."""
    return [value if math.isfinite(value) else str(value) for value in tensor.flatten().tolist()]


torch.manual_seed(0)
tensors = {
    "layers.0.weight": torch.randn(3, 4),
    "layers.0.bias": torch.tensor([math.inf, -math.inf, -0.0, 1e-45]),
    "double": torch.randn(2, 2, dtype=torch.float64),
    "half": torch.tensor([1, -2.5, 65504, 6.1e-5, 6e-8, -math.inf], dtype=torch.float16),
    "bfloat": torch.tensor([1, -2.5, 3e38, 1e-40, 0.1], dtype=torch.bfloat16),
    "labels": torch.tensor([0, 9, -(2**31), 2**31 - 1]),
    "counts": torch.tensor([[7], [-7]], dtype=torch.int32),
    "pixels": torch.tensor([0, 128, 255], dtype=torch.uint8),
    "mask": torch.tensor([True, False, True]),
    "scalar": torch.tensor(3.5),
    "none": torch.zeros(2, 0, 3),
    "权重 \"é\"": torch.ones(1),
}
os.makedirs(os.path.dirname(theirs), exist_ok=True)
save_file(tensors, theirs, metadata={"format": "pt"})
subprocess.run([node, "--input-type=module", "-e", WRITE_ANEW, theirs, ours], check=True, cwd=os.path.join(here, "../../.."))
read = load_file(ours)
assert read.keys() == tensors.keys()
for name, tensor in tensors.items():
    assert read[name].dtype == held(tensor).dtype and torch.equal(read[name], held(tensor)), name
with open(os.path.join(here, "safetensors.json"), "w") as f:
    shown = {name: {"shape": list(tensor.shape), "values": listed(held(tensor))} for name, tensor in tensors.items()}
    json.dump({"safetensors": safetensors.__version__, "tensors": shown}, f)
    f.write("\n")
for path in (theirs, ours):
    os.chmod(path, 0o644)
