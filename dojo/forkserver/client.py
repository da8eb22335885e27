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
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import msgspec

from dojo.results.progress import Result
from dojo.results.run import Ended, Run


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
        errors: where the process writes what is wrong with it, by default our standard error.
    """

    def __init__(
        self, root: Path, rehearse: Sequence[str] = (), jobs: int = 1, errors: IO[bytes] | None = None
    ) -> None:
        self.root = root
        self.rehearse = tuple(rehearse)
        self.jobs = jobs
        self.errors = errors
        self.note = "" if can_fork() else "no fork on this system: each run starts a fresh Python, which takes seconds"
        self._server: subprocess.Popen[bytes] | None = None
        self._fresh_runs: dict[subprocess.Popen[bytes], Ended | None] = {}
        self._sending = threading.Lock()

    def __enter__(self) -> "Warm":
        if not self.note:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "dojo.forkserver.server", "serve", *self.rehearse],
                cwd=self.root,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.errors,
                start_new_session=True,  # Ctrl-C is for us; it ends when its input does
            )
        return self

    def __exit__(self, *error: object) -> None:
        if self._server is not None:
            with contextlib.suppress(BrokenPipeError):
                _pipe(self._server.stdin).close()  # the server ends, and ends its children, when its input does
            _pipe(self._server.stdout).close()
            self._server.wait()
            self._server = None

    def run(self, request: Request, early: Callable[[Run], None] | None = None) -> Run:
        """Run one request and return what came of it.

        Args:
            request: what to run.
            early: is told once, as soon as a test has failed on an answer that was tried, what there is until then.
        """
        return next(iter(self.map([request], early)))[1]

    def map(self, requests: Iterable[Request], early: Callable[[Run], None] | None = None) -> Iterator[tuple[int, Run]]:
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
                self._send(self._server, {"id": place, "early": early is not None, **asdict(request)})
                running += 1
            reply = self._receive(self._server)
            if early is not None and reply["ended"] == Ended.GOING_ON.value:
                early(_run_from(reply))
                continue
            running -= 1
            yield reply["id"], _run_from(reply)

    def stop(self) -> None:
        """End the runs that go on now: they come back as ``Ended.STOPPED``. Any thread may ask for it."""
        if self._server is not None:
            self._send(self._server, {"stop": True})
        for process in list(self._fresh_runs):
            self._fresh_runs[process] = Ended.STOPPED
            process.kill()

    def prepare(self, tests: Sequence[str]) -> None:
        """Load what these tests import, so that later runs find it there; runs asked for meanwhile wait."""
        if self._server is not None:
            self._send(self._server, {"load": list(tests)})

    def kill(self) -> None:
        """End the process at once, though it may be loading; a run that goes on is to be stopped first."""
        if self._server is not None:
            self._server.kill()

    def _send(self, server: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
        try:
            with self._sending:
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
                    [sys.executable, "-m", "dojo.forkserver.server", "once", str(report), json.dumps(asdict(request))],
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
            reply = read_report(report.read_bytes(), cut, log.read_bytes())
        return _run_from({**reply, "seconds": time.perf_counter() - start})


_LISTS = ("results", "devices", "notes", "selected", "errors")


def read_report(report: bytes, cut: Ended | None, output: bytes) -> dict[str, Any]:
    """Return the reply that the lines of a report make: one JSON object a line, the last one ``{"ended": true}``.

    A line that was cut off, as by a crash, counts as not written. ``cut`` is why the run was ended from outside.
    """
    reply: dict[str, Any] = {key: [] for key in _LISTS}
    finished = False
    for line in report.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        finished = finished or "ended" in said
        for key in _LISTS:
            reply[key] += said.get(key, [])
    ended = Ended.FINISHED if finished else cut or Ended.CRASHED
    return {**reply, "ended": ended.value, "output": output[-4000:].decode(errors="replace")}


def _run_from(reply: dict[str, Any]) -> Run:
    return Run(
        ended=Ended(reply["ended"]),
        results=tuple(msgspec.convert(result, Result) for result in reply["results"]),
        devices=tuple(reply["devices"]),
        notes=tuple(reply["notes"]),
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
