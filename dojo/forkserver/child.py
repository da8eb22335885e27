"""A process that a fork server has forked: what it reports and prints, and how it comes to its end."""

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Callable

REPORT = 3
"""The file descriptor that a child writes its report to."""
_TAIL = 4000
"""Bytes of what is printed that are kept: a flood must not fill the memory."""


class Child:
    """A forked process in a group of its own, so that what it starts dies with it. ``fork`` makes one.

    Args:
        pid: of the process.
        report: where its report comes from.
        printed: where what it prints comes from.
    """

    def __init__(self, pid: int, report: int, printed: int) -> None:
        self.pid = pid
        self.pipes = (report, printed)
        self.started = time.monotonic()
        self.report, self.printed = bytearray(), bytearray()
        self.cut = ""
        """Why it was ended from outside, where it was: ``timeout``, ``output_limit`` or another word."""
        self.most: tuple[int | None, int | None] = (None, None)
        """Bytes that it may report and print, None for no limit."""
        self._count = [0, 0]
        for pipe in self.pipes:
            os.set_blocking(pipe, False)

    @classmethod
    def fork(cls) -> "Child | None":
        """Fork, and return the child; in the child itself, return None."""
        report, report_end = os.pipe()
        printed, printed_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            _arrange(report_end, printed_end)
            return None
        os.close(report_end)
        os.close(printed_end)
        return cls(pid, report, printed)

    @property
    def seconds(self) -> float:
        """Since it was forked."""
        return time.monotonic() - self.started

    def read(self, pipe: int) -> bool:
        """Take what there is in one of the pipes; say whether more may come."""
        data = os.read(pipe, 1 << 16)
        number = self.pipes.index(pipe)
        self._count[number] += len(data)
        most = self.most[number]
        if most is not None and self._count[number] > most:
            self.cut = self.cut or "output_limit"
        elif number:
            self.printed = (self.printed + data)[-_TAIL:]
        else:
            self.report += data
        return bool(data)

    def whole_report(self) -> bytes:
        """Wait until it has ended, and return what it has reported."""
        os.set_blocking(self.pipes[0], True)
        while self.read(self.pipes[0]):
            pass
        self.end()
        return bytes(self.report)

    def end(self, last: Callable[[], None] = lambda: None) -> int:
        """End it and what it has started, take what there still is, and return its status, negative for a signal.

        Args:
            last: is called when it has ended.
        """
        for kill in (os.killpg, os.kill):  # it may not have come to its own group yet
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        last()
        for pipe in self.pipes:
            with contextlib.suppress(BlockingIOError):  # a process that left the group may hold the pipe open
                while self.cut != "output_limit" and self.read(pipe):
                    pass
            os.close(pipe)
        return os.waitstatus_to_exitcode(status)


def _arrange(report: int, printed: int) -> None:
    """Give the child no input, and outputs of its own; close whatever else the server has open."""
    os.setsid()
    # Out of the way first: one of them may have the number that another one is to get.
    silence, printed, report = (
        fcntl.fcntl(each, fcntl.F_DUPFD, 16) for each in (os.open(os.devnull, os.O_RDONLY), printed, report)
    )
    for source, target in ((silence, 0), (printed, 1), (printed, 2), (report, REPORT)):
        os.dup2(source, target)
    os.closerange(REPORT + 1, 1 << 16)
