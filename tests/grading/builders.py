"""Build courses, hand-ins, verdicts and grades for tests, with usual values for everything that a test does not set."""

import hashlib
from collections.abc import Iterable, Mapping

from dojo.course import Chapter, Course, Kata
from dojo.grading.engine.reference import Reference
from dojo.grading.engine.setup import Setup
from dojo.grading.intake.handins import HandIn
from dojo.grading.model.grades import Conditions, Grade
from dojo.grading.model.messages import Message
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import Verdict, VerdictState
from tests.results.builders import failure

CONDITIONS = Conditions("0.1.0", "2.11.0", "3.11.2", ("cpu", "sim"), 7, "landlock")
GRADED = "2026-11-23T12:00:00+00:00"


def course(*katas: Kata, title: str = "A course", **chapters: str) -> Course:
    """Return a course with these katas; ``chapters`` gives titles of chapters, by default the capitalized name."""
    names = dict.fromkeys(kata.chapter for kata in katas)
    return Course(
        title,
        tuple(
            Chapter(name, chapters.get(name, name.title()), tuple(kata for kata in katas if kata.chapter == name))
            for name in names
        ),
    )


def said(words: "str | Message") -> Message:
    """Return a message with these words."""
    return Message.prose(words) if isinstance(words, str) else words


def verdict(
    kata: Kata,
    state: VerdictState = VerdictState.SOLVED,
    reason: str | Message = "it is so",
    first: str = "",
    mistake: str | None = None,
    **fields,
) -> Verdict:
    """Return a verdict; ``first`` and ``mistake`` are the message of the first failure and its mistake."""
    points = {VerdictState.SOLVED: kata.points, VerdictState.INFRASTRUCTURE_ERROR: None}.get(state, 0)
    fields = {"points": points, "max_points": kata.points, "devices": {"cpu": state}, **fields}
    shown = failure(first, mistake) if first or mistake else None
    return Verdict(name=kata.id, state=state, reason=said(reason), failure=shown, **fields)


def grade(
    *verdicts: Verdict,
    person: str | Person = "Ann Lee",
    conditions: Conditions = CONDITIONS,
    notes: Iterable[str | Message] = (),
    ungradable: str | Message | None = None,
    **fields,
) -> Grade:
    """Return the grade of a person."""
    whose = Person(person) if isinstance(person, str) else person
    why = None if ungradable is None else said(ungradable)
    return Grade(whose, conditions, verdicts, notes=tuple(map(said, notes)), ungradable=why, **fields)


def graded(katas: Course, *states: VerdictState, **fields) -> Grade:
    """Return a grade with one state for each kata of the course."""
    return grade(*(verdict(kata, state) for kata, state in zip(katas.katas(), states, strict=True)), **fields)


def hand_in(
    person: str | Person, files: Mapping[str, bytes] = {}, ungradable: str | Message | None = None, **fields
) -> HandIn:
    """Return the hand-in of a person, with the contents of files by kata."""
    whose = Person(person) if isinstance(person, str) else person
    digest = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
    why = None if ungradable is None else said(ungradable)
    return HandIn(whose, files, **{"notes": (), "digest": digest, **fields}, ungradable=why)


def reference(**fields) -> Reference:
    """Return a reference that is empty except for ``fields``."""
    empty = {name: {} for name in ("expected", "controls", "seconds", "broken", "stubs")}
    return Reference(**{"torch": "2.11.0", "devices": ("cpu",), "notes": (), "preload": (), **empty, **fields})


def setup(katas: Course, conditions: Conditions = CONDITIONS, **fields) -> Setup:
    """Return a setup; ``fields`` are those of its reference."""
    return Setup(katas, reference(**fields), conditions)
