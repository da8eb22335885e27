"""Tensors and storages on ``sim``, and the CPU tensors over the same bytes."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import torch

NAME = "sim"
"""The device's name, as in ``tensor.to("sim")``."""

CPU = torch.device("cpu")


@cache
def sim() -> torch.device:
    """Return the one simulated device, sim:0."""
    return torch.device(NAME, 0)


def tensor_over(storage: torch.UntypedStorage, like: torch.Tensor) -> torch.Tensor:
    """Return a tensor on ``storage``, and its device, with the shape, strides and offset of ``like``."""
    empty = torch._C._acc.create_empty_tensor((0,), like.dtype)
    tensor = set_storage(empty, storage, like.storage_offset(), like.size(), like.stride())
    # A conjugate or negative view is only marked as one; copy the mark.
    if like.is_conj():
        tensor = torch._conj(tensor)
    return torch._neg_view(tensor) if like.is_neg() else tensor


def storage_on_sim(storage: torch.UntypedStorage) -> torch.UntypedStorage:
    """Return a storage over the same bytes that reports the device ``sim``."""
    simulated: Any = torch._C._construct_storage_from_data_pointer(storage.data_ptr(), sim(), storage.nbytes())
    simulated.on_cpu = storage  # keeps the bytes alive
    return simulated  # type: ignore[no-any-return]


def on_sim(tensor: torch.Tensor) -> torch.Tensor:
    """Return the tensor on ``sim`` over the bytes of a CPU tensor."""
    return tensor_over(storage_on_sim(tensor.untyped_storage()), tensor)


def cpu_storage_of(storage: Any) -> Any:
    """Return the CPU storage over the same bytes as a storage on ``sim``."""
    if not hasattr(storage, "on_cpu"):  # torch made it from a pointer, as when it writes to a file
        storage.on_cpu = torch._C._construct_storage_from_data_pointer(storage.data_ptr(), CPU, storage.nbytes())
    return storage.on_cpu


def on_cpu(tensor: torch.Tensor) -> torch.Tensor:
    """Return the CPU tensor over the bytes of a tensor on ``sim``."""
    alias = torch.empty(0, dtype=tensor.dtype, device=CPU)
    alias.set_(cpu_storage_of(tensor.untyped_storage()), tensor.storage_offset(), tensor.size(), tensor.stride())
    if tensor.is_conj():
        alias = torch._conj(alias)
    return torch._neg_view(alias) if tensor.is_neg() else alias


def set_storage(
    tensor: torch.Tensor,
    storage: torch.UntypedStorage,
    offset: int | torch.SymInt,
    size: Sequence[int],
    stride: Sequence[int] = (),
) -> torch.Tensor:
    """Set the storage and layout of ``tensor``, on any device, and return it."""
    op = torch.ops.aten.set_.source_Storage_storage_offset
    result: torch.Tensor = op._op_dk(torch._C.DispatchKey.CPU, tensor, storage, offset, size, stride)
    return result


def refuse_other_devices(device: torch.device | None) -> None:
    """Raise RuntimeError if a device other than sim:0 is requested."""
    if device is not None and device.index not in (None, 0):
        raise RuntimeError(f"{NAME} error: invalid device ordinal: there is one simulated device, {sim()}")


_torch_new = torch.UntypedStorage.__new__


def new_storage(cls: type[torch.UntypedStorage], *args: Any, **kwargs: Any) -> Any:
    """Create a storage like ``torch.UntypedStorage``, but on ``sim`` too."""
    device = kwargs.get("device")
    if device is None or torch.device(device).type != NAME:
        return _torch_new(cls, *args, **kwargs)
    refuse_other_devices(torch.device(device))
    return storage_on_sim(_torch_new(cls, *args, **(kwargs | {"device": CPU})))
