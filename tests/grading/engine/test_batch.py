"""A class graded side by side: with work that only pretends, so that what goes wrong is what a test wants to go wrong."""

import errno
import hashlib
import json
import multiprocessing
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import filelock
import pytest

from dojo.course import Chapter, Course, Kata
from dojo.grading.engine import batch
from dojo.grading.engine import worker as engine_worker
from dojo.grading.engine.batch import NoBatch, ResultsNotWritten
from dojo.grading.engine.reference import Standard
from dojo.grading.engine.worker import Setting, seed_for
from dojo.grading.intake.handins import HandIn
from dojo.grading.model import grades
from dojo.grading.model.grades import Conditions, Grade, Limits
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import Reported, Verdict, VerdictState, without_a_run

KATAS = (Kata("storage", "strides", "Strides", points=2), Kata("tensors", "comparison", "Comparison"))
COURSE = Course("A course", (Chapter("storage", "Storage", KATAS[:1]), Chapter("tensors", "Tensors", KATAS[1:])))
STANDARD = Standard("2.11", ("cpu",), (), {}, {}, {}, {}, {}, ())
CONDITIONS = Conditions("0.1", "2.11", "3.11", ("cpu",), 5, "bubblewrap", ("connections",), Limits(), "whole", "abc")
SETTING = Setting(COURSE, STANDARD, CONDITIONS)
NAMES = ("ann", "bob", "=cmd|x\n\x1b[31m<b>", "dan", "eve")


class Class:
    """Hand-ins that are made when they are asked for, as those of a folder are read."""

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
        files = self.files[person]
        digest = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
        return HandIn(person, files, (), None, digest)


def graded(setting: Setting, hand_in: HandIn, state: VerdictState = VerdictState.SOLVED) -> Grade:
    seed = seed_for(hand_in.person, setting.conditions.seed)
    tests = (Reported("test_a", "passed", "cpu"),)
    points = KATAS[0].points if state is VerdictState.SOLVED else 0
    verdicts = (
        Verdict(KATAS[0].id, state, points, KATAS[0].points, "all 1 tests pass", {"cpu": state}, tests),
        without_a_run(KATAS[1], VerdictState.NOT_ATTEMPTED, "no file of this kata was handed in", ("cpu",)),
    )
    files = {name: hashlib.sha256(contents).hexdigest() for name, contents in hand_in.files.items()}
    conditions = replace(setting.conditions, seed=seed)
    return Grade(hand_in.person, conditions, verdicts, files, hand_in.notes, None, hand_in.digest, "2026-11-24", 0.1)


class Worker:
    """What stands for ``worker.work``: it counts, and does with each person what it was told to."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.does: dict[str, Callable[[Setting, HandIn], bytes]] = {}

    def __call__(self, setting: Setting, hand_in: HandIn) -> bytes:
        name = hand_in.person.name
        self.calls[name] += 1
        return self.does.get(name, lambda *both: grades.encoded(graded(*both)))(setting, hand_in)


@pytest.fixture
def worker(monkeypatch):
    pretended = Worker()
    monkeypatch.setattr(engine_worker, "work", pretended)
    return pretended


def run(
    path: Path, people: Class, setting: Setting = SETTING, executor: Executor | None = None, jobs: int = 2, **options
) -> batch.Tally:
    with batch.opened(path, "A course", 5) as folder, executor or ThreadPoolExecutor(jobs) as pool:
        return batch.grade(people, folder, setting, pool, jobs, **options)


def found(path: Path, people: Class) -> dict[str, Grade]:
    folder = batch.Folder(path, 5)
    return {each.person.name: each for each in batch.results(people, folder)}


def raises(error: BaseException) -> Callable[[Setting, HandIn], bytes]:
    def fail(*_: object) -> bytes:
        raise error

    return fail


# --- what is graded, and what is not again


def test_each_hand_in_is_graded_once_and_its_files_are_kept(tmp_path, worker):
    people = Class()
    tally = run(tmp_path / "out", people)
    assert (tally.total, tally.graded, tally.unchanged, tally.failures, tally.done) == (5, 5, 0, {}, 5)
    assert worker.calls == dict.fromkeys(NAMES, 1)
    assert found(tmp_path / "out", people).keys() == set(NAMES)
    assert (tmp_path / "out/ann/katas/storage/strides.py").read_bytes() == b"# ann\n"
    assert {each.name for each in (tmp_path / "out/ann").iterdir()} == {
        "feedback.md",
        "feedback.html",
        "gradescope.json",
        "katas",
        "result.json",
    }


def test_what_did_not_change_is_not_graded_again_unless_that_is_wanted(tmp_path, worker):
    people = Class()
    run(tmp_path, people)
    assert run(tmp_path, people).unchanged == 5
    assert worker.calls["ann"] == 1
    assert run(tmp_path, people, again=True).graded == 5
    assert worker.calls["ann"] == 2


def test_a_hand_in_that_changed_is_graded_again_and_its_former_files_are_gone(tmp_path, worker):
    people = Class()
    run(tmp_path, people)
    people.files[Person("ann")] = {"tensors/comparison": b"# now\n"}
    tally = run(tmp_path, people)
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
        {"holds": ()},
        {"limits": Limits(seconds=9)},
        {"credit": "share"},
        {"course": "other points"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_under_other_conditions_all_are_graded_again(tmp_path, worker, changed):
    people = Class()
    run(tmp_path, people)
    assert run(tmp_path, people, replace(SETTING, conditions=replace(CONDITIONS, **changed))).graded == 5


def test_what_the_grader_failed_on_is_graded_again(tmp_path, worker):
    people = Class()
    worker.does["bob"] = raises(RuntimeError("no sandbox"))
    assert run(tmp_path, people).failures.keys() == {"bob"}
    del worker.does["bob"]
    tally = run(tmp_path, people)
    assert (tally.graded, tally.unchanged, tally.failures) == (1, 4, {})
    assert found(tmp_path, people)["bob"].points == 2


@pytest.mark.parametrize("contents", [b"", b"{}", b'{"person": 1', b"\xff" * 99, b"[" * 9999])
def test_a_result_that_was_damaged_is_graded_again(tmp_path, worker, contents):
    people = Class()
    run(tmp_path, people)
    (tmp_path / "dan/result.json").write_bytes(contents)
    assert run(tmp_path, people).graded == 1
    assert found(tmp_path, people)["dan"].points == 2


# --- what goes wrong with a job


def test_a_job_that_fails_once_is_tried_again(tmp_path, worker):
    def once(setting: Setting, hand_in: HandIn) -> bytes:
        del worker.does["bob"]
        raise ConnectionError("the worker is gone")

    worker.does["bob"] = once
    people = Class()
    assert run(tmp_path, people).failures == {}
    assert worker.calls["bob"] == 2
    assert found(tmp_path, people)["bob"].points == 2


@pytest.mark.parametrize(
    "error", [RuntimeError("first\nsecond"), MemoryError(), KeyError("x"), OSError(28, "No space left on device")]
)
def test_a_job_that_fails_twice_gives_no_grade_and_never_a_0(tmp_path, worker, error):
    worker.does["bob"] = raises(error)
    people = Class()
    tally = run(tmp_path, people)
    assert worker.calls["bob"] == 2
    assert (tally.done, list(tally.failures)) == (5, ["bob"])
    assert "\n" not in tally.failures["bob"]
    result = found(tmp_path, people)["bob"]
    assert result.points is None
    assert {verdict.state for verdict in result.katas} == {VerdictState.INFRASTRUCTURE_ERROR}
    assert "which says nothing about the answer" in result.katas[0].evidence
    assert not (tmp_path / "bob/gradescope.json").exists()
    assert found(tmp_path, people)["dan"].points == 2


def test_what_a_job_says_of_its_failure_cannot_steer_a_terminal(tmp_path, worker):
    worker.does["bob"] = raises(RuntimeError("it said last: \x1b[2J\u202e gone"))
    assert not set(run(tmp_path, Class()).failures["bob"]) & {"\x1b", "\u202e"}


def test_the_grade_of_somebody_else_is_refused(tmp_path, worker):
    people = Class()
    worker.does["bob"] = lambda setting, _: grades.encoded(graded(setting, people.hand_in(Person("ann"))))
    tally = run(tmp_path, people)
    assert tally.failures == {"bob": "a job gave the grade of somebody else"}
    assert found(tmp_path, people)["bob"].points is None
    assert found(tmp_path, people)["ann"].points == 2


@pytest.mark.parametrize("said", [b"", b"{}", b"2 passed", b"\x80\x04N."])
def test_what_is_no_grade_is_refused(tmp_path, worker, said):
    worker.does["bob"] = lambda *_: said
    assert run(tmp_path, Class()).failures["bob"].startswith("Unreadable: result.json holds no grade")


def test_a_grade_stays_where_the_grader_fails_to_give_it_again(tmp_path, worker):
    people = Class()
    run(tmp_path, people)
    worker.does["bob"] = raises(RuntimeError("no sandbox"))
    tally = run(tmp_path, people, again=True)
    assert (tally.graded, tally.kept, tally.done, list(tally.failures)) == (4, 1, 5, ["bob"])
    assert found(tmp_path, people)["bob"].points == 2


# --- results as they come


class Stepwise(Executor):
    """Does no work until it is waited for, and then one job after the other, the last one first."""

    def __init__(self, before: Callable[[str], None]) -> None:
        self.before = before
        self.waiting: list[tuple[Future, tuple]] = []

    def submit(self, function, /, *arguments):
        self.waiting.append((Future(), (function, *arguments)))
        return self.waiting[-1][0]

    def step(self, futures, return_when):
        future, (function, setting, hand_in) = self.waiting.pop()
        assert future in futures
        self.before(hand_in.person.name)
        future.set_result(function(setting, hand_in))
        return {future}, set(futures) - {future}


def test_each_result_is_written_before_the_next_one_is_begun(tmp_path, worker, monkeypatch):
    seen = []
    people = Class(("a1", "a2", "a3", "a4", "a5", "a6"))
    stepwise = Stepwise(lambda name: seen.append((name, sorted(found(tmp_path, people)))))
    monkeypatch.setattr(batch, "wait", stepwise.step)
    run(tmp_path, people, executor=stepwise, jobs=1)
    done = [name for name, _ in seen]
    assert [written for _, written in seen] == [sorted(done[:number]) for number in range(6)]


def test_no_more_hand_ins_are_in_memory_than_two_for_each_job(tmp_path, worker, monkeypatch):
    most = 0
    people = Class(tuple(f"a{number}" for number in range(20)))

    def count(_: str) -> None:
        nonlocal most
        most = max(most, people.asked - len(found(tmp_path, people)))

    stepwise = Stepwise(count)
    monkeypatch.setattr(batch, "wait", stepwise.step)
    run(tmp_path, people, executor=stepwise, jobs=3)
    assert most == 6


def test_it_is_told_how_far_it_is(tmp_path, worker):
    told = []
    run(tmp_path, Class(), told=lambda tally: told.append((tally.done, tally.total)))
    assert told == [(number, 5) for number in range(6)]
    told.clear()
    run(tmp_path, Class(), told=lambda tally: told.append(tally.unchanged))
    assert told == [*range(6)]


def test_results_come_in_the_order_of_people(tmp_path, worker):
    worker.does["ann"] = lambda *both: (time.sleep(0.2), grades.encoded(graded(*both)))[1]
    people = Class()
    run(tmp_path, people, jobs=4)
    assert list(found(tmp_path, people)) == sorted(NAMES)


def test_more_jobs_than_hand_ins_do_no_harm(tmp_path, worker):
    assert run(tmp_path, Class(), jobs=50).graded == 5


# --- stopped in the midst


def test_what_was_graded_before_ctrl_c_is_there_and_it_goes_on_with_the_rest(tmp_path, worker):
    people = Class()

    def interrupted(tally: batch.Tally) -> None:
        if tally.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, people, jobs=1, told=interrupted)
    before = found(tmp_path, people)
    assert len(before) == 2
    worker.calls.clear()
    tally = run(tmp_path, people)
    assert (tally.graded, tally.unchanged) == (3, 2)
    assert not worker.calls.keys() & before.keys()


def test_what_waits_is_not_begun_after_ctrl_c(tmp_path, worker):
    people, go_on = Class(("a1", "a2", "a3", "a4", "a5", "a6")), threading.Event()
    worker.does["a2"] = lambda *both: (go_on.wait(10), grades.encoded(graded(*both)))[1]

    def interrupted(tally: batch.Tally) -> None:
        if tally.done == 1:
            threading.Timer(0.2, go_on.set).start()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, people, jobs=1, told=interrupted)
    assert worker.calls == {"a1": 1, "a2": 1}


def full_after(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the disk be full once so many results are written."""
    real, written = grades.write_whole, 0

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
            run(tmp_path, people, jobs=1)
    assert len(found(tmp_path, people)) == 2
    worker.calls.clear()
    assert (run(tmp_path, people).graded, len(found(tmp_path, people))) == (3, 5)
    assert sum(worker.calls.values()) == 3


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_of_a_person_that_cannot_be_written_to_is_told_of(tmp_path, worker):
    (tmp_path / "out").mkdir()
    people = Class()
    run(tmp_path / "out", people)
    (tmp_path / "out/ann").chmod(0o500)
    with pytest.raises(ResultsNotWritten, match="the result of ann cannot be written: Permission denied"):
        run(tmp_path / "out", people, again=True)


def test_what_tells_of_all_is_written_and_a_full_disk_leaves_the_former(tmp_path, worker, monkeypatch):
    people = Class()
    run(tmp_path, people)
    folder = batch.Folder(tmp_path, 5)
    batch.write_class(people, folder, SETTING)
    former = {name: (tmp_path / name).read_bytes() for name in ("grades.csv", "junit.xml", "class.html")}
    assert former["grades.csv"].count(b'"graded"') == 5

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ResultsNotWritten, match="No space left on device. .* each person's result is there"):
        batch.write_class(people, folder, SETTING)
    assert {name: (tmp_path / name).read_bytes() for name in former} == former
    assert [path.name for path in tmp_path.glob(".*") if "grading" not in path.name] == []


def test_who_has_no_result_yet_is_left_out_of_what_tells_of_all(tmp_path, worker):
    people = Class()
    run(tmp_path, people)
    (tmp_path / "eve/result.json").unlink()
    batch.write_class(people, batch.Folder(tmp_path, 5), SETTING)
    assert (tmp_path / "grades.csv").read_bytes().count(b'"graded"') == 4


# --- the folder of results


def opened(path: Path, title: str = "A course", seed: int | None = None) -> batch.Folder:
    with batch.opened(path, title, seed) as folder:
        return folder


def test_the_seed_of_a_folder_stays_unless_another_is_asked_for(tmp_path):
    seed = opened(tmp_path / "a/b").seed
    assert opened(tmp_path / "a/b").seed == seed
    assert opened(tmp_path / "a/b", seed=0).seed == 0
    assert opened(tmp_path / "a/b").seed == 0
    assert len({opened(tmp_path / str(number)).seed for number in range(5)}) > 1


def test_the_results_of_another_course_are_not_written_over(tmp_path):
    opened(tmp_path)
    with pytest.raises(NoBatch, match="holds results of another course, A course: name a new folder"):
        opened(tmp_path, "Another")
    assert json.loads((tmp_path / batch.STATE).read_bytes())["course"] == "A course"


def test_the_grades_of_other_katas_are_not_written_over(tmp_path):
    for _ in range(2):
        with batch.opened(tmp_path, "A course", 1, ("storage/strides", "storage/views")):
            pass
    with pytest.raises(NoBatch, match="holds grades of other katas: name a new folder with --out, or the same --only"):
        with batch.opened(tmp_path, "A course", 1, ("storage/strides",)):
            pass


def test_the_title_of_another_course_cannot_steer_a_terminal(tmp_path):
    (tmp_path / batch.STATE).write_text(json.dumps({"course": "\x1b[2J", "seed": 1}))
    with pytest.raises(NoBatch) as told:
        opened(tmp_path)
    assert "\x1b" not in str(told.value)


@pytest.mark.parametrize("contents", [b"", b"[]", b"{}", b"\xff", b"[" * 99_999])
def test_a_folder_whose_own_file_is_damaged_is_told_of(tmp_path, contents):
    (tmp_path / batch.STATE).write_bytes(contents)
    with pytest.raises(NoBatch, match=r"\.grading\.json is damaged: name a new folder with --out"):
        opened(tmp_path)


def test_a_folder_that_holds_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(NoBatch, match="holds other files: name a new folder with --out"):
        opened(tmp_path)
    assert not (tmp_path / batch.STATE).exists()


def test_what_a_crash_has_left_of_our_own_file_is_no_other_file(tmp_path):
    (tmp_path / f"{batch.STATE}.0123abcd").touch()
    assert opened(tmp_path, seed=3).seed == 3


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_file_is_no_folder(tmp_path, name):
    (tmp_path / "file").touch()
    with pytest.raises(NoBatch, match="is a file: name a folder with --out"):
        opened(tmp_path / name)


def _hold(path: str, ready, over) -> None:
    with batch.opened(Path(path), "A course", 1):
        ready.set()
        over.wait(20)


def test_a_folder_that_another_run_writes_to_is_left_to_it(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready, over = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(str(tmp_path), ready, over))
    other.start()
    try:
        assert ready.wait(20)
        with pytest.raises(NoBatch, match="another `kata grade` is writing to"):
            opened(tmp_path)
    finally:
        over.set()
        other.join()
    assert opened(tmp_path).seed == 1


def test_a_folder_is_free_again_whatever_went_wrong(tmp_path):
    with pytest.raises(OSError, match="of the grader"), batch.opened(tmp_path, "A course", 1):
        raise OSError("of the grader")  # and it is not said of this folder that it cannot be written to
    with pytest.raises(NoBatch):
        opened(tmp_path, "Another")
    with filelock.FileLock(tmp_path / ".grading.lock", timeout=0):
        pass


def test_files_are_for_whom_the_umask_says(tmp_path):
    former = os.umask(0o027)
    try:
        grades.write_whole(tmp_path / "a", b"x")
    finally:
        os.umask(former)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640 or os.name != "posix"
    grades.write_whole(tmp_path / "a", b"y")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
