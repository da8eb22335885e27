"""Render the result of one kata's run as lines of styled text."""

import textwrap

from dojo.course import Kata
from dojo.results.run import Ended, Run
from dojo.results.state import State
from dojo.screen.practice import Screen
from dojo.screen.sanitize import sanitize
from dojo.screen.styles import ASCII_MARKS, MARKS, Line


def lines(run: Run, kata: Kata, screen: Screen) -> list[Line]:
    """Return why the run ended early, if it did, and the first failure, or that the kata is solved."""
    progress = run.progress()
    failed = screen.failure_to_show(progress)
    shown: list[Line] = []
    if run.ended in (Ended.TIMEOUT, Ended.CRASHED):
        shown += _wrapped(f"{kata.id}: {run.ended.value}", "bad", screen)
        if run.ended is Ended.CRASHED and run.output.strip():
            shown += [[("     " + sanitize(text), "faint")] for text in run.output.strip().splitlines()[-3:]]
    elif not run.selected:
        shown.append([(f" {kata.id} could not be run", "bad")])
        for text in ("\n".join(run.errors) or run.output).strip().splitlines()[-8:]:
            shown += _wrapped(text, "plain", screen)
    if failed is not None:
        passed = sum(result.passed for result in run.results)
        count = f"{passed} of {len(run.selected)} tests pass"
        count = "running the other tests …" if run.ended is Ended.GOING_ON else count
        shown += [*screen.failure(failed), [], [(f"   {count}", "faint")]]
        if failed.device not in (None, "cpu"):
            shown += [line for note in run.notes for line in _wrapped(note, "faint", screen)]
    elif progress.state(kata.id) is State.SOLVED:
        mark = (MARKS if screen.unicode else ASCII_MARKS)[State.SOLVED]
        shown.append([(f" {mark} {kata.id}: {kata.title}", "good")])
    return shown


def _wrapped(text: str, style: str, screen: Screen) -> list[Line]:
    width, indent = max(screen.width, 40), "   "
    wrapped = textwrap.wrap(sanitize(text), width, initial_indent=indent, subsequent_indent=indent)
    return [[(line, style)] for line in wrapped]
