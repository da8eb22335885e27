"""The same grade once more: from ``result.json`` and the files beside it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dojo.course import Course
from dojo.grading.engine import reference
from dojo.grading.engine.options import Options, change_points, select_katas
from dojo.grading.engine.setup import Setup, prepare
from dojo.grading.engine.worker import Worker
from dojo.grading.intake.handins import HandIn
from dojo.grading.model import grades
from dojo.grading.model.grades import Grade
from dojo.grading.sandbox.levels import Level
from dojo.screen.sanitize import sanitize


class NotTheSame(ValueError):
    """What is needed to grade it the same way is not here: the message says what."""


@dataclass(frozen=True)
class Replay:
    """A grade that was found once more.

    Args:
        grade: the new one.
        conditions: in lines, which of them are others now.
        differences: in lines, what differs from the old grade.
    """

    grade: Grade
    conditions: tuple[str, ...]
    differences: tuple[str, ...]


def replay(path: Path, course: Course, weak_is_allowed: bool) -> Replay:
    """Grade again what ``result.json`` tells of, under the same conditions.

    Args:
        path: of the file; the files that were graded lie in ``katas`` beside it.
        course: that is installed here.
        weak_is_allowed: whether it may run where it is not confined in full.

    Raises:
        Unreadable: where there is no grade in the file.
        NotTheSame: where the files or the specifications are others now.
        NoSandbox: where this machine does not confine it.
    """
    old = grades.read(path)
    files = {name: _read_file(path.parent / "katas" / f"{name}.py", known) for name, known in old.files.items()}
    course = _course_of(course, old)
    conditions = old.conditions
    if conditions.sandbox not in [level.value for level in Level]:
        raise NotTheSame(f"there is no sandbox {sanitize(conditions.sandbox, 100)} here")
    if conditions.course != reference.digest(course):
        raise NotTheSame(
            f"the specifications are others than those it was graded by: install torch-katas {conditions.suite}"
        )
    # What was not handed in is not run: neither are its references.
    options = Options(
        select_katas(course, list(files) or [next(course.katas()).id]),
        conditions.devices,
        conditions.limits,
        conditions.credit,
        Level(conditions.sandbox),
        weak_is_allowed,
    )
    found = prepare(options, conditions.seed)
    setup = replace(found, course=course, conditions=replace(found.conditions, course=conditions.course))
    worker = Worker(setup)
    try:
        new = worker.grade(HandIn(old.person, files, old.notes, old.ungradable, old.digest), conditions.seed)
    finally:
        worker.close()
    return Replay(new, tuple(_conditions(old, setup)), tuple(_differences(old, new)))


def _read_file(path: Path, known: str) -> bytes:
    try:
        contents = path.read_bytes()
    except OSError:
        raise NotTheSame(f"{path}, which was graded, is not there any more") from None
    if hashlib.sha256(contents).hexdigest() != known:
        raise NotTheSame(f"{path} is another file than the one that was graded")
    return contents


def _course_of(course: Course, old: Grade) -> Course:
    """Return the katas that the grade has, with the points that they were worth."""
    points = {verdict.name: verdict.max_points for verdict in old.katas}
    known = {kata.id for kata in course.katas()}
    if missing := [name for name in points if name not in known]:
        raise NotTheSame(f"there is no kata {missing[0]} here: install torch-katas {old.conditions.suite}")
    graded = select_katas(course, list(points))
    return change_points(graded, lambda _, kata, now: points.get(kata, now))


def _conditions(old: Grade, setup: Setup) -> Iterator[str]:
    now = setup.conditions
    for what in ("suite", "torch", "python"):
        before, after = getattr(old.conditions, what), getattr(now, what)
        if before != after:
            yield f"graded with {what} {before}, now with {after}"


def _differences(old: Grade, new: Grade) -> Iterator[str]:
    now = {verdict.name: verdict for verdict in new.katas}
    for before in old.katas:
        after = now[before.name]
        if before.state is not after.state or before.points != after.points:
            yield f"{before.name}: was {before.state.value} ({before.points}), is {after.state.value} ({after.points})"
            continue
        outcomes = {test.test: test.outcome for test in before.tests}
        changed = [test.test for test in after.tests if outcomes.get(test.test) != test.outcome]
        if changed:
            yield f"{before.name}: {len(changed)} tests came out otherwise, the first is {changed[0]}"
