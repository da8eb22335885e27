"""The diff from the learner's answer to the reference, without docstrings, which only the stub has."""

import ast
import difflib


def lines(answer: str, reference: str) -> list[str] | None:
    """Return all lines, marked ``-`` if only the answer has them, ``+`` if only the reference does, else with a space.

    Docstrings are left out, unless the answer is not valid Python.

    Returns:
        The lines, or None if there is no difference.
    """
    mine, theirs = _without_docstrings(answer), _without_docstrings(reference)
    if mine == theirs:
        return None
    # n is as large as the text, so that the diff shows all lines, not only those near a change.
    diff = difflib.unified_diff(mine, theirs, lineterm="", n=len(mine) + len(theirs))
    return list(diff)[3:]


def _without_docstrings(text: str) -> list[str]:
    """Return the lines of ``text`` without docstrings and without repeated empty lines."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return text.splitlines()
    docstrings: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            first = node.body[0]
            docstrings.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    bare: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if number not in docstrings and (line.strip() or (bare and bare[-1].strip())):
            bare.append(line.rstrip())
    while bare and not bare[-1]:
        bare.pop()
    return bare
