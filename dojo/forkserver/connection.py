"""Start a process, and exchange messages with it over its standard input and output."""

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

_TAIL = 4000
"""Bytes at the end of standard error that are read."""


class Connection:
    """A child process in its own session, so that Ctrl-C does not reach it. It ends when its input is closed.

    Args:
        command: starts the process.
        folder: its working directory.
        environment: its environment variables.
        errors: receives its standard error; by default, this process's.
    """

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], errors: IO[bytes] | None = None
    ) -> None:
        self._errors = errors
        self._send_lock = threading.Lock()
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
        """Send a message. Thread-safe.

        Raises:
            ConnectionCut: if the process has ended, or has not read for ``seconds``.
        """
        view, deadline = memoryview(encode(message)), _deadline(seconds)
        with self._send_lock:
            try:
                while view:
                    if not _is_ready(self._stdin.fileno(), selectors.EVENT_WRITE, deadline):
                        raise ConnectionCut(f"has not listened for {seconds:g} s")
                    view = view[os.write(self._stdin.fileno(), view) :]
            except (BrokenPipeError, ValueError):  # the process has ended, or close() was called
                raise ConnectionCut("is gone") from None

    def receive(self, kind: Any, seconds: float | None = None) -> Any:
        """Receive the next message, of type ``kind``.

        Raises:
            ConnectionCut: if the process has ended, sent an invalid message, or sent nothing for ``seconds``.
        """
        deadline = _deadline(seconds)

        def read(count: int) -> bytes:
            if not _is_ready(self._stdout.fileno(), selectors.EVENT_READ, deadline):
                raise ConnectionCut(f"did not answer within {seconds:g} s")
            return os.read(self._stdout.fileno(), count)

        return read_message(read, kind)

    def last_words(self) -> str:
        """Return the last line of standard error, or "" if it is unknown."""
        if self._errors is None:
            return ""
        handle = self._errors.fileno()
        # pread does not move the file position, which the process shares with us and writes at.
        output = os.pread(handle, _TAIL, max(os.fstat(handle).st_size - _TAIL, 0))
        return output.decode(errors="replace").strip().rpartition("\n")[2].strip()

    def kill(self) -> None:
        """Kill the process. Thread-safe."""
        self._process.kill()

    def wait(self) -> int:
        """Wait for the end of the process, and return its exit status."""
        return self._process.wait()

    def close(self, timeout: float | None = None) -> int:
        """Close its input, wait for its end, kill it after ``timeout`` seconds, and return its exit status."""
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        self._stdout.close()  # it may be writing a reply that nobody reads
        try:
            status = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        return status


def _deadline(seconds: float | None) -> float | None:
    return None if seconds is None else time.monotonic() + seconds


def _is_ready(handle: int, event: int, deadline: float | None) -> bool:
    """Wait until a file is ready; return False if that takes until ``deadline``, a monotonic time."""
    with selectors.DefaultSelector() as selector:
        selector.register(handle, event)
        return bool(selector.select(None if deadline is None else max(deadline - time.monotonic(), 0)))
