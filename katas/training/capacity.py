"""Capacity in two stages: grow until it fits, then shrink until it stops overfitting.

A model needs enough capacity to fit the training set, and no more than that, or it overfits: a trade-off. The two ends
show in two losses. So there are two stages. First the model grows until its training loss is small enough; this shows
that the problem can be fitted at all. Then it shrinks for as long as its validation loss falls.

    grow:    size               1     2     4     8
             training loss     0.9   0.5   0.3   0.1     small enough where 0.2 is enough
    shrink:  size               8     7     6     5
             validation loss   0.6   0.5   0.4   0.45    no longer falls: the size is 6

A staircase is a model with just one number to set its capacity: [0, 1) is cut into bins of equal width, and the output
is the same all over a bin. The best output is the mean of the training targets in the bin. With few bins the model is
too simple, and with very many each bin has hardly more than one sample, whose noise it follows.

All of torch is allowed.

Check with:  pytest katas/training/test_capacity.py
"""

from collections.abc import Callable

import torch

Fit = Callable[[int], tuple[float, float]]
"""Fits a model of this size, and returns its training loss and its validation loss, none of them NaN.

To fit a model takes long.
"""


def staircase_losses(
    training: tuple[torch.Tensor, torch.Tensor], validation: tuple[torch.Tensor, torch.Tensor], size: int
) -> tuple[float, float]:
    """Fit a staircase to the training samples, and return its training loss and its validation loss.

    Both are mean squared errors over the samples. Bin number i holds the samples with i <= x * size < i + 1, where
    x * size is computed in the dtype of x. Where a bin has no training samples, the output is the mean of all training
    targets.

    Args:
        training: x and y, each of shape (n,), n at least 1, float32 or float64; x is at least 0 and less than 1.
        validation: x and y, each of shape (m,), m at least 1, of the same dtype, on the same device.
        size: how many bins, at least 1.

    Returns:
        Two Python floats.
    """
    raise NotImplementedError("average the training targets of each bin, and measure two losses")


def grow(fit: Fit, start: int, largest: int, enough: float) -> int:
    """Return the first of the sizes start, 2 * start, 4 * start, ... whose training loss is at most ``enough``.

    Larger sizes are not fitted, and no size is fitted twice.

    Args:
        fit: see ``Fit``; called with sizes from ``start`` to ``largest`` only.
        start: at least 1.
        largest: at least ``start``; no model may be larger.
        enough: at least 0.

    Raises:
        ValueError: if no size up to ``largest`` fits that well.
    """
    raise NotImplementedError("double the size until the training loss is small enough")


def shrink(fit: Fit, size: int) -> int:
    """Return the size at which the validation loss stops falling, on the way down from ``size``.

    The way down goes by 1, for as long as each validation loss is lower than the one before; the size before the
    first that is not lower is the result. A model has at least size 1. Smaller sizes are not fitted, and no size is
    fitted twice.

    Args:
        fit: see ``Fit``; called with sizes from 1 to ``size`` only.
        size: at least 1. From size 1 there is no way down: that one is the result, and need not be fitted.
    """
    raise NotImplementedError("take 1 from the size for as long as the validation loss falls")


def choose_size(fit: Fit, start: int, largest: int, enough: float) -> int:
    """Return the size that both stages lead to: grow from ``start``, then shrink from where that has ended.

    The second stage looks only at the sizes on its own way down, whatever the first has met. No size is fitted twice,
    also where both stages come to it, for to fit a model takes long. Another call may have another ``fit``, however.

    Args and Raises: as for ``grow``.
    """
    raise NotImplementedError("grow, then shrink, and fit each size at most once")
