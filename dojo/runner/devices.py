"""Choose the devices of a run from those requested and those available."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from dojo import simulated

NAMES = ("cpu", "cuda", "mps", simulated.NAME)
"""The devices that ``--device`` takes."""


class NoSuchDevice(ValueError):
    """A requested device is not on this machine."""


@dataclass(frozen=True)
class Devices:
    """The devices of a run, and a sentence about each device that people might expect and that did not run."""

    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def missing(name: str) -> str:
    """Say why the device ``name`` cannot be used, or return ""."""
    if name == simulated.NAME:
        try:
            simulated.register()
        except simulated.Unavailable as error:
            return str(error)
        return ""
    here = name == "cpu" or getattr(torch.backends if name == "mps" else torch, name).is_available()
    return "" if here else f"no {name} device on this machine; leave the option out to run on what is here"


def choose(requested: Sequence[str]) -> Devices:
    """Return the devices of a run: those requested, else the CPU and CUDA, or the simulated device instead of CUDA.

    Raises:
        NoSuchDevice: if a requested device is not available. It is never skipped silently.
    """
    for name in requested:
        if name not in NAMES:
            raise NoSuchDevice(f"--device {name}: there is no device of that name; choose from {', '.join(NAMES)}")
        if reason := missing(name):
            raise NoSuchDevice(f"--device {name}: {reason}")
    if requested:
        names = tuple(dict.fromkeys(requested))
        return Devices(names, () if "cuda" in names else ("cuda not asked for",))
    if not missing("cuda"):
        return Devices(("cpu", "cuda"))
    if reason := missing(simulated.NAME):
        return Devices(("cpu",), ("cuda not run: no device here", reason))
    return Devices(("cpu", simulated.NAME), (f"cuda not run: no device here, {simulated.NAME} stands in for it",))
