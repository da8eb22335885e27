"""To change a tensor, or to make a new one.

A method whose name ends in ``_`` changes the tensor in place and returns that very tensor. So do ``x += 1`` and
``x[0] = 1``. Nearly everything else leaves the tensor alone and gives a new one. After a change in place every name and
every view of the tensor shows the new elements; ``x = x + 1`` only gives the name x to another tensor. A change in
place keeps the dtype, so that integers cannot become fractions.

    x = torch.tensor([1.0, 2.0])
    x.add(1)       gives [2., 3.], and x is still [1., 2.]
    x.add_(1)      gives x, which is now [2., 3.]

Check with:  pytest katas/tensors/test_in_place.py
"""

import torch


def halved(x: torch.Tensor) -> torch.Tensor:
    """Return a new tensor with half of each element; ``x`` stays as it is.

    Args:
        x: tensor of any shape, contiguous or not, of a floating or integer dtype.

    Returns:
        Tensor of the shape of ``x``, with memory of its own, also where all elements are 0 or there are none. Its
        dtype is that of ``x`` if that is a floating one, and float32 for integers, whose halves are kept: 3 becomes
        1.5.
    """
    raise NotImplementedError("give half of each element, in a new tensor")


def scale_(x: torch.Tensor, factor: float) -> torch.Tensor:
    """Multiply each element of ``x`` by ``factor``, in place.

    Args:
        x: tensor of any shape, contiguous or not, of a floating or integer dtype. Products are as exact as this dtype
            allows, for large int64 and for float64 as well.
        factor: a number, 0, negative or a fraction as well; an integer where ``x`` has an integer dtype.

    Returns:
        ``x`` itself.
    """
    raise NotImplementedError("multiply the elements of x in place, and return x")


def clip_negatives_(x: torch.Tensor) -> torch.Tensor:
    """Replace each negative element of ``x`` by 0, in place.

    Args:
        x: tensor of any shape, contiguous or not, of a floating or a signed integer dtype. Every element that is not
            negative keeps its value, however large or small; NaN is not negative, minus infinity is.

    Returns:
        ``x`` itself.
    """
    raise NotImplementedError("set the negative elements of x to 0 in place, and return x")


def swap_columns_(x: torch.Tensor, first: int, second: int) -> torch.Tensor:
    """Let two columns of ``x`` change places, in place.

    Args:
        x: tensor of shape (rows, columns), contiguous or not, of any dtype; each element moves as it is, without
            rounding. There may be no rows.
        first: the number of a column, at least 0.
        second: the number of a column, at least 0; it may be smaller than ``first``, or the same.

    Returns:
        ``x`` itself.
    """
    raise NotImplementedError("swap the two columns of x in place, and return x")
