"""Grade a class of hand-ins in parallel. Each result is written at once, so that a stopped batch can be resumed."""

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

STATE_FILE = ".grading.json"
_LOCK = ".grading.lock"
_OWN_PREFIX = ".grading."  # of the two files above, and of temporary files left by a crash
_SUBMITTED_PER_JOB = 2  # limits how many hand-ins are in memory


class UnusableFolder(ValueError):
    """The results folder cannot be used: the message says why and what to do."""


class ResultsNotWritten(OSError):
    """A result could not be written: the message says what to do. Earlier results are kept."""


@dataclass
class Tally:
    """Progress of a batch.

    Args:
        kept: hand-ins whose former result stays, because regrading failed.
        failures: by folder name of a person, why the grader failed on the hand-in.
    """

    total: int = 0
    graded: int = 0
    unchanged: int = 0
    kept: int = 0
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many hand-ins have a result."""
        return self.graded + self.unchanged + self.kept


@dataclass(frozen=True)
class ResultsFolder:
    """The folder with the results of a class."""

    path: Path
    seed: int

    def of(self, person: Person) -> Path:
        """Return the folder for one person."""
        return self.path / safe_name(person)


@contextlib.contextmanager
def open_folder(path: Path, title: str, seed: int | None, katas: Sequence[str] = ()) -> Iterator[ResultsFolder]:
    """Create or reopen the results folder of a course, and lock it against other runs.

    Without ``seed``, that of the former run counts, or a random one.

    Raises:
        UnusableFolder: if it holds other files, or cannot be written to.
    """
    with contextlib.ExitStack() as stack:
        try:
            path.mkdir(parents=True, exist_ok=True)
            stack.enter_context(filelock.FileLock(path / _LOCK, timeout=1))
            chosen = _choose_seed(path, title, seed, katas)
            _refuse_newer_results(path)
            state = {"course": title, "seed": chosen, "katas": [*katas]}
            write_whole(path / STATE_FILE, json.dumps(state).encode() + b"\n")
        except filelock.Timeout:
            raise UnusableFolder(f"another `kata grade` is writing to {path}: wait until it is done") from None
        except (FileExistsError, NotADirectoryError):
            raise UnusableFolder(f"{path} is a file: name a folder with --out") from None
        except OSError as error:
            raise UnusableFolder(f"{path} cannot be written to: {error.strerror or error}") from None
        except NotImplementedError:
            raise UnusableFolder(f"{path} lies where files cannot be locked: name a folder on another disk") from None
        yield ResultsFolder(path, chosen)


def _choose_seed(path: Path, title: str, requested: int | None, katas: Sequence[str]) -> int:
    """Return the seed of the folder; refuse one with other files, or with results of another course or other katas."""
    state = _read_state(path)
    if state is None:
        if any(not each.name.startswith(_OWN_PREFIX) for each in path.iterdir()):
            raise UnusableFolder(
                f"{path} holds other files: name a new folder with --out, or an earlier one of this course"
            )
        state = {"course": title}
    if "course" not in state:
        raise UnusableFolder(f"{path / STATE_FILE} is damaged: name a new folder with --out")
    if state["course"] != title:
        raise UnusableFolder(
            f"{path} holds results of another course, {sanitize(str(state['course']), 200)}: name a new folder"
        )
    if state.get("katas") and katas and state["katas"] != [*katas]:
        # The class reports would be overwritten with these katas alone, and lose the earlier grades.
        raise UnusableFolder(
            f"{path} holds grades of other katas: name a new folder with --out, or the same --only as before"
        )
    former = state.get("seed")
    return requested if requested is not None else former if isinstance(former, int) else randbelow(1_000_000)


def _refuse_newer_results(path: Path) -> None:
    """Refuse a folder with results of a later version, since they would be overwritten."""
    for each in sorted(path.glob(f"*/{FILE}")):
        try:
            grades.read(each)
        except NewerFormat as error:
            raise UnusableFolder(f"{error}, or name another folder with --out") from None
        except Unreadable:
            continue


def _read_state(path: Path) -> Mapping[str, Any] | None:
    try:
        state = json.loads((path / STATE_FILE).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return state if isinstance(state, dict) else {}


class Batch:
    """The hand-ins of a class, graded in parallel.

    Args:
        submit: starts grading a hand-in, in a thread or on a cluster.
        jobs: how many hand-ins are graded at once.
        again: also grade hand-ins that did not change.
        on_progress: called with the tally after each change.
    """

    def __init__(
        self,
        hand_ins: HandIns,
        folder: ResultsFolder,
        setup: Setup,
        submit: Callable[[Setup, HandIn], "Future[Grade]"],
        jobs: int,
        again: bool = False,
        on_progress: Callable[[Tally], None] = lambda _: None,
    ) -> None:
        self.hand_ins = hand_ins
        self.folder = folder
        self.setup = setup
        self._submit = submit
        self._jobs = jobs
        self._again = again
        self._on_progress = on_progress
        self._tally = Tally(len(hand_ins))
        self._running: dict[Future[Grade], tuple[HandIn, int]] = {}

    def grade(self) -> Tally:
        """Grade all hand-ins that have no valid result yet.

        Raises:
            ResultsNotWritten: if a result cannot be written, as on a full disk.
        """
        self._on_progress(self._tally)
        try:
            for hand_in in self.hand_ins:
                if not self._again and self._is_graded(hand_in):
                    self._tally.unchanged += 1
                    self._on_progress(self._tally)
                    continue
                self._start(hand_in, 0)
                while len(self._running) >= self._jobs * _SUBMITTED_PER_JOB:
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
            grade, reason = _grade_or_reason(future, hand_in.person)
            if grade is None and attempt == 0:
                self._start(hand_in, 1)  # the grader failed, not the hand-in: retry once
                continue
            if grade is None:
                self._tally.failures[safe_name(hand_in.person)] = reason
                if not self._is_graded(hand_in):
                    grade = grade_of_failed_job(self.setup, hand_in, reason)
            if grade is None:  # regrading failed: the former result stays
                self._tally.kept += 1
            else:
                self._write(grade, hand_in)
                self._tally.graded += 1
            self._on_progress(self._tally)

    def _is_graded(self, hand_in: HandIn) -> bool:
        """Say whether there is a result that grading again would not change."""
        try:
            known = grades.read(self.folder.of(hand_in.person) / FILE)
        except Unreadable:
            return False
        seed = seed_for(hand_in.person, self.setup.conditions.seed)
        return (
            known.person == hand_in.person
            and _is_same_hand_in(known, hand_in)
            and known.conditions == replace(self.setup.conditions, seed=seed)
            and same_messages(hand_in.notes, known.notes)
            and all(verdict.state is not VerdictState.INFRASTRUCTURE_ERROR for verdict in known.katas)
        )

    def _write(self, grade: Grade, hand_in: HandIn) -> None:
        folder = self.folder.of(hand_in.person)
        try:
            _copy_files(folder / "katas", hand_in.files)
            write_person(folder, grade, self.setup.course)
        except OSError as error:
            raise ResultsNotWritten(
                f"the result of {folder.name} cannot be written: {error.strerror or error}. "
                "Make room and run the same command again: it goes on where it stopped"
            ) from None


def _is_same_hand_in(known: Grade, hand_in: HandIn) -> bool:
    if hand_in.ungradable is not None and known.ungradable is not None:
        return hand_in.ungradable.means_same_as(known.ungradable)
    return known.digest == hand_in.digest


def _grade_or_reason(future: "Future[Grade]", person: Person) -> tuple[Grade | None, str]:
    """Return the grade of a job, or the reason why it has none."""
    try:
        grade = future.result()
    except Exception as error:  # a fault of another machine is not the learner's
        return None, sanitize(f"{type(error).__name__}: {error}".splitlines()[0])
    if not isinstance(grade, Grade):  # a cluster may return anything
        return None, "a job gave what is no grade"
    try:
        grades.encode(grade)
    except Exception as error:  # it could not be written
        return None, sanitize(f"{type(error).__name__}: {error}".splitlines()[0])
    return (grade, "") if grade.person == person else (None, "a job gave the grade of somebody else")


def grade_of_failed_job(setup: Setup, hand_in: HandIn, reason: str) -> Grade:
    """Return the result of a hand-in that the grader itself failed on: no points yet."""
    state, why = VerdictState.INFRASTRUCTURE_ERROR, Message.of("grader_failed", why=reason)
    devices = setup.reference.devices
    verdicts = tuple(verdict_without_run(kata, state, why, devices) for kata in setup.course.katas())
    conditions = replace(setup.conditions, seed=seed_for(hand_in.person, setup.conditions.seed))
    return Grade(hand_in.person, conditions, verdicts, notes=hand_in.notes, digest=hand_in.digest)


def _copy_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write exactly the graded files, so that the grade can be reproduced."""
    for path in folder.glob("*/*.py"):
        if path.relative_to(folder).as_posix().removesuffix(".py") not in files:
            path.unlink()
    for name, contents in files.items():
        write_whole(folder / f"{name}.py", contents)


def read_grades(hand_ins: HandIns, folder: ResultsFolder) -> Iterator[Grade]:
    """Yield the grade of each person who has one, sorted by person."""
    for person in hand_ins.people:
        with contextlib.suppress(Unreadable):
            yield grades.read(folder.of(person) / FILE)
