"""The learner's record: what was solved and when, and how many hints were shown, in one file.

The functions ``note_...`` raise ``RecordNotWritten`` if the file cannot be written.
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dojo.files import write_whole

FILE = "progress.json"
_LOCK_TIMEOUT = 5.0  # seconds


class RecordNotWritten(OSError):
    """The record could not be written: the message says why and what to do."""


@dataclass(frozen=True)
class Entry:
    """What is known of one kata.

    Args:
        solved: when it was first solved on each device, as ISO 8601 in UTC.
        states: how far it was on each device when it was last judged: solved, wrong or begun.
        answer: the ``fingerprint`` of the answer that was judged.
        hints: how many of its hints were shown.
    """

    solved: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""
    hints: int = 0

    @property
    def is_solved(self) -> bool:
        """Whether the answer that was judged last is right on every device where it ran."""
        return bool(self.states) and all(state == "solved" for state in self.states.values())

    @property
    def was_solved(self) -> bool:
        """Whether the kata was ever solved on every device where the last answer ran."""
        return bool(self.solved) and set(self.states) <= set(self.solved)

    def after_run(self, states: Mapping[str, str], answer: str, when: str) -> "Entry":
        """Return the entry after a run with these ``states`` by device; ``todo`` is not recorded."""
        # Results of an older answer on other devices say nothing about this one.
        kept = self.states if answer == self.answer else {}
        tried = {device: state for device, state in {**kept, **states}.items() if state != "todo"}
        first = {device: when for device, state in states.items() if state == "solved"}
        return replace(self, solved={**first, **self.solved}, states=tried, answer=answer)


@dataclass(frozen=True)
class Record:
    """All entries by kata id (``storage/strides``), and the kata that ``kata watch`` was at.

    ``problem`` is empty, or a sentence that says why the file could not be read.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    current: str = ""
    problem: str = ""
    is_damaged: bool = False

    def entry(self, kata: str) -> Entry:
        """Return the entry of a kata, empty if there is none."""
        return self.entries.get(kata, Entry())


def read(root: Path) -> Record:
    """Read the record of the practice folder ``root``. A damaged one is empty, with a ``problem``."""
    try:
        text = (root / FILE).read_bytes()
    except FileNotFoundError:
        return Record()
    except OSError as error:
        return Record(problem=f"{FILE} cannot be read: {error.strerror}; nothing of it is shown")
    try:
        table = json.loads(text)
        json.dumps(table, ensure_ascii=False).encode()  # JSON can hold surrogates, which UTF-8 cannot
        entries = {kata: _entry(values) for kata, values in table["katas"].items()}
        return Record(entries, str(table.get("current", "")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        problem = f"{FILE} is damaged; it is kept under a dated name, and the next run starts a new one"
        return Record(problem=problem, is_damaged=True)


def note_run(root: Path, states: Mapping[str, Mapping[str, str]], answers: Mapping[str, str]) -> None:
    """Write the results of a run.

    Args:
        root: the practice folder.
        states: by kata and device, ``solved``, ``wrong``, ``begun`` or ``todo``.
        answers: by kata, the digest of the file that was judged.
    """
    when = _now()

    def change(entries: dict[str, Entry]) -> None:
        for kata, found in states.items():
            entry = entries.get(kata, Entry()).after_run(found, answers.get(kata, ""), when)
            if kata in entries or entry.states:
                entries[kata] = entry

    _change(root, change)


def note_solved(root: Path, kata: str, devices: Iterable[str]) -> None:
    """Write that a kata was solved in a notebook: the entry's data on the kata's file stays."""
    first = dict.fromkeys(devices, _now())
    _change_entry(root, kata, lambda entry: replace(entry, solved={**first, **entry.solved}))


def note_hint(root: Path, kata: str, number: int) -> None:
    """Write that the hint of that number, from 1 up, was shown."""
    _change_entry(root, kata, lambda entry: replace(entry, hints=max(entry.hints, number)))


def note_reset(root: Path, kata: str) -> None:
    """Write that a kata was reset to its stub; the date when it was first solved stays."""

    def change(entries: dict[str, Entry]) -> None:
        if kata in entries:
            entries[kata] = replace(entries[kata], states={}, answer="")

    _change(root, change)


def note_current(root: Path, kata: str) -> None:
    """Write which kata the learner is at."""
    _change(root, lambda _: None, kata)


def fingerprint(file: Path) -> str:
    """Return a short digest of a file's contents, or "" if it cannot be read."""
    try:
        return digest(file.read_bytes())
    except OSError:
        return ""


def digest(contents: bytes) -> str:
    """Return a short digest of ``contents``."""
    return hashlib.sha256(contents).hexdigest()[:16]


def free_dated_name(file: Path) -> Path:
    """Return an unused path beside ``file`` with the time in its name: ``strides.2026-11-23-142501.py``."""
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    free = file.with_name(f"{file.stem}.{stamp}{file.suffix}")
    number = 1
    while free.exists():
        number += 1
        free = file.with_name(f"{file.stem}.{stamp}-{number}{file.suffix}")
    return free


def _change_entry(root: Path, kata: str, change: Callable[[Entry], Entry]) -> None:
    def change_one(entries: dict[str, Entry]) -> None:
        entries[kata] = change(entries.get(kata, Entry()))

    _change(root, change_one)


def _change(root: Path, change: Callable[[dict[str, Entry]], None], current: str | None = None) -> None:
    """Read the file, change its entries and write it atomically, all under a lock."""
    path = root / FILE
    try:
        with _locked(root):
            record = read(root)
            if record.is_damaged:
                path.rename(free_dated_name(path))
            elif record.problem:  # the file may be intact, so it is not replaced
                raise RecordNotWritten(f"{record.problem}, and nothing is kept until it can be")
            entries = dict(record.entries)
            change(entries)
            new = Record(entries, record.current if current is None else current)
            if new != replace(record, problem="", is_damaged=False):
                table = {"current": new.current, "katas": {kata: asdict(new.entries[kata]) for kata in sorted(entries)}}
                write_whole(path, (json.dumps(table, indent=2, ensure_ascii=False) + "\n").encode(), synced=False)
    except RecordNotWritten:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise RecordNotWritten(f"{FILE} cannot be written: {reason}; what was solved now is not kept") from None


@contextlib.contextmanager
def _locked(root: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout  # imported here: most commands do not need it, and it is slow to import

    try:
        with FileLock(root / f".{FILE}.lock", timeout=_LOCK_TIMEOUT):
            yield
    except Timeout:
        raise OSError(None, f"another run has kept it locked for {_LOCK_TIMEOUT:g} s") from None


def _entry(values: Mapping[str, Any]) -> Entry:
    entry = Entry(**values)
    texts = [(entry.answer,), *entry.solved.items(), *entry.states.items()]
    if not isinstance(entry.hints, int) or not all(isinstance(text, str) for group in texts for text in group):
        raise TypeError(values)
    return entry


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
