"""Write points into an export of Canvas's gradebook."""

import re
from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from dojo.grading.gradebooks.csv_patch import CannotFill, Sheet, read
from dojo.grading.gradebooks.rows import (
    Column,
    FilledFile,
    Mark,
    has_comma,
    join_names,
    letters_and_digits,
    mark_of,
    match_rows,
    parse_number,
)
from dojo.grading.intake.limits import printable
from dojo.grading.model.grades import Grade
from dojo.grading.model.person import Person

_ASSIGNMENT_HEADER = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)", re.DOTALL)
# With a grading period, these columns look like assignments: Final Score (2026).
_COMPUTED_COLUMN = re.compile(r"\b(?:Current|Final|Override) (?:Score|Points|Grade|Status)\b")
_EXCUSED_OR_NOT_ASSIGNED = frozenset({"ex", "n/a"})
_ID_COLUMNS = ("ID", "SIS User ID", "SIS Login ID")


@dataclass(frozen=True)
class _Assignment:
    column: int
    title: str
    id: str

    def __str__(self) -> str:
        return printable(f"{self.title} ({self.id})")


class Canvas:
    """An export of Canvas's gradebook; points are written to the column of an assignment.

    All other cells stay unchanged, and so do cells of excused people or people without that assignment.

    Args:
        assignment: number, title, or both as in the header; optional if there is only one.
        scale: scale points to the assignment's Points Possible.

    Raises:
        CannotFill: if the file is not such an export, or the column is ambiguous.
    """

    def __init__(self, export: Path, assignment: str | None = None, scale: bool = False) -> None:
        self._sheet = sheet = read(export)
        header = [cell.value.strip() for cell in sheet.rows[0]]
        if "ID" not in header[:4] or header[0] not in ("Student", "LastName"):
            raise CannotFill(
                f"{sheet.name} is no export of Canvas's gradebook: its first line should begin with Student,ID"
            )
        possible = [row for row in range(1, len(sheet.rows)) if "Points Possible" in sheet.value(row, 0)]
        chosen = _choose_assignment(sheet, _assignments(sheet, header, possible), assignment)
        maxima = [parse_number(sheet.value(row, chosen.column)) for row in possible]
        people = [row for row in range(1, len(sheet.rows)) if row not in possible]
        self._find = _Finder(sheet, header, people)
        values = [sheet.value(row, chosen.column) for row in (*possible, *people)]
        self._column = Column(sheet, chosen.column, next(iter(maxima), None), scale, has_comma(values))
        self._marks: list[Mark] = []

    def add(self, grade: Grade) -> None:
        """Keep the points of a grade."""
        self._marks.append(mark_of(grade))

    def fill(self) -> FilledFile:
        """Return the export with the points."""
        by_row, notes = match_rows(self._marks, self._find, self._sheet.name)
        changes = self._column.changes(by_row, _EXCUSED_OR_NOT_ASSIGNED)
        return FilledFile(self._sheet.replace(changes.cells), changes.filled, (*notes, *changes.notes))


def _assignments(sheet: Sheet, header: list[str], possible: list[int]) -> list[_Assignment]:
    found = []
    for column, name in enumerate(header):
        titled = _ASSIGNMENT_HEADER.fullmatch(name)
        # Columns that cannot be imported have "(read only)", in the user's language, in place of the maximum.
        is_writable = all(not (text := sheet.value(row, column)) or parse_number(text) is not None for row in possible)
        if titled and is_writable and not _COMPUTED_COLUMN.search(name):
            found.append(_Assignment(column, titled["title"], titled["id"]))
    return found


def _choose_assignment(sheet: Sheet, assignments: list[_Assignment], requested: str | None) -> _Assignment:
    columns = f"its assignments are {join_names([str(each) for each in assignments])}"
    if not assignments:
        raise CannotFill(f"{sheet.name} has no assignment: make one in Canvas, then export the gradebook again")
    if requested is None:
        if len(assignments) > 1:
            raise CannotFill(f"say which assignment of {sheet.name} is meant: {columns}")
        return assignments[0]
    for name in ("id", "title"):
        found = [
            each for each in assignments if requested.strip() in (getattr(each, name), f"{each.title} ({each.id})")
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise CannotFill(
                f"{sheet.name} has {len(found)} assignments {printable(requested)}, say which by its number: {columns}"
            )
    raise CannotFill(f"{sheet.name} has no assignment {printable(requested)}: {columns}")


class _Finder:
    """Finds the rows that may be a person's."""

    def __init__(self, sheet: Sheet, header: list[str], people: list[int]) -> None:
        self._numbers: dict[str, set[int]] = defaultdict(set)
        self._known: dict[str, set[int]] = defaultdict(set)
        self._names: dict[str, set[int]] = defaultdict(set)
        columns = [header.index(each) for each in _ID_COLUMNS if each in header]
        for row in people:
            self._numbers[sheet.value(row, columns[0])].add(row)
            for column in columns:
                self._known[sheet.value(row, column).casefold()].add(row)
            for name in _names(sheet, header, row):
                self._names[letters_and_digits(name)].add(row)

    def __call__(self, person: Person) -> Set[int]:
        if person.canvas:  # if the number is missing, the person may be in another section: never use a namesake's row
            return self._numbers.get(person.canvas, frozenset())
        name = person.name.strip().casefold()
        by_number = self._known.get(name, set()) if name else set()
        by_name = self._names.get(letters_and_digits(name), set()) if letters_and_digits(name) else set()
        agree = not by_number or not by_name or by_number & by_name
        return (by_number or by_name) if agree else by_number | by_name


def _names(sheet: Sheet, header: list[str], row: int) -> list[str]:
    """Return the person's name in sortable and in spoken order."""
    if header[0] == "LastName":
        last, first = sheet.value(row, 0), sheet.value(row, 1)
    else:
        last, _, first = sheet.value(row, 0).partition(",")
    return [f"{last} {first}", f"{first} {last}"]
