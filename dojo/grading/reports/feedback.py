"""Feedback for a learner on a grade, as Markdown and as a page that needs nothing else.

In both, what is not said to be markup is escaped, be it from a hand-in or not: nothing has to be remembered.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import jinja2

from dojo.course import Course
from dojo.grading.model.grades import Conditions, Grade
from dojo.grading.model.labels import LABELS, StateLabel, format_count, format_number, format_points
from dojo.grading.model.verdicts import Verdict, VerdictState
from dojo.screen.sanitize import one_line

_TEMPLATES = Path(__file__).parent / "templates"
_OTHERS = 5
_NOTES = 50
_WIDEST = 120
"""Letters of a line of a picture: longer ones are messages."""
# Of these there is nothing to say by kata.
_GATHERED = (VerdictState.NOT_ATTEMPTED, VerdictState.UNGRADABLE)
_TO_WORK_ON = (
    *(VerdictState.FAILED, VerdictState.TIMEOUT, VerdictState.MEMORY, VerdictState.CRASHED),
    VerdictState.OUTPUT_LIMIT,
)


@dataclass(frozen=True)
class KataFeedback:
    """One kata that there is something to say about: what a template shows of its verdict, without control characters.

    Args:
        verdict: on it.
        title: in words.
        conditions: under which it was graded.
    """

    verdict: Verdict
    title: str
    conditions: Conditions

    @property
    def id(self) -> str:
        """``storage/strides``."""
        return self.verdict.name

    @property
    def state(self) -> str:
        """The state's name in reports."""
        return self.verdict.state.value

    @property
    def label(self) -> StateLabel:
        """How the state is shown."""
        return LABELS[self.verdict.state]

    @property
    def points(self) -> str:
        """``1 of 2 points``."""
        return format_points(self.verdict.points, self.verdict.max_points)

    @property
    def is_solved(self) -> bool:
        """Whether there is nothing more to do."""
        return self.verdict.state is VerdictState.SOLVED

    @property
    def reason(self) -> str:
        """The reason in one line."""
        return one_line(self.verdict.reason.text(), 2000)

    @property
    def details(self) -> str:
        """The call and what it gave, lines with pictures perhaps; empty where there is nothing."""
        return "\n".join(self.verdict.details()).strip("\n")

    @property
    def is_picture(self) -> bool:
        """Whether the details are lines that stand one below the other, and must not be wrapped."""
        lines = self.details.split("\n")
        return len(lines) > 1 and max(map(len, lines)) <= _WIDEST

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The mistakes that were named, each once."""
        return tuple(one_line(each, 2000) for each in self.verdict.mistakes)

    @property
    def all_others(self) -> list[str]:
        """What does not hold either."""
        failed = [each for each in self.verdict.tests if each.outcome in ("failed", "todo") and each.statement]
        return [each for each in dict.fromkeys(one_line(test.statement) for test in failed) if each not in self.reason]

    @property
    def others(self) -> list[str]:
        """A few of what does not hold either."""
        return self.all_others[:_OTHERS]

    @property
    def more(self) -> int:
        """How many others there are beside those."""
        return max(0, len(self.all_others) - _OTHERS)

    @property
    def devices(self) -> list[tuple[str, str]]:
        """The state's name on each device, where they differ."""
        devices = self.verdict.devices
        differ = len(set(devices.values())) > 1
        return [(one_line(device), LABELS[state].name) for device, state in devices.items()] if differ else []

    @property
    def unstable(self) -> list[str]:
        """The tests that changed their outcome."""
        return [one_line(each) for each in self.verdict.unstable]

    @property
    def command(self) -> str:
        """What shows it on the learner's machine."""
        chapter, _, name = self.id.partition("/")
        shows = f"pytest katas/{chapter}/test_{name}.py --seed {self.conditions.seed}"
        return shows if self.verdict.state in _TO_WORK_ON else ""


@dataclass
class ChapterFeedback:
    """A chapter: ``katas`` are those that there is something to say about, ``gathered`` the others' titles by state."""

    title: str
    solved: int = 0
    count: int = 0
    katas: list[KataFeedback] = field(default_factory=list)
    gathered: dict[str, list[str]] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """How many of its katas are solved."""
        return f"{self.solved} of {format_count(self.count, 'kata')} solved"

    def add(self, kata: KataFeedback) -> None:
        """Take the verdict on one kata."""
        self.count += 1
        self.solved += kata.is_solved
        if kata.verdict.state in _GATHERED:
            self.gathered.setdefault(kata.label.name, []).append(kata.title)
        else:
            self.katas.append(kata)


@dataclass(frozen=True)
class Feedback:
    """What a grade tells the learner; katas that the grade does not have are not spoken of."""

    grade: Grade
    course: Course

    @property
    def title(self) -> str:
        """Of the course."""
        return one_line(self.course.title)

    @property
    def person(self) -> str:
        """The name."""
        return one_line(self.grade.person.name, 200) or "someone without a name"

    @property
    def points(self) -> str:
        """In words."""
        return format_points(self.grade.points, self.grade.max_points)

    @property
    def ungradable(self) -> str:
        """Why nothing could be graded, or nothing."""
        return one_line(self.grade.ungradable.text(), 2000) if self.grade.ungradable is not None else ""

    @property
    def next(self) -> str:
        """The id of the kata to go on with, or nothing."""
        if self.grade.ungradable is not None:
            return ""
        begun = [verdict.name for verdict in self.grade.katas if verdict.state in _TO_WORK_ON]
        idle = [verdict.name for verdict in self.grade.katas if verdict.state is VerdictState.NOT_ATTEMPTED]
        return next(iter(begun + idle), "")

    @property
    def chapters(self) -> list[ChapterFeedback]:
        """All chapters that the grade has katas of."""
        titles = {kata.id: kata.title for kata in self.course.katas()}
        names = {chapter.name: chapter.title for chapter in self.course.chapters}
        found: dict[str, ChapterFeedback] = {}
        for verdict in self.grade.katas:
            name = verdict.name.partition("/")[0]
            chapter = found.setdefault(name, ChapterFeedback(one_line(names.get(name, name))))
            title = one_line(titles.get(verdict.name, verdict.name))
            chapter.add(KataFeedback(verdict, title, self.grade.conditions))
        return list(found.values())

    @property
    def notes(self) -> list[str]:
        """On what was left out of the hand-in."""
        notes = [one_line(note.text()) for note in self.grade.notes[:_NOTES]]
        more = len(self.grade.notes) - _NOTES
        return [*notes, f"and {more} more"] if more > 0 else notes

    @property
    def meanings(self) -> list[StateLabel]:
        """Of each state that occurs."""
        states = {verdict.state for verdict in self.grade.katas}
        return [label for state, label in LABELS.items() if state in states]

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """How it was graded, by names."""
        conditions, limits = self.grade.conditions, self.grade.conditions.limits
        share = conditions.credit == "share"
        pairs = {
            "torch-katas": conditions.suite,
            "PyTorch": conditions.torch,
            "Python": conditions.python,
            "devices": ", ".join(conditions.devices),
            "seed of the inputs": str(conditions.seed),
            "sandbox": conditions.sandbox,
            "seen to be refused": "; ".join(conditions.refused),
            "limits of a kata": (
                f"{format_count(limits.seconds, 'second')} beside ten times what the solution takes, "
                f"{limits.memory} MiB of memory, {limits.processes} processes at once, "
                f"{limits.output} MiB printed, {limits.files} MiB written"
            ),
            "limit of all katas": format_count(limits.total_seconds, "second"),
            "credit": "by the share of tests that pass" if share else "for katas that are solved",
            "graded": self.grade.graded,
            "took": f"{format_number(self.grade.seconds)} s" if self.grade.seconds else "",
            "files handed in": self.grade.digest,
        }
        return [(name, one_line(value, 1000)) for name, value in pairs.items() if value]


class _Markdown(str):
    """A piece of Markdown, which is not escaped any more."""

    __slots__ = ()


def markdown(grade: Grade, course: Course) -> str:
    """Return the feedback as Markdown: what comes from a hand-in is code, so that nothing in it makes markup."""
    text = _environment(is_html=False).get_template("feedback.md").render(feedback=Feedback(grade, course))
    return re.sub(r"\n{3,}(?=#)", "\n\n", text)


def page(grade: Grade, course: Course) -> str:
    """Return the feedback as an HTML page without scripts, which loads nothing from elsewhere."""
    style = (_TEMPLATES / "feedback.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = _environment(is_html=True).get_template("feedback.html")
    return template.render(feedback=Feedback(grade, course), style=style, digest=f"sha256-{digest}")


@cache
def _environment(is_html: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=is_html,
        finalize=None if is_html else _escaped,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(code=_code, fence=_fence)
    return environment


def _escaped(value: object) -> str:
    """Return plain text on one line as Markdown, in which each sign that could be markup has a backslash before it."""
    if isinstance(value, _Markdown):
        return value
    # No template begins a line with a value, where other signs would make a list or a rule of it.
    return re.sub(r"([\\`*_\[\]<>#|&~])", r"\\\1", " ".join(str(value).split()))


def _code(text: str) -> _Markdown:
    """Return a text on one line as a code span, whose ends are longer than any row of backticks in it."""
    line = " ".join(text.split()) or " "
    ends = "`" * (_longest(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return _Markdown(f"{ends}{pad}{line}{pad}{ends}")


def _fence(text: str) -> _Markdown:
    """Return lines as a code block, whose fences are longer than any row of backticks in it."""
    ends = "`" * max(3, _longest(text) + 1)
    return _Markdown(f"{ends}text\n{text}\n{ends}")


def _longest(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
