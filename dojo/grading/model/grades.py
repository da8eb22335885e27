"""What one person's hand-in was worth, and how that was found out: what ``result.json`` holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from dojo.grading.model.messages import REFUSED, Message, refusal
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import Verdict, VerdictState

FILE = "result.json"
FORMAT = 2
"""Of ``result.json``. The first one, which does not say so, has sentences where there are codes now."""


class Unreadable(ValueError):
    """A file that should hold a grade does not: the message says what is wrong with it."""


class NewerFormat(Unreadable):
    """A file holds a grade of a later version, which this one must not write over."""


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
        refuses: what the sandbox was seen to refuse, by the names in ``REFUSED``; anything else is not refused.
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
    refuses: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    credit: str = "whole"
    course: str = ""

    @property
    def refused(self) -> list[str]:
        """What the sandbox was seen to refuse, in words."""
        return [refusal(name) for name in self.refuses]


@dataclass(frozen=True)
class Grade:
    """What one person's hand-in was worth.

    Args:
        person: whose it is.
        conditions: under what it was graded.
        katas: the verdict on each kata of the course, in its order.
        files: the SHA-256 of each kata file that was handed in, by the kata's name.
        notes: on what was left out of the hand-in, and why.
        ungradable: why nothing of it could be graded, where that is so.
        digest: of the hand-in: the same where all its files are.
        graded: when, as ISO 8601 in UTC.
        seconds: of wall time that it took.
    """

    person: Person
    conditions: Conditions
    katas: tuple[Verdict, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()
    ungradable: Message | None = None
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
        return sum(verdict.state is VerdictState.SOLVED for verdict in self.katas)


def encode(grade: Grade) -> bytes:
    """Return the text of ``result.json``: the sums at the top, the fields of ``Grade``, and sentences beside codes."""
    table: dict[str, Any] = msgspec.to_builtins(grade)
    table["messages"] = {"notes": table["notes"], "ungradable": table["ungradable"]}
    table["notes"] = [note.text() for note in grade.notes]
    table["ungradable"] = None if grade.ungradable is None else grade.ungradable.text()
    table["conditions"]["holds"] = grade.conditions.refused
    for fields, verdict in zip(table["katas"], grade.katas, strict=True):
        fields["evidence"] = verdict.evidence()
    sums = {"points": grade.points, "max_points": grade.max_points, "solved": grade.solved}
    return msgspec.json.format(msgspec.json.encode({"format": FORMAT, **sums, **table})) + b"\n"


def decode(text: bytes, name: str = FILE) -> Grade:
    """Return the grade that ``encode`` gave, now or in an earlier version.

    Raises:
        NewerFormat: where a later version gave it.
        Unreadable: where the text, that of the file ``name``, is no such thing.
    """
    try:
        table = msgspec.json.decode(text, type=dict[str, Any])
        made = table.get("format", 1)
        if isinstance(made, int) and made > FORMAT:
            raise NewerFormat(f"{name} is of a later version of torch-katas, with format {made}: install that version")
        return msgspec.convert(_of_format_1(table) if made == 1 else {**table, **table["messages"]}, Grade)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"{name} holds no grade: {error}") from None


def read(path: Path) -> Grade:
    """Return the grade in a file.

    Raises:
        NewerFormat: where it is one of a later version.
        Unreadable: where it is not there or holds none.
    """
    try:
        return decode(path.read_bytes(), f"{path.parent.name}/{path.name}")
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from None


def _of_format_1(table: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a grade in which there were sentences for codes."""
    conditions = table["conditions"]
    ungradable = table.get("ungradable")
    return {
        **table,
        "conditions": {**conditions, "refuses": [_refused(words) for words in conditions.get("holds", ())]},
        "notes": [_prose(note) for note in table.get("notes", ())],
        "ungradable": None if ungradable is None else _prose(ungradable),
        "katas": [{**verdict, **_reason(verdict)} for verdict in table["katas"]],
    }


def _refused(words: str) -> str:
    said = Message.prose(words)
    return next((name for name in REFUSED if Message(f"refuses_{name}").says(said)), words)


def _reason(verdict: dict[str, Any]) -> dict[str, Any]:
    """Return the reason of a verdict, and the failure below it, of which there were lines."""
    first, *lines = verdict["evidence"].split("\n")
    mistakes = [test.get("mistake") for test in verdict.get("tests", ())]
    mistake = lines.pop() if lines and lines[-1] in mistakes else None
    failure = {"outcome": "refused", "template": "{words}", "values": {"words": "\n".join(lines)}, "mistake": mistake}
    return {"reason": _prose(first), "failure": failure if lines or mistake else None}


def _prose(words: str) -> dict[str, Any]:
    return {"code": "prose", "values": {"words": words}}
