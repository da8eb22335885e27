"""Variants: right or wrong answers to a kata that are defined as changes of the solution.

A file of ``tests/mistakes`` or ``tests/alternatives`` holds many variants, each a top-level name:

- ``Name = edit(...)`` changes one place of one function;
- ``Name = body(...)`` replaces the body of one function;
- ``@replaces(...)`` on ``def Name`` or ``class Name`` replaces one function or class by the decorated one;
- ``class Name`` without it contains several functions and classes that replace those of the same name.

All variants can use the file's other statements.
"""

import ast
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


class CannotChange(ValueError):
    """The change cannot be applied to the solution. The message is for the author of either."""


@dataclass(frozen=True)
class Change:
    """A change of one function, class or method: ``new`` replaces ``old``, or the whole body if ``old`` is None."""

    function: str
    old: str | None
    new: str
    words: str = ""

    def apply_to(self, solution: str) -> str:
        """Return the text of the solution with this change.

        Raises:
            CannotChange: if there is no such function, or no such text in it.
        """
        node = _find_function(ast.parse(solution), self.function)
        lines = solution.split("\n")
        if self.old is None:
            start = _first_line(node.body[0])
            # Not empty if the body is on the same line: def f(x): return x
            head = lines[start - 1].encode()[: node.body[0].col_offset].decode().rstrip()
            text = textwrap.indent(textwrap.dedent(self.new).strip("\n"), " " * (node.col_offset + 4))
            changed = f"{head}\n{text}" if head else text
        else:
            start = _first_line(node)
            text = "\n".join(lines[start - 1 : node.end_lineno])
            if (count := text.count(self.old)) != 1:
                raise CannotChange(
                    f"{self.function} of the solution has {self.old!r} {count} times: give more of the text around it"
                    if count
                    else f"{self.function} of the solution does not have {self.old!r}: give the text as it is there"
                )
            changed = text.replace(self.old, self.new)
        return "\n".join([*lines[: start - 1], changed, *lines[node.end_lineno :]])


def edit(function: str, old: str, new: str, words: str = "") -> Change:
    """Define a variant by replacing ``old`` by ``new``.

    Args:
        function: ``function``, ``Class`` or ``Class.method``.
        old: text that occurs once in the function.
        new: the text that replaces it.
        words: the failure message of this variant must contain them.
    """
    return Change(function, old, new, words)


def body(function: str, text: str, words: str = "") -> Change:
    """Define a variant by replacing the body of a function.

    Args:
        function: ``function``, ``Class`` or ``Class.method``.
        text: the new body, with any common indentation.
        words: as for ``edit``.
    """
    return Change(function, None, text, words)


def replaces(name: str, words: str = "") -> Callable[[Any], type]:
    """Define a variant by replacing a function or class by the decorated one.

    Args:
        name: the function or class to replace.
        words: as for ``edit``.
    """

    def decorate(own: Any) -> type:
        variant = own.__name__
        own.__name__, own.__qualname__ = name, f"{variant}.{name}"  # the names that tracebacks show
        return type(variant, (), {"__doc__": words, name: own})

    return decorate


@dataclass(frozen=True)
class Variant:
    """One variant in a file, and the words that its failure message must contain."""

    kata: str
    name: str
    words: str
    replaces: tuple[str, ...]
    change: Change | None = None


def variants(kata: str, text: str) -> Iterator[Variant]:
    """Yield the variants in the text of a file, without executing it.

    Raises:
        ValueError: if the arguments of a variant are not plain strings.
    """
    for node in ast.parse(text).body:
        if parsed := _parse_form(node):
            name, form, call = parsed
            try:
                made = _FORMS[form](*map(_string, call.args), **{str(k.arg): _string(k.value) for k in call.keywords})
            except (TypeError, ValueError):
                raise ValueError(
                    f"{name}: {form} is to be given its {_ARGUMENTS_OF[form]}, all plain strings"
                ) from None
            yield Variant(kata, name, _line(made.words), (made.function,), None if form == "replaces" else made)
        elif isinstance(node, ast.ClassDef):
            names = tuple(each.name for each in node.body if isinstance(each, ast.FunctionDef | ast.ClassDef))
            yield Variant(kata, node.name, _line(ast.get_docstring(node) or ""), names)


_FORMS: dict[str, Callable[..., Change]] = {
    "edit": edit,
    "body": body,
    "replaces": lambda name, words="": Change(name, None, "", words),
}
_ARGUMENTS_OF = {
    "edit": "function, old text, new text and words",
    "body": "function, text and words",
    "replaces": "name and words",
}


def _parse_form(node: ast.stmt) -> tuple[str, str, ast.Call] | None:
    """Return the name of the variant that a statement defines, its form, and the call with the arguments."""
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
            raise CannotChange(f"the solution has no {path}: name one of {', '.join(inner) or 'those that it has'}")
        within = inner[name]
    assert not isinstance(within, ast.Module)
    return within


def _first_line(node: ast.stmt) -> int:
    """Return the first line of a statement, including its decorators."""
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    return min([node.lineno, *(each.lineno for each in decorators)])


def _line(text: str) -> str:
    return " ".join(text.split())
