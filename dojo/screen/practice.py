"""The screen of ``pytest katas``, as lines of styled text: pure, so that it can be tested word for word."""

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path

from dojo.course import Course
from dojo.results.progress import Progress, Result
from dojo.results.state import State
from dojo.screen.sanitize import legible
from dojo.screen.styles import ASCII_MARKS, MARKS, STYLES, Line

_ASCII = str.maketrans("▁▂▃▄▅▆▇█×", "_.:-=+*#x")


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
        lines = self.map({kata: progress.state(kata) for kata in progress.selected})
        focus = self.focus(progress)
        if focus is not None:
            lines += [[], *self.failure(focus), [], *self._steps(focus)]
        return lines

    def map(self, states: Mapping[str, State]) -> list[Line]:
        """Return a line or more for each chapter: the katas that ``states`` has, each with its mark."""
        marks = MARKS if self.unicode else ASCII_MARKS
        shown = [
            (chapter.name, [kata for kata in chapter.katas if kata.id in states]) for chapter in self.course.chapters
        ]
        indent = max((len(name) for name, katas in shown if katas), default=0) + 4
        lines: list[Line] = []
        for name, katas in shown:
            if not katas:
                continue
            line: Line = [(f" {name}".ljust(indent), "strong")]
            used = indent
            for kata in katas:
                state = states[kata.id]
                piece = f"{marks[state]} {kata.name}"
                if used + len(piece) > self.width and used > indent:
                    lines.append(line)
                    line, used = [(" " * indent, "plain")], indent
                line += [("  ", "plain")] * (used > indent) + [(piece, STYLES[state])]
                used += len(piece) + 2
            lines.append(line)
        return lines

    def focus(self, progress: Progress) -> Result | None:
        """Return the failure to show: of the first kata that is tried and not solved, else of the next to try."""
        katas = [kata.id for kata in self.course.katas() if kata.id in progress.selected]
        for states in ((State.WRONG,), (State.BEGUN,), (State.TODO,)):
            for kata in katas:
                failures = progress.failures(kata)
                if progress.state(kata) in states and failures:
                    return failures[0]
        return None

    def failure(self, result: Result) -> list[Line]:
        """Return all that a result which did not pass tells its reader. What the answer says steers no terminal."""
        return [[(legible(text), style) for text, style in line] for line in self._told(result)]

    def _told(self, result: Result) -> list[Line]:
        evidence = result.evidence
        assert evidence is not None
        todo = evidence.outcome == "todo"
        marks = MARKS if self.unicode else ASCII_MARKS
        mark, style = ("→" if self.unicode else "->", "strong") if todo else (marks[State.WRONG], "bad")
        device = f"  [{result.device}]" if result.device and not todo else ""
        # A file that cannot be used has nothing to do with the statement of the test that came first.
        about = "there is nothing to judge yet" if evidence.outcome == "unusable" else _first_lower(result.statement)
        title = f"{mark} {result.kata}: {about}{'' if evidence.outcome == 'unusable' else device}"
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
        if evidence.mistake:
            lines += [[(text, "bad")] for text in self._wrap(evidence.mistake)]
        lines += self._drawn(picture)
        for text in evidence.inputs:
            first, *picture = text.splitlines() or [""]
            lines += [[(wrapped, "faint")] for wrapped in self._wrap(first, "     ", "       ")]
            lines += self._drawn(picture)
        if evidence.printed:
            lines.append([("   printed", "faint")])
            lines += [[("     " + text, "faint")] for text in evidence.printed]
        return lines

    def _steps(self, result: Result) -> list[Line]:
        name = result.kata.partition("/")[2]
        again = self._relative(self.root / "katas" / result.kata.replace("/", "/test_")) + ".py"
        if self.answers:
            again += f" --answers {self.answers}"
        return [
            [("   hint   ", "faint"), (f"kata hint {name}", "plain")],
            [("   again  ", "faint"), (f"pytest {again}", "plain")],
        ]

    def _drawn(self, picture: Sequence[str]) -> list[Line]:
        """Return the lines of a picture, with what is wrong, what is right and what a view shows in colours."""
        shown = picture if self.unicode else [text.translate(_ASCII) for text in picture]
        styled: list[Line] = [[(text, "faint")] for text in shown]
        for first, styles in _PICTURES:
            if first.match("\n".join(picture)):
                styled = styles(shown)
        return [[("     ", "plain"), *line] for line in styled]

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


def _storage(picture: Sequence[str]) -> list[Line]:
    """Return the boxes and the indices of what a view shows strong, all else faint."""
    places, values, *indices = picture
    walls = [place for place, text in enumerate(values) if text == "|"]
    line: Line = [(values[: walls[0]], "faint")]
    for start, end in pairwise(walls):
        inside = any(text[start + 1 : end].strip() for text in indices if not text.endswith("no element"))
        box = values[start + 1 : end]
        line += [("|", "faint"), (box, "strong")] if inside else [("|" + box, "faint")]
    below: list[Line] = [[(text[: walls[0]], "faint"), (text[walls[0] :], "strong")] for text in indices]
    return [[(places, "faint")], [*line, ("|", "faint")], *below]


def _curves(picture: Sequence[str]) -> list[Line]:
    """Return the marks of two curves that are not alike in colours."""
    mine, theirs, *rest = picture
    lines: list[Line] = []
    for text, other, style in ((mine, theirs, "bad"), (theirs, mine, "good")):
        marks = text.rpartition(" ")[2]
        start = len(text) - len(marks)
        pairs = zip_longest(marks, other[start : start + len(marks)])
        lines.append([(text[:start], "faint"), *((mark, "plain" if mark == same else style) for mark, same in pairs)])
    return [*lines, *([(text, "faint")] for text in rest)]


def _matrices(picture: Sequence[str]) -> list[Line]:
    """Return the elements of two matrices, those that differ in colours."""
    head, *rows = picture
    lines: list[Line] = [[(head, "faint")]]
    for row in rows:
        cells = re.findall(r"\s*\S+", row)
        half = len(cells) // 2
        marked = [cell.endswith("*") for cell in cells[:half]] * 2
        styles = ["bad" if place < half else "good" for place in range(len(marked))]
        styled = [style if wrong else "faint" for style, wrong in zip(styles, marked, strict=True)]
        lines.append(list(zip_longest(cells, styled, fillvalue="faint")))
    return lines


_PICTURES: tuple[tuple[re.Pattern[str], Callable[[Sequence[str]], list[Line]]], ...] = (
    (re.compile(r"place .*\nvalue \|.*\|(\n|$)"), _storage),
    (re.compile(r"actual +\S+\nexpected +\S+(\n|$)"), _curves),
    (re.compile(r" *actual(\[\S+\])? +expected(\[\S+\])?(\n|$)"), _matrices),
)


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


def _first_lower(sentence: str) -> str:
    """Return ``sentence`` as it reads after a colon: without its full stop, a plain first word in lower case."""
    sentence = sentence.strip().rstrip(".")
    first = sentence.split(" ", 1)[0]
    return sentence[:1].lower() + sentence[1:] if first[1:].islower() or first in ("A", "I") else sentence
