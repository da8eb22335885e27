"""Attacks on the grader: each a folder of tests/attacks, and each meets the verdict that its expected.toml tells.

All of them are one class, with an honest hand-in and a mistaken one among them, at each sandbox level of this machine.
A folder holds ``hand-in``, or a ``make.py`` that writes what git could not hold. In ``expected.toml``, ``states`` are
the states that a kata may get, ``evidence`` are words that stand in the reason, and ``weak`` are more states where the
sandbox refuses less. Files say ``@ROOT@`` for this project, ``@CLASS@`` for the folder of all hand-ins, ``@OUT@`` for
that of the results, ``@PORT@`` for a port that somebody listens on, and ``@MARK@`` for the name of a process.
"""

import csv
import importlib.util
import os
import shutil
import socket
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from dojo import course
from dojo.grading.engine import batch, reference, worker
from dojo.grading.engine.setup import Wanted, prepare
from dojo.grading.intake import handins
from dojo.grading.intake.handins import HandIns
from dojo.grading.model.person import Person
from dojo.grading.model.grades import Grade, Limits
from dojo.grading.model.verdicts import VerdictState
from dojo.grading.sandbox import levels
from dojo.grading.sandbox.levels import Level

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="hand-ins are confined on Linux only"),
    pytest.mark.xdist_group("attacks"),  # each class is graded once, by one worker
]

ROOT = Path(__file__).parents[2]
ATTACKS = sorted((ROOT / "tests" / "attacks").glob("*/expected.toml"))
LEVELS = ("bubblewrap", "landlock", "weak")
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
        return {each.name: (each.state, each.points, each.max_points, each.evidence) for each in grade.katas}


@cache
def expected(name: str) -> dict:
    return tomllib.loads((ROOT / "tests" / "attacks" / name / "expected.toml").read_text(encoding="utf-8"))


def hand_in(folder: Path, place: Path, words: dict[str, str]) -> None:
    """Write the hand-in of an attack to ``place``, or beside it where it is an archive."""
    script = folder / "make.py"
    if script.exists():
        spec = importlib.util.spec_from_file_location("make", script)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.make(place, ROOT)
        return
    shutil.copytree(folder / "hand-in", place)
    for path in place.rglob("*"):
        if path.is_file():
            contents = path.read_bytes()
            for word, meaning in words.items():
                contents = contents.replace(f"@{word}@".encode(), meaning.encode())
            path.write_bytes(contents)


def graded(level: Level, folder: Path) -> Graded:
    """Grade all attacks as one class, as ``kata grade`` does."""
    katas = sorted({kata for path in ATTACKS for kata in expected(path.parent.name)["katas"]})
    chosen = reference.selected(course.load(ROOT / "katas"), katas)
    people = {path.parent.name: expected(path.parent.name).get("person", path.parent.name) for path in ATTACKS}
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket(socket.AF_UNIX) as local:
        place, out = folder / "class", folder / "out"
        place.mkdir()
        local.bind(f"{place}.socket")
        local.listen()
        port = str(listening.getsockname()[1])
        words = {"ROOT": str(ROOT), "CLASS": str(place), "OUT": str(out), "PORT": port, "MARK": MARK}
        for path in ATTACKS:
            hand_in(path.parent, place / people[path.parent.name], words)
        found = handins.read(place, chosen)
        wanted = Wanted(chosen, ("cpu",), LIMITS, level=level, weak_is_allowed=level is Level.WEAK, jobs=2)
        with batch.opened(out, chosen.title, 8) as results:
            setting = prepare(wanted, results.seed)
            worker.begin()
            try:
                with ThreadPoolExecutor(2) as executor:
                    tally = batch.grade(found, results, setting, executor, 2)
                    left_over = tuple(processes_called(MARK))
            finally:
                worker.close()
            assert not tally.failures
            batch.write_class(found, results, setting)
            grades = {grade.person: grade for grade in batch.results(found, results)}
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


@pytest.mark.parametrize("attack", [path.parent.name for path in ATTACKS])
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
    rows = {int(path.parent.name[:2]) for path in ATTACKS}
    assert set(range(27)) <= rows


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
