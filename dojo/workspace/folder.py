"""A practice folder: all that a learner opens, without solutions. Made, updated, a kata begun anew.

``.torch-katas.json`` notes the digest of each file as it was given out. By it, an update tells an answer from a stub
that nobody has touched.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from dojo import course
from dojo.course import Kata, suite
from dojo.files import write_whole
from dojo.workspace import record

MANIFEST = ".torch-katas.json"
_TEMPLATES = Path(__file__).parent / "templates"
_ADDED = {
    "README.md": _TEMPLATES / "README.md",
    "pytest.ini": suite.SETTINGS,
    ".gitignore": _TEMPLATES / "gitignore",
}


class NotPossible(Exception):
    """The folder cannot be made or brought up to date: the message says why and what to do."""


@dataclass
class FolderChanges:
    """What an update did, by files relative to the folder."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Answers whose stub has changed."""
    aside: list[str] = field(default_factory=list)
    """Where files that somebody had changed, and that are no answers, lie now."""


def find(here: Path) -> Path | None:
    """Return the practice folder that ``here`` lies in: itself or the nearest above it that holds ``katas``."""
    for folder in (here, *here.parents):
        if (folder / "katas" / "course.toml").is_file() or (
            (folder / "katas").is_dir() and (folder / "conftest.py").is_file()
        ):
            return folder
    return None


def create(target: Path) -> int:
    """Make a practice folder and return the number of its katas.

    Raises:
        NotPossible: where there is something already that would be overwritten, or the folder cannot be written.
    """
    files = _files_to_copy()
    if (target / "katas").exists():
        raise NotPossible(f"{target} holds katas already: `kata update` brings it up to date")
    in_the_way = [name for name in files if (target / name).exists()]
    if in_the_way:
        raise NotPossible(f"{target} has a {in_the_way[0]} already: choose a new or an empty folder")
    try:
        _write_manifest(target, files)  # first: where we are stopped on the way, an update writes what is missing
        for name, contents in files.items():
            write_whole(target / name, contents, synced=False)
    except OSError as error:
        raise NotPossible(f"{target} cannot be written: {error.strerror}") from None
    return sum(1 for _ in course.load(target / "katas").katas())


def update(target: Path) -> FolderChanges:
    """Bring new and changed files into a practice folder. An answer stays as it is.

    Raises:
        NotPossible: where it is no practice folder, or cannot be written.
    """
    if target.samefile(suite.home()):
        raise NotPossible("this folder is the suite itself, not a practice folder: `git pull` brings it up to date")
    noted = _read_manifest(target)
    files = _files_to_copy()
    stubs = {_stub(kata) for kata in course.load(suite.home() / "katas").katas()}
    changes = FolderChanges()
    try:
        for name, contents in files.items():
            _update_file(target, name, contents, noted.get(name), name in stubs, changes)
        for name in noted.keys() - files.keys():
            # What was given out once and is no more goes, unless somebody has worked on it.
            if record.fingerprint(target / name) == noted[name]:
                (target / name).unlink()
                changes.removed.append(name)
        _write_manifest(target, files)
    except OSError as error:
        raise NotPossible(f"{target} cannot be brought up to date: {error.strerror}; try again") from None
    return changes


def reset(root: Path, kata: Kata) -> list[str]:
    """Put a kata's stub back, keep the answer beside it under a dated name, and return a sentence on each.

    Raises:
        NotPossible: where the stub is not known, or a file cannot be written; the answer is not lost.
    """
    name = _stub(kata)
    file = root / name
    try:
        stub = suite.original_stub(root, kata).encode()
        said = []
        if file.exists():
            if file.read_bytes() == stub:
                return [f"{name} is the untouched stub already"]
            kept = record.free_dated_name(file)
            file.rename(kept)
            said.append(f"your answer is kept as {kept.relative_to(root).as_posix()}")
        write_whole(file, stub, synced=False)
        record.note_reset(root, kata.id)
    except suite.NoStub as error:
        raise NotPossible(str(error)) from None
    except OSError as error:
        raise NotPossible(f"{name} cannot be reset: {error.strerror or error}") from None
    return [*said, f"{name} is the stub again"]


def _update_file(
    target: Path, name: str, contents: bytes, noted: str | None, is_stub: bool, changes: FolderChanges
) -> None:
    file = target / name
    new = record.digest(contents)
    here = record.fingerprint(file)
    if here == new:
        return
    if not here:
        write_whole(file, contents, synced=False)
        changes.new.append(name)
    elif here == noted:
        write_whole(file, contents, synced=False)
        changes.changed.append(name)
    elif is_stub:
        if noted != new:
            changes.kept.append(name)
    else:
        # A copy of a specification must not be collected as one.
        aside = record.free_dated_name(file.with_name(f"old_{file.name}"))
        file.rename(aside)
        write_whole(file, contents, synced=False)
        changes.changed.append(name)
        changes.aside.append(aside.relative_to(target).as_posix())


def _files_to_copy() -> Mapping[str, bytes]:
    """Return the contents of each file of a practice folder by its name in there."""
    home = suite.home()
    whole = course.load(home / "katas")
    stubs = {_stub(kata): kata for kata in whole.katas()}
    files = {}
    for file in _files(home):
        name = file.relative_to(home).as_posix()
        try:
            files[name] = suite.original_stub(home, stubs[name]).encode() if name in stubs else file.read_bytes()
        except suite.NoStub:  # a kata that is being written, or a clone without its history
            files[name] = file.read_bytes()
    return files | {name: file.read_bytes() for name, file in _ADDED.items()}


def _files(home: Path) -> Iterator[Path]:
    whole = course.load(home / "katas")
    katas = home / "katas"
    yield home / "conftest.py"
    yield katas / "course.toml"
    yield katas / "concepts.toml"
    yield from sorted(file for file in (katas / "data").glob("*") if file.suffix in (".csv", ".npz", ".md"))
    for chapter in whole.chapters:
        yield katas / chapter.name / "chapter.toml"
        for kata in chapter.katas:
            yield home / _stub(kata)
            yield course.Places(home).specification(kata)


def _stub(kata: Kata) -> str:
    return f"katas/{kata.id}.py"


def _write_manifest(target: Path, files: Mapping[str, bytes]) -> None:
    digests = {name: record.digest(contents) for name, contents in sorted(files.items())}
    table = {"suite": version("torch-katas"), "files": digests}
    write_whole(target / MANIFEST, (json.dumps(table, indent=1) + "\n").encode(), synced=False)


def _read_manifest(target: Path) -> Mapping[str, str]:
    try:
        files = json.loads((target / MANIFEST).read_bytes())["files"]
        # What it names outside of the folder is none of ours.
        inside = target.resolve()
        return {
            str(name): str(digest) for name, digest in files.items() if (target / name).resolve().is_relative_to(inside)
        }
    except FileNotFoundError:
        raise NotPossible(
            f"{target} was not made by `kata init`, or has lost its {MANIFEST}:"
            " make a new folder by `kata init` and copy your answers into it"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # then every stub that differs counts as an answer, and nothing is lost
