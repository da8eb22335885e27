"""Shared by all gradebooks: match people with rows, and write numbers to a column.

A row is filled only if it certainly belongs to one person. Notes name all other rows.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Protocol

from dojo.grading.gradebooks.csv_patch import CannotFill, Sheet
from dojo.grading.intake.limits import printable
from dojo.grading.model.grades import Grade
from dojo.grading.model.labels import format_count, format_number
from dojo.grading.model.person import Person

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_MAX_NAMES = 30  # in one note; with the wrong file there would be hundreds


@dataclass(frozen=True)
class FilledFile:
    """A gradebook file with grades.

    Args:
        filled: how many rows have the right grade now, including those that had it before.
        notes: sentences on cells that were left alone or overwritten.
    """

    contents: bytes
    filled: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """The parts of a grade for a gradebook; ``comment`` is for gradebooks with a comment column."""

    person: Person
    points: float | None
    max_points: float
    ungradable: bool
    comment: str = ""


class Gradebook(Protocol):
    """A gradebook file of another system. It is read and checked before grading starts."""

    def add(self, grade: Grade) -> None:
        """Keep what is needed of a grade, so that not all grades are in memory together."""

    def fill(self) -> FilledFile:
        """Return the file with all grades."""


def mark_of(grade: Grade, comment: str = "") -> Mark:
    """Return the parts of a grade for a gradebook."""
    return Mark(grade.person, grade.points, grade.max_points, grade.ungradable is not None, comment)


def match_rows(
    all_marks: Iterable[Mark], rows_of: Callable[[Person], Set[int]], name: str
) -> tuple[dict[int, Mark], list[str]]:
    """Return the mark for each row that certainly belongs to one person, and notes on all others.

    ``rows_of`` returns the rows that may be a person's; ``name`` is that of the file.
    """
    claims: dict[int, list[Mark]] = {}
    missing: list[str] = []
    notes: list[str] = []
    for mark in all_marks:
        rows, who = rows_of(mark.person), describe_person(mark.person)
        if not rows:
            missing.append(who)
        elif len(rows) > 1:
            places = ", ".join(str(row + 1) for row in sorted(rows))
            notes.append(f"{who} may be any of the rows {places} of {name}: enter the grade by hand")
        else:
            claims.setdefault(min(rows), []).append(mark)
    if missing:
        notes.append(f"{name} has no row for {join_names(missing)}")
    matched_marks = {}
    for row, each in sorted(claims.items()):
        if len(each) > 1:
            who = join_names([describe_person(mark.person) for mark in each])
            notes.append(f"row {row + 1} of {name} may be any of {who}: enter it by hand")
        elif each[0].points is None:
            notes.append(
                f"{describe_person(each[0].person)} has no grade, since the grader itself failed: grade it again"
            )
        else:
            matched_marks[row] = each[0]
    if ungradable := [mark for mark in matched_marks.values() if mark.ungradable]:
        points = " or ".join(sorted({format_count(mark.points or 0, "point") for mark in ungradable}))
        notes.append(f"{format_count(len(ungradable), 'hand-in')} could not be graded and got {points}")
    return matched_marks, notes


def describe_person(person: Person) -> str:
    """Return the person's name on one line, with the number if there is one."""
    name, number = printable(person.name) or "someone", person.canvas or person.moodle
    return f"{name} ({printable(number)})" if number else name


def join_names(names: list[str]) -> str:
    """Join names with commas; of many, list only the first."""
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    return ", ".join(names[:_MAX_NAMES]) + more


def letters_and_digits(name: str) -> str:
    """Return the lowercase letters and digits of a name, as in Canvas's file names."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in folded if each.isalnum())


def parse_number(text: str) -> float | None:
    """Parse a number with a decimal point or comma; return None for anything else."""
    return float(text.strip().replace(",", ".")) if _NUMBER.fullmatch(text.strip()) else None


def has_comma(values: Iterable[str]) -> bool:
    """Say whether numbers among the values have a decimal comma."""
    return any("," in value for value in values if parse_number(value) is not None)


@dataclass(frozen=True)
class CellChanges:
    """New values by (row, column), how many rows then have their grade, and notes."""

    cells: dict[tuple[int, int], str]
    filled: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """The column of a sheet for points.

    Args:
        most: the maximum grade; None if the gradebook has none.
        scale: scale points to ``most``.
        comma: write numbers with a decimal comma.
    """

    sheet: Sheet
    index: int
    most: float | None
    scale: bool
    comma: bool

    def __post_init__(self) -> None:
        if self.scale and not self.most:
            raise CannotFill(f"{self.sheet.name} does not say what the most points are: leave the scaling away")

    def changes(self, matched_marks: Mapping[int, Mark], kept: Set[str] = frozenset()) -> CellChanges:
        """Return the cells to change, and notes on what is overwritten or left alone.

        A cell whose lowercase value is in ``kept`` means more than a grade, and is not overwritten.
        """
        changes: dict[tuple[int, int], str] = {}
        overwritten: list[str] = []
        left: dict[str, list[str]] = {}
        for row, mark in matched_marks.items():
            before = self.sheet.value(row, self.index)
            points = self._scaled_points(mark)
            if not self.sheet.has(row, self.index):
                left.setdefault("no such cell", []).append(describe_person(mark.person))
            elif before.lower() in kept:
                left.setdefault(before, []).append(describe_person(mark.person))
            elif (known := parse_number(before)) is None or abs(known - points) > 0.004:
                changes[row, self.index] = format_number(points).replace(".", "," if self.comma else ".")
                if before not in ("", "-"):
                    overwritten.append(f"{describe_person(mark.person)} ({printable(before)} before)")
        notes = [
            f"{self.sheet.name} has {what} in the row of {join_names(who)}: left as it is" for what, who in left.items()
        ]
        if overwritten:
            notes.append(
                f"{format_count(len(overwritten), 'grade')} that differed overwritten: {join_names(overwritten)}"
            )
        rows = len(matched_marks) - sum(map(len, left.values()))
        return CellChanges(changes, rows, (*notes, *self._note_on_maximum(matched_marks)))

    def _scaled_points(self, mark: Mark) -> float:
        points = mark.points or 0.0
        return points * (self.most or 0.0) / mark.max_points if self.scale and mark.max_points else points

    def _note_on_maximum(self, matched_marks: Mapping[int, Mark]) -> list[str]:
        ours = sorted({mark.max_points for mark in matched_marks.values()})
        if self.most is None or all(each == self.most for each in ours):
            return []
        treatment = "scaled to that" if self.scale else "written as they are, not scaled"
        most, given = " or ".join(map(format_number, ours)), format_number(self.most)
        return [f"the katas are worth {most} points and {self.sheet.name} gives {given}: points are {treatment}"]
