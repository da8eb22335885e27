"""What answers are held against: found by running the reference solutions in the same sandbox.

So the list of tests that a kata must pass is not what somebody wrote down, and a kata whose reference solution does not
pass on this machine is nobody's fault, and gets no grade.
"""

import hashlib
import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from dojo.course import Course, Kata, suite
from dojo.grading.model.grades import Limits
from dojo.grading.model.verdicts import Expected
from dojo.grading.sandbox.client import Lost, Sandbox
from dojo.grading.sandbox.levels import Place
from dojo.grading.sandbox.protocol import Ready
from dojo.results.run import Ended

_SEED = 0
_FIRST_LIMIT = 120.0  # seconds for a reference solution, of which nothing is known yet


@dataclass(frozen=True)
class Standard:
    """What each answer is held against.

    Args:
        torch: the version of PyTorch.
        devices: on which tests run.
        notes: which devices people expect and why they do not run.
        expected: by kata, the tests that must pass.
        controls: by kata, tests that an answer which does nothing fails.
        seconds: by kata, of wall time that the reference solution takes.
        broken: by kata, why it cannot be graded here.
        stubs: by kata, a digest of the stub as it was given out, where that is known.
        preload: modules that the reference solutions import.
    """

    torch: str
    devices: tuple[str, ...]
    notes: tuple[str, ...]
    expected: Mapping[str, tuple[Expected, ...]]
    controls: Mapping[str, tuple[str, ...]]
    seconds: Mapping[str, float]
    broken: Mapping[str, str]
    stubs: Mapping[str, str]
    preload: tuple[str, ...]


@dataclass(frozen=True)
class _Found:
    expected: tuple[Expected, ...] = ()
    controls: tuple[str, ...] = ()
    seconds: float = 0.0
    broken: str = ""
    imported: tuple[str, ...] = ()


def establish(course: Course, place: Place, devices: Sequence[str], limits: Limits, jobs: int) -> Standard:
    """Run all reference solutions, ``jobs`` at a time.

    Raises:
        Lost: where no sandbox comes up.
    """
    katas = list(course.katas())
    jobs = min(jobs, os.cpu_count() or 1)  # for hand-ins, more may be wanted
    parts = [katas[number::jobs] for number in range(jobs) if katas[number::jobs]]
    # The solutions pass through the memory of these sandboxes: no hand-in ever runs in one of them.
    sandboxes = [Sandbox(place, devices, limits) for _ in parts]
    with ThreadPoolExecutor(len(parts)) as pool:
        try:
            results = list(pool.map(_part, parts, sandboxes))
        except BaseException:
            for each in sandboxes:  # who wants to stop does not want to wait for the rest
                each.stop()
            raise
    found = {kata: one for _, part in results for kata, one in part.items()}
    ready, _ = results[0]
    return Standard(
        ready.torch,
        ready.devices,
        ready.notes,
        expected={kata.id: found[kata.id].expected for kata in katas},
        controls={kata.id: found[kata.id].controls for kata in katas},
        seconds={kata.id: found[kata.id].seconds for kata in katas},
        broken={kata: one.broken for kata, one in found.items() if one.broken},
        stubs=dict(_stubs(katas)),
        preload=tuple(sorted({name for one in found.values() for name in one.imported if not _is_ours(name)})),
    )


def _part(katas: Sequence[Kata], sandbox: Sandbox) -> tuple[Ready, dict[str, _Found]]:
    home = suite.home()
    found = {}
    with sandbox:
        files = {kata.id: (home / "solutions" / f"{kata.id}.py").read_bytes() for kata in katas}
        with sandbox.hand_in(files, _SEED):
            for kata in katas:
                found[kata.id] = _one(sandbox, kata)
        assert sandbox.ready is not None, "the sandbox has come up"
        return sandbox.ready, found


def _one(sandbox: Sandbox, kata: Kata) -> _Found:
    assert sandbox.ready is not None, "the sandbox has come up"
    tests = sandbox.ready.tests.get(kata.id, ())
    if not tests:
        return _Found(broken="there is no specification of it")
    names = [name for name, _ in tests]
    told = sandbox.run(kata.id, names, names, _FIRST_LIMIT, imports=True)
    failed = [result for result in told.run.results if result.evidence]
    if failed and failed[0].evidence:
        return _Found(broken=f"the reference solution fails {failed[0].test}: {failed[0].evidence.message}")
    if told.run.ended is not Ended.FINISHED:
        return _Found(broken=f"the reference solution does not come to its end: {told.seen.why if told.seen else ''}")
    # What is not reported, the specification itself has skipped on this machine.
    reported = {result.test for result in told.run.results}
    expected = tuple(Expected(name, device) for name, device in tests if name in reported)
    if not expected:
        return _Found(broken="all its tests are skipped on this machine")
    # One is enough: that our comparisons still work is looked at besides.
    controls = tuple(each.test for each in expected if each.test not in told.controls)[:1]
    return _Found(expected, controls, told.seconds, imported=told.imported)


def _is_ours(name: str) -> bool:
    return name.startswith(("katas", "test", "conftest", "dojo", "__main__"))


def _stubs(katas: Iterable[Kata]) -> Iterable[tuple[str, str]]:
    for kata in katas:
        try:
            yield kata.id, stub_digest(suite.original_stub(suite.home(), kata).encode())
        except suite.NoStub:  # then it is run, and found to do nothing
            continue


def stub_digest(contents: bytes) -> str:
    """Return a digest that is the same for two files which differ in line ends and blanks at their ends only."""
    lines = [line.rstrip() for line in contents.removeprefix(b"\xef\xbb\xbf").splitlines()]
    return hashlib.sha256(b"\n".join(lines).strip()).hexdigest()


class BadPoints(ValueError):
    """A file of points that makes no sense: the message says why."""


def selected(course: Course, names: Sequence[str]) -> Course:
    """Return the course with the katas and chapters of these names only, or all of it where there are no names.

    Raises:
        LookupError: in one sentence, where there is no such kata or chapter.
    """
    if not names:
        return course
    chapters = {chapter.name for chapter in course.chapters}
    wanted = {kata.id for name in names if name.strip("/") not in chapters for kata in [course.find(name)]}
    kept = []
    for chapter in course.chapters:
        whole = chapter.name in {name.strip("/") for name in names}
        katas = tuple(kata for kata in chapter.katas if whole or kata.id in wanted)
        if katas:
            kept.append(replace(chapter, katas=katas))
    return replace(course, chapters=tuple(kept))


def with_points(course: Course, path: Path) -> Course:
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
    chapters = tuple(
        replace(
            chapter,
            katas=tuple(
                replace(kata, points=points.get(kata.id, points.get(chapter.name, kata.points)))
                for kata in chapter.katas
            ),
        )
        for chapter in course.chapters
    )
    return replace(course, chapters=chapters)


def digest(course: Course) -> str:
    """Return a digest of the specifications and of what each kata is worth: grades of two such are not to be mixed."""
    found = hashlib.sha256()
    home = suite.home()
    for kata in course.katas():
        found.update(f"{kata.id} {float(kata.points)}\0".encode())
        found.update((home / "katas" / kata.chapter / f"test_{kata.name}.py").read_bytes())
    return found.hexdigest()


__all__ = ["BadPoints", "Lost", "Standard", "digest", "establish", "selected", "stub_digest", "with_points"]
