"""Many elements become one.

A reduction such as sum, mean, std or norm takes many elements and gives one number. Without an axis it takes all
elements. Along one axis it fixes the indices of the other axes, and for each choice of these takes all elements of that
one axis, which then is gone from the shape, or stays with size 1 if ``keepdim=True``.

    x = torch.tensor([[1.0, 2.0, 6.0], [3.0, 4.0, 8.0]])     shape (2, 3)
    x.sum()                      24.0
    x.sum(dim=0)                 [4.0, 6.0, 14.0]            shape (3,)
    x.sum(dim=1)                 [9.0, 15.0]                 shape (2,)
    x.sum(dim=1, keepdim=True)   [[9.0], [15.0]]             shape (2, 1)

Check with:  pytest katas/tensors/test_reductions.py
"""

import torch


def mean_along(x: torch.Tensor, axis: int, keep_axis: bool) -> torch.Tensor:
    """Return the means along one axis.

    Args:
        x: tensor of any shape with at least one axis, of a floating or integer dtype; it is left as it is. The sum of
            its integers need not fit into their dtype, and a NaN among the elements makes their mean NaN.
        axis: counted from 0, or from the end if negative: -1 is the last axis. Its size may be 0, and the mean of no
            elements is NaN.
        keep_axis: whether the axis stays in the shape, with size 1, or goes.

    Returns:
        New tensor of the dtype of ``x`` if that is a floating one; of float32 for integers, which may be rounded to it
        before. Only the named axis may go from the shape: another axis of size 1 stays, and the mean of a vector has
        the shape ().
    """
    raise NotImplementedError("take the mean along the axis, and keep the axis if asked to")


def deviation(x: torch.Tensor, axis: int, unbiased: bool) -> torch.Tensor:
    """Return the standard deviations along one axis, which goes from the shape.

    For n elements it is the root of the sum of their squared distances from their mean, divided by n - 1 (unbiased) or
    by n (biased). It must hold for elements far from 0 as well, such as those near 10000 in one row and near -10000 in
    the next.

    Args:
        x: tensor of any shape with at least one axis, of a floating dtype; it is left as it is.
        axis: counted from 0, or from the end if negative; its size is at least 2.
        unbiased: whether to divide by n - 1.

    Returns:
        New tensor of the dtype of ``x``. Other axes of size 1 stay.
    """
    raise NotImplementedError("take the standard deviation along the axis, dividing by n - 1 or by n")


def unit_rows(x: torch.Tensor) -> torch.Tensor:
    """Return the matrix with each row divided by its norm, the root of the sum of its squares.

    The row [3, 4] has the norm 5 and becomes [0.6, 0.8]. A row of zeros has no direction, and stays as it is.
    Any other row has one, however short, as long as its dtype holds the squares: a row with a norm of 1e-9 gets the
    norm 1 as well, to all digits, so that a small number added to the norm, or put in for it, must not show.

    Args:
        x: tensor of shape (rows, columns), of a floating dtype, with finite elements; it is left as it is. There may be
            no rows or no columns.

    Returns:
        New tensor of the shape and dtype of ``x``.
    """
    raise NotImplementedError("divide each row by its own norm")
