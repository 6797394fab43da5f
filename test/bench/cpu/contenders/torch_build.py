"""Says which PyTorch this is, and which library makes its matrix products."""
import re

import torch

torch.mm(torch.ones(64, 64), torch.ones(64, 64))
try:
    with open("/proc/self/maps") as maps:
        loaded = maps.read()
except OSError:
    loaded = ""
if torch.backends.mkl.is_available():
    blas = "MKL"
elif "openblas" in loaded:
    blas = "OpenBLAS"
else:
    built = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    blas = f"neither OpenBLAS nor MKL seen ({built.group(1) if built else 'unknown'} BLAS)"
print(f"PyTorch {torch.__version__} with {blas}")
