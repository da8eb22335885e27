"""The process of one hand-in: it is asked for kata after kata, forks for each, and minds that each keeps its limits."""

import contextlib
import os
import selectors
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from dojo.grading.sandbox import confine, kata_process, landlock, probe
from dojo.grading.sandbox.protocol import (
    REPORT,
    Cut,
    HandInRequest,
    KataReply,
    KataRequest,
    Over,
    ProbeRequest,
    packed,
    received,
    write_all,
)

NO_MORE = 77
"""Exit status: no hand-in came, for the input has ended."""
_LOOK = 0.1
"""Seconds between two looks at the memory of all processes of a kata; the kernel limits that of one."""
_WRITABLE = ("/dev/shm", "/dev/null", "/dev/zero")


@dataclass(frozen=True)
class Setup:
    """How the sandbox was set up from outside.

    Args:
        level: ``bubblewrap``, ``landlock`` or ``weak``.
        folder: where the files of hand-ins may lie.
        read: what may be read, with all beneath.
        devices: on which tests run; none for those that are here.
        folder_size: in MiB.
        preload: modules that answers are known to import: what is loaded here, no fork has to load.
        other_user: whether a user of no rights can read what the tests need.
    """

    level: str
    folder: str
    read: tuple[str, ...]
    devices: tuple[str, ...]
    folder_size: int
    preload: tuple[str, ...]
    other_user: bool


@dataclass
class HandIn:
    """What the process of one hand-in has from the warm process.

    Args:
        setup: how the sandbox was set up from outside.
        known: what was so before any hand-in came.
        replies: where replies are written to.
        folder: for its files.
    """

    setup: Setup
    known: kata_process.Known
    replies: int
    folder: Path


def serve(this: HandIn) -> NoReturn:
    """Serve the requests for one hand-in, and end. This process has seen nothing of any other."""
    try:
        confine.die_with_parent()
        confine.adopt_orphans()
        confine.hide_memory()
        try:
            begin = received(_read_input, HandInRequest)
        except Cut:
            os._exit(NO_MORE)
        user = confine.nobody() if os.geteuid() == 0 else os.geteuid()
        others = confine.processes_of(user)
        size = _addresses()
        readable = map(Path, this.setup.read)
        confine.own_folders(this.folder, this.setup.folder_size, readable, this.setup.level != "bubblewrap")
        os.chdir(Path.cwd())  # where it is now: what we were in may be covered
        processes = confine.ProcessNamespaces()
        for kata, contents in begin.files.items():
            path = this.folder / f"{kata}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(contents)
        os.environ["TMPDIR"] = os.environ["HOME"] = tempfile.tempdir = str(this.folder)
        os.chmod(this.folder, 0o777)  # noqa: PTH101 -- the folder is this hand-in's alone
        confine.give_to_nobody(this.folder, user)
        while not isinstance(request := received(_read_input, KataRequest | ProbeRequest | Over), Over):
            one = _KataProcess(this, request, processes, size, others, user, begin.seed)
            write_all(this.replies, packed(one.reply()))
        os._exit(0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def _read_input(count: int) -> bytes:
    return os.read(0, count)


def _addresses() -> int:
    """Return how many bytes of addresses this process uses."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


class _KataProcess:
    """A fork for one request, and what it came to."""

    def __init__(
        self,
        this: HandIn,
        request: KataRequest | ProbeRequest,
        processes: confine.ProcessNamespaces,
        size: int,
        others: int,
        user: int,
        seed: int,
    ) -> None:
        self.request = request
        self.started = time.monotonic()
        self.report, self.printed, self.cut = bytearray(), bytearray(), ""
        self.inherited = confine.own_memory(os.getpid())
        report, report_end = os.pipe()
        printed, printed_end = os.pipe()
        processes.begin()
        self.pid = os.fork()
        if self.pid == 0:
            _be_kata(this, request, (report_end, printed_end), size, others, user, seed)
        processes.end()
        os.close(report_end)
        os.close(printed_end)
        self.pipes = {report: self.report, printed: self.printed}
        self.names = {report: "report", printed: "printed"}

    def reply(self) -> KataReply:
        """Wait until it has ended, or end it where it goes beyond its limits."""
        seconds = getattr(self.request, "seconds", probe.SECONDS)
        most = {"report": REPORT, "printed": getattr(self.request, "output", 1) << 20}
        said = dict.fromkeys(("report", "printed"), 0)
        look = self.started + _LOOK
        ended = os.pidfd_open(self.pid)
        with selectors.DefaultSelector() as selector:
            for pipe in self.pipes:
                os.set_blocking(pipe, False)
                selector.register(pipe, selectors.EVENT_READ)
            selector.register(ended, selectors.EVENT_READ)
            while not self.cut:
                left = self.started + seconds - time.monotonic()
                if left <= 0:
                    self.cut = "timeout"
                    break
                ready = [key.fd for key, _ in selector.select(min(left, _LOOK))]
                if time.monotonic() >= look:
                    look = time.monotonic() + _LOOK
                    if self._grown() > self.request.memory << 20 > 0:
                        self.cut = "memory"
                for pipe in ready:
                    if pipe != ended and not self._read(pipe, said, most):
                        selector.unregister(pipe)
                if ended in ready:
                    break
        os.close(ended)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        confine.end_descendants()
        for pipe in self.pipes:
            with contextlib.suppress(BlockingIOError):
                while self._read(pipe, said, most):
                    if self.cut:
                        break
            os.close(pipe)
        return KataReply(
            self.cut or "finished",
            os.waitstatus_to_exitcode(status),
            bytes(self.report),
            bytes(self.printed[-4000:]),
            time.monotonic() - self.started,
        )

    def _grown(self) -> int:
        """Return the bytes of memory that it and all that it started have beyond what a fork has from the beginning."""
        each = confine.memory_below(self.pid)
        return sum(max(0, one - self.inherited) for one in each)

    def _read(self, pipe: int, said: dict[str, int], most: dict[str, int]) -> bool:
        data = os.read(pipe, 1 << 16)
        name = self.names[pipe]
        said[name] += len(data)
        if said[name] > most[name]:
            self.cut = "output_limit"
        else:
            self.pipes[pipe] += data
        return bool(data)


def _be_kata(
    this: HandIn,
    request: KataRequest | ProbeRequest,
    ends: tuple[int, int],
    size: int,
    others: int,
    user: int,
    seed: int,
) -> NoReturn:
    """Be a process that may do little, and run what is asked for."""
    report, printed = ends
    try:
        confine.die_with_parent()
        os.setsid()
        silence = os.open(os.devnull, os.O_RDONLY)
        os.dup2(silence, 0)
        os.dup2(printed, 1)
        os.dup2(printed, 2)
        os.dup2(report, 3)
        os.closerange(4, 1 << 16)
        setup = this.setup
        confine.no_processes_to_see()
        if setup.level == "landlock":
            readable = [Path(each) for each in setup.read]
            landlock.restrict(readable, [this.folder, *map(Path, _WRITABLE)], network=confine.has_own_network())
        memory = size + (request.memory << 20) if request.memory else 0
        confine.limit(memory, request.processes, getattr(request, "written", 1) << 20, others)
        confine.become_nobody(user, reading=not setup.other_user)
        if isinstance(request, ProbeRequest):
            probe.run(request, 3)
        kata_process.run(this.known, request, this.folder, seed, 3)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
