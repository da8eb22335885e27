"""Load the course from its toml files: chapters, katas, hints, and the concepts that the tests prove."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Kata:
    """One kata as ``chapter.toml`` describes it."""

    chapter: str
    name: str
    title: str
    hints: tuple[str, ...] = ()
    points: float = 1

    @property
    def id(self) -> str:
        """``storage/strides``: the name that every command and report uses."""
        return f"{self.chapter}/{self.name}"


@dataclass(frozen=True)
class Places:
    """The paths of a kata's files under the project's root."""

    root: Path

    def stub(self, kata: Kata) -> Path:
        """Return ``katas/<chapter>/<kata>.py``."""
        return self.root / "katas" / kata.chapter / f"{kata.name}.py"

    def specification(self, kata: Kata) -> Path:
        """Return ``katas/<chapter>/test_<kata>.py``."""
        return self.root / "katas" / kata.chapter / f"test_{kata.name}.py"

    def solution(self, kata: Kata) -> Path:
        """Return ``solutions/<chapter>/<kata>.py``."""
        return self.root / "solutions" / kata.chapter / f"{kata.name}.py"

    def mistakes(self, kata: Kata) -> Path:
        """Return ``tests/mistakes/<chapter>/<kata>.py``."""
        return self.root / "tests" / "mistakes" / kata.chapter / f"{kata.name}.py"

    def alternatives(self, kata: Kata) -> Path:
        """Return ``tests/alternatives/<chapter>/<kata>.py``."""
        return self.root / "tests" / "alternatives" / kata.chapter / f"{kata.name}.py"


@dataclass(frozen=True)
class Chapter:
    """A chapter and its katas, in the order of practice."""

    name: str
    title: str
    katas: tuple[Kata, ...]


@dataclass(frozen=True)
class Concept:
    """One statement of the notes; ``erratum`` says where the notes are wrong or out of date."""

    id: str
    claim: str
    erratum: str | None = None


@dataclass(frozen=True)
class Course:
    """All chapters in order, and a sentence about each problem with the toml files."""

    title: str
    chapters: tuple[Chapter, ...]
    problems: tuple[str, ...] = field(default=())

    def katas(self) -> Iterator[Kata]:
        """Yield every kata in the order of practice."""
        for chapter in self.chapters:
            yield from chapter.katas

    def find(self, name: str) -> Kata:
        """Return the kata with the id ``storage/strides`` or, if that is unique, the name ``strides``.

        Raises:
            LookupError: with the nearest names.
        """
        searched = name.strip("/").removeprefix("katas/").removesuffix(".py").replace("/test_", "/")
        found = [kata for kata in self.katas() if searched in (kata.id, kata.name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise LookupError(f"{name} is the name of {len(found)} katas: {', '.join(kata.id for kata in found)}")
        raise LookupError(f"there is no kata {name}{self._suggestion(searched)} `kata list` shows all")

    def _suggestion(self, searched: str) -> str:
        from difflib import get_close_matches

        names = {kata.name: kata.id for kata in self.katas()} | {kata.id: kata.id for kata in self.katas()}
        near = dict.fromkeys(names[match] for match in get_close_matches(searched, names, n=3))
        return f": did you mean {' or '.join(near)}?" if near else ":"


class BrokenFile(ValueError):
    """A toml file cannot be read: the message names the file and, if there is one, the line."""


def read_toml(path: Path) -> dict[str, Any]:
    """Return the contents of a toml file.

    Raises:
        BrokenFile: if it is missing, unreadable or not valid.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line = f", line {place[1]}" if place else ", at its end"
        reason = str(error).partition(" (at ")[0]
        raise BrokenFile(f"{name}{line}: {reason}") from None
    except OSError as error:
        raise BrokenFile(f"{name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BrokenFile(f"{name} is not UTF-8 text: byte {error.start} cannot be read") from None


def load(katas: Path) -> Course:
    """Load the course from the folder ``katas``.

    If a toml file cannot be read, ``problems`` says so, and the chapter's katas are those whose test files exist.
    """
    problems: list[str] = []
    title, names = katas.name, sorted({path.parent.name for path in katas.glob("*/test_*.py")})
    try:
        table = read_toml(katas / "course.toml")
        title = _text(table, "title", f"{katas.name}/course.toml")
        listed = table.get("chapters", [])
        if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
            raise BrokenFile(f"{katas.name}/course.toml: chapters must be a list of names")
        problems += [f"{katas.name}/course.toml: there is no chapter {name}" for name in listed if name not in names]
        missing = [name for name in names if name not in listed]
        problems += [f"{katas.name}/course.toml does not list the chapter {name}" for name in missing]
        names = [name for name in listed if name in names] + missing
    except BrokenFile as error:
        problems.append(str(error))
    chapters = tuple(_load_chapter(katas / name, problems) for name in names)
    return Course(title, chapters, tuple(problems))


def concepts(katas: Path) -> tuple[Concept, ...]:
    """Return the concepts of ``katas/concepts.toml`` in their order.

    Raises:
        BrokenFile: if the file is not valid, or a concept lacks its claim.
    """
    rows = []
    for group, entries in read_toml(katas / "concepts.toml").items():
        for name, entry in _table(entries, f"{katas.name}/concepts.toml: [{group}]").items():
            where = f"{katas.name}/concepts.toml: {group}.{name}"
            claim = _text(_table(entry, where), "claim", where)
            rows.append(Concept(f"{group}.{name}", claim, entry.get("erratum")))
    return tuple(rows)


def _load_chapter(folder: Path, problems: list[str]) -> Chapter:
    existing = sorted(path.stem.removeprefix("test_") for path in folder.glob("test_*.py"))
    title, described = folder.name, {}
    where = f"{folder.name}/chapter.toml"
    try:
        table = read_toml(folder / "chapter.toml")
        title = _text(table, "title", where)
        described = {
            name: _load_kata(folder.name, name, entry, where)
            for name, entry in _table(table.get("katas", {}), f"{where}: [katas]").items()
        }
    except BrokenFile as error:
        problems.append(str(error))
    else:
        problems += [f"{where}: {name} has no test_{name}.py beside it" for name in described if name not in existing]
        problems += [f"{where} does not list {name}" for name in existing if name not in described]
    katas = [kata for name, kata in described.items() if name in existing]
    katas += [Kata(folder.name, name, name) for name in existing if name not in described]
    return Chapter(folder.name, title, tuple(katas))


def _load_kata(chapter: str, name: str, entry: object, where: str) -> Kata:
    table = _table(entry, f"{where}: [katas.{name}]")
    hints = table.get("hints", [])
    if not isinstance(hints, list) or not all(isinstance(hint, str) for hint in hints):
        raise BrokenFile(f"{where}: [katas.{name}] hints must be a list of sentences")
    points = table.get("points", 1)
    if type(points) is not int or points < 1:
        raise BrokenFile(f"{where}: [katas.{name}] points must be a whole number from 1 up")
    return Kata(chapter, name, _text(table, "title", f"{where}: [katas.{name}]"), tuple(hints), points)


def _table(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BrokenFile(f"{where} must be a table")
    return value


def _text(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise BrokenFile(f"{where} needs a {key} in words")
    return value
