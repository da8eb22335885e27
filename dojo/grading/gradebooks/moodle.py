"""Write points and comments into Moodle's offline grading worksheet.

Headers are in the language of the user who downloaded it. People are found by the content ``Participant 123``. The
grade column is found by its header in some languages, else by the maximum grade in the column after it.
"""

import html
import re
from collections import defaultdict
from collections.abc import Set
from pathlib import Path

from dojo.grading.gradebooks.csv_patch import CannotFill, Sheet, read
from dojo.grading.gradebooks.rows import (
    CellChanges,
    Column,
    FilledFile,
    Mark,
    has_comma,
    letters_and_digits,
    mark_of,
    match_rows,
    parse_number,
)
from dojo.grading.intake.limits import printable
from dojo.grading.model.grades import Grade
from dojo.grading.model.labels import LABELS, format_count, format_points
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import VerdictState
from dojo.screen.sanitize import one_line

_PARTICIPANT = re.compile(r"(?P<word>.*\D)(?P<number>\d+)", re.DOTALL)
# English, German, French, Spanish, Italian, Dutch, Portuguese
_GRADE_HEADERS = frozenset({"grade", "bewertung", "note", "calificación", "valutazione", "cijfer", "nota"})
_MAXIMUM_HEADERS = frozenset(
    {"maximum grade", "bestwertung", "note maximale", "calificación máxima", "valutazione massima"}
)
_SCALE_HEADERS = frozenset({"scale", "skala", "barème", "escala", "scala", "schaal"})
_COMMENT_HEADERS = frozenset({"feedback comments", "feedback als kommentar", "feedback par commentaires"})
_COMMENT_PREFIX = "torch-katas: "
_MAX_REASON = 100  # characters of a reason in a comment; the feedback has all of it


class Moodle:
    """A grading worksheet; points and, if it has a comment column, a summary are written to it.

    All other cells stay unchanged, and so do comments that somebody else wrote.

    Args:
        scale: scale points to the maximum grade.

    Raises:
        CannotFill: if the file is not such a worksheet, or the grade column is ambiguous.
    """

    def __init__(self, worksheet: Path, scale: bool = False) -> None:
        self._sheet = sheet = read(worksheet)
        people = [row for row in range(1, len(sheet.rows)) if any(cell.value.strip() for cell in sheet.rows[row])]
        self._header = [cell.value.strip().casefold() for cell in sheet.rows[0]]
        identifiers = _identifier_column(sheet, people)
        index, most = _grade_column(sheet, self._header, people, identifiers)
        self._find = _Finder(sheet, people, identifiers)
        maxima = {parse_number(sheet.value(row, most)) for row in people} if most is not None else {None}
        if len(maxima) > 1:
            raise CannotFill(f"{sheet.name} gives people different maximum grades: download it again")
        written = [sheet.value(row, each) for row in people for each in (index, most) if each is not None]
        self._column = Column(sheet, index, maxima.pop(), scale, has_comma(written))
        self._marks: list[Mark] = []

    def add(self, grade: Grade) -> None:
        """Keep the points of a grade, and the comment on it."""
        self._marks.append(mark_of(grade, _comment(grade)))

    def fill(self) -> FilledFile:
        """Return the worksheet with the points and comments."""
        by_row, notes = match_rows(self._marks, self._find, self._sheet.name)
        changes = self._column.changes(by_row)
        comments = _comment_changes(self._sheet, self._header, by_row)
        contents = self._sheet.replace({**changes.cells, **comments.cells})
        more = _notes_on_excess(by_row, self._column)
        return FilledFile(contents, changes.filled, (*notes, *changes.notes, *more, *comments.notes))


def _identifier_column(sheet: Sheet, people: list[int]) -> int:
    """Return the first column in which each person has a unique number after the same word."""
    for column in range(len(sheet.rows[0])):
        found = [_PARTICIPANT.fullmatch(sheet.value(row, column)) for row in people]
        numbers = {each["number"] for each in found if each}
        if found and all(found) and len(numbers) == len(found) and len({each["word"] for each in found if each}) == 1:
            return column
    raise CannotFill(
        f"{sheet.name} is no grading worksheet of Moodle with people in it: no column holds Participant 1 and the like"
    )


def _grade_column(sheet: Sheet, header: list[str], people: list[int], identifiers: int) -> tuple[int, int | None]:
    """Return the columns of the grade and of its maximum."""
    if scales := [each for each in header if each in _SCALE_HEADERS]:
        raise CannotFill(
            f"{sheet.name} takes words of a scale ({scales[0]}), not points: let the assignment give points"
        )
    maximum_columns = [column for column, name in enumerate(header) if name in _MAXIMUM_HEADERS]
    named = [column for column, name in enumerate(header) if name in _GRADE_HEADERS]
    if len(named) == 1:
        if maximum_columns:
            return named[0], maximum_columns[0]
        return named[0], named[0] + 1 if _is_maximum(sheet, people, named[0] + 1) else None
    found = [
        column
        for column in range(identifiers + 1, len(header))
        if (not maximum_columns or column + 1 == maximum_columns[0])
        and _is_maximum(sheet, people, column + 1)
        and all(
            sheet.value(row, column) in ("", "-") or parse_number(sheet.value(row, column)) is not None
            for row in people
        )
    ]
    if len(found) == 1:
        return found[0], found[0] + 1
    columns = ", ".join(printable(cell.value) for cell in sheet.rows[0])
    raise CannotFill(
        f"which column of {sheet.name} takes the grade is not clear, download it in English: it has {columns}"
    )


def _is_maximum(sheet: Sheet, people: list[int], column: int) -> bool:
    values = {parse_number(sheet.value(row, column)) for row in people}
    return len(values) == 1 and bool(values.pop())


class _Finder:
    """Finds the rows that may be a person's."""

    def __init__(self, sheet: Sheet, people: list[int], identifiers: int) -> None:
        self._numbers: dict[str, set[int]] = defaultdict(set)
        self._names: dict[str, set[int]] = defaultdict(set)
        for row in people:
            if found := _PARTICIPANT.fullmatch(sheet.value(row, identifiers)):
                self._numbers[found["number"]].add(row)
            self._names[letters_and_digits(sheet.value(row, identifiers + 1))].add(row)  # "" if marking is blind

    def __call__(self, person: Person) -> Set[int]:
        if person.moodle:
            return self._numbers.get(person.moodle, frozenset())
        name = letters_and_digits(person.name)
        return self._names.get(name, frozenset()) if name else frozenset()


def _notes_on_excess(by_row: dict[int, Mark], column: Column) -> list[str]:
    if column.scale or column.most is None:
        return []
    count = sum((mark.points or 0) > column.most for mark in by_row.values())
    return [f"{format_count(count, 'grade')} above the maximum: Moodle leaves such out without a word"] if count else []


def _comment_changes(sheet: Sheet, header: list[str], by_row: dict[int, Mark]) -> CellChanges:
    columns = [column for column, name in enumerate(header) if name in _COMMENT_HEADERS]
    if len(columns) != 1:
        return CellChanges(
            {}, 0, (f"{sheet.name} has no column that is known to take comments: only points are filled in",)
        )
    cells, kept = {}, 0
    for row, mark in by_row.items():
        before = sheet.value(row, columns[0])
        if before and not re.match(rf"(?:<p[^>]*>)?{_COMMENT_PREFIX}", before):
            kept += 1
        elif sheet.has(row, columns[0]) and before != mark.comment:
            cells[row, columns[0]] = mark.comment
    notes = [f"{format_count(kept, 'comment')} that somebody else wrote left as they are"] if kept else []
    return CellChanges(cells, len(cells), tuple(notes))


def _comment(grade: Grade) -> str:
    """Return a few lines of HTML; everything from the hand-in is escaped."""
    solved = f"{grade.solved} of {format_count(len(grade.katas), 'kata')} solved"
    lines = [f"<p>{_COMMENT_PREFIX}{format_points(grade.points, grade.max_points)}, {solved}.</p>"]
    if grade.ungradable is not None:
        return f"{lines[0]}<p>{html.escape(one_line(grade.ungradable.text()))}</p>"
    left_out = (VerdictState.SOLVED, VerdictState.NOT_ATTEMPTED)
    items = [
        f"{each.name}: {LABELS[each.state].name}: {one_line(each.reason.text(), _MAX_REASON)}"
        for each in grade.katas
        if each.state not in left_out
    ]
    lines += [f"<ul>{''.join(f'<li>{html.escape(item)}</li>' for item in items)}</ul>"] if items else []
    not_attempted = sum(each.state is VerdictState.NOT_ATTEMPTED for each in grade.katas)
    return "".join([*lines, f"<p>{format_count(not_attempted, 'kata')} not attempted.</p>" if not_attempted else ""])
