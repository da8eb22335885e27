"""The files of a hand-in on the disk: no link is followed, and nothing opened but plain files."""

import os
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

from dojo.grading.intake.limits import (
    DEPTH,
    Found,
    Meter,
    Ungradable,
    errors_as_ungradable,
    is_tool_folder,
    kind_of,
    printable,
)


def walk_folder(path: Path, meter: Meter) -> Iterator[Found]:
    """Yield the plain files below a folder, in the order of their names.

    Raises:
        Ungradable: where there are links, or what cannot be read.
    """
    with errors_as_ungradable(printable(path.name)):
        if not stat.S_ISDIR(mode := path.lstat().st_mode):
            raise Ungradable("is_odd", name=printable(path.name), kind=kind_of(mode))
    yield from _walk_below(path, (), printable(path.name), meter)


def _walk_below(path: Path, above: tuple[str, ...], where: str, meter: Meter) -> Iterator[Found]:
    entries = []
    with errors_as_ungradable(printable("/".join(above)) or where), os.scandir(path) as listed:
        for entry in listed:
            meter.count_entry(where)
            entries.append((entry.name, entry.stat(follow_symlinks=False).st_mode))
    for name, mode in sorted(entries):
        parts = (*above, name)
        if stat.S_ISDIR(mode):
            if is_tool_folder(name):
                continue
            if len(parts) >= DEPTH:
                raise Ungradable("too_deep", where=where, depth=DEPTH)
            yield from _walk_below(path / name, parts, where, meter)
        elif stat.S_ISREG(mode):
            yield Found(parts, partial(open_file, path / name))
        else:
            raise Ungradable("holds_odd", where=where, kind=kind_of(mode), name=printable("/".join(parts)))


def single_file(path: Path, parts: tuple[str, ...], meter: Meter) -> Iterator[Found]:
    """Yield one plain file under a path of its own.

    Raises:
        Ungradable: where it is none.
    """
    meter.count_entry(printable(path.name))
    with errors_as_ungradable(printable(path.name)):
        mode = path.lstat().st_mode
    if not stat.S_ISREG(mode):
        raise Ungradable("is_odd", name=printable(path.name), kind=kind_of(mode))
    yield Found(parts, partial(open_file, path))


def open_file(path: Path) -> IO[bytes]:
    """Open a plain file, and nothing else that stands under its name.

    Raises:
        Ungradable: where it is a link, a second name of another file, no file, or cannot be read.
    """
    name = printable(path.name)
    with errors_as_ungradable(name):
        before = path.lstat()
        if not stat.S_ISREG(before.st_mode):  # opening a pipe would wait, opening a device may do anything
            raise Ungradable("is_odd", name=name, kind=kind_of(before.st_mode))
        flags = (getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
        handle = os.open(path, os.O_RDONLY | sum(flags))
        try:
            after = os.fstat(handle)
            if not os.path.samestat(before, after):
                raise Ungradable("changed", name=name)
            if after.st_nlink > 1:  # of whatever was in reach where the hand-in was unpacked
                raise Ungradable("hard_link", name=name)
            return os.fdopen(handle, "rb")
        except BaseException:
            os.close(handle)
            raise
