"""Summarize the grades of a class: each grade is read once, and little of it is kept."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median

from dojo.course import Course, Kata
from dojo.grading.model.grades import Conditions, Grade
from dojo.grading.model.person import safe_name
from dojo.grading.model.verdicts import Verdict, VerdictState
from dojo.screen.sanitize import one_line, sanitize

HISTOGRAM_BINS = 10
"""Of the share of points."""
_MAX_NOTES = 5  # of one hand-in
_MAX_REASON = 400  # characters
_SHORT_REASON = 100  # characters, once half of _DETAILS_BYTES is used
_MAX_LINE = 160  # characters of a name, a statement, a mistake
_DETAILS_BYTES = 2 << 20  # for the texts of all details
_MAX_LISTED = 5  # mistakes, or unstable tests, of one verdict
_SUSPECTED = (VerdictState.TAMPERING, VerdictState.UNGRADABLE, VerdictState.INFRASTRUCTURE_ERROR)
_NOT_COUNTED = (VerdictState.UNGRADABLE, VerdictState.INFRASTRUCTURE_ERROR)


def shorten_line(text: str) -> str:
    """Return a name, a statement or a mistake on one line, cut if it is long."""
    return one_line(text, _MAX_LINE)


@dataclass(frozen=True)
class Detail:
    """What is shown of a verdict; equal verdicts share one.

    Args:
        state: None if there is no verdict.
        points: None if there are none.
        passed: number of tests that passed, of ``tests``.
        evidence: the reason, in sentences.
        devices: the state on each device, if they differ.
        mistakes: those that the evidence does not name.
        unstable: tests whose outcome changed.
    """

    state: VerdictState | None = None
    points: float | None = None
    max_points: float = 0
    passed: int = 0
    tests: int = 0
    evidence: str = ""
    devices: tuple[tuple[str, VerdictState], ...] = ()
    mistakes: tuple[str, ...] = ()
    unstable: tuple[str, ...] = ()

    @classmethod
    def of(cls, verdict: Verdict | None, longest: int) -> "Detail":
        """Return the detail for a verdict, with at most ``longest`` characters of its reason."""
        if verdict is None:
            return cls(evidence="the grade holds no verdict on this kata")
        differ = len(set(verdict.devices.values())) > 1
        more = _MAX_LISTED if longest else 0
        return cls(
            verdict.state,
            verdict.points,
            verdict.max_points,
            sum(each.outcome == "passed" for each in verdict.tests),
            len(verdict.tests),
            sanitize(verdict.evidence(), longest) if longest else "the reason is in the feedback",
            tuple((shorten_line(name), state) for name, state in verdict.devices.items()) if differ else (),
            tuple(map(shorten_line, verdict.other_mistakes[:more])),
            tuple(map(shorten_line, verdict.unstable[:_MAX_LISTED])),
        )


class Details:
    """The distinct details of all verdicts, with a limit on their total size."""

    def __init__(self) -> None:
        self._indices: dict[Detail, int] = {}
        self._room = _DETAILS_BYTES

    def __iter__(self) -> Iterator[Detail]:
        return iter(self._indices)

    def index(self, verdict: Verdict | None) -> int:
        """Return the index of the detail for a verdict. Reasons are cut shorter as the space fills up."""
        detail = Detail.of(
            verdict, _MAX_REASON if self._room > _DETAILS_BYTES / 2 else _SHORT_REASON if self._room > 0 else 0
        )
        if detail not in self._indices:
            text = "".join((detail.evidence, *detail.mistakes, *detail.unstable))
            self._room -= len(text.encode()) + 5 * text.count("<")  # in the page, each "<" becomes six characters
            self._indices[detail] = len(self._indices)
        return self._indices[detail]


@dataclass(frozen=True)
class PersonRow:
    """One person.

    Args:
        folder: name of the results folder.
        number: in Canvas or Moodle, to tell people of the same name apart.
        points: None if there is no grade.
        cells: for each kata of the course, the index of its detail.
        to_look_at: whether something is suspected, unstable, ungradable or not graded.
        facts: sentences about the hand-in.
    """

    name: str
    folder: str
    number: str
    points: float | None
    max_points: float
    cells: "array[int]"
    to_look_at: bool
    facts: tuple[str, ...]


@dataclass
class KataSummary:
    """The results of the class in one kata.

    Args:
        statements: the first failing statement, counted by people.
        unstable: by test that changed its outcome, the people concerned.
    """

    kata: Kata
    states: Counter[VerdictState] = field(default_factory=Counter)
    mistakes: Counter[str] = field(default_factory=Counter)
    statements: Counter[str] = field(default_factory=Counter)
    unstable: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def solved(self) -> int:
        """How many people solved it."""
        return self.states[VerdictState.SOLVED]

    @property
    def counted(self) -> int:
        """How many people have a verdict that says something about their answer."""
        return sum(count for state, count in self.states.items() if state not in _NOT_COUNTED)

    @property
    def share(self) -> float:
        """The share of people who solved it; 0 if nobody counts."""
        return self.solved / self.counted if self.counted else 0.0

    @property
    def special(self) -> str:
        """Whether everybody or nobody solves it, or nobody attempted it, in words; else ""."""
        if not self.counted:
            return ""
        if self.states[VerdictState.NOT_ATTEMPTED] == self.counted:
            return "nobody attempted it"
        if not self.solved:
            return "nobody solves it"
        return "everybody solves it" if self.solved == self.counted else ""

    def add(self, name: str, verdict: Verdict) -> None:
        """Count the verdict for one person."""
        self.states[verdict.state] += 1
        self.mistakes.update({shorten_line(each) for each in verdict.mistakes})
        failed = next((each for each in verdict.tests if each.outcome == "failed" and each.statement), None)
        if verdict.state is VerdictState.FAILED and failed:
            self.statements[shorten_line(failed.statement)] += 1
        for test in dict.fromkeys(verdict.unstable):
            self.unstable[shorten_line(test)].append(name)


@dataclass(frozen=True)
class Remark:
    """Something to look at: the person, a sentence, and the katas concerned."""

    row: PersonRow
    sentence: str
    katas: tuple[str, ...] = ()


class ClassView:
    """Collects the grades of a class one by one, and keeps what the page shows."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.katas = {kata.id: KataSummary(kata) for kata in course.katas()}
        self.details = Details()
        self._rows: list[PersonRow] = []
        self.conditions: Counter[Conditions] = Counter()
        self.remarks: dict[VerdictState, list[Remark]] = {state: [] for state in _SUSPECTED}
        self.foreign: Counter[str] = Counter()  # verdicts on katas that are not in the course
        self.ungradable = 0
        self.graded_at: tuple[str, str] | None = None

    def add(self, grade: Grade) -> None:
        """Add the grade of one person."""
        name = shorten_line(grade.person.name) or "without a name"
        verdicts = {verdict.name: verdict for verdict in grade.katas}
        self.foreign.update(shorten_line(kata) for kata in verdicts.keys() - self.katas.keys())
        cells = array("L")
        for kata, summary in self.katas.items():
            verdict = verdicts.get(kata)
            if verdict:
                summary.add(name, verdict)
            cells.append(self.details.index(verdict))
        self.conditions[grade.conditions] += 1
        self.ungradable += grade.ungradable is not None
        if grade.graded:
            first, last = self.graded_at or (grade.graded, grade.graded)
            self.graded_at = min(first, grade.graded), max(last, grade.graded)
        suspected = [each for each in grade.katas if each.state in _SUSPECTED or each.unstable]
        row = PersonRow(
            name,
            safe_name(grade.person),
            one_line(grade.person.canvas or grade.person.moodle, 40),
            None if grade.ungradable is not None else grade.points,
            grade.max_points,
            cells,
            bool(suspected) or grade.ungradable is not None,
            _facts(grade),
        )
        self._rows.append(row)
        self._add_remarks(row, grade, suspected)

    @property
    def rows(self) -> list[PersonRow]:
        """All people, sorted by name."""
        return sorted(self._rows, key=lambda row: (row.name.casefold(), row.number, row.folder))

    @property
    def points(self) -> list[float]:
        """The points of everybody with a grade, sorted."""
        return sorted(row.points for row in self._rows if row.points is not None)

    @property
    def median(self) -> float | None:
        """The median of ``points``, or None."""
        return median(self.points) if self.points else None

    @property
    def incomplete(self) -> int:
        """How many people have no grade because the grader failed."""
        return len(self._rows) - self.ungradable - len(self.points)

    def parts(self) -> list[int]:
        """Return how many people got 0 to 10 %, 10 to 20 % and so on; the last bin includes 100 %."""
        counts = [0] * HISTOGRAM_BINS
        for row in self._rows:
            if row.points is not None:
                share = row.points / row.max_points if row.max_points else 0.0
                counts[min(max(int(share * HISTOGRAM_BINS), 0), HISTOGRAM_BINS - 1)] += 1
        return counts

    def same_name(self) -> set[str]:
        """Return the names that several people have."""
        return {name for name, count in Counter(row.name for row in self._rows).items() if count > 1}

    def unstable(self) -> Iterator[tuple[KataSummary, str, list[str]]]:
        """Yield each test that changed its outcome, with its kata and the names of people."""
        for kata in self.katas.values():
            for test, names in sorted(kata.unstable.items(), key=lambda item: -len(item[1])):
                yield kata, test, names

    def _add_remarks(self, row: PersonRow, grade: Grade, suspected: Iterable[Verdict]) -> None:
        if grade.ungradable is not None:
            self.remarks[VerdictState.UNGRADABLE].append(Remark(row, one_line(grade.ungradable.text(), _MAX_REASON)))
            return
        katas_by_reason: dict[tuple[VerdictState, str], list[str]] = defaultdict(list)
        for verdict in suspected:
            if verdict.state in _SUSPECTED:
                katas_by_reason[verdict.state, one_line(verdict.reason.text(), _MAX_REASON)].append(verdict.name)
        for (state, sentence), katas in katas_by_reason.items():
            self.remarks[state].append(Remark(row, sentence, tuple(shorten_line(kata) for kata in katas)))


def _facts(grade: Grade) -> tuple[str, ...]:
    facts = [one_line(grade.ungradable.text(), _MAX_REASON)] if grade.ungradable is not None else []
    facts += [shorten_line(note.text()) for note in grade.notes[:_MAX_NOTES]]
    if len(grade.notes) > _MAX_NOTES:
        facts.append(f"{len(grade.notes) - _MAX_NOTES} more notes are in the feedback")
    return (*facts, f"seed {grade.conditions.seed}, {len(grade.files)} kata files, graded in {grade.seconds:.1f} s")
