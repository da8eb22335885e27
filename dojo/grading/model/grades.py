"""The grade of one hand-in, and ``result.json``, the file that holds it."""

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
"""Version of ``result.json``. Version 1 has no ``format`` key, and sentences in place of message codes."""


class Unreadable(ValueError):
    """A file holds no valid grade: the message says why."""


class NewerFormat(Unreadable):
    """A file was written by a later version of torch-katas, so this version must not overwrite it."""


@dataclass(frozen=True)
class Limits:
    """Resource limits of a hand-in.

    Args:
        seconds: wall time of a kata, added to ten times the time of the reference solution.
        total_seconds: wall time of all katas together.
        memory: MiB that a kata may allocate.
        processes: processes and threads at once.
        output: MiB that a kata may print or put into error messages.
        files: MiB that a kata may write.
    """

    seconds: float = 20.0
    total_seconds: float = 600.0
    memory: int = 2048
    processes: int = 64
    output: int = 1
    files: int = 64


@dataclass(frozen=True)
class Conditions:
    """All that a grade depends on besides the hand-in. Equal conditions give equal grades.

    Args:
        suite: version of torch-katas.
        devices: that tests ran on, such as ``cpu`` and ``sim``.
        seed: of all random test inputs.
        sandbox: its level: ``bubblewrap``, ``landlock`` or ``weak``.
        refuses: what the sandbox refused when it was probed, as names in ``REFUSED``; it refuses nothing else.
        credit: ``whole`` or ``share``.
        course: digest of the specifications and of the points of each kata.
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
        """Descriptions of what the sandbox refused."""
        return [refusal(name) for name in self.refuses]


@dataclass(frozen=True)
class Grade:
    """The result of one person's hand-in.

    Args:
        katas: one verdict for each kata, in course order.
        files: by kata name, the SHA-256 of the file that was handed in.
        notes: what was left out of the hand-in, and why.
        ungradable: why nothing could be graded, or None.
        digest: of all files of the hand-in.
        graded: time as ISO 8601 in UTC.
        seconds: wall time of grading.
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
        """The sum over all katas. None where the grader failed on a kata: then there is no grade yet."""
        each = [verdict.points for verdict in self.katas]
        return None if None in each else round(sum(points for points in each if points is not None), 2)

    @property
    def max_points(self) -> float:
        """The points if every kata were solved."""
        return round(sum(verdict.max_points for verdict in self.katas), 2)

    @property
    def solved(self) -> int:
        """The number of solved katas."""
        return sum(verdict.state is VerdictState.SOLVED for verdict in self.katas)


def encode(grade: Grade) -> bytes:
    """Return the text of ``result.json``: totals, the fields of ``Grade``, and a sentence beside each message code."""
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
    """Parse the text of ``result.json``, of this version or an earlier one; error messages say ``name``.

    Raises:
        NewerFormat: if a later version wrote it.
        Unreadable: if it holds no valid grade.
    """
    try:
        table = msgspec.json.decode(text, type=dict[str, Any])
        version = table.get("format", 1)
        if isinstance(version, int) and version > FORMAT:
            raise NewerFormat(
                f"{name} is of a later version of torch-katas, with format {version}: install that version"
            )
        return msgspec.convert(_upgrade_format_1(table) if version == 1 else {**table, **table["messages"]}, Grade)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"{name} holds no grade: {error}") from None


def read(path: Path) -> Grade:
    """Read the grade in a file.

    Raises:
        NewerFormat: if a later version wrote it.
        Unreadable: if the file is missing or holds no valid grade.
    """
    try:
        return decode(path.read_bytes(), f"{path.parent.name}/{path.name}")
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from None


def _upgrade_format_1(table: dict[str, Any]) -> dict[str, Any]:
    """Convert the fields of version 1, which have sentences in place of message codes."""
    conditions, ungradable = table["conditions"], table.get("ungradable")
    return {
        **table,
        "conditions": {**conditions, "refuses": [_refusal_name(words) for words in conditions.get("holds", ())]},
        "notes": [_prose(note) for note in table.get("notes", ())],
        "ungradable": None if ungradable is None else _prose(ungradable),
        "katas": [{**verdict, **_upgrade_reason(verdict)} for verdict in table["katas"]],
    }


def _refusal_name(words: str) -> str:
    sentence = Message.prose(words)
    return next((name for name in REFUSED if Message(f"refuses_{name}").means_same_as(sentence)), words)


def _upgrade_reason(verdict: dict[str, Any]) -> dict[str, Any]:
    """Split the text of a verdict into its reason and the failure on the lines below."""
    first, *lines = verdict["evidence"].split("\n")
    mistakes = [test.get("mistake") for test in verdict.get("tests", ())]
    mistake = lines.pop() if lines and lines[-1] in mistakes else None
    failure = {"outcome": "refused", "template": "{words}", "values": {"words": "\n".join(lines)}, "mistake": mistake}
    return {"reason": _prose(first), "failure": failure if lines or mistake else None}


def _prose(words: str) -> dict[str, Any]:
    return {"code": "prose", "values": {"words": words}}
