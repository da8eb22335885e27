"""Run a function in several real processes, connected by torch.distributed over gloo; all end whatever an answer does.

After backward() on an accelerator, a process cannot fork children that run backward(). So ``Processes`` forks a helper
before the first test. The helper forks the processes of each test, kills late ones, and ends when its pipe to pytest
closes. The processes find each other by a file and use free ports of the loopback interface, so that parallel runs
cannot conflict.
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

COLLECTIVE_TIMEOUT = 5.0  # seconds for one collective operation
RUN_TIMEOUT = 12.0  # seconds for the whole function
GRACE = 0.5  # seconds for a failed process to send its error, after another has lost its connection to it


class RanksStuck(AssertionError):
    """A process waited for another until the timeout, or did not end."""


class RankLost(RanksStuck):
    """A process lost the connection to another, which failed first and reports why."""


class _RunAborted(Exception):
    """pytest has ended or sent another request: the test was aborted."""


@dataclass(frozen=True)
class _Outcome:
    """The pickled result or error of one process, which the helper does not unpickle, and what the process printed."""

    pickled: bytes
    failed: bool = False
    lost: bool = False
    printed: str = ""


def can_fork() -> bool:
    """Say whether this system supports ``Processes``."""
    return hasattr(os, "fork") and torch.distributed.is_available() and torch.distributed.is_gloo_available()


class Processes:
    """Starts processes for tests. Create it before this process first runs backward(), and ``close`` it."""

    def __init__(self) -> None:
        self._pipe, other = Pipe()
        with warnings.catch_warnings():
            # The helper does not need the other threads, such as torch's.
            warnings.filterwarnings("ignore", message=".*multi-threaded", category=DeprecationWarning)
            self._pid = os.fork()
        if self._pid == 0:
            _run_helper(self._pipe, other)
        other.close()
        self._requests = 0

    def run(self, function: Callable[..., Any], *arguments: Any, world_size: int = 2) -> list[Any]:
        """Call ``function(rank, *arguments)`` in ``world_size`` parallel processes, which form a process group.

        Args:
            function: a top-level function of the test file, with a picklable result.
            arguments: picklable, with tensors on the CPU. Each process gets copies.
            world_size: the number of processes; ranks start from 0.

        Returns:
            The results by rank.

        Raises:
            RanksStuck: a process waited for another until the timeout, or did not end.
            BaseException: the error of the first process that failed, with its traceback.
        """
        __tracebackhide__ = True
        # Drawn from the test's seeded generator, so that --seed repeats it.
        seed = int(torch.randint(2**31, ()).item())
        self._requests += 1
        self._pipe.send_bytes(pickle.dumps((self._requests, function, arguments, world_size, seed)))
        number, outcomes = 0, list[_Outcome]()
        while number != self._requests:  # skip replies to aborted tests
            number, outcomes = pickle.loads(self._pipe.recv_bytes())
        for outcome in outcomes:
            sys.stdout.write(outcome.printed)
        results = [pickle.loads(outcome.pickled) for outcome in outcomes]
        for outcome, result in zip(outcomes, results, strict=True):
            if outcome.failed:
                raise result
        return results

    def close(self) -> None:
        """End the helper and all processes that it started."""
        self._pipe.close()
        os.waitpid(self._pid, 0)


@pytest.fixture
def processes(request: pytest.FixtureRequest) -> Callable[..., list[Any]]:
    """``processes(function, *arguments, world_size=2)`` returns the results by rank; see ``Processes.run``."""
    helper = request.config.stash.get(HELPER, None)
    if helper is None:
        pytest.skip("several processes need fork and gloo, which this system lacks")
    return helper.run


HELPER = pytest.StashKey[Processes]()


def _run_helper(ours: Connection, pipe: Connection) -> NoReturn:
    """Serve requests until the other end of ``pipe`` closes. Never return: this is a copy of pytest."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on Ctrl-C, pytest closes the pipe, which ends the helper
    ours.close()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    with contextlib.suppress(BaseException):
        _close_other_descriptors(pipe.fileno())
        while True:
            number, *request = pickle.loads(pipe.recv_bytes())
            with contextlib.suppress(_RunAborted):
                pipe.send_bytes(pickle.dumps((number, _run_ranks(pipe, *request))))
    os._exit(0)


_PR_SET_CHILD_SUBREAPER = 36  # Linux: orphans become children of this process, not of init


def _kill_orphans() -> None:
    """Kill processes that an answer moved to their own process group; only Linux can find them."""
    with contextlib.suppress(OSError):
        while pids := Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split():
            for pid in map(int, pids):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _close_other_descriptors(*descriptors: int) -> None:
    """Close inherited descriptors: another process may wait for the end of a pipe that this one would keep open."""
    least = 3
    for descriptor in sorted(descriptors):
        os.closerange(least, descriptor)
        least = descriptor + 1
    os.closerange(least, min(os.sysconf("SC_OPEN_MAX"), 1 << 16))  # the limit can be a billion


def _run_ranks(
    pipe: Connection, function: Callable[..., Any], arguments: tuple[Any, ...], world_size: int, seed: int
) -> list[_Outcome]:
    """Run one request; if processes fail, return only the first failure."""
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
            for kill in (os.killpg, os.kill):  # the group includes what the process has started
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        _kill_orphans()
        for connection in results:
            connection.close()
        shutil.rmtree(meeting, ignore_errors=True)


def _gather(pipe: Connection, results: dict[Connection, int]) -> list[_Outcome]:
    outcomes: dict[int, _Outcome] = {}
    deadline = time.monotonic() + RUN_TIMEOUT
    while len(outcomes) < len(results):
        waiting = [connection for connection, rank in results.items() if rank not in outcomes]
        ready = wait([*waiting, pipe], max(deadline - time.monotonic(), 0))
        if pipe in ready:
            raise _RunAborted
        if not ready and outcomes and any(outcome.lost for outcome in outcomes.values()):
            break
        if not ready:
            late = " and ".join(str(results[connection]) for connection in waiting)
            return [_stuck(f"process {late} did not come back within {RUN_TIMEOUT:g} s")]
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


def _run_rank(
    send: Connection, rank: int, world_size: int, seed: int, meeting: Path, body: Callable[[], Any]
) -> NoReturn:
    """Join the process group, run ``body``, send the outcome, and wait to be killed."""
    os.setpgid(0, 0)
    printed = io.StringIO()
    sys.stdout = printed
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # gloo writes about lost connections to stderr
        os.dup2(null, stream)
    # Parallel processes must not compete for cores, nor draw the same numbers.
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
            timeout=timedelta(seconds=COLLECTIVE_TIMEOUT),
        )
        outcome = _Outcome(pickle.dumps(body()), printed=printed.getvalue())
    except BaseException as error:
        error = _translate_gloo_error(error, rank)
        outcome = _Outcome(_pickle_error(error), True, isinstance(error, RankLost), printed.getvalue())
    send.send_bytes(pickle.dumps(outcome))
    # Ending now would close the connections, and a process that is still reading would fail.
    threading.Event().wait(RUN_TIMEOUT)
    os._exit(0)


def _translate_gloo_error(error: BaseException, rank: int) -> BaseException:
    """Return an error with a plain message for a known error of gloo, else the error itself."""
    rule = "all processes must make the same collective calls, in the same order"
    for kind, pattern, words in (
        (RanksStuck, "Timed out waiting", f"waited {COLLECTIVE_TIMEOUT:g} s for another in vain: {rule}"),
        (RankLost, "Connection closed|Connection reset|Broken pipe", f"lost another, which gave up or ended: {rule}"),
    ):
        if isinstance(error, RuntimeError) and re.search(pattern, str(error)):
            return kind(f"process {rank} {words}").with_traceback(error.__traceback__)
    return error


def _pickle_error(error: BaseException) -> bytes:
    """Pickle the error with its traceback."""
    from tblib import pickling_support

    with contextlib.suppress(Exception):
        pickling_support.install(error)
        pickled = pickle.dumps(error)
        pickle.loads(pickled)
        return pickled
    plain = AssertionError(f"raised {type(error).__name__}: {error}").with_traceback(error.__traceback__)
    pickling_support.install(plain)
    return pickle.dumps(plain)
