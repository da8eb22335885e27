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


def append_row_numbers(table: torch.Tensor) -> torch.Tensor:
    """Return the table with one column more, which holds 0, 1, 2, ... from the first row to the last.

    Args:
        table: shape (rows, columns), on any device, of any floating or integer dtype; it is left alone.

    Returns:
        Shape (rows, columns + 1), with the device and the dtype of the table. Everything is done on that device, and the
        default device of the process stays what it is.
    """
    raise NotImplementedError("make the column on the table's device, and put it behind the others")


def at_least(table: torch.Tensor, floors: Sequence[float]) -> torch.Tensor:
    """Return the table with every element raised to the floor of its column, where it is below.

    Args:
        table: shape (rows, columns), on any device, of a floating dtype; it is left alone.
        floors: one Python number for each column.

    Returns:
        Shape (rows, columns), with the device and the dtype of the table. Everything is done on that device.
    """
    raise NotImplementedError("make a tensor of the floors that fits the table, and take the larger of both")


def move(tensor: torch.Tensor, device: torch.device | str) -> torch.Tensor:
    """Return the tensor on a device: itself if it lies there already, so that nothing is copied, else a copy there.

    Args:
        tensor: on any device; it stays where it is.
        device: a device or its name.
    """
    raise NotImplementedError("give the tensor on the device, without a copy where it is there already")


def best_device(names: Sequence[str]) -> torch.device:
    """Return the best of the devices that a machine has: a cuda device before mps, and mps before cpu.

    Args:
        names: what is there, in any order, such as ("cpu", "cuda:0", "cuda:1"). A device of one kind may be named with its
            number or without. Other kinds than the three are left aside.

    Returns:
        A torch.device; of two that are equally good, the one that comes first.

    Raises:
        ValueError: if none of the three kinds is there.
    """
    raise NotImplementedError("pick the device by its kind, or refuse if there is none to pick")
