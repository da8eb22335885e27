"""The page on a class: one HTML file that needs no other, with people by katas as a heat map."""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from dojo.course import Chapter, Course
from dojo.grading.model.grades import Conditions, Grade, Limits, written_whole
from dojo.grading.model.verdicts import State
from dojo.grading.reports.class_view import PARTS, Overall, Row
from dojo.grading.reports.details import Detail, line

_FIRST = 3  # the column of the first kata, counted from 1
_OPEN = 8  # remarks of one kind that are seen at once
_SHOWN = 100  # and in all
_VALUES = 5  # of one condition
_NAMES = 5  # of people with one unstable test


@dataclass(frozen=True)
class Look:
    """How a state is shown: by its mark, its words, and the class of its cell. ``meaning`` is for the legend."""

    mark: str
    words: str
    kind: str
    meaning: str


LOOKS = {
    State.SOLVED: Look("✓", "solved", "s", "all tests pass"),
    State.FAILED: Look("○", "failed", "f", "○ none, ◔ a few, ◑ about half, ◕ most of the tests pass"),
    State.TIMEOUT: Look("T", "timeout", "t", "ended at its time limit"),
    State.MEMORY: Look("M", "out of memory", "m", "asked for more than there is"),
    State.CRASHED: Look("C", "crashed", "c", "its process ended early"),
    State.OUTPUT_LIMIT: Look("L", "output limit", "o", "said or printed too much"),
    State.TAMPERING: Look("!", "tampering suspected", "x", "what judges it was changed"),
    State.UNGRADABLE: Look("–", "ungradable", "u", "could not be read"),
    State.INFRASTRUCTURE_ERROR: Look("?", "grader's fault", "g", "no grade: to be graded again"),
    State.NOT_ATTEMPTED: Look("·", "not attempted", "n", "the stub as it was given out, or nothing"),
}
_NO_VERDICT = Look("", "no verdict", "z", "")
_QUARTERS = "○◔◑◕"
_ORDER = list(LOOKS)


@dataclass(frozen=True)
class Cell:
    """One detail as a cell of the heat map."""

    kind: str
    mark: str
    words: str


def write(path: Path, grades: Iterable[Grade], course: Course, title: str) -> None:
    """Write the page on a class.

    The results of each person are taken to lie beside it, in folders with the names that ``safe_name`` gives.

    Args:
        path: of the HTML file, of which nobody finds a half.
        grades: of all people, one each; they are read once.
        course: whose katas are the columns.
        title: of what was handed in.

    Raises:
        OSError: where the file cannot be written.
    """
    overall = Overall(course, grades)
    chapters = [chapter for chapter in course.chapters if chapter.katas]
    environment = Environment(
        loader=PackageLoader("dojo.grading.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    style = _source("page.css") + _columns(chapters)
    script = _source("page.js")
    with written_whole(path) as temporary, temporary.open("wb") as stream:
        environment.get_template("page.html").stream(
            title=line(title),
            course=course,
            chapters=chapters,
            overall=overall,
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
            "base-uri 'none'; form-action 'none'",
            data=_data(overall),
            cells=[cell(detail) for detail in overall.details],
            looks=LOOKS,
            states=sum((kata.states for kata in overall.katas.values()), Counter()),
            conditions=list(conditions(overall.conditions)),
            is_weak=any(each.sandbox == "weak" for each in overall.conditions),
            same_name=overall.same_name(),
            max_points=max((row.max_points for row in overall.rows), default=0),
            when=" to ".join(dict.fromkeys(map(_when, overall.graded_at or ()))),
            parts=list(zip(range(0, 100, 100 // PARTS), overall.parts(), strict=True)),
            open=_OPEN,
            shown=_SHOWN,
            names=_NAMES,
        ).dump(stream, encoding="utf-8")


def cell(detail: Detail) -> Cell:
    """Return the mark and the words of a cell, which say the same."""
    look = LOOKS[detail.state] if detail.state else _NO_VERDICT
    kind, mark, words = look.kind, look.mark, look.words
    if detail.state is State.FAILED:
        quarter = _quarter(detail)
        kind, mark = f"{kind} f{quarter}", _QUARTERS[quarter]
    if detail.tests and detail.state not in (State.SOLVED, State.NOT_ATTEMPTED):
        words += f", {detail.passed} of {detail.tests} tests pass"
    if detail.unstable:
        kind, words = f"{kind} y", f"{words}, unstable"
    return Cell(kind, mark, words)


def conditions(found: Counter[Conditions]) -> Iterator[tuple[str, list[str]]]:
    """Yield each condition, and its values; where there are several, with the number of people."""
    telling: dict[str, Callable[[Conditions], str]] = {
        "torch-katas": lambda each: each.suite,
        "PyTorch": lambda each: each.torch,
        "Python": lambda each: each.python,
        "devices": lambda each: ", ".join(each.devices),
        "seed": lambda each: str(each.seed),
        "sandbox": lambda each: each.sandbox,
        "it was seen to refuse": lambda each: "; ".join(each.holds) or "nothing",
        "limits": lambda each: _limits(each.limits),
        "credit": lambda each: "a share of the tests" if each.credit == "share" else "whole katas only",
    }
    for name, tell in telling.items():
        values: Counter[str] = Counter()
        for each, count in found.items():
            values[line(tell(each), 600)] += count
        shown = [value if len(values) == 1 else f"{value} ({people(count)})" for value, count in values.most_common()]
        if name == "seed" and len(values) > _VALUES:
            shown = [f"{len(values)} of them: each is in the details of a person's points"]
        elif len(shown) > _VALUES:
            shown = [*shown[:_VALUES], f"and {len(shown) - _VALUES} more"]
        yield name, shown


def people(count: int) -> str:
    """Return a number of people in words."""
    return "1 person" if count == 1 else f"{count} people"


def number(value: float) -> str:
    """Return points without zeros that say nothing."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _limits(limits: Limits) -> str:
    return (
        f"{limits.seconds:g} s a kata, {limits.total_seconds:g} s a hand-in, {limits.memory} MiB of memory, "
        f"{limits.processes} processes, {limits.output} MiB of output, {limits.files} MiB of files"
    )


def _quarter(detail: Detail) -> int:
    share = detail.passed / detail.tests if detail.tests else 0.0
    return 0 if not share else 1 if share < 0.4 else 2 if share < 0.7 else 3


def _data(overall: Overall) -> str:
    """Return what the script needs, as JSON that no element of HTML can begin or end in."""
    texts: dict[str, int] = {}

    def text(each: str) -> int:
        return texts.setdefault(each, len(texts))

    def place(state: State | None) -> int:
        return -1 if state is None else _ORDER.index(state)

    details = [
        (
            place(each.state),
            "" if each.points is None else number(each.points),
            number(each.max_points),
            each.passed,
            each.tests,
            text(each.evidence),
            [text(mistake) for mistake in each.mistakes],
            [text(test) for test in each.unstable],
            [(text(device), place(state)) for device, state in each.devices],
        )
        for each in overall.details
    ]
    made = {
        "states": [(look.kind, look.words) for look in LOOKS.values()],
        "details": details,
        "people": [_person(row, text) for row in overall.rows],
        "katas": [(kata.id, kata.title) for kata in overall.course.katas()],
        "texts": list(texts),
    }
    return msgspec.json.encode(made).decode().replace("<", "\\u003c")


def _person(row: Row, text: Callable[[str], int]) -> tuple[float | None, bool, list[int], list[int]]:
    return row.points, row.to_look_at, [text(fact) for fact in row.facts], row.cells.tolist()


def _columns(chapters: Iterable[Chapter]) -> str:
    """Return the rules that set chapters apart, and those that show one alone."""
    ends = list(accumulate((len(chapter.katas) for chapter in chapters), initial=_FIRST))
    rules = []
    for index, (start, end) in enumerate(pairwise(ends)):
        only = f'#map[data-chapter="{index}"]'
        rules.append(f"#map tr:not(.chapters)>:nth-child({start}){{border-left:2px solid var(--line)}}")
        rules.append(
            f"{only} tr:not(.chapters)>:nth-child(n+{_FIRST}):not(:nth-child(n+{start}):nth-child(-n+{end - 1})),"
            f"{only} .chapters>th:not(:nth-child({index + 2})){{display:none}}"
        )
    return "\n".join(rules) + "\n"


def _source(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _when(stamp: str) -> str:
    return line(f"{stamp[:16].replace('T', ' ')} UTC")
