"""Do two devices judge alike? Run: python tests/benchmarks/devices.py [FIRST SECOND], by default sim and cuda.

Judges every solution, alternative and mistake on each of the two devices, under one seed, and prints each difference in
the verdict or in what the learner is told. Exits with 1 where a verdict differs, with 2 where a device is not here.
"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from dojo import course
from dojo.authoring import manifest
from dojo.forkserver.client import ForkServer
from dojo.forkserver.protocol import RunRequest
from dojo.results.run import Run
from dojo.runner import devices
from dojo.screen.message import message

ROOT = Path(__file__).parent.parent.parent


def answers(places: course.Places, whole: course.Course) -> Iterator[tuple[str, str]]:
    """Yield each kata's specification with every answer that there is to it."""
    for kata in whole.katas():
        test = places.specification(kata).relative_to(ROOT).as_posix()
        yield test, "solutions"
        for folder, file in (("alternatives", places.alternatives(kata)), ("mistakes", places.mistakes(kata))):
            for variant in manifest.read_variants(kata, file):
                yield test, f"tests/{folder}::{variant.name}"


def verdict(run: Run) -> dict[str, str]:
    """Return for each test how it ended, without the device's name, so that two devices compare."""
    said = {
        re.sub(r"\[(cpu|cuda|mps|sim)\b-?", "[", each.test): "\n".join(message(each.failure))
        if each.failure
        else "passed"
        for each in run.results
    }
    said["the run"] = f"{run.ended.value} {run.errors}"
    return {test: re.sub(r"\b(cuda|mps|sim)(:0)?\b", "the device", text) for test, text in said.items()}


def main() -> None:
    """Judge and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", nargs="?", default="sim", choices=devices.NAMES)
    parser.add_argument("second", nargs="?", default="cuda", choices=devices.NAMES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    names = (options.first, options.second)
    for name in names:
        if reason := devices.missing(name):
            parser.exit(2, f"there is nothing to compare: {reason.partition(';')[0]}\n")
    pairs = list(answers(course.Places(ROOT), course.load(ROOT / "katas")))
    with ForkServer(ROOT, ["katas"], jobs=options.jobs) as server:
        firsts, seconds = (
            server.run_each(pairs, RunRequest((), devices=(name,), seed=options.seed, timeout=120)) for name in names
        )
    other_verdicts = other_words = 0
    for (test, source), first, second in zip(pairs, firsts, seconds, strict=True):
        one, two = verdict(first), verdict(second)
        for name in [name for name in one | two if one.get(name) != two.get(name)]:
            said = [told.get(name, "not run") for told in (one, two)]
            passes = [each == "passed" for each in said]
            other_verdicts += passes[0] != passes[1]
            other_words += passes[0] == passes[1]
            print(f"{test} {source} {name.partition('::')[2] or name}")
            for device, text in zip(names, said, strict=True):
                print(f"    {device:5} {' '.join(text.split())[:200]}")
    print(
        f"{len(pairs)} answers on {' and '.join(names)}: {other_verdicts} tests judged differently,"
        f" {other_words} refused in other words"
    )
    raise SystemExit(1 if other_verdicts else 0)


if __name__ == "__main__":
    main()
