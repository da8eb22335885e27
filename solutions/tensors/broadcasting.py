from collections.abc import Sequence
from itertools import zip_longest

import torch


def broadcast_shape(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    sizes: list[int] = []
    for one, other in zip_longest(reversed(first), reversed(second), fillvalue=1):
        if one != other and 1 not in (one, other):
            raise ValueError(f"shapes {tuple(first)} and {tuple(second)} cannot be broadcast: {one} against {other}")
        # Not the larger of the two: 1 against 0 gives 0.
        sizes.append(other if one == 1 else one)
    return tuple(reversed(sizes))


def pairwise_differences(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return x[:, None] - y


def scale(matrix: torch.Tensor, row_factors: torch.Tensor, column_factors: torch.Tensor) -> torch.Tensor:
    return matrix * row_factors[:, None] * column_factors


def mean_squared_error(predictions: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return (predictions.squeeze(1) - labels).square().mean()
