"""Read tar archives, plain or gzip; nothing in them is trusted."""

import io
import os
import tarfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import IO, Protocol, cast

from dojo.grading.intake.limits import (
    MAX_RATIO,
    Meter,
    SubmittedFile,
    Ungradable,
    is_tool_folder,
    printable,
    split_path,
    unpacked_limit,
)

_MAX_READ = 1 << 20  # bytes at once: tarfile reads an extended header into memory whole
_MAX_STREAMS = 100  # in one gzip file, which normally has one; each costs time, even if it is empty
_CHUNK = 1 << 16  # bytes


def tar_members(stream: IO[bytes], where: str, size: int, meter: Meter) -> Iterator[SubmittedFile]:
    """Yield the plain files of a tar archive called ``where``; each can be read until the next one is requested.

    The archive may be compressed with gzip; ``size`` is its length in bytes.

    Raises:
        Ungradable: if an entry is hostile, unpacks to too much, or the archive is truncated.
    """
    is_packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    forward = _ForwardOnly(_Decompressor(stream) if is_packed else stream, unpacked_limit(size), where, meter)
    with tarfile.TarFile(fileobj=cast("IO[bytes]", forward)) as archive:
        while member := archive.next():
            archive.members = []  # type: ignore[attr-defined] # save memory: it would remember all
            meter.count_entry(where)
            parts = split_path(member.name, where)
            if not parts or any(is_tool_folder(part) for part in parts[:-1]) or member.isdir():
                continue
            if not member.isreg():
                kind = "a link" if member.issym() or member.islnk() else "what is no file"
                raise Ungradable("holds_odd", where=where, kind=kind, name=printable(member.name))
            yield SubmittedFile(parts, partial(_open_member, archive, member), packed=True)
    if forward.last.strip(b"\0") or not forward.last:  # tarfile takes a truncated archive for a complete one
        raise Ungradable("ends_too_early", where=where)
    while forward.read(_MAX_READ):  # so that gzip's check sum at the end is verified
        pass


def _open_member(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    stream = archive.extractfile(member)
    if stream is None:
        raise Ungradable("is_odd", name=printable(member.name), kind="no file")
    return stream


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Decompressor:
    """Decompresses gzip as it is read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._packed = b""
        self._streams = 1
        self._inflate = zlib.decompressobj(wbits=31)

    def read(self, size: int, /) -> bytes:
        data = b""
        while not data:
            self._packed = self._packed or self._stream.read(_CHUNK)
            if self._inflate.eof:
                self._packed = self._packed.lstrip(b"\0")  # padding of some tapes
                if not self._packed:
                    return b""
                self._streams += 1
                if self._streams > _MAX_STREAMS:
                    raise ValueError("too many streams")
                self._inflate = zlib.decompressobj(wbits=31)
            elif not self._packed:
                raise EOFError("the archive is cut off")
            data = self._inflate.decompress(self._packed, size)
            self._packed = self._inflate.unconsumed_tail or self._inflate.unused_data
        return data


class _ForwardOnly(io.RawIOBase):
    """A stream that is read once from start to end; all bytes are counted."""

    def __init__(self, stream: _Readable, most: int, where: str, meter: Meter) -> None:
        self._stream = stream
        self._place = 0
        self._most = most
        self._where = where
        self._meter = meter
        self.last = b""

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _MAX_READ:
            raise ValueError("a header asks for too much")
        data = b""
        while len(data) < size and (more := self._stream.read(size - len(data))):
            data += more
        self.last = data
        self._place += len(data)
        self._meter.count_bytes(len(data), self._where)
        if self._place > self._most:
            raise Ungradable("unpacks_by_too_much", where=self._where, most=MAX_RATIO)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence != os.SEEK_SET or offset < self._place:
            raise ValueError("an entry lies before the one that it follows")
        while self._place < offset and self.read(min(_CHUNK, offset - self._place)):
            pass
        return self._place

    def tell(self) -> int:
        return self._place

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True
