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
        t: times in seconds, a tensor of any shape and a floating dtype.
        amplitude: the wave's height; a negative one turns the wave upside down.
        frequency: in hertz, full turns a second; a negative one turns the other way.
        phase: in radians.

    Returns:
        New tensor of the shape and dtype of ``t``.
    """
    raise NotImplementedError("compute the cosine wave at each time")


def softsign(x: torch.Tensor) -> torch.Tensor:
    """Return x / (1 + |x|) for each element: 3 becomes 0.75 and -3 becomes -0.75.

    Args:
        x: tensor of any shape and a floating dtype.

    Returns:
        New tensor of the shape and dtype of ``x``.
    """
    raise NotImplementedError("divide each element by one more than its absolute value")


def shrink(x: torch.Tensor, width: float) -> torch.Tensor:
    """Move each element towards 0 by ``width``, and make it 0 where it is nearer to 0 than that.

    With a width of 1, the elements -3.0, -0.5 and 2.5 become -2.0, 0.0 and 1.5.

    Args:
        x: tensor of any shape and a floating dtype.
        width: greater than 0.

    Returns:
        New tensor of the shape and dtype of ``x``.
    """
    raise NotImplementedError("move each element towards 0, and stop there")


def x_log_x(x: torch.Tensor) -> torch.Tensor:
    """Return x * ln(x) for each element, and 0 where the element is 0, which is the limit there.

    Args:
        x: tensor of any shape and a floating dtype, with elements from 0 up.

    Returns:
        New tensor of the shape and dtype of ``x``, with no NaN, and as exact as the dtype allows.
    """
    raise NotImplementedError("multiply each element by its logarithm, and give 0 for 0")
