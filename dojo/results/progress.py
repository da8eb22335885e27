"""What was solved: results of tests, gathered by kata and device."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from dojo.results.failure import Failure
from dojo.results.state import State


class Result(msgspec.Struct, frozen=True):
    """One test of one kata on one device.

    Args:
        test: its name.
        kata: whose it is; empty for a test of the suite itself that shows a row of the ledger.
        statement: what the test says, its headline.
        device: that it ran on, if on any.
        failure: what it tells, unless it passed.
        seconds: that it took.
        concepts: the rows of the ledger that it shows.
        answer: the digest of the learner's file that was judged.
    """

    test: str
    kata: str
    statement: str
    device: str | None = None
    failure: Failure | None = None
    seconds: float = 0.0
    concepts: tuple[str, ...] = ()
    answer: str = ""

    @property
    def passed(self) -> bool:
        """Whether the answer satisfied this test."""
        return self.failure is None

    @property
    def outcome(self) -> str:
        """``passed``, ``todo`` or ``failed``."""
        return "passed" if self.failure is None else "todo" if self.failure.is_todo else "failed"


@dataclass
class Progress:
    """The results of one run, and the tests that it selected, in order."""

    selected: dict[str, list[str]] = field(default_factory=dict)
    results: dict[str, dict[str, Result]] = field(default_factory=dict)

    def select(self, tests: Iterable[tuple[str, str]]) -> None:
        """Note the tests that will run, as pairs of kata and test."""
        for kata, test in tests:
            known = self.selected.setdefault(kata, [])
            if test not in known:
                known.append(test)

    def skip(self, kata: str, test: str) -> None:
        """Note that the specification itself skipped a test, which then says nothing about the answer."""
        if test in self.selected.get(kata, ()):
            self.selected[kata].remove(test)

    def add(self, result: Result) -> None:
        """Note a result; of two for one test, the one that did not pass counts."""
        if not result.kata:
            return
        known = self.results.setdefault(result.kata, {})
        if result.test not in known or known[result.test].passed:
            known[result.test] = result

    def state(self, kata: str) -> State:
        """Return how far ``kata`` is. It is solved only when each selected test ran and passed."""
        results = self.results.get(kata, {})
        outcomes = {result.outcome for result in results.values()}
        if not outcomes:
            return State.NOT_RUN
        if "failed" in outcomes:
            return State.WRONG
        if "todo" in outcomes:
            return State.BEGUN if "passed" in outcomes else State.TODO
        return State.SOLVED if set(self.selected.get(kata, ())) <= set(results) else State.NOT_RUN

    def by_device(self, kata: str) -> dict[str, State]:
        """Return how far ``kata`` is on each device that its tests ran on; tests of no device count for all of them."""
        results = self.results.get(kata, {})
        devices = dict.fromkeys(result.device for result in results.values() if result.device) or {"cpu": None}
        found = {}
        for device in devices:
            others = {test for test, result in results.items() if result.device not in (device, None)}
            there = Progress(
                {kata: [test for test in self.selected.get(kata, ()) if test not in others]},
                {kata: {test: result for test, result in results.items() if test not in others}},
            )
            found[device] = there.state(kata)
        return found

    def judged(self) -> dict[str, dict[str, str]]:
        """Return by kata and device how far it is, as ``record.note_run`` takes it.

        A kata that did not run to its end is left out.
        """
        found = {kata: self.by_device(kata) for kata in self.selected}
        return {
            kata: {device: state.name.lower() for device, state in states.items()}
            for kata, states in found.items()
            if State.NOT_RUN not in states.values()
        }

    def answers(self) -> dict[str, str]:
        """Return by kata the digest of the file that was judged: by now, there may be another in its place."""
        return {kata: next(iter(results.values())).answer for kata, results in self.results.items() if results}

    def failures(self, kata: str) -> list[Result]:
        """Return the results of ``kata`` that did not pass, in the order of its specification.

        Wrong ones come before those that are still to do.
        """
        order = {test: place for place, test in enumerate(self.selected.get(kata, ()))}
        failed = [result for result in self.results.get(kata, {}).values() if not result.passed]
        return sorted(failed, key=lambda each: (each.outcome == "todo", order.get(each.test, len(order))))

    def solved(self) -> int:
        """Return how many of the selected katas are solved."""
        return sum(self.state(kata) is State.SOLVED for kata in self.selected)
