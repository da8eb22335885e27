"""Canvas: points go into the instructor's own export of the gradebook, as Canvas takes it back."""

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
    canvas_letters,
    has_comma,
    join_names,
    mark_of,
    match_rows,
    parse_number,
)
from dojo.grading.intake.limits import printable
from dojo.grading.model.grades import Grade
from dojo.grading.model.person import Person

_TITLED = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)", re.DOTALL)
# With a grading period they look like assignments: Final Score (2026).
_COMPUTED = re.compile(r"\b(?:Current|Final|Override) (?:Score|Points|Grade|Status)\b")
_EXCUSED_OR_NOT_ASSIGNED = frozenset({"ex", "n/a"})
_KNOWN = ("ID", "SIS User ID", "SIS Login ID")


@dataclass(frozen=True)
class _Assignment:
    column: int
    title: str
    id: str

    def __str__(self) -> str:
        return printable(f"{self.title} ({self.id})")


class Canvas:
    """An export of Canvas's gradebook, with the points in an assignment's column.

    All other cells stay as they are, and so does a cell that says that a person is excused or need not hand in.

    Args:
        export: the file that Canvas gave.
        assignment: its number, its title, or both as the header has them; it may be left away where there is only one.
        scale: whether points are made a share of the assignment's Points Possible.

    Raises:
        Unfillable: where the file is no such export, or it is not clear which column is meant.
    """

    def __init__(self, export: Path, assignment: str | None = None, scale: bool = False) -> None:
        self._sheet = sheet = read(export)
        header = [cell.value.strip() for cell in sheet.rows[0]]
        if "ID" not in header[:4] or header[0] not in ("Student", "LastName"):
            raise CannotFill(
                f"{sheet.name} is no export of Canvas's gradebook: its first line should begin with Student,ID"
            )
        possible = [row for row in range(1, len(sheet.rows)) if "Points Possible" in sheet.value(row, 0)]
        chosen = _choose(sheet, _assignments(sheet, header, possible), assignment)
        most = [parse_number(sheet.value(row, chosen.column)) for row in possible]
        people = [row for row in range(1, len(sheet.rows)) if row not in possible]
        self._find = _Finder(sheet, header, people)
        values = [sheet.value(row, chosen.column) for row in (*possible, *people)]
        self._column = Column(sheet, chosen.column, next(iter(most), None), scale, has_comma(values))
        self._marks: list[Mark] = []

    def add(self, grade: Grade) -> None:
        """Take the points of a grade."""
        self._marks.append(mark_of(grade))

    def fill(self) -> FilledFile:
        """Return the export with the points."""
        by_row, notes = match_rows(self._marks, self._find, self._sheet.name)
        changes = self._column.changes(by_row, _EXCUSED_OR_NOT_ASSIGNED)
        return FilledFile(self._sheet.replace(changes.cells), changes.filled, (*notes, *changes.notes))


def _assignments(sheet: Sheet, header: list[str], possible: list[int]) -> list[_Assignment]:
    found = []
    for column, name in enumerate(header):
        titled = _TITLED.fullmatch(name)
        # Canvas says "(read only)", in its user's language, where the points of what is handed in would stand.
        is_taken = all(not (text := sheet.value(row, column)) or parse_number(text) is not None for row in possible)
        if titled and is_taken and not _COMPUTED.search(name):
            found.append(_Assignment(column, titled["title"], titled["id"]))
    return found


def _choose(sheet: Sheet, assignments: list[_Assignment], wanted: str | None) -> _Assignment:
    columns = f"its assignments are {join_names([str(each) for each in assignments])}"
    if not assignments:
        raise CannotFill(f"{sheet.name} has no assignment: make one in Canvas, then export the gradebook again")
    if wanted is None:
        if len(assignments) > 1:
            raise CannotFill(f"say which assignment of {sheet.name} is meant: {columns}")
        return assignments[0]
    for name in ("id", "title"):
        found = [each for each in assignments if wanted.strip() in (getattr(each, name), f"{each.title} ({each.id})")]
        if len(found) == 1:
            return found[0]
        if found:
            raise CannotFill(
                f"{sheet.name} has {len(found)} assignments {printable(wanted)}, say which by its number: {columns}"
            )
    raise CannotFill(f"{sheet.name} has no assignment {printable(wanted)}: {columns}")


class _Finder:
    """Which rows a person may mean."""

    def __init__(self, sheet: Sheet, header: list[str], people: list[int]) -> None:
        self._numbers: dict[str, set[int]] = defaultdict(set)
        self._known: dict[str, set[int]] = defaultdict(set)
        self._names: dict[str, set[int]] = defaultdict(set)
        columns = [header.index(each) for each in _KNOWN if each in header]
        for row in people:
            self._numbers[sheet.value(row, columns[0])].add(row)
            for column in columns:
                self._known[sheet.value(row, column).casefold()].add(row)
            for name in _names(sheet, header, row):
                self._names[canvas_letters(name)].add(row)

    def __call__(self, person: Person) -> Set[int]:
        if person.canvas:  # whose number is not there is in another section perhaps: a namesake is somebody else
            return self._numbers.get(person.canvas, frozenset())
        name = person.name.strip().casefold()
        by_number = self._known.get(name, set()) if name else set()
        by_name = self._names.get(canvas_letters(name), set()) if canvas_letters(name) else set()
        agree = not by_number or not by_name or by_number & by_name
        return (by_number or by_name) if agree else by_number | by_name


def _names(sheet: Sheet, header: list[str], row: int) -> list[str]:
    """Return a name as it is sorted and as it is said."""
    if header[0] == "LastName":
        last, first = sheet.value(row, 0), sheet.value(row, 1)
    else:
        last, _, first = sheet.value(row, 0).partition(",")
    return [f"{last} {first}", f"{first} {last}"]
