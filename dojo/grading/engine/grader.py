"""Grade a folder of hand-ins: the work of ``kata grade``."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dojo.files import write_whole
from dojo.grading.engine import batch, executors
from dojo.grading.engine.batch import Batch, ResultsFolder, ResultsNotWritten, Tally, UnusableFolder
from dojo.grading.engine.executors import ClusterUnavailable
from dojo.grading.engine.options import Options
from dojo.grading.engine.setup import Setup, load_or_prepare
from dojo.grading.engine.worker import Workers
from dojo.grading.gradebooks.canvas import Canvas
from dojo.grading.gradebooks.csv_patch import CannotFill
from dojo.grading.gradebooks.moodle import Moodle
from dojo.grading.gradebooks.rows import Gradebook
from dojo.grading.intake import handins
from dojo.grading.intake.handins import HandIns, NoHandIns
from dojo.grading.model.grades import Grade
from dojo.grading.reports.exports import BadFields, CannotExport, Classroom50Fields, classroom50
from dojo.grading.reports.write import write_class
from dojo.grading.sandbox import readable
from dojo.grading.sandbox.client import SandboxLost
from dojo.grading.sandbox.levels import NoSandbox
from dojo.screen.sanitize import one_line

SETUP_CACHE = ".prepared.json"


class Interrupted(RuntimeError):
    """Grading was stopped by Ctrl-C or SIGTERM: the message says how to resume."""


EXPECTED_ERRORS = (
    *(
        NoHandIns,
        UnusableFolder,
        ResultsNotWritten,
        CannotFill,
        BadFields,
        NoSandbox,
        SandboxLost,
        ClusterUnavailable,
        Interrupted,
    ),
)
"""Errors with a one-line message that says what is wrong and what to do."""


class Terminal(Protocol):
    """Where progress is shown."""

    def say(self, text: str) -> None:
        """Show a line."""

    def warn(self, text: str) -> None:
        """Show a warning."""

    def progress(self, total: int) -> AbstractContextManager[Callable[[Tally], None]]:
        """Show the progress of a batch of ``total`` hand-ins: call what the context yields after each change."""


@dataclass(frozen=True)
class Gradebooks:
    """Gradebooks to fill in, and other files to write.

    Args:
        canvas: an export of Canvas's gradebook; ``assignment`` is its column, by title or number.
        moodle: a grading worksheet of Moodle.
        scale: scale points to the maximum of the gradebook.
        classroom50: a toml file for Classroom 50.
    """

    canvas: Path | None = None
    assignment: str | None = None
    moodle: Path | None = None
    scale: bool = False
    classroom50: Path | None = None


class Grader:
    """Grades a class. Owns the sandboxes of this process, and always ends them.

    Raises:
        CannotFill: if a gradebook cannot be filled in; found before grading, not an hour later.
        BadFields: if Classroom 50's file lacks a field.
    """

    def __init__(self, options: Options, gradebooks: Gradebooks, terminal: Terminal) -> None:
        self.options = options
        self.terminal = terminal
        self.written: list[Path] = []  # reports about the whole class
        self._workers = Workers()
        self._books: dict[str, Gradebook] = {}
        if gradebooks.canvas is not None:
            self._books["canvas"] = Canvas(gradebooks.canvas, gradebooks.assignment, gradebooks.scale)
        if gradebooks.moodle is not None:
            self._books["moodle"] = Moodle(gradebooks.moodle, gradebooks.scale)
        self._fields = Classroom50Fields.read(gradebooks.classroom50) if gradebooks.classroom50 else None

    def grade(self, path: Path, out: Path) -> Tally:
        """Grade the hand-ins in ``path``, and write the results to the folder ``out``, or resume there.

        Raises:
            NoHandIns: or another one of ``EXPECTED_ERRORS``.
        """
        course = self.options.course
        hand_ins = handins.read(path, course)
        self._refuse_bad_paths(path, out)
        with batch.open_folder(out, course.title, self.options.seed, [kata.id for kata in course.katas()]) as folder:
            for name in hand_ins.left_out:
                self.terminal.say(f"! left out, for it is neither a folder, an archive nor a kata: {one_line(name)}")
            self.terminal.say(f"{len(hand_ins)} hand-ins; trying the sandbox and the reference solutions")
            tally = self._grade_all(hand_ins, folder)
            others = [book.add for book in self._books.values()]
            if self._fields is not None:
                others.append(lambda grade: self._write_classroom50(folder, grade))
            try:
                write_class(folder.path, batch.read_grades(hand_ins, folder), course, others)
            except OSError as error:
                raise ResultsNotWritten(
                    f"the results of the class cannot be written to {folder.path}: {error.strerror or error}. "
                    "Make room and run the same command again: each person's result is there"
                ) from None
            self._fill_gradebooks(folder)
            self.written += [folder.path / "class.html", folder.path / "grades.csv"]
        return tally

    def _refuse_bad_paths(self, path: Path, out: Path) -> None:
        if out.resolve().is_relative_to(path.resolve()):
            raise UnusableFolder(f"{out} lies among the hand-ins: name a folder elsewhere with --out")
        for each in (path, out):
            readable_parent = None if self.options.weak_is_allowed else readable.readable_parent(each)
            if readable_parent is not None:
                raise UnusableFolder(
                    f"{each} lies in {readable_parent}, which every hand-in may read: move it elsewhere"
                )

    def _grade_all(self, hand_ins: HandIns, folder: ResultsFolder) -> Tally:
        options = self.options
        executor = executors.cluster(options.cluster) if options.cluster else None
        try:
            with executor or executors.threads(self._workers, options.jobs) as (submit, jobs):
                setup = load_or_prepare(options, folder.seed, folder.path / SETUP_CACHE)
                self._show_conditions(setup)
                with self.terminal.progress(len(hand_ins)) as on_progress:
                    return Batch(hand_ins, folder, setup, submit, jobs, options.again, on_progress).grade()
        except KeyboardInterrupt:
            raise Interrupted(
                f"stopped. What is graded is in {folder.path}; the same command goes on from there"
            ) from None
        finally:
            self._workers.close()

    def _show_conditions(self, setup: Setup) -> None:
        conditions = setup.conditions
        self.terminal.say(f"sandbox: {conditions.sandbox}, which refuses {', '.join(conditions.refused) or 'nothing'}")
        self.terminal.say(f"torch {conditions.torch} on {' and '.join(conditions.devices)}, seed {conditions.seed}")
        for kata, reason in setup.reference.broken.items():
            self.terminal.warn(f"! {kata} cannot be graded here: {reason}")

    def _fill_gradebooks(self, folder: ResultsFolder) -> None:
        for name, book in self._books.items():
            filled = book.fill()
            path = folder.path / f"{name}.csv"
            write_whole(path, filled.contents)
            self.written.append(path)
            for note in filled.notes:
                self.terminal.say(f"{name}: {note}")

    def _write_classroom50(self, folder: ResultsFolder, grade: Grade) -> None:
        assert self._fields is not None, "it was asked for"
        try:
            write_whole(folder.of(grade.person) / "classroom50.json", classroom50(grade, self._fields))
        except CannotExport as error:
            self.terminal.say(f"classroom50: {error}")
