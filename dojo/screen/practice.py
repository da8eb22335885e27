"""The screen of ``pytest katas``, as lines of styled text: pure, so that it can be tested word for word."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dojo.course import Course
from dojo.results.failure import Failure, Outcome, Picture
from dojo.results.progress import Progress, Result
from dojo.results.state import State
from dojo.screen.message import about_call, shortened
from dojo.screen.sanitize import sanitize
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
        return [[(sanitize(text), style) for text, style in line] for line in self._failure(result)]

    def _failure(self, result: Result) -> list[Line]:
        failure = result.failure
        assert failure is not None, "it did not pass"
        lines: list[Line] = [[(text, style)] for text, style in self._title(result, failure)]
        lines.append([])
        if failure.path:
            place = self._relative(Path(failure.path)) + (f":{failure.line}" if failure.line else "")
            lines += self._aligned(place, "" if failure.is_todo else failure.source or "")
        first, *rest = about_call(failure)
        lines += [[(text, "plain")] for text in self._wrap(first)]
        if failure.mistake:
            lines += [[(text, "bad")] for text in self._wrap(failure.mistake)]
        lines += self._drawn((*(((text, "faint"),) for text in rest), *failure.picture))
        for given in failure.inputs:
            text = f"{given.name} = {given.value}"
            lines += [[(wrapped, "faint")] for wrapped in self._wrap(text, "     ", "       ")]
            lines += self._drawn(given.picture)
        if failure.printed:
            lines.append([("   printed", "faint")])
            lines += [[("     " + text, "faint")] for text in shortened(list(failure.printed))]
        return lines

    def _title(self, result: Result, failure: Failure) -> list[tuple[str, str]]:
        marks = MARKS if self.unicode else ASCII_MARKS
        mark, style, about = marks[State.WRONG], "bad", _first_lower(result.statement)
        if result.device:
            about += f"  [{result.device}]"
        if failure.is_todo:
            mark, style, about = "→" if self.unicode else "->", "strong", _first_lower(result.statement)
        elif failure.outcome is Outcome.UNUSABLE:
            # A file that cannot be used has nothing to do with the statement of the test that came first.
            about = "there is nothing to judge yet"
        return [(text, style) for text in self._wrap(f"{mark} {result.kata}: {about}", " ", "   ")]

    def _steps(self, result: Result) -> list[Line]:
        name = result.kata.partition("/")[2]
        again = self._relative(self.root / "katas" / result.kata.replace("/", "/test_")) + ".py"
        if self.answers:
            again += f" --answers {self.answers}"
        return [
            [("   hint   ", "faint"), (f"kata hint {name}", "plain")],
            [("   again  ", "faint"), (f"pytest {again}", "plain")],
        ]

    def _drawn(self, picture: Picture) -> list[Line]:
        """Return the lines of a picture, in signs that can be shown."""
        table = {} if self.unicode else _ASCII
        return [[("     ", "plain"), *((text.translate(table), style) for text, style in line)] for line in picture]

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


def plain_text(lines: Iterable[Line]) -> str:
    """Return the text of ``lines`` without styles."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)


def _first_lower(sentence: str) -> str:
    """Return ``sentence`` as it reads after a colon: without its full stop, a plain first word in lower case."""
    sentence = sentence.strip().rstrip(".")
    first = sentence.split(" ", 1)[0]
    return sentence[:1].lower() + sentence[1:] if first[1:].islower() or first in ("A", "I") else sentence
