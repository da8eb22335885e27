"""The device ``sim``: an accelerator played by the CPU, so that device bugs show without a GPU.

A tensor on ``sim`` is an ordinary ``torch.Tensor``. It has a storage of its own, which says that it lies on ``sim:0``
and whose bytes are CPU memory. Every operation that reaches it goes through ``_run``: each argument is taken as the CPU
tensor over the same bytes, torch's own CPU kernel computes, and what comes out lies on ``sim`` again. Before that,
arguments on different devices are refused, as CUDA refuses them.

How it differs from CUDA, operation by operation, is told in docs/devices.md and tried by the tests. In torch, three
names are replaced: ``torch.Generator`` and ``torch.UntypedStorage`` make generators and storages on ``sim`` too, and
``torch.accelerator.synchronize`` does not wait for it.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any
from weakref import WeakValueDictionary

import torch

NAME = "sim"
"""The device's name, as in ``tensor.to("sim")``."""

_CPU = torch.device("cpu")


class Unavailable(RuntimeError):
    """This torch cannot simulate a device; the message says why in one line."""


_registered: bool | Unavailable = False


def register() -> None:
    """Make ``sim`` a device of this process, for good.

    Raises:
        Unavailable: where torch lacks what this is built on, or another package has taken its place.
    """
    global _registered
    if not _registered:
        try:
            _register()
            three = torch.full((2,), 3.0, device=NAME)
            if three.device != _sim() or (three + three).cpu().tolist() != [6.0, 6.0]:
                raise RuntimeError("3 + 3 is not 6 on it")
            _registered = True
        except Exception as error:  # private interfaces of torch: whatever goes wrong, the CPU is still there
            reason = " ".join(str(error).split()) or type(error).__name__
            _registered = Unavailable(f"torch {torch.__version__} cannot simulate a device: {reason[:160]}")
    if isinstance(_registered, Unavailable):
        raise _registered


def registered() -> bool:
    """Say whether ``sim`` is a device of this process."""
    return _registered is True


def seed(number: int) -> None:
    """Seed the device's own generator, whose numbers are not those that the CPU's generator gives for this seed."""
    _Generator.default.manual_seed((number ^ 0x51D) & 0xFFFF_FFFF_FFFF_FFFF)


def _register() -> None:
    # Imported here: an older torch has no such function, which is to be told and not to end the run.
    from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

    _setup_privateuseone_for_python_backend(NAME, backend_module=_device_module())
    _Generator.default = _Generator(NAME)
    seed(torch.initial_seed())
    library: Any = torch.library.Library  # without annotations in torch
    fallback, aten = library("_", "IMPL"), library("aten", "IMPL")
    fallback.fallback(_run, "PrivateUse1")
    fallback.fallback(torch.library.fallthrough_kernel, "AutocastPrivateUse1")
    for name, kernel in (_structured() | _kernels()).items():
        aten.impl(name, kernel, "PrivateUse1")
    for name, kernel in _cells().items():
        aten.impl(name, kernel, "AutogradPrivateUse1")
    for name, kernel in _pinning().items():
        aten.impl(name, kernel, "CPU")
    _libraries.extend((fallback, aten))
    torch.UntypedStorage.__new__ = _new_storage  # type: ignore[method-assign,assignment]
    torch.Generator = _Generator  # type: ignore[misc,assignment]
    torch.accelerator.synchronize = _synchronize


_libraries: list[Any] = []  # a Library that is collected takes its kernels along


@cache
def _sim() -> torch.device:
    return torch.device(NAME, 0)


# Tensors on sim, and the CPU tensors over the same bytes


def _over(storage: torch.UntypedStorage, like: torch.Tensor) -> torch.Tensor:
    """Return a tensor over ``storage`` with the shape, strides and offset of ``like``, on the storage's device."""
    empty = torch._C._acc.create_empty_tensor((0,), like.dtype)
    tensor = _set_storage(empty, storage, like.storage_offset(), like.size(), like.stride())
    # A conjugate or a negative is a view with a note; below, the note is all that has to be taken over.
    if like.is_conj():
        tensor = torch._conj(tensor)
    return torch._neg_view(tensor) if like.is_neg() else tensor


def _storage_on_sim(storage: torch.UntypedStorage) -> torch.UntypedStorage:
    """Return a storage over the same bytes that says it lies on ``sim``."""
    simulated: Any = torch._C._construct_storage_from_data_pointer(storage.data_ptr(), _sim(), storage.nbytes())
    simulated.on_cpu = storage  # the bytes live as long as the storages over them
    return simulated  # type: ignore[no-any-return]


def _on_sim(tensor: torch.Tensor) -> torch.Tensor:
    return _over(_storage_on_sim(tensor.untyped_storage()), tensor)


def _bytes(storage: Any) -> Any:
    """Return the CPU storage over the same bytes as a storage on ``sim``."""
    if not hasattr(storage, "on_cpu"):  # torch made it, from a pointer, as it does on writing to a file
        storage.on_cpu = torch._C._construct_storage_from_data_pointer(storage.data_ptr(), _CPU, storage.nbytes())
    return storage.on_cpu


def _on_cpu(tensor: torch.Tensor) -> torch.Tensor:
    alias = torch.empty(0, dtype=tensor.dtype, device=_CPU)
    alias.set_(_bytes(tensor.untyped_storage()), tensor.storage_offset(), tensor.size(), tensor.stride())
    if tensor.is_conj():
        alias = torch._conj(alias)
    return torch._neg_view(alias) if tensor.is_neg() else alias


# One operation


@dataclass(frozen=True)
class _Kind:
    """What has to be known of an operation to run it on ``sim``."""

    name: str
    names: tuple[str, ...]
    writes: frozenset[str]
    takes_cpu_numbers: bool
    takes_cpu_indices: bool
    draws: bool
    tensors: frozenset[str]


_NUMBERS = {"where", "fill_", "masked_fill", "masked_fill_", "index", "index_put", "index_put_", "_index_put_impl_"}
"""Beside the pointwise operations, those in which CUDA takes a CPU tensor without axes for a number."""

_INDICES = {"index", "index_put", "index_put_", "_index_put_impl_", "_unsafe_index", "_unsafe_index_put"}
"""Operations in which CUDA takes a CPU tensor as an index."""


@cache
def _kind(op: Any) -> _Kind:
    name = op._schema.name.removeprefix("aten::")
    arguments = op._schema.arguments
    return _Kind(
        name=name,
        names=tuple(argument.name for argument in arguments),
        writes=frozenset(each.name for each in arguments if each.alias_info is not None and each.alias_info.is_write),
        takes_cpu_numbers=torch.Tag.pointwise in op.tags or name in _NUMBERS,
        takes_cpu_indices=name in _INDICES,
        tensors=frozenset(argument.name for argument in arguments if isinstance(argument.type, torch.TensorType)),
        draws=torch.Tag.nondeterministic_seeded in op.tags,
    )


class _Call:
    """One call of an operation: its arguments on their way to the CPU, its results on their way back."""

    def __init__(self, op: Any) -> None:
        self.op = op
        self.kind = _kind(op)
        self.aliases: list[tuple[torch.Tensor, torch.Tensor]] = []
        self.strangers: list[tuple[str, torch.Tensor]] = []
        self.generator: torch.Generator | None = None

    def to_cpu(self, value: Any, name: str) -> Any:
        """Return the argument with CPU tensors for those on ``sim``; take note of tensors that lie elsewhere."""
        if isinstance(value, torch.Tensor):
            if value.device.type == NAME:
                alias = _on_cpu(value)
                self.aliases.append((value, alias))
                return alias
            number = value.dim() == 0 and self.kind.takes_cpu_numbers and name not in self.kind.writes
            index = name == "indices" and self.kind.takes_cpu_indices
            if not number and not index:
                self.strangers.append((name, value))
            return value
        if isinstance(value, (list, tuple)):
            return [self.to_cpu(each, name) for each in value]
        if isinstance(value, torch.device):
            return _CPU
        if isinstance(value, torch._C.Generator):
            if value._cdata not in _generators:  # type: ignore[attr-defined]
                raise RuntimeError(f"Expected a '{NAME}' device type for generator but found '{value.device.type}'")
            self.generator = value
        elif isinstance(value, (int, float, complex)) and name in self.kind.tensors:
            self.op = self.op.overloadpacket  # a number comes for a tensor: the overload for numbers is to be found
        return value

    def refuse_strangers(self) -> None:
        """Raise the RuntimeError that CUDA raises where tensors on two devices meet."""
        if self.strangers and self.aliases:
            name, tensor = self.strangers[0]
            raise RuntimeError(
                f"Expected all tensors to be on the same device, but got {name} is on {tensor.device}, different from"
                f" other tensors on {_sim()} (when checking argument in method {self.kind.name})"
            )

    def to_sim(self, value: Any) -> Any:
        """Return the result on ``sim``: an argument where it is one, a view of one where it is a view, else new."""
        if isinstance(value, torch.Tensor):
            storage = value.untyped_storage()
            for original, alias in self.aliases:
                if value is alias:
                    return original
            for original, alias in self.aliases:
                if alias.untyped_storage()._cdata == storage._cdata:
                    return _over(original.untyped_storage(), value)
            return _on_sim(value)
        if isinstance(value, (list, tuple)):
            return type(value)(self.to_sim(each) for each in value)
        return value

    def follow(self) -> None:
        """Let what was resized on the CPU be resized on ``sim`` too: an ``out=`` takes the shape of its result."""
        for original, alias in self.aliases:
            on_cpu, on_sim = alias.untyped_storage(), original.untyped_storage()
            if _bytes(on_sim)._cdata != on_cpu._cdata or on_sim.nbytes() != on_cpu.nbytes():
                on_sim = _storage_on_sim(on_cpu)
            elif (
                original.size() == alias.size()
                and original.stride() == alias.stride()
                and original.storage_offset() == alias.storage_offset()
            ):
                continue
            _set_storage(original, on_sim, alias.storage_offset(), alias.size(), alias.stride())


def _run(op: Any, *args: Any, **kwargs: Any) -> Any:
    """Run an operation on ``sim``: with the CPU's kernel, on the CPU tensors over the same bytes."""
    call = _Call(op)
    kind = call.kind
    on_cpu = [call.to_cpu(value, name) for value, name in zip(args, kind.names, strict=False)]
    named = {name: call.to_cpu(value, name) for name, value in kwargs.items()}
    call.refuse_strangers()
    _refuse_other_devices(kwargs.get("device"))
    if named.get("pin_memory"):
        raise RuntimeError(f"Cannot pin a tensor on {_sim()}: only dense CPU tensors can be pinned")
    if kind.draws and call.generator is None:
        with _drawing():
            result = call.op(*on_cpu, **named)
    else:
        result = call.op(*on_cpu, **named)
    if kind.writes:
        call.follow()
    return call.to_sim(result)


def _refuse_other_devices(device: torch.device | None) -> None:
    if device is not None and device.index not in (None, 0):
        raise RuntimeError(f"{NAME} error: invalid device ordinal: there is one simulated device, {_sim()}")


def _as_one(name: str) -> Callable[..., Any]:
    """Return a kernel that runs the operation of this name as any other."""

    @cache
    def op() -> Any:  # looked up when it is called: each takes longer than to register it
        packet, _, overload = name.partition(".")
        return getattr(getattr(torch.ops.aten, packet), overload or "default")

    return lambda *args, **kwargs: _run(op(), *args, **kwargs)


def _structured() -> dict[str, Callable[..., Any]]:
    """Return the operations that torch would split in two, to make the result and to fill it, each run as one.

    In two, they take twice the time, and some meet tensors on two devices with an error of torch's own making.
    """
    names = torch._C._dispatch_get_registrations_for_dispatch_key("CompositeExplicitAutogradNonFunctional")
    return {
        name.removeprefix("aten::"): _as_one(name.removeprefix("aten::"))
        for name in names
        if name.startswith("aten::") and torch._C._dispatch_has_kernel_for_dispatch_key(name, "CPU")
    }


# Operations that are not what they are on the CPU


def _kernels() -> dict[str, Callable[..., Any]]:
    """Return the operations that do not go through ``_run``, by their names in aten."""
    cpu = torch._C.DispatchKey.CPU
    aten = torch.ops.aten

    def view(name: str) -> Callable[..., Any]:
        op = getattr(aten, name).default
        return lambda *args, **kwargs: op._op_dk(cpu, *args, **kwargs)

    # These are called on devices that torch does not know; on the CPU, the plain operations compute the same.
    def convolution_backward(gradient: Any, x: Any, weight: Any, *args: Any) -> Any:
        return _run(aten.convolution_backward.default, gradient, x, weight, [gradient.shape[1]], *args)

    def set_from_tensor(tensor: torch.Tensor, source: torch.Tensor) -> torch.Tensor:
        if source.device != tensor.device:
            raise RuntimeError(f"Expected all tensors to be on the same device, {tensor.device} and {source.device}")
        return _set_storage(tensor, source.untyped_storage(), source.storage_offset(), source.size(), source.stride())

    def set_empty(tensor: torch.Tensor) -> torch.Tensor:
        return _set_storage(tensor, _new_storage(torch.UntypedStorage, 0, device=_sim()), 0, [0], [1])

    def set_whole(tensor: torch.Tensor, storage: torch.UntypedStorage) -> torch.Tensor:
        return _set_storage(tensor, storage, 0, [storage.nbytes() // tensor.element_size()], [1])

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
    return (
        {name: view(name) for name in views}
        | {name: _as_one(name) for name in windows}
        | {
            "alias": lambda tensor: _over(tensor.untyped_storage(), tensor),
            "convolution_overrideable": _as_one("convolution"),
            "convolution_backward_overrideable": convolution_backward,
            "set_.source_Storage_storage_offset": _set_storage,
            "set_.source_Storage": set_whole,
            "set_.source_Tensor": set_from_tensor,
            "set_": set_empty,
            # By itself, torch would clone a conjugate by copying it, and copy it by cloning it, without end.
            "clone": _as_one("clone"),
            "copy_": copy,
            "_copy_from": copy_from,
            "_copy_from_and_resize": copy_from,
        }
    )


def _cells() -> dict[str, Callable[..., Any]]:
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


def _pinning() -> dict[str, Callable[..., Any]]:
    """Return what a CPU tensor does when it is pinned for an accelerator: here, no memory is nearer than any other."""
    return {"_pin_memory": lambda tensor, _=None: tensor.clone(), "is_pinned": lambda *_: False}


def _at_cpu(tensor: torch.Tensor) -> torch.Tensor:
    return _on_cpu(tensor) if tensor.device.type == NAME else tensor


def _set_storage(
    tensor: torch.Tensor,
    storage: torch.UntypedStorage,
    offset: int | torch.SymInt,
    size: Sequence[int],
    stride: Sequence[int] = (),
) -> torch.Tensor:
    op = torch.ops.aten.set_.source_Storage_storage_offset
    result: torch.Tensor = op._op_dk(torch._C.DispatchKey.CPU, tensor, storage, offset, size, stride)
    return result


# What torch makes or waits for without asking an operation

_plain_new = torch.UntypedStorage.__new__


def _new_storage(cls: type[torch.UntypedStorage], *args: Any, **kwargs: Any) -> Any:
    device = kwargs.get("device")
    if device is None or torch.device(device).type != NAME:
        return _plain_new(cls, *args, **kwargs)
    _refuse_other_devices(torch.device(device))
    return _storage_on_sim(_plain_new(cls, *args, **(kwargs | {"device": _CPU})))


_plain_synchronize = torch.accelerator.synchronize


def _synchronize(*device: Any) -> None:
    accelerator = torch.accelerator.current_accelerator()
    if accelerator is None or accelerator.type != NAME:  # what runs on sim has ended when it returns
        _plain_synchronize(*device)


_generators: WeakValueDictionary[int, torch.Generator] = WeakValueDictionary()
"""The simulated device's generators by their address: an operation is handed another Python object for the same one."""


class _GeneratorType(type(torch._C.Generator)):  # type: ignore[misc]
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, torch._C.Generator)  # torch's own generators stay generators


class _Generator(torch._C.Generator, metaclass=_GeneratorType):
    """``torch.Generator`` while there is a simulated device: for a device of torch's it is what it was."""

    default: "_Generator"

    def __new__(cls, device: torch.device | str = "cpu") -> Any:
        device = torch.device(device)
        if device.type != NAME:
            return torch._C.Generator(device)
        _refuse_other_devices(device)
        generator: Any = torch._C.Generator.__new__(cls, _CPU)  # type: ignore[call-arg]
        _generators[generator._cdata] = generator
        return generator

    def __init__(self, device: torch.device | str = "cpu") -> None:
        pass

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        return _sim()


@contextmanager
def _drawing() -> Iterator[None]:
    """Let the CPU's generator be the device's own for as long as this lasts."""
    cpu, own = torch.default_generator, _Generator.default
    before = cpu.get_state()
    cpu.set_state(own.get_state())
    try:
        yield
    finally:
        own.set_state(cpu.get_state())
        cpu.set_state(before)


# What torch asks of a device as a whole


def _device_module() -> ModuleType:
    """Return ``torch.sim``, with what ``torch.cuda`` has that code for any device asks for."""
    module = ModuleType(f"torch.{NAME}", "The simulated device.")

    @contextmanager
    def one_device(_: object) -> Iterator[None]:
        yield

    functions: dict[str, Callable[..., Any]] = {
        "is_available": lambda: True,
        "is_initialized": lambda: True,
        "device_count": lambda: 1,
        "current_device": lambda: 0,
        "set_device": lambda device: _refuse_other_devices(torch.device(device)),
        "device": one_device,
        "synchronize": lambda *_: None,
        "manual_seed": seed,
        "manual_seed_all": seed,
        "initial_seed": lambda: _Generator.default.initial_seed(),
        "get_rng_state": lambda *_: _Generator.default.get_state(),
        "set_rng_state": lambda state, *_: _Generator.default.set_state(state),
        "get_amp_supported_dtype": lambda: [torch.bfloat16, torch.float16],
        "_is_in_bad_fork": lambda: False,
    }
    for name, function in functions.items():
        setattr(module, name, function)
    sys.modules[module.__name__] = module
    return module
