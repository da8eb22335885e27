"""The ``kata`` command."""

import json
import os
import shutil
import sys
from pathlib import Path

import click

from dojo import course
from dojo.course import BrokenFile, Course, Kata


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="torch-katas")
def main() -> None:
    """Practise PyTorch's fundamentals: fill in the stubs under katas/, and run `pytest katas`."""


@main.command("list")
def list_() -> None:
    """List the katas in the order of practice."""
    whole = _course(_root())
    for chapter in whole.chapters:
        click.secho(f"{chapter.name}: {chapter.title}", bold=True)
        for kata in chapter.katas:
            click.echo(f"  {kata.name:18} {kata.title}")


@main.command()
@click.argument("name")
@click.option(
    "-n", "--number", type=click.IntRange(1, 3), default=1, show_default=True, help="1 is gentle, 3 is plain."
)
def hint(name: str, number: int) -> None:
    """Show a hint for the kata NAME (strides, or storage/strides)."""
    kata = _find(_course(_root()), name)
    if len(kata.hints) < number:
        raise click.ClickException(f"{kata.id} has {len(kata.hints)} hints")
    click.secho(f"{kata.id}, hint {number} of {len(kata.hints)}", bold=True)
    click.echo(click.wrap_text(kata.hints[number - 1], shutil.get_terminal_size().columns))
    if number < len(kata.hints):
        click.secho(f"plainer: kata hint {name} -n {number + 1}", dim=True)


@main.command()
@click.argument("names", nargs=-1)
@click.option("--seed", type=int, default=0, show_default=True, help="The seed of every run.")
def check(names: tuple[str, ...], seed: int) -> None:
    """Check that the suite keeps its promises, for the katas NAMES or for all."""
    from dojo import contribute

    root = _root()
    whole = _course(root)
    katas = [_find(whole, name) for name in names] or list(whole.katas())
    report = contribute.check(root, katas, whole, click.echo, seed)
    for problem in report.problems:
        click.secho(f"✘ {problem}" if _unicode() else f"x {problem}", fg="red")
    if report.problems:
        raise SystemExit(1)
    click.secho(f"{len(katas)} kata{'' if len(katas) == 1 else 's'}: all is well", fg="green")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print a list of {id, claim, erratum, tests, passing}.")
def concepts(as_json: bool) -> None:
    """Print each statement of the notes with its tests, and whether they pass on the solutions."""
    from dojo import contribute

    root = _root()
    try:
        rows = contribute.concepts(root, _course(root))
    except BrokenFile as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        table = [
            {
                "id": row.concept.id,
                "claim": row.concept.claim,
                "erratum": row.concept.erratum,
                "tests": list(row.tests),
                "passing": row.passing,
            }
            for row in rows
        ]
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


def _root() -> Path:
    """Return the folder of the katas: the working directory or the nearest above it."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "katas" / "course.toml").is_file() or (
            (folder / "katas").is_dir() and (folder / "conftest.py").is_file()
        ):
            return folder
    raise click.ClickException(
        f"there is no katas folder here ({here}) nor above: change to the folder that holds katas/"
    )


def _course(root: Path) -> Course:
    whole = course.load(root / "katas")
    for problem in whole.problems:
        click.secho(f"! {problem}", fg="red", err=True)
    return whole


def _find(whole: Course, name: str) -> Kata:
    try:
        return whole.find(name)
    except LookupError as error:
        raise click.ClickException(str(error)) from None


def _unicode() -> bool:
    from dojo.practice import encodable

    return encodable(sys.stdout.encoding)


if os.name == "nt":  # pragma: no cover
    # A pipe on Windows may be of a narrow code page: replace what it cannot show, rather than stop.
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
