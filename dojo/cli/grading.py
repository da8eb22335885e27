"""``kata grade``: a folder of hand-ins becomes a folder of grades."""

import os
import tomllib
from pathlib import Path
from typing import Any

import click

from dojo.cli import batches

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
    from dojo.grading.sandbox.client import Lost
    from dojo.grading.sandbox.levels import NoSandbox

    try:
        if doctor:
            _doctor()
        elif replay is not None:
            _replay(replay, options)
        elif hand_ins is None:
            raise click.UsageError("name the folder of hand-ins: kata grade HAND-INS --out DIR")
        elif options["out"] is None:
            raise click.UsageError("say where the results go: kata grade HAND-INS --out DIR")
        else:
            with batches.stopped_by_sigterm():
                _grade(hand_ins, options)
    except (NoSandbox, Lost) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:  # a disk that is full, a folder that is gone
        what = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(f"{what}{error.strerror or error}. Then run the same command again") from None


def _doctor() -> None:
    from dojo.grading.engine.setup import diagnosis
    from dojo.grading.model.grades import Limits

    for line in diagnosis(Limits()):
        click.echo(line)


def _course(options: dict[str, Any]) -> Any:
    from dojo import course
    from dojo.course import suite
    from dojo.grading.engine import reference

    try:
        whole = course.load(suite.home() / "katas")
        valued = reference.with_points(whole, options["points"]) if options["points"] else whole
        return reference.selected(valued, options["only"])
    except (LookupError, reference.BadPoints) as error:
        raise click.ClickException(str(error)) from None


def _replay(path: Path, options: dict[str, Any]) -> None:
    from dojo.grading.engine import replay
    from dojo.grading.model.grades import Unreadable

    try:
        new, differences = replay.replay(path, _course(options), options["allow_weak_sandbox"])
    except (Unreadable, LookupError, replay.NotTheSame) as error:
        raise click.ClickException(str(error)) from None
    for line in differences:
        click.echo(line)
    if any(not line.startswith("graded with") for line in differences):
        raise click.ClickException(f"the grade is another one: {new.points} of {new.max_points} points")
    click.echo(
        f"the same grade: {new.points} of {new.max_points} points, {new.solved} of {len(new.katas)} katas solved"
    )


def _grade(hand_ins: Path, options: dict[str, Any]) -> None:
    from dojo.grading.engine import batch, worker
    from dojo.grading.engine.setup import Wanted, prepared
    from dojo.grading.intake import handins
    from dojo.grading.model.grades import Limits
    from dojo.grading.model.labels import one_line
    from dojo.grading.sandbox import readable
    from dojo.grading.sandbox.levels import Level

    course = _course(options)
    limits = Limits(seconds=options["timeout"], total_seconds=options["total_timeout"], memory=options["memory"])
    jobs = options["jobs"] or os.cpu_count() or 1
    level = Level(options["sandbox"]) if options["sandbox"] else None
    try:
        found = handins.read(hand_ins, course)
        if options["out"].resolve().is_relative_to(hand_ins.resolve()):
            raise batch.NoBatch(f"{options['out']} lies among the hand-ins: name a folder elsewhere with --out")
        _fill_in(options, None)  # a file that cannot be filled in is told of now, not after an hour
        _submission(options)
        for path in (hand_ins, options["out"]):
            around = None if options["allow_weak_sandbox"] else readable.around(path)
            if around is not None:
                raise batch.NoBatch(f"{path} lies in {around}, which every hand-in may read: move it elsewhere")
        katas = [kata.id for kata in course.katas()]
        with batch.opened(options["out"], course.title, options["seed"], katas) as folder:
            for name in found.left_out:
                _say(f"! left out, for it is neither a folder, an archive nor a kata: {one_line(name)}")
            _say(f"{len(found)} hand-ins; trying the sandbox and the reference solutions")
            wanted = Wanted(
                course, options["device"], limits, options["credit"], level, options["allow_weak_sandbox"], jobs
            )
            worker.begin()
            try:
                with batches.executor(options["cluster"], jobs) as (executor, size):
                    setting = prepared(wanted, folder.seed, folder.path / batch.PREPARED)
                    _tell(setting)
                    with batches.bar(len(found)) as told:
                        tally = batch.grade(found, folder, setting, executor, size, options["again"], told)
            except KeyboardInterrupt:
                raise click.ClickException(
                    f"stopped. What is graded is in {folder.path}; the same command goes on from there"
                ) from None
            finally:
                worker.close()
            batch.write_class(found, folder, setting)
            _fill_in(options, lambda: batch.results(found, folder))
            _classroom50(options, batch.results(found, folder), folder)
            _sum_up(tally, folder.path)
    except (handins.NoHandIns, batch.NoBatch, batch.NotWritten) as error:
        raise click.ClickException(str(error)) from None


def _tell(setting: Any) -> None:
    conditions = setting.conditions
    _say(f"sandbox: {conditions.sandbox}, which refuses {', '.join(conditions.holds) or 'nothing'}")
    _say(f"torch {conditions.torch} on {' and '.join(conditions.devices)}, seed {conditions.seed}")
    for kata, reason in setting.standard.broken.items():
        click.secho(f"! {kata} cannot be graded here: {reason}", fg="red", err=True)


def _sum_up(tally: Any, path: Path) -> None:
    _say(f"{tally.graded} graded, {tally.unchanged} unchanged since the last time")
    click.echo(f"{path / 'class.html'}\n{path / 'grades.csv'}")
    for name, reason in list(tally.failures.items())[:10]:
        click.secho(f"! {name}: {reason}", fg="red", err=True)
    if tally.failures:
        raise click.ClickException(
            f"the grader itself failed on {len(tally.failures)} hand-ins: the same command grades these alone again"
        )


def _say(text: str) -> None:
    click.echo(text, err=True)


def _fill_in(options: dict[str, Any], results: Any) -> None:
    """Fill in what Canvas and Moodle gave; without results, only find out whether it can be filled in."""
    from dojo.grading.gradebooks import canvas, moodle
    from dojo.grading.gradebooks.csv_patch import Unfillable
    from dojo.grading.model.grades import write_whole

    try:
        for name in ("canvas", "moodle"):
            if options[name] is None:
                continue
            grades = results() if results else ()
            if name == "canvas":
                filled = canvas.fill(options[name], grades, options["assignment"], options["scale"])
            else:
                filled = moodle.fill(options[name], grades, options["scale"])
            if results:
                write_whole(options["out"] / f"{name}.csv", filled.contents)
                click.echo(options["out"] / f"{name}.csv")
                for note in filled.notes:
                    _say(f"{name}: {note}")
    except Unfillable as error:
        raise click.ClickException(str(error)) from None


def _submission(options: dict[str, Any]) -> dict[str, Any]:
    """Return what the file for Classroom 50 tells, or nothing where there is none."""
    from dojo.grading.reports import exports

    path = options["classroom50"]
    if path is None:
        return {}
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        submission = exports.Submission(**{"owner": "anybody", **told})
        for name, value in vars(submission).items():
            if not isinstance(value, str) or not value.strip():
                raise ValueError(f"{name} is to be some text, in quotes")
    except (OSError, ValueError, TypeError) as error:
        raise click.ClickException(f"{path} does not tell what Classroom 50 wants to know: {error}") from None
    return told


def _classroom50(options: dict[str, Any], results: Any, folder: Any) -> None:
    from dojo.grading.model.grades import write_whole
    from dojo.grading.reports import exports

    if options["classroom50"] is None:
        return
    told = _submission(options)
    for one in results:
        submission = exports.Submission(**{"owner": one.person.name, **told})
        try:
            write_whole(folder.of(one.person) / "classroom50.json", exports.classroom50(one, submission))
        except exports.Incomplete as error:
            _say(f"classroom50: {error}")
