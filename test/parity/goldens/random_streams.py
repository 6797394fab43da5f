"""Draws of torch's CPU generator and of Python's `random`, written to random_streams.json beside this file.

Run with a PyTorch built without MKL (Debian's python3-torch):  python3 test/parity/goldens/random_streams.py
Arrays are base64 of little-endian float32 (f32), int32 (i32) or bytes (u8).
"""
import base64
import json
import pathlib
import random

import numpy
import torch

N = 10_000
TORCH_SEEDS = [0, 1234, 2**32 - 1, 2**40 + 3, 2**64 - 1, -5]
PYTHON_SEEDS = [0, 42, -42, 2**32, 2**70 + 12345]


def pack(values, dtype):
    return base64.b64encode(numpy.asarray(values, dtype=dtype).tobytes()).decode()


def f32(t): return pack(t.numpy(), '<f4')
def i32(t): return pack(t.numpy(), '<i4')
def u8(t): return pack(t.numpy(), 'u1')


def seeded(draw, seed=0):
    torch.manual_seed(seed)
    return draw()


def sequence(seed):
    """A mixed sequence of calls on one generator: what one leaves behind, the next one finds."""
    torch.manual_seed(seed)
    calls = []

    def call(name, args, values, kind):
        calls.append({'call': name, 'args': args, 'values': kind(values)})

    for n in (5, 5, 16, 3, 100, 1, 17, 32, 15, 1):
        call('randn', [n], torch.randn(n), f32)
    call('rand', [7], torch.rand(7), f32)
    call('uniform', [50, -0.125, 0.125], torch.empty(50).uniform_(-0.125, 0.125), f32)
    call('randint', [-3, 9, 20], torch.randint(-3, 9, (20,)), i32)
    call('randn', [2], torch.randn(2), f32)
    for n in (0, 1, 2, 33):
        call('randperm', [n], torch.randperm(n), i32)
    call('bernoulli', [40, 0.3], torch.empty(40).bernoulli_(0.3), u8)
    call('randn', [0], torch.randn(0), f32)
    call('randn', [9], torch.randn(9), f32)
    call('randn', [700], torch.randn(700), f32)
    call('rand', [4], torch.rand(4), f32)
    return {'seed': str(seed), 'calls': calls}


def dropout(n, p):
    return torch.nn.functional.dropout(torch.ones(n), p=p, training=True)


def python_draws(seed):
    r = random.Random(seed)
    mixed = []
    for _ in range(100):
        mixed += [r.randint(0, 3), r.randint(4, 6), r.randint(-7, 1000), r.randint(5, 5)]
    return {'seed': str(seed), 'mixed': mixed, 'random': [r.random() for _ in range(20)]}


r = random.Random(0)
golden = {
    'torch': torch.__version__,
    'rand': f32(seeded(lambda: torch.rand(N))),
    'uniform': {
        'cases': [
            {'low': low, 'high': high, 'values': f32(seeded(lambda: torch.empty(N).uniform_(low, high)))}
            for low, high in ((-1.0, 1.0), (-1000**-0.5, 1000**-0.5), (0.1, 3.7))
        ]
    },
    'randn': f32(seeded(lambda: torch.randn(100_000))),
    'randint': i32(seeded(lambda: torch.randint(0, 1_000_003, (N,)))),
    'randintWide': i32(seeded(lambda: torch.randint(-(2**31), 2**31 - 1, (N,)))),
    'randperm': i32(seeded(lambda: torch.randperm(N))),
    'bernoulli': u8(seeded(lambda: torch.empty(N).bernoulli_(0.3))),
    'dropout': {'p': 0.3, 'values': f32(seeded(lambda: dropout(N, 0.3)))},
    'afterDropout': [
        {'p': p, 'next': f32(seeded(lambda: (dropout(10, p), torch.rand(1))[1]))} for p in (0.0, 0.5, 1.0)
    ],
    'sequences': [sequence(seed) for seed in TORCH_SEEDS],
    'pythonRandint': [r.randint(0, 12345) for _ in range(N)],
    'python': [python_draws(seed) for seed in PYTHON_SEEDS],
}
golden['pythonRandint'] = pack(golden['pythonRandint'], '<i4')
pathlib.Path(__file__).with_suffix('.json').write_text(json.dumps(golden, separators=(',', ':')) + '\n')
