"""What filling in a gradebook of any system has in common: whose row is whose, and which numbers go there.

A row is filled where it is one person's beyond doubt, and else left alone: the notes say so.
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
_LISTED = 30
"""Names in one note: who fills in the wrong file has hundreds."""


@dataclass(frozen=True)
class FilledFile:
    """A file that was filled in.

    Args:
        contents: the whole file.
        filled: how many rows have the grade that was found for them now, those that had it before among them.
        notes: sentences on what was left alone or overwritten.
    """

    contents: bytes
    filled: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """What of a grade goes into a gradebook; ``comment`` is for systems that take one."""

    person: Person
    points: float | None
    max_points: float
    ungradable: bool
    comment: str = ""


class Gradebook(Protocol):
    """A file of another system that grades are filled in: it is read and understood before anybody is graded."""

    def add(self, grade: Grade) -> None:
        """Take what it needs of a grade: the grades themselves need not be in memory together."""

    def fill(self) -> FilledFile:
        """Return the file with what was taken."""


def mark_of(grade: Grade, comment: str = "") -> Mark:
    """Return what of a grade goes into a gradebook."""
    return Mark(grade.person, grade.points, grade.max_points, grade.ungradable is not None, comment)


def match_rows(
    all_marks: Iterable[Mark], rows_of: Callable[[Person], Set[int]], name: str
) -> tuple[dict[int, Mark], list[str]]:
    """Return the mark of each row that is one person's beyond doubt, and notes on everybody else.

    Args:
        all_marks: one a person.
        rows_of: the rows that a person may mean.
        name: of the file.
    """
    claims: dict[int, list[Mark]] = {}
    lost: list[str] = []
    notes: list[str] = []
    for mark in all_marks:
        rows, who = rows_of(mark.person), name_of(mark.person)
        if not rows:
            lost.append(who)
        elif len(rows) > 1:
            places = ", ".join(str(row + 1) for row in sorted(rows))
            notes.append(f"{who} may be any of the rows {places} of {name}: enter the grade by hand")
        else:
            claims.setdefault(min(rows), []).append(mark)
    if lost:
        notes.append(f"{name} has no row for {join_names(lost)}")
    matched_marks = {}
    for row, each in sorted(claims.items()):
        if len(each) > 1:
            who = join_names([name_of(mark.person) for mark in each])
            notes.append(f"row {row + 1} of {name} may be any of {who}: enter it by hand")
        elif each[0].points is None:
            notes.append(f"{name_of(each[0].person)} has no grade, since the grader itself failed: grade it again")
        else:
            matched_marks[row] = each[0]
    if nothing := sum(mark.ungradable for mark in matched_marks.values()):
        notes.append(f"{format_count(nothing, 'hand-in')} could not be graded and got {_note_on_zeros(matched_marks)}")
    return matched_marks, notes


def _note_on_zeros(matched_marks: Mapping[int, Mark]) -> str:
    return " or ".join(
        sorted({format_count(mark.points or 0, "point") for mark in matched_marks.values() if mark.ungradable})
    )


def name_of(person: Person) -> str:
    """Return whom a note is about, on one line, with the number where there is one."""
    known = person.canvas or person.moodle
    return (
        f"{printable(person.name) or 'someone'} ({printable(known)})" if known else printable(person.name) or "someone"
    )


def join_names(names: list[str]) -> str:
    """Return names in a row, of many only the first."""
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def canvas_letters(name: str) -> str:
    """Return the letters and digits of a name, in small letters: what Canvas makes of a name for a file."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in folded if each.isalnum())


def parse_number(text: str) -> float | None:
    """Return the number that a cell holds, with a point or a comma; None where it holds anything else."""
    return float(text.strip().replace(",", ".")) if _NUMBER.fullmatch(text.strip()) else None


def has_comma(values: Iterable[str]) -> bool:
    """Say whether the numbers among the values are written with a comma."""
    return any("," in value for value in values if parse_number(value) is not None)


@dataclass(frozen=True)
class CellChanges:
    """What to change: the new values by (row, column), how many rows have their grade then, and notes."""

    cells: dict[tuple[int, int], str]
    filled: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column of a sheet that points are written to.

    Args:
        sheet: all of it.
        index: of the column.
        most: what the gradebook says a grade may be at most; None where it does not say.
        scale: whether points are made a share of that.
        comma: whether numbers are written with one.
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
        """Return the cells to change, and what that overwrites and leaves alone.

        Args:
            matched_marks: the mark of each row.
            kept: in small letters, what a cell may hold that means more than a grade, and stays.
        """
        changes: dict[tuple[int, int], str] = {}
        overwritten: list[str] = []
        left: dict[str, list[str]] = {}
        for row, mark in matched_marks.items():
            before = self.sheet.value(row, self.index)
            points = self._points(mark)
            if not self.sheet.has(row, self.index):
                left.setdefault("no such cell", []).append(name_of(mark.person))
            elif before.lower() in kept:
                left.setdefault(before, []).append(name_of(mark.person))
            elif (known := parse_number(before)) is None or abs(known - points) > 0.004:
                changes[row, self.index] = format_number(points).replace(".", "," if self.comma else ".")
                if before not in ("", "-"):
                    overwritten.append(f"{name_of(mark.person)} ({printable(before)} before)")
        notes = [
            f"{self.sheet.name} has {what} in the row of {join_names(who)}: left as it is" for what, who in left.items()
        ]
        if overwritten:
            notes.append(
                f"{format_count(len(overwritten), 'grade')} that differed overwritten: {join_names(overwritten)}"
            )
        rows = len(matched_marks) - sum(map(len, left.values()))
        return CellChanges(changes, rows, (*notes, *self._differing(matched_marks)))

    def _points(self, mark: Mark) -> float:
        points = mark.points or 0.0
        return points * (self.most or 0.0) / mark.max_points if self.scale and mark.max_points else points

    def _differing(self, matched_marks: Mapping[int, Mark]) -> list[str]:
        ours = sorted({mark.max_points for mark in matched_marks.values()})
        if self.most is None or all(each == self.most for each in ours):
            return []
        done = "scaled to that" if self.scale else "written as they are, not scaled"
        most, given = " or ".join(map(format_number, ours)), format_number(self.most)
        return [f"the katas are worth {most} points and {self.sheet.name} gives {given}: points are {done}"]
