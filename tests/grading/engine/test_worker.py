"""Workers that grade one hand-in at a time, with fake sandboxes that behave as a test has set for each kata."""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from dojo.course import Kata
from dojo.grading.engine import reference, worker
from dojo.grading.engine.reference import stub_digest
from dojo.grading.engine.setup import Setup
from dojo.grading.engine.worker import Stopped, Worker, Workers, seed_for
from dojo.grading.intake.handins import HandIn
from dojo.grading.model.grades import Grade, Limits
from dojo.grading.model.messages import REFUSED
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import ExpectedTest, Finding, VerdictState
from dojo.grading.sandbox.client import AnswerNotReached, SandboxLost
from dojo.grading.sandbox.report import KataReport
from dojo.results.progress import Result
from dojo.results.run import Ended, Run
from tests.grading import builders
from tests.results.builders import failure, todo

KATAS = tuple(Kata("storage", name, name) for name in ("strides", "views", "transpose"))
COURSE = builders.course(*KATAS)
EXPECTED = (ExpectedTest("test_a", "cpu"), ExpectedTest("test_b", "cpu"), ExpectedTest("test_c"))
STUB = b'"""Strides."""\n\n\ndef strides(x):\n    raise NotImplementedError("add them up")\n'
UNTOUCHED = VerdictState.NOT_ATTEMPTED, "the stub is as it was given out"
WRONG = failure("gave 3, expected 9")


def answered(*failing: str, tests=("test_a", "test_b", "test_c"), **fields) -> KataReport:
    """Return the report of a run of these tests."""
    results = tuple(Result(test, "", "It lies there.", "cpu", WRONG if test in failing else None) for test in tests)
    return KataReport(Run(Ended.FINISHED, results), fields.pop("finding", None), 0.1, **fields)


def found(state: VerdictState, words: str) -> Finding:
    return Finding(state, "prose", {"words": words})


class Machine:
    """Fake sandboxes: counts them, records requests, and gives for each kata the next of a list of answers; the last one stays."""

    def __init__(self) -> None:
        self.started, self.ended, self.stopped = 0, 0, 0
        self.asked: list[tuple[str, tuple[str, ...], tuple[str, ...], float, int]] = []
        self.does: dict[str, list[object]] = {}
        self.begun: list[Mapping[str, bytes]] = []
        self.empty_ends_well = True
        self.refuses = set(REFUSED)

    def __call__(self, place: object, devices: object, limits: object) -> "Machine.Pretended":
        return Machine.Pretended(self)

    class Pretended:
        def __init__(self, machine: "Machine") -> None:
            self.machine = machine
            self.is_up = False
            self.is_in_a_hand_in = False

        def __enter__(self) -> "Machine.Pretended":
            self.machine.started += 1
            self.is_up = True
            return self

        def __exit__(self, *_: object) -> None:
            self.machine.ended += self.is_up
            self.is_up = False

        def stop(self) -> None:
            self.machine.stopped += 1

        def probe(self) -> frozenset[str]:
            return frozenset(self.machine.refuses)

        def begin(self, files: Mapping[str, bytes], seed: int) -> None:
            assert not self.is_in_a_hand_in, "the one before is not over"
            self.is_in_a_hand_in = True
            self.seed = seed
            self.machine.begun.append(files)
            if not files and not self.machine.empty_ends_well:
                raise SandboxLost("not even an empty one")

        def end(self) -> None:
            assert self.is_in_a_hand_in, "there is none"
            self.is_in_a_hand_in = False

        def run(self, kata: str, tests, controls, seconds: float) -> KataReport:
            self.machine.asked.append((kata, tuple(tests), tuple(controls), seconds, self.seed))
            answers = self.machine.does.get(kata, [answered()])
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(answer, BaseException):
                raise answer
            return answer(tests) if callable(answer) else answer


@pytest.fixture
def machine(monkeypatch):
    pretended = Machine()
    monkeypatch.setattr(worker, "Sandbox", pretended)
    monkeypatch.setattr(worker.levels, "copy_suite", lambda project: None)
    monkeypatch.setattr(reference, "course_digest", lambda course: "abc")
    yield pretended
    assert pretended.ended == pretended.started


@pytest.fixture
def workers(machine):
    """Workers; when the test ends, none of their sandboxes may be left."""
    made = Workers()
    yield made
    made.close()


def setup(**fields) -> Setup:
    """Return a setup; ``fields`` change its limits or its reference."""
    limits = fields.pop("limits", Limits())
    conditions = replace(builders.CONDITIONS, devices=("cpu",), seed=5, sandbox="weak", limits=limits, course="abc")
    katas = [kata.id for kata in KATAS]
    known = {
        "expected": dict.fromkeys(katas, EXPECTED),
        "controls": dict.fromkeys(katas, ("test_a",)),
        "seconds": dict.fromkeys(katas, 0.5),
        "stubs": {"storage/strides": stub_digest(STUB)},
    }
    return builders.setup(COURSE, conditions, **{**known, **fields})


def hand_in(files: Mapping[str, bytes], ungradable: str | None = None, name: str = "ann") -> HandIn:
    return builders.hand_in(name, {f"storage/{kata}": contents for kata, contents in files.items()}, ungradable)


def mark(files: Mapping[str, bytes], ungradable: str | None = None, at: Setup | None = None) -> Grade:
    alone = Worker(at or setup())
    try:
        return alone.grade(hand_in(files, ungradable), 7)
    finally:
        alone.close()


def states(grade: Grade) -> list[VerdictState]:
    return [verdict.state for verdict in grade.katas]


# --- what needs no run


@pytest.mark.parametrize(
    ("files", "ungradable", "state", "why"),
    [
        ({}, None, VerdictState.NOT_ATTEMPTED, "no file of this kata was handed in"),
        ({"strides": STUB}, None, *UNTOUCHED),
        ({"strides": STUB.replace(b"\n", b"\r\n")}, None, *UNTOUCHED),
        ({"strides": b"\xef\xbb\xbf" + STUB + b"\n\n"}, None, *UNTOUCHED),
        ({"strides": STUB.replace(b"):\n", b"): \t\n")}, None, *UNTOUCHED),
        ({"strides": b"x"}, "it holds a link", VerdictState.UNGRADABLE, "it holds a link"),
    ],
    ids=["missing", "stub", "stub from Windows", "stub with a mark", "stub with blanks", "ungradable"],
)
def test_what_cannot_be_solved_costs_no_run(machine, files, ungradable, state, why):
    grade = mark(files, ungradable)
    assert (grade.katas[0].state, grade.katas[0].points, grade.katas[0].evidence()) == (state, 0, why)
    assert (machine.started, machine.asked) == (0, [])


def test_a_stub_that_was_touched_is_run(machine):
    mark({"strides": STUB + b"x = 1\n"})
    assert [kata for kata, *_ in machine.asked] == ["storage/strides"]


def test_a_kata_that_cannot_be_graded_here_is_the_fault_of_nobody(machine):
    grade = mark({"strides": b"x"}, at=setup(broken={"storage/strides": "the reference solution fails test_a"}))
    assert (grade.katas[0].state, grade.katas[0].points) == (VerdictState.INFRASTRUCTURE_ERROR, None)
    assert "the reference solution fails test_a" in grade.katas[0].evidence()
    assert machine.asked == []


# --- what is run


def test_only_what_was_handed_in_is_sent_and_run_with_its_controls(machine):
    grade = mark({"strides": b"one", "transpose": b"two"})
    assert states(grade) == [VerdictState.SOLVED, VerdictState.NOT_ATTEMPTED, VerdictState.SOLVED]
    assert machine.begun == [{"storage/strides": b"one", "storage/transpose": b"two"}]
    tests = tuple(each.test for each in EXPECTED)
    assert [each[:3] for each in machine.asked] == [
        (f"storage/{kata}", tests, ("test_a",)) for kata in ("strides", "transpose")
    ]
    assert {seed for *_, seed in machine.asked} == {7}
    assert (grade.conditions.seed, grade.files.keys()) == (7, {"storage/strides", "storage/transpose"})


def test_failed_tests_are_run_once_more_under_the_same_seed_and_no_others(machine):
    machine.does["storage/strides"] = [answered("test_b"), lambda tests: answered("test_b", tests=tests)]
    grade = mark({"strides": b"x"})
    assert [(tests, controls, seed) for _, tests, controls, _, seed in machine.asked] == [
        (("test_a", "test_b", "test_c"), ("test_a",), 7),
        (("test_b",), (), 7),
    ]
    assert (grade.katas[0].state, grade.katas[0].unstable) == (VerdictState.FAILED, ())


def test_a_test_that_comes_out_otherwise_is_unstable_and_not_passed(machine):
    machine.does["storage/strides"] = [answered("test_b", "test_c"), lambda tests: answered("test_c", tests=tests)]
    grade = mark({"strides": b"x"})
    assert (grade.katas[0].state, grade.katas[0].points, grade.katas[0].unstable) == (
        VerdictState.FAILED,
        0,
        ("test_b",),
    )


def test_what_is_still_to_do_is_not_run_again(machine):
    begun = Result("test_b", "", "It lies there.", "cpu", todo("add them up"))
    machine.does["storage/strides"] = [KataReport(Run(Ended.FINISHED, (begun,)), None, 0.1)]
    mark({"strides": b"x"})
    assert len(machine.asked) == 1


@pytest.mark.parametrize(
    "state", [VerdictState.TAMPERING, VerdictState.MEMORY, VerdictState.OUTPUT_LIMIT, VerdictState.CRASHED]
)
def test_what_was_seen_from_outside_counts_and_is_not_run_again(machine, state):
    machine.does["storage/strides"] = [answered("test_a", finding=found(state, "it was seen"))]
    grade = mark({"strides": b"x", "views": b"y"})
    assert states(grade)[:2] == [state, VerdictState.SOLVED]
    assert grade.katas[0].evidence().startswith("it was seen")
    assert len(machine.asked) == 2


def test_a_control_that_passes_is_tampering(machine):
    machine.does["storage/strides"] = [answered(controls=("test_a",))]
    assert states(mark({"strides": b"x"}))[0] is VerdictState.TAMPERING


def test_who_was_killed_perhaps_by_the_doing_of_others_is_run_again(machine):
    killed = answered(finding=found(VerdictState.MEMORY, "it asked for more memory than there is"), killed=True)
    machine.does["storage/strides"] = [killed, answered()]
    machine.does["storage/views"] = [killed]
    assert states(mark({"strides": b"x", "views": b"y"}))[:2] == [VerdictState.SOLVED, VerdictState.MEMORY]
    assert len(machine.asked) == 4


# --- sandboxes that are lost


def test_a_sandbox_that_is_lost_once_costs_nothing(machine):
    machine.does["storage/views"] = [SandboxLost("gone"), answered()]
    grade = mark({"strides": b"x", "views": b"y", "transpose": b"z"})
    assert states(grade) == [VerdictState.SOLVED] * 3
    assert [kata for kata, *_ in machine.asked] == [
        f"storage/{name}" for name in ("strides", "views", "views", "transpose")
    ]
    assert (machine.started, len(machine.begun)) == (2, 2)


def test_what_fails_twice_before_an_answer_is_come_to_is_no_fault_of_its_own(machine):
    machine.does["storage/strides"] = [AnswerNotReached("no Landlock here")]
    with pytest.raises(AnswerNotReached, match="no Landlock here"):
        mark({"strides": b"x"})
    machine.does["storage/strides"] = [AnswerNotReached("a bad moment"), answered()]
    assert states(mark({"strides": b"x"}))[0] is VerdictState.SOLVED


def test_a_machine_that_refuses_less_than_was_seen_at_the_start_grades_nothing(machine):
    machine.refuses.remove("network")
    at = setup()
    with pytest.raises(SandboxLost, match=r"does not refuse connections: see `kata grade --doctor` there"):
        mark({"strides": b"x"}, at=replace(at, conditions=replace(at.conditions, refuses=("network",))))
    assert machine.asked == []
    assert machine.ended == machine.started


def test_who_loses_it_twice_where_an_empty_hand_in_goes_well_has_crashed(machine):
    machine.does["storage/strides"] = [SandboxLost("gone")]
    grade = mark({"strides": b"x", "views": b"y"})
    assert states(grade)[:2] == [VerdictState.CRASHED, VerdictState.SOLVED]
    assert "twice it ended, or held up, the process that watches over it" in grade.katas[0].evidence()
    assert [len(files) for files in machine.begun] == [2, 2, 0, 2]


def test_where_not_even_an_empty_hand_in_goes_well_there_is_no_grade(machine):
    machine.does["storage/strides"] = [SandboxLost("gone")]
    machine.empty_ends_well = False
    with pytest.raises(SandboxLost, match="not even an empty one"):
        mark({"strides": b"x"})


def test_a_fault_of_ours_leaves_no_sandbox_in_the_midst_of_a_hand_in_for_the_next(machine):
    machine.does["storage/strides"] = [RuntimeError("ours"), answered()]
    alone = Worker(setup())
    with pytest.raises(RuntimeError, match="ours"):
        alone.grade(hand_in({"strides": b"x"}), 7)
    assert (machine.started, machine.ended) == (1, 1)
    assert states(alone.grade(hand_in({"strides": b"y"}, name="bob"), 8))[0] is VerdictState.SOLVED
    alone.close()
    assert machine.begun == [{"storage/strides": b"x"}, {"storage/strides": b"y"}]


def test_one_sandbox_serves_one_hand_in_after_the_other(machine):
    alone = Worker(setup())
    for name in ("ann", "bob", "cleo"):
        assert states(alone.grade(hand_in({"strides": b"x"}, name=name), 7))[0] is VerdictState.SOLVED
    alone.close()
    assert machine.started == 1


# --- time


def test_a_kata_has_its_own_seconds_beside_ten_times_those_of_the_reference(machine):
    mark({"strides": b"x"}, at=setup(limits=Limits(seconds=4)))
    assert [seconds for *_, seconds, _ in machine.asked] == [9]


def test_what_is_left_of_the_time_for_all_katas_is_the_limit_of_each(machine):
    machine.does["storage/strides"] = [lambda _: (time.sleep(1.2), answered())[1]]
    grade = mark(
        {"strides": b"x", "views": b"y", "transpose": b"z"}, at=setup(limits=Limits(seconds=4, total_seconds=1.1))
    )
    assert states(grade) == [VerdictState.SOLVED, VerdictState.TIMEOUT, VerdictState.TIMEOUT]
    assert "the hand-in as a whole ran past its time limit" in grade.katas[1].evidence()
    assert [seconds for *_, seconds, _ in machine.asked] == [pytest.approx(1.1, abs=0.2)]


# --- seeds


def test_each_person_has_a_seed_of_their_own_and_the_same_in_the_same_batch():
    people = [Person("ann"), Person("bob"), Person("ann", canvas="7"), Person("ann", moodle="7"), Person("Ann")]
    seeds = [seed_for(person, 5) for person in people]
    assert seeds == [seed_for(person, 5) for person in people]
    assert len({*seeds, *(seed_for(person, 6) for person in people)}) == 10
    assert all(0 <= seed < 1_000_000 for seed in seeds)


def test_a_seed_of_any_size_will_do():
    assert 0 <= seed_for(Person("=x\n"), 1 << 80) < 1_000_000


# --- the work of threads


def test_work_gives_the_text_of_a_result_under_the_persons_own_seed(machine, workers):
    found = workers.grade(setup(), hand_in({"strides": b"x"}))
    assert found.person == Person("ann")
    assert found.conditions.seed == seed_for(Person("ann"), 5)
    workers.grade(setup(), hand_in({"strides": b"x"}, name="bob"))
    assert machine.started == 1


def test_another_setting_needs_another_sandbox(machine, workers):
    workers.grade(setup(), hand_in({"strides": b"x"}))
    workers.grade(setup(limits=Limits(seconds=3)), hand_in({"strides": b"x"}))
    assert (machine.started, machine.ended) == (2, 1)


def test_the_thread_that_worked_before_works_again_after_a_stop(machine, workers):
    workers.grade(setup(), hand_in({"strides": b"x"}))
    workers.close()
    with pytest.raises(Stopped):
        workers.grade(setup(), hand_in({"strides": b"x"}))
    with closing(Workers()) as others:
        assert others.grade(setup(), hand_in({"strides": b"x"})).katas[0].state is VerdictState.SOLVED


def test_a_stop_ends_the_sandboxes_of_all_threads_and_lets_none_come_up(machine, workers):
    at_work, go_on = threading.Barrier(3), threading.Event()

    def held(_: object) -> KataReport:
        at_work.wait(10)
        go_on.wait(10)
        raise SandboxLost("stopped")

    machine.does["storage/strides"] = [held]
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(workers.grade, setup(), hand_in({"strides": b"x"}, name=name)) for name in ("ann", "bob")]
        at_work.wait(10)
        workers.stop()
        assert machine.stopped == 2
        go_on.set()
        assert [type(job.exception(10)) for job in jobs] == [Stopped] * 2
    assert machine.started == 2


def test_no_folder_is_left(machine, workers, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    workers.grade(setup(), hand_in({"strides": b"x"}))
    assert len(list(tmp_path.iterdir())) == 1
    workers.close()
    assert list(tmp_path.iterdir()) == []

    def full(project: Path) -> None:
        raise OSError("full")

    monkeypatch.setattr(worker.levels, "copy_suite", full)
    with closing(Workers()) as others, pytest.raises(OSError, match="full"):
        others.grade(setup(), hand_in({"strides": b"x"}))
    assert list(tmp_path.iterdir()) == []


def test_a_machine_with_other_specifications_grades_nothing(machine, workers, monkeypatch):
    monkeypatch.setattr(reference, "course_digest", lambda course: "other")
    with pytest.raises(RuntimeError, match="has other specifications: install the same version of torch-katas there"):
        workers.grade(setup(), hand_in({"strides": b"x"}))
