"""The device ``sim``: an accelerator simulated by the CPU, to find device bugs without a GPU.

A tensor on ``sim`` is an ordinary ``torch.Tensor``. Its storage reports the device ``sim:0``, and its bytes are CPU
memory. Every operation on it goes through ``run``: each argument becomes the CPU tensor over the same bytes, torch's
CPU kernel computes, and the result is put on ``sim``. Arguments on different devices are refused, as CUDA does.

docs/devices.md lists the differences from CUDA by operation, and the tests check them. Three names of torch are
replaced: ``torch.Generator`` and ``torch.UntypedStorage`` also support ``sim``, and ``torch.accelerator.synchronize``
does not wait for it.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import torch

from dojo.simulated._generators import Generator
from dojo.simulated._kernels import kernels, pinning, recurrent_cells, structured_operations
from dojo.simulated._memory import NAME, new_storage, refuse_other_devices, sim
from dojo.simulated._operations import run

__all__ = ["NAME", "Unavailable", "register", "registered", "seed"]


class Unavailable(RuntimeError):
    """This version of torch cannot simulate a device; the message says why in one line."""


_registered: bool | Unavailable = False


def register() -> None:
    """Register ``sim`` as a device of this process, permanently.

    Raises:
        Unavailable: if torch lacks the needed interfaces, or another package uses them.
    """
    global _registered
    if not _registered:
        try:
            _register()
            three = torch.full((2,), 3.0, device=NAME)
            if three.device != sim() or (three + three).cpu().tolist() != [6.0, 6.0]:
                raise RuntimeError("3 + 3 is not 6 on it")
            _registered = True
        except Exception as error:  # from torch's private interfaces; the CPU can still be used
            reason = " ".join(str(error).split()) or type(error).__name__
            _registered = Unavailable(f"torch {torch.__version__} cannot simulate a device: {reason[:160]}")
    if isinstance(_registered, Unavailable):
        raise _registered


def registered() -> bool:
    """Say whether ``sim`` is registered in this process."""
    return _registered is True


def seed(number: int) -> None:
    """Seed the device's generator, so that its numbers differ from those of the CPU's generator."""
    Generator.default.manual_seed((number ^ 0x51D) & 0xFFFF_FFFF_FFFF_FFFF)


def _register() -> None:
    # Imported here: an older torch lacks it, which must be reported and must not end the run.
    from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

    _setup_privateuseone_for_python_backend(NAME, backend_module=_device_module())
    Generator.default = Generator(NAME)
    seed(torch.initial_seed())
    library: Any = torch.library.Library  # torch has no annotations for it
    fallback, aten = library("_", "IMPL"), library("aten", "IMPL")
    fallback.fallback(run, "PrivateUse1")
    fallback.fallback(torch.library.fallthrough_kernel, "AutocastPrivateUse1")
    for name, kernel in (structured_operations() | kernels()).items():
        aten.impl(name, kernel, "PrivateUse1")
    for name, kernel in recurrent_cells().items():
        aten.impl(name, kernel, "AutogradPrivateUse1")
    for name, kernel in pinning().items():
        aten.impl(name, kernel, "CPU")
    _libraries.extend((fallback, aten))
    torch.UntypedStorage.__new__ = new_storage  # type: ignore[method-assign,assignment]
    torch.Generator = Generator  # type: ignore[misc,assignment]
    torch.accelerator.synchronize = _synchronize
    # Otherwise each backward() runs in a separate thread for the device, at half the speed.
    torch.autograd.set_multithreading_enabled(False)


_libraries: list[Any] = []  # if a Library is garbage-collected, its kernels are removed


_torch_synchronize = torch.accelerator.synchronize


def _synchronize(*device: Any) -> None:
    accelerator = torch.accelerator.current_accelerator()
    if accelerator is None or accelerator.type != NAME:  # operations on sim are synchronous
        _torch_synchronize(*device)


def _device_module() -> ModuleType:
    """Create the module ``torch.sim``, with the functions of ``torch.cuda`` that code for any device uses."""
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
