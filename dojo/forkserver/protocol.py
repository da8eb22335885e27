"""What a fork server and its client say to each other: frames of four bytes of length and a message in MessagePack."""

import os
import struct
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from dojo.results.progress import Result
from dojo.results.run import Run

LONGEST = 64 << 20
"""Bytes of a frame: all files of a hand-in at their largest, or a report."""


class RunRequest(msgspec.Struct, tag=True, frozen=True):
    """Run tests on answers, one after the other; all in one process as long as none of them leaves anything behind.

    Args:
        tests: pytest's arguments, paths or node ids, relative to the project.
        answers: each as for ``--answers``.
        devices: as for ``--device``.
        seed: as for ``--seed``.
        timeout: seconds of wall time for each answer.
        first_failure: whether an answer is done with at the first test that fails.
        early: whether to reply once before the end, as soon as a test has failed on an answer that was tried.
        id: for the replies.
    """

    tests: tuple[str, ...]
    answers: tuple[str, ...] = ("katas",)
    devices: tuple[str, ...] = ()
    seed: int | None = None
    timeout: float = 30.0
    first_failure: bool = False
    early: bool = False
    id: int = 0


class LoadRequest(msgspec.Struct, tag=True, frozen=True):
    """Load what these tests import."""

    tests: tuple[str, ...]


class StopRequest(msgspec.Struct, tag=True, frozen=True):
    """End all runs that go on."""


class RunReply(msgspec.Struct, tag=True, frozen=True):
    """What came of one answer: its place among those of the request, and the run."""

    id: int
    answer: int
    run: Run


class CollectionFinished(msgspec.Struct, tag=True, frozen=True):
    """From a process of a run: the devices and notes of the run, its tests by kata, and what did not load."""

    devices: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    selected: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()


class ResultReady(msgspec.Struct, tag=True, frozen=True):
    """From a process of a run: what one test came to."""

    result: Result


class AnswerFinished(msgspec.Struct, tag=True, frozen=True):
    """From a process of a run: an answer has come to its end."""


Request = RunRequest | LoadRequest | StopRequest
Report = CollectionFinished | ResultReady | AnswerFinished


class ConnectionCut(EOFError):
    """The other side is gone, or what it says makes no sense: the message completes "it ..."."""


def encode(message: msgspec.Struct) -> bytes:
    """Return the frame of a message."""
    body = msgspec.msgpack.encode(message)
    return struct.pack(">I", len(body)) + body


def read_message(read: Callable[[int], bytes], kind: Any) -> Any:
    """Return the next message, of type ``kind``; ``read`` gives at most so many bytes, and none at the end.

    Raises:
        ConnectionCut: where there is none.
    """
    (length,) = struct.unpack(">I", _read_exactly(read, 4))
    if length > LONGEST:
        raise ConnectionCut(f"sent a message of {length} bytes, which is too long")
    return _decode(_read_exactly(read, length), kind)


def take_messages(buffer: bytearray, kind: Any) -> Iterator[Any]:
    """Yield the messages that have come whole, and take them out of ``buffer``."""
    while len(buffer) >= 4:
        (length,) = struct.unpack(">I", buffer[:4])
        if len(buffer) < 4 + length:
            return
        body = bytes(buffer[4 : 4 + length])
        del buffer[: 4 + length]
        yield _decode(body, kind)


def write_all(handle: int, data: bytes) -> None:
    """Write all of the data to a file descriptor that blocks."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _decode(body: bytes, kind: Any) -> Any:
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConnectionCut(f"sent a message that makes no sense: {error}") from None


def _read_exactly(read: Callable[[int], bytes], count: int) -> bytes:
    pieces, missing = [], count
    while missing:
        piece = read(min(missing, 1 << 20))
        if not piece:
            raise ConnectionCut("is gone")
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)
