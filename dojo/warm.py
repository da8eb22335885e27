"""A process that has torch loaded, and forks for each run.

Importing torch takes seconds; a fork of a process that has done so takes milliseconds. ``Warm`` starts that process,
sends it requests, and gets back each test's result. Nothing that a run does reaches the next. Where there is no fork,
each run is a fresh process, and ``Warm.note`` says so.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import IO, Any

from dojo.progress import Progress, Result


class Ended(Enum):
    """How a run came to its end."""

    FINISHED = "finished"
    TIMEOUT = "ran past its time limit"
    CRASHED = "its process died"


@dataclass(frozen=True)
class Request:
    """What to run.

    ``tests`` are pytest's arguments, paths or node ids, relative to the project; ``answers`` is as for ``--answers``;
    ``timeout`` is in seconds of wall time; ``first_failure`` ends the run at the first test that fails.
    """

    tests: tuple[str, ...]
    answers: str = "katas"
    devices: tuple[str, ...] = ()
    seed: int | None = None
    timeout: float = 30.0
    first_failure: bool = False


@dataclass(frozen=True)
class Run:
    """What came of a request. ``selected`` are pairs of kata and test; ``errors`` are test files that did not load."""

    ended: Ended
    results: tuple[Result, ...] = ()
    selected: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()
    seconds: float = 0.0
    output: str = ""

    def progress(self) -> Progress:
        """Return the results gathered by kata."""
        progress = Progress()
        progress.select(self.selected)
        for result in self.results:
            progress.add(result)
        return progress


class WarmProcessEnded(RuntimeError):
    """The process that has torch loaded is gone; what it wrote to standard error says why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the warm process ended with exit status {status}: see what it wrote above, and start again")


class Warm:
    """A context in which test runs are quick.

    Args:
        root: the folder that holds ``katas`` and ``conftest.py``.
        rehearse: tests to run once at the start, in a process thrown away; what they import, later forks have loaded.
        jobs: how many runs ``map`` keeps going at once.
    """

    def __init__(self, root: Path, rehearse: Sequence[str] = (), jobs: int = 1) -> None:
        self.root = root
        self.rehearse = tuple(rehearse)
        self.jobs = jobs
        self.note = "" if can_fork() else "no fork on this system: each run starts a fresh Python, which takes seconds"
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Warm":
        if not self.note:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "dojo.warm_process", "serve", *self.rehearse],
                cwd=self.root,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self

    def __exit__(self, *error: object) -> None:
        if self._server is not None:
            with contextlib.suppress(BrokenPipeError):
                _pipe(self._server.stdin).close()  # the server ends, and ends its children, when its input does
            _pipe(self._server.stdout).close()
            self._server.wait()
            self._server = None

    def run(self, request: Request) -> Run:
        """Run one request and return what came of it."""
        return next(iter(self.map([request])))[1]

    def map(self, requests: Iterable[Request]) -> Iterator[tuple[int, Run]]:
        """Run all requests, ``jobs`` at a time; yield each one's place among them and its run, as they end."""
        waiting = list(enumerate(requests))
        if self._server is None:
            with ThreadPoolExecutor(self.jobs) as pool:
                yield from zip(
                    (place for place, _ in waiting), pool.map(self._fresh, (r for _, r in waiting)), strict=True
                )
            return
        waiting.reverse()
        running = 0
        while waiting or running:
            while waiting and running < self.jobs:
                place, request = waiting.pop()
                self._send(self._server, {"id": place, **asdict(request)})
                running += 1
            reply = self._receive(self._server)
            running -= 1
            yield reply["id"], _run_from(reply)

    def _send(self, server: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
        try:
            _pipe(server.stdin).write(json.dumps(message).encode() + b"\n")
            _pipe(server.stdin).flush()
        except BrokenPipeError:
            raise WarmProcessEnded(server.wait()) from None

    def _receive(self, server: subprocess.Popen[bytes]) -> dict[str, Any]:
        line = _pipe(server.stdout).readline()
        if not line:
            raise WarmProcessEnded(server.wait())
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _fresh(self, request: Request) -> Run:
        """Run one request in a Python of its own."""
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            report, log = Path(folder, "report"), Path(folder, "log")
            report.touch()
            with log.open("wb") as output:
                process = subprocess.Popen(
                    [sys.executable, "-m", "dojo.warm_process", "once", str(report), json.dumps(asdict(request))],
                    cwd=self.root,
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
                try:
                    process.wait(request.timeout)
                    timed_out = False
                except subprocess.TimeoutExpired:
                    timed_out = True
                    process.kill()
                    process.wait()
            reply = read_report(report.read_bytes(), timed_out, log.read_bytes())
        return _run_from({**reply, "seconds": time.perf_counter() - start})


def read_report(report: bytes, timed_out: bool, output: bytes) -> dict[str, Any]:
    """Return the reply that the lines of a report make: one JSON object a line, the last one ``{"ended": true}``.

    A line that was cut off, as by a crash, counts as not written.
    """
    reply: dict[str, Any] = {"results": [], "selected": [], "errors": []}
    finished = False
    for line in report.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        finished = finished or "ended" in said
        for key in ("results", "selected", "errors"):
            reply[key] += said.get(key, [])
    ended = Ended.FINISHED if finished else Ended.TIMEOUT if timed_out else Ended.CRASHED
    return {**reply, "ended": ended.value, "output": output[-4000:].decode(errors="replace")}


def _run_from(reply: dict[str, Any]) -> Run:
    return Run(
        ended=Ended(reply["ended"]),
        results=tuple(Result.from_dict(result) for result in reply["results"]),
        selected=tuple((kata, test) for kata, test in reply["selected"]),
        errors=tuple(reply["errors"]),
        seconds=reply["seconds"],
        output=reply["output"],
    )


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None, "the server was started with pipes"
    return stream


def can_fork() -> bool:
    """Say whether a process that has torch loaded can be forked here."""
    # macOS forks, but its frameworks, Metal among them, do not outlive one.
    return hasattr(os, "fork") and sys.platform != "darwin"


def _environment() -> dict[str, str]:
    # One thread a run: the runs themselves go side by side. No plugins but ours: others cost time at each start.
    return {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONUNBUFFERED": "1",
        # To ask whether there is CUDA must not start it: the forks of a process that did cannot use it.
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
    }
