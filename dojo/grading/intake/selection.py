"""Which files of a hand-in are taken: those that the course knows, one for each kata."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from dojo.course import Course, Kata
from dojo.grading.intake import archives
from dojo.grading.intake.limits import KATA, Found, Ungradable, read_contents
from dojo.grading.model.messages import Message

_MOST_NAMES = 5  # names in a note, then a number


@dataclass(frozen=True)
class _ChosenFile:
    rank: tuple[int, ...]
    where: tuple[str, ...]
    name: str
    contents: bytes


class Selection:
    """Takes a hand-in's files as they come, and keeps the best of each kata."""

    def __init__(self, course: Course) -> None:
        self._by_name: dict[str, list[Kata]] = defaultdict(list)
        for kata in course.katas():
            self._by_name[f"{kata.name}.py".lower()].append(kata)
        self._taken: dict[str, _ChosenFile] = {}
        self._unknown = 0
        self._left_out: list[str] = []
        self._too_large: list[str] = []
        self._not_opened: list[str] = []
        self._of_two: dict[str, list[Kata]] = {}

    @property
    def files(self) -> dict[str, bytes]:
        """The contents of the files that are taken, by kata."""
        return {kata: taken.contents for kata, taken in sorted(self._taken.items())}

    def offer(self, found: Found, rank: int) -> None:
        """Take a file where it is a kata's, and none that is meant before it was seen.

        Args:
            found: the file.
            rank: a smaller one is meant before a larger one, wherever they lie.

        Raises:
            Ungradable: where it cannot be read.
        """
        name = found.parts[-1]
        folders = [folder.lower() for folder in found.parts[-3:-1]]
        katas = self._by_name.get(name.lower(), [])
        placed = [kata for kata in katas if folders[-1:] == [kata.chapter.lower()]]
        if placed:
            self._consider(placed[0], found, (rank, 0 if folders[0] == "katas" else 1))
        elif len(katas) == 1:
            self._consider(katas[0], found, (rank, 2))
        elif katas:
            self._of_two[name.lower()] = katas
        elif archives.is_archive(name) or archives.is_other_archive(name):
            self._not_opened.append(found.name)
        else:
            self._unknown += 1

    def _consider(self, kata: Kata, found: Found, rank: tuple[int, int]) -> None:
        is_exact = found.parts[-1] == f"{kata.name}.py"
        whole = (*rank, len(found.parts), int(not is_exact))
        best = self._taken.get(kata.id)
        # Of two under one name in an archive, the later one is what unpacking it leaves.
        if best and (best.rank < whole or (best.rank == whole and best.where != found.parts)):
            self._left_out.append(found.name)
            return
        contents = read_contents(found)
        if contents is None:
            self._too_large.append(found.name)
            return
        if best:
            self._left_out.append(best.name)
        self._taken[kata.id] = _ChosenFile(whole, found.parts, found.name, contents)

    def refuse_what_is_not_opened(self) -> None:
        """Refuse a hand-in that is nothing but archives of a kind that is not read.

        Raises:
            Ungradable: where it is.
        """
        if self._not_opened and not self._taken:
            raise Ungradable("not_opened", name=self._not_opened[0])

    def notes(self) -> list[Message]:
        """Return what there is to say of files that were left out, or taken all the same."""
        notes = [
            Message.of("of_several_katas", name=name, katas=" or ".join(kata.id for kata in katas))
            for name, katas in sorted(self._of_two.items())
        ]
        misspelt = [each.name for kata, each in sorted(self._taken.items()) if each.where[-1] != _file(kata)]
        for code, names in (
            ("left_out", self._left_out),
            ("kata_too_large", self._too_large),
            ("misspelt", misspelt),
            ("archives_left_out", self._not_opened),
        ):
            if names:
                notes.append(Message.of(code, names=_join(names), most=KATA >> 20))
        if self._unknown:
            notes.append(Message.of("file_ignored" if self._unknown == 1 else "files_ignored", count=self._unknown))
        return notes if self._taken else [Message.of("no_kata"), *notes]


def _file(kata: str) -> str:
    return f"{kata.rpartition('/')[2]}.py"


def _join(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
