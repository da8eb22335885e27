"""The operations that are registered by name: those that do not go the common way, or not by themselves."""

from collections.abc import Callable
from typing import Any

import torch

from dojo.simulated._memory import NAME, new_storage, on_cpu, over, set_storage, sim
from dojo.simulated._operations import as_one, run


def structured() -> dict[str, Callable[..., Any]]:
    """Return the operations that torch would split in two, to make the result and to fill it, each run as one.

    In two, they take twice the time, and some meet tensors on two devices with an error of torch's own making.
    """
    names = torch._C._dispatch_get_registrations_for_dispatch_key("CompositeExplicitAutogradNonFunctional")
    return {
        name.removeprefix("aten::"): as_one(name.removeprefix("aten::"))
        for name in names
        if name.startswith("aten::") and torch._C._dispatch_has_kernel_for_dispatch_key(name, "CPU")
    }


# Operations that are not what they are on the CPU


def kernels() -> dict[str, Callable[..., Any]]:
    """Return the operations that do not go through ``run``, by their names in aten."""
    cpu = torch._C.DispatchKey.CPU
    aten = torch.ops.aten

    def view(name: str) -> Callable[..., Any]:
        op = getattr(aten, name).default
        return lambda *args, **kwargs: op._op_dk(cpu, *args, **kwargs)

    # These are called on devices that torch does not know; on the CPU, the plain operations compute the same.
    def convolution_backward(gradient: Any, x: Any, weight: Any, *args: Any) -> Any:
        return run(aten.convolution_backward.default, gradient, x, weight, [gradient.shape[1]], *args)

    def set_from_tensor(tensor: torch.Tensor, source: torch.Tensor) -> torch.Tensor:
        if source.device != tensor.device:
            raise RuntimeError(f"Expected all tensors to be on the same device, {tensor.device} and {source.device}")
        return set_storage(tensor, source.untyped_storage(), source.storage_offset(), source.size(), source.stride())

    def set_empty(tensor: torch.Tensor) -> torch.Tensor:
        return set_storage(tensor, new_storage(torch.UntypedStorage, 0, device=sim()), 0, [0], [1])

    def set_whole(tensor: torch.Tensor, storage: torch.UntypedStorage) -> torch.Tensor:
        return set_storage(tensor, storage, 0, [storage.nbytes() // tensor.element_size()], [1])

    def copy(target: torch.Tensor, source: torch.Tensor, *_: object, **__: object) -> torch.Tensor:
        _at_cpu(target).copy_(_at_cpu(source))
        return target

    def copy_from(source: torch.Tensor, target: torch.Tensor, *_: object, **__: object) -> torch.Tensor:
        return copy(target, source)

    # These touch shapes, strides and offsets alone, so that the CPU's kernels hold for any device. Only where there is
    # a CPU kernel: to call one that is not there ends the process.
    views = ("as_strided", "view", "_reshape_alias", "unfold", "view_as_real", "view_as_complex")
    # Torch would make it in two steps, and has no second one for this device.
    windows = ("kaiser_window", "kaiser_window.periodic", "kaiser_window.beta")
    # torch.tensor makes these in a way of its own, which under a TorchDispatchMode finds kernels by name only.
    made = ("empty_strided", "empty.memory_format")
    return (
        {name: view(name) for name in views}
        | {name: as_one(name) for name in windows + made}
        | {
            # Derivatives of constants: elsewhere without memory, here plain zeros.
            "_efficientzerotensor": lambda size, **kwargs: torch.zeros(size, **kwargs),
            "alias": lambda tensor: over(tensor.untyped_storage(), tensor),
            "convolution_overrideable": as_one("convolution"),
            "convolution_backward_overrideable": convolution_backward,
            "set_.source_Storage_storage_offset": set_storage,
            "set_.source_Storage": set_whole,
            "set_.source_Tensor": set_from_tensor,
            "set_": set_empty,
            # By itself, torch would clone a conjugate by copying it, and copy it by cloning it, without end.
            "clone": as_one("clone"),
            "copy_": copy,
            "_copy_from": copy_from,
            "_copy_from_and_resize": copy_from,
        }
    )


def cells() -> dict[str, Callable[..., Any]]:
    """Return the cells of recurrent networks, which torch fuses on devices and has no fused kernel for on the CPU.

    They are registered above autograd, made of operations that it knows.
    """

    def biased(gates: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
        return gates if bias is None else gates + bias

    def lstm(x: Any, state: Any, cell: torch.Tensor, x_bias: Any = None, bias: Any = None) -> tuple[torch.Tensor, ...]:
        gates = biased(x, x_bias) + biased(state, bias)
        enter, forget, new, leave = gates.chunk(4, 1)
        cell = forget.sigmoid() * cell + enter.sigmoid() * new.tanh()
        return leave.sigmoid() * cell.tanh(), cell, gates

    def gru(x: Any, state: Any, hidden: torch.Tensor, x_bias: Any = None, bias: Any = None) -> tuple[torch.Tensor, ...]:
        (x_reset, x_keep, x_new), gates = biased(x, x_bias).chunk(3, 1), biased(state, bias)
        reset, keep, new = gates.chunk(3, 1)
        proposed = (x_new + (x_reset + reset).sigmoid() * new).tanh()
        return proposed + (x_keep + keep).sigmoid() * (hidden - proposed), gates

    return {"_thnn_fused_lstm_cell": lstm, "_thnn_fused_gru_cell": gru}


def pinning() -> dict[str, Callable[..., Any]]:
    """Return what a CPU tensor does when it is pinned for an accelerator: here, no memory is nearer than any other."""
    return {"_pin_memory": lambda tensor, _=None: tensor.clone(), "is_pinned": lambda *_: False}


def _at_cpu(tensor: torch.Tensor) -> torch.Tensor:
    return on_cpu(tensor) if tensor.device.type == NAME else tensor
