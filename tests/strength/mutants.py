"""Does the suite notice when a solution is changed? Run: python tests/strength/mutants.py [KATAS].

Each solution is changed in one place at a time, by the operators of cosmic-ray and by those of ``operators.py``, and each
such mutant is judged by its kata's specification on all devices that are here. Prints killed and survived by kata. A
survivor must be listed in ``equivalents.toml`` with the reason why it is as right as the solution. Exits with 1 where one
is not, where one listed there is killed or gone, and where under 98 % of cosmic-ray's are killed.
"""

import argparse
import ast
import difflib
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names
from operators import OPERATORS

from dojo import course
from dojo.course import Kata
from dojo.forkserver.client import ForkServer
from dojo.forkserver.protocol import RunRequest
from dojo.results.run import Ended, Run
from dojo.results.state import State

ROOT = Path(__file__).parent.parent.parent
LISTED = Path(__file__).parent / "equivalents.toml"
SHARE = 0.98
SEED = 0
LATE = 15.0
"""Seconds after which a mutant has not come to its end: ten times what the slowest solution takes."""


@dataclass(frozen=True)
class Mutant:
    """A solution changed in one place: the lines that were, and what became of them."""

    kata: str
    operator: str
    line: str
    becomes: str
    source: str

    @property
    def own(self) -> bool:
        """Whether an operator of this project made it."""
        return not self.operator.startswith("core/")


def operators() -> Iterator[tuple[str, Operator]]:
    """Yield each operator under its name."""
    for name in operator_names():
        if not get_operator(name).arguments():  # two of cosmic-ray's are for variables that one names
            yield name, get_operator(name)()
    for each in OPERATORS:
        yield each.__name__, each()


def mutants(kata: str, source: str) -> Iterator[Mutant]:
    """Yield each mutant of a solution once, and none that means the same to Python."""
    nodes = list(ast_nodes(get_ast(source)))
    seen = {_meaning(source)}
    for name, operator in operators():
        for occurrence in range(sum(len(list(operator.mutation_positions(node))) for node in nodes)):
            changed = mutate_code(source, operator, occurrence)
            meaning = _meaning(changed)
            if meaning not in seen:
                seen.add(meaning)
                yield Mutant(kata, name, *_difference(source, changed), changed)


def _meaning(source: str) -> str:
    """Return what is to be judged of a source: not its brackets, its annotations, or the words of its errors."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            node.exc.args = []
    return ast.dump(tree)


def _difference(before: str, after: str) -> tuple[str, str]:
    """Return the lines that differ, each side as one line."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    old, new = (" ".join(line[2:].strip() for line in lines if line.startswith(f"{sign} ")) for sign in "-+")
    return old, new


def judge(found: list[Mutant], tests: dict[str, str], jobs: int) -> list[str]:
    """Return, for each mutant, whether it was killed, came to no end in time (late), or survived."""
    like = RunRequest((), seed=SEED, timeout=LATE, first_failure=True)
    with tempfile.TemporaryDirectory() as folder, ForkServer(ROOT, list(tests.values()), jobs) as server:
        for number, mutant in enumerate(found):
            file = Path(folder, str(number), f"{mutant.kata}.py")
            file.parent.mkdir(parents=True)
            file.write_text(mutant.source, encoding="utf-8")
        answers = [(tests[mutant.kata], str(Path(folder, str(number)))) for number, mutant in enumerate(found)]
        runs = server.run_each(answers, like)
    return [_outcome(mutant.kata, run) for mutant, run in zip(found, runs, strict=True)]


def _outcome(kata: str, run: Run) -> str:
    if run.ended is Ended.TIMEOUT:
        return "late"
    solved = run.ended is Ended.FINISHED and not run.errors and run.progress().state(kata) is State.SOLVED
    return "survived" if solved else "killed"


def listed(katas: list[Kata]) -> set[tuple[str, str, str]]:
    """Return the survivors that ``equivalents.toml`` excuses: kata, line, and what becomes of it."""
    content = tomllib.loads(LISTED.read_text(encoding="utf-8")) if LISTED.is_file() else {}
    found = set()
    for kata in katas:
        for entry in content.get(kata.id, []):
            if not entry["reason"].strip():
                raise SystemExit(
                    f"{LISTED.name}: {kata.id}: an entry without a reason: say why {entry['line']!r} may change"
                )
            found |= {(kata.id, entry["line"], becomes) for becomes in entry["becomes"]}
    return found


def report(katas: list[Kata], found: list[Mutant], outcomes: list[str]) -> bool:
    """Print the counts by kata and what must be mended; return whether all is well."""
    excused = listed(katas)
    used, unexplained = set(), []
    for mutant, outcome in zip(found, outcomes, strict=True):
        key = mutant.kata, mutant.line, mutant.becomes
        if outcome == "survived":
            used.add(key) if key in excused else unexplained.append(mutant)
    print(f"{'kata':32}{'mutants':>8}{'killed':>8}{'survived':>9}")
    for kata in [*(kata.id for kata in katas), ""]:
        counts = Counter(each for m, each in zip(found, outcomes, strict=True) if m.kata == kata or not kata)
        killed = counts["killed"] + counts["late"]
        late = f"   {counts['late']} without end" if counts["late"] else ""
        print(f"{kata or 'all':32}{counts.total():8}{killed:8}{counts['survived']:9}{late}")
    good = not unexplained
    for own, name in ((False, "cosmic-ray's operators"), (True, "those of operators.py")):
        mine = [each for m, each in zip(found, outcomes, strict=True) if m.own == own]
        share = 1 - mine.count("survived") / len(mine) if mine else 1.0
        print(f"of {len(mine)} mutants by {name}, {share:.1%} are killed")
        good = good and (own or len(katas) == 1 or share >= SHARE)
    print(f"survivors listed as equivalent, each with its reason: {len(used)}; not listed: {len(unexplained)}")
    for mutant in unexplained:
        print(
            f"SURVIVED {mutant.kata} ({mutant.operator.removeprefix('core/')})\n  - {mutant.line}\n  + {mutant.becomes}"
        )
    for kata, line, becomes in sorted(excused - used):
        good = False
        print(f"LISTED, yet killed or not made any more: {kata}\n  - {line}\n  + {becomes}")
    return good


def main() -> None:
    """Judge all mutants."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("katas", nargs="*", help="names such as strides or storage/strides; by default all")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    whole = course.load(ROOT / "katas")
    katas = [whole.find(name) for name in options.katas] or list(whole.katas())
    places = course.Places(ROOT)
    start = time.perf_counter()
    found = [each for kata in katas for each in mutants(kata.id, places.solution(kata).read_text(encoding="utf-8"))]
    tests = {kata.id: places.specification(kata).relative_to(ROOT).as_posix() for kata in katas}
    good = report(katas, found, judge(found, tests, options.jobs))
    print(f"in {time.perf_counter() - start:.0f} s")
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
