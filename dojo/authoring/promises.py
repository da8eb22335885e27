"""``kata check`` and ``kata concepts``: does the suite keep its promises?

Every answer that it has, right and wrong, is run through ``dojo.forkserver.client``.
"""

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
_TIMEOUT = 120.0  # seconds for an answer: what is checked here ends, however busy the machine is
EXCUSED = "tests/guesses.toml"
"""Which answers without understanding are right after all, by kata, and why."""

Say = Callable[[str], None]


@dataclass
class Report:
    """What a check found: problems in sentences, and how many refusals named the mistake."""

    problems: list[str] = field(default_factory=list)
    mistakes: int = 0
    named: int = 0
    elsewhere: set[str] = field(default_factory=set)
    """Katas with a mistake that passes on one device and is refused on the next."""
    devices: dict[str, None] = field(default_factory=dict)
    """The devices that the solutions ran on, in this order."""

    @property
    def share_named(self) -> float:
        """The share of mistakes whose first failure says what the learner did."""
        return self.named / self.mistakes if self.mistakes else 1.0


@dataclass(frozen=True)
class Coverage:
    """A row of the ledger with the tests that show it, and whether they pass on the solutions."""

    concept: Concept
    tests: tuple[str, ...]
    passing: bool


def check(root: Path, katas: list[Kata], whole: Course, say: Say, seed: int = SEED) -> Report:
    """Check the files of ``katas`` and run their stubs, solutions, mistakes and alternatives.

    Args:
        root: the project.
        katas: those to check.
        whole: the course, for what concerns all.
        say: is told what is done, a line each.
        seed: the seed of every run, so that a finding can be repeated.
    """
    report = Report(list(manifest.problems(root, katas, whole)))
    say(f"files, signatures, hints, concepts: {_problems(len(report.problems))}")
    places = Places(root)
    runnable = [kata for kata in katas if places.specification(kata).is_file()]
    if not runnable:
        return report
    with ForkServer(root, [_test(kata) for kata in runnable], JOBS) as server:
        if server.note:
            say(server.note)
        one_refusal = RunRequest((), seed=seed, timeout=_TIMEOUT, first_failure=True)
        all_tests = msgspec.structs.replace(one_refusal, first_failure=False)
        for title, answers, judge in (
            ("untouched stubs are all to do", "katas", _judge_stub),
            ("solutions pass", "solutions", _judge_solution),
        ):
            runs = server.run_each([(_test(kata), answers) for kata in runnable], all_tests)
            found = [problem for kata, run in zip(runnable, runs, strict=True) for problem in judge(kata, run)]
            report.devices |= dict.fromkeys(each.device for run in runs for each in run.results if each.device)
            say(f"{title}: {len(runnable)} katas, {_problems(len(found))}")
            report.problems += found
        for title, folder, place in (
            ("mistakes are refused", "tests/mistakes", places.mistakes),
            ("alternatives are accepted", "tests/alternatives", places.alternatives),
        ):
            chosen = [v for kata in runnable if place(kata).is_file() for v in _variants(places, kata, place(kata))]
            runs = server.run_each([(_test_of(v.kata), f"{folder}::{v.name}") for v in chosen], one_refusal)
            before = len(report.problems)
            for variant, run in zip(chosen, runs, strict=True):
                if place == places.mistakes:
                    _judge_mistake(variant, run, report)
                else:
                    report.problems += _judge_alternative(variant, run)
            say(f"{title}: {len(chosen)}, {_problems(len(report.problems) - before)}")
        before = len(report.problems)
        count = _check_guesses(server, one_refusal, root, runnable, report)
        say(f"answers without understanding are refused: {count}, {_problems(len(report.problems) - before)}")
    say(f"mistakes named by the message: {report.named} of {report.mistakes} ({report.share_named:.0%})")
    say(_device_mistakes(runnable, report))
    return report


def concepts(root: Path, whole: Course) -> list[Coverage]:
    """Return every row of the ledger with its tests, run against the solutions.

    Raises:
        BrokenFile: where the ledger cannot be read.
    """
    rows = course.concepts(root / "katas")
    places = Places(root)
    tests = [_test(kata) for kata in whole.katas() if places.specification(kata).is_file()]
    tests += [file.relative_to(root).as_posix() for file in manifest.own_tests(root) if manifest.concept_marks(file)]
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


def _check_guesses(server: ForkServer, like: RunRequest, root: Path, katas: list[Kata], report: Report) -> int:
    """Run all guesses, report those that pass and are not excused, and return how many there are."""
    excused = course.read_toml(root / EXCUSED) if (root / EXCUSED).is_file() else {}
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
        runs = server.run_each(
            [(_test(kata), str(Path(folder, str(place)))) for place, (kata, _) in enumerate(found)], like
        )
        for (kata, guess), run in zip(found, runs, strict=True):
            if run.ended is Ended.FINISHED and run.progress().state(kata.id) is State.SOLVED:
                passed[kata.id].add(str(guess))
    for kata in katas:
        reasons = excused.get(kata.id, {})
        for name in sorted(passed[kata.id] - set(reasons)):
            report.problems.append(f"{kata.id}: an answer without understanding passes: {name}")
        for name in sorted(set(reasons) - passed[kata.id] - untried):
            report.problems.append(
                f"{kata.id}: {EXCUSED} excuses {name!r}, which does not pass or is not made any more"
            )
    return len(found)


def _variants(places: Places, kata: Kata, file: Path) -> list[Variant]:
    """Return the answers of a file that can be run; the manifest tells of the others."""
    try:
        return [each for each in manifest.variants(kata, file) if not manifest.unfit(places, kata, each)]
    except (SyntaxError, ValueError):
        return []


def _judge_stub(kata: Kata, run: Run) -> Iterable[str]:
    yield from _broken(kata.id, "stub", run)
    for result in run.results:
        if result.failure is None:
            yield f"{kata.id}: {_name(result.test)} passes on the untouched stub"
        elif not result.failure.is_todo:
            said = _line(result.failure)
            yield f"{kata.id}: {_name(result.test)} on the untouched stub: {said}, not NotImplementedError"


def _judge_solution(kata: Kata, run: Run) -> Iterable[str]:
    yield from _broken(kata.id, "solution", run)
    yield from (
        f"{kata.id}: the solution fails {_name(result.test)}: {_line(result.failure)}"
        for result in run.results
        if result.failure
    )


def _judge_alternative(variant: Variant, run: Run) -> Iterable[str]:
    yield from _broken(variant.kata, f"alternative {variant.name}", run)
    failures = run.progress().failures(variant.kata)
    if failures and failures[0].failure:
        said = _line(failures[0].failure)
        yield f"{variant.kata}: the alternative {variant.name} is refused by {_name(failures[0].test)}: {said}"


def _judge_mistake(variant: Variant, run: Run, report: Report) -> None:
    report.mistakes += 1
    broken = list(_broken(variant.kata, f"mistake {variant.name}", run))
    report.problems += broken
    failures = run.progress().failures(variant.kata)
    failure = failures[0].failure if failures else None
    if failure is None:
        if not broken:
            report.problems.append(f"{variant.kata}: the mistake {variant.name} passes")
        return
    if failures[0].device not in (None, *list(report.devices)[:1]):  # the first device comes first, and passed
        report.elsewhere.add(variant.kata)
    if failure.outcome in (Outcome.TODO, Outcome.UNUSABLE):
        report.problems.append(f"{variant.kata}: the mistake {variant.name} does not run: {_line(failure)}")
        return
    said = " ".join(f"{_line(failure)} {failure.mistake or ''}".split())
    if variant.words and variant.words not in said:
        report.problems.append(
            f"{variant.kata}: the mistake {variant.name} is refused without {variant.words!r}: {said}"
        )
    elif variant.words:
        report.named += 1


def _broken(kata: str, what: str, run: Run) -> Iterable[str]:
    if run.ended is not Ended.FINISHED:
        yield f"{kata}: {what}: {run.ended.value}: {_one_line(run.output[-300:])}"
    yield from (f"{kata}: {what}: {_one_line(error[-300:])}" for error in run.errors)
    if run.ended is Ended.FINISHED and not run.errors and run.progress().state(kata) is State.NOT_RUN:
        yield f"{kata}: {what}: not all of its tests ran"


def _device_mistakes(katas: list[Kata], report: Report) -> str:
    if len(report.devices) < 2:
        return "mistakes that only a second device shows: not tried, there is one device here"
    first, *others = report.devices
    without = [kata.id for kata in katas if kata.id not in report.elsewhere]
    return (
        f"katas with a mistake that is right on {first} and refused on {' or '.join(others)}: "
        f"{len(katas) - len(without)} of {len(katas)}" + (f", without {', '.join(without)}" if without else "")
    )


def _problems(count: int) -> str:
    return "good" if count == 0 else f"{count} problem{'' if count == 1 else 's'}"


def _test(kata: Kata) -> str:
    return _test_of(kata.id)


def _test_of(kata: str) -> str:
    return f"katas/{kata.replace('/', '/test_')}.py"


def _name(test: str) -> str:
    return test.partition("::")[2]


def _line(failure: Failure) -> str:
    return _one_line(" ".join([*message(failure), *plain_lines(failure.picture)]))


def _one_line(text: str) -> str:
    return " ".join(text.split())
