"""How fast the suite is, as ratios from one run on one machine. Run: python tests/benchmarks/speed.py [--rounds N].

Prints each figure beside the target that the project sets itself; exits with 1 where one is missed.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from dojo import course
from dojo.authoring import manifest
from dojo.forkserver.client import ForkServer
from dojo.forkserver.protocol import RunRequest

ROOT = Path(__file__).parent.parent.parent
KATA = "katas/storage/test_strides.py"
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}  # as users have it: bytecode is kept


def seconds(command: list[str]) -> float:
    """Return how long a command takes."""
    start = time.perf_counter()
    subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return time.perf_counter() - start


def gibibytes(command: list[str]) -> float:
    """Return the largest amount of memory that a command's process holds, without its children."""
    process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    *_, usage = os.wait4(process.pid, 0)
    process.returncode = 0  # it has been waited for
    # Linux counts in KiB, macOS in bytes.
    return usage.ru_maxrss / (1 << 30 if sys.platform == "darwin" else 1 << 20)


def in_turn(rounds: int, *commands: list[str]) -> list[list[float]]:
    """Return the times of the commands, run in turn, so that all of them meet the machine's good and bad moments."""
    for command in commands:
        seconds(command)  # the first run fills caches
    times: list[list[float]] = [[] for _ in commands]
    for _ in range(rounds):
        for each, command in zip(times, commands, strict=True):
            each.append(seconds(command))
    return times


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    python = sys.executable
    missed = []

    def report(what: str, figure: float, target: float, good: Callable[[float, float], bool], unit: str = "") -> None:
        met = good(figure, target)
        print(f"{'ok    ' if met else 'MISSED'} {what}: {figure:.3g}{unit}, target {target:g}{unit}")
        if not met:
            missed.append(what)

    def at_most(a: float, b: float) -> bool:
        return a <= b

    def at_least(a: float, b: float) -> bool:
        return a >= b

    collect, imports = in_turn(
        rounds, [python, "-m", "pytest", "katas", "--collect-only"], [python, "-c", "import torch, pytest"]
    )
    ratio = statistics.median(a / b for a, b in zip(collect, imports, strict=True))
    report("pytest katas --collect-only, over importing torch and pytest", ratio, 1.3, at_most, " times")

    everything = [python, "-m", "pytest", "katas", "--answers", "solutions", "--device", "cpu"]
    passes, shared, imports = in_turn(
        rounds, everything, [*everything, "-n", "2"], [python, "-c", "import torch, pytest"]
    )
    what = "every specification on the solutions on the CPU, beyond importing torch"
    beyond = statistics.median(a - b for a, b in zip(passes, imports, strict=True))
    report(what, beyond, 25, at_most, " s")
    beyond = statistics.median(a - b for a, b in zip(shared, imports, strict=True))
    report(f"{what}, with -n 2", beyond, 15, at_most, " s")
    report(
        "memory of one process that runs them all", gibibytes([*everything, "--device", "sim"]), 1.5, at_most, " GiB"
    )

    loaded = subprocess.run(
        [python, "-c", f"import pytest, sys; pytest.main(['{KATA}', '-q']); print('torchvision' in sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    report("a kata without pictures imports torchvision", float(loaded.strip().endswith("True")), 0, at_most)

    whole = course.load(ROOT / "katas")
    # Training takes thousands of steps on small tensors, where each operation costs sim what Python costs.
    totals: dict[tuple[bool, str], list[float]] = {}
    with ForkServer(ROOT, ["katas"]) as server:
        for device in ["cpu", "sim"] * rounds:
            every = RunRequest(("katas",), ("solutions",), (device,), seed=0, timeout=300)
            results = server.run(every).results
            if not results or not all(result.passed for result in results):
                raise SystemExit("the solutions do not pass: mend that first")
            for trains in (False, True):
                # Without the tests that run on no device, which are the same twice.
                chosen = [each for each in results if each.device and each.test.startswith("katas/training/") == trains]
                totals.setdefault((trains, device), []).append(sum(each.seconds for each in chosen))
            if device == "cpu":
                milliseconds = sorted(1000 * result.seconds for result in results)
    for trains, what, target in ((False, "all chapters but training", 3), (True, "training", 7)):
        pairs = zip(totals[trains, "sim"], totals[trains, "cpu"], strict=True)
        ratio = statistics.median(a / b for a, b in pairs)
        report(f"the tests that run on a device, {what}, on sim over the CPU", ratio, target, at_most, " times")
    report(f"median of {len(results)} tests on the solutions", statistics.median(milliseconds), 10, at_most, " ms")
    report("slowest of them", milliseconds[-1], 500, at_most, " ms")

    cold, warmed = [], []
    with ForkServer(ROOT, [KATA]) as server:
        server.run(RunRequest((KATA,), ("solutions",)))
        seconds([python, "-m", "pytest", KATA, "--answers", "solutions"])
        for _ in range(rounds):
            cold.append(seconds([python, "-m", "pytest", KATA, "--answers", "solutions"]))
            for _ in range(3):
                start = time.perf_counter()
                server.run(RunRequest((KATA,), ("solutions",)))
                warmed.append(time.perf_counter() - start)
    report("a warm run of one kata", statistics.median(warmed), 0.25, at_most, " s")
    report(
        "a fresh python -m pytest of it, over the warm run",
        statistics.median(cold) / statistics.median(warmed),
        15,
        at_least,
        " times",
    )

    answers = []
    places = course.Places(ROOT)
    for kata in (kata for kata in whole.katas() if kata.chapter in ("tensors", "storage")):
        for folder, file in (("mistakes", places.mistakes(kata)), ("alternatives", places.alternatives(kata))):
            for variant in manifest.read_variants(kata, file):
                test = places.specification(kata).relative_to(ROOT).as_posix()
                answers.append((test, f"tests/{folder}::{variant.name}"))
    start = time.perf_counter()
    with ForkServer(ROOT, ["katas/tensors", "katas/storage"], jobs=2) as server:
        server.run_each(answers, RunRequest((), seed=0, first_failure=True))  # as kata check judges them
    report(
        f"judging the {len(answers)} mistakes and alternatives of the first two chapters",
        time.perf_counter() - start,
        60,
        at_most,
        " s",
    )
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
