"""To save tensors and load them again.

torch.save writes a tensor, or a dictionary of them, to a file, and torch.load reads it. Three things are saved that
one does not see: the whole storage, however little of it the tensor shows; the device, on which load puts the tensor
again unless map_location names another; and, since the format is Python's pickle, possibly code. Whoever makes such a
file can have any function called while it is read, unless weights_only=True lets nothing but tensors and plain
containers in.

    row = torch.zeros(1000, 1000)[0]     1000 elements of 4 bytes, over a storage of 4000000 bytes
    torch.save(row, file)                writes 4 megabytes
    torch.save(row.clone(), file)        writes 4 kilobytes, and some more for the names and sizes

A file in memory is an io.BytesIO. It has a position as any file has: after writing, it stands at the end.

Check with:  pytest katas/tensors/test_serialization.py
"""

from pathlib import Path

import torch


def to_bytes(tensor: torch.Tensor) -> bytes:
    """Return what torch.save writes for this tensor, with its own elements and no others of its storage.

    Args:
        tensor: any tensor, perhaps a small part of a large one. It is left alone.

    Returns:
        Bytes from which torch.load reads a tensor with the same shape, dtype and elements, with a few thousand bytes
        more at the most.
    """
    raise NotImplementedError("save the tensor's own elements to a file in memory, and give its content")


def from_bytes(data: bytes, device: torch.device | str) -> torch.Tensor:
    """Return the tensor that torch.save wrote, on a device. The bytes come from somebody you do not know.

    Args:
        data: what torch.save wrote for one tensor, on a machine whose devices may not be here.
        device: where the tensor is wanted.

    Raises:
        pickle.UnpicklingError: if the bytes hold anything that would have to be called to be read. It is not called.
    """
    raise NotImplementedError("load the tensor onto the device, and let no code in")


def load_weights(path: Path, device: torch.device | str) -> dict[str, torch.Tensor]:
    """Return the dictionary of tensors that torch.save wrote to a file, with each tensor on a device.

    Args:
        path: a file from somebody you do not know, written on a machine whose devices may not be here.
        device: where the tensors are wanted.

    Raises:
        pickle.UnpicklingError: if the file holds anything that would have to be called to be read. It is not called.
    """
    raise NotImplementedError("load the tensors onto the device, and let no code in")
