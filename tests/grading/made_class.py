"""A class that nobody is in, to look at its page: python tests/made_class.py class.html --people 200."""

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from dojo.course import Course, Kata, load
from dojo.grading.model.grades import Conditions, Grade
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import Reported, Verdict, VerdictState
from dojo.grading.reports.class_page import write

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
HOLDS = ("the network", "other hand-ins", "the solutions", "writing outside of its folder", "other processes")


def grades(course: Course, people: int, seed: int = 7, hostile: bool = True) -> Iterator[Grade]:
    """Yield the grades of a class: a few finish, most come half way, some fall into each trap."""
    draw = random.Random(seed)
    for number in range(people):
        name = f"{draw.choice(FIRST)} {draw.choice(LAST)}"
        if hostile and number < len(HOSTILE):
            name = HOSTILE[number]
        skill, reach = draw.betavariate(4, 2), draw.betavariate(3, 1.3)
        conditions = Conditions("0.2.0", "2.11.0", "3.13.1", ("cpu", "sim"), draw.randrange(10**6), "bubblewrap", HOLDS)
        katas = list(course.katas())
        lost = draw.random() < 0.03
        why = "the archive holds a link, <i>notes</i>: hand in plain files and folders"
        verdicts = tuple(
            _without_run(kata, VerdictState.UNGRADABLE, why)
            if lost
            else _verdict(kata, draw, skill, reach > place / len(katas), hostile and number < len(HOSTILE))
            for place, kata in enumerate(katas)
        )
        yield Grade(
            Person(name, canvas=str(1000 + number)),
            conditions,
            verdicts,
            {} if lost else {kata.id: "0" * 64 for kata in katas},
            ("homework.txt: 1 file is no kata's, and ignored",) if draw.random() < 0.1 else (),
            why if lost else None,
            f"{number}",
            f"2026-11-24T0{draw.randrange(3)}:{draw.randrange(10, 60)}:00+00:00",
            draw.uniform(1, 40),
        )


def _verdict(kata: Kata, draw: random.Random, skill: float, reached: bool, hostile: bool) -> Verdict:
    if not reached or draw.random() < 0.03 or kata.name == "checkpoints":
        return _without_run(kata, VerdictState.NOT_ATTEMPTED, "the stub is as it was given out")
    kind = draw.random()
    if kind < 0.0004:
        return _without_run(
            kata, VerdictState.INFRASTRUCTURE_ERROR, "the grader itself failed: it is to be graded again"
        )
    if kind < 0.0012:
        return _without_run(
            kata, VerdictState.TAMPERING, "torch.allclose is another function after the answer was imported"
        )
    difficulty = random.Random(kata.id).uniform(-0.15, 0.35)
    count = random.Random(kata.id).randrange(4, 13)
    names = [f"katas/{kata.chapter}/test_{kata.name}.py::test_{each}[cpu]" for each in range(count)]
    if draw.random() < skill + 0.2 - difficulty:
        tests = tuple(Reported(name, "passed", "cpu", SENTENCES[0]) for name in names)
        both = {"cpu": VerdictState.SOLVED, "sim": VerdictState.SOLVED}
        return Verdict(kata.id, VerdictState.SOLVED, kata.points, kata.points, f"all {count} tests pass", both, tests)
    state = draw.choices(
        [
            VerdictState.FAILED,
            VerdictState.TIMEOUT,
            VerdictState.MEMORY,
            VerdictState.CRASHED,
            VerdictState.OUTPUT_LIMIT,
        ],
        [60, 3, 1, 2, 1],
    )[0]
    passes = draw.randrange(count)
    mistake = draw.choice(MISTAKES) if draw.random() < 0.6 else None
    said = draw.choice(SAID).format(a=draw.randrange(2, 9), b=draw.randrange(2, 9))
    if hostile:
        said = f"raised ValueError: {draw.choice(HOSTILE)}"
    statement = random.Random(f"{kata.id}{passes}").choice(SENTENCES)
    tests = tuple(
        Reported(
            name, "passed" if each < passes else "failed", "cpu", statement, said, None if each < passes else mistake
        )
        for each, name in enumerate(names)
    )
    evidence = f"{passes} of {count} tests pass. The first that does not [cpu]: {statement}\n{said}"
    return Verdict(
        kata.id,
        state,
        0,
        kata.points,
        f"{evidence}\n{mistake}" if mistake else evidence,
        {"cpu": state, "sim": draw.choice([state, VerdictState.SOLVED])},
        tests,
        (names[passes],) if draw.random() < 0.004 else (),
    )


def _without_run(kata: Kata, state: VerdictState, why: str) -> Verdict:
    points = None if state is VerdictState.INFRASTRUCTURE_ERROR else 0
    return Verdict(kata.id, state, points, kata.points, why, {"cpu": state, "sim": state})


def main() -> None:
    """Write the page of a made class."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tame", action="store_true", help="no hostile names")
    options = parser.parse_args()
    course = load(Path(__file__).parents[2] / "katas")
    write(options.path, grades(course, options.people, options.seed, not options.tame), course, "Homework 3")
    sys.stdout.write(f"{options.path}: {options.path.stat().st_size / 1e6:.2f} MB\n")


if __name__ == "__main__":
    main()
