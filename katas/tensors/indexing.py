"""Picking parts of a tensor: slices, transposes, masks and lists of positions.

A slice ``start:stop`` runs up to stop and leaves it out. A slice, like a transpose, copies nothing: it is a view,
another look at the same elements, so a change in it is a change in the tensor. A mask of truth values, or a tensor of
positions, picks elements from anywhere; the result is a copy, with memory of its own.

    x = torch.tensor([[0, 1, 2], [3, 4, 5]])
    x[0:1, 1:3]                                  [[1, 2]], a view of x
    x[torch.tensor([False, True])]               [[3, 4, 5]], a copy
    x[torch.tensor([0, 1]), torch.tensor([2, 0])]    [2, 3], a copy: positions in pairs, (0, 2) and (1, 0)

Check with:  pytest katas/tensors/test_indexing.py
"""

import torch


def window(image: torch.Tensor, top: int, left: int, height: int, width: int) -> torch.Tensor:
    """Return the part of the image that begins at row ``top`` and column ``left``.

    Args:
        image: tensor of shape (rows, columns), contiguous or not.
        top: the window's first row.
        left: the window's first column.
        height: how many rows the window has, at least 1; they all lie in the image.
        width: how many columns the window has, at least 1; they all lie in the image.

    Returns:
        View of ``image``, of shape (height, width), even where the window is the whole image.
    """
    raise NotImplementedError("slice the rows and the columns of the window")


def channels_first(image: torch.Tensor) -> torch.Tensor:
    """Return the image with its last axis in front, and the other two in their old order.

    The element [row, column, channel] of the image is the element [channel, row, column] of the result.

    Args:
        image: tensor of shape (rows, columns, channels).

    Returns:
        View of ``image``, of shape (channels, rows, columns).
    """
    raise NotImplementedError("put the last axis in front, without copying")


def rows_where(x: torch.Tensor, keep: torch.Tensor) -> torch.Tensor:
    """Return the rows for which ``keep`` says True, in their old order.

    Args:
        x: tensor of shape (rows, columns), of any dtype and with any elements, NaN too.
        keep: bool tensor of shape (rows,), on the device of ``x``; all may be False, or all True.

    Returns:
        Copy with memory of its own for every mask, of shape (number of True in keep, columns) and the dtype of ``x``.
    """
    raise NotImplementedError("pick the rows with the mask")


def one_of_each_row(x: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """Return one element of each row: of row i the element in column ``columns[i]``.

    Args:
        x: tensor of shape (rows, columns), where the sizes may be equal or not and there may be no rows. It is of any
            dtype and with any elements, NaN too.
        columns: int64 tensor of shape (rows,), on the device of ``x``; a column may come more than once.

    Returns:
        Copy with memory of its own, of shape (rows,) and the dtype of ``x``.
    """
    raise NotImplementedError("pair each row number with its column")
