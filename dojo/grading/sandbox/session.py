"""The process of one hand-in: for each kata it forks a process, and enforces its limits."""

import os
import selectors
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from dojo.forkserver.child import REPORT, Child
from dojo.forkserver.protocol import ConnectionCut, encode, read_message, write_all
from dojo.grading.sandbox import confine, kata_process, landlock, probe
from dojo.grading.sandbox.protocol import (
    REPORT_SIZE,
    BeginHandIn,
    EndHandIn,
    KataReply,
    KataRequest,
    ProbeRequest,
)

NO_HAND_IN = 77
"""Exit status if the input ended before a hand-in came."""
_MEMORY_INTERVAL = 0.1  # seconds between checks of the total memory of a kata; the kernel limits single processes only
_WRITABLE = ("/dev/shm", "/dev/null", "/dev/zero")


@dataclass(frozen=True)
class SandboxOptions:
    """How the sandbox was set up from outside.

    Args:
        level: ``bubblewrap``, ``landlock`` or ``weak``.
        folder: for the files of hand-ins; ``folder_size`` is its limit in MiB.
        read: readable paths, with everything below.
        devices: to run tests on; empty for all available ones.
        preload: modules that answers may import: loaded here once, not in every fork.
        other_user: whether an unprivileged user can read what the tests need.
    """

    level: str
    folder: str
    read: tuple[str, ...]
    devices: tuple[str, ...]
    folder_size: int
    preload: tuple[str, ...]
    other_user: bool


@dataclass(frozen=True)
class HandInProcess:
    """What all katas of a hand-in share.

    Args:
        known: the state before any hand-in.
        folder: for the files of the hand-in.
        seed: of the test inputs.
        user: that its processes run as.
        others: threads of that user that are not the hand-in's, but count against its limit.
        size: bytes of address space in use before it begins.
    """

    options: SandboxOptions
    known: kata_process.TrustedState
    folder: Path
    seed: int
    user: int
    others: int
    size: int
    namespaces: confine.ProcessNamespaces


def serve(options: SandboxOptions, known: kata_process.TrustedState, replies: int, folder: Path) -> NoReturn:
    """Serve the requests for one hand-in, and exit. This process has seen nothing of other hand-ins.

    ``replies`` is the file descriptor for replies, ``folder`` is for the files of the hand-in.
    """
    try:
        confine.die_with_parent()
        confine.adopt_orphans()
        confine.hide_memory()
        try:
            begin = read_message(_read_input, BeginHandIn)
        except ConnectionCut:
            os._exit(NO_HAND_IN)
        user = confine.random_nobody() if os.geteuid() == 0 else os.geteuid()
        others = confine.count_threads(user)
        size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        confine.mount_private_folders(
            folder, options.folder_size, map(Path, options.read), options.level != "bubblewrap"
        )
        os.chdir(Path.cwd())  # the current folder may be covered by a mount now: enter its path again
        namespaces = confine.ProcessNamespaces()
        for kata, contents in begin.files.items():
            path = folder / f"{kata}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(contents)
        os.environ["TMPDIR"] = os.environ["HOME"] = tempfile.tempdir = str(folder)
        os.chmod(folder, 0o777)  # noqa: PTH101 -- the folder is this hand-in's alone
        confine.chown_to_nobody(folder, user)
        this = HandInProcess(options, known, folder, begin.seed, user, others, size, namespaces)
        while not isinstance(request := read_message(_read_input, KataRequest | ProbeRequest | EndHandIn), EndHandIn):
            write_all(replies, encode(_run(this, request)))
        os._exit(0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def _read_input(count: int) -> bytes:
    return os.read(0, count)


def _run(this: HandInProcess, request: KataRequest | ProbeRequest) -> KataReply:
    """Run one request in a fork, which is killed if it exceeds a limit."""
    inherited = confine.memory_of_process(os.getpid())
    this.namespaces.begin()
    child = Child.fork()
    if child is None:
        _become_kata_process(this, request)
    this.namespaces.end()
    child.most = REPORT_SIZE, getattr(request, "output", 1) << 20
    deadline = child.started + getattr(request, "seconds", probe.TIMEOUT)
    next_check = child.started + _MEMORY_INTERVAL
    ended = os.pidfd_open(child.pid)
    with selectors.DefaultSelector() as selector:
        for pipe in (*child.pipes, ended):
            selector.register(pipe, selectors.EVENT_READ)
        while not child.cut:
            now = time.monotonic()
            if now >= deadline:
                child.cut = "timeout"
                break
            ready = [key.fd for key, _ in selector.select(min(deadline - now, _MEMORY_INTERVAL))]
            if time.monotonic() >= next_check:
                next_check = time.monotonic() + _MEMORY_INTERVAL
                # Memory of the process and all its descendants, without what a fork inherits.
                memory = sum(max(0, each - inherited) for each in confine.memory_of_descendants(child.pid))
                if memory > request.memory << 20 > 0:
                    child.cut = "memory"
            for pipe in ready:
                if pipe != ended and not child.read(pipe):
                    selector.unregister(pipe)
            if ended in ready:
                break
    os.close(ended)
    status = child.end(confine.end_descendants)
    return KataReply(child.cut or "finished", status, bytes(child.report), bytes(child.printed), child.seconds)


def _become_kata_process(this: HandInProcess, request: KataRequest | ProbeRequest) -> NoReturn:
    """Drop all privileges in this forked process, then run the request."""
    try:
        confine.die_with_parent()
        options = this.options
        confine.hide_processes()
        if options.level == "landlock":
            readable = [Path(each) for each in options.read]
            landlock.restrict(readable, [this.folder, *map(Path, _WRITABLE)], network=confine.has_own_network())
        memory = this.size + (request.memory << 20) if request.memory else 0
        confine.set_limits(memory, request.processes, getattr(request, "written", 1) << 20, this.others)
        confine.become_nobody(this.user, reading=not options.other_user)
        if isinstance(request, ProbeRequest):
            probe.run(request, REPORT)
        kata_process.run(this.known, request, this.folder, this.seed, REPORT)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
