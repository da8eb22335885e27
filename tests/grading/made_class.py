"""Write the page of an invented class, to look at it: python -m tests.grading.made_class class.html --people 200."""

import argparse
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from dojo.course import Course, Kata, load
from dojo.grading.model.grades import Grade
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import ReportedOutcome, Verdict, VerdictState
from dojo.grading.reports import class_page
from dojo.grading.reports.class_view import ClassView
from tests.grading import builders
from tests.grading.builders import verdict

COURSE = load(Path(__file__).parents[2] / "katas")
FIRST = [
    "Ada",
    "Bao",
    "Carmen",
    "Dmitri",
    "Elif",
    "Fatou",
    "Goran",
    "Hana",
    "Ines",
    "Jamal",
    "Kofi",
    "Lena",
    "Mina",
    "Nuno",
    "Olga",
    "Priya",
    "Quinn",
    "Rosa",
    "Sven",
    "Tariq",
]
LAST = [
    "Adeyemi",
    "Björk",
    "Castro",
    "Dvořák",
    "Eze",
    "Fischer",
    "García",
    "Haddad",
    "Ivanova",
    "Jensen",
    "Kaya",
    "Lindqvist",
    "Mbeki",
    "Nowak",
    "O'Neill",
    "Park",
]
HOSTILE = (
    "=cmd|'/c calc'!A1",
    "<script>window.broken = 1</script>",
    "</script><img src=x onerror='window.broken = 1'>",
    "Bobby\n\r\n<b>\"Tables\" & 'Sons'</b>",
    "\x1b[31mred\x1b[0m \u202eeman\u202c",
    "A" + "very-long-name" * 14,
    "<!-- --><!--<script>",
    "عائشة الحسني",
)
SENTENCES = (
    "The values are those of the formula.",
    "The result is a view: it shares the storage of its input.",
    "A batch of one keeps its first axis.",
    "The gradient arrives at each leaf.",
    "The result lies on the device of its input.",
)
MISTAKES = (
    "the offset is left out",
    "right for contiguous tensors only",
    "this is the mean over all, not along the axis",
    "the input is changed",
    "a tensor is made without device=",
)
SAID = (
    "gave tensor of shape ({a}, {b}), expected ({b}, {a})",
    "gave {a}.5, expected {b}.25: 3 of {a} elements differ, the first at [0, {b}]",
    "raised RuntimeError: expected all tensors to be on the same device, found cpu and sim",
)
STATES = [
    VerdictState.FAILED,
    VerdictState.TIMEOUT,
    VerdictState.MEMORY,
    VerdictState.CRASHED,
    VerdictState.OUTPUT_LIMIT,
]
REFUSES = ("files", "network", "sockets", "signals", "parent")


def grades(course: Course, people: int, seed: int = 7, hostile: bool = True) -> Iterator[Grade]:
    """Yield the grades of a class: a few finish, most get half way, some make each kind of error."""
    draw = random.Random(seed)
    for number in range(people):
        name = f"{draw.choice(FIRST)} {draw.choice(LAST)}"
        if hostile and number < len(HOSTILE):
            name = HOSTILE[number]
        skill, reach = draw.betavariate(4, 2), draw.betavariate(3, 1.3)
        seen = {"seed": draw.randrange(10**6), "sandbox": "bubblewrap", "refuses": REFUSES}
        katas = list(course.katas())
        lost = draw.random() < 0.03
        why = "the archive holds a link, <i>notes</i>: hand in plain files and folders"
        verdicts = tuple(
            _on_both(kata, VerdictState.UNGRADABLE, why)
            if lost
            else _verdict(kata, draw, skill, reach > place / len(katas), hostile and number < len(HOSTILE))
            for place, kata in enumerate(katas)
        )
        yield builders.grade(
            *verdicts,
            person=Person(name, canvas=str(1000 + number)),
            conditions=replace(builders.CONDITIONS, **seen),
            files={} if lost else {kata.id: "0" * 64 for kata in katas},
            notes=("homework.txt: 1 file is no kata's, and ignored",) if draw.random() < 0.1 else (),
            ungradable=why if lost else None,
            digest=f"{number}",
            graded=f"2026-11-24T0{draw.randrange(3)}:{draw.randrange(10, 60)}:00+00:00",
            seconds=draw.uniform(1, 40),
        )


def _verdict(kata: Kata, draw: random.Random, skill: float, reached: bool, hostile: bool) -> Verdict:
    if not reached or draw.random() < 0.03 or kata.name == "checkpoints":
        return _on_both(kata, VerdictState.NOT_ATTEMPTED, "the stub is as it was given out")
    kind = draw.random()
    if kind < 0.0004:
        why = "the grader itself failed: it is to be graded again"
        return _on_both(kata, VerdictState.INFRASTRUCTURE_ERROR, why)
    if kind < 0.0012:
        why = "torch.allclose is another function after the answer was imported"
        return _on_both(kata, VerdictState.TAMPERING, why)
    difficulty = random.Random(kata.id).uniform(-0.15, 0.35)
    count = random.Random(kata.id).randrange(4, 13)
    names = [f"katas/{kata.chapter}/test_{kata.name}.py::test_{each}[cpu]" for each in range(count)]
    if draw.random() < skill + 0.2 - difficulty:
        tests = tuple(ReportedOutcome(name, "passed", "cpu", SENTENCES[0]) for name in names)
        return _on_both(kata, VerdictState.SOLVED, f"all {count} tests pass", tests=tests)
    state = draw.choices(STATES, [60, 3, 1, 2, 1])[0]
    passes = draw.randrange(count)
    mistake = draw.choice(MISTAKES) if draw.random() < 0.6 else None
    said = draw.choice(SAID).format(a=draw.randrange(2, 9), b=draw.randrange(2, 9))
    if hostile:
        said = f"raised ValueError: {draw.choice(HOSTILE)}"
    statement = random.Random(f"{kata.id}{passes}").choice(SENTENCES)
    tests = tuple(
        ReportedOutcome(
            name, "passed" if each < passes else "failed", "cpu", statement, said, None if each < passes else mistake
        )
        for each, name in enumerate(names)
    )
    return verdict(
        kata,
        state,
        f"{passes} of {count} tests pass. The first that does not [cpu]: {statement}",
        said,
        mistake,
        devices={"cpu": state, "sim": draw.choice([state, VerdictState.SOLVED])},
        tests=tests,
        unstable=(names[passes],) if draw.random() < 0.004 else (),
    )


def _on_both(kata: Kata, state: VerdictState, why: str, **fields) -> Verdict:
    return verdict(kata, state, why, devices={"cpu": state, "sim": state}, **fields)


def write(path: Path, of: Iterable[Grade], course: Course, title: str) -> Path:
    """Write the page of these grades."""
    view = ClassView(course)
    for each in of:
        view.add(each)
    class_page.write(path, view, title)
    return path


def main() -> None:
    """Write the page of an invented class."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tame", action="store_true", help="no hostile names")
    options = parser.parse_args()
    write(options.path, grades(COURSE, options.people, options.seed, not options.tame), COURSE, "Homework 3")
    sys.stdout.write(f"{options.path}: {options.path.stat().st_size / 1e6:.2f} MB\n")


if __name__ == "__main__":
    main()
