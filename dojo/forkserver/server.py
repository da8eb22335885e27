"""The process that has torch loaded and forks for each run, and what happens in the fork."""

import contextlib
import faulthandler
import gc
import importlib
import os
import selectors
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest

from dojo.course import suite
from dojo.forkserver.child import REPORT, Child
from dojo.forkserver.protocol import (
    AnswerFinished,
    CollectionFinished,
    ConnectionCut,
    LoadRequest,
    Report,
    Request,
    ResultReady,
    RunReply,
    RunRequest,
    StopRequest,
    encode,
    take_messages,
    write_all,
)
from dojo.plugin import Katas, kata_of
from dojo.results.progress import Result
from dojo.results.run import Ended, Run
from dojo.runner import no_compiler
from dojo.runner.global_state import GlobalState

# Not pytest's logging: around each phase of each test it hooks into torch's 57 loggers, a fifth of a run's time. And
# what is printed is caught in Python alone: a file for it would be shared by all forks. Not the learner's record
# either: whoever asked decides what is worth keeping.
_OPTIONS: tuple[str, ...] = ("-qq", "--tb=no", "--disable-warnings", "--capture=sys")
_OPTIONS += ("-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:record", "-p", "no:faulthandler")
_LEAVE = 0.5
"""Seconds that a child has to end when it is done."""


def main(arguments: list[str]) -> None:
    """Serve requests from standard input, or run one and write its report to a file."""
    match arguments:
        case ["serve", *rehearse]:
            Server(os.dup(1), tuple(rehearse)).serve()
        case ["once", report, request]:
            asked = msgspec.json.decode(request, type=RunRequest)
            handle = os.open(report, os.O_WRONLY)
            options = ["--answers", *asked.answers, *(f"--device={device}" for device in asked.devices)]
            options += [] if asked.seed is None else ["--seed", str(asked.seed)]
            pytest.main([*_OPTIONS, *options, *asked.tests], plugins=[_Runner(asked, handle)])
            write_all(handle, encode(AnswerFinished()))  # pytest makes no sense of the request, and has printed why
        case _:
            raise SystemExit("usage: python -m dojo.forkserver.server serve [TESTS] | once REPORT REQUEST")


def load(names: Iterable[str]) -> None:
    """Import modules by name, so that no fork has to, and let no fork walk over all objects to find garbage.

    Nothing is run: a process that itself ran a backward() could not be forked any more.
    """
    no_compiler.postpone_compiler()
    for name in names:
        if name and name not in sys.modules:
            with contextlib.suppress(Exception):  # some names are made, not imported
                importlib.import_module(name)
    gc.collect()
    gc.freeze()


class _Runner:
    """A plugin of pytest that runs the tests on each answer, reports what they come to, and ends the process."""

    def __init__(self, request: RunRequest, report: int) -> None:
        self.request = request
        self.report = report
        self.errors: list[str] = []
        self.failed = False

    def _say(self, message: Report) -> None:
        write_all(self.report, encode(message))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(f"{report.nodeid}: {report.longrepr}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if hasattr(report, "kata"):
            self._say(ResultReady(msgspec.convert(report.kata, Result)))
        self.failed = self.failed or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> NoReturn:
        katas, several = _katas(session), len(self.request.answers) > 1
        selected = tuple((kata, item.nodeid) for item in session.items if (kata := kata_of(item.nodeid)))
        self._say(CollectionFinished(katas.devices.names, katas.devices.notes, selected, tuple(self.errors)))
        before = GlobalState.now() if several else None
        alone = any("processes" in getattr(item, "fixturenames", ()) for item in session.items)
        for answers in self.request.answers:
            if several:
                katas.answer_from(answers)
            self._run_tests([] if self.errors else session.items)
            session._setupstate.teardown_exact(None)
            self._say(AnswerFinished())
            # Who leaves something behind for the next answer, or has processes of its own, is the last one here: what
            # is left of the request is done in another process.
            if before is not None and (alone or before.has_changed()):
                break
        sys.stdout.flush()
        os._exit(0)

    def _run_tests(self, items: list[pytest.Item]) -> None:
        self.failed = False
        for item, following in zip(items, [*items[1:], None], strict=False):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed and self.request.first_failure:
                return


def _katas(session: pytest.Session) -> Katas:
    plugin = session.config.pluginmanager.get_plugin("katas")
    assert isinstance(plugin, Katas), "conftest.py loads it"
    return plugin


@dataclass
class _RunningChild:
    """A child that is at work on the answers of a request, by now on the one at ``place``.

    Args:
        request: with all answers.
        place: of the answer.
        child: the process.
        deadline: for this answer, a monotonic time.
        early: whether to reply when a test has failed.
        is_first: whether it is the child's first answer.
        is_over: whether the last answer has come to its end.
        collected: what the child has said of the tests.
        results: of this answer.
    """

    request: RunRequest
    place: int
    child: Child
    deadline: float
    early: bool
    is_first: bool = True
    is_over: bool = False
    collected: CollectionFinished = field(default_factory=CollectionFinished)
    results: list[Result] = field(default_factory=list)

    def run(self, ended: Ended) -> Run:
        """Return what there is of this answer."""
        known = self.collected
        output = self.child.printed.decode(errors="replace")
        results = tuple(self.results)
        return Run(ended, results, known.devices, known.notes, known.selected, known.errors, self.child.seconds, output)


class Server:
    """Reads requests, and replies to each when an answer has come to its end.

    It is a plugin of pytest that lets pytest come as far as it goes without knowing what to run, and go on in a fork
    for each request.

    Args:
        replies: the file descriptor to reply to.
        rehearse: tests to run once at the start, in a process thrown away: what they import is loaded here.
    """

    def __init__(self, replies: int, rehearse: tuple[str, ...]) -> None:
        self.replies = replies
        os.dup2(2, 1)  # what anybody prints must not land among the replies
        self.selector = selectors.DefaultSelector()
        self.running: list[_RunningChild] = []
        self.waiting: list[tuple[RunRequest, int]] = []
        """Requests that no child is at work on, each with the place of the answer to go on with."""
        self.buffer = bytearray()
        self._load(rehearse)

    def serve(self) -> NoReturn:
        """Serve until the input ends. A fork does not come back either."""
        try:
            pytest.main([*_OPTIONS, "katas"], plugins=[self])
            # Only a fork comes here, for a request that pytest makes no sense of: it has printed why.
            write_all(REPORT, encode(AnswerFinished()))
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        request = self._serve_until_forked()
        if request is None:
            os._exit(0)
        faulthandler.enable(2)  # a crash says where it came from
        config = session.config
        config.pluginmanager.register(_Runner(request, REPORT))
        config.args[:] = request.tests
        # Several answers take turns in place of the stubs: what the first does as it is imported shows, too.
        config.option.answers = request.answers[0] if len(request.answers) == 1 else "katas"
        config.option.device = list(request.devices)
        config.option.seed = request.seed
        _katas(session).begin()

    def _serve_until_forked(self) -> RunRequest | None:
        """Fork for each request, until the input ends.

        Returns:
            In each fork, what to run; in the server, at its end, None.
        """
        self.selector.register(0, selectors.EVENT_READ)
        listening = True
        while listening:
            while self.waiting:
                if (request := self._start(*self.waiting.pop(0))) is not None:
                    return request
            deadline = min((running.deadline for running in self.running), default=None)
            left = None if deadline is None else max(deadline - time.monotonic(), 0.0)
            for key, _ in self.selector.select(left):
                if key.fd == 0:
                    data = os.read(0, 1 << 16)
                    listening = bool(data)
                    self.buffer += data
                    for message in take_messages(self.buffer, Request):
                        self._handle(message)
                elif key.data in self.running:  # else it has ended a moment ago
                    self._read(key.data, key.fd)
            for running in [each for each in self.running if time.monotonic() >= each.deadline]:
                self._end(running, Ended.TIMEOUT)
        for running in self.running:
            running.child.end()
        return None

    def _handle(self, message: Request) -> None:
        if isinstance(message, LoadRequest):
            self._load(message.tests)
        elif isinstance(message, StopRequest):
            for request, place in self.waiting:  # what came together with the request to stop has not begun
                write_all(self.replies, encode(RunReply(request.id, place, Run(Ended.STOPPED))))
            self.waiting.clear()
            for running in list(self.running):
                self._end(running, Ended.STOPPED)
        else:
            self.waiting.append((message, 0))

    def _start(self, request: RunRequest, place: int) -> RunRequest | None:
        """Fork for the answers of a request, from the one at ``place`` on; in the child, return what to run."""
        child = Child.fork()
        if child is None:
            return msgspec.structs.replace(request, answers=request.answers[place:])
        running = _RunningChild(request, place, child, child.started + request.timeout, request.early)
        self.running.append(running)
        for pipe in child.pipes:
            self.selector.register(pipe, selectors.EVENT_READ, running)
        return None

    def _read(self, running: _RunningChild, pipe: int) -> None:
        child = running.child
        goes_on = child.read(pipe)
        if pipe == child.pipes[0]:
            try:
                for message in take_messages(child.report, Report):
                    self._handle_report(running, message)
            except ConnectionCut:  # an answer has written there
                goes_on = False
            if not goes_on:
                self._end(running, Ended.CRASHED)
            elif running.early and any(result.outcome == "failed" for result in running.results):
                running.early = False
                self._reply(running, Ended.GOING_ON)
        elif not goes_on:
            self.selector.unregister(pipe)

    def _handle_report(self, running: _RunningChild, message: Report) -> None:
        if isinstance(message, CollectionFinished):
            running.collected = message
        elif isinstance(message, ResultReady):
            running.results.append(message.result)
        elif running.place + 1 == len(running.request.answers):
            # It has nothing more to do than to end, which what it has started may not let it.
            running.is_over, running.early, running.deadline = True, False, time.monotonic() + _LEAVE
        else:
            self._reply(running, Ended.FINISHED)
            running.place, running.is_first, running.results = running.place + 1, False, []
            running.deadline = time.monotonic() + running.request.timeout

    def _end(self, running: _RunningChild, ended: Ended) -> None:
        """End a child, and reply to the answer that it was at work on; those that it did not come to wait."""
        self.running.remove(running)
        for pipe in running.child.pipes:
            with contextlib.suppress(KeyError):
                self.selector.unregister(pipe)
        running.child.end()
        place = running.place + 1
        if running.is_over:
            self._reply(running, Ended.FINISHED)
        elif ended is Ended.CRASHED and not running.is_first:
            place = running.place  # it left by itself, or this answer is better tried alone
        else:
            self._reply(running, ended)
        if place < len(running.request.answers) and ended is not Ended.STOPPED:
            self.waiting.append((running.request, place))

    def _reply(self, running: _RunningChild, ended: Ended) -> None:
        write_all(self.replies, encode(RunReply(running.request.id, running.place, running.run(ended))))

    def _load(self, tests: tuple[str, ...]) -> None:
        """Import what runs of these tests import: a child that is thrown away finds out what that is."""
        import torch  # noqa: F401

        import dojo.check
        import dojo.draw  # noqa: F401

        child = Child.fork()
        if child is None:
            _rehearse(tests)
        load(name for name in child.whole_report().decode().split("\n") if not name.startswith(_OURS))


_OURS = ("katas", "test", "conftest", "__main__")


def _rehearse(tests: tuple[str, ...]) -> NoReturn:
    """Run tests in a process that is thrown away, and report which modules are loaded then."""
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    # Solutions load what right answers need, and one stub what it takes to tell that an answer is wrong.
    for some, answers in ((tests, str(suite.solutions(Path.cwd()))), (tests[:1], "katas")):
        if some and Path(answers).is_dir():
            pytest.main([*_OPTIONS, "-x", "--seed", "0", "--answers", answers, *some])
    write_all(REPORT, "\n".join(sys.modules).encode())
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
