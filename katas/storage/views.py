"""Views: new tensors without new memory.

A view is a tensor over a storage that another tensor looks at already. It has its own offset, shape and strides, and
no numbers of its own: it costs nothing to make, what is written to one is seen by the other, and it keeps the whole
storage in memory. A copy has a storage of its own, which costs memory once and is then free of the first.

    table = torch.arange(12.0).reshape(3, 4)     stride (4, 1), offset 0
    table[1:]          shape (2, 4)    stride (4, 1), offset 4
    table[:, 1]        shape (3,)      stride (4,),   offset 1
    table[1:, 1::2]    shape (2, 2)    stride (4, 2), offset 5

Any pattern of equal steps can be a view. Where no slice says it, torch.as_strided(tensor, size, stride,
storage_offset) does: it takes the steps from you, and does not ask whether they make sense.

Check with:  pytest katas/storage/test_views.py
"""

import torch


def odd_columns(table: torch.Tensor) -> torch.Tensor:
    """Return the columns 1, 3, 5, ... of a matrix, as a view of it.

    Args:
        table: shape (rows, columns), contiguous or not, of any dtype.

    Returns:
        Shape (rows, columns // 2), over the same storage.
    """
    raise NotImplementedError("make a view of every second column, from column 1 on")


def diagonal(table: torch.Tensor) -> torch.Tensor:
    """Return the elements (0, 0), (1, 1), (2, 2), ... of a matrix, as a view of it.

    Args:
        table: shape (rows, columns), square or not, contiguous or not.

    Returns:
        Shape (the smaller of rows and columns,), over the same storage.
    """
    raise NotImplementedError("make a view with one axis that steps down one row and right one column at once")


def windows(series: torch.Tensor, length: int) -> torch.Tensor:
    """Return every run of neighbours, one a row, as a view: each row begins one element further on than the row above.

    The windows of (5, 6, 7, 8) of length 2 are (5, 6), (6, 7), (7, 8). They overlap in memory too.

    Args:
        series: shape (n,), contiguous or not.
        length: elements in a window, from 1 to n.

    Returns:
        Shape (n - length + 1, length), over the same storage.
    """
    raise NotImplementedError("make a view with two axes, where a step along either moves by one element")


def keep_rows(table: torch.Tensor, start: int, stop: int) -> torch.Tensor:
    """Return the rows from ``start`` to before ``stop``, in memory of their own, so that the table can be thrown away.

    Args:
        table: shape (rows, columns), contiguous or not; it is left alone.
        start: the first row.
        stop: the row after the last, greater than start.

    Returns:
        Shape (stop - start, columns), contiguous, over a new storage that holds these elements and no others.
    """
    raise NotImplementedError("copy the rows, so that their storage is no larger than they are")
