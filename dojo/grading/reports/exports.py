"""Grades as other graders write them: Gradescope, Classroom 50, JUnit.

What comes from a hand-in is text there, without control characters.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from xml.etree import ElementTree as ET

from dojo.course import Course
from dojo.grading.model.grades import Grade
from dojo.grading.model.labels import LABELS, counted, number, one_line, points_of
from dojo.grading.model.verdicts import State, Verdict
from dojo.screen.sanitize import legible


class Incomplete(ValueError):
    """A grade is none yet, since the grader itself failed: the message says what to grade again."""


@dataclass(frozen=True)
class Submission:
    """What Classroom 50 wants to know beside the grade: none of it may be empty.

    Args:
        classroom: its short name.
        assignment: its short name.
        owner: the GitHub name of whose repository it is.
        submission: the tag, ``submit/...``.
        commit: the address of the commit.
        release: the address of the release.
        review: the address to look at the commit.
        assignment_type: ``individual`` or ``group``.
    """

    classroom: str
    assignment: str
    owner: str
    submission: str
    commit: str
    release: str
    review: str
    assignment_type: str = "individual"


def gradescope(grade: Grade, course: Course) -> bytes:
    """Return ``results.json`` for Gradescope: a test for each kata, with the evidence as plain text.

    Raises:
        Incomplete: where the grader itself failed on a kata.
    """
    points = _complete(grade)
    chapters = {chapter.name: place for place, chapter in enumerate(course.chapters, 1)}
    titles = {kata.id: kata.title for kata in course.katas()}
    places: dict[str, int] = {}
    tests = []
    for verdict in grade.katas:
        chapter = verdict.name.partition("/")[0]
        places[chapter] = places.get(chapter, 0) + 1
        tests.append(
            {
                "score": verdict.points,
                "max_score": verdict.max_points,
                "status": "passed" if verdict.state is State.SOLVED else "failed",
                "name": f"{titles.get(verdict.name, verdict.name)} ({verdict.name})",
                "name_format": "text",
                "number": f"{chapters.get(chapter, 0)}.{places[chapter]}",
                "output": f"{LABELS[verdict.state]}: {_evidence(verdict)}",
                "output_format": "text",
                "tags": [chapter, verdict.state.value],
                "visibility": "visible",
                "extra_data": {"state": verdict.state.value, "unstable": [one_line(each) for each in verdict.unstable]},
            }
        )
    return _json(
        {
            "score": points,
            "execution_time": math.ceil(grade.seconds),
            "output": _summary(grade),
            "output_format": "text",
            "visibility": "visible",
            "stdout_visibility": "hidden",
            "extra_data": _conditions(grade),
            "tests": tests,
        }
    )


def classroom50(grade: Grade, submission: Submission) -> bytes:
    """Return ``result.json`` for Classroom 50, which takes whole numbers only.

    Where all points are whole, they stay. Where credit is given by share of the tests, or a kata is worth no whole
    number, each number is a hundred times the points: the same for everyone who is graded so, and the sums agree.

    Raises:
        Incomplete: where the grader itself failed on a kata.
        ValueError: where a part of the submission, or the time of grading, is empty.
    """
    _complete(grade)
    told = {
        "classroom": submission.classroom,
        "assignment": submission.assignment,
        "assignment_type": submission.assignment_type,
        "owner": submission.owner,
        "submission": submission.submission,
        "commit": submission.commit,
        "release": submission.release,
        "review": submission.review,
        "datetime": grade.graded,
    }
    if empty := [name for name, value in told.items() if not value.strip()]:
        raise ValueError(f"Classroom 50 refuses a result without {', '.join(empty)}: give a text for each")
    values = [value for each in grade.katas for value in (each.points or 0, each.max_points)]
    is_whole = grade.conditions.credit == "whole" and all(value == int(value) for value in values)
    factor = 1 if is_whole else 100
    scores = [(each, round((each.points or 0) * factor), round(each.max_points * factor)) for each in grade.katas]
    tests = [
        {"test-name": each.name, "passed": each.state is State.SOLVED, "score": score, "max-score": most}
        for each, score, most in scores
    ]
    sums = {"score": sum(score for _, score, _ in scores), "max-score": sum(most for _, _, most in scores)}
    return _json({"schema": "classroom50/result/v1", **told, **sums, "tests": tests})


class JUnit:
    """Writes a JUnit file as grades come: a test suite for each person, a test case for each kata.

    Args:
        stream: the file.
        title: of the course.
    """

    def __init__(self, stream: BinaryIO, title: str) -> None:
        self._stream = stream
        root = ET.tostring(ET.Element("testsuites", name=one_line(title)), short_empty_elements=False)
        start, self._end, _ = root.partition(b"</")
        self._end += b"testsuites>\n"
        stream.write(b'<?xml version="1.0" encoding="utf-8"?>\n' + start + b"\n")

    def add(self, grade: Grade) -> None:
        """Write the suite of one person."""
        states = [each.state for each in grade.katas]
        faults, idle = states.count(State.INFRASTRUCTURE_ERROR), states.count(State.NOT_ATTEMPTED)
        suite = ET.Element(
            "testsuite",
            name=one_line(grade.person.name),
            tests=str(len(states)),
            failures=str(len(states) - states.count(State.SOLVED) - faults - idle),
            errors=str(faults),
            skipped=str(idle),
            time=f"{grade.seconds:.3f}",
        )
        if grade.graded:
            suite.set("timestamp", one_line(grade.graded))
        properties = ET.SubElement(suite, "properties")
        known = {"canvas": grade.person.canvas, "moodle": grade.person.moodle, **_conditions(grade)}
        for name, value in known.items():
            ET.SubElement(properties, "property", name=name, value=one_line(str(value)))
        for verdict in grade.katas:
            _case(suite, verdict)
        self._stream.write(ET.tostring(suite, encoding="unicode").encode() + b"\n")

    def end(self) -> None:
        """Write what comes behind the last suite."""
        self._stream.write(self._end)


def _case(suite: ET.Element, verdict: Verdict) -> None:
    chapter, _, name = verdict.name.partition("/")
    case = ET.SubElement(suite, "testcase", classname=chapter, name=name)
    if verdict.state is State.SOLVED:
        return
    kind = {State.NOT_ATTEMPTED: "skipped", State.INFRASTRUCTURE_ERROR: "error"}.get(verdict.state, "failure")
    told = ET.SubElement(case, kind, message=one_line(verdict.evidence.partition("\n")[0]))
    if kind != "skipped":
        told.set("type", verdict.state.value)
        told.text = _evidence(verdict)


def _complete(grade: Grade) -> float:
    """Return the points, which are a finite number."""
    failed = [each.name for each in grade.katas if each.points is None or not math.isfinite(each.points)]
    if failed or grade.points is None:
        names = ", ".join(failed[:3]) + (f" and {len(failed) - 3} more" if len(failed) > 3 else "")
        raise Incomplete(
            f"{one_line(grade.person.name)} has no grade yet, the grader failed on {names}: grade it again"
        )
    return grade.points


def _summary(grade: Grade) -> str:
    solved = (
        f"{grade.solved} of {counted(len(grade.katas), 'kata')} solved, {points_of(grade.points, grade.max_points)}"
    )
    reason = [legible(grade.ungradable)] if grade.ungradable is not None else []
    return "\n".join([solved, *reason, *(one_line(note) for note in grade.notes)])


def _evidence(verdict: Verdict) -> str:
    more = [f"mistake: {mistake}" for mistake in _not_told(verdict.mistakes, verdict.evidence)]
    unstable = (
        [f"unstable under the same seed: {', '.join(map(one_line, verdict.unstable))}"] if verdict.unstable else []
    )
    return legible("\n".join([verdict.evidence, *more, *unstable]), 8000)


def _not_told(mistakes: Sequence[str], evidence: str) -> list[str]:
    return [mistake for mistake in mistakes if mistake not in evidence]


def _conditions(grade: Grade) -> dict[str, Any]:
    conditions = grade.conditions
    return {
        "suite": conditions.suite,
        "torch": conditions.torch,
        "python": conditions.python,
        "devices": ", ".join(conditions.devices),
        "seed": conditions.seed,
        "sandbox": conditions.sandbox,
        "credit": conditions.credit,
        "digest": grade.digest,
        "points": "" if grade.points is None else number(grade.points),
    }


def _json(table: dict[str, Any]) -> bytes:
    return json.dumps(table, indent=1, allow_nan=False, ensure_ascii=False).encode() + b"\n"
