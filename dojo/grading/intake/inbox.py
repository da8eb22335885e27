"""What lies among the hand-ins, in a folder or in the one archive that Canvas or Moodle gives of all."""

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
from dojo.grading.intake.limits import Found, Meter, Ungradable, errors_as_ungradable, is_tool_folder
from dojo.grading.intake.people import UploadName

_DIRECTORY = 64 << 20  # bytes of the list of entries in the archive of all hand-ins: 200 people with 2,000 files each


class NoHandIns(Exception):
    """There is nothing to grade where hand-ins should be: the message says why and what to do."""


@dataclass(frozen=True)
class InboxEntry:
    """A file or folder among the hand-ins.

    Args:
        name: what it is called.
        label: what that tells.
        is_folder: whether it is one.
        files: yields what is in it, or the file itself, by paths that begin with the parts that are given.
        is_odd: whether a link or the like is there, which its files then tell.
        is_left_out: whether it is nobody's hand-in.
    """

    name: str
    label: UploadName
    is_folder: bool
    files: Callable[[tuple[str, ...], Meter], Iterator[Found]]
    is_odd: bool = False
    is_left_out: bool = False


@contextlib.contextmanager
def open_inbox(path: Path, course: Course) -> Iterator[list[InboxEntry]]:
    """Find what lies among the hand-ins, to be read for as long as the context lasts."""
    with contextlib.ExitStack() as stack:
        try:
            if path.is_dir():
                tops, name = _entries_of_folder(path), path.resolve().name
            elif path.suffix.lower() == ".zip":
                tops, name = _entries_of_zip(stack, path, course), path.stem
            else:
                path.stat()
                raise NoHandIns(f"{path} is no folder and no zip archive: give the folder that the hand-ins lie in")
        except OSError as error:
            raise NoHandIns(f"{path} cannot be read: {error.strerror or error}") from None
        yield _leave_out_strangers(tops, name, course)


def _leave_out_strangers(tops: list[InboxEntry], name: str, course: Course) -> list[InboxEntry]:
    """Mark what is nobody's; what names nobody, but is a kata or a folder of them, is all one person's."""
    nameless = UploadName(people.plain_name(name, True).person)
    tops = [top for top in tops if not is_tool_folder(top.name)]
    names = {top.name for top in tops}
    if {"katas", "conftest.py"} <= names:
        return [replace(top, label=replace(nameless, original=top.name)) for top in tops]
    chapters = {"katas", *(chapter.name for chapter in course.chapters)}
    katas = {f"{kata.name}.py" for kata in course.katas()}
    kept = []
    for top in tops:
        if top.name in (chapters if top.is_folder else katas):
            kept.append(replace(top, label=replace(nameless, original=top.name)))
        elif top.is_folder or top.is_odd or not top.label.by_hand or _may_be_handed_in(top.name):
            kept.append(top)
        elif top.name != "conftest.py":
            kept.append(replace(top, is_left_out=True))
    return kept


def _may_be_handed_in(name: str) -> bool:
    return (
        archives.is_archive(name) or archives.is_other_archive(name) or (name.endswith(".py") and name != "conftest.py")
    )


def _entries_of_folder(path: Path) -> list[InboxEntry]:
    tops = []
    for place in sorted(path.iterdir()):
        mode = place.lstat().st_mode
        is_folder = stat.S_ISDIR(mode)
        files = partial(_in_folder if is_folder else _file, place)
        odd = not (is_folder or stat.S_ISREG(mode))
        tops.append(InboxEntry(place.name, people.parse_upload_name(place.name, is_folder), is_folder, files, odd))
    return tops


def _in_folder(place: Path, above: tuple[str, ...], meter: Meter) -> Iterator[Found]:
    return (replace(found, parts=above + found.parts) for found in disk.walk_folder(place, meter))


def _file(place: Path, above: tuple[str, ...], meter: Meter) -> Iterator[Found]:
    return disk.single_file(place, above, meter)


def _entries_of_zip(stack: contextlib.ExitStack, path: Path, course: Course) -> list[InboxEntry]:
    stream = stack.enter_context(path.open("rb"))
    try:
        with errors_as_ungradable(path.name):
            archive = stack.enter_context(zips.open_zip(stream, _DIRECTORY))
    except Ungradable:
        raise NoHandIns(
            f"{path} is no zip archive, or is broken: download it anew, or give what it unpacks to"
        ) from None
    by_path = [(_split_name(zips.entry_name(info)), info) for info in archive.infolist()]
    strip = 1 if _has_one_folder_around({path for path, _ in by_path}, course) else 0
    by_top = defaultdict(list)
    for parts, info in by_path:
        if len(parts) > strip:
            by_top[parts[strip]].append((parts, info))
    tops = []
    for name, own in sorted(by_top.items()):
        is_folder = any(len(parts) > strip + 1 or info.orig_filename.endswith(("/", "\\")) for parts, info in own)
        files = partial(_in_zip, archive, [info for _, info in own], path.name, strip + 1)
        odd = any(zips.is_odd(info) for _, info in own)
        tops.append(InboxEntry(name, people.parse_upload_name(name, is_folder), is_folder, files, odd))
    return tops


def _split_name(name: str) -> tuple[str, ...]:
    """Return the parts of a name in the archive of all; one that leads outside is refused when it is read."""
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def _has_one_folder_around(paths: set[tuple[str, ...]], course: Course) -> bool:
    """Say whether all hand-ins lie in one folder of the archive, rather than that being the only hand-in."""
    paths = {path for path in paths if path and not is_tool_folder(path[0])}
    if len({path[0] for path in paths}) != 1:
        return False
    inner = {path[1]: False for path in paths if len(path) > 1} | {path[1]: True for path in paths if len(path) > 2}
    wanted = {"katas", *(chapter.name for chapter in course.chapters), *(f"{kata.name}.py" for kata in course.katas())}
    if wanted & inner.keys():
        return False
    labels = [people.parse_upload_name(name, is_folder) for name, is_folder in inner.items()]
    several = [name for name, is_folder in inner.items() if is_folder or archives.is_archive(name)]
    return len(several) > 1 or not all(label.by_hand for label in labels)


def _in_zip(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], where: str, strip: int, above: tuple[str, ...], meter: Meter
) -> Iterator[Found]:
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


def _read_nested_zip(found: Found) -> IO[bytes]:
    return zips.read_into_memory(found.open(), found.name)
