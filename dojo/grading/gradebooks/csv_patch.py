"""Change single cells of a CSV file, and keep every other byte."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dojo.grading.intake.limits import printable

_SEPARATORS = ",;\t"
_MAX_BYTES = 64 << 20  # a gradebook of a thousand people with a hundred columns has one million
_ERROR_HANDLERS = {"utf-8": "surrogateescape", "utf-16-le": "surrogatepass", "utf-16-be": "surrogatepass"}


class CannotFill(ValueError):
    """A file cannot be filled in: the message says why and what to do."""


@dataclass(frozen=True)
class Cell:
    """The value of a cell, and its place in the text of the file, including quotes."""

    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Sheet:
    """A CSV file.

    Args:
        text: the whole file; bytes that are invalid in its encoding are kept as lone surrogates.
        separator: a comma, a semicolon or a tab.
        rows: the header first; an empty line is a row with one empty cell.
    """

    name: str
    text: str
    encoding: str
    separator: str
    rows: tuple[tuple[Cell, ...], ...]

    def value(self, row: int, column: int) -> str:
        """Return the value of a cell, stripped; "" if the row is too short."""
        cells = self.rows[row]
        return cells[column].value.strip() if column < len(cells) else ""

    def has(self, row: int, column: int) -> bool:
        """Say whether the row has that column."""
        return column < len(self.rows[row])

    def replace(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """Return the file with new values at (row, column). A quoted cell stays quoted."""
        pieces, at = [], 0
        for (row, column), value in sorted(changes.items()):
            cell = self.rows[row][column]
            quoted = self.text[cell.start : cell.start + 1] == '"' or re.search(rf'["\r\n{self.separator}]', value)
            doubled = value.replace('"', '""')
            pieces += [self.text[at : cell.start], f'"{doubled}"' if quoted else value]
            at = cell.end
        return "".join([*pieces, self.text[at:]]).encode(self.encoding, _ERROR_HANDLERS[self.encoding])


def read(path: Path) -> Sheet:
    """Read a sheet in UTF-8, or in UTF-16 with a byte order mark. The separator is the most frequent one in the header.

    Raises:
        CannotFill: if it cannot be read, is not text, or has an unclosed quote.
    """
    name = printable(path.name)
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise CannotFill(f"{name} cannot be read: {error.strerror}") from None
    if len(data) > _MAX_BYTES:
        raise CannotFill(f"{name} has more than {_MAX_BYTES >> 20} MiB: is it the right file?")
    if data.startswith(b"PK\x03\x04"):
        raise CannotFill(f"{name} is a workbook, not CSV: give the file as it was downloaded")
    encoding = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}.get(data[:2], "utf-8")
    try:
        text = data.decode(encoding, _ERROR_HANDLERS[encoding])
    except UnicodeDecodeError:
        raise CannotFill(f"{name} is not text in {encoding}: download it again") from None
    if not text.strip("\ufeff\r\n "):
        raise CannotFill(f"{name} is empty: download it again")
    separator = max(_SEPARATORS, key=lambda each: len(_header(text, each)))
    return Sheet(name, text, encoding, separator, _rows(text, separator, name))


def _header(text: str, separator: str) -> tuple[Cell, ...]:
    return next(iter(_rows(text, separator, "", only_header=True)), ())


def _rows(text: str, separator: str, name: str, only_header: bool = False) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = []
    cells: list[Cell] = []
    pattern = re.compile(
        rf'(?P<quoted>"[^"]*(?:""[^"]*)*")?(?P<plain>[^{separator}\r\n]*)(?P<end>{separator}|\r\n|\r|\n|\Z)'
    )
    at = 1 if text.startswith("\ufeff") else 0
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
