"""The results folder: created or reopened, locked, and never one with other files."""

import json
import multiprocessing
from pathlib import Path

import filelock
import pytest

from dojo.grading.engine import batch
from dojo.grading.engine.batch import UnusableFolder


def opened(path: Path, title: str = "A course", seed: int | None = None) -> batch.ResultsFolder:
    with batch.open_folder(path, title, seed) as folder:
        return folder


def test_the_seed_of_a_folder_stays_unless_another_is_asked_for(tmp_path):
    seed = opened(tmp_path / "a/b").seed
    assert opened(tmp_path / "a/b").seed == seed
    assert opened(tmp_path / "a/b", seed=0).seed == 0
    assert opened(tmp_path / "a/b").seed == 0
    assert len({opened(tmp_path / str(number)).seed for number in range(5)}) > 1


def test_the_results_of_another_course_are_not_written_over(tmp_path):
    opened(tmp_path)
    with pytest.raises(UnusableFolder, match="holds results of another course, A course: name a new folder"):
        opened(tmp_path, "Another")
    assert json.loads((tmp_path / batch.STATE_FILE).read_bytes())["course"] == "A course"


def test_the_grades_of_other_katas_are_not_written_over(tmp_path):
    for _ in range(2):
        with batch.open_folder(tmp_path, "A course", 1, ("storage/strides", "storage/views")):
            pass
    with pytest.raises(
        UnusableFolder, match="holds grades of other katas: name a new folder with --out, or the same --only"
    ):
        with batch.open_folder(tmp_path, "A course", 1, ("storage/strides",)):
            pass


def test_the_title_of_another_course_cannot_steer_a_terminal(tmp_path):
    (tmp_path / batch.STATE_FILE).write_text(json.dumps({"course": "\x1b[2J", "seed": 1}))
    with pytest.raises(UnusableFolder) as told:
        opened(tmp_path)
    assert "\x1b" not in str(told.value)


@pytest.mark.parametrize("contents", [b"", b"[]", b"{}", b"\xff", b"[" * 99_999])
def test_a_folder_whose_own_file_is_damaged_is_told_of(tmp_path, contents):
    (tmp_path / batch.STATE_FILE).write_bytes(contents)
    with pytest.raises(UnusableFolder, match=r"\.grading\.json is damaged: name a new folder with --out"):
        opened(tmp_path)


def test_a_folder_that_holds_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(UnusableFolder, match="holds other files: name a new folder with --out"):
        opened(tmp_path)
    assert not (tmp_path / batch.STATE_FILE).exists()


def test_what_a_crash_has_left_of_our_own_file_is_no_other_file(tmp_path):
    (tmp_path / f"{batch.STATE_FILE}.0123abcd").touch()
    assert opened(tmp_path, seed=3).seed == 3


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_file_is_no_folder(tmp_path, name):
    (tmp_path / "file").touch()
    with pytest.raises(UnusableFolder, match="is a file: name a folder with --out"):
        opened(tmp_path / name)


def _hold(path: str, ready, over) -> None:
    with batch.open_folder(Path(path), "A course", 1):
        ready.set()
        over.wait(20)


def test_a_folder_that_another_run_writes_to_is_left_to_it(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready, over = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(str(tmp_path), ready, over))
    other.start()
    try:
        assert ready.wait(20)
        with pytest.raises(UnusableFolder, match="another `kata grade` is writing to"):
            opened(tmp_path)
    finally:
        over.set()
        other.join()
    assert opened(tmp_path).seed == 1


def test_a_folder_is_free_again_whatever_went_wrong(tmp_path):
    with pytest.raises(OSError, match="of the grader"), batch.open_folder(tmp_path, "A course", 1):
        raise OSError("of the grader")  # not reported as an error of this folder
    with pytest.raises(UnusableFolder):
        opened(tmp_path, "Another")
    with filelock.FileLock(tmp_path / ".grading.lock", timeout=0):
        pass


def test_results_of_a_later_version_are_named_and_nothing_is_written_over(tmp_path):
    opened(tmp_path, seed=1)
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann/result.json").write_text('{"format": 3}')
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    said = "ann/result.json is of a later version of torch-katas, with format 3: install that version, or name another"
    with pytest.raises(UnusableFolder, match=said):
        opened(tmp_path, seed=2)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_result_that_is_damaged_is_no_later_one(tmp_path):
    opened(tmp_path, seed=1)
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann/result.json").write_bytes(b"\xff")
    assert opened(tmp_path).seed == 1
