"""Are the mistakes and alternatives what they were at a commit? Run: python tests/strength/renderings.py COMMIT.

Each answer is written out, there and here, as the module that it stands for. Two are the same where they mean the same to
Python: annotations, docstrings, and what a file holds for its other answers, play no part. Exits with 1 where some are not.
"""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from dojo.runner import variants

ROOT = Path(__file__).parent.parent.parent
Read = Callable[[str], str]
Definition = ast.FunctionDef | ast.ClassDef


def answers(kind: str, files: list[str], read: Read) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield each answer of tests/``kind``, its file and name, with what it means."""
    for file in files:
        text, solution = read(f"tests/{kind}/{file}"), read(f"solutions/{file}")
        found = list(variants.variants(file, text))
        body, base = plain(text), plain(solution)
        answers = {name: node for node in body for name in bound(node) & {each.name for each in found}}
        shared = [node for node in body if node not in answers.values()]
        for variant in found:
            node = answers[variant.name]
            if variant.change:
                own = plain(variant.change.apply_to(solution))
            else:
                own = replaced(base, [renamed(node, *variant.replaces)] if node.decorator_list else node.body)
            yield (file, variant.name), "\n".join([variant.words, *meaning(shared, own)])


def renamed(node: Definition, name: str) -> Definition:
    """Return what ``@replaces`` stands above, without it, under the name of what it replaces."""
    fields = {field: getattr(node, field) for field in node._fields}
    return type(node)(**{**fields, "name": name, "decorator_list": node.decorator_list[1:]})


def replaced(body: list[ast.stmt], over: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a module with others in place of those of the same name, or below them."""
    named = {node.name: node for node in over if isinstance(node, Definition)}
    own = [named.pop(getattr(node, "name", ""), node) for node in body]
    return [*own, *named.values(), *(node for node in over if not isinstance(node, Definition))]


def meaning(shared: list[ast.stmt], own: list[ast.stmt]) -> list[str]:
    """Return what a module does: what it takes, by and by, of the shared statements, and its own."""
    used, waiting, taken = names(own), shared, []
    while more := [node for node in waiting if bound(node) & used]:
        waiting = [node for node in waiting if node not in more]
        used |= names(more)
        taken += more
    own_text = list(map(ast.dump, own))
    return [*sorted({*map(ast.dump, taken)} - {*own_text}), *own_text]


def names(nodes: list[ast.stmt]) -> set[str]:
    return {each.id for node in nodes for each in ast.walk(node) if isinstance(each, ast.Name)}


def bound(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {each.asname or each.name.partition(".")[0] for each in node.names}
    stored = (each for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store))
    return {node.name} if isinstance(node, Definition) else {each.id for each in stored}


def plain(text: str) -> list[ast.stmt]:
    """Return the statements of a module without annotations and docstrings; each import is of one name."""
    return Plain().visit(ast.parse(text)).body


class Plain(ast.NodeTransformer):
    def visit_FunctionDef(self, node):
        node.returns = None
        return self.visit_ClassDef(node)

    def visit_ClassDef(self, node):
        node.body = node.body[ast.get_docstring(node) is not None :] or [ast.Pass()]
        return self.generic_visit(node)

    def visit_arg(self, node):
        return ast.arg(node.arg)

    def visit_AnnAssign(self, node):
        return self.generic_visit(ast.Assign([node.target], node.value)) if node.value else None

    def visit_ImportFrom(self, node):
        return [ast.ImportFrom(node.module, [each], node.level) for each in node.names]

    def visit_Import(self, node):
        return [ast.Import([each]) for each in node.names]


def main(commit: str) -> int:
    def there(name: str) -> str:
        return subprocess.check_output(["git", "show", f"{commit}:{name}"], cwd=ROOT, encoding="utf-8")

    def here(name: str) -> str:
        return (ROOT / name).read_text(encoding="utf-8")

    different = 0
    for kind in ("mistakes", "alternatives"):
        files = [path.relative_to(ROOT / "tests" / kind).as_posix() for path in (ROOT / "tests" / kind).glob("*/*.py")]
        before, after = dict(answers(kind, files, there)), dict(answers(kind, files, here))
        others = sorted(each for each in {*before, *after} if before.get(each) != after.get(each))
        for file, name in others:
            print(f"tests/{kind}/{file}::{name} is another" if (file, name) in after else f"{file}::{name} is gone")
        print(f"{len(before) - len(set(before) & set(others))} of {len(before)} {kind} are the same")
        different += len(others)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
