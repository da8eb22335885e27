"""Write ``grades.csv``: one row for each person, for spreadsheets.

It has a byte order mark, because Excel needs one to read UTF-8. Text is quoted, so that separators in names do no harm.
Text that a spreadsheet would take for a formula gets an apostrophe in front. A missing grade is an empty cell, never 0.
"""

import csv
import unicodedata
from typing import TextIO

from dojo.course import Course
from dojo.grading.model.grades import Grade
from dojo.screen.sanitize import one_line

_BEFORE_FORMULAS = frozenset("=+-@|%")
ENCODING = "utf-8-sig"
FIRST_COLUMNS = ("person", "canvas", "moodle", "points", "max points", "solved", "state")


class Table:
    """Writes the rows of ``grades.csv`` one by one.

    Args:
        stream: opened with ``newline=""`` and ``ENCODING``.
        course: its katas are the columns: the points of each, then the state of each.
    """

    def __init__(self, stream: TextIO, course: Course) -> None:
        self._writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC)
        self._katas = [kata.id for kata in course.katas()]
        self._writer.writerow([*FIRST_COLUMNS, *self._katas, *(f"{name} state" for name in self._katas)])

    def add(self, grade: Grade) -> None:
        """Write the row of one person."""
        person, by_name = grade.person, {each.name: each for each in grade.katas}
        verdicts = [by_name.get(name) for name in self._katas]
        self._writer.writerow(
            [
                neutralize(person.name),
                neutralize(person.canvas),
                neutralize(person.moodle),
                _number(grade.points),
                _number(grade.max_points),
                grade.solved,
                hand_in_state(grade),
                *(_number(each.points) if each else "" for each in verdicts),
                *(each.state.value if each else "" for each in verdicts),
            ]
        )


def hand_in_state(grade: Grade) -> str:
    """Return ``ungradable``, ``incomplete`` if the grader itself failed on a kata, else ``graded``."""
    return "incomplete" if grade.points is None else "ungradable" if grade.ungradable is not None else "graded"


def neutralize(text: str) -> str:
    """Return a text on one line that no spreadsheet takes for a formula."""
    line = one_line(text)
    # Some spreadsheets also accept full-width forms, and skip characters that they do not show.
    first = unicodedata.normalize("NFKC", line.lstrip("\N{REPLACEMENT CHARACTER} "))[:1]
    return f"'{line}" if first in _BEFORE_FORMULAS and first else line


def _number(value: float | None) -> float | int | str:
    return "" if value is None else int(value) if value == int(value) else round(value, 2)
