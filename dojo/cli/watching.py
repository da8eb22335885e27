"""``kata watch``."""

import click

from dojo.cli.arguments import KataName, course_of, find_kata, practice_folder


@click.command(short_help="Judge your answer on each save.")
@click.argument("name", type=KataName(), required=False)
@click.option("--device", "devices", multiple=True, metavar="NAME", help="Run on this device; repeat it for several.")
@click.option("--poll", is_flag=True, help="Look for saved files again and again: for network file systems.")
def watch(name: str | None, devices: tuple[str, ...], poll: bool) -> None:
    """Judge the current kata, or the kata NAME, each time you save it; go on when it is solved."""
    folder = practice_folder()
    whole = course_of(folder)
    start = find_kata(whole, name) if name else None
    if not list(whole.katas()):
        raise click.ClickException(f"there is no kata in {folder / 'katas'}: `kata update` brings them")
    from dojo import watch

    try:
        click.echo(watch.watch(whole, folder, start, devices, poll))
    except watch.CannotWatch as error:
        raise click.ClickException(str(error)) from None
