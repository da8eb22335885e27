"""Results of tests, grouped by kata and device, and the states that follow from them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from dojo.results.failure import Failure
from dojo.results.state import State


class Result(msgspec.Struct, frozen=True):
    """The result of one test of one kata on one device.

    Args:
        test: the id of the test.
        kata: the id of the kata; empty for a test of the suite itself that proves a concept.
        statement: the sentence that the test proves.
        device: the device, or None for a test that uses none.
        failure: None if the test passed.
        seconds: the duration.
        concepts: the ids of the concepts that the test proves.
        answer: the digest of the learner's file.
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
        """Whether the answer passed the test."""
        return self.failure is None

    @property
    def outcome(self) -> str:
        """``passed``, ``todo`` or ``failed``."""
        return "passed" if self.failure is None else "todo" if self.failure.is_todo else "failed"


@dataclass
class Progress:
    """The results of one run, and its selected tests in order."""

    selected: dict[str, list[str]] = field(default_factory=dict)
    results: dict[str, dict[str, Result]] = field(default_factory=dict)

    def select(self, tests: Iterable[tuple[str, str]]) -> None:
        """Add tests that will run, as pairs of kata and test."""
        for kata, test in tests:
            known = self.selected.setdefault(kata, [])
            if test not in known:
                known.append(test)

    def skip(self, kata: str, test: str) -> None:
        """Remove a test that the specification skipped, which says nothing about the answer."""
        if test in self.selected.get(kata, ()):
            self.selected[kata].remove(test)

    def add(self, result: Result) -> None:
        """Add a result; of two results of one test, the failed one counts."""
        if not result.kata:
            return
        known = self.results.setdefault(result.kata, {})
        if result.test not in known or known[result.test].passed:
            known[result.test] = result

    def state(self, kata: str) -> State:
        """Return the state of ``kata``. It is solved only if each selected test ran and passed."""
        results = self.results.get(kata, {})
        outcomes = {result.outcome for result in results.values()}
        if not outcomes:
            return State.NOT_RUN
        if "failed" in outcomes:
            return State.WRONG
        if "todo" in outcomes:
            return State.BEGUN if "passed" in outcomes else State.TODO
        return State.SOLVED if set(self.selected.get(kata, ())) <= set(results) else State.NOT_RUN

    def device_states(self, kata: str) -> dict[str, State]:
        """Return the state of ``kata`` on each device of its tests; tests without a device count for each of them."""
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

    def states_by_device(self) -> dict[str, dict[str, str]]:
        """Return the states by kata and device, as ``record.note_run`` takes them.

        Katas whose tests did not all run are left out.
        """
        found = {kata: self.device_states(kata) for kata in self.selected}
        return {
            kata: {device: state.name.lower() for device, state in states.items()}
            for kata, states in found.items()
            if State.NOT_RUN not in states.values()
        }

    def answers(self) -> dict[str, str]:
        """Return by kata the digest of the file that was judged, which may have changed since."""
        return {kata: next(iter(results.values())).answer for kata, results in self.results.items() if results}

    def failures(self, kata: str) -> list[Result]:
        """Return the failed results of ``kata`` in the order of its specification, those still to do last."""
        order = {test: place for place, test in enumerate(self.selected.get(kata, ()))}
        failed = [result for result in self.results.get(kata, {}).values() if not result.passed]
        return sorted(failed, key=lambda each: (each.outcome == "todo", order.get(each.test, len(order))))

    def solved(self) -> int:
        """Return how many of the selected katas are solved."""
        return sum(self.state(kata) is State.SOLVED for kata in self.selected)
