"""What a hand-in's kata came to: expected tests held against what was reported of them.

The list of what is expected comes first. What is not reported is not passed, whatever else was said.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

import msgspec

from dojo.course import Kata
from dojo.grading.model.messages import Message
from dojo.results.failure import Failure
from dojo.results.progress import Result
from dojo.results.run import Ended, Run
from dojo.screen.message import message_with_call, plain_lines
from dojo.screen.sanitize import sanitize


class VerdictState(Enum):
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


_SEARCHED = 2000
"""Characters of an error that are looked at: who signs what he likes could give one that takes an hour to search."""
_ROOM = 64 << 10
"""Bytes of a failure as a grade keeps it: one that is hostile may have millions."""
# Here a share of the tests is worth its points. Who left the process dead gets nothing for what was said before.
_SHARED = (VerdictState.FAILED, VerdictState.TIMEOUT, VerdictState.MEMORY)


class Credit(Enum):
    """How points are given."""

    WHOLE = "whole"
    SHARE = "share"


@dataclass(frozen=True)
class ExpectedTest:
    """A test that must be reported, and the device that it runs on, if on any."""

    test: str
    device: str | None = None


@dataclass(frozen=True)
class ReportedOutcome:
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
        reason: for the state.
        devices: what became of it on each device.
        tests: what each expected test came to.
        unstable: tests whose outcome changed when they were run again under the same seed.
        failure: of the first test that does not pass, where that is the reason.
    """

    name: str
    state: VerdictState
    points: float | None
    max_points: float
    reason: Message
    devices: Mapping[str, VerdictState]
    tests: tuple[ReportedOutcome, ...] = ()
    unstable: tuple[str, ...] = ()
    failure: Failure | None = None

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The mistakes that were named, each once."""
        return tuple(dict.fromkeys(each.mistake for each in self.tests if each.mistake))

    @property
    def other_mistakes(self) -> tuple[str, ...]:
        """Those that the first failure does not name."""
        own = self.failure.mistake if self.failure else None
        return tuple(each for each in self.mistakes if own is None or each != sanitize(own))

    def details(self) -> list[str]:
        """Return the first failure in lines, its mistake left out: the call, what it gave, a picture."""
        return failure_lines(self.failure) if self.failure else []

    def evidence(self) -> str:
        """Return all that there is to say, in lines; the first is enough for a table."""
        mistake = [sanitize(self.failure.mistake)] if self.failure and self.failure.mistake else []
        return "\n".join([self.reason.text(), *self.details(), *mistake])


def failure_lines(failure: Failure) -> list[str]:
    """Return a failure in lines without control characters."""
    lines = [line for line in (*message_with_call(failure), *plain_lines(failure.picture)) if line]
    return sanitize("\n".join(lines)).split("\n") if lines else []


@dataclass(frozen=True)
class Finding:
    """What was seen beside the tests' own reports, from outside of their process or by looking for tampering.

    Args:
        state: what it comes to.
        reason: for the learner; how many tests pass is filled in.
    """

    state: VerdictState
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def judge(
    kata: Kata,
    expected: Sequence[ExpectedTest],
    run: Run,
    again: Run | None = None,
    credit: Credit = Credit.WHOLE,
    finding: Finding | None = None,
) -> Verdict:
    """Return the verdict on an answer that was run.

    Args:
        kata: what was answered.
        expected: its tests on all devices, at least one.
        run: what was reported of them.
        again: what was reported when they were run once more under the same seed, where that was done.
        credit: whether an answer that is not solved gets points for the tests that pass.
        finding: what counts more than any report.

    Raises:
        ValueError: where no test is expected: an answer would be solved by that.
    """
    if not expected:
        raise ValueError(f"no test of {kata.id} is expected: the specification was not collected")
    matched = _match_reports(expected, run)
    state = finding.state if finding else _state(matched, run)
    passed = sum(_outcome(result) == "passed" for _, result in matched)
    points: float | None = 0
    if credit is Credit.SHARE and state in _SHARED:
        points = round(kata.points * passed / len(matched), 2)
    elif state is VerdictState.SOLVED:
        points = kata.points
    elif state is VerdictState.INFRASTRUCTURE_ERROR:
        points = None
    counts = {"passed": passed, "tests": len(matched)}
    first = None if finding else _first(state, matched)
    devices = dict.fromkeys(each.device for each in expected if each.device) or {"cpu": None}
    by_device = {name: [pair for pair in matched if pair[0].device in (name, None)] for name in devices if name}
    return Verdict(
        kata.id,
        state,
        points,
        kata.points,
        Message.of(finding.code, **finding.values, **counts) if finding else _reason(state, matched, first, counts),
        {name: finding.state if finding else _state(there, run) for name, there in by_device.items()},
        tuple(_reported(*pair) for pair in matched),
        _changed(matched, _match_reports(expected, again)) if again is not None else (),
        _trim(first.failure) if first and first.failure else None,
    )


def without_a_run(kata: Kata, state: VerdictState, reason: Message, devices: Iterable[str]) -> Verdict:
    """Return the verdict on an answer that there was no reason, or no way, to run."""
    points = None if state is VerdictState.INFRASTRUCTURE_ERROR else 0
    return Verdict(kata.id, state, points, kata.points, reason, dict.fromkeys(devices, state))


def _trim(failure: Failure) -> Failure:
    """Return what a grade keeps of a failure: no place that is another in each run, and no more than a page or two."""
    words = {"path": None, "line": None, "source": None, "specification": "", "inputs": (), "printed": ()}
    kept = msgspec.structs.replace(failure, **words)
    if len(msgspec.json.encode(kept)) <= _ROOM:
        return kept
    said = {"words": "\n".join(failure_lines(failure))}
    mistake = sanitize(failure.mistake) if failure.mistake else None
    return Failure(outcome=failure.outcome, template="{words}", values=said, mistake=mistake)


_MatchedReports = Sequence[tuple[ExpectedTest, Result | None]]


def _match_reports(expected: Sequence[ExpectedTest], run: Run) -> _MatchedReports:
    """Return each expected test with what was reported of it; a report of any other test counts for nothing."""
    found: dict[str, Result] = {}
    for result in run.results:
        # Of two reports of one test, one of which may be forged, the worse counts.
        if result.test not in found or found[result.test].passed:
            found[result.test] = result
    return [(each, found.get(each.test)) for each in expected]


def _outcome(result: Result | None) -> str:
    return "missing" if result is None else result.outcome


def _reported(expected: ExpectedTest, result: Result | None) -> ReportedOutcome:
    if result is None or result.failure is None:
        statement = sanitize(result.statement) if result else ""
        return ReportedOutcome(expected.test, _outcome(result), expected.device, statement)
    said = "\n".join(failure_lines(result.failure))
    mistake = sanitize(result.failure.mistake) if result.failure.mistake else None
    return ReportedOutcome(expected.test, result.outcome, expected.device, sanitize(result.statement), said, mistake)


def _state(matched: _MatchedReports, run: Run) -> VerdictState:
    outcomes = {_outcome(result) for _, result in matched}
    if run.ended is Ended.TIMEOUT:
        return VerdictState.TIMEOUT
    if run.ended is Ended.STOPPED or run.ended is Ended.GOING_ON:
        return VerdictState.INFRASTRUCTURE_ERROR  # it was us, or a report that we took too early
    if run.ended is Ended.CRASHED:
        return VerdictState.CRASHED
    if any(result.failure and _lacked_memory(result.failure) for _, result in matched if result):
        return VerdictState.MEMORY
    if "missing" in outcomes:
        return VerdictState.CRASHED
    if outcomes == {"passed"}:
        return VerdictState.SOLVED
    return VerdictState.FAILED if "failed" in outcomes or "passed" in outcomes else VerdictState.NOT_ATTEMPTED


_NO_MEMORY = re.compile(r"can't allocate memory|CUDA out of memory")  # as torch says it


def _lacked_memory(failure: Failure) -> bool:
    error = failure.raised
    return error is not None and (
        error.type in ("MemoryError", "OutOfMemoryError") or bool(_NO_MEMORY.search(error.text[:_SEARCHED]))
    )


def _first(state: VerdictState, matched: _MatchedReports) -> Result | None:
    """Return the first failure that explains the state, if there is one."""
    if state not in (VerdictState.FAILED, VerdictState.MEMORY):
        return None
    failed = [result for _, result in matched if result and not result.passed]
    return next((each for each in failed if each.outcome == "failed"), None) or (failed[0] if failed else None)


def _reason(state: VerdictState, matched: _MatchedReports, first: Result | None, counts: Mapping[str, int]) -> Message:
    if state is VerdictState.FAILED and first is not None:
        on = f" [{first.device}]" if first.device else ""
        return Message.of("failed", on=on, statement=sanitize(first.statement), **counts)
    missing = sum(result is None for _, result in matched)
    code = {
        VerdictState.SOLVED: "solved",
        VerdictState.NOT_ATTEMPTED: "does_nothing",
        VerdictState.TIMEOUT: "timeout",
        VerdictState.MEMORY: "memory",
        VerdictState.CRASHED: "unreported",
    }.get(state, "grader_failed")
    return Message.of(code, missing=missing, why="it is to be graded again", **counts)


def _changed(first: _MatchedReports, again: _MatchedReports) -> tuple[str, ...]:
    pairs = zip(first, again, strict=True)
    return tuple(each.test for (each, one), (_, other) in pairs if _outcome(one) != _outcome(other))
