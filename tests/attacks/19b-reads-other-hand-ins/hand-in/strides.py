import pathlib

for name in ("@CLASS@/00-honest/strides.py", "@OUT@/00-honest/katas/storage/strides.py", "@OUT@/00-honest/result.json"):
    try:
        pathlib.Path(name).read_bytes()
    except OSError:
        continue
    raise RuntimeError("read what is somebody else's")
try:
    found = [*pathlib.Path("@CLASS@").iterdir()]
except OSError:
    found = []
if found:
    raise RuntimeError("knows who handed in")

from collections.abc import Sequence

import torch


def storage_index(tensor: torch.Tensor, index: Sequence[int]) -> int:
    return tensor.storage_offset() + sum(i * stride for i, stride in zip(index, tensor.stride(), strict=True))


def contiguous_strides(shape: Sequence[int]) -> tuple[int, ...]:
    strides: list[int] = []
    step = 1
    for size in reversed(shape):
        strides.append(step)
        step *= size
    return tuple(reversed(strides))
