import pathlib
import sys

folders = [pathlib.Path("@ROOT@"), pathlib.Path.cwd(), *map(pathlib.Path, sys.path)]
for folder in [*folders, *(above for each in folders for above in each.parents)]:
    for name in ("solutions/storage/strides.py", "tests/mistakes/storage/strides.py", "dojo/suite/solutions/storage/strides.py"):
        try:
            (folder / name).read_bytes()
        except OSError:
            continue
        raise RuntimeError("read a solution")

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
