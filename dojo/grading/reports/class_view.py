"""What the grades of a class come to, from grades that are read once, of which little is kept."""

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

PARTS = 10
"""Into how many parts the points are divided to show how many people are in each."""
_NOTES = 5  # of one hand-in
_TEXT = 400  # characters of a reason, where there is room
_SHORT = 100  # characters of a reason that comes when half of the room is taken
_LINE = 160  # characters of a name, a statement, a mistake
_ROOM = 2 << 20  # bytes for the texts of all details
_MORE = 5  # mistakes and unstable tests of one verdict
_SUSPECTED = (VerdictState.TAMPERING, VerdictState.UNGRADABLE, VerdictState.INFRASTRUCTURE_ERROR)
_NOT_COUNTED = (VerdictState.UNGRADABLE, VerdictState.INFRASTRUCTURE_ERROR)


def one_line_of(text: str) -> str:
    """Return a name, a statement or a mistake as there is room for it."""
    return one_line(text, _LINE)


@dataclass(frozen=True)
class Detail:
    """What is shown of one verdict; many verdicts share one.

    Args:
        state: None where there is no verdict.
        points: None where there are none.
        max_points: what the kata is worth.
        passed: how many tests passed.
        tests: how many there are.
        evidence: the reason, in sentences.
        devices: what became of it on each device, where they differ.
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
        """Return what is shown of a verdict, with so many characters of its reason."""
        if verdict is None:
            return cls(evidence="the grade holds no verdict on this kata")
        differ = len(set(verdict.devices.values())) > 1
        more = _MORE if longest else 0
        return cls(
            verdict.state,
            verdict.points,
            verdict.max_points,
            sum(each.outcome == "passed" for each in verdict.tests),
            len(verdict.tests),
            sanitize(verdict.evidence(), longest) if longest else "the reason is in the feedback",
            tuple((one_line_of(name), state) for name, state in verdict.devices.items()) if differ else (),
            tuple(map(one_line_of, verdict.other_mistakes[:more])),
            tuple(map(one_line_of, verdict.unstable[:_MORE])),
        )


class Details:
    """The details of all verdicts, each held once however many share it, in a room that has bounds."""

    def __init__(self) -> None:
        self._indices: dict[Detail, int] = {}
        self._room = _ROOM

    def __iter__(self) -> Iterator[Detail]:
        return iter(self._indices)

    def index(self, verdict: Verdict | None) -> int:
        """Return the index of what is shown of a verdict. Where the room is taken, that is cut short."""
        detail = Detail.of(verdict, _TEXT if self._room > _ROOM / 2 else _SHORT if self._room > 0 else 0)
        if detail not in self._indices:
            said = "".join((detail.evidence, *detail.mistakes, *detail.unstable))
            self._room -= len(said.encode()) + 5 * said.count("<")  # each is written as six characters
            self._indices[detail] = len(self._indices)
        return self._indices[detail]


@dataclass(frozen=True)
class PersonRow:
    """One person.

    Args:
        name: in one line.
        folder: the name of the folder of the person's results.
        number: in Canvas or Moodle, to tell two of one name apart.
        points: None where there is no grade.
        max_points: what all katas are worth.
        cells: for each kata of the course, the index of its detail.
        to_look_at: whether something is suspected, unstable, ungradable or not done.
        facts: sentences on the hand-in.
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
    """What became of one kata over the class."""

    kata: Kata
    states: Counter[VerdictState] = field(default_factory=Counter)
    mistakes: Counter[str] = field(default_factory=Counter)
    statements: Counter[str] = field(default_factory=Counter)
    """The first statement that fails, by people."""
    unstable: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The people for whom a test changed its outcome."""

    @property
    def solved(self) -> int:
        """How many people solved it."""
        return self.states[VerdictState.SOLVED]

    @property
    def counted(self) -> int:
        """Of how many people there is a verdict that says something about the answer."""
        return sum(count for state, count in self.states.items() if state not in _NOT_COUNTED)

    @property
    def share(self) -> float:
        """The share of those that solved it, 0 where nobody counts."""
        return self.solved / self.counted if self.counted else 0.0

    @property
    def special(self) -> str:
        """That everybody or nobody solves it, or nobody attempted it; or nothing."""
        if not self.counted:
            return ""
        if self.states[VerdictState.NOT_ATTEMPTED] == self.counted:
            return "nobody attempted it"
        if not self.solved:
            return "nobody solves it"
        return "everybody solves it" if self.solved == self.counted else ""

    def add(self, name: str, verdict: Verdict) -> None:
        """Count the verdict on one person's answer."""
        self.states[verdict.state] += 1
        self.mistakes.update({one_line_of(each) for each in verdict.mistakes})
        failed = next((each for each in verdict.tests if each.outcome == "failed" and each.statement), None)
        if verdict.state is VerdictState.FAILED and failed:
            self.statements[one_line_of(failed.statement)] += 1
        for test in dict.fromkeys(verdict.unstable):
            self.unstable[one_line_of(test)].append(name)


@dataclass(frozen=True)
class Remark:
    """Something to look at: whose it is, in which katas, and the sentence about it."""

    row: PersonRow
    sentence: str
    katas: tuple[str, ...] = ()


class ClassView:
    """Takes the grades of a class one by one, and keeps what its page shows."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.katas = {kata.id: KataSummary(kata) for kata in course.katas()}
        self.details = Details()
        self._rows: list[PersonRow] = []
        self.conditions: Counter[Conditions] = Counter()
        self.remarks: dict[VerdictState, list[Remark]] = {state: [] for state in _SUSPECTED}
        self.foreign: Counter[str] = Counter()
        """Verdicts on katas that are not in the course."""
        self.ungradable = 0
        self.graded_at: tuple[str, str] | None = None

    def add(self, grade: Grade) -> None:
        """Take the grade of one person."""
        name = one_line_of(grade.person.name) or "without a name"
        verdicts = {verdict.name: verdict for verdict in grade.katas}
        self.foreign.update(one_line_of(kata) for kata in verdicts.keys() - self.katas.keys())
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
        found = [each for each in grade.katas if each.state in _SUSPECTED or each.unstable]
        row = PersonRow(
            name,
            safe_name(grade.person),
            one_line(grade.person.canvas or grade.person.moodle, 40),
            None if grade.ungradable is not None else grade.points,
            grade.max_points,
            cells,
            bool(found) or grade.ungradable is not None,
            _facts(grade),
        )
        self._rows.append(row)
        self._remark(row, grade, found)

    @property
    def rows(self) -> list[PersonRow]:
        """The people by their names."""
        return sorted(self._rows, key=lambda row: (row.name.casefold(), row.number, row.folder))

    @property
    def points(self) -> list[float]:
        """The points of those who have a grade, in order."""
        return sorted(row.points for row in self._rows if row.points is not None)

    @property
    def median(self) -> float | None:
        """The median of ``points``; None where there are none."""
        return median(self.points) if self.points else None

    @property
    def incomplete(self) -> int:
        """How many people have no grade since the grader itself failed."""
        return len(self._rows) - self.ungradable - len(self.points)

    def parts(self) -> list[int]:
        """Return how many people got 0 to 10 %, 10 to 20 % and so on; the last holds those with all points too."""
        counts = [0] * PARTS
        for row in self._rows:
            if row.points is not None:
                share = row.points / row.max_points if row.max_points else 0.0
                counts[min(max(int(share * PARTS), 0), PARTS - 1)] += 1
        return counts

    def same_name(self) -> set[str]:
        """Return the names that several people have."""
        return {name for name, count in Counter(row.name for row in self._rows).items() if count > 1}

    def unstable(self) -> Iterator[tuple[KataSummary, str, list[str]]]:
        """Yield each test that changed its outcome, with its kata and the people's names."""
        for kata in self.katas.values():
            for test, names in sorted(kata.unstable.items(), key=lambda item: -len(item[1])):
                yield kata, test, names

    def _remark(self, row: PersonRow, grade: Grade, found: Iterable[Verdict]) -> None:
        if grade.ungradable is not None:
            self.remarks[VerdictState.UNGRADABLE].append(Remark(row, one_line(grade.ungradable.text(), _TEXT)))
            return
        alike: dict[tuple[VerdictState, str], list[str]] = defaultdict(list)
        for verdict in found:
            if verdict.state in _SUSPECTED:
                alike[verdict.state, one_line(verdict.reason.text(), _TEXT)].append(verdict.name)
        for (state, sentence), katas in alike.items():
            self.remarks[state].append(Remark(row, sentence, tuple(one_line_of(kata) for kata in katas)))


def _facts(grade: Grade) -> tuple[str, ...]:
    facts = [one_line(grade.ungradable.text(), _TEXT)] if grade.ungradable is not None else []
    facts += [one_line_of(note.text()) for note in grade.notes[:_NOTES]]
    if len(grade.notes) > _NOTES:
        facts.append(f"{len(grade.notes) - _NOTES} more notes are in the feedback")
    return (*facts, f"seed {grade.conditions.seed}, {len(grade.files)} kata files, graded in {grade.seconds:.1f} s")
