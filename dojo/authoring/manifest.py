"""Check the course's files: none missing or stray, stubs with the signatures of solutions, hints, concepts."""

import ast
from collections.abc import Iterator
from pathlib import Path

from dojo import course
from dojo.course import BrokenFile, Course, Kata, Places
from dojo.runner import variants as _variants
from dojo.runner.variants import CannotChange, Variant

HINTS = 3
MISTAKES = 4
ALTERNATIVES = 1
DATA = (".csv", ".npz", ".md")  # real measurements, in katas/data
_FOLDERS_WITHOUT_TESTS = ("mistakes", "alternatives", "attacks")


def read_variants(kata: Kata, file: Path) -> list[Variant]:
    """Return the variants in ``file``.

    Raises:
        ValueError: if the file is not valid Python, or one of its variants is malformed.
    """
    return list(_variants.variants(kata.id, file.read_text(encoding="utf-8")))


def problem_with(places: Places, kata: Kata, variant: Variant) -> str | None:
    """Say why a variant cannot be applied to the solution, or return None."""
    if variant.change is None or not places.solution(kata).is_file():
        return None
    try:
        ast.parse(variant.change.apply_to(places.solution(kata).read_text(encoding="utf-8")))
    except CannotChange as error:
        return str(error)
    except SyntaxError as error:
        return f"with it, the solution is not valid Python: {error.msg}: {(error.text or '').strip()}"
    return None


def problems(root: Path, katas: list[Kata], whole: Course) -> Iterator[str]:
    """Yield a sentence for each missing, stray or inconsistent file of ``katas`` and of the course."""
    places = Places(root)
    yield from whole.problems
    try:
        known = {concept.id for concept in course.concepts(root / "katas")}
    except BrokenFile as error:
        known = set()
        yield str(error)
    for kata in katas:
        yield from _kata_problems(places, kata, known)
    yield from _stray_files(places, whole)


def signatures(file: Path) -> dict[str, str]:
    """Return the signature of each public function, class and method of a module by its qualified name."""
    return dict(_signatures(ast.parse(file.read_text(encoding="utf-8")).body))


def _signatures(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, str]]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_") and not (prefix and node.name.startswith("__")):
            continue
        if isinstance(node, ast.FunctionDef):
            returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
            yield prefix + node.name, f"({ast.unparse(node.args)}){returns}"
        else:
            yield prefix + node.name, f"class({', '.join(map(ast.unparse, node.bases))})"
            yield from _signatures(node.body, f"{prefix}{node.name}.")


def _kata_problems(places: Places, kata: Kata, known: set[str]) -> Iterator[str]:
    files = {
        "stub": places.stub(kata),
        "specification": places.specification(kata),
        "solution": places.solution(kata),
        "mistakes": places.mistakes(kata),
        "alternatives": places.alternatives(kata),
    }
    broken = False
    for what, file in files.items():
        where = file.relative_to(places.root).as_posix()
        if not file.is_file():
            broken = True
            yield f"{kata.id}: the {what} is missing: write {where}"
            continue
        try:
            ast.parse(file.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError) as error:
            broken = True
            yield f"{kata.id}: {where} is not valid Python: {error}"
    if broken:
        return
    stub, solution = signatures(files["stub"]), signatures(files["solution"])
    for name in sorted({*stub, *solution}):
        if stub.get(name) != solution.get(name):
            here, there = stub.get(name, "missing"), solution.get(name, "missing")
            yield f"{kata.id}: {name} is {here} in the stub, {there} in the solution"
    if not ast.get_docstring(ast.parse(files["stub"].read_text(encoding="utf-8"))):
        yield f"{kata.id}: the stub has no module docstring: tell the idea there"
    if len(kata.hints) != HINTS or len(set(kata.hints)) != HINTS or not all(hint.strip() for hint in kata.hints):
        yield f"{kata.id}: it needs {HINTS} different hints, from gentle to plain; it has {len(kata.hints)}"
    yield from _variant_problems(places, kata, files["mistakes"], "mistakes", MISTAKES, stub)
    yield from _variant_problems(places, kata, files["alternatives"], "alternatives", ALTERNATIVES, stub)
    for concept in sorted(set(concept_marks(files["specification"])) - known):
        yield f"{kata.id}: the specification names the concept {concept}, which katas/concepts.toml does not have"


def _variant_problems(
    places: Places, kata: Kata, file: Path, what: str, least: int, stub: dict[str, str]
) -> Iterator[str]:
    try:
        found = read_variants(kata, file)
    except ValueError as error:
        yield f"{kata.id}: {what}: {error}"
        return
    if len(found) < least:
        yield f"{kata.id}: it has {len(found)} {what}, and needs at least {least}"
    for variant in found:
        if reason := problem_with(places, kata, variant):
            yield f"{kata.id}: {what}: {variant.name}: {reason}"
        elif not variant.change and not set(variant.replaces) & set(stub):
            yield f"{kata.id}: {what}: {variant.name} replaces nothing that the stub has"


def tests_of_suite(root: Path) -> list[Path]:
    """Return the suite's own test files: no variants, and no attacks that the grader is tested with."""
    files = (root / "tests").rglob("test_*.py")
    return sorted(file for file in files if file.relative_to(root / "tests").parts[0] not in _FOLDERS_WITHOUT_TESTS)


def concept_marks(file: Path) -> list[str]:
    """Return the ids of all ``@pytest.mark.concept("...")`` in a test file."""
    return [
        str(node.args[0].value)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "pytest.mark.concept"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]


def _stray_files(places: Places, whole: Course) -> Iterator[str]:
    expected = {places.root / "katas" / name for name in ("course.toml", "concepts.toml")}
    expected |= {places.root / "katas" / chapter.name / "chapter.toml" for chapter in whole.chapters}
    for kata in whole.katas():
        expected |= {places.stub(kata), places.specification(kata), places.solution(kata)}
        expected |= {places.mistakes(kata), places.alternatives(kata)}
    for folder in ("katas", "solutions", "tests/mistakes", "tests/alternatives"):
        for file in sorted((places.root / folder).rglob("*")):
            relative = file.relative_to(places.root)
            is_data = relative.parent == Path("katas/data") and file.suffix in DATA
            if file.is_file() and file not in expected and not is_data and "__pycache__" not in relative.parts:
                yield f"{relative.as_posix()} is a stray file: it belongs to no kata"
