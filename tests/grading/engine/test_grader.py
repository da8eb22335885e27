"""Reports about the class are written once all hand-ins are graded."""

import errno
import os
from contextlib import contextmanager
from dataclasses import replace

import pytest

from dojo.course import Kata
from dojo.grading.engine import grader
from dojo.grading.engine.batch import ResultsNotWritten
from dojo.grading.engine.grader import Gradebooks, Grader
from dojo.grading.engine.options import Options
from dojo.grading.engine.worker import Workers, seed_for
from tests.grading import builders
from tests.grading.builders import verdict

KATA = Kata("storage", "strides", "Strides", points=2)
COURSE = builders.course(KATA)
SETUP = builders.setup(COURSE)


class Terminal:
    """Shows nothing; calls ``after`` when all hand-ins are graded."""

    def __init__(self, after=lambda: None) -> None:
        self.after = after

    def say(self, text: str) -> None:
        pass

    def warn(self, text: str) -> None:
        pass

    @contextmanager
    def progress(self, total: int):
        yield lambda tally: None
        self.after()


@pytest.fixture
def hand_ins(tmp_path, monkeypatch):
    """A class of five; each solves the kata, without a run."""
    for name in ("ann", "bob", "cleo", "dan", "eve"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "strides.py").write_text(f"# {name}")

    def graded(workers, setup, hand_in):
        conditions = replace(setup.conditions, seed=seed_for(hand_in.person, setup.conditions.seed))
        return builders.grade(verdict(KATA), person=hand_in.person, conditions=conditions, digest=hand_in.digest)

    monkeypatch.setattr(Workers, "grade", graded)
    monkeypatch.setattr(grader, "load_or_prepare", lambda options, seed, cache: SETUP)
    return tmp_path / "in"


def test_what_tells_of_all_is_written_and_a_full_disk_leaves_the_former(hand_ins, tmp_path, monkeypatch):
    options, out = Options(COURSE, weak_is_allowed=True), tmp_path / "out"
    assert Grader(options, Gradebooks(), Terminal()).grade(hand_ins, out).graded == 5
    former = {name: (out / name).read_bytes() for name in ("grades.csv", "junit.xml", "class.html")}
    assert former["grades.csv"].count(b'"graded"') == 5

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    filled = Terminal(lambda: monkeypatch.setattr(os, "fsync", full))
    with pytest.raises(ResultsNotWritten, match="No space left on device. .* each person's result is there"):
        Grader(options, Gradebooks(), filled).grade(hand_ins, out)
    assert {name: (out / name).read_bytes() for name in former} == former
    assert [path.name for path in out.glob(".*") if "grading" not in path.name] == []
