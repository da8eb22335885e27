"""Tensors and their devices.

Each tensor lies on one device: the CPU, a GPU, or meta, which every machine has, and which keeps shapes and dtypes
and no numbers. An operation takes tensors from one device and leaves its result there; tensors from two devices raise
a RuntimeError. So code that runs anywhere names no device of its own. It asks its inputs.

    x.device                                  where x lies
    torch.zeros(3)                            a CPU tensor, wherever x lies
    torch.zeros(3, device=x.device)           lies where x lies
    x.new_zeros(3)                            lies where x lies, with the dtype of x
    x.to(device)                              x itself if it lies there already, else a copy there

The specification tries these functions on the device of its run and on meta, where a tensor that was forgotten on the
CPU shows. Nothing can be copied from meta to another device, for there are no numbers.

Check with:  pytest katas/tensors/test_devices.py
"""

from collections.abc import Sequence

import torch


def column_of(table: torch.Tensor, value: float) -> torch.Tensor:
    """Return a column that torch.cat can put beside the table, with the value in each row.

    Args:
        table: shape (rows, columns), on any device, of any floating or integer dtype; it is left alone. There may be
            no rows, or no columns yet. Its numbers play no part.
        value: a number in the range of the table's dtype, for an integer dtype an integer; the column holds it as
            nearly as the dtype can.

    Returns:
        Shape (rows, 1), in memory of its own, an element for each row, with the device and the dtype of the table.
        Nothing is copied from the table's device, and the default device of the process stays what it is.
    """
    raise NotImplementedError("make the column on the table's device, with the table's dtype")


def constants_for(table: torch.Tensor, values: Sequence[float]) -> torch.Tensor:
    """Return Python numbers as a tensor that can be added to the table, one number for each column.

    Args:
        table: shape (rows, columns), on any device, of a floating dtype; it is left alone. There may be no rows. Its
            numbers play no part.
        values: as many numbers as the table has columns.

    Returns:
        Shape (columns,), with the device and the dtype of the table. Each number is as near as that dtype can hold it.
        The default device of the process stays what it is.
    """
    raise NotImplementedError("make a tensor of the numbers that fits the table")


def move(tensor: torch.Tensor, device: torch.device | str) -> torch.Tensor:
    """Return the tensor on a device: itself if it lies there already, so that nothing is copied, else a copy there.

    A copy has the shape and the dtype of the tensor.

    Args:
        tensor: on any device, in any memory layout; it stays where it is.
        device: a device or its name.
    """
    raise NotImplementedError("give the tensor on the device, without a copy where it is there already")


def best_device(names: Sequence[str]) -> torch.device:
    """Return the best of the devices that a machine has: a cuda device before mps, and mps before cpu.

    Args:
        names: what is there, in any order, such as ("cpu", "cuda:0", "cuda:1"); the list is left as it is. Each kind
            may be named with a number or without. Other kinds than the three, such as meta, are left aside.

    Returns:
        The torch.device of the best name, with its number if the name has one. Among devices of the same kind, the one
        that comes first in the list is the best, whatever their numbers: of ("cuda:1", "cuda") it is cuda:1.

    Raises:
        ValueError: if none of the three kinds is there.
    """
    raise NotImplementedError("pick the device by its kind, or refuse if there is none to pick")
