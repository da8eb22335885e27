"""Grade one hand-in in a sandbox. Each thread has a worker with a sandbox of its own."""

import hashlib
import platform
import threading
import time
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from dojo.course import Kata
from dojo.grading.engine import reference
from dojo.grading.engine.setup import Setup
from dojo.grading.intake.handins import HandIn
from dojo.grading.model.grades import Grade
from dojo.grading.model.messages import REFUSED, Message, refusal
from dojo.grading.model.person import Person, safe_name
from dojo.grading.model.verdicts import Credit, Finding, Verdict, VerdictState, judge, verdict_without_run
from dojo.grading.sandbox import levels
from dojo.grading.sandbox.client import AnswerNotReached, Sandbox, SandboxLost
from dojo.grading.sandbox.levels import Level
from dojo.grading.sandbox.report import KataReport
from dojo.results.run import Ended, Run

_TIMES_THE_REFERENCE = 10


class Stopped(RuntimeError):
    """Grading was stopped."""


def seed_for(person: Person, batch: int) -> int:
    """Return the seed for a person's hand-in, which depends on the person and on the seed of the batch."""
    return zlib.crc32(safe_name(person).encode(), batch & 0xFFFFFFFF) % 1_000_000


class Workers:
    """The workers of this process, one for each thread; they can be stopped all at once."""

    def __init__(self) -> None:
        self._own = threading.local()
        self._lock = threading.Lock()
        self._all: set[Worker] = set()
        self.stopped = threading.Event()

    def grade(self, setup: Setup, hand_in: HandIn) -> Grade:
        """Grade a hand-in in the sandbox of this thread, which is kept for the next one.

        Raises:
            Exception: if the grader fails; then nothing is known about the hand-in.
        """
        worker: Worker | None = getattr(self._own, "worker", None)
        if worker is None or worker.is_closed or worker.setup != setup:
            if worker is not None:
                worker.close()
                with self._lock:
                    self._all.discard(worker)
            worker = self._own.worker = Worker(setup, self.stopped)
            with self._lock:
                self._all.add(worker)
        return worker.grade(hand_in, seed_for(hand_in.person, setup.conditions.seed))

    def stop(self) -> None:
        """End the sandboxes of all threads: running jobs fail, and no new sandbox starts."""
        self.stopped.set()
        with self._lock:
            for worker in self._all:
                worker.stop()

    def close(self) -> None:
        """Stop, and remove the files of all workers. No thread may be grading."""
        self.stop()
        with self._lock:
            for worker in self._all:
                worker.close()
            self._all.clear()


class Worker:
    """Grades one hand-in after the other in one sandbox, and replaces a lost one. Setting ``stopped`` ends this."""

    def __init__(self, setup: Setup, stopped: threading.Event | None = None) -> None:
        self.setup = setup
        self._stopped = stopped or threading.Event()
        if reference.course_digest(setup.course) != setup.conditions.course:
            raise RuntimeError(
                f"{platform.node()} has other specifications: install the same version of torch-katas there"
            )
        self.is_closed = False
        self._sandbox: Sandbox | None = None
        with ExitStack() as stack:
            folder = Path(stack.enter_context(levels.folder_for_suite()))
            level = Level(setup.conditions.sandbox)
            self._factory = levels.make_factory(level, folder, setup.reference.preload)
            self._stack = stack.pop_all()
        self._is_probed = False
        # About the hand-in that is graded now:
        self._files: dict[str, bytes] = {}
        self._seed = 0
        self._deadline = 0.0
        self._is_begun = False

    def stop(self) -> None:
        """End the sandbox at once. Safe to call from any thread."""
        sandbox = self._sandbox
        if sandbox is not None:
            sandbox.stop()

    def close(self) -> None:
        """End the sandbox and remove its files."""
        self.is_closed = True
        self._discard_sandbox()
        self._stack.close()

    def grade(self, hand_in: HandIn, seed: int) -> Grade:
        """Return the grade of a hand-in.

        Raises:
            SandboxLost: if no sandbox starts.
        """
        started = time.monotonic()
        conditions = replace(self.setup.conditions, seed=seed)
        self._seed, self._deadline = seed, started + conditions.limits.total_seconds
        verdicts = {kata.id: self._verdict_without_run(hand_in, kata) for kata in self.setup.course.katas()}
        to_run = [kata for kata in self.setup.course.katas() if verdicts[kata.id] is None]
        self._files = {kata.id: hand_in.files[kata.id] for kata in to_run}
        try:
            for kata in to_run:
                verdicts[kata.id] = self._grade_kata(kata)
            self._end_hand_in()
        except BaseException:
            self._discard_sandbox()  # this hand-in may still be open in it
            raise
        return Grade(
            hand_in.person,
            conditions,
            tuple(verdict for verdict in verdicts.values() if verdict is not None),
            {name: hashlib.sha256(contents).hexdigest() for name, contents in sorted(hand_in.files.items())},
            hand_in.notes,
            hand_in.ungradable,
            hand_in.digest,
            datetime.now(UTC).isoformat(timespec="seconds"),
            round(time.monotonic() - started, 3),
        )

    def _verdict_without_run(self, hand_in: HandIn, kata: Kata) -> Verdict | None:
        """Return the verdict of a kata that need not be run, or None."""
        known = self.setup.reference
        if hand_in.ungradable is not None:
            found = VerdictState.UNGRADABLE, hand_in.ungradable
        elif kata.id not in hand_in.files:
            found = VerdictState.NOT_ATTEMPTED, Message.of("not_handed_in")
        elif reference.stub_digest(hand_in.files[kata.id]) == known.stubs.get(kata.id):
            found = VerdictState.NOT_ATTEMPTED, Message.of("untouched")
        elif kata.id in known.broken:
            found = VerdictState.INFRASTRUCTURE_ERROR, Message.of("broken_here", why=known.broken[kata.id])
        else:
            return None
        return verdict_without_run(kata, *found, known.devices)

    def _grade_kata(self, kata: Kata) -> Verdict:
        known = self.setup.reference
        if time.monotonic() >= self._deadline:
            return verdict_without_run(kata, VerdictState.TIMEOUT, Message.of("timeout_of_all"), known.devices)
        expected = known.expected[kata.id]
        names = [each.test for each in expected]
        report = self._run_kata(kata, names, known.controls[kata.id])
        if report.killed:  # other processes may have used up the memory of this machine
            report = self._run_kata(kata, names, known.controls[kata.id])
        finding = report.finding
        if finding is None and report.controls:
            finding = Finding(VerdictState.TAMPERING, "control_passes")
        again = None
        if finding is None and report.run.ended is Ended.FINISHED:
            failed = {result.test for result in report.run.results if result.outcome == "failed"}
            if repeated := [name for name in names if name in failed]:
                again = _merge(report.run, self._run_kata(kata, repeated, ()).run)
        return judge(kata, expected, report.run, again, Credit(self.setup.conditions.credit), finding)

    def _run_kata(self, kata: Kata, tests: Sequence[str], controls: Sequence[str]) -> KataReport:
        seconds = self.setup.conditions.limits.seconds + _TIMES_THE_REFERENCE * self.setup.reference.seconds[kata.id]
        seconds = max(min(seconds, self._deadline - time.monotonic()), 1.0)
        for attempt in (1, 2):
            try:
                return self._begin_hand_in().run(kata.id, tests, controls, seconds)
            except SandboxLost as error:
                self._discard_sandbox()
                if attempt == 2 and isinstance(error, AnswerNotReached):
                    raise  # this machine's fault, not the hand-in's
        # Lost in two new sandboxes: if an empty hand-in works, then this hand-in is at fault.
        sandbox = self._get_sandbox()
        sandbox.begin({}, self._seed)
        sandbox.end()
        return KataReport(Run(Ended.CRASHED), Finding(VerdictState.CRASHED, "ended_twice"), seconds)

    def _begin_hand_in(self) -> Sandbox:
        """Return a sandbox in which the hand-in has begun."""
        sandbox = self._get_sandbox()
        if not self._is_begun:
            sandbox.begin(self._files, self._seed)
            self._is_begun = True
        return sandbox

    def _end_hand_in(self) -> None:
        if self._sandbox is not None and self._is_begun:
            self._is_begun = False
            try:
                self._sandbox.end()
            except SandboxLost:
                self._discard_sandbox()

    def _get_sandbox(self) -> Sandbox:
        """Return the sandbox; start one if there is none."""
        if self._sandbox is None:
            conditions = self.setup.conditions
            self._sandbox = Sandbox(self._factory, conditions.devices, conditions.limits)
            try:
                self._raise_if_stopped()  # stop() may have been called before there was a sandbox to stop
                self._sandbox.__enter__()
                self._check_refusals(self._sandbox)
            except BaseException:
                self._discard_sandbox()
                raise
        self._raise_if_stopped()
        return self._sandbox

    def _raise_if_stopped(self) -> None:
        if self._stopped.is_set():
            raise Stopped("grading was stopped")

    def _check_refusals(self, sandbox: Sandbox) -> None:
        """Check that the sandbox refuses what it did at the start, perhaps on another machine or day.

        Raises:
            SandboxLost: if it does not.
        """
        if self._is_probed:
            return
        refused = sandbox.probe()
        missing = [name for name in REFUSED if name in self.setup.conditions.refuses and name not in refused]
        if missing:
            raise SandboxLost(
                f"the sandbox on {platform.node()} does not refuse {refusal(missing[0])}:"
                " see `kata grade --doctor` there"
            )
        self._is_probed = True

    def _discard_sandbox(self) -> None:
        """End a sandbox that can no longer be trusted."""
        self._is_begun = False
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            sandbox.__exit__()


def _merge(first: Run, again: Run) -> Run:
    """Replace the results of a run by those of a second run, where there are any."""
    repeated = {result.test: result for result in again.results}
    return replace(first, results=tuple(repeated.get(result.test, result) for result in first.results))
