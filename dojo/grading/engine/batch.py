"""A class of hand-ins: graded side by side, each result written as it comes; a batch that was stopped goes on."""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import randbelow
from typing import Any

import filelock

from dojo.files import write_whole
from dojo.grading.engine.setup import Setup
from dojo.grading.engine.worker import seed_for
from dojo.grading.intake.handins import HandIn, HandIns
from dojo.grading.model import grades
from dojo.grading.model.grades import FILE, Grade, NewerFormat, Unreadable
from dojo.grading.model.messages import Message, same_messages
from dojo.grading.model.person import Person, safe_name
from dojo.grading.model.verdicts import VerdictState, verdict_without_run
from dojo.grading.reports.write import write_person
from dojo.screen.sanitize import sanitize

STATE = ".grading.json"
PREPARED = ".prepared.json"
_LOCK = ".grading.lock"
_OWN = ".grading."  # so are called our files, and what a crash leaves of them
_AHEAD = 2  # hand-ins in memory for each job


class NoBatch(ValueError):
    """The folder of results cannot be used: the message says why and what to do."""


class ResultsNotWritten(OSError):
    """A result could not be written: the message says what and what to do; those written before are there."""


@dataclass
class Tally:
    """How far a batch is."""

    total: int = 0
    graded: int = 0
    unchanged: int = 0
    kept: int = 0
    """Of how many the former result stays, since the grader itself failed to grade them again."""
    failures: dict[str, str] = field(default_factory=dict)
    """By name of a person's folder, why the grader itself failed on the hand-in."""

    @property
    def done(self) -> int:
        """How many hand-ins have a result."""
        return self.graded + self.unchanged + self.kept


@dataclass(frozen=True)
class Folder:
    """Where the results of a class are."""

    path: Path
    seed: int

    def of(self, person: Person) -> Path:
        """Return where the results of one person are."""
        return self.path / safe_name(person)


@contextlib.contextmanager
def open_folder(path: Path, title: str, seed: int | None, katas: Sequence[str] = ()) -> Iterator[Folder]:
    """Make the folder of results, or go on with the one that is there; nobody else writes to it meanwhile.

    Args:
        path: where it is, or will be.
        title: of the course.
        seed: that was asked for; where none was, that of the former run counts, or a new one.
        katas: that are graded.

    Raises:
        NoBatch: where it holds something else, or cannot be written to.
    """
    with contextlib.ExitStack() as held:
        try:
            path.mkdir(parents=True, exist_ok=True)
            held.enter_context(filelock.FileLock(path / _LOCK, timeout=1))
            chosen = _seed(path, title, seed, katas)
            _refuse_later_results(path)
            known = {"course": title, "seed": chosen, "katas": [*katas]}
            write_whole(path / STATE, json.dumps(known).encode() + b"\n")
        except filelock.Timeout:
            raise NoBatch(f"another `kata grade` is writing to {path}: wait until it is done") from None
        except (FileExistsError, NotADirectoryError):
            raise NoBatch(f"{path} is a file: name a folder with --out") from None
        except OSError as error:
            raise NoBatch(f"{path} cannot be written to: {error.strerror or error}") from None
        except NotImplementedError:
            raise NoBatch(f"{path} lies where files cannot be locked: name a folder on another disk") from None
        yield Folder(path, chosen)


def _seed(path: Path, title: str, asked: int | None, katas: Sequence[str]) -> int:
    """Return the seed that counts for a folder, which may hold results of these katas and nothing else."""
    known = _state(path)
    if known is None:
        if any(not each.name.startswith(_OWN) for each in path.iterdir()):
            raise NoBatch(f"{path} holds other files: name a new folder with --out, or an earlier one of this course")
        known = {"course": title}
    if "course" not in known:
        raise NoBatch(f"{path / STATE} is damaged: name a new folder with --out")
    if known["course"] != title:
        raise NoBatch(
            f"{path} holds results of another course, {sanitize(str(known['course']), 200)}: name a new folder"
        )
    if known.get("katas") and katas and known["katas"] != [*katas]:
        # All files there would tell of these katas alone, and what was graded before would be lost.
        raise NoBatch(f"{path} holds grades of other katas: name a new folder with --out, or the same --only as before")
    former = known.get("seed")
    return asked if asked is not None else former if isinstance(former, int) else randbelow(1_000_000)


def _refuse_later_results(path: Path) -> None:
    """Refuse a folder with results of a later version, which would be written over."""
    for each in sorted(path.glob(f"*/{FILE}")):
        try:
            grades.read(each)
        except NewerFormat as error:
            raise NoBatch(f"{error}, or name another folder with --out") from None
        except Unreadable:
            continue


def _state(path: Path) -> Mapping[str, Any] | None:
    try:
        known = json.loads((path / STATE).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


class Batch:
    """The hand-ins of a class, graded side by side; each result is written as it comes.

    Args:
        hand_ins: of all people.
        folder: of the results.
        setup: what is the same for all.
        submit: starts to grade a hand-in, in threads here or on other machines.
        jobs: how many hand-ins are worked on at once.
        again: whether those are graded again whose hand-in did not change.
        tell: is called with how far the batch is, each time that changes.
    """

    def __init__(
        self,
        hand_ins: HandIns,
        folder: Folder,
        setup: Setup,
        submit: Callable[[Setup, HandIn], "Future[Grade]"],
        jobs: int,
        again: bool = False,
        tell: Callable[[Tally], None] = lambda _: None,
    ) -> None:
        self.hand_ins = hand_ins
        self.folder = folder
        self.setup = setup
        self._submit = submit
        self._jobs = jobs
        self._again = again
        self._tell = tell
        self._tally = Tally(len(hand_ins))
        self._running: dict[Future[Grade], tuple[HandIn, int]] = {}

    def grade(self) -> Tally:
        """Grade all hand-ins that have no result yet.

        Raises:
            ResultsNotWritten: where a result cannot be written, as on a full disk.
        """
        self._tell(self._tally)
        try:
            for hand_in in self.hand_ins:
                if not self._again and self._is_graded(hand_in):
                    self._tally.unchanged += 1
                    self._tell(self._tally)
                    continue
                self._start(hand_in, 0)
                while len(self._running) >= self._jobs * _AHEAD:
                    self._finish()
            while self._running:
                self._finish()
        except BaseException:
            for future in self._running:
                future.cancel()
            raise
        return self._tally

    def _start(self, hand_in: HandIn, attempt: int) -> None:
        self._running[self._submit(self.setup, hand_in)] = hand_in, attempt

    def _finish(self) -> None:
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for future in done:
            hand_in, attempt = self._running.pop(future)
            grade, reason = _outcome(future, hand_in.person)
            if grade is None and attempt == 0:
                self._start(hand_in, 1)  # a fault of ours: once more, before it is told
                continue
            if grade is None:
                self._tally.failures[safe_name(hand_in.person)] = reason
                if self._is_graded(hand_in):  # it was to be graded again: what was found before holds
                    self._tally.kept += 1
                    self._tell(self._tally)
                    continue
                grade = grade_of_failed_job(self.setup, hand_in, reason)
            self._write(grade, hand_in)
            self._tally.graded += 1
            self._tell(self._tally)

    def _is_graded(self, hand_in: HandIn) -> bool:
        """Say whether there is a result that grading anew could not change."""
        try:
            known = grades.read(self.folder.of(hand_in.person) / FILE)
        except Unreadable:
            return False
        seed = seed_for(hand_in.person, self.setup.conditions.seed)
        return (
            known.person == hand_in.person
            and _same_hand_in(known, hand_in)
            and known.conditions == replace(self.setup.conditions, seed=seed)
            and same_messages(hand_in.notes, known.notes)
            and all(verdict.state is not VerdictState.INFRASTRUCTURE_ERROR for verdict in known.katas)
        )

    def _write(self, grade: Grade, hand_in: HandIn) -> None:
        own = self.folder.of(hand_in.person)
        try:
            _copy_files(own / "katas", hand_in.files)
            write_person(own, grade, self.setup.course)
        except OSError as error:
            raise ResultsNotWritten(
                f"the result of {own.name} cannot be written: {error.strerror or error}. "
                "Make room and run the same command again: it goes on where it stopped"
            ) from None


def _same_hand_in(known: Grade, hand_in: HandIn) -> bool:
    if hand_in.ungradable is not None and known.ungradable is not None:
        return hand_in.ungradable.means_same_as(known.ungradable)
    return known.digest == hand_in.digest


def _outcome(future: "Future[Grade]", person: Person) -> tuple[Grade | None, str]:
    """Return the grade that a job gave, or why there is none."""
    try:
        grade = future.result()
    except Exception as error:  # whatever goes wrong on another machine, it is not the learner's doing
        return None, sanitize(f"{type(error).__name__}: {error}".splitlines()[0])
    if not isinstance(grade, Grade):  # from a cluster anything may come
        return None, "a job gave what is no grade"
    return (grade, "") if grade.person == person else (None, "a job gave the grade of somebody else")


def grade_of_failed_job(setup: Setup, hand_in: HandIn, reason: str) -> Grade:
    """Return the grade, which is none yet, of a hand-in that the grader itself failed on."""
    seed = seed_for(hand_in.person, setup.conditions.seed)
    why = Message.of("grader_failed", why=reason)
    verdicts = tuple(
        verdict_without_run(kata, VerdictState.INFRASTRUCTURE_ERROR, why, setup.reference.devices)
        for kata in setup.course.katas()
    )
    conditions = replace(setup.conditions, seed=seed)
    return Grade(hand_in.person, conditions, verdicts, notes=hand_in.notes, digest=hand_in.digest)


def _copy_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write what was graded, and nothing else, to a folder: whoever wants the same grade again needs the same files."""
    for path in folder.glob("*/*.py"):
        if path.relative_to(folder).as_posix().removesuffix(".py") not in files:
            path.unlink()
    for name, contents in files.items():
        write_whole(folder / f"{name}.py", contents)


def read_grades(hand_ins: HandIns, folder: Folder) -> Iterator[Grade]:
    """Yield the grade of each person who has one, in their order."""
    for person in hand_ins.people:
        with contextlib.suppress(Unreadable):
            yield grades.read(folder.of(person) / FILE)
