"""A run of tests: how it ended and its results."""

from dataclasses import dataclass
from enum import Enum

from dojo.results.progress import Progress, Result


class Ended(Enum):
    """How a run ended, or that it still goes on."""

    FINISHED = "finished"
    TIMEOUT = "ran past its time limit"
    CRASHED = "its process died"
    STOPPED = "was stopped"
    GOING_ON = "goes on"


@dataclass(frozen=True)
class Run:
    """The outcome of a request.

    ``notes`` say which devices people might expect and why these did not run. ``selected`` are pairs of kata and test;
    ``errors`` are messages about test files that did not load.
    """

    ended: Ended
    results: tuple[Result, ...] = ()
    devices: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    selected: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()
    seconds: float = 0.0
    output: str = ""

    def progress(self) -> Progress:
        """Return the results grouped by kata."""
        progress = Progress()
        progress.select(self.selected)
        for result in self.results:
            progress.add(result)
        return progress
