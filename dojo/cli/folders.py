"""Practice folders: ``kata init`` and ``kata update``."""

import shlex
from pathlib import Path

import click

from dojo.cli.arguments import practice_folder
from dojo.workspace import folder


@click.command(short_help="Make a practice folder.")
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
def init(directory: Path) -> None:
    """Make the practice folder DIR: stubs and specifications, without solutions."""
    try:
        count = folder.create(directory)
    except folder.CannotChangeFolder as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{count} katas are in {directory}. Now:\n")
    click.echo(f"  cd {shlex.quote(str(directory))}\n  kata watch")


@click.command(short_help="Bring new and changed katas into it.")
def update() -> None:
    """Bring new and changed specifications and stubs into this practice folder. Your answers stay as they are."""
    try:
        changes = folder.update(practice_folder())
    except folder.CannotChangeFolder as error:
        raise click.ClickException(str(error)) from None
    for what, files in (("new", changes.new), ("changed", changes.changed), ("removed", changes.removed)):
        for name in files:
            click.echo(f"{what:8} {name}")
    for name in changes.moved_aside:
        click.echo(f"{'kept':8} {name}, a file that was changed here and has been replaced")
    for name in changes.answers_with_new_stub:
        kata = Path(name).stem
        click.echo(f"{'yours':8} {name}: its stub has changed; `kata reset {kata}` takes the new one")
    if not any(vars(changes).values()):
        click.echo("nothing new: this folder is up to date")
