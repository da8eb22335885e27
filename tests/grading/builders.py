"""Courses, hand-ins, verdicts and grades for the tests of grading: what a test does not say is as it usually is."""

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
    """Return the course of these katas; a chapter is called as ``chapters`` says, or by its name with a capital."""
    names = dict.fromkeys(kata.chapter for kata in katas)
    return Course(
        title,
        tuple(
            Chapter(name, chapters.get(name, name.title()), tuple(kata for kata in katas if kata.chapter == name))
            for name in names
        ),
    )


def said(words: "str | Message") -> Message:
    """Return the message that says this, in whatever words."""
    return Message.prose(words) if isinstance(words, str) else words


def verdict(
    kata: Kata,
    state: VerdictState = VerdictState.SOLVED,
    reason: str | Message = "it is so",
    first: str = "",
    mistake: str | None = None,
    **fields,
) -> Verdict:
    """Return a verdict, with what the first test that fails says and the mistake that it names, where that is given."""
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
    """Return the grade of a person, or of who is called so."""
    whose = Person(person) if isinstance(person, str) else person
    why = None if ungradable is None else said(ungradable)
    return Grade(whose, conditions, verdicts, notes=tuple(map(said, notes)), ungradable=why, **fields)


def graded(katas: Course, *states: VerdictState, **fields) -> Grade:
    """Return a grade with these states of the course's katas, one each."""
    return grade(*(verdict(kata, state) for kata, state in zip(katas.katas(), states, strict=True)), **fields)


def hand_in(
    person: str | Person, files: Mapping[str, bytes] = {}, ungradable: str | Message | None = None, **fields
) -> HandIn:
    """Return what a person has handed in: by kata, the bytes of its file."""
    whose = Person(person) if isinstance(person, str) else person
    digest = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
    why = None if ungradable is None else said(ungradable)
    return HandIn(whose, files, **{"notes": (), "digest": digest, **fields}, ungradable=why)


def reference(**fields) -> Reference:
    """Return what answers are held against: nothing, but what is given."""
    empty = {name: {} for name in ("expected", "controls", "seconds", "broken", "stubs")}
    return Reference(**{"torch": "2.11.0", "devices": ("cpu",), "notes": (), "preload": (), **empty, **fields})


def setup(katas: Course, conditions: Conditions = CONDITIONS, **fields) -> Setup:
    """Return what is the same for all hand-ins of a batch; ``fields`` are those of its reference."""
    return Setup(katas, reference(**fields), conditions)
