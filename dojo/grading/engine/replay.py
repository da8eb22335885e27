"""The same grade once more: from ``result.json`` and the files beside it."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dojo.course import Course
from dojo.grading.engine import reference
from dojo.grading.engine.setup import Wanted, prepare
from dojo.grading.engine.worker import Marker, Setting
from dojo.grading.intake.handins import HandIn
from dojo.grading.model import grades
from dojo.grading.model.grades import Grade
from dojo.grading.sandbox.levels import Level
from dojo.screen.sanitize import legible


class NotTheSame(ValueError):
    """What is needed to grade it the same way is not here: the message says what."""


def replay(path: Path, course: Course, weak_is_allowed: bool) -> tuple[Grade, list[str]]:
    """Grade again what ``result.json`` tells of, under the same conditions.

    Args:
        path: of the file; the files that were graded lie in ``katas`` beside it.
        course: that is installed here.
        weak_is_allowed: whether it may run where it is not confined in full.

    Returns:
        The new grade, and in lines what differs from the old one.

    Raises:
        Unreadable: where there is no grade in the file.
        NotTheSame: where the files or the specifications are others now.
        NoSandbox: where this machine does not confine it.
    """
    old = grades.read(path)
    files = {name: _file(path.parent / "katas" / f"{name}.py", known) for name, known in old.files.items()}
    course = _as_graded(course, old)
    conditions = old.conditions
    if conditions.sandbox not in [level.value for level in Level]:
        raise NotTheSame(f"there is no sandbox {legible(conditions.sandbox, 100)} here")
    if conditions.course != reference.digest(course):
        raise NotTheSame(
            f"the specifications are others than those it was graded by: install torch-katas {conditions.suite}"
        )
    # What was not handed in is not run: neither are its references.
    handed_in = reference.selected(course, list(files) or [next(course.katas()).id])
    wanted = Wanted(
        handed_in,
        conditions.devices,
        conditions.limits,
        conditions.credit,
        Level(conditions.sandbox),
        weak_is_allowed,
        os.cpu_count() or 1,
    )
    found = prepare(wanted, conditions.seed)
    setting = replace(found, course=course, conditions=replace(found.conditions, course=conditions.course))
    hand_in = HandIn(old.person, files, old.notes, old.ungradable, old.digest)
    marker = Marker(setting)
    try:
        new = marker.mark(hand_in, conditions.seed)
    finally:
        marker.close()
    return new, [*_conditions(old, setting), *_differences(old, new)]


def _file(path: Path, known: str) -> bytes:
    try:
        contents = path.read_bytes()
    except OSError:
        raise NotTheSame(f"{path}, which was graded, is not there any more") from None
    if hashlib.sha256(contents).hexdigest() != known:
        raise NotTheSame(f"{path} is another file than the one that was graded")
    return contents


def _as_graded(course: Course, old: Grade) -> Course:
    """Return the katas that the grade has, with the points that they were worth."""
    points = {verdict.name: verdict.max_points for verdict in old.katas}
    known = {kata.id for kata in course.katas()}
    if missing := [name for name in points if name not in known]:
        raise NotTheSame(f"there is no kata {missing[0]} here: install torch-katas {old.conditions.suite}")
    chapters = (
        replace(
            chapter,
            katas=tuple(replace(kata, points=points[kata.id]) for kata in chapter.katas if kata.id in points),
        )
        for chapter in course.chapters
    )
    return replace(course, chapters=tuple(chapter for chapter in chapters if chapter.katas))


def _conditions(old: Grade, setting: Setting) -> Iterator[str]:
    now = setting.conditions
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
