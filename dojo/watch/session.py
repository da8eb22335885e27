"""What ``kata watch`` does on each key, save and verdict: no terminal, no processes and no clock in here."""

from collections.abc import Callable, Set
from enum import Enum
from pathlib import Path
from typing import Protocol

from dojo.course import Course, Kata, Places, suite
from dojo.forkserver.client import ForkServerEnded
from dojo.results.progress import Progress
from dojo.results.run import Ended, Run
from dojo.results.state import State
from dojo.screen import diff, listing
from dojo.workspace import folder, record


class Why(Enum):
    """What a run was started for, which decides whether a solved kata is left behind."""

    SAVED = "a file was saved"
    MOVED = "the kata before it was solved"
    ASKED = "a key was pressed"
    ALL = "all katas are run"


class View(Enum):
    """What the screen shows."""

    KATA = "the kata and its verdict"
    LIST = "all katas"
    SOLUTION = "the difference from the reference"


class Judging(Protocol):
    """What runs tests: in earnest, ``dojo.forkserver.judge.Judge``."""

    def judge(self, test: str) -> None:
        """Start a run; ``Session.finished`` is to be called with what came of it."""

    def stop(self) -> None:
        """End the run that goes on; ``Session.finished`` is called all the same."""

    def prepare(self, test: str) -> None:
        """Get ready for later runs of these tests."""


class Session:
    """The learner's way through the katas.

    Args:
        whole: the course, with at least one kata.
        root: the practice folder.
        start: the kata to begin with, by default the one that the record tells.
    """

    judge: Judging

    def __init__(self, whole: Course, root: Path, start: Kata | None = None) -> None:
        self.whole = whole
        self.root = root
        self.answers = root / "katas"
        self.places = Places(root)
        self.katas = list(whole.katas())
        self.record = record.read(root)
        self.kata = start or listing.next_kata(whole, self.record, self.answers) or self.katas[-1]
        self.run: Run | None = None
        self.outdated = False
        """Whether ``run`` is of what was there before, while what is there now is judged."""
        self.loading = True
        """Whether nothing has been judged yet: the first run waits for torch."""
        self.view = View.KATA
        self.hints = 0
        self.just_solved: Kata | None = None
        self.said: list[str] = [self.record.problem] if self.record.problem else []
        self.over = False
        self.broken: ForkServerEnded | None = None
        self.all_left: list[Kata] = []
        self._running: tuple[Kata, Why] | None = None
        self._wanted: tuple[Kata, Why] | None = None
        self._prepared: set[str] = {self.kata.id}
        self._named = start is not None
        self._reset_asked = False
        self._put_back: str | None = None

    # What happens

    def begin(self) -> None:
        """Judge the first kata."""
        self._note(record.note_current, self.kata.id)
        # Who names a kata wants to see it, though it be solved.
        self._want(self.kata, Why.ASKED if self._named else Why.SAVED)

    def saved(self, files: Set[Path]) -> None:
        """Judge the kata whose answer was saved, or the current one again where it was a specification."""
        katas = [kata for kata in self.katas if self.places.stub(kata) in files]
        specified = {kata for kata in self.katas if self.places.specification(kata) in files}
        if not katas and self.kata not in specified:
            return
        put_back, self._put_back = self._put_back, None
        if katas == [self.kata] and record.fingerprint(self.places.stub(self.kata)) == put_back:
            return  # it was us
        self.said.clear()
        self.all_left.clear()
        self.just_solved = None
        self.view = View.KATA
        if katas and self.kata not in katas:
            self._go(katas[0])
        self._want(self.kata, Why.SAVED)

    def key(self, key: str) -> None:
        """Do what a key stands for."""
        action = _KEYS.get(key.lower())
        asked, self._reset_asked = self._reset_asked, False
        if asked:
            # Another key than the one that asks: who types into the wrong window loses nothing.
            self.said.clear()
            if key.lower() == "y":
                self._put_stub_back()
                return
        if self.view is not View.KATA and key.lower() != "q":
            back = {View.LIST: "l", View.SOLUTION: "s"}[self.view] == key.lower() or action is None
            self.view = View.KATA
            if back:
                return
        if action is None:
            return
        self.said.clear()
        action(self)

    def failed(self, run: Run) -> None:
        """Take in that a test has failed, while the rest of the run goes on."""
        if self._wanted is None and self._running is not None and self._running[0] == self.kata:
            self.run, self.outdated, self.loading = run, False, False

    def finished(self, run: Run) -> None:
        """Take in a verdict, and move on where the kata is solved."""
        assert self._running is not None, "a run was started"
        kata, why = self._running
        self._running, self.loading = None, False
        if run.ended is not Ended.STOPPED:
            progress = run.progress()
            self._note(record.note_run, progress.judged(), progress.answers())
            if kata == self.kata:
                self.run = run
                self.outdated = self._wanted is not None and self._wanted[1] is not Why.ALL
                solved = progress.state(kata.id) is State.SOLVED
                if solved and why in (Why.SAVED, Why.MOVED) and self._wanted is None:
                    self._move_on(kata)
            if why is Why.ALL and not self.all_left and self._wanted is None:
                self._show_all()
        self._next_run()
        if self._running is None and kata.id not in self._prepared:
            self._prepared.add(kata.id)
            self.judge.prepare(self._test(kata))

    def load_failed(self, error: ForkServerEnded) -> None:
        """End: no run can be made any more."""
        self.broken, self.over = error, True

    # What there is to see

    @property
    def busy(self) -> Why | None:
        """Why a run goes on, or None where none does."""
        return self._running[1] if self._running else None

    @property
    def solved_kata(self) -> Kata | None:
        """The current kata where it was solved at some time, else the one that was solved just now."""
        return self.kata if self.record.of(self.kata.id).solved else self.just_solved

    @property
    def progress(self) -> Progress | None:
        """The verdict on the current kata, or None where there is none yet."""
        return self.run.progress() if self.run else None

    @property
    def states(self) -> dict[str, State]:
        """How far each kata is."""
        states = {kata.id: listing.state(self.record.of(kata.id), self.places.stub(kata)) for kata in self.katas}
        if self.run is not None and self.run.ended is Ended.GOING_ON:
            states[self.kata.id] = self.run.progress().state(self.kata.id)
        return states

    @property
    def all_solved(self) -> bool:
        """Whether there is nothing left to do."""
        return all(state is State.SOLVED for state in self.states.values())

    def farewell(self) -> str:
        """Return what to say at the end."""
        states = list(self.states.values())
        count = f"{states.count(State.SOLVED)} of {len(states)} katas solved"
        return f"{count}; kata watch goes on with {self.kata.id}" if not self.all_solved else count

    def solution(self) -> list[str]:
        """Return how the answer that was solved last differs from the reference, a line each."""
        kata = self.solved_kata
        assert kata is not None, "the view is shown for a solved kata alone"
        try:
            reference = Places(suite.solutions(self.root).parent).solution(kata).read_text(encoding="utf-8")
            answer = self.places.stub(kata).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            return [f"it cannot be read: {error.strerror}"]
        found = diff.lines(answer, reference)
        return ["your answer is the reference, word for word"] if found is None else found

    # The keys

    def _next(self) -> None:
        self._step(1)

    def _previous(self) -> None:
        self._step(-1)

    def _hint(self) -> None:
        if self.hints < len(self.kata.hints):
            self.hints += 1
            self._note(record.note_hint, self.kata.id, self.hints)
        else:
            self.said.append("this was the last hint")

    def _list(self) -> None:
        self.view = View.LIST

    def _reset(self) -> None:
        if not self.places.stub(self.kata).exists():
            self._put_stub_back()
            return
        self._reset_asked = True
        self.said.append(f"press y to begin {self.kata.name} anew; your answer is kept under a dated name")

    def _put_stub_back(self) -> None:
        file = self.places.stub(self.kata)
        before = record.fingerprint(file)
        try:
            self.said += folder.reset(self.root, self.kata)
        except folder.NotPossible as error:
            self.said.append(str(error))
        self.record = record.read(self.root)
        after = record.fingerprint(file)
        self._put_back = after if after != before else None
        self.hints, self.just_solved = 0, None
        self._want(self.kata, Why.ASKED)

    def _solution(self) -> None:
        if self.solved_kata is None:
            self.said.append(f"the solution is shown once {self.kata.name} is solved; h gives a hint")
        else:
            self.view = View.SOLUTION

    def _all(self) -> None:
        self.all_left = self.katas[1:]
        self._want(self.katas[0], Why.ALL)

    def _quit(self) -> None:
        self.over = True

    # How

    def _step(self, by: int) -> None:
        self._go(self.katas[(self.katas.index(self.kata) + by) % len(self.katas)])
        self._want(self.kata, Why.ASKED)

    def _go(self, kata: Kata) -> None:
        self.kata, self.run, self.outdated, self.hints, self.just_solved = kata, None, False, 0, None
        self._note(record.note_current, kata.id)

    def _move_on(self, solved: Kata) -> None:
        following = listing.next_kata(self.whole, self.record, self.answers)
        if following is not None and following != solved:
            self._go(following)
            self._wanted = (following, Why.MOVED)
        self.just_solved = solved

    def _show_all(self) -> None:
        self.view = View.LIST
        following = listing.next_kata(self.whole, self.record, self.answers)
        if following is not None and following != self.kata:
            self._go(following)
            self._wanted = (following, Why.ASKED)

    def _want(self, kata: Kata, why: Why) -> None:
        """Run a kata, at once or, where a run goes on, as soon as that is stopped."""
        self._wanted = (kata, why)
        self.outdated = self.run is not None and kata == self.kata and why is not Why.ALL
        if self._running is None:
            self._next_run()
        else:
            self.judge.stop()

    def _next_run(self) -> None:
        if self._wanted is None and self.all_left:
            self._wanted = (self.all_left.pop(0), Why.ALL)
        elif self._wanted is not None and self._wanted[1] is not Why.ALL:
            self.all_left.clear()
        if self._wanted is not None:
            self._running, self._wanted = self._wanted, None
            self.judge.judge(self._test(self._running[0]))

    def _test(self, kata: Kata) -> str:
        return self.places.specification(kata).relative_to(self.root).as_posix()

    def _note(self, note: Callable[..., None], *arguments: object) -> None:
        try:
            note(self.root, *arguments)
        except record.RecordNotWritten as error:
            self.said.append(str(error))
        self.record = record.read(self.root)


_KEYS: dict[str, Callable[[Session], None]] = {
    "n": Session._next,
    "p": Session._previous,
    "h": Session._hint,
    "l": Session._list,
    "r": Session._reset,
    "s": Session._solution,
    "a": Session._all,
    "q": Session._quit,
    "": Session._quit,  # the input has ended
}
