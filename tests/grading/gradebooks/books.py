"""Sample gradebooks of Canvas and Moodle, and helpers to fill them in and compare."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from dojo.course import Kata
from dojo.grading.gradebooks.canvas import Canvas
from dojo.grading.gradebooks.moodle import Moodle
from dojo.grading.gradebooks.rows import FilledFile, Gradebook
from dojo.grading.model.grades import Grade
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import VerdictState
from tests.grading import builders
from tests.grading.builders import verdict

CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Notes,Katas (501),Essay (502),Final Score (2026)\r\n"
    ",,,,,,Manual Posting,,\r\n"
    "    Points Possible,,,,,,4.00,10.00,(read only)\r\n"
    '"Lee, Ann",11,S11,ann@uni.example,"A, B",=1+1,,7.00,70.0\r\n'
    '"O\'Hara, ""Bo""",12,S12,bo,A,"two\r\nlines",1.00,,\r\n'
    '"Núñez, Zoë",13,S13,zoe,A,,EX,,\r\n'
    "Doe Jane ,14,S14,jane,A,,N/A,,\r\n"
    '"Student, Test",99,,e3b0c44298fc1c149afbf4c8996fb92427ae41e4,A,,,,\r\n'
)
MOODLE = (
    '\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    'Participant 21,"Ann Lee",ann@uni.example,Submitted,,4.00,Yes,"Monday, 1 June 2026, 8:00 AM",-,\n'
    'Participant 22,"Bo O\'Hara",bo@uni.example,Submitted,1.00,4.00,Yes,-,-,"<p>by hand</p>"\n'
)
GERMAN = (
    "ID;\"Vollständiger Name\";Bewertung;Bestwertung;\"Feedback als Kommentar\"\r\n"
    "Teilnehmer/in21;\"Ann Lee\";;4,00;\r\nTeilnehmer/in22;Bo;-;4,00;\r\n"
)  # fmt: skip


def grade(
    person: Person, points: float | None = 2.5, most: float = 4, state: VerdictState = VerdictState.FAILED, **fields
) -> Grade:
    """Return the grade of a person with one kata, worth ``most``."""
    kata, said = Kata("storage", "strides", "Strides", points=most), fields.pop("said", "1 of 2 tests pass")
    return builders.grade(verdict(kata, state, said, points=points), person=person, **fields)


def in_canvas(export: Path, grades: Iterable[Grade], assignment: str | None = None, scale: bool = False) -> FilledFile:
    return _filled(Canvas(export, assignment, scale), grades)


def in_moodle(worksheet: Path, grades: Iterable[Grade], scale: bool = False) -> FilledFile:
    return _filled(Moodle(worksheet, scale), grades)


def _filled(book: Gradebook, grades: Iterable[Grade]) -> FilledFile:
    for each in grades:
        book.add(each)
    return book.fill()


def file_with(folder, text, encoding="utf-8"):
    path = folder / "book.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def cells(data: bytes, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator))


def changed(before: str, after: bytes, separator: str = ",") -> dict[tuple[int, int], str]:
    old, new = cells(before.encode(), separator), cells(after, separator)
    assert [len(row) for row in old] == [len(row) for row in new]
    return {
        (row, column): value
        for row, values in enumerate(new)
        for column, value in enumerate(values)
        if value != old[row][column]
    }
