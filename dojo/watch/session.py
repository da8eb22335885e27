"""The state of ``kata watch``, and how keys, saves and verdicts change it. No terminal, processes or clock here."""

from collections.abc import Callable, Set
from enum import Enum
from pathlib import Path

from dojo.course import Course, Kata, Places, suite
from dojo.forkserver.client import ForkServerEnded
from dojo.forkserver.judge import Judge
from dojo.results.run import Ended, Run
from dojo.results.state import State
from dojo.screen import diff, listing
from dojo.workspace import folder, record


class RunReason(Enum):
    """Why a run was started. This decides whether the session moves on when the kata is solved."""

    SAVED = "a file was saved"
    MOVED = "the kata before it was solved"
    ASKED = "a key was pressed"
    ALL = "all katas are run"


class View(Enum):
    """What the screen shows."""

    KATA = "the kata and its verdict"
    LIST = "all katas"
    SOLUTION = "the difference from the reference"


class Session:
    """One session of ``kata watch``.

    Args:
        whole: the course, with at least one kata.
        root: the practice folder.
        start: the first kata, by default the next one according to the record.
    """

    judge: Judge
    """Starts and stops runs; its results go to ``finished``, also after ``stop``."""

    def __init__(self, whole: Course, root: Path, start: Kata | None = None) -> None:
        self.course = whole
        self.root = root
        self.answers_folder = root / "katas"
        self.places = Places(root)
        self.katas = list(whole.katas())
        self.record = record.read(root)
        self.kata = start or listing.next_kata(whole, self.record, self.answers_folder) or self.katas[-1]
        self.run: Run | None = None
        self.outdated = False
        """Whether ``run`` belongs to an older version of the files, and a new run is in progress."""
        self.loading = True
        """Whether the first run still waits for torch."""
        self.view = View.KATA
        self.hints = 0
        self.just_solved: Kata | None = None
        self.messages: list[str] = [self.record.problem] if self.record.problem else []
        self.is_over = False
        self.fork_server_error: ForkServerEnded | None = None
        self.katas_left: list[Kata] = []
        self._running: tuple[Kata, RunReason] | None = None
        self._requested: tuple[Kata, RunReason] | None = None
        self._prepared: set[str] = {self.kata.id}
        self._kata_was_named = start is not None
        self._confirming_reset = False
        self._restored_stub: str | None = None

    def begin(self) -> None:
        """Judge the first kata."""
        self._write_record(record.note_current, self.kata.id)
        # A kata that the learner named stays on the screen even if it is solved.
        self._request_run(self.kata, RunReason.ASKED if self._kata_was_named else RunReason.SAVED)

    def saved(self, files: Set[Path]) -> None:
        """Judge the kata whose answer was saved, or the current one if its specification was saved."""
        katas = [kata for kata in self.katas if self.places.stub(kata) in files]
        specified = {kata for kata in self.katas if self.places.specification(kata) in files}
        if not katas and self.kata not in specified:
            return
        restored_stub, self._restored_stub = self._restored_stub, None
        if katas == [self.kata] and record.fingerprint(self.places.stub(self.kata)) == restored_stub:
            return  # not a save of the learner's, but our own reset
        self.messages.clear()
        self.katas_left.clear()
        self.just_solved = None
        self.view = View.KATA
        if katas and self.kata not in katas:
            self._switch_to(katas[0])
        self._request_run(self.kata, RunReason.SAVED)

    def key(self, key: str) -> None:
        """Handle a key."""
        key = key.lower()
        action = _KEYS.get(key)
        confirming, self._confirming_reset = self._confirming_reset, False
        if confirming:
            # Confirmed by another key than r: typing into the wrong window must not lose an answer.
            self.messages.clear()
            if key == "y":
                self._restore_stub()
                return
        if self.view is not View.KATA and key != "q":
            closes_view = action is None or key == {View.LIST: "l", View.SOLUTION: "s"}[self.view]
            self.view = View.KATA
            if closes_view:
                return
        if action is None:
            return
        self.messages.clear()
        action(self)

    def failed(self, run: Run) -> None:
        """Show the first failure of a run that still goes on."""
        if self._requested is None and self._running is not None and self._running[0] == self.kata:
            self.run, self.outdated, self.loading = run, False, False

    def finished(self, run: Run) -> None:
        """Record a verdict, move on if the kata is solved, and start the next run."""
        assert self._running is not None, "a run was started"
        kata, reason = self._running
        self._running, self.loading = None, False
        if run.ended is not Ended.STOPPED:
            progress = run.progress()
            self._write_record(record.note_run, progress.states_by_device(), progress.answers())
            if kata == self.kata:
                self.run = run
                self.outdated = self._requested is not None and self._requested[1] is not RunReason.ALL
                solved = progress.state(kata.id) is State.SOLVED
                if solved and reason in (RunReason.SAVED, RunReason.MOVED) and self._requested is None:
                    self._go_to_next_kata(RunReason.MOVED)
                    self.just_solved = kata
            if reason is RunReason.ALL and not self.katas_left and self._requested is None:
                self.view = View.LIST
                self._go_to_next_kata(RunReason.ASKED)
        self._next_run()
        if self._running is None and kata.id not in self._prepared:
            self._prepared.add(kata.id)
            self.judge.prepare(self._test(kata))

    def load_failed(self, error: ForkServerEnded) -> None:
        """End the session: the fork server cannot be started."""
        self.fork_server_error, self.is_over = error, True

    @property
    def run_reason(self) -> RunReason | None:
        """Why the current run was started, or None if there is none."""
        return self._running[1] if self._running else None

    @property
    def solved_kata(self) -> Kata | None:
        """The current kata if it was ever solved, else the one that was solved just now."""
        return self.kata if self.record.entry(self.kata.id).solved else self.just_solved

    @property
    def states(self) -> dict[str, State]:
        """How far each kata is."""
        states = {kata.id: listing.state(self.record.entry(kata.id), self.places.stub(kata)) for kata in self.katas}
        if self.run is not None and self.run.ended is Ended.GOING_ON:
            states[self.kata.id] = self.run.progress().state(self.kata.id)
        return states

    @property
    def all_solved(self) -> bool:
        """Whether every kata is solved."""
        return all(state is State.SOLVED for state in self.states.values())

    def farewell(self) -> str:
        """Return the sentence to print at the end."""
        states = list(self.states.values())
        count = f"{states.count(State.SOLVED)} of {len(states)} katas solved"
        return f"{count}; kata watch goes on with {self.kata.id}" if not self.all_solved else count

    def solution(self) -> list[str]:
        """Return the diff from the answer of ``solved_kata`` to the reference, line by line."""
        kata = self.solved_kata
        assert kata is not None, "the view is shown for a solved kata alone"
        try:
            reference = Places(suite.solutions(self.root).parent).solution(kata).read_text(encoding="utf-8")
            answer = self.places.stub(kata).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            return [f"it cannot be read: {error.strerror}"]
        found = diff.lines(answer, reference)
        return ["your answer is the reference, word for word"] if found is None else found

    def _hint(self) -> None:
        if self.hints < len(self.kata.hints):
            self.hints += 1
            self._write_record(record.note_hint, self.kata.id, self.hints)
        else:
            self.messages.append("this was the last hint")

    def _list(self) -> None:
        self.view = View.LIST

    def _reset(self) -> None:
        if not self.places.stub(self.kata).exists():
            self._restore_stub()
            return
        self._confirming_reset = True
        self.messages.append(f"press y to start {self.kata.name} over; your answer is kept under a dated name")

    def _restore_stub(self) -> None:
        file = self.places.stub(self.kata)
        before = record.fingerprint(file)
        try:
            self.messages += folder.reset(self.root, self.kata)
        except folder.CannotChangeFolder as error:
            self.messages.append(str(error))
        self.record = record.read(self.root)
        after = record.fingerprint(file)
        self._restored_stub = after if after != before else None
        self.hints, self.just_solved = 0, None
        self._request_run(self.kata, RunReason.ASKED)

    def _solution(self) -> None:
        if self.solved_kata is None:
            self.messages.append(f"the solution is shown once {self.kata.name} is solved; h gives a hint")
        else:
            self.view = View.SOLUTION

    def _all(self) -> None:
        self.katas_left = self.katas[1:]
        self._request_run(self.katas[0], RunReason.ALL)

    def _quit(self) -> None:
        self.is_over = True

    def _step(self, by: int) -> None:
        self._switch_to(self.katas[(self.katas.index(self.kata) + by) % len(self.katas)])
        self._request_run(self.kata, RunReason.ASKED)

    def _switch_to(self, kata: Kata) -> None:
        self.kata, self.run, self.outdated, self.hints, self.just_solved = kata, None, False, 0, None
        self._write_record(record.note_current, kata.id)

    def _go_to_next_kata(self, reason: RunReason) -> None:
        following = listing.next_kata(self.course, self.record, self.answers_folder)
        if following is not None and following != self.kata:
            self._switch_to(following)
            self._requested = (following, reason)

    def _request_run(self, kata: Kata, reason: RunReason) -> None:
        """Run a kata at once, or after stopping the current run."""
        self._requested = (kata, reason)
        self.outdated = self.run is not None and kata == self.kata and reason is not RunReason.ALL
        if self._running is None:
            self._next_run()
        else:
            self.judge.stop()

    def _next_run(self) -> None:
        if self._requested is None and self.katas_left:
            self._requested = (self.katas_left.pop(0), RunReason.ALL)
        elif self._requested is not None and self._requested[1] is not RunReason.ALL:
            self.katas_left.clear()
        if self._requested is not None:
            self._running, self._requested = self._requested, None
            self.judge.judge(self._test(self._running[0]))

    def _test(self, kata: Kata) -> str:
        return self.places.specification(kata).relative_to(self.root).as_posix()

    def _write_record(self, write: Callable[..., None], *arguments: object) -> None:
        try:
            write(self.root, *arguments)
        except record.RecordNotWritten as error:
            self.messages.append(str(error))
        self.record = record.read(self.root)


_KEYS: dict[str, Callable[[Session], None]] = {
    "n": lambda session: session._step(1),
    "p": lambda session: session._step(-1),
    "h": Session._hint,
    "l": Session._list,
    "r": Session._reset,
    "s": Session._solution,
    "a": Session._all,
    "q": Session._quit,
    "": Session._quit,  # the input has ended
}
