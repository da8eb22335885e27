"""From the learner's answer to the reference, line by line, without the texts that only the stub has."""

import ast
import difflib


def lines(answer: str, reference: str) -> list[str] | None:
    """Return each line of both, with ``-`` for the answer's alone, ``+`` for the reference's alone, else a space.

    Docstrings are left out, since solutions have none; where the answer is not Python, it is shown as it is.

    Returns:
        The lines, or None where there is no difference.
    """
    mine, theirs = _bare(answer), _bare(reference)
    if mine == theirs:
        return None
    # A last argument as large as the text: all of it is shown, not the surroundings of the changes alone.
    differing = difflib.unified_diff(mine, theirs, lineterm="", n=len(mine) + len(theirs))
    return list(differing)[3:]


def _bare(text: str) -> list[str]:
    """Return the lines of ``text`` without docstrings, and with no two empty lines in a row."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return text.splitlines()
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            first = node.body[0]
            told.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    bare: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if number not in told and (line.strip() or (bare and bare[-1].strip())):
            bare.append(line.rstrip())
    while bare and not bare[-1]:
        bare.pop()
    return bare
