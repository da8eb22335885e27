"""How far a hand-in is trusted: its limits, what is refused, and how that is said."""

import contextlib
import io
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from dojo.grading.model.messages import Message

KATA = 1 << 20
"""Bytes of one kata file: the longest solution has two thousand, and a long comment fits in many times over."""
UNPACKED = 256 << 20
"""Bytes that a hand-in unpacks to: a practice folder has two million, and a second goes by in unpacking so many."""
PACKED = 64 << 20
"""Bytes of an archive within the archive of all hand-ins, which is held in memory."""
RATIO = 200
"""Bytes that come out of each byte of an archive: text gives up to 20, a bomb up to 1032, the most that deflate can."""
UNSUSPECTED = 8 << 20
"""Bytes that may come out of an archive at any ratio: a log that repeats itself is no bomb."""
ENTRIES = 50_000
"""Files and folders of a hand-in: one with a whole Python environment has about 30,000."""
ARCHIVES = 20
"""Archives of a hand-in: one by chapter, with room for second tries."""
DEPTH = 32
"""Folders within folders: a practice folder has three."""
_TOOL_FOLDERS = frozenset({"__MACOSX", "__pycache__", "env", "node_modules", "site-packages", "venv"})
_KINDS = {stat.S_IFLNK: "a link", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}


class Ungradable(Exception):
    """A hand-in cannot be graded: the message says why, and what to hand in instead.

    Args:
        code: of the message.
        values: that stand in it.
    """

    def __init__(self, code: str, **values: object) -> None:
        self.message = Message.of(code, **values)
        super().__init__(self.message.text())


@dataclass(frozen=True)
class Found:
    """A plain file of a hand-in.

    Args:
        parts: its path within the hand-in; an archive counts as a folder.
        open: opens it, for as long as no further file was asked for.
        packed: whether it lies in an archive.
    """

    parts: tuple[str, ...]
    open: Callable[[], IO[bytes]]
    packed: bool = False

    @property
    def name(self) -> str:
        """The path as a message shows it."""
        return printable("/".join(self.parts))


class Meter:
    """Counts what a hand-in holds, and refuses what is beyond the limits."""

    def __init__(self) -> None:
        self._entries = self._archives = self._unpacked = 0

    def count_entry(self, where: str) -> None:
        self._entries += 1
        if self._entries > ENTRIES:
            raise Ungradable("too_many_files", where=where, most=ENTRIES)

    def count_archive(self, where: str) -> None:
        self._archives += 1
        if self._archives > ARCHIVES:
            raise Ungradable("too_many_archives", where=where, most=ARCHIVES)

    def count_bytes(self, count: int, where: str) -> None:
        self._unpacked += count
        if self._unpacked > UNPACKED:
            raise Ungradable("unpacks_to_too_much", where=where, most=UNPACKED >> 20)


def printable(name: str) -> str:
    """Return a name so that it stays on one line and moves no cursor, cut where it is long."""
    text = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in name[:200])
    return text if len(text) <= 100 else f"{text[:99]}…"


def is_tool_folder(folder: str) -> bool:
    """Say whether a folder of that name holds what tools put there, links and thousands of files perhaps."""
    return folder.startswith(".") or folder in _TOOL_FOLDERS


def split_path(name: str, where: str) -> tuple[str, ...]:
    r"""Return the parts of a name as an archive has it; some write ``\`` between them.

    Raises:
        Ungradable: where the name leads out of the archive.
    """
    slashed = name.replace("\\", "/")
    parts = tuple(part for part in slashed.split("/") if part not in ("", "."))
    if slashed.startswith("/") or ".." in parts or "\0" in name or re.match(r"[A-Za-z]:", name):
        raise Ungradable("leads_outside", where=where, name=printable(name))
    if len(parts) > DEPTH:
        raise Ungradable("too_deep", where=where, depth=len(parts))
    return parts


def read_contents(found: Found) -> bytes | None:
    """Return the bytes of a file, and nothing where they are more than ``KATA``.

    Raises:
        Ungradable: where it cannot be read.
    """
    with errors_as_ungradable(found.name), found.open() as stream:
        data = stream.read(KATA + 1)
    return data if len(data) <= KATA else None


def unpacked_limit(size: int) -> int:
    """Return how many bytes may come out of an archive of ``size``."""
    return max(UNSUSPECTED, RATIO * size)


class LimitedReader(io.RawIOBase):
    """A file of which no more than so much is read at once: what a hostile header asks for is not given."""

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


def kind_of(mode: int) -> str:
    """Return what is neither a plain file nor a folder, in words."""
    return _KINDS.get(stat.S_IFMT(mode), "a device")


@contextlib.contextmanager
def errors_as_ungradable(where: str) -> Iterator[None]:
    """Turn what goes wrong in reading ``where`` into a sentence."""
    try:
        yield
    except (Ungradable, MemoryError):
        raise
    except OSError as error:
        if error.strerror:
            raise Ungradable("cannot_be_read", where=where, why=error.strerror) from None
        raise Ungradable("broken", where=where) from None
    except Exception:  # whatever the parsers come upon: they were not made for hostile input
        raise Ungradable("no_archive", where=where) from None
