"""Which answers without understanding ``kata check`` tries: a constant, an argument handed back, half of the inputs.

Each is made from the solution, in one of its functions, by ``dojo.runner.guessing``. A specification that passes one
of them does not ask enough.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CONSTANTS = ("zeros", "ones", "random values", "the first argument", "the second argument", "the first answer again")
"""What is returned in place of the answer, in its shape; for functions that return something."""

NOTHING = "nothing is done"

ON_THE_CPU = "right on the CPU only"

PARTIAL = (
    "right for contiguous input only",
    "right for square input only",
    "right for a batch of one only",
    "right for float32 only",
    ON_THE_CPU,
)
"""What is right for some tensors and wrong for others; for functions that take tensors."""


@dataclass(frozen=True)
class Guess:
    """A solution in which one function, ``f`` or ``Class.method``, makes a guess of this kind."""

    function: str
    kind: str

    def source(self, solution: Path) -> str:
        """Return the text of an answer file with this guess in it."""
        names = ", ".join(map(repr, (str(solution), self.function, self.kind)))
        return f"from dojo.runner.guessing import replace\n\nreplace(globals(), {names})\n"

    def __str__(self) -> str:
        return f"{self.function}: {self.kind}"


def guesses(solution: Path) -> list[Guess]:
    """Return the guesses that can be made in each public function and method of a solution."""
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
    if any(_is_tensors(ast.unparse(each.annotation)) for each in node.args.args if each.annotation):
        yield from (Guess(name, kind) for kind in PARTIAL)


def _is_tensors(annotation: str) -> bool:
    """Say whether an argument is a tensor, or a collection that can be looked into without using it up."""
    return "Tensor" in annotation and not any(word in annotation for word in ("Callable", "Dataset", "Iterable"))
