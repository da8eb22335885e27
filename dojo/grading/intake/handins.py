"""What was handed in: of each person, the kata files, or the reason why they cannot be graded.

Nothing of a hand-in is run, followed or written anywhere; see ``limits`` for what is refused.
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
    """What one person has handed in.

    Args:
        person: whose it is.
        files: the bytes of each kata that there is a file of, by its id, ``storage/strides``.
        notes: on what was left out, and why.
        ungradable: why it cannot be graded, where that is so; then there are no files.
        digest: differs where the files or their reason do.
    """

    person: Person
    files: Mapping[str, bytes]
    notes: tuple[Message, ...]
    ungradable: Message | None
    digest: str


class HandIns:
    """All hand-ins by the names of their people; each is read when it is asked for, and not kept."""

    def __init__(self, path: Path, course: Course) -> None:
        self._path = path
        self._course = course
        with inbox.open_inbox(path, course) as found:
            self._people = _by_person(found)
            self.left_out = tuple(top.name for top in found if top.is_left_out)
        if not self._people:
            raise NoHandIns(f"{path} holds no hand-ins: put in a folder or an archive for each person")

    def __len__(self) -> int:
        return len(self._people)

    @property
    def people(self) -> list[Person]:
        """All people, in the order in which their hand-ins come."""
        return sorted(self._people)

    def __iter__(self) -> Iterator[HandIn]:
        with inbox.open_inbox(self._path, self._course) as found:
            by_person = _by_person(found)
            for person in sorted(by_person):
                others = [each for each in by_person if each.canvas == person.canvas != "" and each != person]
                yield _hand_ins(person, by_person[person], others, self._course)


def read(hand_ins: Path, course: Course) -> HandIns:
    """Find the hand-ins of all people.

    Args:
        hand_ins: a folder, or a zip archive as Canvas and Moodle give it, with a folder, an archive or files of each
            person; or one person's own folder ``katas``, or its files, which goes by the name of ``hand_ins``.
        course: tells which files are wanted.

    Raises:
        NoHandIns: where there are none, or they cannot be read.
    """
    return HandIns(hand_ins, course)


def _hand_ins(person: Person, own: list[InboxEntry], others: list[Person], course: Course) -> HandIn:
    notes = [Message.of("same_number", name=printable(other.name), number=person.canvas) for other in others]
    if any(top.label.late for top in own):
        notes.append(Message.of("late"))
    if any(top.label.online for top in own):
        notes.append(Message.of("typed"))
    own = [top for top in own if not top.label.online]
    if len(own) > 1 and own[0].label.by_hand:
        notes.append(Message.of("merged", names=" and ".join(printable(top.name) for top in own)))
    selection, meter = Selection(course), Meter()
    try:
        for number, top in enumerate(own):
            # What was handed in last comes first; by hand, the folder, unpacked from the archive perhaps.
            rank = number if top.label.by_hand else -top.label.again
            above = (top.label.original,) if top.label.original else ()
            for found in archives.unpack(top.files(above, meter), meter):
                selection.offer(found, rank)
        selection.refuse_what_is_not_opened()
    except Ungradable as reason:
        return HandIn(person, {}, tuple(notes), reason.message, _digest({}, repr(reason.message)))
    return HandIn(person, selection.files, (*notes, *selection.notes()), None, _digest(selection.files, ""))


def _digest(files: Mapping[str, bytes], reason: str) -> str:
    digest = hashlib.sha256(reason.encode("utf-8", "surrogatepass"))
    for name, contents in sorted(files.items()):
        digest.update(f"\0{name}\0{len(contents)}\0".encode() + contents)
    return digest.hexdigest()


def _by_person(found: list[InboxEntry]) -> Mapping[Person, list[InboxEntry]]:
    # Each upload has a number of its own: where two have the same, somebody else has put numbers into the names.
    uploads = Counter(top.label.upload for top in found if top.label.upload)
    by_person = defaultdict(list)
    for top in found:
        if top.is_left_out:
            continue
        label = people.plain_name(top.name, top.is_folder) if uploads[top.label.upload] > 1 else top.label
        by_person[label.person].append(replace(top, label=label))
    for own in by_person.values():
        own.sort(key=lambda top: (not top.is_folder, -top.label.again, -top.label.upload, top.name))
    return by_person
