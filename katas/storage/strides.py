"""From an index to a place in the storage.

A tensor's elements lie in a storage, which is one long row of numbers. The tensor says where to look: its offset is the
place of its first element, and its strides say how many places to move for one step along each axis.

    x = torch.arange(12.0).reshape(3, 4)     stride (4, 1), offset 0:  x[1, 2] lies at 4*1 + 1*2 = 6
    y = x[1:, 1:].T                          stride (1, 4), offset 5:  y[2, 1] lies at 5 + 1*2 + 4*1 = 11

Not allowed: reading the tensor's elements. The place follows from the offset and the strides alone.

Check with:  pytest katas/storage/test_strides.py
"""

from collections.abc import Sequence

import torch


def storage_index(tensor: torch.Tensor, index: Sequence[int]) -> int:
    """Return the place in the storage of the element ``tensor[index]``.

    Args:
        tensor: any tensor, contiguous or not, with any number of axes.
        index: one integer for each axis, each at least 0 and less than the axis's size.

    Returns:
        The place as a Python int, counted in elements from the start of the storage.
    """
    raise NotImplementedError("compute the place from the tensor's offset, its strides and the index")


def contiguous_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Return the strides of a contiguous tensor of this shape.

    In a contiguous tensor the last axis runs without gaps: one step along it moves by 1, and one step along any other
    axis moves by the number of elements in everything behind it. For (2, 3, 4) that is (12, 4, 1).

    Args:
        shape: the size of each axis, each at least 1; may be empty.

    Returns:
        As many strides as there are axes.
    """
    raise NotImplementedError("compute the strides from the last axis to the first")
