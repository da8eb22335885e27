"""Run the reference solutions in the sandbox, to find out what answers must do.

This finds the list of tests that each kata must pass on this machine; no list is kept by hand. A kata whose reference
solution fails here is not graded: that is not the learner's fault.
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

_REFERENCE_SEED = 0
_REFERENCE_TIMEOUT = 120.0  # seconds; generous, since the time of a reference solution is not known before


@dataclass(frozen=True)
class Reference:
    """What the reference solutions showed; mappings are by kata.

    Args:
        torch: version of PyTorch.
        notes: on devices that people may expect, and why tests do not run on them.
        expected: the tests that must pass.
        controls: tests that an answer which does nothing must fail.
        seconds: wall time of the reference solution.
        broken: why the kata cannot be graded here.
        stubs: digest of the original stub, if known.
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
    course: Course, factory: SandboxFactory, devices: Sequence[str], limits: Limits, jobs: int
) -> tuple[Reference, frozenset[str]]:
    """Run all reference solutions, ``jobs`` at a time.

    Returns:
        What they showed, and what their sandboxes refuse, as names in ``REFUSED``.

    Raises:
        SandboxLost: if no sandbox starts.
    """
    katas = list(course.katas())
    jobs = min(jobs, os.cpu_count() or 1)  # the user may ask for more jobs than processors
    parts = [katas[number::jobs] for number in range(jobs) if katas[number::jobs]]
    # No hand-in may run in these sandboxes: the solutions were in their memory.
    sandboxes = [Sandbox(factory, devices, limits) for _ in parts]
    with ThreadPoolExecutor(len(parts)) as pool:
        try:
            results = list(pool.map(_run_part, parts, sandboxes))
        except BaseException:
            for each in sandboxes:  # so that Ctrl-C does not wait for the rest
                each.stop()
            raise
    found = {kata: one for _, _, part in results for kata, one in part.items()}
    ready = results[0][0]
    shown = Reference(
        ready.torch,
        ready.devices,
        ready.notes,
        expected={kata.id: found[kata.id].expected for kata in katas},
        controls={kata.id: found[kata.id].controls for kata in katas},
        seconds={kata.id: found[kata.id].seconds for kata in katas},
        broken={kata: one.broken for kata, one in found.items() if one.broken},
        stubs=dict(_stub_digests(katas)),
        preload=tuple(sorted({name for one in found.values() for name in one.imported if not _is_own_module(name)})),
    )
    return shown, frozenset.intersection(*(refused for _, refused, _ in results))


def _run_part(katas: Sequence[Kata], sandbox: Sandbox) -> tuple[Ready, frozenset[str], dict[str, _KataReference]]:
    home = suite.home()
    found = {}
    with sandbox:
        refused = sandbox.probe()
        files = {kata.id: (home / "solutions" / f"{kata.id}.py").read_bytes() for kata in katas}
        sandbox.begin(files, _REFERENCE_SEED)
        for kata in katas:
            found[kata.id] = _run_kata(sandbox, kata)
        sandbox.end()
        assert sandbox.ready is not None, "the sandbox has come up"
        return sandbox.ready, refused, found


def _run_kata(sandbox: Sandbox, kata: Kata) -> _KataReference:
    assert sandbox.ready is not None, "the sandbox has come up"
    tests = sandbox.ready.tests.get(kata.id, ())
    if not tests:
        return _KataReference(broken="there is no specification of it")
    names = [name for name, _ in tests]
    report = sandbox.run(kata.id, names, names, _REFERENCE_TIMEOUT, imports=True)
    failed = next((result for result in report.run.results if result.failure), None)
    if failed is not None and failed.failure:
        why = " ".join(message(failed.failure))
        return _KataReference(broken=f"the reference solution fails {failed.test}: {why}")
    if report.run.ended is not Ended.FINISHED:
        counts = {"passed": len(report.run.results), "tests": len(names)}
        why = Message.of(report.finding.code, **report.finding.values, **counts).text() if report.finding else ""
        return _KataReference(broken=f"the reference solution does not come to its end: {why}")
    # A test that is not reported was skipped by the specification on this machine.
    reported = {result.test for result in report.run.results}
    expected = tuple(ExpectedTest(name, device) for name, device in tests if name in reported)
    if not expected:
        return _KataReference(broken="all its tests are skipped on this machine")
    # One is enough, since the sandbox also checks that the comparisons still work.
    controls = tuple(each.test for each in expected if each.test not in report.controls)[:1]
    return _KataReference(expected, controls, report.seconds, imported=report.imported)


def _is_own_module(name: str) -> bool:
    return name.startswith(("katas", "test", "conftest", "dojo", "__main__"))


def _stub_digests(katas: Iterable[Kata]) -> Iterator[tuple[str, str]]:
    for kata in katas:
        try:
            yield kata.id, stub_digest(suite.original_stub(suite.home(), kata).encode())
        except suite.NoStub:  # then the hand-in's stub is run, and found to do nothing
            continue


def stub_digest(contents: bytes) -> str:
    """Return a digest that ignores line endings, trailing blanks and a byte order mark."""
    lines = [line.rstrip() for line in contents.removeprefix(b"\xef\xbb\xbf").splitlines()]
    return hashlib.sha256(b"\n".join(lines).strip()).hexdigest()


def course_digest(course: Course) -> str:
    """Return a digest of the specifications and points: grades with different digests must not be mixed."""
    found = hashlib.sha256()
    home = suite.home()
    for kata in course.katas():
        found.update(f"{kata.id} {float(kata.points)}\0".encode())
        found.update((home / "katas" / kata.chapter / f"test_{kata.name}.py").read_bytes())
    return found.hexdigest()
