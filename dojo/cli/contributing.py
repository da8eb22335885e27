"""The contributor's commands: ``kata check`` and ``kata concepts``."""

import json
from dataclasses import asdict

import click

from dojo.cli.arguments import KataName, can_show_marks, course_of, find_kata, practice_folder
from dojo.course import BrokenFile


@click.command(short_help="Does the suite keep its promises?")
@click.argument("names", nargs=-1, type=KataName())
@click.option("--seed", type=click.IntRange(0, 2**63), default=0, show_default=True, help="The seed of every run.")
def check(names: tuple[str, ...], seed: int) -> None:
    """Check that the suite keeps its promises, for the katas NAMES or for all."""
    from dojo.authoring import promises

    folder = practice_folder()
    if not (folder / "solutions").is_dir():
        raise click.ClickException(
            "there are no solutions in this folder to check: `kata check` is for a clone of the project"
        )
    whole = course_of(folder)
    katas = [find_kata(whole, name) for name in names] or list(whole.katas())
    report = promises.check(folder, katas, whole, click.echo, seed)
    for problem in report.problems:
        click.secho(f"✘ {problem}" if can_show_marks() else f"x {problem}", fg="red")
    if report.problems:
        raise SystemExit(1)
    click.secho(f"{len(katas)} kata{'' if len(katas) == 1 else 's'}: all is well", fg="green")


@click.command(short_help="The statements of the notes, and their tests.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of {id, claim, erratum, tests, passing}.")
def concepts(as_json: bool) -> None:
    """Print each statement of the notes with its tests, and whether they pass on the solutions."""
    from dojo.authoring import promises

    folder = practice_folder()
    try:
        rows = promises.concepts(folder, course_of(folder))
    except BrokenFile as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        table = [{**asdict(row.concept), "tests": row.tests, "passing": row.passing} for row in rows]
        click.echo(json.dumps(table, indent=2, ensure_ascii=False))
        return
    for row in rows:
        state = ("passing", "green") if row.passing else ("failing", "red") if row.tests else ("no test yet", None)
        click.echo(f"{row.concept.id:28} {click.style(state[0], fg=state[1]):12} {row.concept.claim}")
        if row.concept.erratum:
            click.secho(f"{'':28} erratum: {row.concept.erratum}", fg="yellow")
        for test in dict.fromkeys(test.partition("[")[0] for test in row.tests):
            click.secho(f"{'':28} {test}", dim=True)
    covered = sum(row.passing for row in rows)
    click.echo(f"{covered} of {len(rows)} statements covered and passing")
