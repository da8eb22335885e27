"""One-hot rows, put together by scatter_().

A label from 0 to c - 1 that is only a name becomes a row of c numbers: 1.0 at the label's position, 0 everywhere else.

    labels [2, 0], 4 classes:   [[0., 0., 1., 0.],
                                 [1., 0., 0., 0.]]

`table.scatter_(dim, index, value)` writes into the table in place. It goes through all elements of the index: where
index[i, j] is k, it writes at [i, k] if dim is 1, and at [k, j] if dim is 0. The value is one number, or a tensor from
which element [i, j] is taken. The index must have as many axes as the table, so labels of shape (n,) get an axis of
size 1 first: one position in each row.

Not allowed: torch's own one_hot().

No function changes its input.

Check with:  pytest katas/data/test_one_hot.py
"""

import torch


def one_hot(labels: torch.Tensor, classes: int) -> torch.Tensor:
    """Return each label as a row of zeros with 1 at the label's position.

    Args:
        labels: any shape, int64, in any layout; may be empty, or have no axis at all.
        classes: how many classes there are, at least 1. Not all of them need occur among the labels.

    Returns:
        Shape (*labels.shape, classes), float32, on the labels' device.

    Raises:
        ValueError: if a label is below 0, or not below ``classes``.
    """
    raise NotImplementedError("write 1 at each label's position into a table of zeros")


def labels_of(rows: torch.Tensor) -> torch.Tensor:
    """Return the labels that one-hot rows stand for.

    Args:
        rows: shape (*shape, classes), of any floating dtype, float16 too, with 1 once along the last axis and 0
            elsewhere. There is at least one class; any of the other axes may be empty, of size 1, or missing.

    Returns:
        Shape ``shape``, int64, on the rows' device: the position of the 1 in each row.
    """
    raise NotImplementedError("find the position of the 1 in each row")


def scatter_values(columns: torch.Tensor, values: torch.Tensor, width: int) -> torch.Tensor:
    """Return a table of zeros with each value written into its row at the column that is named for it.

    For columns [[3, 0], [1, 2]], values [[5., 6.], [7., 8.]] and width 4: [[6., 0., 0., 5.], [0., 7., 8., 0.]].

    Args:
        columns: shape (n, k), int64; in each row k different columns, in any order.
        values: shape (n, k), of any floating or integer dtype, on the same device; values[i, j] belongs at
            [i, columns[i, j]], unchanged to the last digit.
        width: how many columns the table has, at least 1.

    Returns:
        Shape (n, width), of the dtype of ``values`` and on their device.

    Raises:
        ValueError: if a column is below 0, or not below ``width``.
    """
    raise NotImplementedError("write each value at its column into a table of zeros")
