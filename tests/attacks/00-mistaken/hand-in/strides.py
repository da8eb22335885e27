from collections.abc import Sequence

import torch


def storage_index(tensor: torch.Tensor, index: Sequence[int]) -> int:
    return sum(i * stride for i, stride in zip(index, tensor.stride(), strict=True))


def contiguous_strides(shape: Sequence[int]) -> tuple[int, ...]:
    strides: list[int] = []
    step = 1
    for size in reversed(shape):
        strides.append(step)
        step *= size
    return tuple(reversed(strides))
