"""Files of a hand-in on the disk. No link is followed, and only plain files are opened."""

import os
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from dojo.grading.intake.limits import (
    MAX_DEPTH,
    Meter,
    SubmittedFile,
    Ungradable,
    describe_kind,
    errors_as_ungradable,
    is_tool_folder,
    printable,
)


def walk_folder(path: Path, meter: Meter) -> Iterator[SubmittedFile]:
    """Yield the plain files below a folder, sorted by name.

    Raises:
        Ungradable: if there are links, or something cannot be read.
    """
    _check_kind(path, stat.S_ISDIR)
    yield from _walk_below(path, (), printable(path.name), meter)


def _check_kind(path: Path, is_allowed: Callable[[int], bool]) -> None:
    with errors_as_ungradable(printable(path.name)):
        mode = path.lstat().st_mode
    if not is_allowed(mode):
        raise Ungradable("is_odd", name=printable(path.name), kind=describe_kind(mode))


def _walk_below(path: Path, above: tuple[str, ...], where: str, meter: Meter) -> Iterator[SubmittedFile]:
    entries = []
    with errors_as_ungradable(printable("/".join(above)) or where), os.scandir(path) as directory:
        for entry in directory:
            meter.count_entry(where)
            entries.append((entry.name, entry.stat(follow_symlinks=False).st_mode))
    for name, mode in sorted(entries):
        parts = (*above, name)
        if stat.S_ISDIR(mode):
            if is_tool_folder(name):
                continue
            if len(parts) >= MAX_DEPTH:
                raise Ungradable("too_deep", where=where, depth=MAX_DEPTH)
            yield from _walk_below(path / name, parts, where, meter)
        elif stat.S_ISREG(mode):
            yield SubmittedFile(parts, partial(open_file, path / name))
        else:
            raise Ungradable("holds_odd", where=where, kind=describe_kind(mode), name=printable("/".join(parts)))


def single_file(path: Path, parts: tuple[str, ...], meter: Meter) -> Iterator[SubmittedFile]:
    """Yield one plain file, with the path ``parts``.

    Raises:
        Ungradable: if it is not a plain file.
    """
    meter.count_entry(printable(path.name))
    _check_kind(path, stat.S_ISREG)
    yield SubmittedFile(parts, partial(open_file, path))


def open_file(path: Path) -> IO[bytes]:
    """Open a plain file, and nothing else.

    Raises:
        Ungradable: if it is a link, a hard link, no file, or cannot be read.
    """
    name = printable(path.name)
    with errors_as_ungradable(name):
        before = path.lstat()
        if not stat.S_ISREG(before.st_mode):  # opening a pipe would block, opening a device may do anything
            raise Ungradable("is_odd", name=name, kind=describe_kind(before.st_mode))
        flags = (getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
        handle = os.open(path, os.O_RDONLY | sum(flags))
        try:
            after = os.fstat(handle)
            if not os.path.samestat(before, after):
                raise Ungradable("changed", name=name)
            if after.st_nlink > 1:  # perhaps to a private file of the instructor, where the hand-in was unpacked
                raise Ungradable("hard_link", name=name)
            return os.fdopen(handle, "rb")
        except BaseException:
            os.close(handle)
            raise
