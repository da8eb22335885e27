"""What each state is called, for learners and instructors alike, and numbers as people write them."""

from dataclasses import dataclass

from dojo.grading.model.verdicts import VerdictState


@dataclass(frozen=True)
class StateLabel:
    """How a state is shown: its mark, its name, and what it means."""

    mark: str
    name: str
    meaning: str


LABELS = {
    VerdictState.SOLVED: StateLabel("✔", "solved", "all of its tests pass, on each device"),
    VerdictState.FAILED: StateLabel("✘", "failed", "at least one of its tests does not pass"),
    VerdictState.TIMEOUT: StateLabel("T", "timeout", "it was still running at its time limit, and was ended"),
    VerdictState.MEMORY: StateLabel("M", "out of memory", "it asked for more memory than there is for it"),
    VerdictState.CRASHED: StateLabel("C", "crashed", "its process ended before all tests were done"),
    VerdictState.OUTPUT_LIMIT: StateLabel("L", "output limit", "it printed or wrote more than is allowed"),
    VerdictState.TAMPERING: StateLabel(
        "!",
        "tampering suspected",
        "it changed something that the tests rely on, which may be by mistake: ask your instructor",
    ),
    VerdictState.UNGRADABLE: StateLabel("–", "ungradable", "what was handed in could not be read"),
    VerdictState.INFRASTRUCTURE_ERROR: StateLabel(
        "?", "grader's fault", "the grader itself failed, which says nothing about the answer: it is to be graded again"
    ),
    VerdictState.NOT_ATTEMPTED: StateLabel(
        "·", "not attempted", "the file is as it was given out, or was not handed in"
    ),
}
"""In the order in which they are listed."""


def number(value: float) -> str:
    """Return a number with at most two digits behind the point, and none that say nothing: 3, 2.5, 2.67."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def count_tests(count: float, noun: str) -> str:
    """Return ``1 kata``, ``3 katas``, ``2.5 points``."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def points_of(points: float | None, most: float) -> str:
    """Return ``2.5 of 4 points``; without points, that there is no grade yet."""
    return (
        f"no grade yet, of {count_tests(most, 'point')}"
        if points is None
        else f"{number(points)} of {count_tests(most, 'point')}"
    )
