"""Export grades for Gradescope, Classroom 50 and JUnit. Text from hand-ins is sanitized."""

import json
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree as ET

from dojo.course import Course
from dojo.grading.model.grades import Grade
from dojo.grading.model.labels import LABELS, format_count, format_number, format_points
from dojo.grading.model.verdicts import Verdict, VerdictState
from dojo.screen.sanitize import one_line, sanitize


class CannotExport(ValueError):
    """There is no grade yet, because the grader itself failed: the message says what to grade again."""


@dataclass(frozen=True)
class Classroom50Fields:
    """The fields of Classroom 50 besides the grade; none may be empty.

    Args:
        classroom: its short name.
        assignment: its short name.
        submission: the tag, ``submit/...``.
        commit: URL of the commit; ``release`` and ``review`` are URLs, too.
        owner: GitHub name of the repository's owner; by default the person's name.
        assignment_type: ``individual`` or ``group``.
    """

    classroom: str
    assignment: str
    submission: str
    commit: str
    release: str
    review: str
    owner: str = ""
    assignment_type: str = "individual"

    @classmethod
    def read(cls, path: Path) -> "Classroom50Fields":
        """Read the fields from a toml file.

        Raises:
            BadFields: if a field is missing or empty.
        """
        try:
            fields = tomllib.loads(path.read_text(encoding="utf-8"))
            for name, value in fields.items():
                if not isinstance(value, str) or not value.strip():
                    raise ValueError(f"{name} is to be some text, in quotes")
            return cls(**fields)
        except (OSError, ValueError, TypeError) as error:
            raise BadFields(f"{path} does not tell what Classroom 50 wants to know: {error}") from None


class BadFields(ValueError):
    """A file lacks a field for Classroom 50: the message says which."""


def gradescope(grade: Grade, course: Course) -> bytes:
    """Return ``results.json`` for Gradescope: a test for each kata, with the evidence as plain text.

    Raises:
        CannotExport: if the grader itself failed on a kata.
    """
    points = _require_points(grade)
    chapter_numbers = {chapter.name: place for place, chapter in enumerate(course.chapters, 1)}
    titles = {kata.id: kata.title for kata in course.katas()}
    kata_numbers: dict[str, int] = {}
    tests = []
    for verdict in grade.katas:
        chapter = verdict.name.partition("/")[0]
        kata_numbers[chapter] = kata_numbers.get(chapter, 0) + 1
        tests.append(
            {
                "score": verdict.points,
                "max_score": verdict.max_points,
                "status": "passed" if verdict.state is VerdictState.SOLVED else "failed",
                "name": f"{titles.get(verdict.name, verdict.name)} ({verdict.name})",
                "name_format": "text",
                "number": f"{chapter_numbers.get(chapter, 0)}.{kata_numbers[chapter]}",
                "output": f"{LABELS[verdict.state].name}: {_evidence(verdict)}",
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


def classroom50(grade: Grade, fields: Classroom50Fields) -> bytes:
    """Return ``result.json`` for Classroom 50, which allows whole numbers only.

    If credit is given by share of tests, or a kata is worth a fraction, all numbers are a hundred times the points.
    This is the same for everyone graded under these conditions, and the sums agree.

    Raises:
        CannotExport: if the grader itself failed on a kata, or a field or the time of grading is empty.
    """
    _require_points(grade)
    table = {
        "classroom": fields.classroom,
        "assignment": fields.assignment,
        "assignment_type": fields.assignment_type,
        "owner": fields.owner or grade.person.name,
        "submission": fields.submission,
        "commit": fields.commit,
        "release": fields.release,
        "review": fields.review,
        "datetime": grade.graded,
    }
    if empty := [name for name, value in table.items() if not value.strip()]:
        raise CannotExport(f"Classroom 50 refuses a result without {', '.join(empty)}: give a text for each")
    values = [value for each in grade.katas for value in (each.points or 0, each.max_points)]
    is_whole = grade.conditions.credit == "whole" and all(value == int(value) for value in values)
    factor = 1 if is_whole else 100
    scores = [(each, round((each.points or 0) * factor), round(each.max_points * factor)) for each in grade.katas]
    tests = [
        {"test-name": each.name, "passed": each.state is VerdictState.SOLVED, "score": score, "max-score": most}
        for each, score, most in scores
    ]
    sums = {"score": sum(score for _, score, _ in scores), "max-score": sum(most for _, _, most in scores)}
    return _json({"schema": "classroom50/result/v1", **table, **sums, "tests": tests})


class JUnit:
    """Writes a JUnit file as grades come: a test suite for each person, a test case for each kata."""

    def __init__(self, stream: BinaryIO, title: str) -> None:
        self._stream = stream
        root = ET.tostring(ET.Element("testsuites", name=one_line(title)), short_empty_elements=False)
        start, self._end, _ = root.partition(b"</")
        self._end += b"testsuites>\n"
        stream.write(b'<?xml version="1.0" encoding="utf-8"?>\n' + start + b"\n")

    def add(self, grade: Grade) -> None:
        """Write the suite of one person."""
        states = [each.state for each in grade.katas]
        faults, skipped = states.count(VerdictState.INFRASTRUCTURE_ERROR), states.count(VerdictState.NOT_ATTEMPTED)
        suite = ET.Element(
            "testsuite",
            name=one_line(grade.person.name),
            tests=str(len(states)),
            failures=str(len(states) - states.count(VerdictState.SOLVED) - faults - skipped),
            errors=str(faults),
            skipped=str(skipped),
            time=f"{grade.seconds:.3f}",
        )
        if grade.graded:
            suite.set("timestamp", one_line(grade.graded))
        properties = ET.SubElement(suite, "properties")
        values = {"canvas": grade.person.canvas, "moodle": grade.person.moodle, **_conditions(grade)}
        for name, value in values.items():
            ET.SubElement(properties, "property", name=name, value=one_line(str(value)))
        for verdict in grade.katas:
            _add_case(suite, verdict)
        self._stream.write(ET.tostring(suite, encoding="unicode").encode() + b"\n")

    def end(self) -> None:
        """Write the end of the file."""
        self._stream.write(self._end)


def _add_case(suite: ET.Element, verdict: Verdict) -> None:
    chapter, _, name = verdict.name.partition("/")
    case = ET.SubElement(suite, "testcase", classname=chapter, name=name)
    if verdict.state is VerdictState.SOLVED:
        return
    kinds = {VerdictState.NOT_ATTEMPTED: "skipped", VerdictState.INFRASTRUCTURE_ERROR: "error"}
    kind = kinds.get(verdict.state, "failure")
    element = ET.SubElement(case, kind, message=one_line(verdict.reason.text()))
    if kind != "skipped":
        element.set("type", verdict.state.value)
        element.text = _evidence(verdict)


def _require_points(grade: Grade) -> float:
    """Return the points if they are a finite number."""
    failed = [each.name for each in grade.katas if each.points is None or not math.isfinite(each.points)]
    if failed or grade.points is None:
        names = ", ".join(failed[:3]) + (f" and {len(failed) - 3} more" if len(failed) > 3 else "")
        raise CannotExport(
            f"{one_line(grade.person.name)} has no grade yet, the grader failed on {names}: grade it again"
        )
    return grade.points


def _summary(grade: Grade) -> str:
    points = format_points(grade.points, grade.max_points)
    solved = f"{grade.solved} of {format_count(len(grade.katas), 'kata')} solved, {points}"
    reason = [grade.ungradable.text()] if grade.ungradable is not None else []
    return "\n".join([solved, *reason, *(one_line(note.text()) for note in grade.notes)])


def _evidence(verdict: Verdict) -> str:
    more = [f"mistake: {mistake}" for mistake in verdict.other_mistakes]
    unstable = ", ".join(map(one_line, verdict.unstable))
    more += [f"unstable under the same seed: {unstable}"] if unstable else []
    return sanitize("\n".join([verdict.evidence(), *more]), 8000)


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
        "points": "" if grade.points is None else format_number(grade.points),
    }


def _json(table: dict[str, Any]) -> bytes:
    return json.dumps(table, indent=1, allow_nan=False, ensure_ascii=False).encode() + b"\n"
