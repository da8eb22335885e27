"""A CSV file of someone else's, of which single cells are changed: every other byte stays as it is."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dojo.grading.intake.limits import printable

_SEPARATORS = ",;\t"
_LARGEST = 64 << 20
"""Bytes: a gradebook of a thousand people with a hundred columns has one million."""


class CannotFill(ValueError):
    """A file cannot be filled in: the message says in one line why, and what to do."""


@dataclass(frozen=True)
class Cell:
    """A cell, and from where to where it stands in the text of the file, its quotes included."""

    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Sheet:
    """A CSV file.

    Args:
        name: of the file.
        text: all of it; bytes that are no text in its encoding are kept as lone surrogates.
        encoding: in which it was read.
        separator: between cells: a comma, a semicolon or a tab.
        rows: the cells of each line, the header's first; an empty line is one empty cell.
    """

    name: str
    text: str
    encoding: str
    separator: str
    rows: tuple[tuple[Cell, ...], ...]

    def value(self, row: int, column: int) -> str:
        """Return what is in a cell, without blanks around it; nothing where the row is too short."""
        cells = self.rows[row]
        return cells[column].value.strip() if column < len(cells) else ""

    def has(self, row: int, column: int) -> bool:
        """Say whether a row is so long."""
        return column < len(self.rows[row])

    def replace(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """Return the file with other values in the cells at (row, column); a cell that had quotes keeps them."""
        pieces, at = [], 0
        for (row, column), value in sorted(changes.items()):
            cell = self.rows[row][column]
            quoted = self.text[cell.start : cell.start + 1] == '"' or re.search(rf'["\r\n{self.separator}]', value)
            doubled = value.replace('"', '""')
            pieces += [self.text[at : cell.start], f'"{doubled}"' if quoted else value]
            at = cell.end
        return _encode("".join([*pieces, self.text[at:]]), self.encoding)


def read(path: Path) -> Sheet:
    """Return the sheet in a file: UTF-8, or UTF-16 with its mark; separated by what its first line has most of.

    Raises:
        Unfillable: where it cannot be read, is no text, or has a quote that nothing closes.
    """
    name = printable(path.name)
    try:
        with path.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as error:
        raise CannotFill(f"{name} cannot be read: {error.strerror}") from None
    if len(data) > _LARGEST:
        raise CannotFill(f"{name} has more than {_LARGEST >> 20} MiB: is it the right file?")
    if data.startswith(b"PK\x03\x04"):
        raise CannotFill(f"{name} is a workbook, not CSV: give the file as it was downloaded")
    encoding = next(
        (
            each
            for mark, each in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
            if data.startswith(mark)
        ),
        "utf-8",
    )
    try:
        text = data.decode(encoding, "surrogateescape" if encoding == "utf-8" else "surrogatepass")
    except UnicodeDecodeError:
        raise CannotFill(f"{name} is not text in {encoding}: download it again") from None
    if not text.strip("\ufeff\r\n "):
        raise CannotFill(f"{name} is empty: download it again")
    separator = max(_SEPARATORS, key=lambda each: len(_header(text, each)))
    return Sheet(name, text, encoding, separator, _rows(text, separator, name))


def _encode(text: str, encoding: str) -> bytes:
    return text.encode(encoding, "surrogateescape" if encoding == "utf-8" else "surrogatepass")


def _cell(separator: str) -> re.Pattern[str]:
    return re.compile(
        rf'(?P<quoted>"[^"]*(?:""[^"]*)*")?(?P<plain>[^{separator}\r\n]*)(?P<end>{separator}|\r\n|\r|\n|\Z)'
    )


def _header(text: str, separator: str) -> tuple[Cell, ...]:
    return next(iter(_rows(text, separator, "", only_header=True)), ())


def _rows(text: str, separator: str, name: str, only_header: bool = False) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = []
    cells: list[Cell] = []
    pattern, at = _cell(separator), 1 if text.startswith("\ufeff") else 0
    while at < len(text) or cells:
        found = pattern.match(text, at)
        if found is None or (found["quoted"] is None and found["plain"].startswith('"')):
            if only_header:
                return ()
            raise CannotFill(
                f"{name}, row {len(rows) + 1}: a quote is opened and never closed: download the file again"
            )
        value = (found["quoted"] or "")[1:-1].replace('""', '"') + found["plain"]
        cells.append(Cell(value, at, found.start("end")))
        at = found.end()
        if found["end"] != separator:
            rows.append(tuple(cells))
            cells = []
            if only_header:
                break
    return tuple(rows)
