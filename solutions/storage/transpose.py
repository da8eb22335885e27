from itertools import pairwise

import torch


def swap_axes(tensor: torch.Tensor, first: int, second: int) -> torch.Tensor:
    sizes, strides = list(tensor.shape), list(tensor.stride())
    for numbers in (sizes, strides):
        numbers[first], numbers[second] = numbers[second], numbers[first]
    return tensor.as_strided(sizes, strides)


def read_by_columns(matrix: torch.Tensor) -> torch.Tensor:
    return matrix.T.reshape(-1)


def flatten_copies(tensor: torch.Tensor) -> bool:
    if tensor.numel() == 0:
        return False
    axes = [(size, stride) for size, stride in zip(tensor.shape, tensor.stride(), strict=True) if size > 1]
    # Axes merge into one where a step along the outer one goes just past the end of the inner one.
    return any(outer != size * inner for (_, outer), (size, inner) in pairwise(axes))
