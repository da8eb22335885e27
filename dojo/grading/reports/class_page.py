"""Write the page about a class: a self-contained HTML file with a heat map of people and katas."""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from dojo.course import Chapter
from dojo.files import replacing
from dojo.grading.model.grades import Conditions, Limits
from dojo.grading.model.labels import LABELS, format_number
from dojo.grading.model.verdicts import VerdictState
from dojo.grading.reports.class_view import HISTOGRAM_BINS, ClassView, Detail
from dojo.screen.sanitize import one_line

_FIRST_KATA_COLUMN = 3  # counted from 1
_UNFOLDED = 8  # remarks of one kind that are visible at first
_MAX_REMARKS = 100  # of one kind
_MAX_VALUES = 5  # of one condition
_MAX_NAMES = 5  # of people with one unstable test


_CSS_CLASSES = dict(zip(LABELS, "sftmcoxugn", strict=True))
_QUARTERS = "○◔◑◕"
_ORDER = list(LABELS)


@dataclass(frozen=True)
class Cell:
    """A cell of the heat map.

    Args:
        kind: CSS classes.
    """

    kind: str
    mark: str
    words: str


def write(path: Path, view: ClassView, title: str) -> None:
    """Write the page about a class atomically. It links to the folders of people, named by ``safe_name``, beside it.

    Raises:
        OSError: if the file cannot be written.
    """
    chapters = [chapter for chapter in view.course.chapters if chapter.katas]
    environment = Environment(
        loader=PackageLoader("dojo.grading.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = format_number
    style = _read_template("page.css") + _column_rules(chapters)
    script = _read_template("page.js")
    with replacing(path) as temporary, temporary.open("wb") as stream:
        environment.get_template("page.html").stream(
            title=one_line(title),
            course=view.course,
            chapters=chapters,
            view=view,
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
            "base-uri 'none'; form-action 'none'",
            data=_script_data(view),
            cells=[cell(detail) for detail in view.details],
            labels=LABELS,
            legend={state: cell(Detail(state)) for state in LABELS},
            states=sum((kata.states for kata in view.katas.values()), Counter()),
            conditions=list(conditions(view.conditions)),
            is_weak=any(each.sandbox == "weak" for each in view.conditions),
            same_name=view.same_name(),
            max_points=max((row.max_points for row in view.rows), default=0),
            when=" to ".join(dict.fromkeys(map(_format_time, view.graded_at or ()))),
            parts=list(zip(range(0, 100, 100 // HISTOGRAM_BINS), view.parts(), strict=True)),
            open=_UNFOLDED,
            shown=_MAX_REMARKS,
            names=_MAX_NAMES,
        ).dump(stream, encoding="utf-8")


def cell(detail: Detail) -> Cell:
    """Return the cell for a detail. Mark and words say the same."""
    if detail.state is None:
        return Cell("z", "", "no verdict")
    kind, mark, words = _CSS_CLASSES[detail.state], LABELS[detail.state].mark, LABELS[detail.state].name
    if detail.state is VerdictState.FAILED:
        quarter = _quarter(detail)
        kind, mark = f"{kind} f{quarter}", _QUARTERS[quarter]
    if detail.tests and detail.state not in (VerdictState.SOLVED, VerdictState.NOT_ATTEMPTED):
        words += f", {detail.passed} of {detail.tests} tests pass"
    if detail.unstable:
        kind, words = f"{kind} y", f"{words}, unstable"
    return Cell(kind, mark, words)


def conditions(found: Counter[Conditions]) -> Iterator[tuple[str, list[str]]]:
    """Yield the name and values of each condition; if there are several values, each with its number of people."""
    formats: dict[str, Callable[[Conditions], str]] = {
        "torch-katas": lambda each: each.suite,
        "PyTorch": lambda each: each.torch,
        "Python": lambda each: each.python,
        "devices": lambda each: ", ".join(each.devices),
        "seed": lambda each: str(each.seed),
        "sandbox": lambda each: each.sandbox,
        "it was seen to refuse": lambda each: "; ".join(each.refused) or "nothing",
        "limits": lambda each: _limits(each.limits),
        "credit": lambda each: "a share of the tests" if each.credit == "share" else "whole katas only",
    }
    for name, format_value in formats.items():
        values: Counter[str] = Counter()
        for each, count in found.items():
            values[one_line(format_value(each), 600)] += count
        shown = [
            value if len(values) == 1 else f"{value} ({'1 person' if count == 1 else f'{count} people'})"
            for value, count in values.most_common()
        ]
        if name == "seed" and len(values) > _MAX_VALUES:
            shown = [f"{len(values)} of them: each is in the details of a person's points"]
        elif len(shown) > _MAX_VALUES:
            shown = [*shown[:_MAX_VALUES], f"and {len(shown) - _MAX_VALUES} more"]
        yield name, shown


def _limits(limits: Limits) -> str:
    return (
        f"{limits.seconds:g} s a kata, {limits.total_seconds:g} s a hand-in, {limits.memory} MiB of memory, "
        f"{limits.processes} processes, {limits.output} MiB of output, {limits.files} MiB of files"
    )


def _quarter(detail: Detail) -> int:
    share = detail.passed / detail.tests if detail.tests else 0.0
    return 0 if not share else 1 if share < 0.4 else 2 if share < 0.7 else 3


def _script_data(view: ClassView) -> str:
    """Return the data for the script, as JSON that cannot contain an HTML tag."""
    texts: dict[str, int] = {}

    def text(each: str) -> int:
        return texts.setdefault(each, len(texts))

    def state_index(state: VerdictState | None) -> int:
        return -1 if state is None else _ORDER.index(state)

    details = [
        (
            state_index(each.state),
            "" if each.points is None else format_number(each.points),
            format_number(each.max_points),
            each.passed,
            each.tests,
            text(each.evidence),
            [text(mistake) for mistake in each.mistakes],
            [text(test) for test in each.unstable],
            [(text(device), state_index(state)) for device, state in each.devices],
        )
        for each in view.details
    ]
    data = {
        "states": [(_CSS_CLASSES[state], label.name) for state, label in LABELS.items()],
        "details": details,
        "people": [
            (row.points, row.to_look_at, [text(fact) for fact in row.facts], row.cells.tolist()) for row in view.rows
        ],
        "katas": [(kata.id, kata.title) for kata in view.course.katas()],
        "texts": list(texts),
    }
    return msgspec.json.encode(data).decode().replace("<", "\\u003c")


def _column_rules(chapters: Iterable[Chapter]) -> str:
    """Return CSS rules that separate chapters, and rules that show one chapter alone."""
    ends = list(accumulate((len(chapter.katas) for chapter in chapters), initial=_FIRST_KATA_COLUMN))
    rules = []
    for index, (start, end) in enumerate(pairwise(ends)):
        only, first = f'#map[data-chapter="{index}"]', _FIRST_KATA_COLUMN
        rules.append(f"#map tr:not(.chapters)>:nth-child({start}){{border-left:2px solid var(--line)}}")
        rules.append(
            f"{only} tr:not(.chapters)>:nth-child(n+{first}):not(:nth-child(n+{start}):nth-child(-n+{end - 1})),"
            f"{only} .chapters>th:not(:nth-child({index + 2})){{display:none}}"
        )
    return "\n".join(rules) + "\n"


def _read_template(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _format_time(stamp: str) -> str:
    return one_line(f"{stamp[:16].replace('T', ' ')} UTC")
