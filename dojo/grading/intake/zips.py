"""The files in zip archives, of which nothing is trusted."""

import io
import stat
import zipfile
from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO

from dojo.grading.intake.limits import (
    PACKED,
    RATIO,
    Found,
    LimitedReader,
    Meter,
    Ungradable,
    is_tool_folder,
    kind_of,
    printable,
    split_path,
    unpacked_limit,
)

DIRECTORY = 8 << 20
"""Bytes of a zip's list of its entries, of which 160 an entry are enough. Its length is known only when it is read."""


def open_zip(stream: IO[bytes], directory: int = DIRECTORY) -> zipfile.ZipFile:
    """Open a zip archive whose list of entries has so many bytes at most."""
    return zipfile.ZipFile(LimitedReader(stream, directory))


def zip_members(
    archive: zipfile.ZipFile, infos: Iterable[zipfile.ZipInfo], where: str, size: int, meter: Meter
) -> Iterator[Found]:
    """Yield the plain files among the entries of a zip archive.

    Args:
        archive: what they lie in.
        infos: the entries.
        where: what the archive is called.
        size: how many bytes they have, packed.
        meter: what counts them.

    Raises:
        Ungradable: where one of them is hostile, locked or packed to more than it may be.
    """
    total = 0
    for info in infos:
        meter.count_entry(where)
        parts = split_path(name := entry_name(info), where)
        if not parts or any(is_tool_folder(part) for part in parts[:-1]):
            continue
        if is_odd(info):
            kind = kind_of(info.external_attr >> 16)
            raise Ungradable("holds_odd", where=where, kind=kind, name=printable(name))
        if name.endswith(("/", "\\")):
            continue
        if info.flag_bits & 1:
            raise Ungradable("locked", where=where)
        # No more than this comes out, whatever is inside: then the check sum is wrong, and the archive broken.
        total += info.file_size
        meter.count_bytes(info.file_size, where)
        if total > unpacked_limit(size):
            raise Ungradable("unpacks_by_too_much", where=where, most=RATIO)
        yield Found(parts, partial(_member, archive, info), packed=True)


def is_odd(info: zipfile.ZipInfo) -> bool:
    """Say whether an entry is neither a file nor a folder."""
    return stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR)


def entry_name(info: zipfile.ZipInfo) -> str:
    """Return the name of an entry: macOS writes UTF-8 and does not say so."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.orig_filename


def read_into_memory(stream: IO[bytes], where: str) -> IO[bytes]:
    """Return an archive that lies in another one, held in memory, since it is read in no order.

    Raises:
        Ungradable: where it is larger than ``PACKED``.
    """
    with stream:
        data = stream.read(PACKED + 1)
    if len(data) > PACKED:
        raise Ungradable("too_large", where=where, most=PACKED >> 20)
    return io.BytesIO(data)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    # Of what the others unpack to, there is no telling how much comes at once.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Ungradable("uncommon_method", name=printable(entry_name(info)))
    return archive.open(info)
