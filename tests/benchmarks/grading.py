"""Hand-ins a minute of `kata grade`, as ratios from one run. Run: python tests/benchmarks/grading.py [--people 200].

The same right and wrong answers to the katas of one chapter, on the CPU, are graded by `kata grade --jobs 2` and, a
few of them, by a fresh `python -m pytest` for each hand-in. With --whole-course, everybody solves all katas. Needs
Linux. Exits with 1 where a target is missed.
"""

import argparse
import contextlib
import itertools
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-c", "from dojo.cli import main; main()", "grade")
TIMES = 5  # a fresh pytest
GRADER, JOB = 300, 1200  # MiB


def solutions(chapter: str) -> list[Path]:
    return sorted((ROOT / "solutions").glob(f"{chapter}/*.py"))


def hand_in(folder: Path, number: int, chapter: str) -> None:
    """Write a hand-in: each third one has a wrong answer, that gives nothing back."""
    for place, path in enumerate(solutions(chapter)):
        to = folder / path.parent.name / path.name
        to.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        if chapter != "*" and number % 3 == 2 and place == number % 4:
            text = text.replace("    return ", "    return None and ")
        to.write_text(f"# {number}\n{text}", encoding="utf-8")


def by_pytest(folder: Path, chapter: str) -> float:
    """Return the seconds that a fresh pytest takes for one hand-in."""
    tests = sorted(f"katas/{path.parent.name}/test_{path.name}" for path in solutions(chapter))
    start = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "-q", "--device", "cpu", "--answers", str(folder), *tests]
    subprocess.run([*command, "-p", "no:cacheprovider"], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


class Memory:
    """Watches the memory of a process and of all that it started, in MiB that are nobody else's."""

    def __init__(self, pid: int) -> None:
        self.pid, self.own, self.all = pid, 0.0, 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            own, *others = shares(self.pid)
            self.own, self.all = max(self.own, own), max(self.all, own + sum(others))


def shares(pid: int) -> list[float]:
    """Return the memory of a process and of each that it started, in MiB: what n of them use counts as an n-th each."""
    try:
        this = psutil.Process(pid)
        family = [this, *this.children(recursive=True)]
    except psutil.NoSuchProcess:
        return [0.0]
    found = []
    for each in family:
        with contextlib.suppress(psutil.Error):
            found.append(each.memory_full_info().pss / (1 << 20))
    return found or [0.0]


def by_grade(hand_ins: Path, out: Path, jobs: int, chapter: str) -> tuple[float, Memory]:
    """Return the seconds that the whole command takes, and its memory."""
    only = [] if chapter == "*" else ["--only", chapter]
    command = [*COMMAND, str(hand_ins), "--out", str(out), "--jobs", str(jobs), "--device", "cpu", "--seed", "3", *only]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    memory = Memory(process.pid)
    _, said = process.communicate()
    memory.end()
    if process.returncode:
        sys.exit(said.decode())
    return time.perf_counter() - start, memory


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--chapter", default="storage")
    parser.add_argument("--whole-course", action="store_true")
    options = parser.parse_args()
    chapter = "*" if options.whole_course else options.chapter
    folder = Path(tempfile.mkdtemp(prefix="grading-"))
    sizes = sorted({10, options.people // 4, options.people})
    for number in range(options.people):
        hand_in(folder / "all" / f"{number:03}", number, chapter)
    print(f"{len(solutions(chapter))} katas, {options.jobs} jobs")
    try:
        fresh = [by_pytest(folder / "all" / f"{number:03}", chapter) for number in range(6)]
        one = sum(fresh[1:]) / len(fresh[1:])
        print(f"fresh pytest: {60 / one:.1f} hand-ins a minute")
        seconds = {}
        for size in sizes:
            some = folder / f"{size}"
            some.mkdir()
            for path in sorted((folder / "all").iterdir())[:size]:
                shutil.copytree(path, some / path.name)
            seconds[size], memory = by_grade(some, folder / f"out-{size}", options.jobs, chapter)
            print(f"kata grade, {size} hand-ins: {seconds[size]:.1f} s, start included")
        times = one * options.people / seconds[options.people]
        each = [
            (seconds[larger] - seconds[smaller]) / (larger - smaller) for smaller, larger in itertools.pairwise(sizes)
        ]
        print(
            f"kata grade: {60 * options.people / seconds[options.people]:.0f} hand-ins a minute, {times:.1f} times pytest"
        )
        print("each further hand-in, in ms:", ", ".join(f"{1000 * one:.0f}" for one in each))
        print(f"memory: the grader {memory.own:.0f} MiB, with all sandboxes {memory.all:.0f} MiB")
        good = times >= TIMES and each[-1] <= 1.5 * each[0] and memory.own <= GRADER
        good = good and memory.all <= GRADER + JOB * options.jobs
        print("targets met" if good else "a target is missed")
    finally:
        shutil.rmtree(folder)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
