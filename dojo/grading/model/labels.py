"""Names of verdict states for learners and instructors, and number formatting."""

from dataclasses import dataclass

from dojo.grading.model.verdicts import VerdictState


@dataclass(frozen=True)
class StateLabel:
    """How a state is shown."""

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
"""In the order in which states are listed."""


def format_number(value: float) -> str:
    """Format a number with at most two decimals and no trailing zeros: 3, 2.5, 2.67."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def format_count(count: float, noun: str) -> str:
    """Return ``1 kata``, ``3 katas``, ``2.5 points``."""
    return f"{format_number(count)} {noun}{'' if count == 1 else 's'}"


def format_points(points: float | None, most: float) -> str:
    """Return ``2.5 of 4 points``, or ``no grade yet, of 4 points`` if ``points`` is None."""
    prefix = "no grade yet, of" if points is None else f"{format_number(points)} of"
    return f"{prefix} {format_count(most, 'point')}"
