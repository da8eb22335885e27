"""What commands share: the practice folder, its course and record, katas by name, output that fits the terminal."""

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


def practice_folder() -> Path:
    """Return the working directory or the nearest folder above it that holds ``katas``.

    Raises:
        click.ClickException: if there is none.
    """
    found = folder.find(Path.cwd())
    if found is None:
        raise click.ClickException(
            f"there is no katas folder here ({Path.cwd()}) nor above: change to the folder that holds katas/,"
            " or make one with `kata init DIR`"
        )
    return found


def course_of(root: Path) -> Course:
    """Load the course of a practice folder, and print what is wrong with its files."""
    whole = course.load(root / "katas")
    for problem in whole.problems:
        click.secho(f"! {problem}", fg="red", err=True)
    return whole


def record_of(root: Path) -> Record:
    """Read the learner's record, and print why if it cannot be read."""
    kept = record.read(root)
    if kept.problem:
        click.secho(f"! {kept.problem}", fg="red", err=True)
    return kept


def find_kata(whole: Course, name: str) -> Kata:
    """Return the kata of that name.

    Raises:
        click.ClickException: with the nearest names.
    """
    try:
        return whole.find(name)
    except LookupError as error:
        raise click.ClickException(str(error)) from None


class KataName(click.ParamType):  # type: ignore[type-arg]  # only newer versions are generic
    """A kata's name, which the shell can complete."""

    name = "kata"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the katas whose name starts with ``incomplete``, or whose id does if it has a slash."""
        del ctx, param
        try:
            katas = list(course.load(practice_folder() / "katas").katas())
        except click.ClickException:
            return []
        names: dict[str, Any] = {(kata.id if "/" in incomplete else kata.name): kata.title for kata in katas}
        return [CompletionItem(name, help=title) for name, title in names.items() if name.startswith(incomplete)]


class ChapterName(click.ParamType):  # type: ignore[type-arg]  # only newer versions are generic
    """A chapter's name, which the shell can complete."""

    name = "chapter"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the chapters whose name starts with ``incomplete``."""
        del ctx, param
        try:
            chapters = course.load(practice_folder() / "katas").chapters
        except click.ClickException:
            return []
        return [CompletionItem(each.name, help=each.title) for each in chapters if each.name.startswith(incomplete)]


def width() -> int:
    """Return the width of the terminal in columns."""
    return shutil.get_terminal_size().columns


def wrap(text: str, indent: str = "") -> str:
    """Wrap ``text`` to the width of the terminal."""
    return click.wrap_text(text, max(width(), 40), initial_indent=indent, subsequent_indent=indent)


def can_show_marks() -> bool:
    """Say whether standard output can show the marks."""
    return styles.can_show_marks(getattr(sys.stdout, "encoding", None))
