"""The operations that need a kernel of their own, registered by name."""

from collections.abc import Callable
from typing import Any

import torch

from dojo.simulated._memory import NAME, new_storage, on_cpu, set_storage, sim, tensor_over
from dojo.simulated._operations import run, run_by_name


def structured_operations() -> dict[str, Callable[..., Any]]:
    """Return kernels for operations that torch would split in two: create the result, then fill it.

    Split, they take twice the time, and some raise another error than CUDA for tensors on different devices.
    """
    names = torch._C._dispatch_get_registrations_for_dispatch_key("CompositeExplicitAutogradNonFunctional")
    return {
        name.removeprefix("aten::"): run_by_name(name.removeprefix("aten::"))
        for name in names
        if name.startswith("aten::") and torch._C._dispatch_has_kernel_for_dispatch_key(name, "CPU")
    }


def kernels() -> dict[str, Callable[..., Any]]:
    """Return kernels for operations that cannot use ``run``, by their names in aten."""
    cpu = torch._C.DispatchKey.CPU
    aten = torch.ops.aten

    def view(name: str) -> Callable[..., Any]:
        op = getattr(aten, name).default
        return lambda *args, **kwargs: op._op_dk(cpu, *args, **kwargs)

    # torch calls the *_overrideable operations on unknown devices; the usual ones compute the same on the CPU.
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

    # These change only shapes, strides and offsets, so the CPU's kernels work for any device. Only operations that have
    # a CPU kernel may be listed: calling a missing one ends the process.
    views = ("as_strided", "view", "_reshape_alias", "unfold", "view_as_real", "view_as_complex")
    # torch splits these in two steps, and the second is missing for this device.
    windows = ("kaiser_window", "kaiser_window.periodic", "kaiser_window.beta")
    # torch.tensor calls these specially: under a TorchDispatchMode it finds only kernels registered by name.
    made = ("empty_strided", "empty.memory_format")
    return (
        {name: view(name) for name in views}
        | {name: run_by_name(name) for name in windows + made}
        | {
            # Derivatives of constants: without memory on other devices, ordinary zeros here.
            "_efficientzerotensor": lambda size, **kwargs: torch.zeros(size, **kwargs),
            "alias": lambda tensor: tensor_over(tensor.untyped_storage(), tensor),
            "convolution_overrideable": run_by_name("convolution"),
            "convolution_backward_overrideable": convolution_backward,
            "set_.source_Storage_storage_offset": set_storage,
            "set_.source_Storage": set_whole,
            "set_.source_Tensor": set_from_tensor,
            "set_": set_empty,
            # Otherwise torch clones a conjugate by copying it, and copies it by cloning it, in an endless recursion.
            "clone": run_by_name("clone"),
            "copy_": copy,
            "_copy_from": copy_from,
            "_copy_from_and_resize": copy_from,
        }
    )


def recurrent_cells() -> dict[str, Callable[..., Any]]:
    """Return the cells of recurrent networks, which torch fuses on accelerators but has no fused CPU kernel for.

    They are registered above autograd, and consist of operations that autograd can differentiate.
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
    """Return kernels for pinning CPU tensors, which has no effect here."""
    return {"_pin_memory": lambda tensor, _=None: tensor.clone(), "is_pinned": lambda *_: False}


def _at_cpu(tensor: torch.Tensor) -> torch.Tensor:
    return on_cpu(tensor) if tensor.device.type == NAME else tensor
