"""Options of a grading run."""

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
    """Options of a grading run.

    Args:
        devices: to run tests on; empty for all available ones.
        credit: ``whole`` or ``share``.
        level: of the sandbox; None for the best on this machine.
        weak_is_allowed: run hand-ins even if they are not fully confined.
        jobs: hand-ins at once.
        seed: of all test inputs; None for a random one.
        again: also grade hand-ins that did not change.
        cluster: address of a dask scheduler; None for threads in this process.
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
    """A file of points is invalid: the message says why."""


def select_katas(course: Course, names: Sequence[str]) -> Course:
    """Return the course with only these katas and chapters; all of it if there are no names.

    Raises:
        LookupError: if there is no such kata or chapter.
    """
    if not names:
        return course
    selected = {name.strip("/") for name in names}
    whole_chapters = selected & {chapter.name for chapter in course.chapters}
    katas = {course.find(name).id for name in names if name.strip("/") not in whole_chapters}
    kept = (
        replace(
            chapter, katas=tuple(kata for kata in chapter.katas if chapter.name in whole_chapters or kata.id in katas)
        )
        for chapter in course.chapters
    )
    return replace(course, chapters=tuple(chapter for chapter in kept if chapter.katas))


def read_points(course: Course, path: Path) -> Course:
    """Return the course with points from a toml file with lines such as ``"storage/strides" = 3``.

    Raises:
        BadPoints: if the file cannot be read, or names an unknown kata.
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
    """Return the course with points from a function of chapter name, kata id and present points."""
    chapters = (
        replace(
            chapter,
            katas=tuple(replace(kata, points=points(chapter.name, kata.id, kata.points)) for kata in chapter.katas),
        )
        for chapter in course.chapters
    )
    return replace(course, chapters=tuple(chapters))
