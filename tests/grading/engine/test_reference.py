"""Runs of the reference solutions before the first hand-in: in parallel, and stoppable."""

import threading
from typing import ClassVar

import pytest

from dojo.course import Kata
from dojo.grading.engine import reference
from dojo.grading.model.grades import Limits
from dojo.grading.sandbox.client import SandboxLost
from tests.grading import builders

COURSE = builders.course(*(Kata("storage", name, name) for name in ("strides", "views", "transpose")))


class Endless:
    """A fake sandbox that runs until it is stopped."""

    made: ClassVar[list["Endless"]] = []

    def __init__(self, *_: object) -> None:
        self.stopped = threading.Event()
        self.made.append(self)

    def __enter__(self) -> None:
        if self is self.made[0]:
            raise KeyboardInterrupt
        if not self.stopped.wait(20):
            raise AssertionError("nobody has stopped it")
        raise SandboxLost("stopped")

    def __exit__(self, *_: object) -> None:
        pass

    def stop(self) -> None:
        self.stopped.set()


def test_who_stops_does_not_wait_for_the_reference_solutions(monkeypatch):
    monkeypatch.setattr(reference, "Sandbox", Endless)
    monkeypatch.setattr(Endless, "made", [])
    monkeypatch.setattr(reference.os, "cpu_count", lambda: 3)
    with pytest.raises(KeyboardInterrupt):
        reference.run_references(COURSE, None, (), Limits(), 3)
    assert [each.stopped.is_set() for each in Endless.made] == [True] * 3


def test_no_more_reference_solutions_run_at_once_than_there_are_processors(monkeypatch):
    monkeypatch.setattr(reference, "Sandbox", Endless)
    monkeypatch.setattr(Endless, "made", [])
    monkeypatch.setattr(reference.os, "cpu_count", lambda: 2)
    with pytest.raises(KeyboardInterrupt):
        reference.run_references(COURSE, None, (), Limits(), 500)
    assert len(Endless.made) == 2
