"""Random numbers on ``sim``: its generators, which torch does not create by an operation."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakValueDictionary

import torch

from dojo.simulated._memory import CPU, NAME, refuse_other_devices, sim

generators: WeakValueDictionary[int, torch.Generator] = WeakValueDictionary()
"""The simulated device's generators by address: operations receive another Python object for the same generator."""


class _GeneratorType(type(torch._C.Generator)):  # type: ignore[misc]
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, torch._C.Generator)  # torch's own generators stay generators


class Generator(torch._C.Generator, metaclass=_GeneratorType):
    """Replaces ``torch.Generator``: makes generators on ``sim`` too."""

    default: "Generator"

    def __new__(cls, device: torch.device | str = "cpu") -> Any:
        device = torch.device(device)
        if device.type != NAME:
            return torch._C.Generator(device)
        refuse_other_devices(device)
        generator: Any = torch._C.Generator.__new__(cls, CPU)  # type: ignore[call-arg]
        generators[generator._cdata] = generator
        return generator

    def __init__(self, device: torch.device | str = "cpu") -> None:
        pass

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        return sim()


@contextmanager
def draw_on_sim() -> Iterator[None]:
    """Let the CPU's generator produce the device's numbers within the block."""
    cpu, own = torch.default_generator, Generator.default
    before = cpu.get_state()
    cpu.set_state(own.get_state())
    try:
        yield
    finally:
        own.set_state(cpu.get_state())
        cpu.set_state(before)
