"""Attacks on the grader: each folder of tests/attacks must get the verdict in its expected.toml.

All attacks are graded as one class, together with an honest and a mistaken hand-in, at each sandbox level of this machine.
``attacks.py`` explains the folders. In ``expected.toml``, ``states`` are the allowed states of a kata, ``evidence`` are
words of the reason, and ``weak`` are more states for the level that refuses less. In files, ``@ROOT@`` stands for this
project, ``@CLASS@`` for the folder of all hand-ins, ``@OUT@`` for the results folder, ``@PORT@`` for a port with a
listener, and ``@MARK@`` for the name of a process.
"""

import csv
import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dojo import course
from dojo.grading.engine import batch, executors
from dojo.grading.engine.batch import Batch
from dojo.grading.engine.options import Options, select_katas
from dojo.grading.engine.setup import prepare
from dojo.grading.engine.worker import Workers
from dojo.grading.intake import handins
from dojo.grading.intake.handins import HandIns
from dojo.grading.model.grades import Grade, Limits
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import VerdictState
from dojo.grading.reports.write import write_class
from dojo.grading.sandbox import levels
from dojo.grading.sandbox.levels import Level
from tests.grading.attacks import ATTACKS, ROOT, expected, hand_in

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="hand-ins are confined on Linux only")

LEVELS = ("bubblewrap", *(pytest.param(name, marks=pytest.mark.one_python) for name in ("landlock", "weak")))
MARK = f"kata-{os.getpid()}"
LIMITS = Limits(seconds=8.0, total_seconds=60.0, memory=512, processes=24)


@dataclass(frozen=True)
class Graded:
    """A class that was graded."""

    grades: dict[Person, Grade]
    people: dict[str, Person]
    """By the name of the attack's folder."""
    out: Path
    left_over: tuple[str, ...]
    """Processes that an attack has left behind."""

    def verdicts(self, name: str) -> dict[str, tuple[VerdictState, float | None, float, str]]:
        grade = self.grades[self.people[name]]
        return {each.name: (each.state, each.points, each.max_points, each.evidence()) for each in grade.katas}


def graded(level: Level, folder: Path) -> Graded:
    """Grade all attacks as one class, as ``kata grade`` does."""
    katas = sorted({kata for path in ATTACKS for kata in expected(path.name)["katas"]})
    chosen = select_katas(course.load(ROOT / "katas"), katas)
    people = {path.name: expected(path.name).get("person", path.name) for path in ATTACKS}
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket(socket.AF_UNIX) as local:
        place, out = folder / "class", folder / "out"
        place.mkdir()
        local.bind(f"{place}.socket")
        local.listen()
        port = str(listening.getsockname()[1])
        words = {"ROOT": str(ROOT), "CLASS": str(place), "OUT": str(out), "PORT": port, "MARK": MARK}
        for path in ATTACKS:
            hand_in(path, place / people[path.name], words)
        found = handins.read(place, chosen)
        options = Options(chosen, ("cpu",), LIMITS, level=level, weak_is_allowed=level is Level.WEAK, jobs=2)
        with batch.open_folder(out, chosen.title, 8) as results:
            setup, workers = prepare(options, results.seed), Workers()
            try:
                with executors.threads(workers, 2) as (submit, jobs):
                    tally = Batch(found, results, setup, submit, jobs).grade()
                    left_over = tuple(processes_called(MARK))
            finally:
                workers.close()
            assert not tally.failures
            write_class(results.path, batch.read_grades(found, results), chosen)
            grades = {grade.person: grade for grade in batch.read_grades(found, results)}
    return Graded(grades, by_attack(found, people), out, left_over)


def by_attack(found: HandIns, people: dict[str, str]) -> dict[str, Person]:
    names = {person.name: person for person in found.people}
    return {attack: names[name] for attack, name in people.items()}


def processes_called(name: str) -> Iterator[str]:
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "comm").read_text().strip() == name[:15]:
                yield entry.name
        except OSError:
            continue


@pytest.fixture(scope="module", params=LEVELS)
def level(request: pytest.FixtureRequest) -> Level:
    wanted = Level(request.param)
    if wanted not in levels.possible():
        pytest.skip(f"this machine has no {request.param} sandbox")
    return wanted


@pytest.fixture(scope="module")
def results(level: Level, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    return graded(level, tmp_path_factory.mktemp(level.value))


@pytest.mark.parametrize("attack", [path.name for path in ATTACKS])
def test_an_attack_meets_its_verdict(results: Graded, level: Level, attack: str):
    verdicts = results.verdicts(attack)
    for kata, wanted in expected(attack)["katas"].items():
        state, points, most, evidence = verdicts[kata]
        allowed = {*wanted["states"], *wanted.get(level.value, ())}
        assert state.value in allowed, f"{kata} is {state.value}: {evidence}"
        assert points == (most if state is VerdictState.SOLVED else 0)
        if state.value in wanted["states"]:
            for words in wanted.get("evidence", ()):
                assert words in evidence


def test_whoever_attacks_leaves_no_process_behind(results: Graded):
    assert results.left_over == ()


def test_each_of_the_26_kinds_of_attack_is_here():
    rows = {int(path.name[:2]) for path in ATTACKS}
    assert set(range(27)) <= rows


def test_what_a_hand_in_lacks_is_the_solution_unless_it_is_to_lack_it(tmp_path: Path):
    (tmp_path / "hand-in").mkdir()
    (tmp_path / "hand-in/softmax.py").write_text("import os\n\n@SOLUTION@\n", encoding="utf-8")
    katas = "storage/strides", "storage/views", "losses/softmax"
    (tmp_path / "expected.toml").write_text(
        'lacks = ["storage/views"]\n' + "".join(f'[katas."{kata}"]\n' for kata in katas), encoding="utf-8"
    )
    hand_in(tmp_path, tmp_path / "made", {})
    strides, softmax = (ROOT / "solutions/storage/strides.py", ROOT / "solutions/losses/softmax.py")
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "made").iterdir()} == {
        "strides.py": strides.read_text(encoding="utf-8"),
        "softmax.py": f"import os\n\n{softmax.read_text(encoding='utf-8')}",
    }


def test_no_name_is_a_formula_or_markup_where_it_is_shown(results: Graded):
    with (results.out / "grades.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) == len(ATTACKS) + 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    for path in (results.out / "class.html", *results.out.glob("*/feedback.html")):
        text = path.read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
