"""Test runs that are quick, in forks of a process that has torch loaded.

Importing torch takes seconds; a fork of a process that has done so takes milliseconds. ``ForkServer`` starts that
process, sends requests to it, and receives runs. No run can affect the next. On systems without fork, each run is a
fresh process, and ``ForkServer.note`` says so.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import IO

import msgspec

from dojo.forkserver.connection import Connection
from dojo.forkserver.protocol import (
    AnswerFinished,
    CollectionFinished,
    ConnectionCut,
    LoadRequest,
    Report,
    ResultReady,
    RunReply,
    RunRequest,
    StopRequest,
    take_messages,
)
from dojo.results.progress import Result
from dojo.results.run import Ended, Run

_SHARED = 40  # answers that share a fork, unless one of them leaves something behind
Place = tuple[int, int]
"""Of a run: the number of its request, and of its answer in the request."""


class ForkServerEnded(RuntimeError):
    """The process that has torch loaded has ended; its standard error says why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the fork server ended with exit status {status}: see what it wrote above, and start again")


class ForkServer:
    """A context in which test runs are quick.

    Args:
        root: the folder that holds ``katas`` and ``conftest.py``.
        rehearse: tests to run once at the start, so that forks need not import what they import.
        jobs: how many requests ``map`` runs at once.
        errors: for the standard error of the process, by default ours.
    """

    def __init__(
        self, root: Path, rehearse: Sequence[str] = (), jobs: int = 1, errors: IO[bytes] | None = None
    ) -> None:
        self.root = root
        self.rehearse = tuple(rehearse)
        self.jobs = jobs
        self.errors = errors
        self.note = "" if can_fork() else "no fork on this system: each run starts a fresh Python, which takes seconds"
        self._server: Connection | None = None
        self._fresh_runs: dict[subprocess.Popen[bytes], Ended | None] = {}

    def __enter__(self) -> "ForkServer":
        if not self.note:
            self._server = Connection([*_COMMAND, "serve", *self.rehearse], self.root, _environment(), self.errors)
        return self

    def __exit__(self, *error: object) -> None:
        if self._server is not None:
            self._server.close()  # it also ends its children
            self._server = None

    def run(self, request: RunRequest, early: Callable[[Run], None] | None = None) -> Run:
        """Run one request for one answer, and return the run.

        Args:
            request: what to run.
            early: called once with the run so far, as soon as a test fails on an answer that is not to do.
        """
        return next(iter(self.map([request], early)))[1]

    def map(
        self, requests: Iterable[RunRequest], early: Callable[[Run], None] | None = None
    ) -> Iterator[tuple[Place, Run]]:
        """Run all requests, ``jobs`` at a time; yield the run of each answer as it ends."""
        numbered = [
            msgspec.structs.replace(request, id=number, early=early is not None)
            for number, request in enumerate(requests)
        ]
        if self._server is None:
            alone = [((each.id, place), each, answer) for each in numbered for place, answer in enumerate(each.answers)]
            with ThreadPoolExecutor(self.jobs) as pool:
                runs = pool.map(lambda one: self._fresh(msgspec.structs.replace(one[1], answers=(one[2],))), alone)
                yield from zip((place for place, _, _ in alone), runs, strict=True)
            return
        waiting, left = list(reversed(numbered)), dict[int, int]()
        while waiting or left:
            while waiting and len(left) < self.jobs:
                request = waiting.pop()
                self._send(self._server, request)
                left[request.id] = len(request.answers)
            try:
                reply = self._server.receive(RunReply)
            except ConnectionCut:
                self._server.kill()  # it may have sent what makes no sense, and go on
                raise ForkServerEnded(self._server.wait()) from None
            if early is not None and reply.run.ended is Ended.GOING_ON:
                early(reply.run)
                continue
            left[reply.id] -= 1
            if reply.run.ended is Ended.STOPPED or not left[reply.id]:
                del left[reply.id]
            yield (reply.id, reply.answer), reply.run

    def run_each(self, answers: Sequence[tuple[str, str]], like: RunRequest) -> list[Run]:
        """Run many answers, in a random order and in forks that several answers of a test share; return their runs.

        Args:
            answers: each a test, and an answer to it as for ``--answers``.
            like: a request that holds all else; its seed chooses the order.
        """
        by_test: dict[str, list[int]] = defaultdict(list)
        for number in Random(like.seed).sample(range(len(answers)), len(answers)):
            by_test[answers[number][0]].append(number)
        groups = [
            (test, all_[at : at + _SHARED]) for test, all_ in by_test.items() for at in range(0, len(all_), _SHARED)
        ]
        requests = [
            msgspec.structs.replace(like, tests=(test,), answers=tuple(answers[number][1] for number in group))
            for test, group in groups
        ]
        runs = {groups[request][1][answer]: run for (request, answer), run in self.map(requests)}
        return [runs[number] for number in range(len(answers))]

    def stop(self) -> None:
        """End all current runs, which return as ``Ended.STOPPED``. Any thread may call this."""
        if self._server is not None:
            self._send(self._server, StopRequest())
        for process in list(self._fresh_runs):
            self._fresh_runs[process] = Ended.STOPPED
            process.kill()

    def load(self, tests: Sequence[str]) -> None:
        """Import what these tests import; requests wait meanwhile."""
        if self._server is not None:
            self._send(self._server, LoadRequest(tuple(tests)))

    def kill(self) -> None:
        """End the process at once, even while it loads; stop a current run first."""
        if self._server is not None:
            self._server.kill()

    def _send(self, server: Connection, message: msgspec.Struct) -> None:
        try:
            server.send(message)
        except ConnectionCut:
            raise ForkServerEnded(server.wait()) from None

    def _fresh(self, request: RunRequest) -> Run:
        """Run one request in a fresh Python."""
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            report, log = Path(folder, "report"), Path(folder, "log")
            report.touch()
            with log.open("wb") as output:
                process = subprocess.Popen(
                    [*_COMMAND, "once", str(report), msgspec.json.encode(request).decode()],
                    cwd=self.root,
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
                self._fresh_runs[process] = None
                try:
                    process.wait(request.timeout)
                except subprocess.TimeoutExpired:
                    self._fresh_runs[process] = Ended.TIMEOUT
                    process.kill()
                    process.wait()
                cut = self._fresh_runs.pop(process)
            printed = log.read_bytes()[-4000:].decode(errors="replace")
            return _read(report.read_bytes(), cut, time.perf_counter() - start, printed)


_COMMAND = (sys.executable, "-m", "dojo.forkserver.server")


def _read(report: bytes, cut: Ended | None, seconds: float, printed: str) -> Run:
    """Return the run of a report; a message that a crash cut off is ignored."""
    known, results, is_done = CollectionFinished(), list[Result](), False
    with contextlib.suppress(ConnectionCut):
        for message in take_messages(bytearray(report), Report):
            if isinstance(message, CollectionFinished):
                known = message
            elif isinstance(message, ResultReady):
                results.append(message.result)
            else:
                is_done = isinstance(message, AnswerFinished)
    ended = Ended.FINISHED if is_done else cut or Ended.CRASHED
    return Run(ended, tuple(results), known.devices, known.notes, known.selected, known.errors, seconds, printed)


def can_fork() -> bool:
    """Say whether a process that has torch loaded can be forked here."""
    # macOS can fork, but its frameworks, such as Metal, do not work in the child.
    return hasattr(os, "fork") and sys.platform != "darwin"


def _environment() -> dict[str, str]:
    # One thread for each run: runs are parallel. No plugins but ours: others cost time at each start.
    return {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONUNBUFFERED": "1",
        # Otherwise, asking whether there is CUDA starts it, and the forks of such a process cannot use it.
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
    }
