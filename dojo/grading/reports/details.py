"""What is shown of a verdict when a class is shown, in a room that has bounds."""

from collections.abc import Iterator
from dataclasses import dataclass

from dojo.grading.model.verdicts import State, Verdict
from dojo.screen.sanitize import legible

TEXT = 400
"""Characters of an evidence, where there is room."""
LINE = 160
"""Characters of a name, a statement, a mistake."""
_SHORT = 100  # characters of an evidence that comes when half of the room is taken
_ROOM = 2 << 20  # bytes for the texts of all details
_MORE = 5  # mistakes and unstable tests of one verdict


def line(text: str, longest: int = LINE) -> str:
    """Return ``text`` in one line that can be shown anywhere."""
    return legible(" ".join(text[: 4 * longest].split()), longest)


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

    state: State | None = None
    points: float | None = None
    max_points: float = 0
    passed: int = 0
    tests: int = 0
    evidence: str = ""
    devices: tuple[tuple[str, State], ...] = ()
    mistakes: tuple[str, ...] = ()
    unstable: tuple[str, ...] = ()


class Details:
    """The details of all verdicts, each held once however many share it."""

    def __init__(self) -> None:
        self._indices: dict[Detail, int] = {}
        self._room = _ROOM

    def __iter__(self) -> Iterator[Detail]:
        return iter(self._indices)

    def index(self, verdict: Verdict | None) -> int:
        """Return the index of what is shown of a verdict. Where the room is taken, that is cut short."""
        longest = TEXT if self._room > _ROOM / 2 else _SHORT if self._room > 0 else 0
        detail = _detail(verdict, longest)
        if detail not in self._indices:
            said = "".join((detail.evidence, *detail.mistakes, *detail.unstable))
            self._room -= len(said.encode()) + 5 * said.count("<")  # each is written as six characters
            self._indices[detail] = len(self._indices)
        return self._indices[detail]


def _detail(verdict: Verdict | None, longest: int) -> Detail:
    if verdict is None:
        return Detail(evidence="the grade holds no verdict on this kata")
    differ = len(set(verdict.devices.values())) > 1
    more = _MORE if longest else 0
    return Detail(
        verdict.state,
        verdict.points,
        verdict.max_points,
        sum(each.outcome == "passed" for each in verdict.tests),
        len(verdict.tests),
        legible(verdict.evidence, longest) if longest else "the reason is in the feedback",
        tuple((line(name), state) for name, state in verdict.devices.items()) if differ else (),
        tuple(line(each) for each in verdict.mistakes if each not in verdict.evidence)[:more],
        tuple(line(each) for each in verdict.unstable)[:_MORE],
    )
