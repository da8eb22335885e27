"""What came of a run of tests."""

from dataclasses import dataclass
from enum import Enum

from dojo.results.progress import Progress, Result


class Ended(Enum):
    """How a run came to its end."""

    FINISHED = "finished"
    TIMEOUT = "ran past its time limit"
    CRASHED = "its process died"
    STOPPED = "was stopped"
    GOING_ON = "goes on"


@dataclass(frozen=True)
class Run:
    """What came of a request.

    ``devices`` are those of the run, and ``notes`` say which ones people expect and why they did not run. ``selected``
    are pairs of kata and test; ``errors`` are test files that did not load.
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
        """Return the results gathered by kata."""
        progress = Progress()
        progress.select(self.selected)
        for result in self.results:
            progress.add(result)
        return progress
