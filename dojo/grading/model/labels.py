"""The words that reports share: what each state is called, what it means, and numbers as people write them."""

from dojo.grading.model.verdicts import State
from dojo.screen.sanitize import legible

LABELS = {
    State.SOLVED: "solved",
    State.FAILED: "not solved",
    State.NOT_ATTEMPTED: "not attempted",
    State.TIMEOUT: "out of time",
    State.MEMORY: "out of memory",
    State.CRASHED: "ended early",
    State.OUTPUT_LIMIT: "too much output",
    State.TAMPERING: "tampering suspected",
    State.UNGRADABLE: "not gradable",
    State.INFRASTRUCTURE_ERROR: "to be graded again",
}
MEANINGS = {
    State.SOLVED: "all of its tests pass, on each device",
    State.FAILED: "at least one of its tests does not pass",
    State.NOT_ATTEMPTED: "the file is as it was given out, or was not handed in",
    State.TIMEOUT: "it was still running at its time limit, and was ended",
    State.MEMORY: "it asked for more memory than there is for it",
    State.CRASHED: "its process ended before all tests were done",
    State.OUTPUT_LIMIT: "it printed or wrote more than is allowed",
    State.TAMPERING: "it changed something that the tests rely on, which may be by mistake: ask your instructor",
    State.UNGRADABLE: "what was handed in could not be read",
    State.INFRASTRUCTURE_ERROR: "the grader itself failed, which says nothing about the answer",
}
MARKS = {
    **dict.fromkeys(State, "✘"),
    State.SOLVED: "✔",
    State.NOT_ATTEMPTED: "·",
    State.TAMPERING: "!",
    State.UNGRADABLE: "?",
    State.INFRASTRUCTURE_ERROR: "?",
}


def number(value: float) -> str:
    """Return a number with at most two digits behind the point, and none that say nothing: 3, 2.5, 2.67."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def counted(count: float, noun: str) -> str:
    """Return ``1 kata``, ``3 katas``, ``2.5 points``."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def one_line(text: str, longest: int = 300) -> str:
    """Return a text of anyone's on one line, without control characters, cut where it is long."""
    return " ".join(legible(text, longest).split())


def points_of(points: float | None, most: float) -> str:
    """Return ``2.5 of 4 points``; without points, that there is no grade yet."""
    return (
        f"no grade yet, of {counted(most, 'point')}"
        if points is None
        else f"{number(points)} of {counted(most, 'point')}"
    )
