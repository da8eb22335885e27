"""What kind of number each element is.

Every element of a tensor has the same dtype. It says how many bits an element takes, and so which values it can hold:
a signed integer of 8 bits holds -128 to 127, an unsigned one 0 to 255, and zero is among them. Integers that leave
their range wrap around, without an error. Unless told otherwise, torch picks the dtype by the kind of Python number.

    torch.tensor([200], dtype=torch.uint8) + 100      tensor([44], dtype=torch.uint8), for 300 - 256 = 44
    torch.tensor([3, 5, 4]) > 3                       tensor([False, True, True]), of dtype torch.bool

Check with:  pytest katas/tensors/test_dtypes.py
"""

from collections.abc import Sequence

import torch


def tensor_of(values: Sequence[float], name: str | None = None) -> torch.Tensor:
    """Return a tensor of Python numbers, with the dtype of that name.

    Args:
        values: Python bools, integers or floats, mixed or of one kind, in a list or a tuple; there may be none. With
            the name of an integer dtype they are integers that it holds.
        name: a dtype's name in torch. It may say the width, as ``int8``, ``float64`` and ``bfloat16`` do, or be
            ``bool``, or one of the short names ``half``, ``float``, ``double``, ``short``, ``int`` and ``long``. None
            stands for the dtype that torch itself gives to such numbers.

    Returns:
        Tensor of shape (len(values),) on the CPU, each value as exact as the dtype allows.
    """
    raise NotImplementedError("make a tensor of these values, of the dtype that the name stands for")


def smallest_integer_dtype(low: int, high: int) -> torch.dtype:
    """Return the integer dtype with the fewest bits that holds every integer from ``low`` to ``high``.

    The candidates are uint8, int8, int16, int32 and int64. Where both dtypes of 8 bits would do, it is uint8.

    Raises:
        OverflowError: where not even int64 holds them.
    """
    raise NotImplementedError("find the narrowest integer dtype whose range includes low and high")


def brighten(image: torch.Tensor, amount: int) -> torch.Tensor:
    """Return the image with ``amount`` added to each element, where results below 0 become 0 and above 255 become 255.

    Args:
        image: uint8 tensor with one axis or more, perhaps without elements; it is left as it is.
        amount: from -1000 to 1000.

    Returns:
        uint8 tensor of the same shape, with memory of its own for every amount.
    """
    raise NotImplementedError("add without wrapping around, limit to 0 and 255, and give uint8 back")


def share_above(x: torch.Tensor, threshold: float) -> torch.Tensor:
    """Return which share of the elements is greater than ``threshold``, from 0 for none to 1 for all.

    Args:
        x: tensor of any shape and of any floating or integer dtype, with at least one element. Elements may be
            infinite; NaN is an element too, and greater than nothing.
        threshold: an element that equals it does not count. Next to an ``x`` of integers it may be a fraction, if they
            are below 2**24; an integer is one that the dtype of ``x`` holds.

    Returns:
        float32 tensor without axes, on the device of ``x``.
    """
    raise NotImplementedError("compare, then take the mean of the truth values")
