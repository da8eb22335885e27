"""Batches of hand-ins, with fake workers that fail as a test needs it."""

import errno
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from dojo import files
from dojo.course import Kata
from dojo.grading.engine import batch
from dojo.grading.engine.batch import Batch, ResultsNotWritten
from dojo.grading.engine.setup import Setup
from dojo.grading.engine.worker import seed_for
from dojo.grading.intake.handins import HandIn
from dojo.grading.model.grades import Grade, Limits
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import ReportedOutcome, VerdictState
from dojo.grading.reports.write import write_class
from tests.grading import builders
from tests.grading.builders import verdict

KATAS = (Kata("storage", "strides", "Strides", points=2), Kata("tensors", "comparison", "Comparison"))
COURSE = builders.course(*KATAS)
CONDITIONS = replace(
    builders.CONDITIONS, devices=("cpu",), seed=5, sandbox="bubblewrap", refuses=("network",), course="abc"
)
SETUP = builders.setup(COURSE, CONDITIONS)
NAMES = ("ann", "bob", "=cmd|x\n\x1b[31m<b>", "dan", "eve")


class Class:
    """Hand-ins that are made when they are iterated, as those of a folder are read."""

    def __init__(self, names: tuple[str, ...] = NAMES) -> None:
        self.files = {Person(name): {"storage/strides": f"# {name}\n".encode()} for name in names}
        self.asked = 0

    def __len__(self) -> int:
        return len(self.files)

    @property
    def people(self) -> list[Person]:
        return sorted(self.files)

    def __iter__(self) -> Iterator[HandIn]:
        for person in self.people:
            self.asked += 1
            yield self.hand_in(person)

    def hand_in(self, person: Person) -> HandIn:
        return builders.hand_in(person, self.files[person])


def graded(setup: Setup, hand_in: HandIn) -> Grade:
    return builders.grade(
        verdict(KATAS[0], reason="all 1 tests pass", tests=(ReportedOutcome("test_a", "passed", "cpu"),)),
        verdict(KATAS[1], VerdictState.NOT_ATTEMPTED, "no file of this kata was handed in"),
        person=hand_in.person,
        conditions=replace(setup.conditions, seed=seed_for(hand_in.person, setup.conditions.seed)),
        notes=hand_in.notes,
        digest=hand_in.digest,
        graded=builders.GRADED,
    )


class Worker:
    """A fake worker without a sandbox: counts calls, and does for each person what the test has set."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.does: dict[str, Callable[[Setup, HandIn], object]] = {}

    def __call__(self, setup: Setup, hand_in: HandIn) -> object:
        name = hand_in.person.name
        self.calls[name] += 1
        return self.does.get(name, graded)(setup, hand_in)

    def run(self, path: Path, people: Class, setup: Setup = SETUP, submit=None, jobs: int = 2, **options):
        """Grade all people, in threads unless ``submit`` is given."""
        with batch.open_folder(path, "A course", 5) as folder, ThreadPoolExecutor(jobs) as pool:
            submit = submit or (lambda *both: pool.submit(self, *both))
            return Batch(people, folder, setup, submit, jobs, **options).grade()


@pytest.fixture
def worker():
    return Worker()


def found(path: Path, people: Class) -> dict[str, Grade]:
    folder = batch.ResultsFolder(path, 5)
    return {each.person.name: each for each in batch.read_grades(people, folder)}


def raises(error: BaseException) -> Callable[[Setup, HandIn], object]:
    def fail(*_: object) -> object:
        raise error

    return fail


# --- what is graded, and what is not again


def test_each_hand_in_is_graded_once_and_its_files_are_kept(tmp_path, worker):
    people = Class()
    tally = worker.run(tmp_path / "out", people)
    assert (tally.total, tally.graded, tally.unchanged, tally.failures, tally.done) == (5, 5, 0, {}, 5)
    assert worker.calls == dict.fromkeys(NAMES, 1)
    assert found(tmp_path / "out", people).keys() == set(NAMES)
    assert (tmp_path / "out/ann/katas/storage/strides.py").read_bytes() == b"# ann\n"
    written = {"feedback.md", "feedback.html", "gradescope.json", "katas", "result.json"}
    assert {each.name for each in (tmp_path / "out/ann").iterdir()} == written


def test_what_did_not_change_is_not_graded_again_unless_that_is_wanted(tmp_path, worker):
    people = Class()
    worker.run(tmp_path, people)
    assert worker.run(tmp_path, people).unchanged == 5
    assert worker.calls["ann"] == 1
    assert worker.run(tmp_path, people, again=True).graded == 5
    assert worker.calls["ann"] == 2


def test_a_hand_in_that_changed_is_graded_again_and_its_former_files_are_gone(tmp_path, worker):
    people = Class()
    worker.run(tmp_path, people)
    people.files[Person("ann")] = {"tensors/comparison": b"# now\n"}
    tally = worker.run(tmp_path, people)
    assert (tally.graded, tally.unchanged) == (1, 4)
    assert worker.calls == {**dict.fromkeys(NAMES, 1), "ann": 2}
    assert [path.relative_to(tmp_path).as_posix() for path in sorted((tmp_path / "ann/katas").glob("*/*"))] == [
        "ann/katas/tensors/comparison.py"
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"seed": 6},
        {"torch": "2.12"},
        {"devices": ("cpu", "sim")},
        {"sandbox": "landlock"},
        {"refuses": ()},
        {"limits": Limits(seconds=9)},
        {"credit": "share"},
        {"course": "other points"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_under_other_conditions_all_are_graded_again(tmp_path, worker, changed):
    people = Class()
    worker.run(tmp_path, people)
    assert worker.run(tmp_path, people, replace(SETUP, conditions=replace(CONDITIONS, **changed))).graded == 5


def test_what_the_grader_failed_on_is_graded_again(tmp_path, worker):
    people = Class()
    worker.does["bob"] = raises(RuntimeError("no sandbox"))
    assert worker.run(tmp_path, people).failures.keys() == {"bob"}
    del worker.does["bob"]
    tally = worker.run(tmp_path, people)
    assert (tally.graded, tally.unchanged, tally.failures) == (1, 4, {})
    assert found(tmp_path, people)["bob"].points == 2


@pytest.mark.parametrize("contents", [b"", b"{}", b'{"person": 1', b"\xff" * 99, b"[" * 9999])
def test_a_result_that_was_damaged_is_graded_again(tmp_path, worker, contents):
    people = Class()
    worker.run(tmp_path, people)
    (tmp_path / "dan/result.json").write_bytes(contents)
    assert worker.run(tmp_path, people).graded == 1
    assert found(tmp_path, people)["dan"].points == 2


# --- what goes wrong with a job


def test_a_job_that_fails_once_is_tried_again(tmp_path, worker):
    def once(setup: Setup, hand_in: HandIn) -> object:
        del worker.does["bob"]
        raise ConnectionError("the worker is gone")

    worker.does["bob"] = once
    people = Class()
    assert worker.run(tmp_path, people).failures == {}
    assert worker.calls["bob"] == 2
    assert found(tmp_path, people)["bob"].points == 2


@pytest.mark.parametrize(
    "error", [RuntimeError("first\nsecond"), MemoryError(), KeyError("x"), OSError(28, "No space left on device")]
)
def test_a_job_that_fails_twice_gives_no_grade_and_never_a_0(tmp_path, worker, error):
    worker.does["bob"] = raises(error)
    people = Class()
    tally = worker.run(tmp_path, people)
    assert worker.calls["bob"] == 2
    assert (tally.done, list(tally.failures)) == (5, ["bob"])
    assert "\n" not in tally.failures["bob"]
    result = found(tmp_path, people)["bob"]
    assert result.points is None
    assert {verdict.state for verdict in result.katas} == {VerdictState.INFRASTRUCTURE_ERROR}
    assert "which says nothing about the answer" in result.katas[0].evidence()
    assert not (tmp_path / "bob/gradescope.json").exists()
    assert found(tmp_path, people)["dan"].points == 2


def test_what_a_job_says_of_its_failure_cannot_steer_a_terminal(tmp_path, worker):
    worker.does["bob"] = raises(RuntimeError("it said last: \x1b[2J\u202e gone"))
    assert not set(worker.run(tmp_path, Class()).failures["bob"]) & {"\x1b", "\u202e"}


def test_the_grade_of_somebody_else_is_refused(tmp_path, worker):
    people = Class()
    worker.does["bob"] = lambda setup, _: graded(setup, people.hand_in(Person("ann")))
    tally = worker.run(tmp_path, people)
    assert tally.failures == {"bob": "a job gave the grade of somebody else"}
    assert found(tmp_path, people)["bob"].points is None
    assert found(tmp_path, people)["ann"].points == 2


@pytest.mark.parametrize("said", [b"", b"{}", b"2 passed", b"\x80\x04N."])
def test_what_is_no_grade_is_refused(tmp_path, worker, said):
    worker.does["bob"] = lambda *_: said
    assert worker.run(tmp_path, Class()).failures == {"bob": "a job gave what is no grade"}


def test_a_grade_stays_where_the_grader_fails_to_give_it_again(tmp_path, worker):
    people = Class()
    worker.run(tmp_path, people)
    worker.does["bob"] = raises(RuntimeError("no sandbox"))
    tally = worker.run(tmp_path, people, again=True)
    assert (tally.graded, tally.kept, tally.done, list(tally.failures)) == (4, 1, 5, ["bob"])
    assert found(tmp_path, people)["bob"].points == 2


# --- results as they come


class Stepwise:
    """Runs no job until it is waited for, then one at a time, the last one first."""

    def __init__(self, worker: Worker, before: Callable[[str], None]) -> None:
        self.worker = worker
        self.before = before
        self.waiting: list[tuple[Future, Setup, HandIn]] = []

    def submit(self, setup: Setup, hand_in: HandIn) -> Future:
        self.waiting.append((Future(), setup, hand_in))
        return self.waiting[-1][0]

    def step(self, futures, return_when):
        future, setup, hand_in = self.waiting.pop()
        assert future in futures
        self.before(hand_in.person.name)
        future.set_result(self.worker(setup, hand_in))
        return {future}, set(futures) - {future}


def test_each_result_is_written_before_the_next_one_is_begun(tmp_path, worker, monkeypatch):
    seen = []
    people = Class(("a1", "a2", "a3", "a4", "a5", "a6"))
    stepwise = Stepwise(worker, lambda name: seen.append((name, sorted(found(tmp_path, people)))))
    monkeypatch.setattr(batch, "wait", stepwise.step)
    worker.run(tmp_path, people, submit=stepwise.submit, jobs=1)
    done = [name for name, _ in seen]
    assert [written for _, written in seen] == [sorted(done[:number]) for number in range(6)]


def test_no_more_hand_ins_are_in_memory_than_two_for_each_job(tmp_path, worker, monkeypatch):
    most = 0
    people = Class(tuple(f"a{number}" for number in range(20)))

    def count(_: str) -> None:
        nonlocal most
        most = max(most, people.asked - len(found(tmp_path, people)))

    stepwise = Stepwise(worker, count)
    monkeypatch.setattr(batch, "wait", stepwise.step)
    worker.run(tmp_path, people, submit=stepwise.submit, jobs=3)
    assert most == 6


def test_it_is_told_how_far_it_is(tmp_path, worker):
    told = []
    worker.run(tmp_path, Class(), on_progress=lambda tally: told.append((tally.done, tally.total)))
    assert told == [(number, 5) for number in range(6)]
    told.clear()
    worker.run(tmp_path, Class(), on_progress=lambda tally: told.append(tally.unchanged))
    assert told == [*range(6)]


def test_results_come_in_the_order_of_people(tmp_path, worker):
    worker.does["ann"] = lambda *both: (time.sleep(0.2), graded(*both))[1]
    people = Class()
    worker.run(tmp_path, people, jobs=4)
    assert list(found(tmp_path, people)) == sorted(NAMES)


def test_more_jobs_than_hand_ins_do_no_harm(tmp_path, worker):
    assert worker.run(tmp_path, Class(), jobs=50).graded == 5


# --- stopped in the midst


def test_what_was_graded_before_ctrl_c_is_there_and_it_goes_on_with_the_rest(tmp_path, worker):
    people = Class()

    def interrupted(tally: batch.Tally) -> None:
        if tally.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        worker.run(tmp_path, people, jobs=1, on_progress=interrupted)
    before = found(tmp_path, people)
    assert len(before) == 2
    worker.calls.clear()
    tally = worker.run(tmp_path, people)
    assert (tally.graded, tally.unchanged) == (3, 2)
    assert not worker.calls.keys() & before.keys()


def test_what_waits_is_not_begun_after_ctrl_c(tmp_path, worker):
    people, go_on = Class(("a1", "a2", "a3", "a4", "a5", "a6")), threading.Event()
    worker.does["a2"] = lambda *both: (go_on.wait(10), graded(*both))[1]

    def interrupted(tally: batch.Tally) -> None:
        if tally.done == 1:
            threading.Timer(0.2, go_on.set).start()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        worker.run(tmp_path, people, jobs=1, on_progress=interrupted)
    assert worker.calls == {"a1": 1, "a2": 1}


def full_after(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the disk be full after so many results."""
    real, written = files.write_whole, 0

    def write(path: Path, contents: bytes) -> None:
        nonlocal written
        written += path.name == "result.json"
        if written > count:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        real(path, contents)

    monkeypatch.setattr(batch, "write_whole", write)
    monkeypatch.setattr("dojo.grading.reports.write.write_whole", write)


def test_a_full_disk_is_told_of_and_nothing_is_lost(tmp_path, worker, monkeypatch):
    people = Class()
    with monkeypatch.context() as full:
        full_after(2, full)
        with pytest.raises(
            ResultsNotWritten, match="No space left on device. Make room and run the same command again"
        ):
            worker.run(tmp_path, people, jobs=1)
    assert len(found(tmp_path, people)) == 2
    worker.calls.clear()
    assert (worker.run(tmp_path, people).graded, len(found(tmp_path, people))) == (3, 5)
    assert sum(worker.calls.values()) == 3


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_of_a_person_that_cannot_be_written_to_is_told_of(tmp_path, worker):
    (tmp_path / "out").mkdir()
    people = Class()
    worker.run(tmp_path / "out", people)
    (tmp_path / "out/ann").chmod(0o500)
    with pytest.raises(ResultsNotWritten, match="the result of ann cannot be written: Permission denied"):
        worker.run(tmp_path / "out", people, again=True)


def test_who_has_no_result_yet_is_left_out_of_what_tells_of_all(tmp_path, worker):
    people = Class()
    worker.run(tmp_path, people)
    (tmp_path / "eve/result.json").unlink()
    write_class(tmp_path, batch.read_grades(people, batch.ResultsFolder(tmp_path, 5)), COURSE)
    assert (tmp_path / "grades.csv").read_bytes().count(b'"graded"') == 4
