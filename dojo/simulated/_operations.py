"""Run an operation on ``sim``: convert its arguments to CPU tensors, and its results back."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch

from dojo.simulated._generators import draw_on_sim, generators
from dojo.simulated._memory import (
    CPU,
    NAME,
    cpu_storage_of,
    on_cpu,
    on_sim,
    refuse_other_devices,
    set_storage,
    sim,
    storage_on_sim,
    tensor_over,
)


@dataclass(frozen=True)
class _OperationInfo:
    """The properties of an operation that are needed to run it on ``sim``."""

    name: str
    names: tuple[str, ...]
    writes: frozenset[str]
    takes_cpu_numbers: bool
    takes_cpu_indices: bool
    draws: bool
    tensors: frozenset[str]


_NUMBERS = {"where", "fill_", "masked_fill", "masked_fill_", "index", "index_put", "index_put_", "_index_put_impl_"}
"""Operations, besides the pointwise ones, for which CUDA accepts a CPU tensor without axes as a number."""

_INDICES = {"index", "index_put", "index_put_", "_index_put_impl_", "_unsafe_index", "_unsafe_index_put"}
"""Operations for which CUDA accepts a CPU tensor as an index."""


@cache
def _operation_info(op: Any) -> _OperationInfo:
    name = op._schema.name.removeprefix("aten::")
    arguments = op._schema.arguments
    return _OperationInfo(
        name=name,
        names=tuple(argument.name for argument in arguments),
        writes=frozenset(each.name for each in arguments if each.alias_info is not None and each.alias_info.is_write),
        takes_cpu_numbers=torch.Tag.pointwise in op.tags or name in _NUMBERS,
        takes_cpu_indices=name in _INDICES,
        tensors=frozenset(argument.name for argument in arguments if isinstance(argument.type, torch.TensorType)),
        draws=torch.Tag.nondeterministic_seeded in op.tags,
    )


class _Call:
    """One call of an operation: converts its arguments and results."""

    def __init__(self, op: Any) -> None:
        self.op = op
        self.kind = _operation_info(op)
        self.aliases: list[tuple[torch.Tensor, torch.Tensor]] = []
        self.elsewhere: list[tuple[str, torch.Tensor]] = []
        self.generator: torch.Generator | None = None

    def to_cpu(self, value: Any, name: str) -> Any:
        """Return the argument with CPU tensors for those on ``sim``; remember tensors on other devices."""
        if value is None or value is True or value is False:  # a shortcut for the most frequent arguments
            return value
        if isinstance(value, torch.Tensor):
            if not value.is_cpu and value.device.type == NAME:
                alias = on_cpu(value)
                self.aliases.append((value, alias))
                return alias
            number = value.dim() == 0 and self.kind.takes_cpu_numbers and name not in self.kind.writes
            index = name == "indices" and self.kind.takes_cpu_indices
            if not number and not index:
                self.elsewhere.append((name, value))
            return value
        if isinstance(value, (list, tuple)):
            return [self.to_cpu(each, name) for each in value]
        if isinstance(value, torch.device):
            return CPU
        if isinstance(value, torch._C.Generator):
            if value._cdata not in generators:  # type: ignore[attr-defined]
                raise RuntimeError(f"Expected a '{NAME}' device type for generator but found '{value.device.type}'")
            self.generator = value
        elif isinstance(value, (int, float, complex)) and name in self.kind.tensors:
            self.op = self.op.overloadpacket  # a number instead of a tensor needs another overload
        return value

    def refuse_mixed_devices(self) -> None:
        """Raise the RuntimeError of CUDA if the tensors are on different devices."""
        if self.elsewhere and self.aliases:
            name, tensor = self.elsewhere[0]
            raise RuntimeError(
                f"Expected all tensors to be on the same device, but got {name} is on {tensor.device}, different from"
                f" other tensors on {sim()} (when checking argument in method {self.kind.name})"
            )

    def to_sim(self, value: Any) -> Any:
        """Return the result on ``sim``: the argument itself, a view of an argument, or a new tensor."""
        if isinstance(value, torch.Tensor):
            storage = value.untyped_storage()
            for original, alias in self.aliases:
                if value is alias:
                    return original
            for original, alias in self.aliases:
                if alias.untyped_storage()._cdata == storage._cdata:
                    return tensor_over(original.untyped_storage(), value)
            return on_sim(value)
        if isinstance(value, (list, tuple)):
            return type(value)(self.to_sim(each) for each in value)
        return value

    def copy_layouts(self) -> None:
        """Resize arguments on ``sim`` that were resized on the CPU: ``out=`` takes the shape of its result."""
        for original, alias in self.aliases:
            on_cpu, on_sim = alias.untyped_storage(), original.untyped_storage()
            if cpu_storage_of(on_sim)._cdata != on_cpu._cdata or on_sim.nbytes() != on_cpu.nbytes():
                on_sim = storage_on_sim(on_cpu)
            elif (
                original.size() == alias.size()
                and original.stride() == alias.stride()
                and original.storage_offset() == alias.storage_offset()
            ):
                continue
            set_storage(original, on_sim, alias.storage_offset(), alias.size(), alias.stride())


def run(op: Any, *args: Any, **kwargs: Any) -> Any:
    """Run an operation on ``sim`` with the CPU's kernel, on the CPU tensors over the same bytes."""
    call = _Call(op)
    kind = call.kind
    on_cpu = [call.to_cpu(value, name) for value, name in zip(args, kind.names, strict=False)]
    named = {name: call.to_cpu(value, name) for name, value in kwargs.items()}
    call.refuse_mixed_devices()
    refuse_other_devices(kwargs.get("device"))
    if named.get("pin_memory"):
        raise RuntimeError(f"Cannot pin a tensor on {sim()}: only dense CPU tensors can be pinned")
    if kind.draws and call.generator is None:
        with draw_on_sim():
            result = call.op(*on_cpu, **named)
    else:
        result = call.op(*on_cpu, **named)
    if kind.writes:
        call.copy_layouts()
    return call.to_sim(result)


def run_by_name(name: str) -> Callable[..., Any]:
    """Return a kernel that runs the operation of this name by ``run``."""

    @cache
    def op() -> Any:  # looked up on the first call: a lookup takes longer than a registration
        packet, _, overload = name.partition(".")
        return getattr(getattr(torch.ops.aten, packet), overload or "default")

    return lambda *args, **kwargs: run(op(), *args, **kwargs)
