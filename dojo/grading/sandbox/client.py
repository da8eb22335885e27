"""The grader's side of a sandbox: start it, run one kata after the other in it, and end it."""

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

_START_TIMEOUT = 120.0
_REPLY_TIMEOUT = 15.0  # seconds after a kata's time limit; a sandbox that takes longer is considered lost
_EXIT_TIMEOUT = 2.0


class SandboxLost(RuntimeError):
    """A sandbox has ended or does not answer: the result of its last request is unknown."""


class AnswerNotReached(SandboxLost):
    """The process for a kata failed before it loaded the answer, so the answer is not at fault."""


class Sandbox:
    """A confined fork server; processes for hand-ins are forked from it. No ``devices`` means all available ones."""

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
            if self._is_stopped:  # stop() was called before there was a process to kill
                raise SandboxLost("the sandbox was stopped")
            self.ready = self._receive(Ready, _START_TIMEOUT)
        except OSError as error:
            self.__exit__()
            what = f"{error.filename}: " if error.filename else ""
            raise SandboxLost(f"no sandbox can be started: {what}{error.strerror or error}") from None
        except BaseException:
            self.__exit__()
            raise
        return self

    def stop(self) -> None:
        """End it at once. Safe from any thread: the thread that uses it gets ``SandboxLost``, and must close it."""
        self._is_stopped = True
        connection = self._connection
        if connection is not None:
            connection.kill()

    def __exit__(self, *error: object) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # This also ends all its descendants: it is their parent, or the first process of their namespace.
            connection.close(_EXIT_TIMEOUT)
        self._resources.close()

    def begin(self, files: Mapping[str, bytes], seed: int) -> None:
        """Begin a hand-in with these files by kata; ``seed`` is that of the test inputs."""
        self._send(BeginHandIn(dict(files), seed))

    def end(self) -> None:
        """End the hand-in.

        Raises:
            SandboxLost: if its process did not exit normally.
        """
        self._send(EndHandIn())
        ended = self._receive(HandInEnded, _REPLY_TIMEOUT)
        if ended.status != 0:
            raise SandboxLost(f"the process of a hand-in ended with status {ended.status}")

    def run(
        self, kata: str, tests: Sequence[str], controls: Sequence[str], seconds: float, imports: bool = False
    ) -> report.KataReport:
        """Run tests of a kata of the hand-in, for at most so many seconds of wall time.

        The tests named in ``controls`` must fail on an answer that does nothing. With ``imports``, the report names
        the imported modules, too.

        Raises:
            SandboxLost: if the sandbox does not answer.
            AnswerNotReached: if the process fails before it loads the answer.
        """
        secret = secrets.token_bytes(32)
        limits = self.limits
        sizes = limits.memory, limits.processes, limits.output, limits.files
        self._send(KataRequest(kata, tuple(tests), tuple(controls), secret, seconds, *sizes, imports))
        reply = self._receive(KataReply, seconds + _REPLY_TIMEOUT)
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
                path.chmod(0o777)  # open to all, like the sockets of many services
            limits = self.limits
            request = ProbeRequest(str(canary), port, str(by_file), os.getpid(), limits.memory, limits.processes)
            self._send(request)
            reply = self._receive(KataReply, _START_TIMEOUT)
            self.end()
            return frozenset(reply.report.decode(errors="replace").split())

    def _send(self, message: Any) -> None:
        self._with_connection(lambda connection: connection.send(message, _REPLY_TIMEOUT))

    def _receive(self, kind: Any, seconds: float) -> Any:
        """Return the next message, which must be of this kind and arrive within so many seconds."""
        message = self._with_connection(lambda connection: connection.receive(Reply, seconds))
        if not isinstance(message, kind):
            raise SandboxLost(f"the sandbox said {type(message).__name__}, and not {kind.__name__}")
        return message

    def _with_connection(self, do: Callable[[Connection], Any]) -> Any:
        if self._connection is None:
            raise SandboxLost("the sandbox has ended")
        try:
            return do(self._connection)
        except ConnectionCut as error:
            said = self._connection.last_words()
            raise SandboxLost(
                f"the sandbox {error}; {f'it said last: {said}' if said else 'it said nothing'}"
            ) from None
