"""A forked child of a fork server: its report, its output and its end."""

import contextlib
import os
import signal
import time
from collections.abc import Callable

REPORT = 3
"""The file descriptor to which a child writes its report."""
_KEPT_OUTPUT = 4000
"""Bytes of output that are kept, so that endless output cannot fill the memory."""


class Child:
    """A forked process in its own process group, so that processes it starts are killed with it. See ``fork``.

    Args:
        pid: the process id.
        report: the pipe to read its report from.
        printed: the pipe to read its output from.
    """

    def __init__(self, pid: int, report: int, printed: int) -> None:
        self.pid = pid
        self.pipes = (report, printed)
        self.started = time.monotonic()
        self.report, self.printed = bytearray(), bytearray()
        self.cut = ""
        """Why the parent ended it: ``timeout``, ``output_limit`` or another word; empty if it did not."""
        self.most: tuple[int | None, int | None] = (None, None)
        """The limits in bytes of its report and its output, None for no limit."""
        self._counts = [0, 0]
        for pipe in self.pipes:
            os.set_blocking(pipe, False)

    @classmethod
    def fork(cls) -> "Child | None":
        """Fork, and return the child; return None in the child itself."""
        report, report_end = os.pipe()
        printed, printed_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            _set_up_descriptors(report_end, printed_end)
            return None
        os.close(report_end)
        os.close(printed_end)
        return cls(pid, report, printed)

    @property
    def seconds(self) -> float:
        """The time since the fork."""
        return time.monotonic() - self.started

    def read(self, pipe: int) -> bool:
        """Read available data from one of the pipes; return False at its end."""
        data = os.read(pipe, 1 << 16)
        number = self.pipes.index(pipe)
        self._counts[number] += len(data)
        most = self.most[number]
        if most is not None and self._counts[number] > most:
            self.cut = self.cut or "output_limit"
        elif number:
            self.printed = (self.printed + data)[-_KEPT_OUTPUT:]
        else:
            self.report += data
        return bool(data)

    def whole_report(self) -> bytes:
        """Wait for the end of the report, end the process, and return the report."""
        os.set_blocking(self.pipes[0], True)
        while self.read(self.pipes[0]):
            pass
        self.end()
        return bytes(self.report)

    def end(self, last: Callable[[], None] = lambda: None) -> int:
        """Kill the process and its group, read the rest of its output, and return its status, negative for a signal.

        Args:
            last: called when the process has ended.
        """
        for kill in (os.killpg, os.kill):  # the process may not have its own group yet
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        last()
        for pipe in self.pipes:
            with contextlib.suppress(BlockingIOError):  # a process that left the group may keep the pipe open
                while self.cut != "output_limit" and self.read(pipe):
                    pass
            os.close(pipe)
        return os.waitstatus_to_exitcode(status)


def _set_up_descriptors(report: int, printed: int) -> None:
    """Set the child's input and outputs, and close all other descriptors of the server."""
    import fcntl  # Windows lacks it, and imports this module

    os.setsid()
    # Duplicate to high numbers first: a pipe may have the number that another one must get.
    null, printed, report = (
        fcntl.fcntl(each, fcntl.F_DUPFD, 16) for each in (os.open(os.devnull, os.O_RDONLY), printed, report)
    )
    for source, target in ((null, 0), (printed, 1), (printed, 2), (report, REPORT)):
        os.dup2(source, target)
    os.closerange(REPORT + 1, 1 << 16)
