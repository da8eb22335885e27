"""The messages between a fork server and its client, in frames: a length of four bytes, then MessagePack."""

import os
import struct
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from dojo.results.progress import Result
from dojo.results.run import Run

MAX_FRAME = 64 << 20
"""Bytes of a frame: enough for all files of a hand-in, or for a report."""


class RunRequest(msgspec.Struct, tag=True, frozen=True):
    """Run tests on answers one after the other, all in one process as long as no answer changes its global state.

    Args:
        tests: pytest's arguments, paths or node ids, relative to the project.
        answers: each as for ``--answers``.
        devices: as for ``--device``.
        seed: as for ``--seed``.
        timeout: seconds of wall time for each answer.
        first_failure: whether to stop an answer's run at its first failing test.
        early: whether to reply once before the end, at the first failure of an answer that is not the stub.
        id: copied to the replies.
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
    """Import these tests, so that later forks start faster."""

    tests: tuple[str, ...]


class StopRequest(msgspec.Struct, tag=True, frozen=True):
    """Stop all current runs."""


class RunReply(msgspec.Struct, tag=True, frozen=True):
    """The run of one answer; ``answer`` is its index in the request."""

    id: int
    answer: int
    run: Run


class CollectionFinished(msgspec.Struct, tag=True, frozen=True):
    """From a child: the devices and notes of the run, its selected tests, and errors of broken test files."""

    devices: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    selected: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()


class ResultReady(msgspec.Struct, tag=True, frozen=True):
    """From a child: the result of one test."""

    result: Result


class AnswerFinished(msgspec.Struct, tag=True, frozen=True):
    """From a child: the run of an answer has ended."""


Request = RunRequest | LoadRequest | StopRequest
Report = CollectionFinished | ResultReady | AnswerFinished


class ConnectionCut(EOFError):
    """The other side has ended, or sent an invalid message. The text completes "it ..."."""


def encode(message: msgspec.Struct) -> bytes:
    """Return the frame of a message."""
    body = msgspec.msgpack.encode(message)
    return struct.pack(">I", len(body)) + body


def read_message(read: Callable[[int], bytes], kind: Any) -> Any:
    """Read the next message, of type ``kind``; ``read(count)`` returns at most ``count`` bytes, and none at the end.

    Raises:
        ConnectionCut: if there is no valid message.
    """
    (length,) = struct.unpack(">I", _read_exactly(read, 4))
    if length > MAX_FRAME:
        raise ConnectionCut(f"sent a message of {length} bytes, which is too long")
    return _decode(_read_exactly(read, length), kind)


def take_messages(buffer: bytearray, kind: Any) -> Iterator[Any]:
    """Yield the complete messages in ``buffer``, and remove them from it."""
    while len(buffer) >= 4:
        (length,) = struct.unpack(">I", buffer[:4])
        if len(buffer) < 4 + length:
            return
        body = bytes(buffer[4 : 4 + length])
        del buffer[: 4 + length]
        yield _decode(body, kind)


def write_all(handle: int, data: bytes) -> None:
    """Write all data to a blocking file descriptor."""
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
