"""What a learner is told of a grade, in pieces that a page or a text is made of.

All pieces are without control characters, and nothing else: whoever writes them out sees to markup.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dojo.course import Course, Kata
from dojo.grading.model.grades import Conditions, Grade
from dojo.grading.model.labels import LABELS, MARKS, MEANINGS, counted, number, one_line, points_of
from dojo.grading.model.verdicts import State, Verdict
from dojo.screen.sanitize import legible

_OTHERS = 5
_NOTES = 50
_WIDEST = 120
"""Letters of a line of a picture: longer ones are messages."""
# Of these there is nothing to say by kata.
_GATHERED = (State.NOT_ATTEMPTED, State.UNGRADABLE)
_TO_WORK_ON = (State.FAILED, State.TIMEOUT, State.MEMORY, State.CRASHED, State.OUTPUT_LIMIT)


@dataclass(frozen=True)
class Meaning:
    """What a state is called, its mark and what it means."""

    label: str
    mark: str
    meaning: str


@dataclass(frozen=True)
class KataTold:
    """One kata that there is something to say about.

    Args:
        id: ``storage/strides``.
        title: in words.
        state: its name in reports.
        label: the state in words.
        mark: a sign for it.
        points: ``1 of 2 points``.
        reason: one line.
        details: the call and what it gave, lines with pictures perhaps; empty where there is nothing.
        mistakes: each once.
        others: what does not hold either, a few of it.
        more: how many others there are beside those.
        devices: the label on each device, where they differ.
        unstable: the tests that changed their outcome.
        command: that shows it on the learner's machine.
    """

    id: str
    title: str
    state: str
    label: str
    mark: str
    points: str
    reason: str = ""
    details: str = ""
    mistakes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    more: int = 0
    devices: tuple[tuple[str, str], ...] = ()
    unstable: tuple[str, ...] = ()
    command: str = ""

    @property
    def is_picture(self) -> bool:
        """Whether the details are lines that stand one below the other, and must not be wrapped."""
        lines = self.details.split("\n")
        return len(lines) > 1 and max(map(len, lines)) <= _WIDEST

    @property
    def is_solved(self) -> bool:
        """Whether there is nothing more to do."""
        return self.state == State.SOLVED.value


@dataclass(frozen=True)
class ChapterTold:
    """A chapter: ``summary`` counts, ``gathered`` are the katas by a state of which there is no more to say."""

    title: str
    summary: str
    katas: tuple[KataTold, ...]
    gathered: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Told:
    """All that a learner is told.

    Args:
        course: its title.
        person: the name.
        points: in words.
        solved: how many katas are.
        katas: how many there are.
        is_complete: whether it is a grade; False where the grader itself failed on a kata.
        ungradable: why nothing could be graded, or nothing.
        next: the id of the kata to go on with, or nothing.
        chapters: in the order of the course.
        notes: on what was left out.
        meanings: of each state that occurs.
        conditions: names and values.
    """

    course: str
    person: str
    points: str
    solved: int
    katas: int
    is_complete: bool
    ungradable: str
    next: str
    chapters: tuple[ChapterTold, ...]
    notes: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    conditions: tuple[tuple[str, str], ...]


def told(grade: Grade, course: Course) -> Told:
    """Return what a grade tells the learner; katas that the grade does not have are not spoken of."""
    titles = {chapter.name: chapter.title for chapter in course.chapters}
    katas = {kata.id: kata for kata in course.katas()}
    by_chapter: dict[str, list[Verdict]] = {}
    for verdict in grade.katas:
        by_chapter.setdefault(verdict.name.partition("/")[0], []).append(verdict)
    states = {verdict.state for verdict in grade.katas}
    notes = [one_line(note) for note in grade.notes[:_NOTES]]
    if len(grade.notes) > _NOTES:
        notes.append(f"and {len(grade.notes) - _NOTES} more")
    return Told(
        one_line(course.title),
        one_line(grade.person.name, 200) or "someone without a name",
        points_of(grade.points, grade.max_points),
        grade.solved,
        len(grade.katas),
        grade.points is not None,
        one_line(grade.ungradable or "", 2000),
        _next(grade),
        tuple(_chapter(titles.get(name, name), each, katas, grade.conditions) for name, each in by_chapter.items()),
        tuple(notes),
        tuple(Meaning(LABELS[state], MARKS[state], MEANINGS[state]) for state in State if state in states),
        _conditions(grade),
    )


def _next(grade: Grade) -> str:
    if grade.ungradable is not None:
        return ""
    begun = [verdict.name for verdict in grade.katas if verdict.state in _TO_WORK_ON]
    idle = [verdict.name for verdict in grade.katas if verdict.state is State.NOT_ATTEMPTED]
    return next(iter(begun + idle), "")


def _chapter(title: str, verdicts: list[Verdict], katas: Mapping[str, Kata], conditions: Conditions) -> ChapterTold:
    solved = sum(verdict.state is State.SOLVED for verdict in verdicts)
    gathered = [
        (LABELS[state], tuple(_title(each, katas) for each in verdicts if each.state is state)) for state in _GATHERED
    ]
    return ChapterTold(
        one_line(title),
        f"{solved} of {counted(len(verdicts), 'kata')} solved",
        tuple(_kata(each, katas, conditions) for each in verdicts if each.state not in _GATHERED),
        tuple((label, names) for label, names in gathered if names),
    )


def _title(verdict: Verdict, katas: Mapping[str, Kata]) -> str:
    return one_line(katas[verdict.name].title if verdict.name in katas else verdict.name)


def _kata(verdict: Verdict, katas: Mapping[str, Kata], conditions: Conditions) -> KataTold:
    state, mistakes = verdict.state, tuple(one_line(each, 2000) for each in verdict.mistakes)
    points = points_of(verdict.points, verdict.max_points)
    head = KataTold(verdict.name, _title(verdict, katas), state.value, LABELS[state], MARKS[state], points)
    if state is State.SOLVED:
        return head
    first, _, rest = legible(verdict.evidence).partition("\n")
    lines = [line for line in rest.split("\n") if one_line(line, 2000) not in mistakes]
    failed = [each for each in verdict.tests if each.outcome in ("failed", "todo")]
    statements = dict.fromkeys(one_line(each.statement) for each in failed if each.statement)
    others = [each for each in statements if each not in one_line(first, 2000)]
    differ = len(set(verdict.devices.values())) > 1
    chapter, _, name = verdict.name.partition("/")
    return replace(
        head,
        reason=one_line(first, 2000),
        details="\n".join(lines).strip("\n"),
        mistakes=mistakes,
        others=tuple(others[:_OTHERS]),
        more=max(0, len(others) - _OTHERS),
        devices=tuple((one_line(device), LABELS[found]) for device, found in verdict.devices.items()) if differ else (),
        unstable=tuple(one_line(each) for each in verdict.unstable),
        command=f"pytest katas/{chapter}/test_{name}.py --seed {conditions.seed}" if state in _TO_WORK_ON else "",
    )


def _conditions(grade: Grade) -> tuple[tuple[str, str], ...]:
    conditions, limits = grade.conditions, grade.conditions.limits
    pairs = {
        "torch-katas": conditions.suite,
        "PyTorch": conditions.torch,
        "Python": conditions.python,
        "devices": ", ".join(conditions.devices),
        "seed of the inputs": str(conditions.seed),
        "sandbox": conditions.sandbox,
        "seen to be refused": "; ".join(conditions.holds),
        "limits of a kata": (
            f"{counted(limits.seconds, 'second')} beside ten times what the solution takes, "
            f"{limits.memory} MiB of memory, {limits.processes} processes at once, "
            f"{limits.output} MiB printed, {limits.files} MiB written"
        ),
        "limit of all katas": counted(limits.total_seconds, "second"),
        "credit": "by the share of tests that pass" if conditions.credit == "share" else "for katas that are solved",
        "graded": grade.graded,
        "took": f"{number(grade.seconds)} s" if grade.seconds else "",
        "files handed in": grade.digest,
    }
    return tuple((name, one_line(value, 1000)) for name, value in pairs.items() if value)
