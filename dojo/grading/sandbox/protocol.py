"""Messages between the grader and a sandbox, in the frames of ``dojo.forkserver.protocol``.

Frames are written by trusted code. The content of ``KataReply.report`` is not trusted: the process that wrote it ran a
hand-in. Only ``report`` reads it.
"""

import msgspec

REPORT_SIZE = 8 << 20
"""Limit for a report in bytes: two hundred tests that fail with long messages need less than one million."""


class Ready(msgspec.Struct, tag=True, frozen=True):
    """The sandbox is ready.

    Args:
        torch: its version.
        notes: on devices that people may expect, and why tests do not run on them.
        tests: by kata, each test and its device.
    """

    torch: str
    devices: tuple[str, ...]
    notes: tuple[str, ...]
    tests: dict[str, tuple[tuple[str, str | None], ...]]


class BeginHandIn(msgspec.Struct, tag=True, frozen=True):
    """Begin a hand-in: a process is forked for it, and receives all messages until ``EndHandIn``."""

    files: dict[str, bytes]
    seed: int


class KataRequest(msgspec.Struct, tag=True, frozen=True):
    """Run tests, in this order, on one kata of the hand-in.

    Args:
        controls: tests that must fail on an answer that does nothing, while the file of the hand-in is loaded.
        secret: key to sign the report.
        seconds: of wall time.
        memory: in MiB.
        processes: at once.
        output: in MiB.
        written: MiB of one file.
        imports: also report which modules were imported.
    """

    kata: str
    tests: tuple[str, ...]
    controls: tuple[str, ...]
    secret: bytes
    seconds: float
    memory: int
    processes: int
    output: int
    written: int
    imports: bool = False


class ProbeRequest(msgspec.Struct, tag=True, frozen=True):
    """Try what a hand-in must not do.

    Args:
        file: that must not be readable.
        port: on the loopback interface, that must not be reachable.
        socket: file of a socket that must not be reachable.
        pid: of the grader, outside.
        memory: in MiB.
        processes: at once.
    """

    file: str
    port: int
    socket: str
    pid: int
    memory: int
    processes: int


class EndHandIn(msgspec.Struct, tag=True, frozen=True):
    """End the hand-in."""


class KataReply(msgspec.Struct, tag=True, frozen=True):
    """How the process of a kata ended.

    Args:
        ended: ``timeout``, ``memory`` or ``output_limit`` if it was killed; ``finished`` if it ended by itself.
        status: its exit status, negative for a signal.
        report: what it wrote, at most ``REPORT_SIZE`` bytes.
        printed: the end of its output.
        seconds: of wall time.
    """

    ended: str
    status: int
    report: bytes
    printed: bytes
    seconds: float


class HandInEnded(msgspec.Struct, tag=True, frozen=True):
    """The process of the hand-in has ended, normally with status 0."""

    status: int


Request = BeginHandIn | KataRequest | ProbeRequest | EndHandIn
Reply = Ready | KataReply | HandInEnded
