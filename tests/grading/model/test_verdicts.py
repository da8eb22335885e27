"""Verdicts on answers: based on the tests that are expected, never only on those that were reported."""

from dataclasses import replace

import msgspec
import pytest

from dojo.course import Kata
from dojo.grading.model.messages import Message
from dojo.grading.model.verdicts import Credit, ExpectedTest, VerdictState, judge, verdict_without_run
from dojo.results.failure import Failure, Input, Outcome, Raised
from dojo.results.progress import Result
from dojo.results.run import Ended, Run
from tests.results.builders import failure, todo

KATA = Kata("storage", "strides", "Strides", points=4)
CPU, SIM, NONE = ExpectedTest("test_a[cpu]", "cpu"), ExpectedTest("test_a[sim]", "sim"), ExpectedTest("test_b")
WRONG = failure("gave 3, expected 9", "the offset is left out", call="storage_index(y, (1, 2))")
TODO = todo("compute the place")


def result(expected: ExpectedTest, failed: Failure | None = None) -> Result:
    return Result(expected.test, KATA.id, "It lies there.", expected.device, failed)


def run(*results: Result, ended: Ended = Ended.FINISHED) -> Run:
    return Run(ended, results, ("cpu", "sim"))


def verdict(*results: Result, ended: Ended = Ended.FINISHED, **options):
    return judge(KATA, (CPU, SIM, NONE), run(*results, ended=ended), **options)


def test_it_is_solved_when_every_expected_test_passed():
    found = verdict(result(CPU), result(SIM), result(NONE))
    assert (found.state, found.points, found.max_points) == (VerdictState.SOLVED, 4, 4)
    assert found.evidence() == "all 3 tests pass"
    assert found.devices == {"cpu": VerdictState.SOLVED, "sim": VerdictState.SOLVED}
    assert [each.outcome for each in found.tests] == ["passed"] * 3


def test_a_failure_is_shown_with_its_call_and_its_mistake():
    found = verdict(result(CPU), result(SIM, WRONG), result(NONE))
    assert (found.state, found.points) == (VerdictState.FAILED, 0)
    assert found.evidence() == (
        "2 of 3 tests pass. The first that does not [sim]: It lies there.\n"
        "storage_index(y, (1, 2)) gave 3, expected 9\nthe offset is left out"
    )
    assert found.devices == {"cpu": VerdictState.SOLVED, "sim": VerdictState.FAILED}


def test_a_failure_of_a_test_without_a_device_counts_on_each():
    found = verdict(result(CPU), result(SIM), result(NONE, WRONG))
    assert found.devices == {"cpu": VerdictState.FAILED, "sim": VerdictState.FAILED}


def test_what_is_not_reported_is_no_pass():
    found = verdict(result(CPU), result(SIM))
    assert (found.state, found.points) == (VerdictState.CRASHED, 0)
    assert found.evidence() == "its process ended before all tests were done: nothing was reported of 1 of 3"
    assert [each.outcome for each in found.tests] == ["passed", "passed", "missing"]


def test_reports_of_other_tests_count_for_nothing():
    forged = [result(ExpectedTest(f"test_forged_{number}")) for number in range(9)]
    assert verdict(*forged).state is VerdictState.CRASHED
    assert verdict(result(CPU), result(SIM, WRONG), result(NONE), *forged).state is VerdictState.FAILED


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_reports_of_one_test_the_worse_counts(order):
    twice = [result(SIM), result(SIM, WRONG)][::order]
    assert verdict(result(CPU), result(NONE), *twice).state is VerdictState.FAILED


@pytest.mark.parametrize(
    ("ended", "state"),
    [
        (Ended.TIMEOUT, VerdictState.TIMEOUT),
        (Ended.CRASHED, VerdictState.CRASHED),
        (Ended.STOPPED, VerdictState.INFRASTRUCTURE_ERROR),
        (Ended.GOING_ON, VerdictState.INFRASTRUCTURE_ERROR),
    ],
)
def test_a_run_that_did_not_finish_solves_nothing_even_where_all_was_reported(ended, state):
    found = verdict(result(CPU), result(SIM), result(NONE), ended=ended)
    assert (found.state, found.points) == (state, None if state is VerdictState.INFRASTRUCTURE_ERROR else 0)
    assert found.evidence()


def test_an_untouched_stub_is_not_attempted():
    found = verdict(*(result(each, TODO) for each in (CPU, SIM, NONE)))
    assert (found.state, found.points) == (VerdictState.NOT_ATTEMPTED, 0)


def test_half_an_answer_is_failed_and_says_what_is_to_do():
    found = verdict(result(CPU), result(SIM), result(NONE, TODO))
    assert found.state is VerdictState.FAILED
    assert found.evidence().endswith("It lies there.\ncompute the place")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("MemoryError", ""),
        ("OutOfMemoryError", "CUDA out of memory. Tried to allocate 20 GiB"),
        ("RuntimeError", "[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
    ],
)
def test_too_much_memory_has_a_name(kind, text):
    said = f"raised {kind}: {text}" if text else f"raised {kind}"
    raised = failure(said, outcome=Outcome.RAISED, raised=Raised(kind, text))
    found = verdict(result(CPU), result(SIM, raised), result(NONE))
    assert found.state is VerdictState.MEMORY
    assert said in found.evidence()


def test_credit_by_share_counts_the_tests_that_pass():
    half = (result(CPU), result(SIM, WRONG), result(NONE))
    assert verdict(*half, credit=Credit.SHARE).points == pytest.approx(2.67)
    assert verdict(*(result(each) for each in (CPU, SIM, NONE)), credit=Credit.SHARE).points == 4


def test_points_by_share_are_rounded_as_they_were_in_grades_of_earlier_versions():
    expected = tuple(ExpectedTest(f"test_{number}", "cpu") for number in range(40))
    outcomes = [result(each, None if number == 0 else WRONG) for number, each in enumerate(expected)]
    found = judge(replace(KATA, points=3), expected, run(*outcomes), credit=Credit.SHARE)
    assert found.points == 0.08  # a fortieth of 3 is 0.075


def test_a_dead_process_gets_no_share_and_one_that_was_too_slow_does():
    assert verdict(result(CPU), result(SIM), ended=Ended.CRASHED, credit=Credit.SHARE).points == 0
    assert verdict(result(CPU), result(SIM), ended=Ended.TIMEOUT, credit=Credit.SHARE).points == pytest.approx(2.67)


def test_the_graders_own_fault_is_no_grade():
    why = Message.prose("the disk is full")
    assert verdict_without_run(KATA, VerdictState.INFRASTRUCTURE_ERROR, why, ("cpu",)).points is None


def test_a_test_that_changes_its_outcome_under_one_seed_is_unstable():
    first = run(result(CPU), result(SIM, WRONG), result(NONE))
    again = run(result(CPU), result(SIM), result(NONE))
    found = judge(KATA, (CPU, SIM, NONE), first, again)
    assert (found.state, found.unstable) == (VerdictState.FAILED, (SIM.test,))
    assert judge(KATA, (CPU, SIM, NONE), first, first).unstable == ()


def test_without_expected_tests_there_is_no_verdict():
    with pytest.raises(ValueError, match="no test of storage/strides is expected"):
        judge(KATA, (), run())


def test_what_was_not_run_has_a_reason_too():
    found = verdict_without_run(
        KATA, VerdictState.UNGRADABLE, Message.prose("the archive holds a link\x1b[2J"), ("cpu", "sim")
    )
    assert (found.state, found.points, found.max_points) == (VerdictState.UNGRADABLE, 0, 4)
    assert found.evidence() == "the archive holds a link\N{REPLACEMENT CHARACTER}[2J"
    assert found.devices == dict.fromkeys(("cpu", "sim"), VerdictState.UNGRADABLE)


def test_a_hostile_message_reaches_no_report_as_it_is():
    hostile = failure("raised ValueError: \x1b]0;owned\x07" + "y" * 10**6, outcome=Outcome.RAISED)
    found = verdict(result(CPU), result(SIM, hostile), result(NONE))
    assert "\x1b" not in found.evidence()
    assert len(found.evidence()) < 3000


def test_a_grade_keeps_no_part_of_a_failure_that_differs_between_two_runs():
    elsewhere = {"path": "/hand-in/tmp1/strides.py", "line": 3, "source": "return 3", "printed": ("3",)}
    given = {"specification": "/course/test.py:3", "inputs": (Input("y", "a tensor"),)}
    found = verdict(result(CPU), result(SIM, msgspec.structs.replace(WRONG, **elsewhere, **given)), result(NONE))
    assert found.failure == WRONG


@pytest.mark.parametrize("field", ["picture", "values"])
def test_a_huge_failure_is_shortened(field):
    much = (
        ((("x", "bad"),),) * 10**5 if field == "picture" else {"words": "gave 3", **{f"n{n}": "" for n in range(10**5)}}
    )
    found = verdict(result(CPU), result(SIM, msgspec.structs.replace(WRONG, **{field: much})), result(NONE))
    assert found.evidence().splitlines()[1].startswith("storage_index(y, (1, 2)) gave 3")
    assert found.evidence().endswith("\nthe offset is left out")
    assert len(msgspec.json.encode(found.failure)) < 10_000
