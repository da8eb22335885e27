"""The files of a grade and of a class are written atomically."""

import csv
import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from dojo.course import Kata
from dojo.grading.model import grades
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import ReportedOutcome, VerdictState
from dojo.grading.reports import write
from dojo.grading.reports.feedback import markdown, page
from tests.grading import builders
from tests.grading.builders import grade, verdict

KATAS = (Kata("storage", "strides", "Strides"), Kata("data", "rows", "Rows"))
COURSE = builders.course(*KATAS)
SOME = grade(
    verdict(
        KATAS[0],
        VerdictState.FAILED,
        "1 of 2 tests pass. The first that does not: It lies there.",
        "gave 3, expected 9",
        "the offset is left out",
        tests=(ReportedOutcome("test_a", "failed", "cpu", "It lies there.", "gave 3", "the offset is left out"),),
        unstable=("test_a",),
    ),
    verdict(KATAS[1]),
    notes=("conftest.py is no kata",),
    graded=builders.GRADED,
)


def test_the_files_of_a_person_are_all_there_and_read_back(tmp_path):
    write.write_person(tmp_path / "ann", SOME, COURSE)
    names = {each.name for each in (tmp_path / "ann").iterdir()}
    assert names == {"result.json", "gradescope.json", "feedback.md", "feedback.html"}
    assert grades.read(tmp_path / "ann" / "result.json") == SOME
    assert json.loads((tmp_path / "ann" / "gradescope.json").read_bytes())["score"] == 1
    assert (tmp_path / "ann" / "feedback.html").read_text(encoding="utf-8") == page(SOME, COURSE)
    assert (tmp_path / "ann" / "feedback.md").read_text(encoding="utf-8") == markdown(SOME, COURSE)


def test_where_the_grader_failed_no_earlier_result_for_gradescope_stays(tmp_path):
    write.write_person(tmp_path, SOME, COURSE)
    write.write_person(tmp_path, grade(verdict(KATAS[0], VerdictState.INFRASTRUCTURE_ERROR)), COURSE)
    assert {each.name for each in tmp_path.iterdir()} == {"result.json", "feedback.md", "feedback.html"}


def test_result_json_comes_last(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(write, "write_whole", lambda path, contents: written.append(path.name))
    write.write_person(tmp_path, SOME, COURSE)
    assert written[-1] == "result.json"


def test_the_files_of_a_class_are_written_from_one_pass(tmp_path):
    people = (replace(SOME, person=Person(f"person {each}")) for each in range(200))
    write.write_class(tmp_path, people, COURSE)
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row["person"] for row in csv.DictReader(stream)] == [f"person {each}" for each in range(200)]
    assert len(ET.parse(tmp_path / "junit.xml").getroot()) == 200


def test_a_class_that_stops_in_the_middle_leaves_the_files_as_they_were(tmp_path):
    write.write_class(tmp_path, [SOME], COURSE)
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}

    def stopped():
        yield replace(SOME, person=Person("Bo"))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write.write_class(tmp_path, stopped(), COURSE)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before
