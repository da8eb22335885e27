"""``kata grade``: grade a folder of hand-ins."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click

from dojo import course
from dojo.course import Course, suite

_DEVICES = ("cpu", "sim", "cuda", "mps")


@click.command(short_help="Grade a folder of hand-ins.")
@click.argument("hand_ins", type=click.Path(path_type=Path), metavar="[HAND-INS]", required=False)
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Write results here, or go on there.")
@click.option("--only", multiple=True, metavar="NAME", help="Grade this kata or chapter; repeat it for several.")
@click.option("--jobs", type=click.IntRange(1), default=None, metavar="N", help="Hand-ins at once. [one a processor]")
@click.option("--device", multiple=True, type=click.Choice(_DEVICES), help="Run on it; repeat it. [cpu and sim]")
@click.option("--seed", type=click.IntRange(0), metavar="N", help="Draw the same inputs as a run with this seed.")
@click.option(
    "--credit",
    type=click.Choice(["whole", "share"]),
    default="whole",
    help="Points for solved katas, or by share of tests.",
)
@click.option("--points", type=click.Path(path_type=Path), metavar="FILE", help='A toml file: "storage/strides" = 3')
@click.option("--timeout", type=click.FloatRange(1), default=20, metavar="S", show_default=True, help="Seconds a kata.")
@click.option(
    "--total-timeout", type=click.FloatRange(1), default=600, metavar="S", show_default=True, help="Seconds a hand-in."
)
@click.option(
    "--memory", type=click.IntRange(64), default=2048, metavar="MIB", show_default=True, help="Memory a kata."
)
@click.option("--again", is_flag=True, help="Grade unchanged hand-ins too.")
@click.option(
    "--canvas", type=click.Path(path_type=Path), metavar="CSV", help="Fill in this export of Canvas's gradebook."
)
@click.option("--assignment", metavar="NAME", help="Its column in Canvas, by title or number.")
@click.option(
    "--moodle", type=click.Path(path_type=Path), metavar="CSV", help="Fill in this grading worksheet of Moodle."
)
@click.option("--scale", is_flag=True, help="Scale points to the maximum that Canvas or Moodle has.")
@click.option(
    "--classroom50",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write results for Classroom 50, with what this toml file tells.",
)
@click.option("--cluster", metavar="ADDRESS", help="Work on the dask cluster whose scheduler is there.")
@click.option(
    "--sandbox", type=click.Choice(["bubblewrap", "landlock", "weak"]), help="Confine like this. [the best there is]"
)
@click.option("--allow-weak-sandbox", is_flag=True, help="Run hand-ins that you trust, though they are not confined.")
@click.option("--doctor", is_flag=True, help="Tell how this machine can confine hand-ins.")
@click.option(
    "--replay", type=click.Path(path_type=Path), metavar="RESULT", help="Repeat the grade that result.json tells of."
)
def grade(hand_ins: Path | None, doctor: bool, replay: Path | None, **options: Any) -> None:
    """Grade HAND-INS: a folder, or a zip of all, with a folder or an archive of each person.

    Nothing of a hand-in is run outside of a sandbox. Results are in DIR: class.html and grades.csv tell of all,
    PERSON/feedback.html is for the person, PERSON/result.json has everything. Run it again to go on where it stopped.
    """
    from dojo.grading.engine import grader, setup
    from dojo.grading.model.grades import Limits

    try:
        if doctor:
            for line in setup.doctor(Limits()):
                click.echo(line)
        elif replay is not None:
            _replay(replay, options)
        elif hand_ins is None:
            raise click.UsageError("name the folder of hand-ins: kata grade HAND-INS --out DIR")
        elif options["out"] is None:
            raise click.UsageError("say where the results go: kata grade HAND-INS --out DIR")
        else:
            with _interrupt_on_sigterm():
                _grade(hand_ins, options)
    except grader.EXPECTED_ERRORS as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:  # the disk is full, or a folder was deleted
        what = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(f"{what}{error.strerror or error}. Then run the same command again") from None


def _course(options: dict[str, Any]) -> Course:
    from dojo.grading.engine.options import BadPoints, read_points, select_katas

    try:
        whole = course.load(suite.home() / "katas")
        course_with_points = read_points(whole, options["points"]) if options["points"] else whole
        return select_katas(course_with_points, options["only"])
    except (LookupError, BadPoints) as error:
        raise click.ClickException(str(error)) from None


def _replay(path: Path, options: dict[str, Any]) -> None:
    from dojo.grading.engine.replay import CannotReplay, replay
    from dojo.grading.model.grades import Unreadable

    try:
        found = replay(path, _course(options), options["allow_weak_sandbox"])
    except (Unreadable, LookupError, CannotReplay) as error:
        raise click.ClickException(str(error)) from None
    for line in (*found.conditions, *found.differences):
        click.echo(line)
    grade = found.grade
    points = f"{grade.points} of {grade.max_points} points"
    if found.differences:
        raise click.ClickException(f"the grade is another one: {points}")
    click.echo(f"the same grade: {points}, {grade.solved} of {len(grade.katas)} katas solved")


def _grade(hand_ins: Path, options: dict[str, Any]) -> None:
    from dojo.grading.engine.grader import Gradebooks, Grader
    from dojo.grading.engine.options import Options
    from dojo.grading.model.grades import Limits
    from dojo.grading.sandbox.levels import Level

    settings = Options(
        course=_course(options),
        devices=options["device"],
        limits=Limits(seconds=options["timeout"], total_seconds=options["total_timeout"], memory=options["memory"]),
        credit=options["credit"],
        level=Level(options["sandbox"]) if options["sandbox"] else None,
        weak_is_allowed=options["allow_weak_sandbox"],
        jobs=options["jobs"] or os.cpu_count() or 1,
        seed=options["seed"],
        again=options["again"],
        cluster=options["cluster"],
    )
    books = Gradebooks(
        options["canvas"], options["assignment"], options["moodle"], options["scale"], options["classroom50"]
    )
    grader = Grader(settings, books, _Progress())
    tally = grader.grade(hand_ins, options["out"])
    click.echo(f"{tally.graded} graded, {tally.unchanged} unchanged since the last time", err=True)
    for path in grader.written:
        click.echo(path)
    for name, reason in list(tally.failures.items())[:10]:
        click.secho(f"! {name}: {reason}", fg="red", err=True)
    if tally.failures:
        raise click.ClickException(
            f"the grader itself failed on {len(tally.failures)} hand-ins: the same command grades these alone again"
        )


class _Progress:
    """Show messages and progress on standard error."""

    def say(self, text: str) -> None:
        click.echo(text, err=True)

    def warn(self, text: str) -> None:
        click.secho(text, fg="red", err=True)

    @contextmanager
    def progress(self, total: int) -> Iterator[Callable[[Any], None]]:
        """Show a progress bar with the remaining time."""
        from rich import progress
        from rich.console import Console

        columns = (
            progress.TextColumn("grading"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TimeElapsedColumn(),
            progress.TextColumn("left"),
            progress.TimeRemainingColumn(),
        )
        with progress.Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("grading", total=total)
            yield lambda tally: bar.update(task, completed=tally.done)


@contextmanager
def _interrupt_on_sigterm() -> Iterator[None]:
    """Treat SIGTERM, which job schedulers send, as Ctrl-C: sandboxes and their folders are then removed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
