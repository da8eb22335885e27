"""The grader's side of a sandbox: it starts one, asks it for one kata after the other, and ends it."""

import contextlib
import os
import secrets
import selectors
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from dojo.grading.model.grades import Limits
from dojo.grading.sandbox import report
from dojo.grading.sandbox.levels import Place
from dojo.grading.sandbox.protocol import (
    Cut,
    Gone,
    HandInRequest,
    KataReply,
    KataRequest,
    Over,
    ProbeRequest,
    Ready,
    Reply,
    packed,
    received,
)

_START = 120.0
_GRACE = 15.0
"""Seconds beyond a kata's limit in which a sandbox says that it ended it; else it is not to be relied on any more."""

_LEAVE = 2.0
"""Seconds in which a sandbox that is not needed any more goes by itself."""
_SHOWN = 4000
"""Bytes of what it wrote to standard error."""


class SandboxLost(RuntimeError):
    """A sandbox is gone, or does not answer: what it did last is not known."""


class AnswerNotReached(SandboxLost):
    """The process for a kata failed before it came to the answer, which has no part in that."""


class Sandbox:
    """A warm process that hand-ins are forked from, confined as far as its level goes.

    Args:
        place: what it may see, and how it is confined.
        devices: on which tests run; none for those that are here.
        limits: what each kata may use.
    """

    def __init__(self, place: Place, devices: Sequence[str], limits: Limits) -> None:
        self.place = place
        self.limits = limits
        self._devices = tuple(devices)
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._errors: IO[bytes] | None = None
        self._is_stopped = False
        self.ready: Ready | None = None

    def __enter__(self) -> "Sandbox":
        try:
            self._start()
            self.ready = self._hear(Ready, _START)
        except OSError as error:
            self.__exit__()
            what = f"{error.filename}: " if error.filename else ""
            raise SandboxLost(f"no sandbox can be started: {what}{error.strerror or error}") from None
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="kata-grade-", ignore_cleanup_errors=True)
        Path(self._folder.name).chmod(0o711)
        command, environment = self.place.command(Path(self._folder.name), self._devices, self.limits.files)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 -- __exit__ closes it
        self._process = subprocess.Popen(
            command,
            cwd=self.place.project,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            bufsize=0,
            start_new_session=True,
        )
        os.set_blocking(_pipe(self._process.stdin).fileno(), False)
        if self._is_stopped:  # before there was a process to kill
            raise SandboxLost("the sandbox was stopped")

    def stop(self) -> None:
        """End it at once, whichever thread is at work with it: that one finds it lost, and has to leave it."""
        self._is_stopped = True
        process = self._process
        if process is not None:
            process.kill()

    def __exit__(self, *error: object) -> None:
        if self._process is not None:
            with contextlib.suppress(BrokenPipeError):
                _pipe(self._process.stdin).close()
            try:
                self._process.wait(_LEAVE)
            except subprocess.TimeoutExpired:
                self._process.kill()  # with it all that it started: it is the first of its processes, or their parent
                self._process.wait()
            _pipe(self._process.stdout).close()
            self._process = None
        if self._errors is not None:
            self._errors.close()
            self._errors = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def begin(self, files: Mapping[str, bytes], seed: int) -> None:
        """Begin a hand-in with these files by kata; the tests' inputs come from ``seed``."""
        self._say(HandInRequest(dict(files), seed))

    def end(self) -> None:
        """End the hand-in that was begun.

        Raises:
            SandboxLost: where its process did not end as it should.
        """
        self._say(Over())
        gone = self._hear(Gone, _GRACE)
        if gone.status != 0:
            raise SandboxLost(f"the process of a hand-in ended with status {gone.status}")

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
        self._say(
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
        reply = self._hear(KataReply, seconds + _GRACE)
        found = report.read(reply, secret)
        if not found.begun:
            said = reply.printed.decode(errors="replace").strip().rpartition("\n")[2]
            raise AnswerNotReached(
                f"the process for {kata} {reply.ended} before it came to the answer; it said last: {said}"
            )
        return found

    def probe(self, file: Path) -> frozenset[str]:
        """Try from within what a hand-in must not do.

        Args:
            file: one that it must not read, which is written here.

        Returns:
            What was refused, by the names in ``REFUSED``.
        """
        file.write_text("nobody within may read this\n")
        file.chmod(0o644)
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
            request = ProbeRequest(str(file), port, str(by_file), os.getpid(), b"", limits.memory, limits.processes)
            self._say(request)
            reply = self._hear(KataReply, _START)
            self.end()
            return frozenset(reply.report.decode(errors="replace").split())

    def _say(self, message: Any) -> None:
        process = self._process
        if process is None:
            raise SandboxLost("the sandbox has ended")
        handle = _pipe(process.stdin).fileno()
        view, deadline = memoryview(packed(message)), time.monotonic() + _GRACE
        try:
            while view:
                if not _is_ready(handle, selectors.EVENT_WRITE, deadline):
                    raise SandboxLost(f"the sandbox has not listened for {_GRACE:g} s")
                view = view[os.write(handle, view) :]
        except BrokenPipeError:
            raise SandboxLost(f"the sandbox is gone; {self._why()}") from None

    def _hear(self, kind: Any, seconds: float) -> Any:
        """Return the next message, which must be of that kind and come within so many seconds."""
        process = self._process
        if process is None:
            raise SandboxLost("the sandbox has ended")
        handle = _pipe(process.stdout).fileno()
        deadline = time.monotonic() + seconds

        def read(count: int) -> bytes:
            if not _is_ready(handle, selectors.EVENT_READ, deadline):
                raise SandboxLost(f"the sandbox did not answer within {seconds:g} s")
            return os.read(handle, count)

        try:
            message = received(read, Reply)
        except Cut as error:
            raise SandboxLost(f"{error}; {self._why()}") from None
        if not isinstance(message, kind):
            raise SandboxLost(f"the sandbox said {type(message).__name__}; {self._why()}")
        return message

    def _why(self) -> str:
        """Return the last line that the sandbox wrote to standard error."""
        if self._errors is None:
            return "it said nothing"
        handle = self._errors.fileno()
        # Without a move in the file, for the sandbox writes where we are: it was handed the same open file.
        said = os.pread(handle, _SHOWN, max(os.fstat(handle).st_size - _SHOWN, 0))
        lines = said.decode(errors="replace").strip().splitlines()
        return f"it said last: {lines[-1]}" if lines else "it said nothing"


def _is_ready(handle: int, event: int, deadline: float) -> bool:
    """Wait until a file can be read from or written to; say whether that was before ``deadline``, a monotonic time."""
    with selectors.DefaultSelector() as selector:
        selector.register(handle, event)
        return bool(selector.select(max(deadline - time.monotonic(), 0)))


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None, "the sandbox was started with pipes"
    return stream
