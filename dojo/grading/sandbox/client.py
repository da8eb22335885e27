"""The grader's side of a sandbox: it starts one, asks it for one kata after the other, and ends it."""

import contextlib
import os
import secrets
import socket
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dojo.forkserver.connection import Connection
from dojo.forkserver.protocol import ConnectionCut
from dojo.grading.model.grades import Limits
from dojo.grading.sandbox import report
from dojo.grading.sandbox.levels import SandboxFactory
from dojo.grading.sandbox.protocol import (
    BeginHandIn,
    EndHandIn,
    HandInEnded,
    KataReply,
    KataRequest,
    ProbeRequest,
    Ready,
    Reply,
)

_START = 120.0
_GRACE = 15.0
"""Seconds beyond a kata's limit in which a sandbox says that it ended it; else it is not to be relied on any more."""

_LEAVE = 2.0
"""Seconds in which a sandbox that is not needed any more goes by itself."""


class SandboxLost(RuntimeError):
    """A sandbox is gone, or does not answer: what it did last is not known."""


class AnswerNotReached(SandboxLost):
    """The process for a kata failed before it came to the answer, which has no part in that."""


class Sandbox:
    """A fork server that hand-ins are forked from, confined as far as its level goes.

    Args:
        factory: what it may see, and how it is confined.
        devices: on which tests run; none for those that are here.
        limits: what each kata may use.
    """

    def __init__(self, factory: SandboxFactory, devices: Sequence[str], limits: Limits) -> None:
        self.factory = factory
        self.limits = limits
        self._devices = tuple(devices)
        self._resources = contextlib.ExitStack()
        self._connection: Connection | None = None
        self._is_stopped = False
        self.ready: Ready | None = None

    def __enter__(self) -> "Sandbox":
        try:
            folder = self._resources.enter_context(
                tempfile.TemporaryDirectory(prefix="kata-grade-", ignore_cleanup_errors=True)
            )
            Path(folder).chmod(0o711)
            command, environment = self.factory.command(Path(folder), self._devices, self.limits.files)
            errors = self._resources.enter_context(tempfile.TemporaryFile())
            self._connection = Connection(command, self.factory.project, environment, errors)
            if self._is_stopped:  # before there was a process to kill
                raise SandboxLost("the sandbox was stopped")
            self.ready = self._receive(Ready, _START)
        except OSError as error:
            self.__exit__()
            what = f"{error.filename}: " if error.filename else ""
            raise SandboxLost(f"no sandbox can be started: {what}{error.strerror or error}") from None
        except BaseException:
            self.__exit__()
            raise
        return self

    def stop(self) -> None:
        """End it at once, whichever thread is at work with it: that one finds it lost, and has to leave it."""
        self._is_stopped = True
        connection = self._connection
        if connection is not None:
            connection.kill()

    def __exit__(self, *error: object) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # With it ends all that it started: it is the first of its processes, or their parent.
            connection.close(_LEAVE)
        self._resources.close()

    def begin(self, files: Mapping[str, bytes], seed: int) -> None:
        """Begin a hand-in with these files by kata; the tests' inputs come from ``seed``."""
        self._send(BeginHandIn(dict(files), seed))

    def end(self) -> None:
        """End the hand-in that was begun.

        Raises:
            SandboxLost: where its process did not end as it should.
        """
        self._send(EndHandIn())
        ended = self._receive(HandInEnded, _GRACE)
        if ended.status != 0:
            raise SandboxLost(f"the process of a hand-in ended with status {ended.status}")

    def run(
        self, kata: str, tests: Sequence[str], controls: Sequence[str], seconds: float, imports: bool = False
    ) -> report.KataReport:
        """Run tests of a kata on the hand-in that was begun.

        Args:
            kata: ``storage/strides``.
            tests: which, by their names.
            controls: tests that are to fail on an answer that does nothing.
            seconds: of wall time.
            imports: whether to tell which modules were loaded on the way.

        Raises:
            SandboxLost: where the sandbox does not answer.
            AnswerNotReached: where it fails before the answer is come to.
        """
        secret = secrets.token_bytes(32)
        limits = self.limits
        self._send(
            KataRequest(
                kata,
                tuple(tests),
                tuple(controls),
                secret,
                seconds,
                limits.memory,
                limits.processes,
                limits.output,
                limits.files,
                imports,
            )
        )
        reply = self._receive(KataReply, seconds + _GRACE)
        found = report.read(reply, secret)
        if not found.begun:
            said = reply.printed.decode(errors="replace").strip().rpartition("\n")[2]
            raise AnswerNotReached(
                f"the process for {kata} {reply.ended} before it came to the answer; it said last: {said}"
            )
        return found

    def probe(self) -> frozenset[str]:
        """Try inside the sandbox what a hand-in must not do; return what was refused, as names in ``REFUSED``."""
        canary = self.factory.project.parent / "canary"
        canary.write_text("no hand-in may read this\n")
        canary.chmod(0o644)
        with (
            socket.create_server(("127.0.0.1", 0)) as listening,
            tempfile.TemporaryDirectory(dir="/tmp") as folder,
            socket.socket(socket.AF_UNIX) as local,
        ):
            self.begin({}, 0)
            port, by_file = listening.getsockname()[1], Path(folder, "socket")
            local.bind(str(by_file))
            local.listen()
            for path in (by_file, by_file.parent):
                path.chmod(0o777)  # open to all, as those of many services are
            limits = self.limits
            request = ProbeRequest(str(canary), port, str(by_file), os.getpid(), b"", limits.memory, limits.processes)
            self._send(request)
            reply = self._receive(KataReply, _START)
            self.end()
            return frozenset(reply.report.decode(errors="replace").split())

    def _send(self, message: Any) -> None:
        self._talk(lambda connection: connection.send(message, _GRACE))

    def _receive(self, kind: Any, seconds: float) -> Any:
        """Return the next message, which must be of that kind and come within so many seconds."""
        message = self._talk(lambda connection: connection.receive(Reply, seconds))
        if not isinstance(message, kind):
            raise SandboxLost(f"the sandbox said {type(message).__name__}, and not {kind.__name__}")
        return message

    def _talk(self, do: Callable[[Connection], Any]) -> Any:
        if self._connection is None:
            raise SandboxLost("the sandbox has ended")
        try:
            return do(self._connection)
        except ConnectionCut as error:
            said = self._connection.last_words()
            raise SandboxLost(
                f"the sandbox {error}; {f'it said last: {said}' if said else 'it said nothing'}"
            ) from None
