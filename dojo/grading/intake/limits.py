"""Size limits of a hand-in, and the error for a refused one."""

import contextlib
import io
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from dojo.grading.model.messages import Message

MAX_KATA_BYTES = 1 << 20
"""Of one kata file. The longest solution has two thousand."""
MAX_UNPACKED_BYTES = 256 << 20
"""Of an unpacked hand-in. A practice folder has two million; unpacking this much takes a second."""
MAX_NESTED_BYTES = 64 << 20
"""Of an archive inside the outer archive, which is held in memory."""
MAX_RATIO = 200
"""Unpacked bytes for each byte of an archive. Text has up to 20, a zip bomb up to 1032, which is deflate's limit."""
ALWAYS_ALLOWED_BYTES = 8 << 20
"""Bytes that may come out of an archive at any ratio: a repetitive log is not a zip bomb."""
MAX_ENTRIES = 50_000
"""Files and folders of a hand-in. One with a whole Python environment has about 30,000."""
MAX_ARCHIVES = 20
"""Archives of a hand-in: one for each chapter, and some second tries."""
MAX_DEPTH = 32
"""Nested folders. A practice folder has three."""
_TOOL_FOLDERS = frozenset({"__MACOSX", "__pycache__", "env", "node_modules", "site-packages", "venv"})
_KINDS = {stat.S_IFLNK: "a link", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}


class Ungradable(Exception):
    """A hand-in cannot be graded: the message says why, and what to hand in instead."""

    def __init__(self, code: str, **values: object) -> None:
        self.message = Message.of(code, **values)
        super().__init__(self.message.text())


@dataclass(frozen=True)
class SubmittedFile:
    """A plain file of a hand-in.

    Args:
        parts: of its path within the hand-in; an archive counts as a folder.
        open: opens it; valid until the next file is requested.
        packed: whether it is in an archive.
    """

    parts: tuple[str, ...]
    open: Callable[[], IO[bytes]]
    packed: bool = False

    @property
    def name(self) -> str:
        """The path for messages."""
        return printable("/".join(self.parts))


class Meter:
    """Counts entries, archives and bytes of a hand-in, and raises ``Ungradable`` beyond the limits."""

    def __init__(self) -> None:
        self._entries = self._archives = self._unpacked = 0

    def count_entry(self, where: str) -> None:
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            raise Ungradable("too_many_files", where=where, most=MAX_ENTRIES)

    def count_archive(self, where: str) -> None:
        self._archives += 1
        if self._archives > MAX_ARCHIVES:
            raise Ungradable("too_many_archives", where=where, most=MAX_ARCHIVES)

    def count_bytes(self, count: int, where: str) -> None:
        self._unpacked += count
        if self._unpacked > MAX_UNPACKED_BYTES:
            raise Ungradable("unpacks_to_too_much", where=where, most=MAX_UNPACKED_BYTES >> 20)


def printable(name: str) -> str:
    """Escape a name so that it stays on one line and cannot control a terminal; cut it if it is long."""
    text = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in name[:200])
    return text if len(text) <= 100 else f"{text[:99]}…"


def is_tool_folder(folder: str) -> bool:
    """Say whether a folder of that name is made by tools; it may hold links, or thousands of files."""
    return folder.startswith(".") or folder in _TOOL_FOLDERS


def split_path(name: str, where: str) -> tuple[str, ...]:
    r"""Split the name of an archive entry; some archives use ``\`` as separator.

    Raises:
        Ungradable: if the name leads out of the archive, or is too deep.
    """
    slashed = name.replace("\\", "/")
    parts = tuple(part for part in slashed.split("/") if part not in ("", "."))
    if slashed.startswith("/") or ".." in parts or "\0" in name or re.match(r"[A-Za-z]:", name):
        raise Ungradable("leads_outside", where=where, name=printable(name))
    if len(parts) > MAX_DEPTH:
        raise Ungradable("too_deep", where=where, depth=len(parts))
    return parts


def read_contents(file: SubmittedFile) -> bytes | None:
    """Read a file; return None if it has more than ``MAX_KATA_BYTES``.

    Raises:
        Ungradable: if it cannot be read.
    """
    with errors_as_ungradable(file.name), file.open() as stream:
        data = stream.read(MAX_KATA_BYTES + 1)
    return data if len(data) <= MAX_KATA_BYTES else None


def unpacked_limit(size: int) -> int:
    """Return how many bytes may come out of an archive of ``size`` bytes."""
    return max(ALWAYS_ALLOWED_BYTES, MAX_RATIO * size)


class LimitedReader(io.RawIOBase):
    """A stream that reads at most so many bytes at once: a hostile header may ask for too many."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        self._stream = stream
        self._most = most

    def read(self, size: int = -1) -> bytes:
        if size > self._most:
            raise ValueError("a header asks for too much")
        data = self._stream.read(self._most + 1 if size < 0 else size)
        if len(data) > self._most:
            raise ValueError("a header asks for too much")
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


def describe_kind(mode: int) -> str:
    """Describe what is neither a plain file nor a folder."""
    return _KINDS.get(stat.S_IFMT(mode), "a device")


@contextlib.contextmanager
def errors_as_ungradable(where: str) -> Iterator[None]:
    """Turn errors while ``where`` is read into ``Ungradable``."""
    try:
        yield
    except (Ungradable, MemoryError):
        raise
    except OSError as error:
        if error.strerror:
            raise Ungradable("cannot_be_read", where=where, why=error.strerror) from None
        raise Ungradable("broken", where=where) from None
    except Exception:  # the parsers may raise anything on hostile input
        raise Ungradable("no_archive", where=where) from None
