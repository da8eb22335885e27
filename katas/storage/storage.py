"""One row of numbers, and many tensors over it.

The numbers of a tensor lie in its storage: one row without gaps, all of one dtype. A tensor is only a way to look at
that row, so several tensors, each with a shape of its own, can look at the same one, and even a tensor of two
elements can keep a storage of a million numbers in memory.

    row = torch.tensor([4.0, 1.0, 5.0, 3.0, 2.0, 1.0])      the storage: 6 numbers of 4 bytes each, 24 bytes
    row.view(3, 2)    [[4, 1], [5, 3], [2, 1]]              the same storage, seen with sizes 3 and 2
    row.view(2, 3)    [[4, 1, 5], [3, 2, 1]]                the same storage, seen with sizes 2 and 3
    row[4:]           [2, 1]                                8 bytes of its own, over the same storage of 24

Check with:  pytest katas/storage/test_storage.py
"""

from collections.abc import Sequence

import torch


def whole_storage(tensor: torch.Tensor) -> torch.Tensor:
    """Return everything in the tensor's storage, in the order of the storage, as a tensor with one axis.

    Args:
        tensor: any tensor; where it is a slice, its storage holds more than its own elements.

    Returns:
        A view of the same storage (no copy), with the dtype and device of the tensor.
    """
    raise NotImplementedError("make a view with one axis that runs over the whole storage, from its start to its end")


def memory_use(tensor: torch.Tensor) -> tuple[int, int]:
    """Return the bytes of the tensor's own elements, and the bytes of its storage.

    Args:
        tensor: any tensor of any dtype.

    Returns:
        Two Python ints: first the number of elements that the tensor has times the bytes of one element, then the bytes
        of the whole storage that it looks at.
    """
    raise NotImplementedError("count the bytes of the elements and those of the storage")


def look_as(tensor: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
    """Return another view of the tensor's storage: contiguous, of this shape, beginning at the start of the storage.

    It shows the first elements of the storage, as many as the shape has places; the storage may hold more.

    Args:
        tensor: any tensor; its own shape and offset do not matter, only its storage does.
        shape: the size of each axis, of one axis or more; sizes may be 0.

    Returns:
        A contiguous view of the same storage (no copy), with the dtype and device of the tensor.

    Raises:
        ValueError: if the storage has fewer elements than the shape has places.
    """
    raise NotImplementedError("make a view of this shape over the start of the storage, or refuse if it is too small")
