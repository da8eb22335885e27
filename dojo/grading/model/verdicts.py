"""The verdict on one kata of a hand-in: expected tests are compared with reported results.

A test that is not reported has not passed, whatever else the report says.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

import msgspec

from dojo.course import Kata
from dojo.grading.model.messages import Message
from dojo.results.failure import Failure, Outcome
from dojo.results.progress import Result
from dojo.results.run import Ended, Run
from dojo.screen.message import message_with_call, plain_lines
from dojo.screen.sanitize import sanitize


class VerdictState(Enum):
    """The result of a kata. The value is its name in reports."""

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


_SEARCHED_CHARACTERS = 2000
"""Limit for searching an error text: a hostile one could take an hour."""
_FAILURE_BYTES = 64 << 10
"""Limit for a failure in a grade: a hostile one could have millions of bytes."""
# States with partial credit. A crashed process gets none: its earlier reports may be forged.
_STATES_WITH_SHARE = (VerdictState.FAILED, VerdictState.TIMEOUT, VerdictState.MEMORY)


class Credit(Enum):
    """How points are given: for solved katas only, or for each test that passes."""

    WHOLE = "whole"
    SHARE = "share"


@dataclass(frozen=True)
class ExpectedTest:
    """A test that must be reported, and its device if it has one."""

    test: str
    device: str | None = None


@dataclass(frozen=True)
class ReportedOutcome:
    """The result of one expected test.

    Args:
        outcome: ``passed``, ``failed``, ``todo`` or ``missing``.
        said: the failure message, without control characters.
        mistake: what the learner did wrong, if the specification recognised it.
    """

    test: str
    outcome: str
    device: str | None = None
    statement: str = ""
    said: str = ""
    mistake: str | None = None


@dataclass(frozen=True)
class Verdict:
    """The result of one kata of a hand-in.

    Args:
        name: of the kata, ``storage/strides``.
        points: None if the grader itself failed: that is no grade, and never counts as 0.
        max_points: points of a solved kata.
        devices: the state on each device.
        unstable: tests whose outcome changed in a second run with the same seed.
        failure: the first failure, if it is the reason for the state.
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
        """All recognised mistakes, without duplicates."""
        return tuple(dict.fromkeys(each.mistake for each in self.tests if each.mistake))

    @property
    def other_mistakes(self) -> tuple[str, ...]:
        """All recognised mistakes except that of the first failure."""
        return tuple(each for each in self.mistakes if each != _mistake_of(self.failure))

    def details(self) -> list[str]:
        """Return the lines of the first failure without its mistake: the call, its result, a picture."""
        return failure_lines(self.failure) if self.failure else []

    def evidence(self) -> str:
        """Return reason, details and mistake as lines; the first line alone is enough for a table."""
        mistake = _mistake_of(self.failure)
        return "\n".join([self.reason.text(), *self.details(), *([mistake] if mistake else [])])


def failure_lines(failure: Failure) -> list[str]:
    """Render a failure as lines without control characters."""
    lines = [line for line in (*message_with_call(failure), *plain_lines(failure.picture)) if line]
    return sanitize("\n".join(lines)).split("\n") if lines else []


def _mistake_of(failure: Failure | None) -> str | None:
    return sanitize(failure.mistake) if failure and failure.mistake else None


@dataclass(frozen=True)
class Finding:
    """An observation outside the test reports that decides the state: by the parent process, or a sign of tampering.

    Args:
        code: of the message; the counts of tests are added to ``values``.
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
        kata: that was answered.
        expected: all tests of the kata on all devices, at least one.
        run: the reported results.
        again: a second run with the same seed, to find unstable tests.
        credit: whether an unsolved kata gets points for passing tests.
        finding: overrides the reported results.

    Raises:
        ValueError: if no test is expected, since every answer would then be solved.
    """
    if not expected:
        raise ValueError(f"no test of {kata.id} is expected: the specification was not collected")
    matched = _match_reports(expected, run)
    state = finding.state if finding else _state_of(matched, run)
    passed = sum(_outcome(result) == "passed" for _, result in matched)
    points: float | None = 0
    if credit is Credit.SHARE and state in _STATES_WITH_SHARE:
        points = round(kata.points * (passed / len(matched)), 2)
    elif state is VerdictState.SOLVED:
        points = kata.points
    elif state is VerdictState.INFRASTRUCTURE_ERROR:
        points = None
    counts = {"passed": passed, "tests": len(matched)}
    first = None if finding else _first_failure(state, matched)
    devices = dict.fromkeys(each.device for each in expected if each.device) or {"cpu": None}
    by_device = {name: [pair for pair in matched if pair[0].device in (name, None)] for name in devices if name}
    return Verdict(
        kata.id,
        state,
        points,
        kata.points,
        Message.of(finding.code, **finding.values, **counts) if finding else _reason(state, matched, first, counts),
        {name: finding.state if finding else _state_of(pairs, run) for name, pairs in by_device.items()},
        tuple(_reported_outcome(*pair) for pair in matched),
        _unstable_tests(matched, _match_reports(expected, again)) if again is not None else (),
        _shorten_failure(first.failure) if first and first.failure else None,
    )


def verdict_without_run(kata: Kata, state: VerdictState, reason: Message, devices: Iterable[str]) -> Verdict:
    """Return the verdict on an answer that need not, or cannot, be run."""
    points = None if state is VerdictState.INFRASTRUCTURE_ERROR else 0
    return Verdict(kata.id, state, points, kata.points, reason, dict.fromkeys(devices, state))


def _shorten_failure(failure: Failure) -> Failure:
    """Drop what differs between runs (file paths, lines), and limit the size to a page or two."""
    dropped = {"path": None, "line": None, "source": None, "specification": "", "inputs": (), "printed": ()}
    kept = msgspec.structs.replace(failure, **dropped)
    if len(msgspec.json.encode(kept)) <= _FAILURE_BYTES:
        return kept
    values = {"words": "\n".join(failure_lines(failure))}
    return Failure(outcome=failure.outcome, template="{words}", values=values, mistake=_mistake_of(failure))


_MatchedReports = Sequence[tuple[ExpectedTest, Result | None]]


def _match_reports(expected: Sequence[ExpectedTest], run: Run) -> _MatchedReports:
    """Pair each expected test with its reported result; reports of other tests are ignored."""
    found: dict[str, Result] = {}
    for result in run.results:
        # Of two reports of one test, one of which may be forged, the worse counts.
        if result.test not in found or found[result.test].passed:
            found[result.test] = result
    return [(each, found.get(each.test)) for each in expected]


def _outcome(result: Result | None) -> str:
    return "missing" if result is None else result.outcome


def _reported_outcome(expected: ExpectedTest, result: Result | None) -> ReportedOutcome:
    if result is None:
        return ReportedOutcome(expected.test, "missing", expected.device)
    said = "\n".join(failure_lines(result.failure)) if result.failure else ""
    mistake = _mistake_of(result.failure)
    return ReportedOutcome(expected.test, result.outcome, expected.device, sanitize(result.statement), said, mistake)


def _state_of(matched: _MatchedReports, run: Run) -> VerdictState:
    outcomes = {_outcome(result) for _, result in matched}
    if run.ended is Ended.TIMEOUT:
        return VerdictState.TIMEOUT
    if run.ended is Ended.STOPPED or run.ended is Ended.GOING_ON:
        return VerdictState.INFRASTRUCTURE_ERROR  # the grader stopped it, or read the report too early
    if run.ended is Ended.CRASHED:
        return VerdictState.CRASHED
    if any(result.failure and _is_out_of_memory(result.failure) for _, result in matched if result):
        return VerdictState.MEMORY
    if "missing" in outcomes:
        return VerdictState.CRASHED
    if outcomes == {"passed"}:
        return VerdictState.SOLVED
    return VerdictState.FAILED if "failed" in outcomes or "passed" in outcomes else VerdictState.NOT_ATTEMPTED


_NO_MEMORY = re.compile(r"can't allocate memory|CUDA out of memory")  # as torch says it


def _is_out_of_memory(failure: Failure) -> bool:
    error = failure.raised
    return (error is not None and failure.outcome is not Outcome.UNUSABLE) and (
        error.type in ("MemoryError", "OutOfMemoryError") or bool(_NO_MEMORY.search(error.text[:_SEARCHED_CHARACTERS]))
    )


def _first_failure(state: VerdictState, matched: _MatchedReports) -> Result | None:
    """Return the failure that explains the state, if there is one."""
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


def _unstable_tests(first: _MatchedReports, again: _MatchedReports) -> tuple[str, ...]:
    pairs = zip(first, again, strict=True)
    return tuple(each.test for (each, one), (_, other) in pairs if _outcome(one) != _outcome(other))
