"""The process that has torch loaded and forks for each run; ``fork`` is what happens there."""

import contextlib
import faulthandler
import os
import selectors
import sys
import time
from dataclasses import dataclass, field
from typing import NoReturn

import msgspec
import pytest

from dojo.forkserver import fork
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
from dojo.results.progress import Result
from dojo.results.run import Ended, Run

_LEAVE = 0.5
"""Seconds that a child may take to exit after its last answer."""


def main(arguments: list[str]) -> None:
    """Serve requests from standard input, or run one and write its report to a file."""
    match arguments:
        case ["serve", *rehearse]:
            Server(os.dup(1), tuple(rehearse)).serve()
        case ["once", report, request]:
            asked = msgspec.json.decode(request, type=RunRequest)
            handle = os.open(report, os.O_WRONLY | getattr(os, "O_BINARY", 0))  # Windows would change line ends
            options = ["--answers", *asked.answers, *(f"--device={device}" for device in asked.devices)]
            options += [] if asked.seed is None else ["--seed", str(asked.seed)]
            pytest.main(
                [*fork.PYTEST_OPTIONS, *options, *asked.tests], plugins=[fork.Runner(asked, handle, is_fork=False)]
            )
            write_all(handle, encode(AnswerFinished()))
        case _:
            raise SystemExit("usage: python -m dojo.forkserver.server serve [TESTS] | once REPORT REQUEST")


@dataclass
class _RunningChild:
    """A child that runs the tests of a request on one answer after another.

    Args:
        place: of its current answer in the request.
        started: a monotonic time, as ``deadline``, both of this answer.
        early: whether to reply at the first failed test.
        is_first: whether this is the child's first answer.
        is_over: whether its last answer is done.
        results: of this answer.
    """

    request: RunRequest
    place: int
    child: Child
    started: float
    deadline: float
    early: bool
    is_first: bool = True
    is_over: bool = False
    collected: CollectionFinished = field(default_factory=CollectionFinished)
    results: list[Result] = field(default_factory=list)

    def run(self, ended: Ended) -> Run:
        """Return the run of the current answer so far."""
        known = self.collected
        output = self.child.printed.decode(errors="replace")
        results = tuple(self.results)
        return Run(
            ended,
            results,
            known.devices,
            known.notes,
            known.selected,
            known.errors,
            time.monotonic() - self.started,
            output,
        )


class Server:
    """A pytest plugin that reads requests, forks for each, and replies when an answer is done.

    It stops pytest before the collection, which depends on the request; each fork goes on from there.

    Args:
        replies: the file descriptor to write replies to.
        rehearse: tests to run once at the start, in a process of their own; what they import is imported here.
    """

    def __init__(self, replies: int, rehearse: tuple[str, ...]) -> None:
        self.replies = replies
        os.dup2(2, 1)  # printed text must not mix with the replies
        self.selector = selectors.DefaultSelector()
        self.running: list[_RunningChild] = []
        self.waiting: list[tuple[RunRequest, int]] = []
        """Requests without a child, each with the place of its next answer."""
        self.buffer = bytearray()
        self._load(rehearse)

    def serve(self) -> NoReturn:
        """Serve until the input ends; never returns."""
        try:
            pytest.main([*fork.PYTEST_OPTIONS, "katas"], plugins=[self])
            # Only a fork comes here, for a request that pytest refuses: it has printed why.
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
        faulthandler.enable(2)
        config = session.config
        config.pluginmanager.register(fork.Runner(request, REPORT))
        config.args[:] = request.tests
        # Several answers are loaded one by one, later: GlobalState must also see what importing the first one changes.
        config.option.answers = request.answers[0] if len(request.answers) == 1 else "katas"
        config.option.device = list(request.devices)
        config.option.seed = request.seed
        fork.katas_plugin(session).begin()

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
                elif key.data in self.running:  # else it was ended by an earlier event
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
            for request, place in self.waiting:  # they came in the same read, and no child has them
                write_all(self.replies, encode(RunReply(request.id, place, Run(Ended.STOPPED))))
            self.waiting.clear()
            for running in list(self.running):
                self._end(running, Ended.STOPPED)
        else:
            self.waiting.append((message, 0))

    def _start(self, request: RunRequest, place: int) -> RunRequest | None:
        """Fork for the answers of a request from ``place`` on; return what to run in the child, None in the server."""
        child = Child.fork()
        if child is None:
            return msgspec.structs.replace(request, answers=request.answers[place:])
        running = _RunningChild(request, place, child, child.started, child.started + request.timeout, request.early)
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
            except ConnectionCut:  # an answer wrote to this pipe
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
            # It only has to exit, but processes that the answer has started may keep it.
            running.is_over, running.early, running.deadline = True, False, time.monotonic() + _LEAVE
        else:
            self._reply(running, Ended.FINISHED)
            running.child.printed.clear()
            running.started = time.monotonic()
            running.place, running.is_first, running.results = running.place + 1, False, []
            running.deadline = time.monotonic() + running.request.timeout

    def _end(self, running: _RunningChild, ended: Ended) -> None:
        """End a child and reply for its current answer; later answers of its request wait for another child."""
        self.running.remove(running)
        for pipe in running.child.pipes:
            with contextlib.suppress(KeyError):
                self.selector.unregister(pipe)
        running.child.end()
        place = running.place + 1
        if running.is_over:
            self._reply(running, Ended.FINISHED)
        elif ended in (Ended.CRASHED, Ended.TIMEOUT) and not running.is_first:
            # It left before this answer, or what earlier answers have left may have ended it: try this answer alone.
            place = running.place
        else:
            self._reply(running, ended)
        if place < len(running.request.answers) and ended is not Ended.STOPPED:
            self.waiting.append((running.request, place))

    def _reply(self, running: _RunningChild, ended: Ended) -> None:
        write_all(self.replies, encode(RunReply(running.request.id, running.place, running.run(ended))))

    def _load(self, tests: tuple[str, ...]) -> None:
        """Import what these tests import, which a child finds out by running them."""
        import torch  # noqa: F401

        import dojo.check
        import dojo.draw  # noqa: F401

        child = Child.fork()
        if child is None:
            fork.rehearse(tests)
        fork.load(child.whole_report().decode().split("\n"))


if __name__ == "__main__":
    main(sys.argv[1:])
