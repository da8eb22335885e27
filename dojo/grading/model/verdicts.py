"""From what the tests of a kata reported to a verdict on the answer: pure.

The list of tests that are expected comes first. What is not reported is not passed, whatever else was said.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from dojo.course import Kata
from dojo.results.failure import Evidence
from dojo.results.progress import Result
from dojo.results.run import Ended, Run
from dojo.screen.sanitize import legible


class State(Enum):
    """What became of a kata. The value is its name in reports."""

    SOLVED = "solved"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    OUTPUT_LIMIT = "output_limit"
    TAMPERING = "tampering"
    UNGRADABLE = "ungradable"
    INFRASTRUCTURE_ERROR = "infrastructure_error"


# Here a share of the tests is worth its points. Who left the process dead gets nothing for what was said before.
_SHARED = (State.FAILED, State.TIMEOUT, State.MEMORY)


class Credit(Enum):
    """How points are given."""

    WHOLE = "whole"
    SHARE = "share"


@dataclass(frozen=True)
class Expected:
    """A test that must be reported, and the device that it runs on, if on any."""

    test: str
    device: str | None = None


@dataclass(frozen=True)
class Reported:
    """What one expected test came to: ``passed``, ``failed``, ``todo`` or ``missing``."""

    test: str
    outcome: str
    device: str | None = None
    statement: str = ""
    said: str = ""
    """The failure in a sentence or more, without control characters."""
    mistake: str | None = None
    """What the learner did wrong, where the specification knows it."""


@dataclass(frozen=True)
class Verdict:
    """What became of one kata of one hand-in.

    Args:
        name: of the kata, ``storage/strides``.
        state: what became of it.
        points: None where the grader itself failed: that is no grade, and never a 0.
        max_points: what it is worth when it is solved.
        evidence: the reason for the learner, in sentences; the first line is enough for a table.
        devices: what became of it on each device.
        tests: what each expected test came to.
        unstable: tests whose outcome changed when they were run again under the same seed.
    """

    name: str
    state: State
    points: float | None
    max_points: float
    evidence: str
    devices: Mapping[str, State]
    tests: tuple[Reported, ...] = ()
    unstable: tuple[str, ...] = ()

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The mistakes that were named, each once."""
        return tuple(dict.fromkeys(each.mistake for each in self.tests if each.mistake))


@dataclass(frozen=True)
class Seen:
    """What was seen beside the tests' own reports, from outside of their process or by looking for tampering.

    Args:
        state: what it comes to.
        why: a sentence for the learner.
    """

    state: State
    why: str


def judge(
    kata: Kata,
    expected: Sequence[Expected],
    run: Run,
    again: Run | None = None,
    credit: Credit = Credit.WHOLE,
    seen: Seen | None = None,
) -> Verdict:
    """Return the verdict on an answer that was run.

    Args:
        kata: what was answered.
        expected: its tests on all devices, at least one.
        run: what was reported of them.
        again: what was reported when they were run once more under the same seed, where that was done.
        credit: whether an answer that is not solved gets points for the tests that pass.
        seen: what counts more than any report.

    Raises:
        ValueError: where no test is expected: an answer would be solved by that.
    """
    if not expected:
        raise ValueError(f"no test of {kata.id} is expected: the specification was not collected")
    reported = _reported(expected, run)
    state = seen.state if seen else _state(reported, run)
    share = sum(each.outcome == "passed" for each in reported) / len(reported)
    points: float | None = round(kata.points * share, 2) if credit is Credit.SHARE and state in _SHARED else 0
    if state is State.SOLVED:
        points = kata.points
    elif state is State.INFRASTRUCTURE_ERROR:
        points = None
    devices = dict.fromkeys(each.device for each in expected if each.device) or {"cpu": None}
    return Verdict(
        kata.id,
        state,
        points,
        kata.points,
        _reason(state, reported, seen.why if seen else ""),
        {
            name: seen.state if seen else _state([each for each in reported if each.device in (name, None)], run)
            for name in devices
            if name
        },
        reported,
        _changed(reported, _reported(expected, again)) if again is not None else (),
    )


def without_a_run(kata: Kata, state: State, reason: str, devices: Iterable[str]) -> Verdict:
    """Return the verdict on an answer that there was no reason, or no way, to run."""
    points = None if state is State.INFRASTRUCTURE_ERROR else 0
    return Verdict(kata.id, state, points, kata.points, legible(reason), dict.fromkeys(devices, state))


def _reported(expected: Sequence[Expected], run: Run) -> tuple[Reported, ...]:
    """Return one entry for each expected test; a report of any other test counts for nothing."""
    found: dict[str, Result] = {}
    for result in run.results:
        # Of two reports of one test, one of which may be forged, the worse counts.
        if result.test not in found or found[result.test].passed:
            found[result.test] = result
    return tuple(_one(each, found.get(each.test)) for each in expected)


def _one(expected: Expected, result: Result | None) -> Reported:
    if result is None:
        return Reported(expected.test, "missing", expected.device)
    told = result.evidence
    outcome = "passed" if told is None else "todo" if told.outcome == "todo" else "failed"
    said = legible(_said(told)) if told else ""
    mistake = legible(told.mistake) if told and told.mistake else None
    return Reported(expected.test, outcome, expected.device, legible(result.statement), said, mistake)


def _said(told: Evidence) -> str:
    """Return a failure in words: the call, and what it gave."""
    call = f"{told.call} " if told.call and told.outcome in ("refused", "raised") else ""
    return f"{call}{told.message}"


def _state(reported: Sequence[Reported], run: Run) -> State:
    outcomes = {each.outcome for each in reported}
    if run.ended is Ended.TIMEOUT:
        return State.TIMEOUT
    if run.ended is Ended.STOPPED or run.ended is Ended.GOING_ON:
        return State.INFRASTRUCTURE_ERROR  # it was us, or a report that we took too early
    if run.ended is Ended.CRASHED:
        return State.CRASHED
    if any(_NO_MEMORY.search(each.said) for each in reported if each.outcome == "failed"):
        return State.MEMORY
    if "missing" in outcomes:
        return State.CRASHED
    if outcomes == {"passed"}:
        return State.SOLVED
    return State.FAILED if "failed" in outcomes or "passed" in outcomes else State.NOT_ATTEMPTED


_NO_MEMORY = re.compile(r"raised (MemoryError|OutOfMemoryError)|can't allocate memory|CUDA out of memory")


def _reason(state: State, reported: Sequence[Reported], seen: str) -> str:
    passed = sum(each.outcome == "passed" for each in reported)
    count = f"{passed} of {len(reported)} tests pass"
    failed = next((each for each in reported if each.outcome == "failed"), None)
    if seen:
        return legible(f"{seen}. {count}" if reported else seen)
    match state:
        case State.SOLVED:
            return f"all {len(reported)} tests pass"
        case State.FAILED:
            first = failed or next(each for each in reported if each.outcome == "todo")
            where = f" [{first.device}]" if first.device else ""
            mistake = f"\n{first.mistake}" if first.mistake else ""
            return f"{count}. The first that does not{where}: {first.statement}\n{first.said}{mistake}"
        case State.NOT_ATTEMPTED:
            return "the stub is as it was given out: its functions still raise NotImplementedError"
        case State.TIMEOUT:
            return f"it ran past its time limit and was ended: is there a loop without end? {count}"
        case State.MEMORY:
            return f"it asked for more memory than there is for it. {count}\n{failed.said if failed else ''}".strip()
        case State.CRASHED:
            missing = sum(each.outcome == "missing" for each in reported)
            return f"its process ended before all tests were done: nothing was reported of {missing} of {len(reported)}"
        case _:
            return "the grader itself failed, which says nothing about the answer: it is to be graded again"


def _changed(first: Sequence[Reported], again: Sequence[Reported]) -> tuple[str, ...]:
    return tuple(one.test for one, other in zip(first, again, strict=True) if one.outcome != other.outcome)
