"""What filling in a gradebook of any system has in common: whose row is whose, and which numbers go there.

A row is filled where it is one person's beyond doubt, and else left alone: the notes say so.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass

from dojo.grading.gradebooks.csv_patch import Sheet, Unfillable
from dojo.grading.intake.limits import shown
from dojo.grading.intake.people import Person
from dojo.grading.model.grades import Grade
from dojo.grading.model.labels import counted, number

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_TOLD = 30
"""Names in one note: who fills in the wrong file has hundreds."""


@dataclass(frozen=True)
class Filled:
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
    comment: str


def marks(grades: Iterable[Grade], comment: Callable[[Grade], str] = lambda _: "") -> list[Mark]:
    """Return what is needed of each grade: the grades themselves need not be in memory together."""
    return [
        Mark(each.person, each.points, each.max_points, each.ungradable is not None, comment(each)) for each in grades
    ]


def placed(
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
        rows = rows_of(mark.person)
        if not rows:
            lost.append(told(mark.person))
        elif len(rows) > 1:
            places = ", ".join(str(row + 1) for row in sorted(rows))
            notes.append(f"{told(mark.person)} may be any of the rows {places} of {name}: enter the grade by hand")
        else:
            claims.setdefault(min(rows), []).append(mark)
    if lost:
        notes.append(f"{name} has no row for {listed(lost)}")
    placed_marks = {}
    for row, each in sorted(claims.items()):
        if len(each) > 1:
            notes.append(
                f"row {row + 1} of {name} may be any of {listed([told(one.person) for one in each])}: enter it by hand"
            )
        elif each[0].points is None:
            notes.append(f"{told(each[0].person)} has no grade, since the grader itself failed: grade it again")
        else:
            placed_marks[row] = each[0]
    if nothing := sum(mark.ungradable for mark in placed_marks.values()):
        notes.append(f"{counted(nothing, 'hand-in')} could not be graded and got {_zero(placed_marks)}")
    return placed_marks, notes


def _zero(placed_marks: Mapping[int, Mark]) -> str:
    return " or ".join(
        sorted({counted(mark.points or 0, "point") for mark in placed_marks.values() if mark.ungradable})
    )


def told(person: Person) -> str:
    """Return whom a note is about, on one line, with the number where there is one."""
    known = person.canvas or person.moodle
    return f"{shown(person.name) or 'someone'} ({shown(known)})" if known else shown(person.name) or "someone"


def listed(names: list[str]) -> str:
    """Return names in a row, of many only the first."""
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    return ", ".join(names[:_TOLD]) + more


def squashed(name: str) -> str:
    """Return the letters and digits of a name, in small letters: what Canvas makes of a name for a file."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in folded if each.isalnum())


def parsed(text: str) -> float | None:
    """Return the number that a cell holds, with a point or a comma; None where it holds anything else."""
    return float(text.strip().replace(",", ".")) if _NUMBER.fullmatch(text.strip()) else None


def has_comma(values: Iterable[str]) -> bool:
    """Say whether the numbers among the values are written with a comma."""
    return any("," in value for value in values if parsed(value) is not None)


@dataclass(frozen=True)
class Changes:
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
            raise Unfillable(f"{self.sheet.name} does not say what the most points are: leave the scaling away")

    def changes(self, placed_marks: Mapping[int, Mark], kept: Set[str] = frozenset()) -> Changes:
        """Return the cells to change, and what that overwrites and leaves alone.

        Args:
            placed_marks: the mark of each row.
            kept: in small letters, what a cell may hold that means more than a grade, and stays.
        """
        changes: dict[tuple[int, int], str] = {}
        overwritten: list[str] = []
        left: dict[str, list[str]] = {}
        for row, mark in placed_marks.items():
            before = self.sheet.value(row, self.index)
            points = self._points(mark)
            if not self.sheet.has(row, self.index):
                left.setdefault("no such cell", []).append(told(mark.person))
            elif before.lower() in kept:
                left.setdefault(before, []).append(told(mark.person))
            elif (known := parsed(before)) is None or abs(known - points) > 0.004:
                changes[row, self.index] = number(points).replace(".", "," if self.comma else ".")
                if before not in ("", "-"):
                    overwritten.append(f"{told(mark.person)} ({shown(before)} before)")
        notes = [
            f"{self.sheet.name} has {what} in the row of {listed(who)}: left as it is" for what, who in left.items()
        ]
        if overwritten:
            notes.append(f"{counted(len(overwritten), 'grade')} that differed overwritten: {listed(overwritten)}")
        rows = len(placed_marks) - sum(map(len, left.values()))
        return Changes(changes, rows, (*notes, *self._differing(placed_marks)))

    def _points(self, mark: Mark) -> float:
        points = mark.points or 0.0
        return points * (self.most or 0.0) / mark.max_points if self.scale and mark.max_points else points

    def _differing(self, placed_marks: Mapping[int, Mark]) -> list[str]:
        ours = sorted({mark.max_points for mark in placed_marks.values()})
        if self.most is None or all(each == self.most for each in ours):
            return []
        done = "scaled to that" if self.scale else "written as they are, not scaled"
        most = " or ".join(map(number, ours))
        return [f"the katas are worth {most} points and {self.sheet.name} gives {number(self.most)}: points are {done}"]
