"""Read zip archives; nothing in them is trusted."""

import io
import stat
import zipfile
from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO

from dojo.grading.intake.limits import (
    MAX_NESTED_BYTES,
    MAX_RATIO,
    LimitedReader,
    Meter,
    SubmittedFile,
    Ungradable,
    describe_kind,
    is_tool_folder,
    printable,
    split_path,
    unpacked_limit,
)

MAX_DIRECTORY_BYTES = 8 << 20
"""Of a zip's list of entries; 160 bytes an entry are enough. Its length is known only once it is read."""


def open_zip(stream: IO[bytes], directory: int = MAX_DIRECTORY_BYTES) -> zipfile.ZipFile:
    """Open a zip archive with a list of entries of at most ``directory`` bytes."""
    return zipfile.ZipFile(LimitedReader(stream, directory))


def zip_members(
    archive: zipfile.ZipFile, infos: Iterable[zipfile.ZipInfo], where: str, size: int, meter: Meter
) -> Iterator[SubmittedFile]:
    """Yield the plain files among the entries of an archive called ``where``; ``size`` is their packed size in bytes.

    Raises:
        Ungradable: if an entry is hostile, encrypted or unpacks to too much.
    """
    total = 0
    for info in infos:
        meter.count_entry(where)
        parts = split_path(name := entry_name(info), where)
        if not parts or any(is_tool_folder(part) for part in parts[:-1]):
            continue
        if is_special(info):
            kind = describe_kind(info.external_attr >> 16)
            raise Ungradable("holds_odd", where=where, kind=kind, name=printable(name))
        if name.endswith(("/", "\\")):
            continue
        if info.flag_bits & 1:
            raise Ungradable("locked", where=where)
        # zipfile never returns more than the declared size: then the check sum fails, and the archive counts as broken.
        total += info.file_size
        meter.count_bytes(info.file_size, where)
        if total > unpacked_limit(size):
            raise Ungradable("unpacks_by_too_much", where=where, most=MAX_RATIO)
        yield SubmittedFile(parts, partial(_open_member, archive, info), packed=True)


def is_special(info: zipfile.ZipInfo) -> bool:
    """Say whether an entry is neither a file nor a folder."""
    return stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR)


def entry_name(info: zipfile.ZipInfo) -> str:
    """Return the name of an entry. macOS writes UTF-8 without saying so."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.orig_filename


def read_into_memory(stream: IO[bytes], where: str) -> IO[bytes]:
    """Read an archive inside another one into memory, because it needs random access.

    Raises:
        Ungradable: if it is larger than ``MAX_NESTED_BYTES``.
    """
    with stream:
        data = stream.read(MAX_NESTED_BYTES + 1)
    if len(data) > MAX_NESTED_BYTES:
        raise Ungradable("too_large", where=where, most=MAX_NESTED_BYTES >> 20)
    return io.BytesIO(data)


def _open_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    # Other decompressors do not limit how much they return at once.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Ungradable("uncommon_method", name=printable(entry_name(info)))
    return archive.open(info)
