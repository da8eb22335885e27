"""The screen of ``pytest katas``, as lines of styled text: pure, so that it can be tested word for word."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dojo.course import Course
from dojo.progress import Progress, Result, State

Piece = tuple[str, str]
"""Text and its style: plain, good, bad, faint or strong."""
Line = list[Piece]

MARKS = {State.SOLVED: "✔", State.WRONG: "✘", State.BEGUN: "◐", State.TODO: "·", State.NOT_RUN: " "}
ASCII_MARKS = {State.SOLVED: "+", State.WRONG: "x", State.BEGUN: "~", State.TODO: ".", State.NOT_RUN: " "}
_STYLES = {State.SOLVED: "good", State.WRONG: "bad", State.BEGUN: "strong", State.TODO: "faint", State.NOT_RUN: "faint"}


@dataclass(frozen=True)
class Screen:
    """Everything that the screen depends on, but for the results."""

    course: Course
    root: Path
    invocation: Path
    devices: tuple[str, ...] = ("cpu",)
    notes: tuple[str, ...] = ()
    answers: str | None = None
    seed: int = 0
    width: int = 80
    unicode: bool = True

    def header(self) -> list[Line]:
        """Return what ran, and the seed that repeats it."""
        ran = f"  {' and '.join(self.devices)}   seed {self.seed}"
        lines: list[Line] = [[("katas", "strong"), (ran, "plain")]]
        lines += [[("! ", "bad"), (problem, "plain")] for problem in self.course.problems]
        for note in self.notes:
            lines += [[("  ", "plain"), (piece, "faint")] for piece in textwrap.wrap(note, self.width - 2)]
        return lines

    def body(self, progress: Progress) -> list[Line]:
        """Return the map of the katas and the one thing to do next."""
        lines = self._map(progress)
        focus = self._focus(progress)
        if focus is not None:
            lines += [[], *self._failure(focus)]
        return lines

    def _map(self, progress: Progress) -> list[Line]:
        marks = MARKS if self.unicode else ASCII_MARKS
        shown = [
            (chapter.name, [kata for kata in chapter.katas if kata.id in progress.selected])
            for chapter in self.course.chapters
        ]
        indent = max((len(name) for name, katas in shown if katas), default=0) + 4
        lines: list[Line] = []
        for name, katas in shown:
            if not katas:
                continue
            line: Line = [(f" {name}".ljust(indent), "strong")]
            used = indent
            for kata in katas:
                state = progress.state(kata.id)
                piece = f"{marks[state]} {kata.name}"
                if used + len(piece) > self.width and used > indent:
                    lines.append(line)
                    line, used = [(" " * indent, "plain")], indent
                line += [(piece, _STYLES[state]), ("  ", "plain")]
                used += len(piece) + 2
            lines.append(line)
        return lines

    def _focus(self, progress: Progress) -> Result | None:
        """Return the failure to show: of the first kata that is tried and not solved, else of the next to try."""
        katas = [kata.id for kata in self.course.katas() if kata.id in progress.selected]
        for states in ((State.WRONG,), (State.BEGUN,), (State.TODO,)):
            for kata in katas:
                failures = progress.failures(kata)
                if progress.state(kata) in states and failures:
                    return failures[0]
        return None

    def _failure(self, result: Result) -> list[Line]:
        evidence = result.evidence
        assert evidence is not None
        todo = evidence.outcome == "todo"
        marks = MARKS if self.unicode else ASCII_MARKS
        mark, style = ("→" if self.unicode else "->", "strong") if todo else (marks[State.WRONG], "bad")
        device = f"  [{result.device}]" if result.device and not todo else ""
        title = f"{mark} {result.kata}: {_first_lower(result.statement)}{device}"
        lines: list[Line] = [[(text, style)] for text in self._wrap(title, " ", "   ")]
        lines.append([])
        if evidence.path:
            place = self._relative(Path(evidence.path)) + (f":{evidence.line}" if evidence.line else "")
            lines += self._aligned(place, "" if todo else evidence.source or "")
        words = evidence.message
        if evidence.call and evidence.outcome in ("refused", "raised"):
            joined = words.startswith(("gave", "raised", "changed", "ran", "never came"))
            words = f"{evidence.call} {words}" if joined else f"{evidence.call}: {words}"
        first, *picture = words.splitlines() or [""]
        lines += [[(text, "plain")] for text in self._wrap(first)]
        lines += [[("     " + text, "faint")] for text in picture]
        for text in evidence.inputs:
            lines += [[(wrapped, "faint")] for wrapped in self._wrap(text, "     ", "       ")]
        if evidence.mistake:
            lines += [[(text, "bad")] for text in self._wrap(evidence.mistake)]
        if evidence.printed:
            lines.append([("   printed", "faint")])
            lines += [[("     " + text, "faint")] for text in evidence.printed]
        lines.append([])
        name = result.kata.partition("/")[2]
        again = self._relative(self.root / "katas" / result.kata.replace("/", "/test_")) + ".py"
        lines.append([("   hint   ", "faint"), (f"kata hint {name}", "plain")])
        if self.answers:
            again += f" --answers {self.answers}"
        lines.append([("   again  ", "faint"), (f"pytest {again}", "plain")])
        return lines

    def _aligned(self, place: str, source: str) -> list[Line]:
        if not source or len(place) + len(source) + 6 <= self.width:
            return [[("   " + place, "strong"), ("   " + source if source else "", "plain")]]
        room = self.width - 5
        shown = source if len(source) <= room else source[: room - 3] + "..."
        return [[("   " + place, "strong")], [("     " + shown, "plain")]]

    def _wrap(self, text: str, first: str = "   ", rest: str = "   ") -> list[str]:
        return textwrap.wrap(
            text,
            max(self.width, 40),
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _relative(self, path: Path) -> str:
        try:
            return path.relative_to(self.invocation).as_posix()
        except ValueError:
            return str(path)


def summary(progress: Progress, devices: Sequence[str]) -> list[Line]:
    """Return the last lines of the run: where it ran, and how many katas are solved there."""
    solved, total = progress.solved(), len(progress.selected)
    count = f"{solved} of {total} kata{'' if total == 1 else 's'} solved"
    return [
        [(f"on {' and '.join(devices)}:", "faint")],
        [(count, "good" if solved == total > 0 else "strong")],
    ]


def plain(lines: Iterable[Line]) -> str:
    """Return the text of ``lines`` without styles."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)


def encodable(encoding: str | None, marks: Sequence[str] = tuple(MARKS.values())) -> bool:
    """Say whether a stream of that encoding can show the marks."""
    try:
        "".join([*marks, "→", "…"]).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _first_lower(sentence: str) -> str:
    """Return ``sentence`` as it reads after a colon: without its full stop, a plain first word in lower case."""
    sentence = sentence.strip().rstrip(".")
    first = sentence.split(" ", 1)[0]
    return sentence[:1].lower() + sentence[1:] if first[1:].islower() or first in ("A", "I") else sentence
