"""Other answers to a kata, right or wrong, each told by what it changes in the solution.

A file of ``tests/mistakes`` or ``tests/alternatives`` holds many answers, each under a name of its top level:

- ``Name = edit(...)`` changes one place of one function;
- ``Name = body(...)`` gives one function another body;
- ``@replaces(...)`` above ``def Name`` or ``class Name`` lets what is below stand in for one function or class;
- ``class Name`` without it holds all that it replaces.

The file's other statements serve all of them.
"""

import ast
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


class Unfit(ValueError):
    """A change that cannot be made to the solution as it is. The message is for whoever wrote either."""


@dataclass(frozen=True)
class Change:
    """A change of one function, class or method of the solution: ``old`` becomes ``new``, or the whole body does."""

    function: str
    old: str | None
    new: str
    words: str = ""

    def applied(self, solution: str) -> str:
        """Return the text of the solution with this change.

        Raises:
            Unfit: there is no such function, or no such place in it.
        """
        node = _find_function(ast.parse(solution), self.function)
        lines = solution.split("\n")
        if self.old is None:
            start = _first_line(node.body[0])
            head = lines[start - 1].encode()[: node.body[0].col_offset].decode().rstrip()  # of ``def f(x): return x``
            text = textwrap.indent(textwrap.dedent(self.new).strip("\n"), " " * (node.col_offset + 4))
            changed = f"{head}\n{text}" if head else text
        else:
            start = _first_line(node)
            text = "\n".join(lines[start - 1 : node.end_lineno])
            if (count := text.count(self.old)) != 1:
                raise Unfit(
                    f"{self.function} of the solution has {self.old!r} {count} times: give more of the text around it"
                    if count
                    else f"{self.function} of the solution does not have {self.old!r}: give the text as it is there"
                )
            changed = text.replace(self.old, self.new)
        return "\n".join([*lines[: start - 1], changed, *lines[node.end_lineno :]])


def edit(function: str, old: str, new: str, words: str = "") -> Change:
    """Return the answer that is the solution with ``new`` in place of ``old``.

    Args:
        function: where that is: ``function``, ``Class`` or ``Class.method``.
        old: text that the function has once.
        new: the text in its place.
        words: what the refusal of this answer must say.
    """
    return Change(function, old, new, words)


def body(function: str, text: str, words: str = "") -> Change:
    """Return the answer that is the solution with another body of one function.

    Args:
        function: which one: ``function``, ``Class`` or ``Class.method``.
        text: the new body, indented by any common margin.
        words: what the refusal of this answer must say.
    """
    return Change(function, None, text, words)


def replaces(name: str, words: str = "") -> Callable[[Any], type]:
    """Let what is decorated stand in for a function or class of the solution: short for a class that holds it alone.

    Args:
        name: what it replaces.
        words: what the refusal of this answer must say.
    """

    def decorate(own: Any) -> type:
        variant = own.__name__
        own.__name__, own.__qualname__ = name, f"{variant}.{name}"  # as errors are to call it
        return type(variant, (), {"__doc__": words, name: own})

    return decorate


@dataclass(frozen=True)
class Variant:
    """One answer of such a file, and the words that its refusal must contain."""

    kata: str
    name: str
    words: str
    replaces: tuple[str, ...]
    change: Change | None = None


def variants(kata: str, text: str) -> Iterator[Variant]:
    """Yield the answers that the text of a file holds, which is not executed.

    Raises:
        ValueError: an answer is not told in plain strings.
    """
    for node in ast.parse(text).body:
        if told := _read_form(node):
            name, form, call = told
            try:
                made = _FORMS[form](*map(_string, call.args), **{str(k.arg): _string(k.value) for k in call.keywords})
            except (TypeError, ValueError):
                raise ValueError(f"{name}: {form} is to be given its {_TAKES[form]}, all plain strings") from None
            yield Variant(kata, name, _line(made.words), (made.function,), None if form == "replaces" else made)
        elif isinstance(node, ast.ClassDef):
            names = tuple(each.name for each in node.body if isinstance(each, ast.FunctionDef | ast.ClassDef))
            yield Variant(kata, node.name, _line(ast.get_docstring(node) or ""), names)


_FORMS: dict[str, Callable[..., Change]] = {
    "edit": edit,
    "body": body,
    "replaces": lambda name, words="": Change(name, None, "", words),
}
_TAKES = {
    "edit": "function, old text, new text and words",
    "body": "function, text and words",
    "replaces": "name and words",
}


def _read_form(node: ast.stmt) -> tuple[str, str, ast.Call] | None:
    """Return the name of the answer that a statement tells, which form it has, and the call of that form."""
    match node:
        case ast.Assign([ast.Name(name)], ast.Call(ast.Name("edit" | "body" as form)) as call):
            return name, form, call
        case ast.FunctionDef(name, decorator_list=[first, *_]) | ast.ClassDef(name, decorator_list=[first, *_]):
            if isinstance(first, ast.Call) and isinstance(first.func, ast.Name) and first.func.id == "replaces":
                return name, "replaces", first
    return None


def _string(node: ast.expr) -> str:
    value = ast.literal_eval(node)
    if not isinstance(value, str):
        raise TypeError
    return value


def _find_function(module: ast.Module, path: str) -> ast.FunctionDef | ast.ClassDef:
    within: ast.Module | ast.FunctionDef | ast.ClassDef = module
    for name in path.split("."):
        inner = {each.name: each for each in within.body if isinstance(each, ast.FunctionDef | ast.ClassDef)}
        if name not in inner:
            raise Unfit(f"the solution has no {path}: name one of {', '.join(inner) or 'those that it has'}")
        within = inner[name]
    assert not isinstance(within, ast.Module)
    return within


def _first_line(node: ast.stmt) -> int:
    """Return the line in which a statement begins, with its decorators."""
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    return min([node.lineno, *(each.lineno for each in decorators)])


def _line(text: str) -> str:
    return " ".join(text.split())
