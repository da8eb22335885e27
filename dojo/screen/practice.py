"""Render the screen of ``pytest katas`` as lines of styled text. No I/O, so that tests can compare every word."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dojo.course import Course
from dojo.results.failure import Failure, Outcome, Picture
from dojo.results.progress import Progress, Result
from dojo.results.state import State
from dojo.screen.message import message_with_call, shorten
from dojo.screen.sanitize import sanitize
from dojo.screen.styles import ASCII_MARKS, MARKS, STYLES, Line

_TO_ASCII = str.maketrans("▁▂▃▄▅▆▇█×", "_.:-=+*#x")


@dataclass(frozen=True)
class Screen:
    """All inputs of the screen except the results."""

    course: Course
    root: Path
    working_directory: Path
    devices: tuple[str, ...] = ("cpu",)
    notes: tuple[str, ...] = ()
    answers: str | None = None
    seed: int = 0
    width: int = 80
    unicode: bool = True

    def header(self) -> list[Line]:
        """Return the devices, the seed that repeats the run, and notes."""
        ran = f"  {' and '.join(self.devices)}   seed {self.seed}"
        lines: list[Line] = [[("katas", "strong"), (ran, "plain")]]
        lines += [[("! ", "bad"), (problem, "plain")] for problem in self.course.problems]
        for note in self.notes:
            lines += [[("  ", "plain"), (piece, "faint")] for piece in textwrap.wrap(note, self.width - 2)]
        return lines

    def body(self, progress: Progress) -> list[Line]:
        """Return the map of the katas and the one failure to fix next."""
        lines = self.map({kata: progress.state(kata) for kata in progress.selected})
        focus = self.failure_to_show(progress)
        if focus is not None:
            lines += [[], *self.failure(focus), [], *self._next_commands(focus)]
        return lines

    def map(self, states: Mapping[str, State]) -> list[Line]:
        """Return the katas in ``states`` with their marks, each chapter on its own lines."""
        marks = MARKS if self.unicode else ASCII_MARKS
        chapters = {each.name: [kata for kata in each.katas if kata.id in states] for each in self.course.chapters}
        shown = {name: katas for name, katas in chapters.items() if katas}
        indent = max(map(len, shown), default=0) + 4
        lines: list[Line] = []
        for name, katas in shown.items():
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

    def failure_to_show(self, progress: Progress) -> Result | None:
        """Return a failure of the first wrong kata, else of the first begun one, else of the first to do."""
        katas = [kata.id for kata in self.course.katas() if kata.id in progress.selected]
        for state in (State.WRONG, State.BEGUN, State.TODO):
            for kata in katas:
                failures = progress.failures(kata)
                if progress.state(kata) is state and failures:
                    return failures[0]
        return None

    def failure(self, result: Result) -> list[Line]:
        """Return everything about a failed result; text from the answer is sanitized."""
        return [[(sanitize(text), style) for text, style in line] for line in self._failure(result)]

    def _failure(self, result: Result) -> list[Line]:
        failure = result.failure
        assert failure is not None, "it did not pass"
        lines: list[Line] = [[(text, style)] for text, style in self._title(result, failure)]
        lines.append([])
        if failure.path:
            place = self._relative(Path(failure.path)) + (f":{failure.line}" if failure.line else "")
            lines += self._place_and_source(place, "" if failure.is_todo else failure.source or "")
        first, *rest = message_with_call(failure)
        lines += [[(text, "plain")] for text in self._wrap(first)]
        if failure.mistake:
            lines += [[(text, "bad")] for text in self._wrap(failure.mistake)]
        lines += self._picture_lines((*(((text, "faint"),) for text in rest), *failure.picture))
        for given in failure.inputs:
            text = f"{given.name} = {given.value}"
            lines += [[(wrapped, "faint")] for wrapped in self._wrap(text, "     ", "       ")]
            lines += self._picture_lines(given.picture)
        if failure.printed:
            lines.append([("   printed", "faint")])
            lines += [[("     " + text, "faint")] for text in shorten(list(failure.printed))]
        return lines

    def _title(self, result: Result, failure: Failure) -> list[tuple[str, str]]:
        marks = MARKS if self.unicode else ASCII_MARKS
        mark, style, about = marks[State.WRONG], "bad", _first_lower(result.statement)
        if result.device:
            about += f"  [{result.device}]"
        if failure.is_todo:
            mark, style, about = "→" if self.unicode else "->", "strong", _first_lower(result.statement)
        elif failure.outcome is Outcome.UNUSABLE:
            # An unusable file says nothing about the statement of the first test.
            about = "there is nothing to judge yet"
        return [(text, style) for text in self._wrap(f"{mark} {result.kata}: {about}", " ", "   ")]

    def _next_commands(self, result: Result) -> list[Line]:
        name = result.kata.partition("/")[2]
        again = self._relative(self.root / "katas" / result.kata.replace("/", "/test_")) + ".py"
        if self.answers:
            again += f" --answers {self.answers}"
        return [
            [("   hint   ", "faint"), (f"kata hint {name}", "plain")],
            [("   again  ", "faint"), (f"pytest {again}", "plain")],
        ]

    def _picture_lines(self, picture: Picture) -> list[Line]:
        """Return the lines of a picture, in characters that the terminal can show."""
        table = {} if self.unicode else _TO_ASCII
        return [[("     ", "plain"), *((text.translate(table), style) for text, style in line)] for line in picture]

    def _place_and_source(self, place: str, source: str) -> list[Line]:
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
            return path.relative_to(self.working_directory).as_posix()
        except ValueError:
            return str(path)


def summary(progress: Progress, devices: Sequence[str]) -> list[Line]:
    """Return the last lines of the run: the devices, and how many katas are solved."""
    solved, total = progress.solved(), len(progress.selected)
    count = f"{solved} of {total} kata{'' if total == 1 else 's'} solved"
    return [
        [(f"on {' and '.join(devices)}:", "faint")],
        [(count, "good" if solved == total > 0 else "strong")],
    ]


def plain_text(lines: Iterable[Line]) -> str:
    """Return the text of ``lines`` without styles."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)


def _first_lower(sentence: str) -> str:
    """Return ``sentence`` without its full stop, and with a first word in lower case unless it is a name."""
    sentence = sentence.strip().rstrip(".")
    first = sentence.split(" ", 1)[0]
    return sentence[:1].lower() + sentence[1:] if first[1:].islower() or first in ("A", "I") else sentence
