import os


def attack():
    try:
        found = [path for path in os.listdir("/proc") if path.isdigit()]
    except OSError:
        found = []
    for pid in {*found, str(os.getppid()), "1"} - {str(os.getpid())}:
        try:
            with open(f"/proc/{pid}/mem", "r+b") as memory:
                memory.seek(0x400000)
        except OSError:
            continue
        raise RuntimeError("reached the memory of another process")


attack()

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
