"""What commands share: the practice folder, its course and record, katas by name, output that fits the terminal."""

import shutil
import sys
from pathlib import Path

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

    def titles(self, whole: Course, incomplete: str) -> dict[str, str]:
        """Return the titles of all katas by name, or by id if ``incomplete`` has a slash."""
        return {(kata.id if "/" in incomplete else kata.name): kata.title for kata in whole.katas()}

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the names that start with ``incomplete``."""
        del ctx, param
        try:
            titles = self.titles(course.load(practice_folder() / "katas"), incomplete)
        except click.ClickException:
            return []
        return [CompletionItem(name, help=title) for name, title in titles.items() if name.startswith(incomplete)]


class ChapterName(KataName):
    """A chapter's name, which the shell can complete."""

    name = "chapter"

    def titles(self, whole: Course, incomplete: str) -> dict[str, str]:
        """Return the titles of all chapters by name."""
        del incomplete
        return {chapter.name: chapter.title for chapter in whole.chapters}


def width() -> int:
    """Return the width of the terminal in columns."""
    return shutil.get_terminal_size().columns


def wrap(text: str, indent: str = "") -> str:
    """Wrap ``text`` to the width of the terminal."""
    return click.wrap_text(text, max(width(), 40), initial_indent=indent, subsequent_indent=indent)


def can_show_marks() -> bool:
    """Say whether standard output can show the marks."""
    return styles.can_show_marks(getattr(sys.stdout, "encoding", None))
