"""What one person's hand-in was worth, and how that was found out: what ``result.json`` holds."""

import contextlib
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from dojo.grading.intake.people import Person
from dojo.grading.model.verdicts import State, Verdict

FILE = "result.json"


class Unreadable(ValueError):
    """A file that should hold a grade does not: the message says what is wrong with it."""


@dataclass(frozen=True)
class Limits:
    """What each kata of a hand-in may use.

    Args:
        seconds: of wall time, beside ten times what the reference solution takes.
        total_seconds: of wall time for all katas of a hand-in.
        memory: MiB that may be allocated.
        processes: that may run at once, threads among them.
        output: MiB that may be printed or said.
        files: MiB that may be written.
    """

    seconds: float = 20.0
    total_seconds: float = 600.0
    memory: int = 2048
    processes: int = 64
    output: int = 1
    files: int = 64


@dataclass(frozen=True)
class Conditions:
    """Under what a hand-in was graded: who wants the same grade again needs the same of each.

    Args:
        suite: the version of torch-katas.
        torch: the version of PyTorch.
        python: the version of Python.
        devices: on which each test ran, ``cpu`` and ``sim`` perhaps.
        seed: the inputs of all tests come from it.
        sandbox: the level, ``bubblewrap``, ``landlock`` or ``weak``.
        holds: what the sandbox was seen to refuse, in words; what is not among them is not refused.
        limits: what each kata may use.
        credit: ``whole`` or ``share``.
        course: a digest of the specifications and of what each kata is worth.
    """

    suite: str
    torch: str
    python: str
    devices: tuple[str, ...]
    seed: int
    sandbox: str
    holds: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    credit: str = "whole"
    course: str = ""


@dataclass(frozen=True)
class Grade:
    """What one person's hand-in was worth.

    Args:
        person: whose it is.
        conditions: under what it was graded.
        katas: the verdict on each kata of the course, in its order.
        files: the SHA-256 of each kata file that was handed in, by the kata's name.
        notes: sentences on what was left out of the hand-in, and why.
        ungradable: why nothing of it could be graded, where that is so.
        digest: of the hand-in: the same where all its files are.
        graded: when, as ISO 8601 in UTC.
        seconds: of wall time that it took.
    """

    person: Person
    conditions: Conditions
    katas: tuple[Verdict, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    ungradable: str | None = None
    digest: str = ""
    graded: str = ""
    seconds: float = 0.0

    @property
    def points(self) -> float | None:
        """The sum over the katas; None where the grader itself failed on one of them, for that is no grade yet."""
        each = [verdict.points for verdict in self.katas]
        return None if None in each else round(sum(points for points in each if points is not None), 2)

    @property
    def max_points(self) -> float:
        """What it would be worth if each kata was solved."""
        return round(sum(verdict.max_points for verdict in self.katas), 2)

    @property
    def solved(self) -> int:
        """How many katas are solved."""
        return sum(verdict.state is State.SOLVED for verdict in self.katas)


def encoded(grade: Grade) -> bytes:
    """Return the text of ``result.json``: the fields of ``Grade``, with the sums at the top."""
    fields = {
        "points": grade.points,
        "max_points": grade.max_points,
        "solved": grade.solved,
        **msgspec.to_builtins(grade),
    }
    return msgspec.json.format(msgspec.json.encode(fields)) + b"\n"


def decoded(text: bytes, name: str = FILE) -> Grade:
    """Return the grade that ``encoded`` gave.

    Raises:
        Unreadable: where the text, that of the file ``name``, is no such thing.
    """
    try:
        return msgspec.json.decode(text, type=Grade)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"{name} holds no grade: {error}") from None


def read(path: Path) -> Grade:
    """Return the grade in a file.

    Raises:
        Unreadable: where it is not there or holds none.
    """
    try:
        return decoded(path.read_bytes(), f"{path.parent.name}/{path.name}")
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from None


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the place of ``path`` when the block ends well, and else is no more."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    # As open() makes it: to ask for the umask would change it for a moment, for all threads and what they start.
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        yield temporary
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_whole(path: Path, contents: bytes) -> None:
    """Write a file so that nobody, not even after a crash, finds a half of it."""
    with written_whole(path) as temporary:
        temporary.write_bytes(contents)
