"""``grades.csv``: one row a person, for a spreadsheet.

It has a byte order mark, without which Excel takes it for text of the last century, and quotes around all that is no
number, so that no separator within a name parts it in two. What a spreadsheet would take for a formula begins with an
apostrophe there. A grade that is missing is an empty cell, never 0.
"""

import csv
import unicodedata
from typing import TextIO

from dojo.course import Course
from dojo.grading.model.grades import Grade
from dojo.screen.sanitize import one_line

_BEFORE_FORMULAS = frozenset("=+-@|%")
ENCODING = "utf-8-sig"
FIRST = ("person", "canvas", "moodle", "points", "max points", "solved", "state")


class Table:
    """Writes the rows of ``grades.csv`` as they come.

    Args:
        stream: opened with ``newline=""`` and in ``ENCODING``.
        course: whose katas are the columns: first the points of each, then the state of each.
    """

    def __init__(self, stream: TextIO, course: Course) -> None:
        self._writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC)
        self._katas = [kata.id for kata in course.katas()]
        self._writer.writerow([*FIRST, *self._katas, *(f"{name} state" for name in self._katas)])

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
    """Return ``ungradable``, ``incomplete`` where the grader itself failed on a kata, else ``graded``."""
    return "incomplete" if grade.points is None else "ungradable" if grade.ungradable is not None else "graded"


def neutralize(text: str) -> str:
    """Return a text on one line that no spreadsheet takes for a formula."""
    line = one_line(text)
    # Some spreadsheets take the wide forms, and look behind what they do not show.
    first = unicodedata.normalize("NFKC", line.lstrip("\N{REPLACEMENT CHARACTER} "))[:1]
    return f"'{line}" if first in _BEFORE_FORMULAS and first else line


def _number(value: float | None) -> float | int | str:
    return "" if value is None else int(value) if value == int(value) else round(value, 2)
