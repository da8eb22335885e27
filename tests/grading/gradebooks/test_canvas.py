"""Canvas's gradebook: the right cells are filled in, and every other byte stays the same."""

import re

import pytest

from dojo.grading.gradebooks.csv_patch import CannotFill
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import VerdictState
from tests.grading.gradebooks.books import CANVAS, MOODLE, changed, file_with, grade, in_canvas


@pytest.mark.parametrize(
    "text",
    [
        CANVAS.replace("Essay (502)", "Gesamt (2026)").replace("10.00,(read only)", "(nur lesen),(nur lesen)"),
        "".join(line for line in CANVAS.splitlines(keepends=True) if "Possible" not in line).replace(
            "Essay (502)", "x"
        ),
    ],
)
def test_a_computed_column_is_no_assignment_in_any_language_and_without_its_mark(tmp_path, text):
    filled = in_canvas(file_with(tmp_path, text), [grade(Person("", "11"))])
    assert set(changed(text, filled.contents).values()) == {"2.5"}
    with pytest.raises(CannotFill, match=r"its assignments are Katas \(501\)$"):
        in_canvas(file_with(tmp_path, text), [], "2026")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_points_go_into_the_assignments_column_and_nowhere_else(tmp_path, encoding):
    before = CANVAS if encoding == "utf-8" else CANVAS.removeprefix("\ufeff")
    filled = in_canvas(file_with(tmp_path, before, encoding), [grade(Person("leeann", "11"))], "501")
    expected = before.replace('"A, B",=1+1,,7.00', '"A, B",=1+1,2.5,7.00')
    assert filled.contents == expected.encode(encoding)
    assert (filled.filled, filled.notes) == (1, ())


def test_bytes_that_are_no_utf_8_stay(tmp_path):
    before = CANVAS.replace("\ufeff", "").encode("latin-1")
    filled = in_canvas(file_with(tmp_path, before), [grade(Person("leeann", "11"))], "501")
    assert filled.contents == before.replace(b'"A, B",=1+1,,', b'"A, B",=1+1,2.5,')


@pytest.mark.parametrize("wanted", ["501", "Katas", "Katas (501)"])
def test_an_assignment_is_known_by_its_number_its_title_or_both(tmp_path, wanted):
    filled = in_canvas(file_with(tmp_path, CANVAS), [grade(Person("", "11"))], wanted)
    assert changed(CANVAS, filled.contents) == {(3, 6): "2.5"}


def test_the_only_assignment_needs_no_name_and_computed_columns_are_none(tmp_path):
    one = CANVAS.replace("Essay (502)", "Essay")
    assert changed(one, in_canvas(file_with(tmp_path, one), [grade(Person("", "11"))]).contents) == {(3, 6): "2.5"}


@pytest.mark.parametrize(
    ("text", "wanted", "message"),
    [
        (
            CANVAS,
            None,
            r"say which assignment of book\.csv is meant: its assignments are Katas \(501\), Essay \(502\)$",
        ),
        (CANVAS, "Final Score (2026)", r"has no assignment Final Score \(2026\): its assignments are Katas"),
        (CANVAS, "\x1b[2J\n", r"no assignment \\x1b\[2J\\n: its"),
        (CANVAS.replace("Essay (502)", "Katas (503)"), "Katas", r"has 2 assignments Katas, say which by its number"),
        (CANVAS.replace("Katas (501),Essay (502)", "a,b"), "501", "has no assignment: make one in Canvas"),
        (MOODLE, "501", "is no export of Canvas's gradebook"),
        (CANVAS + '"Lee', "501", "row 9: a quote is opened and never closed"),
        ("", "501", "is empty"),
        (b"PK\x03\x04rest", "501", "is a workbook, not CSV"),
        (b"\xff\xfea", "501", "is not text in utf-16-le"),
    ],
)
def test_what_cannot_be_filled_in_is_said_in_one_line(tmp_path, text, wanted, message):
    with pytest.raises(CannotFill, match=message) as found:
        in_canvas(file_with(tmp_path, text), [grade(Person("", "11"))], wanted)
    assert "\n" not in str(found.value)


def test_a_file_that_is_not_there_is_said_in_one_line(tmp_path):
    with pytest.raises(CannotFill, match=r"none\.csv cannot be read: No such file"):
        in_canvas(tmp_path / "none.csv", [])


@pytest.mark.parametrize(
    "name", ["11", "s11", "ANN@uni.example", "leeann", "annlee", "Ann Lee", "Lee, Ann", "lee-ann", "ＬＥＥ　ａｎｎ"]
)
def test_a_person_without_a_number_is_known_by_what_stands_in_the_row(tmp_path, name):
    filled = in_canvas(file_with(tmp_path, CANVAS), [grade(Person(name))], "501")
    assert changed(CANVAS, filled.contents) == {(3, 6): "2.5"}


def test_first_and_last_names_may_stand_apart(tmp_path):
    apart = CANVAS.replace("Student,ID", "LastName,FirstName,ID").replace('"Lee, Ann"', "Lee,Ann")
    apart = "".join(
        line if "Name" in line or line.startswith("Lee") else f",{line}" for line in apart.splitlines(keepends=True)
    )
    filled = in_canvas(file_with(tmp_path, apart), [grade(Person("Ann Lee"))], "501")
    assert changed(apart, filled.contents) == {(3, 7): "2.5"}


@pytest.mark.parametrize(
    ("person", "note"),
    [
        (Person("Ann Lee", "77"), r"book\.csv has no row for Ann Lee \(77\)"),
        (Person("Ann Lees"), "no row for Ann Lees"),
        (Person(""), "no row for someone"),
        (Person("!?"), r"no row for !\?"),
        (Person("Manual Posting"), "no row for Manual Posting"),
        (Person("Points Possible"), "no row for Points Possible"),
        (Person("=cmd\n\x1b[31m"), r"no row for =cmd\\n\\x1b\[31m"),
    ],
)
def test_who_has_no_row_is_told_and_nothing_is_written(tmp_path, person, note):
    filled = in_canvas(file_with(tmp_path, CANVAS), [grade(person)], "501")
    assert filled.contents == CANVAS.encode()
    assert filled.filled == 0
    [said] = filled.notes
    assert re.search(note, said)


def test_namesakes_are_never_guessed(tmp_path):
    two = CANVAS + '"Lee, Ann",15,S15,ann2,A,,,,\r\n'
    filled = in_canvas(file_with(tmp_path, two), [grade(Person("Ann Lee"))], "501")
    assert filled.contents == two.encode()
    assert filled.notes == ("Ann Lee may be any of the rows 4, 9 of book.csv: enter the grade by hand",)
    assert changed(two, in_canvas(file_with(tmp_path, two), [grade(Person("ann2"))], "501").contents) == {(8, 6): "2.5"}


def test_what_is_one_persons_login_and_anothers_name_is_never_guessed(tmp_path):
    two = CANVAS + '"Hood, Robin",15,S15,leeann,A,,,,\r\n'
    filled = in_canvas(file_with(tmp_path, two), [grade(Person("leeann"))], "501")
    assert filled.contents == two.encode()
    assert "may be any of the rows 4, 9" in filled.notes[0]


def test_a_row_that_two_people_claim_is_left_alone(tmp_path):
    filled = in_canvas(file_with(tmp_path, CANVAS), [grade(Person("leeann", "11")), grade(Person("Ann Lee"), 1)], "501")
    assert filled.contents == CANVAS.encode()
    assert filled.notes == ("row 4 of book.csv may be any of leeann (11), Ann Lee: enter it by hand",)


def test_a_missing_grade_is_no_zero(tmp_path):
    filled = in_canvas(
        file_with(tmp_path, CANVAS), [grade(Person("", "12"), None, state=VerdictState.INFRASTRUCTURE_ERROR)], "501"
    )
    assert filled.contents == CANVAS.encode()
    assert filled.notes == ("someone (12) has no grade, since the grader itself failed: grade it again",)


def test_who_is_excused_or_need_not_hand_in_stays_so(tmp_path):
    filled = in_canvas(file_with(tmp_path, CANVAS), [grade(Person("z", "13")), grade(Person("j", "14"))], "501")
    assert filled.contents == CANVAS.encode()
    assert filled.filled == 0
    assert filled.notes == (
        "book.csv has EX in the row of z (13): left as it is",
        "book.csv has N/A in the row of j (14): left as it is",
    )


def test_a_grade_that_differs_is_overwritten_and_counted_and_an_equal_one_keeps_its_bytes(tmp_path):
    differs = in_canvas(file_with(tmp_path, CANVAS), [grade(Person("bo", "12"))], "501")
    assert changed(CANVAS, differs.contents) == {(4, 6): "2.5"}
    assert differs.notes == ("1 grade that differed overwritten: bo (12) (1.00 before)",)
    equal = in_canvas(file_with(tmp_path, CANVAS), [grade(Person("bo", "12"), 1)], "501")
    assert (equal.contents, equal.filled, equal.notes) == (CANVAS.encode(), 1, ())


def test_filling_in_twice_changes_nothing_more(tmp_path):
    once = in_canvas(file_with(tmp_path, CANVAS), [grade(Person("", "11"), 2.67)], "501").contents
    again = in_canvas(file_with(tmp_path, once), [grade(Person("", "11"), 2.67)], "501")
    assert (again.contents, again.notes) == (once, ())


def test_points_are_scaled_only_where_that_is_asked_for(tmp_path):
    plain = in_canvas(file_with(tmp_path, CANVAS), [grade(Person("", "11"))], "502")
    assert changed(CANVAS, plain.contents) == {(3, 7): "2.5"}
    assert (
        plain.notes[-1]
        == "the katas are worth 4 points and book.csv gives 10: points are written as they are, not scaled"
    )
    scaled = in_canvas(file_with(tmp_path, CANVAS), [grade(Person("", "11"))], "502", scale=True)
    assert changed(CANVAS, scaled.contents) == {(3, 7): "6.25"}
    assert scaled.notes[-1].endswith("points are scaled to that")
    with pytest.raises(CannotFill, match="does not say what the most points are"):
        in_canvas(file_with(tmp_path, CANVAS.replace("10.00", "")), [], "502", scale=True)


def test_a_hand_in_that_could_not_be_graded_gets_its_points_and_a_note(tmp_path):
    broken = grade(Person("", "11"), 0, state=VerdictState.UNGRADABLE, ungradable="the archive holds a link")
    filled = in_canvas(file_with(tmp_path, CANVAS), [broken], "501")
    assert changed(CANVAS, filled.contents) == {(3, 6): "0"}
    assert filled.notes == ("1 hand-in could not be graded and got 0 points",)


def test_a_row_that_is_too_short_is_left_alone(tmp_path):
    short = CANVAS + "Short,16,S16,short\r\n\r\n"
    filled = in_canvas(file_with(tmp_path, short), [grade(Person("", "16"))], "501")
    assert filled.contents == short.encode()
    assert filled.notes == ("book.csv has no such cell in the row of someone (16): left as it is",)


def test_semicolons_and_decimal_commas_are_kept_to(tmp_path):
    text = "Student;ID;SIS Login ID;Section;Katas (501)\n    Points Possible;;;;4,00\nLee, Ann;11;ann;A;\n"
    filled = in_canvas(file_with(tmp_path, text), [grade(Person("", "11"))])
    assert filled.contents == text.replace(";ann;A;", ";ann;A;2,5").encode()


def test_grades_are_gone_through_once(tmp_path):
    filled = in_canvas(file_with(tmp_path, CANVAS), (grade(Person("", each)) for each in ("11", "12")), "501")
    assert filled.filled == 2


def test_a_note_on_a_whole_class_names_only_some(tmp_path):
    people = [grade(Person(f"person {number}")) for number in range(200)]
    [note] = in_canvas(file_with(tmp_path, CANVAS), people, "501").notes
    assert note.endswith("person 29 and 170 more")
