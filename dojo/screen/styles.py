"""The types of styled text, and the mark and style of each state."""

from collections.abc import Sequence

from dojo.results.state import State

MARKS = {State.SOLVED: "✔", State.WRONG: "✘", State.BEGUN: "◐", State.TODO: "·", State.NOT_RUN: " "}
ASCII_MARKS = {State.SOLVED: "+", State.WRONG: "x", State.BEGUN: "~", State.TODO: ".", State.NOT_RUN: " "}
STYLES = {State.SOLVED: "good", State.WRONG: "bad", State.BEGUN: "strong", State.TODO: "faint", State.NOT_RUN: "faint"}

Piece = tuple[str, str]
"""Text and its style: plain, good, bad, faint or strong."""
Line = list[Piece]

ANSI = {"good": "32", "bad": "31", "faint": "2", "strong": "1"}
"""For each style but plain, the parameter of the terminal's escape sequence."""
COLOURS = {"good": "#00a000", "bad": "#e00000", "faint": "#808080"}
"""The same in HTML; strong is bold there, too."""


def ansi(line: Line) -> str:
    """Return a line with escape sequences for its styles."""
    return "".join(f"\x1b[{ANSI[style]}m{text}\x1b[0m" if style in ANSI else text for text, style in line)


def can_show_marks(encoding: str | None, marks: Sequence[str] = tuple(MARKS.values())) -> bool:
    """Say whether a stream of this encoding can show the marks."""
    try:
        "".join([*marks, "→", "…"]).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
