"""Feedback for a learner, as Markdown and as a self-contained HTML page.

The templates escape every value that is not marked as markup, so that no call can forget it.
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
_MAX_OTHERS = 5
_MAX_NOTES = 50
_MAX_PICTURE_WIDTH = 120  # characters; details with longer lines are messages
_GATHERED = (VerdictState.NOT_ATTEMPTED, VerdictState.UNGRADABLE)
_TO_WORK_ON = (
    *(VerdictState.FAILED, VerdictState.TIMEOUT, VerdictState.MEMORY, VerdictState.CRASHED),
    VerdictState.OUTPUT_LIMIT,
)


@dataclass(frozen=True)
class KataFeedback:
    """What the templates show of a kata's verdict, without control characters."""

    verdict: Verdict
    title: str
    conditions: Conditions

    @property
    def id(self) -> str:
        """Of the kata, ``storage/strides``."""
        return self.verdict.name

    @property
    def state(self) -> str:
        """The name of the state in reports."""
        return self.verdict.state.value

    @property
    def label(self) -> StateLabel:
        """How the state is shown."""
        return LABELS[self.verdict.state]

    @property
    def points(self) -> str:
        """In words: ``1 of 2 points``."""
        return format_points(self.verdict.points, self.verdict.max_points)

    @property
    def is_solved(self) -> bool:
        """Whether the kata is solved."""
        return self.verdict.state is VerdictState.SOLVED

    @property
    def reason(self) -> str:
        """The reason on one line."""
        return one_line(self.verdict.reason.text(), 2000)

    @property
    def details(self) -> str:
        """The call and its result, perhaps with a picture; or ""."""
        return "\n".join(self.verdict.details()).strip("\n")

    @property
    def is_picture(self) -> bool:
        """Whether the details are aligned lines, which must not be wrapped."""
        lines = self.details.split("\n")
        return len(lines) > 1 and max(map(len, lines)) <= _MAX_PICTURE_WIDTH

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The recognised mistakes, without duplicates."""
        return tuple(one_line(each, 2000) for each in self.verdict.mistakes)

    @property
    def all_others(self) -> list[str]:
        """The other statements that fail."""
        failed = [each for each in self.verdict.tests if each.outcome in ("failed", "todo") and each.statement]
        return [each for each in dict.fromkeys(one_line(test.statement) for test in failed) if each not in self.reason]

    @property
    def others(self) -> list[str]:
        """The first few of ``all_others``."""
        return self.all_others[:_MAX_OTHERS]

    @property
    def more(self) -> int:
        """The number of ``all_others`` that are not in ``others``."""
        return max(0, len(self.all_others) - _MAX_OTHERS)

    @property
    def devices(self) -> list[tuple[str, str]]:
        """Each device and the name of the state there, if they differ."""
        devices = self.verdict.devices
        differ = len(set(devices.values())) > 1
        return [(one_line(device), LABELS[state].name) for device, state in devices.items()] if differ else []

    @property
    def unstable(self) -> list[str]:
        """The tests that changed their outcome."""
        return [one_line(each) for each in self.verdict.unstable]

    @property
    def command(self) -> str:
        """The command to reproduce it on the learner's machine."""
        chapter, _, name = self.id.partition("/")
        shows = f"pytest katas/{chapter}/test_{name}.py --seed {self.conditions.seed}"
        return shows if self.verdict.state in _TO_WORK_ON else ""


@dataclass
class ChapterFeedback:
    """A chapter: ``katas`` are shown one by one, ``gathered`` has the titles of all others by state."""

    title: str
    solved: int = 0
    count: int = 0
    katas: list[KataFeedback] = field(default_factory=list)
    gathered: dict[str, list[str]] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """How many of its katas are solved, in words."""
        return f"{self.solved} of {format_count(self.count, 'kata')} solved"

    def add(self, kata: KataFeedback) -> None:
        """Add the verdict on one kata."""
        self.count += 1
        self.solved += kata.is_solved
        if kata.verdict.state in _GATHERED:
            self.gathered.setdefault(kata.label.name, []).append(kata.title)
        else:
            self.katas.append(kata)


@dataclass(frozen=True)
class Feedback:
    """What a grade tells the learner; katas that are not in the grade are not mentioned."""

    grade: Grade
    course: Course

    @property
    def title(self) -> str:
        """Of the course."""
        return one_line(self.course.title)

    @property
    def person(self) -> str:
        """The person's name."""
        return one_line(self.grade.person.name, 200) or "someone without a name"

    @property
    def points(self) -> str:
        """In words."""
        return format_points(self.grade.points, self.grade.max_points)

    @property
    def ungradable(self) -> str:
        """Why nothing could be graded, or ""."""
        return one_line(self.grade.ungradable.text(), 2000) if self.grade.ungradable is not None else ""

    @property
    def next(self) -> str:
        """The id of the next kata to work on, or ""."""
        if self.grade.ungradable is not None:
            return ""
        started = [verdict.name for verdict in self.grade.katas if verdict.state in _TO_WORK_ON]
        not_attempted = [verdict.name for verdict in self.grade.katas if verdict.state is VerdictState.NOT_ATTEMPTED]
        return next(iter(started + not_attempted), "")

    @property
    def chapters(self) -> list[ChapterFeedback]:
        """All chapters with katas in the grade."""
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
        """What was left out of the hand-in."""
        notes = [one_line(note.text()) for note in self.grade.notes[:_MAX_NOTES]]
        more = len(self.grade.notes) - _MAX_NOTES
        return [*notes, f"and {more} more"] if more > 0 else notes

    @property
    def meanings(self) -> list[StateLabel]:
        """The labels of all states in the grade."""
        states = {verdict.state for verdict in self.grade.katas}
        return [label for state, label in LABELS.items() if state in states]

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """How it was graded, as names and values."""
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
    """Markdown that needs no escaping."""

    __slots__ = ()


def markdown(grade: Grade, course: Course) -> str:
    """Render the feedback as Markdown. Text from a hand-in is rendered as code, so that it cannot contain markup."""
    text = _environment(is_html=False).get_template("feedback.md").render(feedback=Feedback(grade, course))
    return re.sub(r"\n{3,}(?=#)", "\n\n", text)


def page(grade: Grade, course: Course) -> str:
    """Render the feedback as an HTML page without scripts, which loads nothing."""
    style = (_TEMPLATES / "feedback.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = _environment(is_html=True).get_template("feedback.html")
    return template.render(feedback=Feedback(grade, course), style=style, digest=f"sha256-{digest}")


@cache
def _environment(is_html: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=is_html,
        finalize=None if is_html else _escape,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(code=_code, fence=_fence)
    return environment


def _escape(value: object) -> str:
    """Escape plain text for Markdown, on one line."""
    if isinstance(value, _Markdown):
        return value
    # Characters that are markup only at the start of a line are safe, since no template starts a line with a value.
    return re.sub(r"([\\`*_\[\]<>#|&~])", r"\\\1", " ".join(str(value).split()))


def _code(text: str) -> _Markdown:
    """Return a Markdown code span, with delimiters longer than any backticks in the text."""
    line = " ".join(text.split()) or " "
    delimiter = "`" * (_longest_backticks(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return _Markdown(f"{delimiter}{pad}{line}{pad}{delimiter}")


def _fence(text: str) -> _Markdown:
    """Return a Markdown code block, with fences longer than any backticks in the text."""
    fence = "`" * max(3, _longest_backticks(text) + 1)
    return _Markdown(f"{fence}text\n{text}\n{fence}")


def _longest_backticks(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
