"""One hand-in becomes a grade, in the sandbox of the thread that works on it."""

import hashlib
import platform
import threading
import time
import zlib
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from dojo.course import Kata
from dojo.grading.engine import reference
from dojo.grading.engine.hand_in_run import Running, Setting
from dojo.grading.engine.reference import stub_digest
from dojo.grading.intake.handins import HandIn
from dojo.grading.intake.people import Person, safe_name
from dojo.grading.model.grades import Grade, encoded
from dojo.grading.model.verdicts import State, Verdict, without_a_run
from dojo.grading.sandbox import levels, probe
from dojo.grading.sandbox.client import Lost, Sandbox
from dojo.grading.sandbox.levels import Level, Place

__all__ = ["Closed", "Marker", "Setting", "begin", "close", "seed_for", "stop", "work"]

_NOT_THERE = "no file of this kata was handed in"
_UNTOUCHED = "the stub is as it was given out"


def seed_for(person: Person, batch: int) -> int:
    """Return the seed of a person's hand-in: another one for each, the same for the same batch."""
    return zlib.crc32(safe_name(person).encode(), batch & 0xFFFFFFFF) % 1_000_000


def work(setting: Setting, hand_in: HandIn) -> bytes:
    """Grade a hand-in in the sandbox of this thread, which stays for the next; return the text of ``result.json``.

    Raises:
        Exception: where the grader fails, and nothing is known of the hand-in.
    """
    marker: Marker | None = getattr(_own, "marker", None)
    if marker is None or marker.is_closed or marker.setting != setting:
        if marker is not None:
            marker.close()
            with _lock:
                _markers.discard(marker)
        marker = _own.marker = Marker(setting)
        with _lock:
            _markers.add(marker)
    seed = seed_for(hand_in.person, setting.conditions.seed)
    return encoded(marker.mark(hand_in, seed))


def begin() -> None:
    """Let sandboxes come up again after ``close``."""
    _closed.clear()


def stop() -> None:
    """End the sandboxes of all threads at once: what they work on fails, and no new one comes up."""
    _closed.set()
    with _lock:
        for marker in _markers:
            marker.stop()


def close() -> None:
    """Do away with what all threads have left behind; none of them works any more."""
    stop()
    with _lock:
        for marker in _markers:
            marker.close()
        _markers.clear()


class Closed(RuntimeError):
    """Grading was stopped."""


_own = threading.local()
_lock = threading.Lock()
_closed = threading.Event()
_markers: "set[Marker]" = set()


class Marker:
    """Grades one hand-in after the other in one sandbox, and starts another where that is lost."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        if reference.digest(setting.course) != setting.conditions.course:
            raise RuntimeError(
                f"{platform.node()} has other specifications: install the same version of torch-katas there"
            )
        self.is_closed = False
        self._sandbox: Sandbox | None = None
        with ExitStack() as stack:
            folder = stack.enter_context(levels.folder_for_staging())
            Path(folder).chmod(0o755)
            project = Path(folder, "suite")
            levels.staged(project)
            self._stack = stack.pop_all()
        self._canary = Path(folder, "canary")
        self._is_tried = False
        self._place = Place(Level(setting.conditions.sandbox), project, setting.standard.preload)

    def stop(self) -> None:
        """End the sandbox at once; any thread may ask for it."""
        sandbox = self._sandbox
        if sandbox is not None:
            sandbox.stop()

    def close(self) -> None:
        """End the sandbox, and do away with its folder."""
        self.is_closed = True
        self.drop()
        self._stack.close()

    def mark(self, hand_in: HandIn, seed: int) -> Grade:
        """Return the grade of a hand-in.

        Raises:
            Lost: where no sandbox comes up.
        """
        started = time.monotonic()
        course = self.setting.course
        verdicts: dict[str, Verdict] = {}
        to_run: list[Kata] = []
        for kata in course.katas():
            reason = self._without_a_run(hand_in, kata)
            if reason is None:
                to_run.append(kata)
            else:
                verdicts[kata.id] = without_a_run(kata, *reason, self.setting.standard.devices)
        if to_run:
            files = {kata.id: hand_in.files[kata.id] for kata in to_run}
            try:
                verdicts |= Running(self.setting, self, files, seed, started).verdicts(to_run)
            except BaseException:
                self.drop()  # it is in the midst of this hand-in: the next one needs another
                raise
        return Grade(
            hand_in.person,
            replace(self.setting.conditions, seed=seed),
            tuple(verdicts[kata.id] for kata in course.katas()),
            {name: hashlib.sha256(contents).hexdigest() for name, contents in sorted(hand_in.files.items())},
            hand_in.notes,
            hand_in.ungradable,
            hand_in.digest,
            datetime.now(UTC).isoformat(timespec="seconds"),
            round(time.monotonic() - started, 3),
        )

    def _without_a_run(self, hand_in: HandIn, kata: Kata) -> tuple[State, str] | None:
        known = self.setting.standard
        if hand_in.ungradable is not None:
            return State.UNGRADABLE, hand_in.ungradable
        if kata.id not in hand_in.files:
            return State.NOT_ATTEMPTED, _NOT_THERE
        if stub_digest(hand_in.files[kata.id]) == known.stubs.get(kata.id):
            return State.NOT_ATTEMPTED, _UNTOUCHED
        if kata.id in known.broken:
            return State.INFRASTRUCTURE_ERROR, f"this kata cannot be graded here: {known.broken[kata.id]}"
        return None

    def sandbox(self) -> Sandbox:
        """Return the sandbox, a new one where there is none."""
        if _closed.is_set():
            raise Closed("grading was stopped")
        if self._sandbox is None:
            conditions = self.setting.conditions
            self._sandbox = Sandbox(self._place, conditions.devices, conditions.limits)
            try:
                if _closed.is_set():  # before there was a sandbox to stop
                    raise Closed("grading was stopped")
                self._sandbox.__enter__()
                self._try(self._sandbox)
            except BaseException:
                self.drop()
                raise
        return self._sandbox

    def _try(self, sandbox: Sandbox) -> None:
        """See that it refuses here what it was seen to refuse at the start, perhaps on another machine or day.

        Raises:
            Lost: where it does not.
        """
        if self._is_tried:
            return
        refused = sandbox.probe(self._canary)
        lacking = [words for name, words in probe.REFUSED.items() if name not in refused]
        if missing := [words for words in lacking if words in self.setting.conditions.holds]:
            raise Lost(
                f"the sandbox on {platform.node()} does not refuse {missing[0]}: see `kata grade --doctor` there"
            )
        self._is_tried = True

    def drop(self) -> None:
        """End a sandbox that is not to be relied on."""
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            sandbox.__exit__()
