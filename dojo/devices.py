"""Where the tensors of a run live: which devices are here, which were asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from dojo import simulated

NAMES = ("cpu", "cuda", "mps", simulated.NAME)
"""The devices that ``--device`` takes."""


class NoSuchDevice(ValueError):
    """A device was asked for that this machine does not have."""


@dataclass(frozen=True)
class Devices:
    """The devices of a run, and a sentence about each that people expect and that did not run."""

    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def available(name: str) -> bool:
    """Say whether tensors can live on ``name`` here."""
    if name == "cuda":
        return torch.cuda.is_available()
    if name == "mps":
        return torch.backends.mps.is_available()
    if name == simulated.NAME:
        return not missing_simulation()
    return name == "cpu"


def choose(requested: Sequence[str]) -> Devices:
    """Return the devices to run on: those requested, else the CPU and CUDA, or the simulated device in its place.

    Raises:
        NoSuchDevice: where one was requested that is not here. It is never skipped in silence.
    """
    for name in requested:
        if name not in NAMES:
            raise NoSuchDevice(f"--device {name}: there is no device of that name; choose from {', '.join(NAMES)}")
        if name == simulated.NAME and (missing := missing_simulation()):
            raise NoSuchDevice(f"--device {name}: {missing}")
        if not available(name):
            raise NoSuchDevice(
                f"--device {name}: no {name} device on this machine; leave the option out to run on what is here"
            )
    if requested:
        names = tuple(dict.fromkeys(requested))
        return Devices(names, () if "cuda" in names else ("cuda not asked for",))
    if available("cuda"):
        return Devices(("cpu", "cuda"))
    if missing := missing_simulation():
        return Devices(("cpu",), ("cuda not run: no device here", missing))
    return Devices(("cpu", simulated.NAME), (f"cuda not run: no device here, {simulated.NAME} stands in for it",))


def missing_simulation() -> str:
    """Return why there is no simulated device, or nothing where there is one."""
    try:
        simulated.register()
    except simulated.Unavailable as error:
        return str(error)
    return ""
