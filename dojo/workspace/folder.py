"""Create and update a practice folder, which has no solutions; reset a kata in it.

``.torch-katas.json`` holds the digest of each file as it was installed, so that an update can distinguish an answer
from an untouched stub.
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
_EXTRA_FILES = {
    "README.md": _TEMPLATES / "README.md",
    "pytest.ini": suite.SETTINGS,
    ".gitignore": _TEMPLATES / "gitignore",
}


class CannotChangeFolder(Exception):
    """The folder cannot be created, updated or reset: the message says why and what to do."""


@dataclass
class FolderChanges:
    """What an update did, as paths relative to the folder."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    answers_with_new_stub: list[str] = field(default_factory=list)
    moved_aside: list[str] = field(default_factory=list)
    """The new paths of files other than answers that the learner had changed."""


def find(start: Path) -> Path | None:
    """Return ``start`` or the nearest folder above it that holds ``katas``."""
    for folder in (start, *start.parents):
        katas = folder / "katas"
        if (katas / "course.toml").is_file() or (katas.is_dir() and (folder / "conftest.py").is_file()):
            return folder
    return None


def create(target: Path) -> int:
    """Create a practice folder and return the number of its katas.

    Raises:
        CannotChangeFolder: if a file would be overwritten or cannot be written.
    """
    files = _files_to_copy()
    if (target / "katas").exists():
        raise CannotChangeFolder(f"{target} holds katas already: `kata update` brings it up to date")
    in_the_way = [name for name in files if (target / name).exists()]
    if in_the_way:
        raise CannotChangeFolder(f"{target} has a {in_the_way[0]} already: choose a new or an empty folder")
    try:
        _write_manifest(target, files)  # first: if this is interrupted, an update writes the rest
        for name, contents in files.items():
            write_whole(target / name, contents, synced=False)
    except OSError as error:
        raise CannotChangeFolder(f"{target} cannot be written: {error.strerror}") from None
    return sum(1 for _ in course.load(target / "katas").katas())


def update(target: Path) -> FolderChanges:
    """Copy new and changed files into a practice folder. Answers are never changed.

    Raises:
        CannotChangeFolder: if it is no practice folder, or cannot be written.
    """
    if target.samefile(suite.home()):
        raise CannotChangeFolder(
            "this folder is the suite itself, not a practice folder: `git pull` brings it up to date"
        )
    installed = _read_manifest(target)
    files = _files_to_copy()
    stubs = {_stub_path(kata) for kata in course.load(suite.home() / "katas").katas()}
    changes = FolderChanges()
    try:
        for name, contents in files.items():
            _update_file(target, name, contents, installed.get(name), name in stubs, changes)
        for name in installed.keys() - files.keys():
            # The suite no longer has it. It stays if the learner has changed it.
            if record.fingerprint(target / name) == installed[name]:
                (target / name).unlink()
                changes.removed.append(name)
        _write_manifest(target, files)
    except OSError as error:
        raise CannotChangeFolder(f"{target} cannot be brought up to date: {error.strerror}; try again") from None
    return changes


def reset(root: Path, kata: Kata) -> list[str]:
    """Restore a kata's stub, keep the answer beside it under a dated name, and return a sentence on each.

    Raises:
        CannotChangeFolder: if the stub is unknown or a file cannot be written; the answer is not lost.
    """
    name = _stub_path(kata)
    file = root / name
    try:
        stub = suite.original_stub(root, kata).encode()
        sentences = []
        if file.exists():
            if file.read_bytes() == stub:
                return [f"{name} is the untouched stub already"]
            kept = record.free_dated_name(file)
            file.rename(kept)
            sentences.append(f"your answer is kept as {kept.relative_to(root).as_posix()}")
        write_whole(file, stub, synced=False)
        record.note_reset(root, kata.id)
    except suite.NoStub as error:
        raise CannotChangeFolder(str(error)) from None
    except OSError as error:
        raise CannotChangeFolder(f"{name} cannot be reset: {error.strerror or error}") from None
    return [*sentences, f"{name} is the stub again"]


def _update_file(
    target: Path, name: str, contents: bytes, installed: str | None, is_stub: bool, changes: FolderChanges
) -> None:
    file = target / name
    new = record.digest(contents)
    current = record.fingerprint(file)
    if current == new:
        return
    if not current:
        write_whole(file, contents, synced=False)
        changes.new.append(name)
    elif current == installed:
        write_whole(file, contents, synced=False)
        changes.changed.append(name)
    elif is_stub:
        if installed != new:
            changes.answers_with_new_stub.append(name)
    else:
        # The prefix keeps pytest from collecting the copy of a specification.
        aside = record.free_dated_name(file.with_name(f"old_{file.name}"))
        file.rename(aside)
        write_whole(file, contents, synced=False)
        changes.changed.append(name)
        changes.moved_aside.append(aside.relative_to(target).as_posix())


def _files_to_copy() -> Mapping[str, bytes]:
    """Return the contents of each file of a practice folder by its relative path."""
    home = suite.home()
    whole = course.load(home / "katas")
    stubs = {_stub_path(kata): kata for kata in whole.katas()}
    files = {}
    for file in _files_of_suite(home):
        name = file.relative_to(home).as_posix()
        try:
            files[name] = suite.original_stub(home, stubs[name]).encode() if name in stubs else file.read_bytes()
        except suite.NoStub:  # a new kata that is not committed, or a clone without history
            files[name] = file.read_bytes()
    return files | {name: file.read_bytes() for name, file in _EXTRA_FILES.items()}


def _files_of_suite(home: Path) -> Iterator[Path]:
    whole = course.load(home / "katas")
    katas = home / "katas"
    yield home / "conftest.py"
    yield katas / "course.toml"
    yield katas / "concepts.toml"
    yield from sorted(file for file in (katas / "data").glob("*") if file.suffix in (".csv", ".npz", ".md"))
    for chapter in whole.chapters:
        yield katas / chapter.name / "chapter.toml"
        for kata in chapter.katas:
            yield home / _stub_path(kata)
            yield course.Places(home).specification(kata)


def _stub_path(kata: Kata) -> str:
    return f"katas/{kata.id}.py"


def _write_manifest(target: Path, files: Mapping[str, bytes]) -> None:
    digests = {name: record.digest(contents) for name, contents in sorted(files.items())}
    table = {"suite": version("torch-katas"), "files": digests}
    write_whole(target / MANIFEST, (json.dumps(table, indent=1) + "\n").encode(), synced=False)


def _read_manifest(target: Path) -> Mapping[str, str]:
    try:
        files = json.loads((target / MANIFEST).read_bytes())["files"]
        # Only paths inside the folder: an update may delete them.
        root = target.resolve()
        return {
            str(name): str(digest) for name, digest in files.items() if (target / name).resolve().is_relative_to(root)
        }
    except FileNotFoundError:
        raise CannotChangeFolder(
            f"{target} was not made by `kata init`, or has lost its {MANIFEST}:"
            " make a new folder by `kata init` and copy your answers into it"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # every stub that differs then counts as an answer, so nothing is lost
