"""Tensors that fit to another tensor.

A factory such as torch.zeros or torch.arange makes a tensor out of a shape or a range. Unless told otherwise it picks
the dtype by itself, and puts the tensor on the default device, mostly the CPU. Next to data on a GPU, or in float64,
such a tensor does not fit. So a new tensor takes its shape, its dtype and its device from one that is there.

    like = torch.ones(2, 3, dtype=torch.float64)
    torch.zeros(2, 3).dtype                          float32, which is torch's choice
    torch.zeros(2, 3, dtype=like.dtype).dtype        float64, the dtype of like

A device named ``meta`` lets you try this without a GPU. Its tensors have a shape and a dtype, but no elements.

Check with:  pytest katas/tensors/test_creation.py
"""

import torch


def filled(like: torch.Tensor, value: float) -> torch.Tensor:
    """Return a new tensor with ``value`` in each element.

    Args:
        like: tensor whose shape, dtype and device the result takes. Its elements do not matter: they may be NaN or
            infinite, or absent on ``meta``, and they are left as they are.
        value: a number that the dtype of ``like`` can hold, a truth value where that is bool. The result holds it as
            exactly as the dtype allows.
    """
    raise NotImplementedError("make a tensor of this value, with the shape, dtype and device of like")


def numbered(like: torch.Tensor) -> torch.Tensor:
    """Return a tensor whose elements are 0, 1, 2, ... in reading order: the last index moves fastest.

    For a shape of (2, 3) that is [[0, 1, 2], [3, 4, 5]].

    Args:
        like: tensor whose shape, dtype and device the result takes, with any number of axes.
            The dtype holds all these numbers. The elements of ``like`` do not matter.
    """
    raise NotImplementedError("count up from 0 over all elements, with the shape, dtype and device of like")


def sample_points(low: float, high: float, count: int, like: torch.Tensor) -> torch.Tensor:
    """Return ``count`` points in rising order at equal distances, from ``low`` to ``high``, both included.

    Args:
        low: the first point.
        high: the last point, greater than ``low``.
        count: at least 2.
        like: tensor of a floating dtype; the result takes its dtype and device. Each point is exact up to a few
            roundings in that dtype, however many points there are; the dtype tells neighbours apart.

    Returns:
        Tensor of shape (count,).
    """
    raise NotImplementedError("space the points evenly, ends included, with the dtype and device of like")


def with_ones_column(x: torch.Tensor) -> torch.Tensor:
    """Return a new matrix: ``x`` with one more column of ones behind its last column.

    Args:
        x: matrix of shape (rows, columns), of any integer or floating dtype; rows or columns may be 0. It is left as
            it is.

    Returns:
        Tensor of shape (rows, columns + 1), with the dtype, the device and the exact elements of ``x``.
    """
    raise NotImplementedError("put a column of ones behind the last column, and keep the dtype and device")
