"""What is asked of the grader: which hand-ins, which katas, under what limits, and where the grades go."""

import os
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dojo.course import Course
from dojo.grading.model.grades import Limits
from dojo.grading.sandbox.levels import Level


@dataclass(frozen=True)
class Options:
    """What was asked for.

    Args:
        course: the katas that count, with their points.
        devices: on which tests run; none for those that are here.
        limits: what each kata may use.
        credit: ``whole`` or ``share``.
        level: how to confine; None for the best that this machine has.
        weak_is_allowed: whether hand-ins are run though they are not confined in full.
        jobs: how many hand-ins at once.
        seed: that all inputs come from; None for one by chance.
        again: whether those are graded again whose hand-in did not change.
        cluster: the address of a dask scheduler; None for threads here.
    """

    course: Course
    devices: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    credit: str = "whole"
    level: Level | None = None
    weak_is_allowed: bool = False
    jobs: int = os.cpu_count() or 1
    seed: int | None = None
    again: bool = False
    cluster: str | None = None


class BadPoints(ValueError):
    """A file of points that makes no sense: the message says why."""


def select_katas(course: Course, names: Sequence[str]) -> Course:
    """Return the course with the katas and chapters of these names only, or all of it where there are no names.

    Raises:
        LookupError: in one sentence, where there is no such kata or chapter.
    """
    if not names:
        return course
    wanted = {name.strip("/") for name in names}
    whole = wanted & {chapter.name for chapter in course.chapters}
    katas = {course.find(name).id for name in names if name.strip("/") not in whole}
    kept = (
        replace(chapter, katas=tuple(kata for kata in chapter.katas if chapter.name in whole or kata.id in katas))
        for chapter in course.chapters
    )
    return replace(course, chapters=tuple(chapter for chapter in kept if chapter.katas))


def read_points(course: Course, path: Path) -> Course:
    """Return the course with points from a toml file, which has lines such as ``"storage/strides" = 3``.

    Raises:
        BadPoints: in one sentence, where the file cannot be read or names what is no kata.
    """
    try:
        points = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadPoints(f"{path} cannot be read: {error}") from None
    known = {kata.id for kata in course.katas()} | {chapter.name for chapter in course.chapters}
    for name, value in points.items():
        if name not in known:
            raise BadPoints(
                f'{path} gives points to {name}, which is no kata: write lines such as "storage/strides" = 3'
            )
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
            raise BadPoints(f"{path}: {name} = {value} is no number of points: write one from 0 on")
    return change_points(course, lambda chapter, kata, now: points.get(kata, points.get(chapter, now)))


def change_points(course: Course, points: Callable[[str, str, float], float]) -> Course:
    """Return the course with other points: by a kata's chapter, its id, and what it is worth now."""
    chapters = (
        replace(
            chapter,
            katas=tuple(replace(kata, points=points(chapter.name, kata.id, kata.points)) for kata in chapter.katas),
        )
        for chapter in course.chapters
    )
    return replace(course, chapters=tuple(chapters))
