"""What came of one kata's run, as lines of styled text: pure."""

import textwrap

from dojo.course import Kata
from dojo.results.run import Ended, Run
from dojo.results.state import State
from dojo.screen.practice import Screen
from dojo.screen.sanitize import sanitize
from dojo.screen.styles import ASCII_MARKS, MARKS, Line


def lines(run: Run, kata: Kata, screen: Screen) -> list[Line]:
    """Return why the run broke off, where it did, and the failure to show, or that the kata is solved."""
    progress = run.progress()
    failed = screen.focus(progress)
    told: list[Line] = []
    if run.ended in (Ended.TIMEOUT, Ended.CRASHED):
        told += _wrapped(f"{kata.id}: {run.ended.value}", "bad", screen)
        if run.ended is Ended.CRASHED and run.output.strip():
            told += [[("     " + sanitize(text), "faint")] for text in run.output.strip().splitlines()[-3:]]
    elif not run.selected:
        said = "\n".join(run.errors) or run.output
        told.append([(f" {kata.id} could not be run", "bad")])
        for text in said.strip().splitlines()[-8:]:
            told += _wrapped(text, "plain", screen)
    if failed is not None:
        passed = sum(result.passed for result in run.results)
        count = f"{passed} of {len(run.selected)} tests pass"
        count = "running the other tests …" if run.ended is Ended.GOING_ON else count
        told += [*screen.failure(failed), [], [(f"   {count}", "faint")]]
        if failed.device not in (None, "cpu"):
            told += [line for note in run.notes for line in _wrapped(note, "faint", screen)]
    elif progress.state(kata.id) is State.SOLVED:
        mark = (MARKS if screen.unicode else ASCII_MARKS)[State.SOLVED]
        told.append([(f" {mark} {kata.id}: {kata.title}", "good")])
    return told


def _wrapped(text: str, style: str, screen: Screen) -> list[Line]:
    width, indent = max(screen.width, 40), "   "
    wrapped = textwrap.wrap(sanitize(text), width, initial_indent=indent, subsequent_indent=indent)
    return [[(line, style)] for line in wrapped]
