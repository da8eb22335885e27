"""Where the tensors of a run live: which devices are here, which were asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

NAMES = ("cpu", "cuda", "mps")
"""The devices that ``--device`` takes."""


class NoSuchDevice(ValueError):
    """A device was asked for that this machine does not have."""


@dataclass(frozen=True)
class Devices:
    """The devices of a run, and a sentence about each that people expect and that did not run."""

    names: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        ran = " and ".join(self.names)
        return f"{ran} ({'; '.join(self.notes)})" if self.notes else ran


def available(name: str) -> bool:
    """Say whether tensors can live on ``name`` here."""
    if name == "cuda":
        return torch.cuda.is_available()
    if name == "mps":
        return torch.backends.mps.is_available()
    return name == "cpu"


def choose(requested: Sequence[str]) -> Devices:
    """Return the devices to run on: those requested, else the CPU and CUDA where it is here.

    Raises:
        NoSuchDevice: where one was requested that is not here. It is never skipped in silence.
    """
    for name in requested:
        if name not in NAMES:
            raise NoSuchDevice(f"--device {name}: there is no device of that name; choose from {', '.join(NAMES)}")
        if not available(name):
            raise NoSuchDevice(
                f"--device {name}: no {name} device on this machine; leave the option out to run on what is here"
            )
    if requested:
        names = tuple(dict.fromkeys(requested))
        return Devices(names, () if "cuda" in names else ("cuda not asked for",))
    if available("cuda"):
        return Devices(("cpu", "cuda"))
    return Devices(("cpu",), ("cuda not run: no device here",))
