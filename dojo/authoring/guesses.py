"""The guesses that ``kata check`` tries as answers: return a constant, return an argument, be right for some inputs.

``dojo.runner.guessing`` makes each from the solution by replacing one function. A specification that accepts a guess
tests too little.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CONSTANTS = ("zeros", "ones", "random values", "the first argument", "the second argument", "the first answer again")
"""Returned instead of the answer, in its shape; for functions that return something."""

NOTHING = "nothing is done"

ON_THE_CPU = "right on the CPU only"

PARTIAL = (
    "right for contiguous input only",
    "right for square input only",
    "right for a batch of one only",
    "right for float32 only",
    ON_THE_CPU,
)
"""Right for some tensors and wrong for others; for functions that take tensors."""


@dataclass(frozen=True)
class Guess:
    """The solution with one function, ``f`` or ``Class.method``, replaced by a guess of this kind."""

    function: str
    kind: str

    def source(self, solution: Path) -> str:
        """Return the text of an answer file that makes this guess."""
        names = ", ".join(map(repr, (str(solution), self.function, self.kind)))
        return f"from dojo.runner.guessing import replace\n\nreplace(globals(), {names})\n"

    def __str__(self) -> str:
        return f"{self.function}: {self.kind}"


def guesses(solution: Path) -> list[Guess]:
    """Return all guesses for the public functions and methods of a solution."""
    found: list[Guess] = []
    for node in ast.parse(solution.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            found += _guesses(node, node.name, len(node.args.args))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for each in node.body:
                if isinstance(each, ast.FunctionDef) and (each.name.startswith("__") or not each.name.startswith("_")):
                    found += _guesses(each, f"{node.name}.{each.name}", len(each.args.args) - 1)
    return found


def _guesses(node: ast.FunctionDef, name: str, parameters: int) -> Iterator[Guess]:
    yield Guess(name, NOTHING)
    if node.returns and ast.unparse(node.returns) != "None":
        too_few = CONSTANTS[3 + parameters : 5]
        yield from (Guess(name, kind) for kind in CONSTANTS if kind not in too_few)
    if any(_takes_tensors(ast.unparse(each.annotation)) for each in node.args.args if each.annotation):
        yield from (Guess(name, kind) for kind in PARTIAL)


def _takes_tensors(annotation: str) -> bool:
    """Say whether an argument is a tensor, or a collection of tensors that can be iterated more than once."""
    return "Tensor" in annotation and not any(word in annotation for word in ("Callable", "Dataset", "Iterable"))
