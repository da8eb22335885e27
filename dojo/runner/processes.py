"""Several real processes for one test, joined by torch.distributed over gloo, which end whatever an answer does.

A process that once ran backward() on an accelerator cannot fork children that do, so the processes are not forked by
the test's own: ``Processes`` forks a helper before the first test runs, and the helper forks for each test, ends what
is late, and ends itself when its pipe to pytest closes. The processes meet by a file and talk over free ports of the
loopback interface, so that runs side by side cannot clash.
"""

import contextlib
import ctypes
import io
import os
import pickle
import random
import re
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import Any, NoReturn

import pytest
import torch

WAITING = 5.0  # seconds that a process waits for another, within one collective operation
LIMIT = 12.0  # seconds for all of it
GRACE = 0.5  # seconds for a process to say why it failed, once another has lost it


class RanksStuck(AssertionError):
    """A process waited in vain for another."""


class RankLost(RanksStuck):
    """A process lost another, which failed first, and says itself why."""


class _NoLongerWaiting(Exception):
    """pytest has gone, or asks for something else: the test was ended."""


@dataclass(frozen=True)
class _Outcome:
    """What one process came to: a pickled result or error, which the helper hands on as it is, and what it printed."""

    pickled: bytes
    failed: bool = False
    lost: bool = False
    printed: str = ""


def can_fork() -> bool:
    """Say whether this system has what ``Processes`` needs."""
    return hasattr(os, "fork") and torch.distributed.is_available() and torch.distributed.is_gloo_available()


class Processes:
    """Starts processes for tests. Make it before the first backward() of this process; ``close`` it in the end."""

    def __init__(self) -> None:
        self._pipe, other = Pipe()
        with warnings.catch_warnings():
            # Of other threads, such as torch's, the helper needs none.
            warnings.filterwarnings("ignore", message=".*multi-threaded", category=DeprecationWarning)
            self._pid = os.fork()
        if self._pid == 0:
            _run_helper(self._pipe, other)
        other.close()
        self._requests = 0

    def run(self, function: Callable[..., Any], *arguments: Any, world_size: int = 2) -> list[Any]:
        """Call ``function(rank, *arguments)`` in ``world_size`` processes at once, which form a process group.

        Args:
            function: of the test file's top level. What it returns must be picklable.
            arguments: must be picklable; tensors on the CPU. Each process gets copies.
            world_size: how many processes; the ranks run from 0.

        Returns:
            What each process returned, by rank.

        Raises:
            Stuck: a process waited for another in vain, or did not come back.
            BaseException: what the first process that failed raised, with its traceback.
        """
        __tracebackhide__ = True
        # From the test's own generator: the same numbers for the same seed.
        seed = int(torch.randint(2**31, ()).item())
        self._requests += 1
        self._pipe.send_bytes(pickle.dumps((self._requests, function, arguments, world_size, seed)))
        number, outcomes = 0, list[_Outcome]()
        while number != self._requests:  # what came for a test that was ended is nobody's
            number, outcomes = pickle.loads(self._pipe.recv_bytes())
        for outcome in outcomes:
            sys.stdout.write(outcome.printed)
        results = [pickle.loads(outcome.pickled) for outcome in outcomes]
        for outcome, result in zip(outcomes, results, strict=True):
            if outcome.failed:
                raise result
        return results

    def close(self) -> None:
        """End the helper, and with it all that it started."""
        self._pipe.close()
        os.waitpid(self._pid, 0)


@pytest.fixture
def processes(request: pytest.FixtureRequest) -> Callable[..., list[Any]]:
    """``processes(function, *arguments, world_size=2)``: what each rank's call gave; see ``Processes.run``."""
    helper = request.config.stash.get(HELPER, None)
    if helper is None:
        pytest.skip("several processes need fork and gloo, which this system lacks")
    return helper.run


HELPER = pytest.StashKey[Processes]()


# The helper


def _run_helper(ours: Connection, pipe: Connection) -> NoReturn:
    """Answer requests until the other end of ``pipe`` closes. Never come back: this is a copy of pytest."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # pytest hears of Ctrl-C, closes the pipe, and all ends
    ours.close()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    with contextlib.suppress(BaseException):
        _close_others(pipe.fileno())
        while True:
            number, *request = pickle.loads(pipe.recv_bytes())
            with contextlib.suppress(_NoLongerWaiting):
                pipe.send_bytes(pickle.dumps((number, _run_ranks(pipe, *request))))
    os._exit(0)


_PR_SET_CHILD_SUBREAPER = 36  # Linux: what loses its parent becomes a child of this process, not of the first one


def _end_adopted() -> None:
    """End what an answer started and sent off into a group of its own; only Linux tells of it."""
    with contextlib.suppress(OSError):
        while pids := Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split():
            for pid in map(int, pids):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _close_others(*descriptors: int) -> None:
    """Close what was inherited: who waits for the end of some other pipe must not wait for this process."""
    least = 3
    for descriptor in sorted(descriptors):
        os.closerange(least, descriptor)
        least = descriptor + 1
    os.closerange(least, min(os.sysconf("SC_OPEN_MAX"), 1 << 16))  # some systems allow a thousand million


def _run_ranks(
    pipe: Connection, function: Callable[..., Any], arguments: tuple[Any, ...], world_size: int, seed: int
) -> list[_Outcome]:
    """Run one request to its end; of all processes that failed, tell only the first."""
    meeting = tempfile.mkdtemp(prefix="katas-")
    pids: list[int] = []
    results: dict[Connection, int] = {}
    try:
        for rank in range(world_size):
            receive, send = Pipe(duplex=False)
            pid = os.fork()
            if pid == 0:
                _run_rank(send, rank, world_size, seed, Path(meeting), partial(function, rank, *arguments))
            send.close()
            pids.append(pid)
            results[receive] = rank
        return _gather(pipe, results)
    finally:
        for pid in pids:
            for kill in (os.killpg, os.kill):  # the group holds what the process itself has started
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        _end_adopted()
        for connection in results:
            connection.close()
        shutil.rmtree(meeting, ignore_errors=True)


def _gather(pipe: Connection, results: dict[Connection, int]) -> list[_Outcome]:
    outcomes: dict[int, _Outcome] = {}
    deadline = time.monotonic() + LIMIT
    while len(outcomes) < len(results):
        waiting = [connection for connection, rank in results.items() if rank not in outcomes]
        ready = wait([*waiting, pipe], max(deadline - time.monotonic(), 0))
        if pipe in ready:
            raise _NoLongerWaiting
        if not ready and outcomes and any(outcome.lost for outcome in outcomes.values()):
            break
        if not ready:
            late = " and ".join(str(results[connection]) for connection in waiting)
            return [_stuck(f"process {late} did not come back within {LIMIT:g} s")]
        for connection in waiting:
            if connection in ready:
                rank = results[connection]
                try:
                    outcomes[rank] = pickle.loads(connection.recv_bytes())
                except EOFError:
                    # gloo ends a process that gets more than it has room for.
                    reasons = "it ended itself, or received a tensor that was larger than its own"
                    outcomes[rank] = _stuck(f"process {rank} ended without an answer: {reasons}")
        if failed := [outcome for outcome in outcomes.values() if outcome.failed and not outcome.lost]:
            return failed
        if any(outcome.lost for outcome in outcomes.values()):
            deadline = min(deadline, time.monotonic() + GRACE)
    if lost := [outcome for outcome in outcomes.values() if outcome.lost]:
        return lost
    return [outcomes[rank] for rank in sorted(outcomes)]


def _stuck(message: str) -> _Outcome:
    return _Outcome(pickle.dumps(RanksStuck(message)), failed=True)


# A process of a test


def _run_rank(
    send: Connection, rank: int, world_size: int, seed: int, meeting: Path, body: Callable[[], Any]
) -> NoReturn:
    """Join the process group, run ``body``, send what came of it, and wait to be ended."""
    os.setpgid(0, 0)
    printed = io.StringIO()
    sys.stdout = printed
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # gloo reports lost connections there
        os.dup2(silence, stream)
    # Once per process: two that compute at once must not share threads, nor numbers.
    torch.set_num_threads(1)
    torch.manual_seed(seed + rank)
    random.seed(seed + rank)
    try:
        loopback = next((name for _, name in socket.if_nameindex() if name.startswith("lo")), None)
        if loopback:
            os.environ["GLOO_SOCKET_IFNAME"] = loopback
        torch.distributed.init_process_group(
            "gloo",
            init_method=(meeting / "store").as_uri(),
            rank=rank,
            world_size=world_size,
            timeout=timedelta(seconds=WAITING),
        )
        outcome = _Outcome(pickle.dumps(body()), printed=printed.getvalue())
    except BaseException as error:
        error = _explain(error, rank)
        outcome = _Outcome(_portable(error), True, isinstance(error, RankLost), printed.getvalue())
    send.send_bytes(pickle.dumps(outcome))
    # Who leaves at once closes its connections, and another that is still reading would fail.
    threading.Event().wait(LIMIT)
    os._exit(0)


def _explain(error: BaseException, rank: int) -> BaseException:
    """Put gloo's own words into plain ones."""
    rule = "all processes must make the same collective calls, in the same order"
    for kind, said, words in (
        (RanksStuck, "Timed out waiting", f"waited {WAITING:g} s for another in vain: {rule}"),
        (RankLost, "Connection closed|Connection reset|Broken pipe", f"lost another, which gave up or ended: {rule}"),
    ):
        if isinstance(error, RuntimeError) and re.search(said, str(error)):
            return kind(f"process {rank} {words}").with_traceback(error.__traceback__)
    return error


def _portable(error: BaseException) -> bytes:
    """Return the error pickled together with its traceback."""
    from tblib import pickling_support

    with contextlib.suppress(Exception):
        pickling_support.install(error)
        pickled = pickle.dumps(error)
        pickle.loads(pickled)
        return pickled
    plain = AssertionError(f"raised {type(error).__name__}: {error}").with_traceback(error.__traceback__)
    pickling_support.install(plain)
    return pickle.dumps(plain)
