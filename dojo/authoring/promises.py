"""``kata check`` and ``kata concepts``: run all right and wrong answers of the suite, and check the results."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from dojo import course
from dojo.authoring import manifest
from dojo.authoring.guesses import ON_THE_CPU, Guess, guesses
from dojo.course import Concept, Course, Kata, Places, suite
from dojo.forkserver.client import ForkServer
from dojo.forkserver.protocol import RunRequest
from dojo.results.failure import Failure, Outcome
from dojo.results.run import Ended, Run
from dojo.results.state import State
from dojo.runner.variants import Variant
from dojo.screen.message import message, plain_lines

SEED = 0
JOBS = 2
_TIMEOUT = 120.0  # seconds for an answer: long, since these answers all end, even on a busy machine
EXCUSES_FILE = "tests/guesses.toml"
"""By kata, the guesses that are right answers after all, and why."""

Say = Callable[[str], None]


@dataclass
class Report:
    """The results of a check. ``named_mistakes`` counts the mistakes whose failure message names them."""

    problems: list[str] = field(default_factory=list)
    mistakes: int = 0
    named_mistakes: int = 0
    katas_with_device_mistake: set[str] = field(default_factory=set)
    """Katas with a mistake that passes on the first device and is refused on another."""
    devices: dict[str, None] = field(default_factory=dict)
    """The devices on which the solutions ran, in order."""

    @property
    def named_share(self) -> float:
        """The share of mistakes whose first failure says what the learner did."""
        return self.named_mistakes / self.mistakes if self.mistakes else 1.0


@dataclass(frozen=True)
class Coverage:
    """A concept with the tests that prove it, and whether they pass on the solutions."""

    concept: Concept
    tests: tuple[str, ...]
    passing: bool


def check(root: Path, katas: list[Kata], whole: Course, say: Say, seed: int = SEED) -> Report:
    """Check the files of ``katas`` and run their stubs, solutions, mistakes and alternatives.

    Args:
        root: the project.
        katas: the katas to check.
        whole: the course, for the checks of all files.
        say: called with each line of the summary.
        seed: the seed of every run, to repeat a result.
    """
    report = Report(list(manifest.problems(root, katas, whole)))
    say(f"files, signatures, hints, concepts: {_count_of_problems(len(report.problems))}")
    places = Places(root)
    runnable = [kata for kata in katas if places.specification(kata).is_file()]
    if not runnable:
        return report
    with ForkServer(root, [_test(kata.id) for kata in runnable], JOBS) as server:
        if server.note:
            say(server.note)
        one_refusal = RunRequest((), seed=seed, timeout=_TIMEOUT, first_failure=True)
        all_tests = msgspec.structs.replace(one_refusal, first_failure=False)
        for title, answers, judge in (
            ("untouched stubs are all to do", "katas", _judge_stub),
            ("solutions pass", "solutions", _judge_solution),
        ):
            runs = server.run_each([(_test(kata.id), answers) for kata in runnable], all_tests)
            found = [problem for kata, run in zip(runnable, runs, strict=True) for problem in judge(kata, run)]
            report.devices |= dict.fromkeys(each.device for run in runs for each in run.results if each.device)
            say(f"{title}: {len(runnable)} katas, {_count_of_problems(len(found))}")
            report.problems += found
        for title, folder, place in (
            ("mistakes are refused", "tests/mistakes", places.mistakes),
            ("alternatives are accepted", "tests/alternatives", places.alternatives),
        ):
            variants = [each for kata in runnable for each in _runnable_variants(places, kata, place(kata))]
            runs = server.run_each([(_test(each.kata), f"{folder}::{each.name}") for each in variants], one_refusal)
            before = len(report.problems)
            for variant, run in zip(variants, runs, strict=True):
                if place == places.mistakes:
                    _judge_mistake(variant, run, report)
                else:
                    report.problems += _judge_alternative(variant, run)
            say(f"{title}: {len(variants)}, {_count_of_problems(len(report.problems) - before)}")
        before = len(report.problems)
        count = _check_guesses(server, one_refusal, root, runnable, report)
        say(f"answers without understanding are refused: {count}, {_count_of_problems(len(report.problems) - before)}")
    say(f"mistakes named by the message: {report.named_mistakes} of {report.mistakes} ({report.named_share:.0%})")
    say(_device_summary(runnable, report))
    return report


def concepts(root: Path, whole: Course) -> list[Coverage]:
    """Run the tests of all concepts against the solutions.

    Raises:
        BrokenFile: if ``katas/concepts.toml`` cannot be read.
    """
    rows = course.concepts(root / "katas")
    places = Places(root)
    tests = [_test(kata.id) for kata in whole.katas() if places.specification(kata).is_file()]
    own_tests = [file for file in manifest.tests_of_suite(root) if manifest.concept_marks(file)]
    tests += [file.relative_to(root).as_posix() for file in own_tests]
    solutions = str(suite.solutions(root))
    with ForkServer(root, jobs=JOBS) as server:
        requests = [RunRequest((test,), (solutions,), seed=SEED, timeout=_TIMEOUT) for test in tests]
        runs = [run for _, run in sorted(server.map(requests), key=lambda pair: pair[0])]
    shown: dict[str, dict[str, bool]] = {row.id: {} for row in rows}
    for run in runs:
        for result in run.results:
            for concept in result.concepts:
                shown.setdefault(concept, {})[result.test] = result.passed
    return [Coverage(row, tuple(shown[row.id]), bool(shown[row.id]) and all(shown[row.id].values())) for row in rows]


def _check_guesses(server: ForkServer, request: RunRequest, root: Path, katas: list[Kata], report: Report) -> int:
    """Run all guesses, report those that pass without an excuse, and return the number of guesses."""
    excuses = course.read_toml(root / EXCUSES_FILE) if (root / EXCUSES_FILE).is_file() else {}
    places = Places(root)
    found: list[tuple[Kata, Guess]] = []
    passed: dict[str, set[str]] = {kata.id: set() for kata in katas}
    untried: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        for kata in (kata for kata in katas if places.solution(kata).is_file()):
            for guess in guesses(places.solution(kata)):
                if guess.kind == ON_THE_CPU and len(report.devices) < 2:
                    untried.add(str(guess))
                    continue
                file = Path(folder, str(len(found)), f"{kata.id}.py")
                file.parent.mkdir(parents=True)
                file.write_text(guess.source(places.solution(kata)), encoding="utf-8")
                found.append((kata, guess))
        answers = [(_test(kata.id), str(Path(folder, str(place)))) for place, (kata, _) in enumerate(found)]
        runs = server.run_each(answers, request)
        for (kata, guess), run in zip(found, runs, strict=True):
            if run.ended is Ended.FINISHED and run.progress().state(kata.id) is State.SOLVED:
                passed[kata.id].add(str(guess))
    for kata in katas:
        reasons = excuses.get(kata.id, {})
        for name in sorted(passed[kata.id] - set(reasons)):
            report.problems.append(f"{kata.id}: an answer without understanding passes: {name}")
        for name in sorted(set(reasons) - passed[kata.id] - untried):
            report.problems.append(
                f"{kata.id}: {EXCUSES_FILE} excuses {name!r}, which does not pass or is not made any more"
            )
    return len(found)


def _runnable_variants(places: Places, kata: Kata, file: Path) -> list[Variant]:
    """Return the variants in a file that can be run; ``manifest.problems`` reports the others."""
    if not file.is_file():
        return []
    try:
        return [each for each in manifest.read_variants(kata, file) if not manifest.problem_with(places, kata, each)]
    except (SyntaxError, ValueError):
        return []


def _judge_stub(kata: Kata, run: Run) -> Iterable[str]:
    yield from _run_problems(kata.id, "stub", run)
    for result in run.results:
        if result.failure is None:
            yield f"{kata.id}: {_test_name(result.test)} passes on the untouched stub"
        elif not result.failure.is_todo:
            text = _failure_line(result.failure)
            yield f"{kata.id}: {_test_name(result.test)} on the untouched stub: {text}, not NotImplementedError"


def _judge_solution(kata: Kata, run: Run) -> Iterable[str]:
    yield from _run_problems(kata.id, "solution", run)
    yield from (
        f"{kata.id}: the solution fails {_test_name(result.test)}: {_failure_line(result.failure)}"
        for result in run.results
        if result.failure
    )


def _judge_alternative(variant: Variant, run: Run) -> Iterable[str]:
    yield from _run_problems(variant.kata, f"alternative {variant.name}", run)
    failures = run.progress().failures(variant.kata)
    if failures and failures[0].failure:
        text = _failure_line(failures[0].failure)
        yield f"{variant.kata}: the alternative {variant.name} is refused by {_test_name(failures[0].test)}: {text}"


def _judge_mistake(variant: Variant, run: Run, report: Report) -> None:
    report.mistakes += 1
    broken = list(_run_problems(variant.kata, f"mistake {variant.name}", run))
    report.problems += broken
    failures = run.progress().failures(variant.kata)
    failure = failures[0].failure if failures else None
    if failure is None:
        if not broken:
            report.problems.append(f"{variant.kata}: the mistake {variant.name} passes")
        return
    if failures[0].device not in (
        None,
        *list(report.devices)[:1],
    ):  # failures are in the order of devices, so the first device passed
        report.katas_with_device_mistake.add(variant.kata)
    if failure.outcome in (Outcome.TODO, Outcome.UNUSABLE):
        report.problems.append(f"{variant.kata}: the mistake {variant.name} does not run: {_failure_line(failure)}")
        return
    text = " ".join(f"{_failure_line(failure)} {failure.mistake or ''}".split())
    if variant.words and variant.words not in text:
        report.problems.append(
            f"{variant.kata}: the mistake {variant.name} is refused without {variant.words!r}: {text}"
        )
    elif variant.words:
        report.named_mistakes += 1


def _run_problems(kata: str, what: str, run: Run) -> Iterable[str]:
    if run.ended is not Ended.FINISHED:
        yield f"{kata}: {what}: {run.ended.value}: {_one_line(run.output[-300:])}"
    yield from (f"{kata}: {what}: {_one_line(error[-300:])}" for error in run.errors)
    if run.ended is Ended.FINISHED and not run.errors and run.progress().state(kata) is State.NOT_RUN:
        yield f"{kata}: {what}: not all of its tests ran"


def _device_summary(katas: list[Kata], report: Report) -> str:
    if len(report.devices) < 2:
        return "mistakes that only a second device shows: not tried, there is one device here"
    first, *others = report.devices
    without = [kata.id for kata in katas if kata.id not in report.katas_with_device_mistake]
    return (
        f"katas with a mistake that is right on {first} and refused on {' or '.join(others)}: "
        f"{len(katas) - len(without)} of {len(katas)}" + (f", without {', '.join(without)}" if without else "")
    )


def _count_of_problems(count: int) -> str:
    return "good" if count == 0 else f"{count} problem{'' if count == 1 else 's'}"


def _test(kata: str) -> str:
    return f"katas/{kata.replace('/', '/test_')}.py"


def _test_name(test: str) -> str:
    return test.partition("::")[2]


def _failure_line(failure: Failure) -> str:
    return _one_line(" ".join([*message(failure), *plain_lines(failure.picture)]))


def _one_line(text: str) -> str:
    return " ".join(text.split())
