"""One function for each element.

A pointwise function treats every element by itself, whatever the shape: the element at an index of the result depends
on the element at the same index of the input and on nothing else. abs, cos, exp, log and the arithmetic operators are
pointwise, and so is torch.where, which picks between two tensors element by element. They give a new tensor of the same
shape and leave the input alone. No loop is needed.

    x = torch.tensor([[-2.0, 0.5], [1.0, -3.0]])
    torch.abs(x) + 1      [[3.0, 1.5], [2.0, 4.0]]

Check with:  pytest katas/tensors/test_pointwise.py
"""

import torch


def wave(t: torch.Tensor, amplitude: float, frequency: float, phase: float) -> torch.Tensor:
    """Return how far a wave is up at each time: amplitude * cos(2 * pi * frequency * t + phase).

    Args:
        t: times in seconds, a tensor of any shape and a floating dtype; its elements are finite.
        amplitude: the wave's height, of any sign or 0; a negative one turns the wave upside down.
        frequency: in hertz, full turns a second, of any sign or 0; a negative one turns the other way.
        phase: in radians.

    Returns:
        New tensor of the shape and dtype of ``t``.
    """
    raise NotImplementedError("compute the cosine wave at each time")


def softsign(x: torch.Tensor) -> torch.Tensor:
    """Return x / (1 + |x|) for each element: 3 becomes 0.75 and -3 becomes -0.75.

    Args:
        x: tensor of any shape and a floating dtype; its elements are finite.

    Returns:
        New tensor of the shape and dtype of ``x``, and as exact as the dtype allows, near 0 and far from it: 1e-20
        stays 1e-20.
    """
    raise NotImplementedError("divide each element by one more than its absolute value")


def shrink(x: torch.Tensor, width: float) -> torch.Tensor:
    """Move each element towards 0 by ``width``, and make it 0 where it is nearer to 0 than that.

    With a width of 1, the elements -3.0, -0.5 and 2.5 become -2.0, 0.0 and 1.5.

    Args:
        x: tensor of any shape and a floating dtype; its elements are finite.
        width: greater than 0, within the range of this dtype, and rounded to it.

    Returns:
        New tensor of the shape and dtype of ``x``, and as exact as the dtype allows.
    """
    raise NotImplementedError("move each element towards 0, and stop there")


def x_log_x(x: torch.Tensor) -> torch.Tensor:
    """Return x * ln(x) for each element, and 0 where the element is 0, which is the limit there.

    Args:
        x: tensor of any shape and a floating dtype, with finite elements from 0 up.

    Returns:
        New tensor of the shape and dtype of ``x``, with no NaN. Each element is as exact as the dtype allows, also
        where it is tiny: only 0 itself may be replaced by another number.
    """
    raise NotImplementedError("multiply each element by its logarithm, and give 0 for 0")
