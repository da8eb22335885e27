"""A failure in words."""

from dojo.results.failure import Failure, Outcome, Picture, fill_template

_LINES = 12  # of a message or of what the answer printed
_WIDEST = 400  # characters of one such line


def message(failure: Failure) -> list[str]:
    """Return the sentence of a failure, and lines that it goes on with."""
    values = {**failure.values, "gave": failure.gave or "", "expected": failure.expected or ""}
    text = fill_template(failure.template, values)
    return shortened(text.splitlines()) or [""]


def about_call(failure: Failure) -> list[str]:
    """Return the message with the call that it is about: "half(3) gave 2, expected 1.5"."""
    first, *rest = message(failure)
    if failure.call and failure.outcome in (Outcome.REFUSED, Outcome.RAISED):
        first = f"{failure.call} {first}" if failure.continues else f"{failure.call}: {first}"
    return [first, *rest]


def plain_lines(picture: Picture) -> list[str]:
    """Return the lines of a picture without styles."""
    return ["".join(text for text, _ in line) for line in picture]


def shortened(lines: list[str]) -> list[str]:
    """Return lines that are not too many, none of them too long."""
    cut = [line if len(line) <= _WIDEST else line[: _WIDEST - 1] + "…" for line in lines[:_LINES]]
    return cut if len(lines) <= _LINES else [*cut, "…"]
