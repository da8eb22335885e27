"""Tensors of different shapes, paired element by element.

An operation such as + pairs the elements of two tensors. Where the shapes differ, they are broadcast. Lay the shapes
one above the other, flush right. The shorter one gets axes of size 1 in front. Then each pair of sizes must be equal,
or one of them must be 1; an axis of size 1 is paired with every element of the other tensor's axis.

    (2, 1, 4)                        a = [[10], [20]]      shape (2, 1)
       (3, 4)  read as (1, 3, 4)     b = [1, 2, 3]         shape (3,), read as (1, 3)
    (2, 3, 4)  is the result         a + b = [[11, 12, 13], [21, 22, 23]]

The rule never warns: a vector beside a matrix of one column is paired in a way that few people mean.

Check with:  pytest katas/tensors/test_broadcasting.py
"""

from collections.abc import Sequence

import torch


def broadcast_shape(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    """Return the shape that two tensors of these shapes have after broadcasting.

    Args:
        first: the size of each axis, each at least 0; may be empty.
        second: likewise, with any number of axes.

    Raises:
        ValueError: if the two shapes cannot be broadcast.
    """
    raise NotImplementedError("apply the rule to the two shapes, from the last axis to the first")


def pairwise_differences(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return each element of ``x`` minus each element of ``y``.

    Args:
        x: shape (n,), of a floating dtype, with n at least 1.
        y: shape (m,), of the same dtype, with m at least 1.

    Returns:
        Shape (n, m), of the same dtype; element [i, j] is x[i] - y[j].
    """
    raise NotImplementedError("subtract every element of y from every element of x")


def scale(matrix: torch.Tensor, row_factors: torch.Tensor, column_factors: torch.Tensor) -> torch.Tensor:
    """Return the matrix with each row and each column multiplied by its own factor.

    Args:
        matrix: shape (n, m); it is left as it is.
        row_factors: shape (n,), of the same dtype; row i is multiplied by row_factors[i].
        column_factors: shape (m,), of the same dtype; column j is multiplied by column_factors[j].

    Returns:
        Shape (n, m), of the same dtype.
    """
    raise NotImplementedError("multiply each row and each column by its factor")


def mean_squared_error(predictions: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the mean of the n squared differences between each prediction and its own label.

    Args:
        predictions: shape (n, 1), as a linear layer with one output gives them; n is at least 1.
        labels: shape (n,), of the same floating dtype; labels[i] belongs to predictions[i, 0].

    Returns:
        Shape (), of the same dtype.
    """
    raise NotImplementedError("bring both to one shape, then take the mean of the squared differences")
