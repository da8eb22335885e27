"""The device ``sim``: an accelerator played by the CPU, so that device bugs show without a GPU.

A tensor on ``sim`` is an ordinary ``torch.Tensor``. It has a storage of its own, which says that it lies on ``sim:0``
and whose bytes are CPU memory. Every operation that reaches it goes through ``run``: each argument is taken as the CPU
tensor over the same bytes, torch's own CPU kernel computes, and what comes out lies on ``sim`` again. Before that,
arguments on different devices are refused, as CUDA refuses them.

How it differs from CUDA, operation by operation, is told in docs/devices.md and tried by the tests. In torch, three
names are replaced: ``torch.Generator`` and ``torch.UntypedStorage`` make generators and storages on ``sim`` too, and
``torch.accelerator.synchronize`` does not wait for it.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import torch

from dojo.simulated._generators import Generator
from dojo.simulated._kernels import cells, kernels, pinning, structured
from dojo.simulated._memory import NAME, new_storage, refuse_other_devices, sim
from dojo.simulated._operations import run

__all__ = ["NAME", "Unavailable", "register", "registered", "seed"]


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
            if three.device != sim() or (three + three).cpu().tolist() != [6.0, 6.0]:
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
    Generator.default.manual_seed((number ^ 0x51D) & 0xFFFF_FFFF_FFFF_FFFF)


def _register() -> None:
    # Imported here: an older torch has no such function, which is to be told and not to end the run.
    from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

    _setup_privateuseone_for_python_backend(NAME, backend_module=_device_module())
    Generator.default = Generator(NAME)
    seed(torch.initial_seed())
    library: Any = torch.library.Library  # without annotations in torch
    fallback, aten = library("_", "IMPL"), library("aten", "IMPL")
    fallback.fallback(run, "PrivateUse1")
    fallback.fallback(torch.library.fallthrough_kernel, "AutocastPrivateUse1")
    for name, kernel in (structured() | kernels()).items():
        aten.impl(name, kernel, "PrivateUse1")
    for name, kernel in cells().items():
        aten.impl(name, kernel, "AutogradPrivateUse1")
    for name, kernel in pinning().items():
        aten.impl(name, kernel, "CPU")
    _libraries.extend((fallback, aten))
    torch.UntypedStorage.__new__ = new_storage  # type: ignore[method-assign,assignment]
    torch.Generator = Generator  # type: ignore[misc,assignment]
    torch.accelerator.synchronize = _synchronize
    # Otherwise each backward() hands its work to a thread of the device's own: for nothing, and at half the speed.
    torch.autograd.set_multithreading_enabled(False)


_libraries: list[Any] = []  # a Library that is collected takes its kernels along


_plain_synchronize = torch.accelerator.synchronize


def _synchronize(*device: Any) -> None:
    accelerator = torch.accelerator.current_accelerator()
    if accelerator is None or accelerator.type != NAME:  # what runs on sim has ended when it returns
        _plain_synchronize(*device)


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
        "set_device": lambda device: refuse_other_devices(torch.device(device)),
        "device": one_device,
        "synchronize": lambda *_: None,
        "manual_seed": seed,
        "manual_seed_all": seed,
        "initial_seed": lambda: Generator.default.initial_seed(),
        "get_rng_state": lambda *_: Generator.default.get_state(),
        "set_rng_state": lambda state, *_: Generator.default.set_state(state),
        "get_amp_supported_dtype": lambda: [torch.bfloat16, torch.float16],
        "_is_in_bad_fork": lambda: False,
    }
    for name, function in functions.items():
        setattr(module, name, function)
    sys.modules[module.__name__] = module
    return module
