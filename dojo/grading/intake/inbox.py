"""List the files and folders among the hand-ins, in a folder or in the one archive from Canvas or Moodle."""

import contextlib
import stat
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO

from dojo.course import Course
from dojo.grading.intake import archives, disk, people, zips
from dojo.grading.intake.limits import Meter, SubmittedFile, Ungradable, errors_as_ungradable, is_tool_folder, printable
from dojo.grading.intake.people import UploadName

_MAX_DIRECTORY_BYTES = 64 << 20  # of the list of entries in the archive of all hand-ins: 200 people, 2,000 files each


class NoHandIns(Exception):
    """There are no hand-ins to grade: the message says why and what to do."""


@dataclass(frozen=True)
class InboxEntry:
    """A file or folder among the hand-ins.

    Args:
        label: what its name says.
        files: yields the files in it, or the file itself, with the given parts before their paths.
        is_special: it is, or contains, a link or the like; reading its files then raises ``Ungradable``.
        is_left_out: it belongs to nobody.
    """

    name: str
    label: UploadName
    is_folder: bool
    files: Callable[[tuple[str, ...], Meter], Iterator[SubmittedFile]]
    is_special: bool = False
    is_left_out: bool = False


@contextlib.contextmanager
def open_inbox(path: Path, course: Course) -> Iterator[list[InboxEntry]]:
    """List what is among the hand-ins; it can be read while the context lasts."""
    with contextlib.ExitStack() as stack:
        try:
            if path.is_dir():
                entries, name = _entries_of_folder(path), path.resolve().name
            elif path.suffix.lower() == ".zip":
                entries, name = _entries_of_zip(stack, path, course), path.stem
            else:
                path.stat()
                raise NoHandIns(f"{path} is no folder and no zip archive: give the folder that the hand-ins lie in")
        except OSError as error:
            raise NoHandIns(f"{path} cannot be read: {error.strerror or error}") from None
        yield _assign_owners(entries, name, course)


def _assign_owners(entries: list[InboxEntry], name: str, course: Course) -> list[InboxEntry]:
    """Mark entries that belong to nobody; katas or folders of katas without a name of a person belong to one person."""
    nameless = UploadName(people.plain_name(name, True).person)
    entries = [entry for entry in entries if not is_tool_folder(entry.name)]
    names = {entry.name for entry in entries}
    if {"katas", "conftest.py"} <= names:
        return [replace(entry, label=replace(nameless, original=entry.name)) for entry in entries]
    chapters = {"katas", *(chapter.name for chapter in course.chapters)}
    katas = {f"{kata.name}.py" for kata in course.katas()}
    kept = []
    for entry in entries:
        if entry.name in (chapters if entry.is_folder else katas):
            kept.append(replace(entry, label=replace(nameless, original=entry.name)))
        elif entry.is_folder or entry.is_special or not entry.label.is_plain or _may_be_handed_in(entry.name):
            kept.append(entry)
        elif entry.name != "conftest.py":
            kept.append(replace(entry, is_left_out=True))
    return kept


def _may_be_handed_in(name: str) -> bool:
    return (
        archives.is_archive(name) or archives.is_other_archive(name) or (name.endswith(".py") and name != "conftest.py")
    )


def _entries_of_folder(path: Path) -> list[InboxEntry]:
    entries = []
    for place in sorted(path.iterdir()):
        mode = place.lstat().st_mode
        is_folder = stat.S_ISDIR(mode)
        files = partial(_files_of_folder if is_folder else disk.single_file, place)
        is_special = not (is_folder or stat.S_ISREG(mode))
        entries.append(
            InboxEntry(place.name, people.parse_upload_name(place.name, is_folder), is_folder, files, is_special)
        )
    return entries


def _files_of_folder(place: Path, above: tuple[str, ...], meter: Meter) -> Iterator[SubmittedFile]:
    return (replace(found, parts=above + found.parts) for found in disk.walk_folder(place, meter))


def _entries_of_zip(stack: contextlib.ExitStack, path: Path, course: Course) -> list[InboxEntry]:
    stream = stack.enter_context(path.open("rb"))
    try:
        with errors_as_ungradable(path.name):
            archive = stack.enter_context(zips.open_zip(stream, _MAX_DIRECTORY_BYTES))
    except Ungradable:
        raise NoHandIns(
            f"{path} is no zip archive, or is broken: download it anew, or give what it unpacks to"
        ) from None
    by_path = [(_split_name(zips.entry_name(info)), info) for info in archive.infolist()]
    strip = 1 if _has_wrapper_folder({path for path, _ in by_path}, course) else 0
    by_top = defaultdict(list)
    for parts, info in by_path:
        if len(parts) > strip:
            by_top[parts[strip]].append((parts, info))
    entries = []
    for name, own in sorted(by_top.items()):
        is_folder = any(len(parts) > strip + 1 or info.orig_filename.endswith(("/", "\\")) for parts, info in own)
        files = partial(_files_of_zip, archive, [info for _, info in own], printable(path.name), strip + 1)
        is_special = any(zips.is_special(info) for _, info in own)
        entries.append(InboxEntry(name, people.parse_upload_name(name, is_folder), is_folder, files, is_special))
    return entries


def _split_name(name: str) -> tuple[str, ...]:
    """Split a name in the outer archive. A name that leads outside is refused later, when it is read."""
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def _has_wrapper_folder(paths: set[tuple[str, ...]], course: Course) -> bool:
    """Say whether the archive has one top folder that contains all hand-ins, and is not itself the only hand-in."""
    paths = {path for path in paths if path and not is_tool_folder(path[0])}
    if len({path[0] for path in paths}) != 1:
        return False
    inner = {path[1]: False for path in paths if len(path) > 1} | {path[1]: True for path in paths if len(path) > 2}
    kata_names = {
        "katas",
        *(chapter.name for chapter in course.chapters),
        *(f"{kata.name}.py" for kata in course.katas()),
    }
    if kata_names & inner.keys():
        return False
    labels = [people.parse_upload_name(name, is_folder) for name, is_folder in inner.items()]
    several = [name for name, is_folder in inner.items() if is_folder or archives.is_archive(name)]
    return len(several) > 1 or not all(label.is_plain for label in labels)


def _files_of_zip(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], where: str, strip: int, above: tuple[str, ...], meter: Meter
) -> Iterator[SubmittedFile]:
    size = sum(info.compress_size for info in infos)
    for found in zips.zip_members(archive, infos, where, size, meter):
        parts = above + found.parts[strip:]
        if not parts:
            continue
        inner = replace(found, parts=parts, packed=False)
        if archives.is_archive(parts[-1]):
            yield replace(inner, open=partial(_read_nested_zip, inner))
        else:
            yield inner


def _read_nested_zip(found: SubmittedFile) -> IO[bytes]:
    return zips.read_into_memory(found.open(), found.name)
