"""The process of one hand-in: it is asked for kata after kata, forks for each, and minds that each keeps its limits."""

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

NO_MORE = 77
"""Exit status: no hand-in came, for the input has ended."""
_LOOK = 0.1
"""Seconds between two looks at the memory of all processes of a kata; the kernel limits that of one."""
_WRITABLE = ("/dev/shm", "/dev/null", "/dev/zero")


@dataclass(frozen=True)
class SandboxOptions:
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


@dataclass(frozen=True)
class HandInProcess:
    """What is the same for all katas of a hand-in.

    Args:
        options: how the sandbox was set up from outside.
        known: what was so before any hand-in came.
        folder: for its files.
        seed: that the tests' inputs come from.
        user: whom its processes run as.
        others: processes of that user that count against its limit though they are not its own.
        size: bytes of addresses that are in use before it begins.
        namespaces: for its processes.
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
    """Serve the requests for one hand-in, and end. This process has seen nothing of any other.

    Args:
        options: how the sandbox was set up from outside.
        known: what was so before any hand-in came.
        replies: where replies are written to.
        folder: for the files of the hand-in.
    """
    try:
        confine.die_with_parent()
        confine.adopt_orphans()
        confine.hide_memory()
        try:
            begin = read_message(_read_input, BeginHandIn)
        except ConnectionCut:
            os._exit(NO_MORE)
        user = confine.nobody() if os.geteuid() == 0 else os.geteuid()
        others = confine.processes_of(user)
        size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        confine.mount_private_folders(
            folder, options.folder_size, map(Path, options.read), options.level != "bubblewrap"
        )
        os.chdir(Path.cwd())  # where it is now: what we were in may be covered
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
    """Run one request in a fork, which is ended where it goes beyond its limits."""
    inherited = confine.memory_of_this_process(os.getpid())
    this.namespaces.begin()
    child = Child.fork()
    if child is None:
        _become_kata_process(this, request)
    this.namespaces.end()
    child.most = REPORT_SIZE, getattr(request, "output", 1) << 20
    deadline = child.started + getattr(request, "seconds", probe.SECONDS)
    look = child.started + _LOOK
    ended = os.pidfd_open(child.pid)
    with selectors.DefaultSelector() as selector:
        for pipe in (*child.pipes, ended):
            selector.register(pipe, selectors.EVENT_READ)
        while not child.cut:
            now = time.monotonic()
            if now >= deadline:
                child.cut = "timeout"
                break
            ready = [key.fd for key, _ in selector.select(min(deadline - now, _LOOK))]
            if time.monotonic() >= look:
                look = time.monotonic() + _LOOK
                # What it and all that it started have beyond what a fork has from the beginning.
                grown = sum(max(0, each - inherited) for each in confine.memory_of_descendants(child.pid))
                if grown > request.memory << 20 > 0:
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
    """Be a process that may do little, and run what is asked for."""
    try:
        confine.die_with_parent()
        options = this.options
        confine.hide_processes()
        if options.level == "landlock":
            readable = [Path(each) for each in options.read]
            landlock.restrict(readable, [this.folder, *map(Path, _WRITABLE)], network=confine.has_own_network())
        memory = this.size + (request.memory << 20) if request.memory else 0
        confine.limit(memory, request.processes, getattr(request, "written", 1) << 20, this.others)
        confine.become_nobody(this.user, reading=not options.other_user)
        if isinstance(request, ProbeRequest):
            probe.run(request, REPORT)
        kata_process.run(this.known, request, this.folder, this.seed, REPORT)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
