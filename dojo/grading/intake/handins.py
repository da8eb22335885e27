"""Hand-ins: for each person the kata files, or the reason why they cannot be graded.

Nothing of a hand-in is run, followed or written to the disk. ``limits`` says what is refused.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from dojo.course import Course
from dojo.grading.intake import archives, inbox, people
from dojo.grading.intake.inbox import InboxEntry, NoHandIns
from dojo.grading.intake.limits import Meter, Ungradable, printable
from dojo.grading.intake.selection import Selection
from dojo.grading.model.messages import Message
from dojo.grading.model.person import Person, safe_name

__all__ = ["HandIn", "HandIns", "NoHandIns", "Person", "read", "safe_name"]


@dataclass(frozen=True)
class HandIn:
    """The hand-in of one person.

    Args:
        files: by kata id, such as ``storage/strides``, the bytes of the file.
        notes: what was left out, and why.
        ungradable: why it cannot be graded, or None; if set, there are no files.
        digest: of the files, or of the reason.
    """

    person: Person
    files: Mapping[str, bytes]
    notes: tuple[Message, ...]
    ungradable: Message | None
    digest: str


class HandIns:
    """All hand-ins, sorted by person. Each is read when needed, and not kept in memory."""

    def __init__(self, path: Path, course: Course) -> None:
        self._path = path
        self._course = course
        with inbox.open_inbox(path, course) as found:
            self._people = _by_person(found)
            self.left_out = tuple(entry.name for entry in found if entry.is_left_out)
        if not self._people:
            raise NoHandIns(f"{path} holds no hand-ins: put in a folder or an archive for each person")

    def __len__(self) -> int:
        return len(self._people)

    @property
    def people(self) -> list[Person]:
        """All people, in the order of their hand-ins."""
        return sorted(self._people)

    def __iter__(self) -> Iterator[HandIn]:
        with inbox.open_inbox(self._path, self._course) as found:
            by_person = _by_person(found)
            for person in sorted(by_person):
                others = [each for each in by_person if each.canvas == person.canvas != "" and each != person]
                yield _read_hand_in(person, by_person[person], others, self._course)


def read(hand_ins: Path, course: Course) -> HandIns:
    """Find the hand-ins of all people.

    Args:
        hand_ins: a folder, or a zip archive from Canvas or Moodle, with a folder, an archive or files of each person.
            Or the folder ``katas`` of one person, or its files; the person is then called like ``hand_ins``.
        course: the katas to look for.

    Raises:
        NoHandIns: if there are none, or they cannot be read.
    """
    return HandIns(hand_ins, course)


def _read_hand_in(person: Person, entries: list[InboxEntry], others: list[Person], course: Course) -> HandIn:
    notes = [Message.of("same_number", name=printable(other.name), number=person.canvas) for other in others]
    if any(entry.label.late for entry in entries):
        notes.append(Message.of("late"))
    if any(entry.label.online for entry in entries):
        notes.append(Message.of("typed"))
    entries = [entry for entry in entries if not entry.label.online]
    if len(entries) > 1 and entries[0].label.is_plain:
        notes.append(Message.of("merged", names=" and ".join(printable(entry.name) for entry in entries)))
    selection, meter = Selection(course), Meter()
    try:
        for number, entry in enumerate(entries):
            # The latest upload comes first. Without upload numbers, a folder comes before an archive of it.
            rank = number if entry.label.is_plain else -entry.label.earlier_copies
            above = (entry.label.original,) if entry.label.original else ()
            for found in archives.unpack(entry.files(above, meter), meter):
                selection.offer(found, rank)
        selection.refuse_unopened_archives()
    except Ungradable as reason:
        return HandIn(person, {}, tuple(notes), reason.message, _digest({}, repr(reason.message)))
    return HandIn(person, selection.files, (*notes, *selection.notes()), None, _digest(selection.files, ""))


def _digest(files: Mapping[str, bytes], reason: str) -> str:
    digest = hashlib.sha256(reason.encode("utf-8", "surrogatepass"))
    for name, contents in sorted(files.items()):
        digest.update(f"\0{name}\0{len(contents)}\0".encode() + contents)
    return digest.hexdigest()


def _by_person(entries: list[InboxEntry]) -> Mapping[Person, list[InboxEntry]]:
    # Upload numbers are unique: if two are equal, the names do not come from Canvas.
    uploads = Counter(entry.label.upload for entry in entries if entry.label.upload)
    by_person = defaultdict(list)
    for entry in entries:
        if entry.is_left_out:
            continue
        label = people.plain_name(entry.name, entry.is_folder) if uploads[entry.label.upload] > 1 else entry.label
        by_person[label.person].append(replace(entry, label=label))
    for own in by_person.values():
        own.sort(key=lambda entry: (not entry.is_folder, -entry.label.earlier_copies, -entry.label.upload, entry.name))
    return by_person
