"""Write a failure as sentences."""

from dojo.results.failure import Failure, Outcome, Picture, fill_template

_MAX_LINES = 12  # of a message or of the answer's output
_MAX_WIDTH = 400  # characters of one such line


def message(failure: Failure) -> list[str]:
    """Return the sentence of a failure, and the lines that follow it."""
    values = {**failure.values, "gave": failure.gave or "", "expected": failure.expected or ""}
    text = fill_template(failure.template, values)
    return shorten(text.splitlines()) or [""]


def message_with_call(failure: Failure) -> list[str]:
    """Return the message with the call in front: "half(3) gave 2, expected 1.5"."""
    first, *rest = message(failure)
    if failure.call and failure.outcome in (Outcome.REFUSED, Outcome.RAISED):
        first = f"{failure.call} {first}" if failure.continues else f"{failure.call}: {first}"
    return [first, *rest]


def plain_lines(picture: Picture) -> list[str]:
    """Return the lines of a picture without styles."""
    return ["".join(text for text, _ in line) for line in picture]


def shorten(lines: list[str]) -> list[str]:
    """Return the first lines, each cut to a maximum length."""
    cut = [line if len(line) <= _MAX_WIDTH else line[: _MAX_WIDTH - 1] + "…" for line in lines[:_MAX_LINES]]
    return cut if len(lines) <= _MAX_LINES else [*cut, "…"]
