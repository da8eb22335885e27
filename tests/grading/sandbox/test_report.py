"""Reports of processes that ran a hand-in: believed only if they are signed."""

import hashlib
import json
import time

import msgspec
import pytest

from dojo.grading.model.verdicts import VerdictState
from dojo.grading.sandbox import report as sandbox_report
from dojo.grading.sandbox.protocol import KataReply
from dojo.grading.sandbox.report import KataReport
from dojo.results.failure import Outcome, Raised
from dojo.results.progress import Result
from dojo.results.run import Ended
from tests.results.builders import failure

SECRET = b"s" * 32
PASSED = msgspec.to_builtins(Result("test_a", "storage/strides", "It lies there.", "cpu"))
FAILED = {**PASSED, "failure": msgspec.to_builtins(failure("gave 3, expected 9"))}
DONE = {"done": True}


def signed(*lines: object, secret: bytes = SECRET) -> bytes:
    code, report = hashlib.blake2b(key=secret, digest_size=32), b""
    for place, line in enumerate(lines):
        said = line if isinstance(line, bytes) else json.dumps(line).encode()
        own = code.copy()
        own.update(place.to_bytes(4, "big") + said)
        report += own.hexdigest().encode() + b" " + said + b"\n"
    return report


def told(report: bytes, ended: str = "finished", status: int = 0, printed: bytes = b"") -> KataReport:
    return sandbox_report.read(KataReply(ended, status, report, printed, 0.5), SECRET)


def test_a_report_that_is_signed_is_believed():
    found = told(signed({"result": PASSED}, {"result": {**FAILED, "test": "test_b"}}, {**DONE, "controls": ["test_c"]}))
    assert (found.run.ended, found.finding, found.controls) == (Ended.FINISHED, None, ("test_c",))
    assert [(each.test, each.passed) for each in found.run.results] == [("test_a", True), ("test_b", False)]


def test_what_ended_before_the_answer_was_come_to_is_no_fault_of_its_own():
    assert told(signed({"begun": True}, {"result": PASSED}, DONE)).begun
    assert told(b"junk\n").begun  # an answer was loaded by then, since something wrote into the report
    for said in (b"", signed({"beg": True})[:9]):
        assert not told(said, status=1).begun


GOOD = signed({"result": PASSED}, DONE)


@pytest.mark.parametrize(
    "report",
    [
        b'{"result": 1}\n',
        signed({"result": PASSED}, DONE, secret=b"o" * 32),
        b"\n".join(reversed(GOOD.splitlines())) + b"\n",
        GOOD.splitlines(keepends=True)[0] * 2,
        b"2 passed\n" + GOOD,
        GOOD + b"\n",
        GOOD + signed({"result": FAILED}),
        GOOD.replace(b"test_a", b"test_b"),
        signed({"result": PASSED}, DONE, DONE),
        signed(DONE, {"result": PASSED}),
        signed(b'{"result": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", DONE),
        signed(b'{"controls": ' + b"[" * 200_000, DONE),
        signed({"result": {**PASSED, "failure": {"outcome": 7}}}, DONE),
        signed({"done": "yes"}),
        signed({"passed": True}, DONE),
        signed(b'{"tampering": "\xff"}', DONE),
        signed(b"null", DONE),
        signed(b"", DONE),
        signed(b'{"result": {"test": NaN}}', DONE),
        b"\n" * (4 << 20),
        b"\xff\x00" * 1000 + b"\n",
    ],
    ids=[
        "unsigned",
        "other secret",
        "other order",
        "replayed",
        "printed before",
        "empty line behind",
        "signed by another place",
        "changed",
        "done twice",
        "goes on when it is done",
        "deep",
        "deep and cut",
        "wrong types",
        "wrong type",
        "more fields",
        "no UTF-8",
        "null",
        "nothing",
        "no number",
        "huge",
        "junk",
    ],
)
def test_a_report_that_somebody_else_wrote_into_is_tampering(report):
    found = told(report)
    assert found.finding is not None
    assert found.finding.state is VerdictState.TAMPERING


def test_a_report_that_is_cut_off_is_no_crime_and_not_done():
    for said in (GOOD[:-1], GOOD[:-40], b"", GOOD.splitlines(keepends=True)[0]):
        found = told(said, status=1)
        assert (found.run.ended, found.finding.state) == (Ended.CRASHED, VerdictState.CRASHED)


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ({"ended": "timeout"}, None),
        ({"ended": "output_limit"}, VerdictState.OUTPUT_LIMIT),
        ({"ended": "memory"}, VerdictState.MEMORY),
        ({"status": -11}, VerdictState.CRASHED),
        ({"status": -9}, VerdictState.MEMORY),
        ({"status": 1, "printed": b"terminate: std::bad_alloc"}, VerdictState.MEMORY),
        ({"status": 3}, VerdictState.CRASHED),
    ],
)
def test_how_the_process_ended_counts_more_than_that_it_was_done(reply, state):
    found = told(GOOD, **reply)
    assert found.run.ended is (Ended.TIMEOUT if state is None else Ended.CRASHED)
    assert (found.finding and found.finding.state) is state
    assert found.killed is (reply.get("status") == -9)


def raised(text: str) -> dict[str, object]:
    """Return the result of a test in which the answer raised an error."""
    said = failure(f"raised RuntimeError: {text}", outcome=Outcome.RAISED, raised=Raised("RuntimeError", text))
    return {**PASSED, "failure": msgspec.to_builtins(said)}


def test_a_long_message_is_not_searched_for_long():
    started = time.monotonic()
    assert told(signed({"result": raised("raised RuntimeError: " * 300_000)}, DONE)).finding is None
    assert time.monotonic() - started < 5


def test_who_says_in_an_error_that_there_was_no_room_is_told_so():
    found = told(signed({"result": raised("can't start new thread")}, DONE))
    assert found.finding.state is VerdictState.CRASHED
