"""Exports: grades.csv, Gradescope, Classroom 50 and JUnit, each read back by a standard parser."""

import csv
import io
import json
import math
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from dojo.course import Kata
from dojo.grading.model.grades import Grade
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import ReportedOutcome, VerdictState
from dojo.grading.reports.exports import CannotExport, Classroom50Fields, JUnit, classroom50, gradescope
from dojo.grading.reports.tables import ENCODING, Table, neutralize
from tests.grading import builders
from tests.grading.builders import verdict

KATAS = (
    Kata("storage", "strides", "Strides"),
    Kata("storage", "views", "Views", points=2),
    Kata("data", "rows", "Rows"),
)
COURSE = builders.course(*KATAS, title="A <course>")
FIELDS = Classroom50Fields("class", "katas", "submit/1", "https://c", "https://r", "https://d", owner="ann")
EVERY_CONTROL = "".join(map(chr, [*range(32), 127, *range(128, 160), 0xD800, 0xFFFE, 0xFFFF, 0x202E]))


def grade(*states: VerdictState, name: str = "Ann Lee", credit: str = "whole", **fields) -> Grade:
    """Return the grade of Ann Lee, by default on the three katas."""
    katas = fields.pop("katas", None) or map(verdict, KATAS, states)
    conditions, person = replace(builders.CONDITIONS, credit=credit), Person(name, "11")
    return builders.grade(
        *katas, person=person, conditions=conditions, **{"graded": builders.GRADED, "seconds": 1.2, **fields}
    )


SOME = (VerdictState.SOLVED, VerdictState.FAILED, VerdictState.NOT_ATTEMPTED)
FAULT = (VerdictState.SOLVED, VerdictState.INFRASTRUCTURE_ERROR, VerdictState.NOT_ATTEMPTED)


def table(*grades: Grade) -> list[dict[str, str]]:
    stream = io.StringIO(newline="")
    written = Table(stream, COURSE)
    for each in grades:
        written.add(each)
    return list(csv.DictReader(io.StringIO(stream.getvalue(), newline="")))


def test_a_row_has_the_sums_then_points_and_state_of_each_kata():
    [row] = table(grade(*SOME))
    assert row == {
        "person": "Ann Lee", "canvas": "11", "moodle": "", "points": "1", "max points": "4", "solved": "1",
        "state": "graded", "storage/strides": "1", "storage/views": "0", "data/rows": "0",
        "storage/strides state": "solved", "storage/views state": "failed", "data/rows state": "not_attempted",
    }  # fmt: skip


def test_a_missing_grade_is_an_empty_cell():
    [row] = table(grade(*FAULT))
    assert (row["points"], row["storage/views"], row["storage/strides"], row["state"]) == ("", "", "1", "incomplete")


def test_a_hand_in_that_could_not_be_graded_says_so():
    [row] = table(grade(*[VerdictState.UNGRADABLE] * 3, ungradable="a link"))
    assert (row["points"], row["state"], row["data/rows state"]) == ("0", "ungradable", "ungradable")


def test_katas_that_a_grade_does_not_have_are_empty_cells():
    [row] = table(grade(*SOME, katas=(verdict(KATAS[2]),)))
    assert (row["storage/strides"], row["storage/strides state"], row["data/rows"]) == ("", "", "1")


def test_a_share_has_two_digits():
    [row] = table(grade(*SOME, katas=(verdict(KATAS[1], VerdictState.FAILED, points=0.67),)))
    assert (row["points"], row["storage/views"]) == ("0.67", "0.67")


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " \n=1", "＝1", "\u200b=1", "|cmd", "=cmd|'/C calc'!A0", "\x00=1"],
)
def test_no_cell_is_a_formula(name):
    [row] = table(grade(*SOME, name=name))
    assert row["person"].startswith("'")
    assert row["state"] == "graded"


@pytest.mark.parametrize("name", ["Ann Lee", "O'Hara", "Núñez, Zoë", "a-b=c", 'say "hi"', "", "x;=1+1", "漢"])
def test_a_plain_name_stays_and_keeps_to_its_cell(name):
    [row] = table(grade(*SOME, name=name))
    assert (row["person"], row["state"]) == (name, "graded")


def test_a_name_keeps_to_one_line_and_to_a_size():
    assert neutralize("a\r\nb\x1b[31mc\u202e") == "a b�[31mc�"
    assert len(neutralize("x" * 5000)) == 300


def test_the_file_has_a_byte_order_mark_and_every_text_has_quotes():
    stream = io.StringIO(newline="")
    Table(stream, COURSE).add(grade(*SOME, name="Zoë;=1"))
    assert stream.getvalue().encode(ENCODING).startswith(b"\xef\xbb\xbf")
    assert '\n"Zoë;=1","11","",1,4,1,"graded"' in stream.getvalue()


def test_gradescope_gets_a_test_for_each_kata():
    strange = verdict(KATAS[1], VerdictState.FAILED, reason="1 of 2", first="<b>no</b>\x1b", unstable=("test_a",))
    found = json.loads(gradescope(grade(*SOME, katas=(verdict(KATAS[0]), strange)), COURSE))
    assert (found["score"], found["output_format"], found["stdout_visibility"]) == (1, "text", "hidden")
    assert found["output"].startswith("1 of 2 katas solved, 1 of 3 points")
    first, second = found["tests"]
    assert (first["status"], first["score"], first["number"]) == ("passed", 1, "1.1")
    assert (second["status"], second["max_score"], second["output_format"]) == ("failed", 2, "text")
    assert second["output"] == "failed: 1 of 2\n<b>no</b>�\nunstable under the same seed: test_a"
    assert second["extra_data"] == {"state": "failed", "unstable": ["test_a"]}
    assert sum(test["score"] for test in found["tests"]) == found["score"]


@pytest.mark.parametrize("points", [None, math.nan, math.inf])
def test_gradescope_and_classroom_50_get_nothing_where_the_grader_failed(points):
    katas = (verdict(KATAS[0], VerdictState.INFRASTRUCTURE_ERROR, points=points),)
    broken = grade(*SOME, katas=katas, name="Ann\n\x1b[31m")
    for write in (lambda: gradescope(broken, COURSE), lambda: classroom50(broken, FIELDS)):
        with pytest.raises(
            CannotExport, match="has no grade yet, the grader failed on storage/strides: grade it again"
        ) as found:
            write()
        assert "\n" not in str(found.value)
        assert "\x1b" not in str(found.value)


def test_classroom_50_gets_whole_points_as_they_are():
    found = json.loads(classroom50(grade(*SOME), FIELDS))
    assert list(found) == [
        "schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit", "release", "review",
        "datetime", "score", "max-score", "tests",
    ]  # fmt: skip
    assert (found["schema"], found["owner"], found["score"], found["max-score"]) == (
        "classroom50/result/v1",
        "ann",
        1,
        4,
    )
    assert found["tests"][1] == {"test-name": "storage/views", "passed": False, "score": 0, "max-score": 2}


def test_classroom_50_gets_shares_as_hundredths_that_sum_up():
    katas = (
        verdict(KATAS[0], VerdictState.FAILED, points=0.33),
        verdict(KATAS[1], VerdictState.FAILED, points=0.67),
        verdict(KATAS[2]),
    )
    found = json.loads(classroom50(grade(*SOME, katas=katas, credit="share"), FIELDS))
    assert (found["score"], found["max-score"]) == (200, 400)
    assert [test["score"] for test in found["tests"]] == [33, 67, 100]
    whole = json.loads(classroom50(grade(*SOME, credit="share"), FIELDS))
    assert (whole["score"], whole["max-score"]) == (100, 400)
    numbers = [found["score"], *(test[key] for test in found["tests"] for key in ("score", "max-score"))]
    assert all(type(number) is int for number in numbers)


def test_classroom_50_refuses_what_is_empty():
    with pytest.raises(CannotExport, match="without commit, datetime"):
        classroom50(grade(*SOME, graded=""), replace(FIELDS, commit=" "))


def suites(*grades: Grade) -> list[ET.Element]:
    stream = io.BytesIO()
    written = JUnit(stream, COURSE.title)
    for each in grades:
        written.add(each)
    written.end()
    root = ET.fromstring(stream.getvalue())
    assert (root.tag, root.get("name")) == ("testsuites", "A <course>")
    return list(root)


def test_junit_has_a_suite_for_each_person_and_a_case_for_each_kata():
    first, second = suites(grade(*SOME), grade(*FAULT, name="Bo"))
    assert [(each.get("name"), each.get("tests")) for each in (first, second)] == [("Ann Lee", "3"), ("Bo", "3")]
    assert [first.get(key) for key in ("failures", "errors", "skipped", "time")] == ["1", "0", "1", "1.200"]
    assert [second.get(key) for key in ("failures", "errors", "skipped")] == ["0", "1", "1"]
    cases = [(case.get("classname"), case.get("name"), [each.tag for each in case]) for case in first.iter("testcase")]
    assert cases == [("storage", "strides", []), ("storage", "views", ["failure"]), ("data", "rows", ["skipped"])]
    assert {each.get("name"): each.get("value") for each in first.iter("property")}["seed"] == "7"


def test_junit_counts_are_those_of_its_elements_in_every_state():
    for state in VerdictState:
        [suite] = suites(grade(state, state, VerdictState.SOLVED))
        for tag, key in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert len(list(suite.iter(tag))) == int(suite.get(key) or 0)


def test_a_class_of_nobody_is_a_file_too():
    assert suites() == []
    assert table() == []


def test_nothing_that_xml_forbids_gets_into_junit():
    hostile = f"a]]>&lt;<b a='1'>{EVERY_CONTROL}\"z"
    test = ReportedOutcome("t", "failed", mistake=hostile)
    katas = (verdict(KATAS[0], VerdictState.FAILED, reason=hostile, first=hostile, tests=(test,), unstable=(hostile,)),)
    [suite] = suites(grade(*SOME, katas=katas, name=hostile))
    assert (suite.get("name") or "").startswith("a]]>&lt;<b a='1'>�")
    [failure] = suite.iter("failure")
    assert failure.get("type") == "failed"
    assert "<b a='1'>" in (failure.text or "")
    assert [each.tag for each in suite.iter()] == ["testsuite", "properties", *["property"] * 11, "testcase", "failure"]


def test_every_report_takes_every_control_character():
    katas = (verdict(KATAS[0], VerdictState.FAILED, reason=EVERY_CONTROL, unstable=(EVERY_CONTROL,)),)
    hostile = grade(*SOME, katas=katas, name=EVERY_CONTROL, notes=(EVERY_CONTROL,), ungradable=EVERY_CONTROL)
    text = gradescope(hostile, COURSE).decode()
    assert json.loads(text)["tests"][0]["output"].startswith("failed: �")
    assert not set(EVERY_CONTROL) - {"\n"} & set(text)
    [row] = table(hostile)
    assert not set(EVERY_CONTROL) & set("".join(row.values()))
