"""One truth value for all, or one for each element.

Two questions sound alike. "Are these tensors equal?" has one answer, a Python bool; "where are they equal?" has one
answer for each element, a tensor of dtype torch.bool. Computed floating-point numbers are rarely equal to the last
digit, so the useful question is often "how far apart are they?". And NaN, which stands for no number, equals nothing.

    in float64:
    x = [1.0, nan, 0.1 + 0.2]        where x equals y: [True, False, False]     NaN does not even equal NaN
    y = [1.0, nan, 0.3]              x equals y: False                          0.1 + 0.2 is 0.30000000000000004

max answers three questions as well: the largest of all elements; the largest along an axis, and where it stands; and,
given two tensors, the larger of each two elements.

Check with:  pytest katas/tensors/test_comparison.py
"""

import torch


def identical(x: torch.Tensor, y: torch.Tensor) -> bool:
    """Say whether two tensors have the same shape and equal elements.

    Args:
        x: any shape; it may be empty.
        y: any shape, of the same dtype and on the same device.

    Returns:
        A Python bool. It is False for different shapes, also for such as could be broadcast, and where there is a NaN.
    """
    raise NotImplementedError("answer with one bool for the two tensors")


def matches(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Say for each element whether ``x`` and ``y`` have equal numbers there, or NaN both.

    Args:
        x: any shape, of a floating dtype; it may contain NaN and infinities.
        y: the same shape and dtype.

    Returns:
        The same shape, dtype torch.bool. The comparison is exact, and infinity equals infinity of the same sign.
    """
    raise NotImplementedError("compare element by element, and let NaN match NaN")


def within(x: torch.Tensor, y: torch.Tensor, tolerance: float) -> torch.Tensor:
    """Say for each element whether ``x`` and ``y`` differ there by at most ``tolerance``.

    Args:
        x: any shape, of a floating dtype, finite.
        y: the same shape and dtype.
        tolerance: the largest distance allowed, in the unit of the elements, at least 0. How large the elements
            themselves are plays no part.

    Returns:
        The same shape, dtype torch.bool. The distance is taken in the dtype of ``x``, and rounded as that rounds.
    """
    raise NotImplementedError("compare the distance of each two elements with the tolerance")


def maxima(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the largest element of ``x``, those of its rows and where they stand, and the larger of each two elements.

    Args:
        x: shape (n, m), n and m at least 1, no two elements equal, and none NaN.
        y: shape (n, m), of the same dtype, and none NaN.

    Returns:
        Four tensors: the largest element of x, shape (); the largest of each row of x, shape (n,); the column in which
        that one stands, shape (n,), dtype int64; and the larger of x[i, j] and y[i, j], shape (n, m).
    """
    raise NotImplementedError("find the largest element in each of the three ways")
