"""What exported code prints: /usr/bin/python3 -P test/parity/goldens/exported.py

Exports every example to `exported/ID.py` and runs it with PyTorch; `exported.json` has the losses of its first steps.
"""
import json
import os
import subprocess
import sys
import tempfile

import torch

# With the tutorial's raw weights PyTorch drifts from itself, in another order of summation, by 1e-4 after about 175 steps.
RAW = ["tensors-by-hand", "autograd", "custom-function", "static-graph"]
STEPS = {**dict.fromkeys(RAW, 100), "optim-adam": 200, "mnist-mlp": 100}
here = os.path.dirname(os.path.abspath(__file__))
root = os.path.join(here, "../../..")
gradloom = [os.path.join(root, "node_modules/node/bin/node"), os.path.join(root, "engine/cli/gradloom.mjs")]


def losses(script, steps):
    """Of the first steps; then it need not go on."""
    process = subprocess.Popen([sys.executable, "-u", script], stdout=subprocess.PIPE, text=True)
    lines = [line for _, line in zip(range(steps), process.stdout)]
    process.terminate()
    process.wait()
    assert [int(line.split()[0]) for line in lines] == list(range(steps))
    return [float(line.split()[1]) for line in lines]


out = {"torch": torch.__version__}
listed = subprocess.run([*gradloom, "examples", "--json"], check=True, capture_output=True, text=True).stdout
for example in (json.loads(line)["id"] for line in listed.splitlines()):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*gradloom, "export", example, "--to", "pytorch", "--out", folder], check=True)
        train = os.path.join(folder, "train.py")
        with open(train) as source, open(os.path.join(here, "exported", f"{example}.py"), "w") as copy:
            copy.write(source.read())
        out[example] = losses(train, STEPS.get(example, 150))
with open(os.path.join(here, "exported.json"), "w") as f:
    json.dump(out, f)
    f.write("\n")
