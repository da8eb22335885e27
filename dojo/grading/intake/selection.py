"""Select the kata files of a hand-in, one for each kata of the course."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from dojo.course import Course, Kata
from dojo.grading.intake import archives
from dojo.grading.intake.limits import MAX_KATA_BYTES, SubmittedFile, Ungradable, read_contents
from dojo.grading.model.messages import Message

_MAX_NAMES = 5  # in a note


@dataclass(frozen=True)
class _SelectedFile:
    rank: tuple[int, ...]
    where: tuple[str, ...]
    name: str
    contents: bytes


class Selection:
    """Selects the best file for each kata while the files of a hand-in are read."""

    def __init__(self, course: Course) -> None:
        self._by_name: dict[str, list[Kata]] = defaultdict(list)
        for kata in course.katas():
            self._by_name[f"{kata.name}.py".lower()].append(kata)
        self._selected: dict[str, _SelectedFile] = {}
        self._unknown = 0
        self._left_out: list[str] = []
        self._too_large: list[str] = []
        self._not_opened: list[str] = []
        self._ambiguous: dict[str, list[Kata]] = {}

    @property
    def files(self) -> dict[str, bytes]:
        """The contents of the selected files, by kata."""
        return {kata: chosen.contents for kata, chosen in sorted(self._selected.items())}

    def offer(self, file: SubmittedFile, rank: int) -> None:
        """Select a file if it is a kata's, and no better one was seen. A lower rank is better.

        Raises:
            Ungradable: if it cannot be read.
        """
        name = file.parts[-1]
        folders = [folder.lower() for folder in file.parts[-3:-1]]
        katas = self._by_name.get(name.lower(), [])
        placed = [kata for kata in katas if folders[-1:] == [kata.chapter.lower()]]
        if placed:
            self._consider(placed[0], file, (rank, 0 if folders[0] == "katas" else 1))
        elif len(katas) == 1:
            self._consider(katas[0], file, (rank, 2))
        elif katas:
            self._ambiguous[name.lower()] = katas
        elif archives.is_archive(name) or archives.is_other_archive(name):
            self._not_opened.append(file.name)
        else:
            self._unknown += 1

    def _consider(self, kata: Kata, file: SubmittedFile, rank: tuple[int, int]) -> None:
        is_exact = file.parts[-1] == f"{kata.name}.py"
        full_rank = (*rank, len(file.parts), int(not is_exact))
        best = self._selected.get(kata.id)
        # Of two entries with the same path in an archive, the later one wins, as when unpacking.
        if best and (best.rank < full_rank or (best.rank == full_rank and best.where != file.parts)):
            self._left_out.append(file.name)
            return
        contents = read_contents(file)
        if contents is None:
            self._too_large.append(file.name)
            return
        if best:
            self._left_out.append(best.name)
        self._selected[kata.id] = _SelectedFile(full_rank, file.parts, file.name, contents)

    def refuse_unopened_archives(self) -> None:
        """Refuse a hand-in that holds only archives of an unsupported kind.

        Raises:
            Ungradable: if it does.
        """
        if self._not_opened and not self._selected:
            raise Ungradable("not_opened", name=self._not_opened[0])

    def notes(self) -> list[Message]:
        """Return notes about files that were left out, or taken although their names are misspelt."""
        notes = [
            Message.of("of_several_katas", name=name, katas=" or ".join(kata.id for kata in katas))
            for name, katas in sorted(self._ambiguous.items())
        ]
        misspelt = [each.name for kata, each in sorted(self._selected.items()) if each.where[-1] != _file_name(kata)]
        for code, names in (
            ("left_out", self._left_out),
            ("kata_too_large", self._too_large),
            ("misspelt", misspelt),
            ("archives_left_out", self._not_opened),
        ):
            if names:
                notes.append(Message.of(code, names=_join(names), most=MAX_KATA_BYTES >> 20))
        if self._unknown:
            notes.append(Message.of("file_ignored" if self._unknown == 1 else "files_ignored", count=self._unknown))
        return notes if self._selected else [Message.of("no_kata"), *notes]


def _file_name(kata: str) -> str:
    return f"{kata.rpartition('/')[2]}.py"


def _join(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    return ", ".join(names[:_MAX_NAMES]) + more
