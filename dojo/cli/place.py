"""Where a command works: the practice folder, its course, a kata by its name."""

import shutil
import sys
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from dojo import course
from dojo.course import Course, Kata
from dojo.screen import styles
from dojo.workspace import folder, record
from dojo.workspace.record import Record


def root() -> Path:
    """Return the practice folder: the working directory or the nearest above it that holds ``katas``.

    Raises:
        click.ClickException: in one line, where there is none.
    """
    found = folder.find(Path.cwd())
    if found is None:
        raise click.ClickException(
            f"there is no katas folder here ({Path.cwd()}) nor above: change to the folder that holds katas/,"
            " or make one with `kata init DIR`"
        )
    return found


def course_of(here: Path) -> Course:
    """Return the course in a practice folder; tell what is wrong with its files."""
    whole = course.load(here / "katas")
    for problem in whole.problems:
        click.secho(f"! {problem}", fg="red", err=True)
    return whole


def record_of(here: Path) -> Record:
    """Return the learner's record; tell where it could not be read."""
    kept = record.read(here)
    if kept.problem:
        click.secho(f"! {kept.problem}", fg="red", err=True)
    return kept


def find(whole: Course, name: str) -> Kata:
    """Return the kata of that name.

    Raises:
        click.ClickException: in one line, with the nearest names.
    """
    try:
        return whole.find(name)
    except LookupError as error:
        raise click.ClickException(str(error)) from None


class KataName(click.ParamType):  # type: ignore[type-arg]  # only newer versions are generic
    """A kata's name, which the shell can complete."""

    name = "kata"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the katas whose name, or whole name where there is a slash in it, begins so."""
        del ctx, param  # the folder tells all
        try:
            katas = list(course.load(root() / "katas").katas())
        except click.ClickException:
            return []
        names: dict[str, Any] = {(kata.id if "/" in incomplete else kata.name): kata.title for kata in katas}
        return [CompletionItem(name, help=title) for name, title in names.items() if name.startswith(incomplete)]


class ChapterName(click.ParamType):  # type: ignore[type-arg]  # only newer versions are generic
    """A chapter's name, which the shell can complete."""

    name = "chapter"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the chapters whose name begins so."""
        del ctx, param
        try:
            chapters = course.load(root() / "katas").chapters
        except click.ClickException:
            return []
        return [CompletionItem(each.name, help=each.title) for each in chapters if each.name.startswith(incomplete)]


def width() -> int:
    """Return how many columns there are to write in."""
    return shutil.get_terminal_size().columns


def wrapped(text: str, indent: str = "") -> str:
    """Return ``text`` in lines that fit."""
    return click.wrap_text(text, max(width(), 40), initial_indent=indent, subsequent_indent=indent)


def unicode() -> bool:
    """Say whether standard output can show the marks."""
    return styles.encodable(getattr(sys.stdout, "encoding", None))
