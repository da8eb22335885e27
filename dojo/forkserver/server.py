"""The other side of ``dojo.forkserver.client``: the process that forks, and what happens in the fork."""

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from dojo.course import suite
from dojo.forkserver.client import Request, read_report
from dojo.plugin import kata_of
from dojo.results.run import Ended


def main(arguments: list[str]) -> None:
    """Serve requests from standard input, or run one and write its report to a file."""
    match arguments:
        case ["serve", *rehearse]:
            _Prepared(_Server(os.fdopen(os.dup(1), "wb"), rehearse)).serve()
        case ["once", report, request]:
            with Path(report).open("w", encoding="utf-8") as stream:
                _run(json.loads(request), stream)
        case _:
            raise SystemExit("usage: python -m dojo.forkserver.server serve [TESTS] | once REPORT REQUEST")


# Not pytest's logging: around each phase of each test it hooks into torch's 57 loggers, a fifth of a run's time. And
# what is printed is caught in Python alone: a file for it would be shared by all forks.
_QUIET = ("-qq", "--tb=no", "--disable-warnings", "--capture=sys")
# Not the learner's record either: whoever asked decides what is worth keeping.
_OPTIONS = (*_QUIET, "-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:record")


def _run(request: dict[str, Any], stream: IO[str]) -> None:
    """Run pytest here and now; write each result as a line the moment it is known."""
    options = ["--answers", request["answers"]]
    if request["seed"] is not None:
        options += ["--seed", str(request["seed"])]
    if request["first_failure"]:
        options.append("-x")
    for device in request["devices"]:
        options += ["--device", device]
    pytest.main([*_OPTIONS, *options, *request["tests"]], plugins=[_Reporter(stream)])
    _write(stream, {"ended": True})


class _Prepared:
    """Lets pytest come as far as it goes without knowing what to run, and go on in a fork for each request."""

    def __init__(self, server: "_Server") -> None:
        self.server = server
        self.stream: IO[str] | None = None

    def serve(self) -> None:
        """Serve until the server's input ends. A fork does not come back."""
        try:
            pytest.main([*_OPTIONS, "katas"], plugins=[self])
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        if self.stream is not None:
            _write(self.stream, {"ended": True})
            self.stream.close()
        os._exit(0)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        fork = self.server.serve()
        if fork is None:
            os._exit(0)
        request, self.stream = fork
        config = session.config
        config.pluginmanager.register(_Reporter(self.stream))
        config.args[:] = request["tests"]
        config.option.answers = request["answers"]
        config.option.device = request["devices"]
        config.option.maxfail = 1 if request["first_failure"] else 0
        config.option.seed = request["seed"]
        config.pluginmanager.get_plugin("katas").begin()  # type: ignore[union-attr]


def _write(stream: IO[str], message: dict[str, Any]) -> None:
    stream.write(json.dumps(message) + "\n")
    stream.flush()


class _Reporter:
    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        chosen = session.config.pluginmanager.get_plugin("katas").devices  # type: ignore[union-attr]
        _write(self.stream, {"devices": chosen.names, "notes": chosen.notes})
        _write(
            self.stream, {"selected": [(kata, item.nodeid) for item in session.items if (kata := kata_of(item.nodeid))]}
        )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            _write(self.stream, {"errors": [f"{report.nodeid}: {report.longrepr}"]})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if hasattr(report, "kata"):
            _write(self.stream, {"results": [report.kata]})


_Fork = tuple[dict[str, Any], IO[str]]


@dataclass
class _Child:
    id: int
    pid: int
    log: IO[bytes]
    started: float
    deadline: float
    report: bytes = b""
    cut: Ended | None = None
    early: bool = False


class _Server:
    """Reads requests, one JSON object a line; answers each with a line when its child has ended."""

    def __init__(self, replies: IO[bytes], rehearse: list[str]) -> None:
        self.replies = replies
        os.dup2(2, 1)  # what anybody prints must not land among the replies
        self.selector = selectors.DefaultSelector()
        self.children: dict[int, _Child] = {}
        self.buffer = b""
        self._load(rehearse)

    def _load(self, rehearse: list[str]) -> None:
        """Import what a run imports, by name: a parent that itself ran a backward() could not be forked any more."""
        import torch  # noqa: F401

        import dojo.check
        import dojo.draw
        import dojo.plugin  # noqa: F401
        from dojo.runner.no_compiler import put_the_compiler_off

        put_the_compiler_off()
        receive, send = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(receive)
            silence = os.open(os.devnull, os.O_RDWR)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
                # Solutions load what right answers need, and one stub what it takes to tell that an answer is wrong.
                for tests, answers in ((rehearse, str(suite.solutions(Path.cwd()))), (rehearse[:1], "katas")):
                    if Path(answers).is_dir() and tests:
                        _run(asdict(Request(tuple(tests), answers, seed=0, first_failure=True)), nowhere)
            with os.fdopen(send, "w") as stream:
                stream.write("\n".join(sys.modules))
            os._exit(0)
        os.close(send)
        with os.fdopen(receive) as stream:
            names = stream.read().split("\n")
        os.waitpid(pid, 0)
        for name in names:
            if name and name not in sys.modules and not name.startswith(("katas", "test", "conftest", "__main__")):
                with contextlib.suppress(Exception):  # some names are made, not imported
                    importlib.import_module(name)
        gc.collect()
        gc.freeze()  # pytest collects garbage as it closes; frozen objects are not walked

    def serve(self) -> _Fork | None:
        """Start a fork for each request, until the input ends.

        Returns:
            In each fork, what was asked and where to write what comes of it; in the server, at its end, None.
        """
        self.selector.register(0, selectors.EVENT_READ)
        listening = True
        while listening:
            now = time.monotonic()
            wait = min((child.deadline - now for child in self.children.values()), default=None)
            for key, _ in self.selector.select(None if wait is None else max(wait, 0.0)):
                if key.fd == 0:
                    data = os.read(0, 1 << 16)
                    listening = bool(data)
                    *lines, self.buffer = (self.buffer + data).split(b"\n")
                    for line in lines:
                        if (fork := self._do(json.loads(line))) is not None:
                            return fork
                else:
                    self._hear(key.fd)
            self._end_late()
        for fd in list(self.children):
            self._finish(fd, reply=False)
        return None

    def _do(self, message: dict[str, Any]) -> _Fork | None:
        if "load" in message:
            self._load(message["load"])
        elif "stop" in message:
            for fd in list(self.children):
                self.children[fd].cut = Ended.STOPPED
                self._finish(fd)
        else:
            return self._start(message)
        return None

    def _start(self, request: dict[str, Any]) -> _Fork | None:
        log = tempfile.TemporaryFile()  # noqa: SIM115 -- closed when the child has ended
        receive, send = os.pipe()
        os.set_blocking(receive, False)
        started = time.monotonic()
        pid = os.fork()
        if pid == 0:
            return self._in_fork(request, log, receive, send)
        os.close(send)
        deadline = started + request["timeout"]
        self.children[receive] = _Child(request["id"], pid, log, started, deadline, early=request["early"])
        self.selector.register(receive, selectors.EVENT_READ)
        return None

    def _in_fork(self, request: dict[str, Any], log: IO[bytes], receive: int, send: int) -> _Fork:
        os.setsid()  # a group of its own, so that what it starts dies with it
        os.close(receive)
        for fd in self.children:
            os.close(fd)
        self.replies.close()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        return request, os.fdopen(send, "w", encoding="utf-8")

    def _hear(self, fd: int) -> None:
        data = os.read(fd, 1 << 16)
        child = self.children[fd]
        child.report += data
        if not data:
            self._finish(fd)
        elif child.early:
            said = read_report(child.report, Ended.GOING_ON, b"")
            failed = any(each["failure"] and each["failure"]["outcome"] != "todo" for each in said["results"])
            # Where the end came in the same piece, the reply that is due now tells all.
            if failed and said["ended"] == Ended.GOING_ON.value:
                child.early = False
                self._reply(child, said)

    def _end_late(self) -> None:
        now = time.monotonic()
        for fd, child in list(self.children.items()):
            if now >= child.deadline:
                child.cut = Ended.TIMEOUT
                self._finish(fd)

    def _kill(self, child: _Child) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)  # it may not have come to its own group yet

    def _finish(self, fd: int, reply: bool = True) -> None:
        child = self.children.pop(fd)
        self._kill(child)  # and whatever it started: its report is complete, or it is too late
        os.waitpid(child.pid, 0)
        with contextlib.suppress(BlockingIOError):  # a process that left the group may hold the pipe open
            while data := os.read(fd, 1 << 16):
                child.report += data
        self.selector.unregister(fd)
        os.close(fd)
        child.log.seek(0)
        if reply:
            said = read_report(child.report, child.cut, child.log.read())
            self._reply(child, said)
        child.log.close()

    def _reply(self, child: _Child, said: dict[str, Any]) -> None:
        message = {"id": child.id, "seconds": time.monotonic() - child.started, **said}
        self.replies.write(json.dumps(message).encode() + b"\n")
        self.replies.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
