"""The learner's commands: list, next, show, hint, solution, reset."""

import ast
from pathlib import Path

import click

from dojo import course
from dojo.cli.arguments import (
    ChapterName,
    KataName,
    can_show_marks,
    course_of,
    find_kata,
    practice_folder,
    record_of,
    width,
    wrap,
)
from dojo.course import BrokenFile, Course, Kata, Places, suite
from dojo.screen import diff, listing
from dojo.screen.styles import ansi
from dojo.workspace import folder, record
from dojo.workspace.record import Entry, Record


@click.command("list", short_help="All katas, and how far you are.")
@click.argument("chapters", nargs=-1, type=ChapterName(), metavar="[CHAPTER]...")
def list_(chapters: tuple[str, ...]) -> None:
    """List the katas in the order of practice, and how far you are on each device."""
    root = practice_folder()
    whole = course_of(root)
    names = [chapter.name for chapter in whole.chapters]
    for name in chapters:
        if name not in names:
            raise click.ClickException(f"there is no chapter {name}: the chapters are {', '.join(names)}")
    for line in listing.lines(whole, record_of(root), root / "katas", width(), can_show_marks(), chapters):
        click.echo(ansi(line))


@click.command("next", short_help="The kata to do next.")
def next_() -> None:
    """Show the kata to do next."""
    root = practice_folder()
    whole = course_of(root)
    kata = listing.next_kata(whole, record_of(root), root / "katas")
    if kata is None:
        click.secho(f"all {len(list(whole.katas()))} katas are solved", fg="green")
        return
    click.echo(f"{click.style(kata.id, bold=True)}  {kata.title}")
    click.echo(f"edit   {_relative(Places(root).stub(kata))}")
    click.echo(f"check  pytest {_relative(Places(root).specification(kata))}")


@click.command(short_help="What a kata is about.")
@click.argument("name", type=KataName(), required=False)
def show(name: str | None) -> None:
    """Tell what the kata NAME is about: its idea, the statements behind it, and how far you are."""
    root = practice_folder()
    whole = course_of(root)
    learner_record = record_of(root)
    kata = _named_or_next_kata(whole, learner_record, root, name)
    places = Places(root)
    click.secho(f"{kata.id}\n", bold=True)
    click.echo(f"{_stub_docstring(root, kata) or kata.title}\n")
    for concept in _concepts(root, places.specification(kata)):
        click.echo(wrap(f"the notes say: {concept.claim}"))
        if concept.erratum:
            click.secho(wrap(f"but: {concept.erratum}", "  "), fg="yellow")
    click.echo()
    for text in _state_lines(learner_record.entry(kata.id), kata, root):
        click.echo(text)
    click.echo(f"edit   {_relative(places.stub(kata))}")


@click.command(short_help="A hint, from gentle to plain.")
@click.argument("name", type=KataName(), required=False)
@click.option(
    "-n", "--number", type=click.IntRange(1, 3), default=1, show_default=True, help="1 is gentle, 3 is plain."
)
def hint(name: str | None, number: int) -> None:
    """Show a hint for the kata NAME (strides, or storage/strides), by default for the next one."""
    root = practice_folder()
    kata = _named_or_next_kata(course_of(root), record_of(root), root, name)
    if len(kata.hints) < number:
        raise click.ClickException(f"{kata.id} has {len(kata.hints)} hints")
    click.secho(f"{kata.id}, hint {number} of {len(kata.hints)}", bold=True)
    click.echo(wrap(kata.hints[number - 1]))
    if number < len(kata.hints):
        click.secho(f"plainer: kata hint {kata.name} -n {number + 1}", dim=True)
    try:
        record.note_hint(root, kata.id, number)
    except record.RecordNotWritten as error:
        click.secho(f"! {error}", fg="red", err=True)


@click.command(short_help="How your answer differs from the reference.")
@click.argument("name", type=KataName())
@click.option("--force", is_flag=True, help="Show it though the kata is not solved.")
def solution(name: str, force: bool) -> None:
    """Show how your answer to the kata NAME differs from the reference, once it is solved."""
    root = practice_folder()
    kata = find_kata(course_of(root), name)
    if not force and not record_of(root).entry(kata.id).solved:
        raise click.ClickException(
            f"{kata.id} is not solved yet: `kata hint {kata.name}` helps, and --force shows the solution all the same"
        )
    file = Places(suite.solutions(root).parent).solution(kata)
    try:
        reference = file.read_text(encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"the solution of {kata.id} cannot be read ({error.strerror}): {file}") from None
    answer = _read_text(Places(root).stub(kata))
    lines = diff.lines(answer, reference)
    if lines is None:
        click.secho(f"{kata.id}: your answer is the reference, word for word", fg="green")
        return
    click.secho(f"{kata.id}: from your answer (-) to the reference (+)", bold=True)
    for line in lines:
        click.secho(line, fg={"-": "red", "+": "green"}.get(line[:1]))


@click.command(short_help="Start a kata over; your answer is kept.")
@click.argument("name", type=KataName())
def reset(name: str) -> None:
    """Start the kata NAME over: your answer is kept under a dated name, and the stub comes back."""
    root = practice_folder()
    try:
        for sentence in folder.reset(root, find_kata(course_of(root), name)):
            click.echo(sentence)
    except folder.CannotChangeFolder as error:
        raise click.ClickException(str(error)) from None


def _named_or_next_kata(whole: Course, learner_record: Record, root: Path, name: str | None) -> Kata:
    if name is not None:
        return find_kata(whole, name)
    kata = listing.next_kata(whole, learner_record, root / "katas")
    if kata is None:
        raise click.ClickException("all katas are solved: name one")
    return kata


def _stub_docstring(root: Path, kata: Kata) -> str:
    """Return the module docstring of the original stub, since an answer may lack it."""
    try:
        text = suite.original_stub(root, kata)
    except suite.NoStub:
        text = _read_text(Places(root).stub(kata))
    try:
        return ast.get_docstring(ast.parse(text)) or ""
    except (SyntaxError, ValueError):
        return ""


def _concepts(root: Path, specification: Path) -> list[course.Concept]:
    from dojo.authoring import manifest

    try:
        named = set(manifest.concept_marks(specification))
        return [row for row in course.concepts(root / "katas") if row.id in named]
    except (OSError, SyntaxError, ValueError, BrokenFile) as error:
        click.secho(f"! the statements behind it cannot be read: {error}", fg="red", err=True)
        return []


def _state_lines(entry: Entry, kata: Kata, root: Path) -> list[str]:
    solved = [f"first solved on {device}: {when[:10]}" for device, when in sorted(entry.solved.items())]
    state = listing.state(entry, Places(root).stub(kata)).value
    return [f"now: {state}", *solved, f"hints shown: {entry.hints} of {len(kata.hints)}"]


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _relative(path: Path) -> str:
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
