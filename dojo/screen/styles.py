"""The types of styled text, and the mark and style of each state."""

from collections.abc import Sequence

from dojo.results.state import State

MARKS = {State.SOLVED: "✔", State.WRONG: "✘", State.BEGUN: "◐", State.TODO: "·", State.NOT_RUN: " "}
ASCII_MARKS = {State.SOLVED: "+", State.WRONG: "x", State.BEGUN: "~", State.TODO: ".", State.NOT_RUN: " "}
STYLES = {State.SOLVED: "good", State.WRONG: "bad", State.BEGUN: "strong", State.TODO: "faint", State.NOT_RUN: "faint"}

Piece = tuple[str, str]
"""Text and its style: plain, good, bad, faint or strong."""
Line = list[Piece]


def can_show_marks(encoding: str | None, marks: Sequence[str] = tuple(MARKS.values())) -> bool:
    """Say whether a stream of this encoding can show the marks."""
    try:
        "".join([*marks, "→", "…"]).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
