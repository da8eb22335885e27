"""Moodle's worksheet: the right cells are filled in, and every other byte stays the same."""

from html.parser import HTMLParser

import pytest

from dojo.grading.gradebooks.csv_patch import CannotFill
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import VerdictState
from tests.grading.gradebooks.books import CANVAS, GERMAN, MOODLE, cells, changed, file_with, grade, in_moodle


def test_a_worksheet_gets_points_and_a_comment(tmp_path):
    filled = in_moodle(file_with(tmp_path, MOODLE), [grade(Person("x", moodle="21"))])
    found = changed(MOODLE, filled.contents)
    assert set(found) == {(1, 4), (1, 9)}
    assert found[1, 4] == "2.5"
    assert found[1, 9].startswith("<p>torch-katas: 2.5 of 4 points, 0 of 1 kata solved.</p>")
    lines = filled.contents.decode().splitlines()
    assert lines[0] == MOODLE.splitlines()[0]
    assert lines[2] == MOODLE.splitlines()[2]


def test_a_comment_that_somebody_wrote_stays_and_one_of_ours_does_not(tmp_path):
    by_hand = in_moodle(file_with(tmp_path, MOODLE), [grade(Person("", moodle="22"))])
    assert changed(MOODLE, by_hand.contents) == {(2, 4): "2.5"}
    assert by_hand.notes[-1] == "1 comment that somebody else wrote left as they are"
    once = in_moodle(file_with(tmp_path, MOODLE), [grade(Person("", moodle="21"))]).contents
    again = in_moodle(file_with(tmp_path, once), [grade(Person("", moodle="21"), 4, state=VerdictState.SOLVED)])
    assert changed(once.decode(), again.contents)[1, 9] == "<p>torch-katas: 4 of 4 points, 1 of 1 kata solved.</p>"


def test_a_comment_holds_no_markup_of_a_hand_in(tmp_path):
    said = "<img src=x onerror=alert(1)>\x1b[31m" + "&" * 300 + '"</p><script>\nmore'
    filled = in_moodle(file_with(tmp_path, MOODLE), [grade(Person("", moodle="21"), said=said)])
    comment = cells(filled.contents)[1][9]

    seen = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.append((tag, attrs))

    Tags().feed(comment)
    assert seen == [("p", []), ("ul", []), ("li", [])]
    assert "\x1b" not in comment
    assert len(comment) < 1000


def test_a_worksheet_in_another_language_is_known_by_what_it_holds(tmp_path):
    filled = in_moodle(file_with(tmp_path, GERMAN), [grade(Person("", moodle="22"))])
    found = changed(GERMAN, filled.contents, ";")
    assert set(found) == {(2, 2), (2, 4)}
    assert found[2, 2] == "2,5"
    assert filled.notes == ()
    unknown = GERMAN.replace("Bewertung;Bestwertung", "Hodnocení;Nejvyšší").replace(
        "Feedback als Kommentar", "Komentář"
    )
    filled = in_moodle(file_with(tmp_path, unknown), [grade(Person("Ann Lee"))])
    assert changed(unknown, filled.contents, ";") == {(1, 2): "2,5"}
    assert filled.notes == ("book.csv has no column that is known to take comments: only points are filled in",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CANVAS, "is no grading worksheet of Moodle"),
        (MOODLE.splitlines()[0] + "\n", "is no grading worksheet of Moodle with people in it"),
        (MOODLE.replace("Participant 22", "Participant 21"), "is no grading worksheet of Moodle"),
        (
            MOODLE.replace(",Grade,", ",Known,").replace("4.00", "many"),
            r"takes the grade is not clear.+Known, Maximum Grade",
        ),
        (MOODLE.replace("Maximum Grade", "Scale"), r"takes words of a scale \(scale\)"),
        (MOODLE.replace("1.00,4.00", "1.00,5.00"), "gives people different maximum grades"),
    ],
)
def test_a_worksheet_that_is_not_understood_is_refused_in_one_line(tmp_path, text, message):
    with pytest.raises(CannotFill, match=message) as found:
        in_moodle(file_with(tmp_path, text), [grade(Person("", moodle="21"))])
    assert "\n" not in str(found.value)


def test_a_number_that_the_worksheet_does_not_have_is_nobodys(tmp_path):
    filled = in_moodle(file_with(tmp_path, MOODLE), [grade(Person("Ann Lee", moodle="23"))])
    assert filled.contents == MOODLE.encode()
    assert filled.notes == ("book.csv has no row for Ann Lee (23)",)


def test_grades_that_moodle_would_leave_out_are_told(tmp_path):
    filled = in_moodle(file_with(tmp_path, MOODLE), [grade(Person("", moodle="21"), 8, 8)])
    assert "1 grade above the maximum: Moodle leaves such out without a word" in filled.notes
    scaled = in_moodle(file_with(tmp_path, MOODLE), [grade(Person("", moodle="21"), 8, 8)], scale=True)
    assert changed(MOODLE, scaled.contents)[1, 4] == "4"
