"""A class of hand-ins: graded side by side, each result on the disk as it comes, to be gone on with."""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import randbelow
from typing import Any

import filelock

from dojo.grading.engine import worker
from dojo.grading.engine.worker import Setting
from dojo.grading.intake.handins import HandIn, HandIns
from dojo.grading.intake.people import Person, safe_name
from dojo.grading.model import grades
from dojo.grading.model.grades import FILE, Grade, Unreadable, write_whole
from dojo.grading.model.verdicts import State, without_a_run
from dojo.grading.reports import class_page, write
from dojo.screen.sanitize import legible

STATE = ".grading.json"
PREPARED = ".prepared.json"
_LOCK = ".grading.lock"
_OWN = ".grading."  # so are called our files, and what a crash leaves of them
_AHEAD = 2  # hand-ins in memory for each job


class NoBatch(ValueError):
    """The folder of results cannot be used: the message says why and what to do."""


class NotWritten(OSError):
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
def opened(path: Path, title: str, seed: int | None, katas: Sequence[str] = ()) -> Iterator[Folder]:
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
            f"{path} holds results of another course, {legible(str(known['course']), 200)}: name a new folder"
        )
    if known.get("katas") and katas and known["katas"] != [*katas]:
        # All files there would tell of these katas alone, and what was graded before would be lost.
        raise NoBatch(f"{path} holds grades of other katas: name a new folder with --out, or the same --only as before")
    former = known.get("seed")
    return asked if asked is not None else former if isinstance(former, int) else randbelow(1_000_000)


def _state(path: Path) -> Mapping[str, Any] | None:
    try:
        known = json.loads((path / STATE).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def grade(
    hand_ins: HandIns,
    folder: Folder,
    setting: Setting,
    executor: Executor,
    jobs: int,
    again: bool = False,
    told: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """Grade all hand-ins that have no result yet, and write each result as it comes.

    Args:
        hand_ins: of all people.
        folder: of the results.
        setting: what is the same for all.
        executor: runs ``worker.work``, in threads here or on other machines.
        jobs: how many hand-ins it works on at once.
        again: whether those are graded again whose hand-in did not change.
        told: is told how far the batch is, each time that changes.

    Raises:
        NotWritten: where a result cannot be written, as on a full disk.
    """
    tally = Tally(len(hand_ins))
    running: dict[Future[bytes], tuple[HandIn, int]] = {}

    def start(hand_in: HandIn, attempt: int) -> None:
        running[executor.submit(worker.work, setting, hand_in)] = hand_in, attempt

    def finish() -> None:
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            hand_in, attempt = running.pop(future)
            result, reason = _outcome(future, hand_in.person)
            if result is None and attempt == 0:
                start(hand_in, 1)  # a fault of ours: once more, before it is told
                continue
            if result is None:
                tally.failures[safe_name(hand_in.person)] = reason
                if _is_graded(folder, hand_in, setting):  # it was to be graded again: what was found before holds
                    tally.kept += 1
                    told(tally)
                    continue
                result = failed(setting, hand_in, reason)
            _write(folder, result, hand_in, setting)
            tally.graded += 1
            told(tally)

    told(tally)
    try:
        for hand_in in hand_ins:
            if not again and _is_graded(folder, hand_in, setting):
                tally.unchanged += 1
                told(tally)
                continue
            start(hand_in, 0)
            while len(running) >= jobs * _AHEAD:
                finish()
        while running:
            finish()
    except BaseException:
        for future in running:
            future.cancel()
        raise
    return tally


def _outcome(future: Future[bytes], person: Person) -> tuple[Grade | None, str]:
    """Return the grade that a job gave, or why there is none."""
    try:
        result = grades.decoded(future.result())
    except Exception as error:  # whatever goes wrong on another machine, it is not the learner's doing
        return None, legible(f"{type(error).__name__}: {error}".splitlines()[0])
    if result.person != person:
        return None, "a job gave the grade of somebody else"
    return result, ""


def failed(setting: Setting, hand_in: HandIn, reason: str) -> Grade:
    """Return the grade, which is none yet, of a hand-in that the grader itself failed on."""
    seed = worker.seed_for(hand_in.person, setting.conditions.seed)
    why = f"the grader itself failed, which says nothing about the answer: {reason}"
    verdicts = tuple(
        without_a_run(kata, State.INFRASTRUCTURE_ERROR, why, setting.standard.devices)
        for kata in setting.course.katas()
    )
    conditions = replace(setting.conditions, seed=seed)
    return Grade(hand_in.person, conditions, verdicts, notes=hand_in.notes, digest=hand_in.digest)


def _is_graded(folder: Folder, hand_in: HandIn, setting: Setting) -> bool:
    """Say whether there is a result that grading anew could not change."""
    try:
        known = grades.read(folder.of(hand_in.person) / FILE)
    except Unreadable:
        return False
    seed = worker.seed_for(hand_in.person, setting.conditions.seed)
    return (
        known.digest == hand_in.digest
        and known.person == hand_in.person
        and known.conditions == replace(setting.conditions, seed=seed)
        and known.notes == hand_in.notes
        and all(verdict.state is not State.INFRASTRUCTURE_ERROR for verdict in known.katas)
    )


def _write(folder: Folder, result: Grade, hand_in: HandIn, setting: Setting) -> None:
    own = folder.of(hand_in.person)
    try:
        _keep(own / "katas", hand_in.files)
        write.write_person(own, result, setting.course)
    except OSError as error:
        raise NotWritten(
            f"the result of {own.name} cannot be written: {error.strerror or error}. "
            "Make room and run the same command again: it goes on where it stopped"
        ) from None


def _keep(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write what was graded, and nothing else, to a folder: whoever wants the same grade again needs the same files."""
    for path in folder.glob("*/*.py"):
        if path.relative_to(folder).as_posix().removesuffix(".py") not in files:
            path.unlink()
    for name, contents in files.items():
        write_whole(folder / f"{name}.py", contents)


def results(hand_ins: HandIns, folder: Folder) -> Iterator[Grade]:
    """Yield the grade of each person who has one, in their order."""
    for person in hand_ins.people:
        with contextlib.suppress(Unreadable):
            yield grades.read(folder.of(person) / FILE)


def write_class(hand_ins: HandIns, folder: Folder, setting: Setting) -> None:
    """Write what tells of all: grades.csv, junit.xml and class.html.

    Raises:
        NotWritten: where one of them cannot be written.
    """
    try:
        write.write_class(folder.path, results(hand_ins, folder), setting.course)
        class_page.write(folder.path / "class.html", results(hand_ins, folder), setting.course, setting.course.title)
    except OSError as error:
        raise NotWritten(
            f"the results of the class cannot be written to {folder.path}: {error.strerror or error}. "
            "Make room and run the same command again: each person's result is there"
        ) from None
