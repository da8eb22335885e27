"""Grade a hand-in again from its ``result.json`` and the files beside it."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
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


class CannotReplay(ValueError):
    """The hand-in cannot be graded under the same conditions here: the message says why."""


@dataclass(frozen=True)
class Replay:
    """A grade that was computed again, with lines about changed conditions and about differences from the old grade."""

    grade: Grade
    conditions: tuple[str, ...]
    differences: tuple[str, ...]


def replay(path: Path, course: Course, weak_is_allowed: bool) -> Replay:
    """Grade a hand-in again under the conditions in its ``result.json``; the graded files are in ``katas`` beside it.

    Raises:
        Unreadable: if the file holds no grade.
        CannotReplay: if the files or the specifications have changed.
        NoSandbox: if this machine cannot confine it, and ``weak_is_allowed`` is not set.
    """
    old = grades.read(path)
    files = {name: _read_file(path.parent / "katas" / f"{name}.py", known) for name, known in old.files.items()}
    course = _course_of(course, old)
    conditions = old.conditions
    if conditions.sandbox not in [level.value for level in Level]:
        raise CannotReplay(f"there is no sandbox {sanitize(conditions.sandbox, 100)} here")
    if conditions.course != reference.course_digest(course):
        raise CannotReplay(
            f"the specifications are others than those it was graded by: install torch-katas {conditions.suite}"
        )
    # Reference solutions are run only for katas that were handed in.
    options = Options(
        select_katas(course, list(files) or [next(course.katas()).id]),
        conditions.devices,
        conditions.limits,
        conditions.credit,
        Level(conditions.sandbox),
        weak_is_allowed,
    )
    prepared = prepare(options, conditions.seed)
    setup = replace(prepared, course=course, conditions=replace(prepared.conditions, course=conditions.course))
    with closing(Worker(setup)) as worker:
        new = worker.grade(HandIn(old.person, files, old.notes, old.ungradable, old.digest), conditions.seed)
    return Replay(new, tuple(_changed_conditions(old, setup)), tuple(_differences(old, new)))


def _read_file(path: Path, sha256: str) -> bytes:
    try:
        contents = path.read_bytes()
    except OSError:
        raise CannotReplay(f"{path}, which was graded, is not there any more") from None
    if hashlib.sha256(contents).hexdigest() != sha256:
        raise CannotReplay(f"{path} is another file than the one that was graded")
    return contents


def _course_of(course: Course, old: Grade) -> Course:
    """Return the katas of the grade, with the points they had then."""
    points = {verdict.name: verdict.max_points for verdict in old.katas}
    known = {kata.id for kata in course.katas()}
    if missing := [name for name in points if name not in known]:
        raise CannotReplay(f"there is no kata {missing[0]} here: install torch-katas {old.conditions.suite}")
    graded = select_katas(course, list(points))
    return change_points(graded, lambda _, kata, now: points.get(kata, now))


def _changed_conditions(old: Grade, setup: Setup) -> Iterator[str]:
    now = setup.conditions
    for name in ("suite", "torch", "python"):
        before, after = getattr(old.conditions, name), getattr(now, name)
        if before != after:
            yield f"graded with {name} {before}, now with {after}"


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
