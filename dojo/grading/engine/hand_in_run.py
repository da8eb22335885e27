"""The katas of one hand-in, run in a sandbox: which once more, and what comes of one that is lost."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Protocol

from dojo.course import Course, Kata
from dojo.grading.engine.reference import Standard
from dojo.grading.model.grades import Conditions
from dojo.grading.model.verdicts import Credit, Seen, State, Verdict, judge, without_a_run
from dojo.grading.sandbox.client import Lost, NotBegun, Sandbox
from dojo.grading.sandbox.report import Told
from dojo.results.run import Ended, Run

_TIMES_THE_REFERENCE = 10
_OUT_OF_TIME = "the hand-in as a whole ran past its time limit before this kata's turn came"


@dataclass(frozen=True)
class Setting:
    """What is the same for all hand-ins of a batch; it can be sent to another machine.

    Args:
        course: the katas that count, with their points.
        standard: what answers are held against.
        conditions: under what they are graded; its seed is the one that each hand-in's own comes from.
    """

    course: Course
    standard: Standard
    conditions: Conditions


class Sandboxes(Protocol):
    """Where the sandbox comes from."""

    def sandbox(self) -> Sandbox:
        """Return the sandbox, a new one where there is none."""

    def drop(self) -> None:
        """End a sandbox that is not to be relied on."""


class Running:
    """The katas of one hand-in that are run."""

    def __init__(
        self, setting: Setting, sandboxes: Sandboxes, files: dict[str, bytes], seed: int, started: float
    ) -> None:
        self.setting = setting
        self.sandboxes = sandboxes
        self.files = files
        self.seed = seed
        self.deadline = started + setting.conditions.limits.total_seconds
        self._begun = ExitStack()
        self._is_begun = False

    def verdicts(self, katas: Sequence[Kata]) -> dict[str, Verdict]:
        """Return what became of each."""
        found = {}
        for kata in katas:
            if time.monotonic() >= self.deadline:
                devices = self.setting.standard.devices
                found[kata.id] = without_a_run(kata, State.TIMEOUT, _OUT_OF_TIME, devices)
            else:
                found[kata.id] = self._verdict(kata)
        self._end()
        return found

    def _verdict(self, kata: Kata) -> Verdict:
        setting = self.setting
        expected = setting.standard.expected[kata.id]
        credit = Credit(setting.conditions.credit)
        names = [each.test for each in expected]
        told = self._told(kata, names, setting.standard.controls[kata.id])
        if told.killed:  # perhaps others have used up the memory of this machine
            told = self._told(kata, names, setting.standard.controls[kata.id])
        seen = told.seen
        if seen is None and told.controls:
            seen = Seen(State.TAMPERING, "while its file is loaded, a test passes on an answer that does nothing")
        again = None
        if seen is None and told.run.ended is Ended.FINISHED:
            failed = [
                result.test for result in told.run.results if result.evidence and result.evidence.outcome != "todo"
            ]
            if known := [name for name in names if name in failed]:
                again = _merged(told.run, self._told(kata, known, ()).run)
        return judge(kata, expected, told.run, again, credit, seen)

    def _told(self, kata: Kata, tests: Sequence[str], controls: Sequence[str]) -> Told:
        setting = self.setting
        seconds = setting.conditions.limits.seconds + _TIMES_THE_REFERENCE * setting.standard.seconds[kata.id]
        seconds = max(min(seconds, self.deadline - time.monotonic()), 1.0)
        try:
            return self._once(kata.id, tests, controls, seconds)
        except Lost:
            self._lose()
        try:
            return self._once(kata.id, tests, controls, seconds)
        except NotBegun:
            self._lose()
            raise  # this machine's fault, whatever is handed in
        except Lost:
            self._lose()
        # Twice in a new sandbox: where an empty hand-in goes well, it is this one's doing.
        with self.sandboxes.sandbox().hand_in({}, self.seed):
            pass
        seen = Seen(State.CRASHED, "twice it ended, or held up, the process that watches over it")
        return Told(Run(Ended.CRASHED), seen, seconds)

    def _once(self, kata: str, tests: Sequence[str], controls: Sequence[str], seconds: float) -> Told:
        sandbox = self.sandboxes.sandbox()
        if not self._is_begun:
            self._begun.enter_context(sandbox.hand_in(self.files, self.seed))
            self._is_begun = True
        return sandbox.run(kata, tests, controls, seconds)

    def _end(self) -> None:
        self._is_begun = False
        try:
            self._begun.close()
        except Lost:
            self._lose()

    def _lose(self) -> None:
        self._begun.pop_all()
        self._is_begun = False
        self.sandboxes.drop()


def _merged(first: Run, again: Run) -> Run:
    """Return what was reported first, with what was run again in its place."""
    repeated = {result.test: result for result in again.results}
    return replace(first, results=tuple(repeated.get(result.test, result) for result in first.results))
