"""What the grader and a sandbox say to each other, in the frames of ``dojo.forkserver.protocol``.

A frame is written by code of ours. What stands in ``KataReply.report`` was written by a process that ran a hand-in: it
is hostile, and only ``reports`` reads it.
"""

import msgspec

REPORT_SIZE = 8 << 20
"""Bytes of a report: two hundred tests that fail with a long message each have less than one million."""


class Ready(msgspec.Struct, tag=True, frozen=True):
    """The sandbox is warm.

    Args:
        torch: its version.
        devices: on which tests run.
        notes: which devices people expect and why they do not run.
        tests: by kata, each test and the device that it runs on.
    """

    torch: str
    devices: tuple[str, ...]
    notes: tuple[str, ...]
    tests: dict[str, tuple[tuple[str, str | None], ...]]


class BeginHandIn(msgspec.Struct, tag=True, frozen=True):
    """Begin a hand-in: a process for it is forked, and everything until ``EndHandIn`` is for that process."""

    files: dict[str, bytes]
    seed: int


class KataRequest(msgspec.Struct, tag=True, frozen=True):
    """Run tests on one kata of the hand-in.

    Args:
        kata: ``storage/strides``.
        tests: which tests, in their order.
        controls: tests that must fail on an answer that does nothing, while the hand-in's file is loaded.
        secret: signs the report.
        seconds: of wall time.
        memory: in MiB.
        processes: how many at once.
        output: in MiB.
        written: MiB of one file.
        imports: whether to tell which modules were loaded on the way.
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
        file: one that it must not read.
        port: of the loopback interface, where somebody listens whom it must not reach.
        socket: a file by which somebody listens, too.
        pid: of the grader, as it is outside.
        secret: signs the report.
        memory: in MiB.
        processes: how many at once.
    """

    file: str
    port: int
    socket: str
    pid: int
    secret: bytes
    memory: int
    processes: int


class EndHandIn(msgspec.Struct, tag=True, frozen=True):
    """The hand-in is done with."""


class KataReply(msgspec.Struct, tag=True, frozen=True):
    """What a kata's process came to.

    Args:
        ended: ``finished`` says only that it ended by itself; else ``timeout``, ``memory`` or ``output_limit``.
        status: its exit status, negative for a signal.
        report: what it wrote, of at most ``REPORT_SIZE`` bytes.
        printed: the end of its output.
        seconds: of wall time.
    """

    ended: str
    status: int
    report: bytes
    printed: bytes
    seconds: float


class HandInEnded(msgspec.Struct, tag=True, frozen=True):
    """The hand-in's process has ended; with a status of 0, as it should."""

    status: int


Request = BeginHandIn | KataRequest | ProbeRequest | EndHandIn
Reply = Ready | KataReply | HandInEnded
