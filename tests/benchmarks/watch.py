"""From a save to the verdict on the screen, as ratios from one run. Run: python tests/benchmarks/watch.py [--rounds N].

The same edits of one kata are made under `kata watch` and under pytest-watcher, in turn, each in a terminal of its own.
Needs Linux or macOS, and the packages of the dependency groups `test` and `benchmark`. Exits with 1 where a target is
missed.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pexpect

ROOT = Path(__file__).parent.parent.parent
KATA = "katas/storage/strides.py"
TEST = "katas/storage/test_strides.py"
COMMAND = "from dojo.cli import main; main(prog_name='kata')"
ANSWER = """

def storage_index(tensor, index):
    return {number}


def contiguous_strides(shape):
    return ()
"""


class Watcher:
    """A command that watches a folder, in a pseudo-terminal."""

    def __init__(self, folder: Path, *command: str) -> None:
        self.child = pexpect.spawn(
            sys.executable, list(command), cwd=str(folder), dimensions=(40, 100), timeout=120, env=dict(os.environ)
        )

    def verdict(self, save: Callable[[], None], words: str) -> float:
        """Return the seconds from the save to these words on the screen."""
        start = time.perf_counter()
        save()
        self.child.expect_exact(words)
        return time.perf_counter() - start

    def rest(self) -> None:
        """Take in all that is still written, until nothing comes for a while."""
        while self.child.expect([r".+", pexpect.TIMEOUT], timeout=0.7) == 0:
            pass


def measure(folders: tuple[Path, Path], rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Return the seconds of each edit under `kata watch` and under pytest-watcher, each in a folder of its own.

    Returns:
        To the verdict under the one and the other, and to the end of all tests under the first.
    """

    def save(folder: Path, number: int) -> None:
        (folder / KATA).write_text(ANSWER.format(number=number), encoding="utf-8")

    for folder in folders:
        save(folder, 0)
    ours = Watcher(folders[0], "-c", COMMAND, "watch", "strides")
    ours.child.expect_exact("gave 0,")
    # With a current watchdog, its default pattern, *.py, does not match a file in a folder.
    theirs = Watcher(folders[1], "-m", "pytest_watcher", "--now", "--patterns", "**/*.py", "katas", TEST)
    theirs.child.expect_exact("kata solved")
    times: tuple[list[float], list[float], list[float]] = ([], [], [])
    try:
        for number in range(1000, 1000 + rounds + 1):
            start = time.perf_counter()
            times[0].append(ours.verdict(partial(save, folders[0], number), f"gave {number},"))
            ours.child.expect(r"\d+ of \d+ tests pass")
            times[2].append(time.perf_counter() - start)
            ours.rest()
            times[1].append(theirs.verdict(partial(save, folders[1], number), f"gave {number},"))
            theirs.rest()
    finally:
        for watcher in (ours, theirs):
            watcher.child.close(force=True)
    return times[0][1:], times[1][1:], times[2][1:]  # the first fills caches


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    missed = []

    def report(what: str, figure: float, target: float, met: bool, unit: str) -> None:
        print(f"{'ok    ' if met else 'MISSED'} {what}: {figure:.3g}{unit}, target {target:g}{unit}")
        if not met:
            missed.append(what)

    with tempfile.TemporaryDirectory() as name:
        folders = folder, _ = Path(name, "ours"), Path(name, "theirs")
        for each in folders:
            subprocess.run([sys.executable, "-c", COMMAND, "init", str(each)], check=True, stdout=subprocess.DEVNULL)
        ours, theirs, ends = measure(folders, rounds)
        median = statistics.median(ours)
        report("from the save to the verdict, median", median, 0.25, median <= 0.25, " s")
        report("the slowest of them", max(ours), 0.5, max(ours) <= 0.5, " s")
        report(
            "from the save to the end of all tests, median",
            statistics.median(ends),
            0.25,
            statistics.median(ends) <= 0.25,
            " s",
        )
        ratio = statistics.median(theirs) / median
        report("pytest-watcher on the same edits, over it", ratio, 20, ratio >= 20, " times")
        for command in (["list"], ["next"], ["hint", "strides"], ["show", "strides"]):
            times = []
            for _ in range(rounds):
                start = time.perf_counter()
                subprocess.run(
                    [sys.executable, "-c", COMMAND, *command], cwd=folder, check=True, stdout=subprocess.DEVNULL
                )
                times.append(time.perf_counter() - start)
            median = statistics.median(times)
            report(f"kata {' '.join(command)}", median, 0.3, median <= 0.3, " s")
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
