"""To transpose is to swap strides.

A transposed tensor has the same storage and the same offset; only the sizes and the strides of two axes change
places. No number moves. Its elements then no longer lie in the order in which its rows read, and that is what "not
contiguous" means.

    x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])     shape (2, 3), stride (3, 1)     storage 1 2 3 4 5 6
    x.T                                                      shape (3, 2), stride (1, 3)     the same storage
    x.T read row by row                                      1 4 2 5 3 6                     only a copy has that order

view() never copies: where no strides fit, it raises RuntimeError. contiguous() copies unless the elements lie in the
order in which rows read, without gaps. reshape() makes a view where strides fit, else a copy.

Not allowed in swap_axes: torch's own transpose(), permute() and all other names of theirs (T, t(), mT, movedim,
swapaxes, einsum), nor NumPy's. Build the view from sizes and strides with torch.as_strided.

Check with:  pytest katas/storage/test_transpose.py
"""

import torch


def swap_axes(tensor: torch.Tensor, first: int, second: int) -> torch.Tensor:
    """Return a view of the tensor with two axes swapped.

    Args:
        tensor: any tensor with at least one axis, contiguous or not, with an offset or without; it is left alone.
        first: an axis, from 0 to the number of axes - 1.
        second: another axis or the same.

    Returns:
        A tensor over the same storage; with first = 0 and second = 2, its element (i, j, k) is element (k, j, i) of the
        input.
    """
    raise NotImplementedError("make a view whose sizes and strides are those of the tensor, with two of them swapped")


def read_by_columns(matrix: torch.Tensor) -> torch.Tensor:
    """Return the elements of a matrix in one row, column by column: first all of column 0, then column 1, and so on.

    For x above that is 1 4 2 5 3 6.

    Args:
        matrix: shape (rows, columns), contiguous or not.

    Returns:
        Shape (rows * columns,): a view of the same storage where the elements lie there in equal steps in that order,
        else a copy.
    """
    raise NotImplementedError("bring the columns into one row, with a copy only where a view cannot do it")


def flatten_copies(tensor: torch.Tensor) -> bool:
    """Say whether tensor.flatten() must copy the elements of this tensor.

    It need not copy where its elements, read with the last axis running fastest, lie in the storage in equal steps:
    then one stride reaches them all. Equal steps need not be steps of 1, and may be 0. Axes of size 1 do not count, for
    no step is ever taken along them, and a tensor without elements needs no copy.

    Args:
        tensor: any tensor with one axis or more; it is left alone.

    Returns:
        A Python bool.
    """
    raise NotImplementedError("say whether one stride can reach all the elements in their order")
