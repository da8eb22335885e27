"""A process that messages are sent to and received from, over its standard input and output."""

import contextlib
import os
import selectors
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import msgspec

from dojo.forkserver.protocol import ConnectionCut, encode, read_message

_SHOWN = 4000
"""Bytes of what it wrote to standard error that are looked at."""


class Connection:
    """A process of ours at work, in a session of its own: Ctrl-C is for us, and it ends when its input does.

    Args:
        command: that starts it.
        folder: to run it in.
        environment: for it.
        errors: where its standard error goes; by default to ours.
    """

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], errors: IO[bytes] | None = None
    ) -> None:
        self._errors = errors
        self._sending = threading.Lock()
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            bufsize=0,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        os.set_blocking(self._stdin.fileno(), False)

    def send(self, message: msgspec.Struct, seconds: float | None = None) -> None:
        """Send a message; any thread may.

        Raises:
            ConnectionCut: where it is gone, or has not listened for so long.
        """
        view, deadline = memoryview(encode(message)), _deadline(seconds)
        with self._sending:
            try:
                while view:
                    if not _is_ready(self._stdin.fileno(), selectors.EVENT_WRITE, deadline):
                        raise ConnectionCut(f"has not listened for {seconds:g} s")
                    view = view[os.write(self._stdin.fileno(), view) :]
            except (BrokenPipeError, ValueError):  # it is gone, or closed here
                raise ConnectionCut("is gone") from None

    def receive(self, kind: Any, seconds: float | None = None) -> Any:
        """Return the next message, which must be of that kind.

        Raises:
            ConnectionCut: where it is gone, what it says makes no sense, or nothing came within so many seconds.
        """
        deadline = _deadline(seconds)

        def read(count: int) -> bytes:
            if not _is_ready(self._stdout.fileno(), selectors.EVENT_READ, deadline):
                raise ConnectionCut(f"did not answer within {seconds:g} s")
            return os.read(self._stdout.fileno(), count)

        return read_message(read, kind)

    def last_words(self) -> str:
        """Return the last line that it wrote to standard error, nothing where that is not known."""
        if self._errors is None:
            return ""
        handle = self._errors.fileno()
        # Without a move in the file, for it writes where we are: it was handed the same open file.
        said = os.pread(handle, _SHOWN, max(os.fstat(handle).st_size - _SHOWN, 0))
        return said.decode(errors="replace").strip().rpartition("\n")[2].strip()

    def kill(self) -> None:
        """End it at once, whatever it does; any thread may."""
        self._process.kill()

    def wait(self) -> int:
        """Return its exit status once it has ended."""
        return self._process.wait()

    def close(self, patience: float | None = None) -> int:
        """Let it end by itself, within so many seconds where they are given, and return its exit status."""
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        try:
            status = self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._stdout.close()
        return status


def _deadline(seconds: float | None) -> float | None:
    return None if seconds is None else time.monotonic() + seconds


def _is_ready(handle: int, event: int, deadline: float | None) -> bool:
    """Wait until a file can be read from or written to; say whether that was before ``deadline``, a monotonic time."""
    with selectors.DefaultSelector() as selector:
        selector.register(handle, event)
        return bool(selector.select(None if deadline is None else max(deadline - time.monotonic(), 0)))
