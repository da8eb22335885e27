"""Does a verdict hang on what ran before? Run: python tests/strength/orders.py [--seed N] [TESTS].

Runs the specifications in order, in random order, shared out to two processes (-n 2), and each test alone in a process
of its own: once on the solutions and once on answers that do nothing in their first function, so that there are
verdicts of both kinds. Prints each test whose verdict differs; exits with 1 where there is one.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from dojo import course
from dojo.authoring.guesses import guesses
from dojo.forkserver.client import ForkServer
from dojo.forkserver.protocol import RunRequest
from dojo.results.run import Ended, Run

ROOT = Path(__file__).parent.parent.parent
Verdicts = dict[str, bool]


def write_answers(folder: Path) -> None:
    """Write an answer to each kata that does nothing in its first function."""
    places = course.Places(ROOT)
    for kata in course.load(ROOT / "katas").katas():
        file = folder / f"{kata.id}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        solution = places.solution(kata)
        file.write_text(guesses(solution)[0].source(solution), encoding="utf-8")


def verdicts(run: Run) -> Verdicts:
    """Return whether each test of a run passed.

    Raises:
        SystemExit: where the run did not come to its end.
    """
    if run.ended is not Ended.FINISHED or run.errors:
        raise SystemExit(f"a run {run.ended.value}: {run.errors or run.output[-300:]}")
    return {result.test: result.passed for result in run.results}


def shared_out(tests: list[str], answers: str, seed: int) -> Verdicts:
    """Return the verdicts under -n 2, by pytest's own report."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        options = [
            "--answers",
            answers,
            "--seed",
            str(seed),
            "-n",
            "2",
            "-p",
            "no:cacheprovider",
            f"--junitxml={report}",
        ]
        subprocess.run(
            [sys.executable, "-m", "pytest", *tests, *options], cwd=ROOT, stdout=subprocess.DEVNULL, check=False
        )
        return {
            f"{case.attrib['classname'].replace('.', '/')}.py::{case.attrib['name']}": len(case) == 0
            for case in ET.parse(report).iter("testcase")
        }


def ways(server: ForkServer, tests: list[str], answers: str, seed: int) -> Iterator[tuple[str, Verdicts]]:
    """Yield the verdicts of each way to run the tests, the plain one first."""
    plain = verdicts(server.run(RunRequest(tuple(tests), (answers,), seed=seed, timeout=600)))
    yield "in order", plain
    shuffled = list(plain)
    random.Random(seed).shuffle(shuffled)
    yield "in random order", verdicts(server.run(RunRequest(tuple(shuffled), (answers,), seed=seed, timeout=600)))
    yield "under -n 2", shared_out(tests, answers, seed)
    alone: Verdicts = {}
    for _, run in server.map([RunRequest((test,), (answers,), seed=seed, timeout=60) for test in plain]):
        alone |= verdicts(run)
    yield "alone", alone


def main() -> None:
    """Run every way and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tests", nargs="*", default=["katas"])
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    differ = 0
    with tempfile.TemporaryDirectory() as folder, ForkServer(ROOT, options.tests, jobs=2) as server:
        write_answers(Path(folder))
        for name, answers in (("the solutions", "solutions"), ("answers that do nothing", folder)):
            start, plain = time.perf_counter(), {}
            for way, found in ways(server, options.tests, answers, options.seed):
                plain = plain or found
                print(f"{name}, {way}: {sum(found.values())} of {len(found)} tests pass", flush=True)
                for test in sorted(plain.keys() | found.keys()):
                    if plain.get(test) != found.get(test):
                        differ += 1
                        print(f"DIFFERS {test}: in order {plain.get(test)}, {way} {found.get(test)}")
            print(f"in {time.perf_counter() - start:.0f} s")
    print(f"verdicts that differ: {differ or 'none'}")
    raise SystemExit(1 if differ else 0)


if __name__ == "__main__":
    main()
