"""Try what a hand-in must not be able to do, from a process confined like that of a hand-in."""

import os
import signal
import socket
from collections.abc import Callable
from typing import NoReturn

from dojo.forkserver.protocol import write_all
from dojo.grading.sandbox.protocol import ProbeRequest

TIMEOUT = 20.0
"""Seconds of wall time for all attempts."""


def run(request: ProbeRequest, handle: int) -> NoReturn:
    """Write the names of the refused attempts to ``handle``, separated by blanks, and exit."""
    tried: dict[str, Callable[[], bool]] = {
        "files": lambda: _fails(lambda: os.close(os.open(request.file, os.O_RDONLY))),
        "network": lambda: _fails(lambda: socket.create_connection(("127.0.0.1", request.port), 2).close()),
        "sockets": lambda: _fails(lambda: _connect(request.socket)),
        "signals": lambda: _fails(lambda: os.kill(request.pid, 0)),
        "parent": lambda: _fails(lambda: os.close(os.open(f"/proc/{os.getppid()}/mem", os.O_RDWR))),
        "privileges": lambda: _fails(lambda: os.setgroups([0])) and _fails(_remount),
        "memory": lambda: _fails(lambda: bytearray(request.memory + 256 << 20)),
        "processes": lambda: _fails(lambda: _fork_many(request.processes + 1)),
    }
    refused = [name for name, attempt in tried.items() if attempt()]
    write_all(handle, " ".join(refused).encode())
    os._exit(0)


def _fails(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except (OSError, MemoryError, RuntimeError):
        return True
    return False


def _connect(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as talking:
        talking.connect(path)


def _remount() -> None:
    import ctypes

    if ctypes.CDLL(None, use_errno=True).mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None):
        raise OSError(ctypes.get_errno(), "mount")


def _fork_many(count: int) -> None:
    children = []
    try:
        for _ in range(count):
            pid = os.fork()
            if pid == 0:
                signal.pause()
            children.append(pid)
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
