"""What answers are held against: found by running the reference solutions in the same sandbox.

So the list of tests that a kata must pass is not what somebody wrote down, and a kata whose reference solution does not
pass on this machine is nobody's fault, and gets no grade.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from dojo.course import Course, Kata, suite
from dojo.grading.model.grades import Limits
from dojo.grading.model.messages import Message
from dojo.grading.model.verdicts import ExpectedTest
from dojo.grading.sandbox.client import Sandbox
from dojo.grading.sandbox.levels import SandboxFactory
from dojo.grading.sandbox.protocol import Ready
from dojo.results.run import Ended
from dojo.screen.message import message

_SEED = 0
_FIRST_LIMIT = 120.0  # seconds for a reference solution, of which nothing is known yet


@dataclass(frozen=True)
class Reference:
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
    expected: Mapping[str, tuple[ExpectedTest, ...]]
    controls: Mapping[str, tuple[str, ...]]
    seconds: Mapping[str, float]
    broken: Mapping[str, str]
    stubs: Mapping[str, str]
    preload: tuple[str, ...]


@dataclass(frozen=True)
class _KataReference:
    expected: tuple[ExpectedTest, ...] = ()
    controls: tuple[str, ...] = ()
    seconds: float = 0.0
    broken: str = ""
    imported: tuple[str, ...] = ()


def run_references(
    course: Course, place: SandboxFactory, devices: Sequence[str], limits: Limits, jobs: int
) -> Reference:
    """Run all reference solutions, ``jobs`` at a time.

    Raises:
        SandboxLost: where no sandbox comes up.
    """
    katas = list(course.katas())
    jobs = min(jobs, os.cpu_count() or 1)  # for hand-ins, more may be wanted
    parts = [katas[number::jobs] for number in range(jobs) if katas[number::jobs]]
    # The solutions pass through the memory of these sandboxes: no hand-in ever runs in one of them.
    sandboxes = [Sandbox(place, devices, limits) for _ in parts]
    with ThreadPoolExecutor(len(parts)) as pool:
        try:
            results = list(pool.map(_run_part, parts, sandboxes))
        except BaseException:
            for each in sandboxes:  # who wants to stop does not want to wait for the rest
                each.stop()
            raise
    found = {kata: one for _, part in results for kata, one in part.items()}
    ready, _ = results[0]
    return Reference(
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


def _run_part(katas: Sequence[Kata], sandbox: Sandbox) -> tuple[Ready, dict[str, _KataReference]]:
    home = suite.home()
    found = {}
    with sandbox:
        files = {kata.id: (home / "solutions" / f"{kata.id}.py").read_bytes() for kata in katas}
        sandbox.begin(files, _SEED)
        for kata in katas:
            found[kata.id] = _run_kata(sandbox, kata)
        sandbox.end()
        assert sandbox.ready is not None, "the sandbox has come up"
        return sandbox.ready, found


def _run_kata(sandbox: Sandbox, kata: Kata) -> _KataReference:
    assert sandbox.ready is not None, "the sandbox has come up"
    tests = sandbox.ready.tests.get(kata.id, ())
    if not tests:
        return _KataReference(broken="there is no specification of it")
    names = [name for name, _ in tests]
    report = sandbox.run(kata.id, names, names, _FIRST_LIMIT, imports=True)
    failed = next((result for result in report.run.results if result.failure), None)
    if failed is not None and failed.failure:
        why = " ".join(message(failed.failure))
        return _KataReference(broken=f"the reference solution fails {failed.test}: {why}")
    if report.run.ended is not Ended.FINISHED:
        counts = {"passed": len(report.run.results), "tests": len(names)}
        why = Message.of(report.finding.code, **report.finding.values, **counts).text() if report.finding else ""
        return _KataReference(broken=f"the reference solution does not come to its end: {why}")
    # What is not reported, the specification itself has skipped on this machine.
    reported = {result.test for result in report.run.results}
    expected = tuple(ExpectedTest(name, device) for name, device in tests if name in reported)
    if not expected:
        return _KataReference(broken="all its tests are skipped on this machine")
    # One is enough: that our comparisons still work is looked at besides.
    controls = tuple(each.test for each in expected if each.test not in report.controls)[:1]
    return _KataReference(expected, controls, report.seconds, imported=report.imported)


def _is_ours(name: str) -> bool:
    return name.startswith(("katas", "test", "conftest", "dojo", "__main__"))


def _stubs(katas: Iterable[Kata]) -> Iterator[tuple[str, str]]:
    for kata in katas:
        try:
            yield kata.id, stub_digest(suite.original_stub(suite.home(), kata).encode())
        except suite.NoStub:  # then it is run, and found to do nothing
            continue


def stub_digest(contents: bytes) -> str:
    """Return a digest that is the same for two files which differ in line ends and blanks at their ends only."""
    lines = [line.rstrip() for line in contents.removeprefix(b"\xef\xbb\xbf").splitlines()]
    return hashlib.sha256(b"\n".join(lines).strip()).hexdigest()


def digest(course: Course) -> str:
    """Return a digest of the specifications and of what each kata is worth: grades of two such are not to be mixed."""
    found = hashlib.sha256()
    home = suite.home()
    for kata in course.katas():
        found.update(f"{kata.id} {float(kata.points)}\0".encode())
        found.update((home / "katas" / kata.chapter / f"test_{kata.name}.py").read_bytes())
    return found.hexdigest()
