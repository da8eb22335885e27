"""Mutation operators for code that calls a tensor library, beside those of cosmic-ray.

In such code the mistakes lie less in ``+`` and ``<`` than in an argument left out, a call left out, an order mixed up.
"""

from cosmic_ray.operators.operator import Example, Operator
from parso.python.tree import Name
from parso.python.tree import Operator as Sign
from parso.tree import BaseNode, NodeOrLeaf

Place = tuple[tuple[int, int], tuple[int, int]]


def _place(node: NodeOrLeaf) -> Place:
    return node.start_pos, node.end_pos


def _arguments(node: NodeOrLeaf) -> list[NodeOrLeaf]:
    """Return the arguments of a call, given its parentheses."""
    if node.type != "trailer" or node.children[0].value != "(" or len(node.children) != 3:
        return []
    inner = node.children[1]
    if inner.type == "arglist":
        return [each for each in inner.children if each.type != "operator"]
    return [inner]


def _keyword(argument: NodeOrLeaf) -> bool:
    return argument.type == "argument" and argument.children[1].type == "operator" and argument.children[1].value == "="


def _positional(argument: NodeOrLeaf) -> bool:
    return argument.type != "argument"  # not a=1, not *a, not a for a in b


def _with_prefix(node: NodeOrLeaf, prefix: str) -> NodeOrLeaf:
    node.get_first_leaf().prefix = prefix
    return node


class LeaveArgumentOut(Operator):
    """Leaves out a keyword argument, or the last argument."""

    def mutation_positions(self, node: NodeOrLeaf) -> list[Place]:
        return [_place(argument) for argument in self._droppable(node)]

    def mutate(self, node: BaseNode, index: int) -> BaseNode:
        dropped = self._droppable(node)[index]
        inner = node.children[1]
        if inner is dropped:
            del node.children[1]
            return node
        at = inner.children.index(dropped)
        # With the comma before it; the first goes with the comma after it.
        del inner.children[max(at - 1, 0) : at + 1 + (at == 0)]
        return node

    @staticmethod
    def _droppable(node: NodeOrLeaf) -> list[NodeOrLeaf]:
        arguments = _arguments(node)
        return [each for each in arguments if _keyword(each) or (each is arguments[-1] and _positional(each))]

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (
            Example("x.sum(0, keepdim=True)", "x.sum(0)"),
            Example("zeros(3, dtype=d, device=e)", "zeros(3, device=e)"),
            Example("zeros(3, dtype=d, device=e)", "zeros(3, dtype=d)", occurrence=1),
            Example("x.sum(0)", "x.sum()"),
        )


class LeaveCallOut(Operator):
    """Leaves out a method's call, or a function's around its first argument."""

    def mutation_positions(self, node: NodeOrLeaf) -> list[Place]:
        return [_place(node.children[at]) for at in self._calls(node)]

    def mutate(self, node: BaseNode, index: int) -> BaseNode:
        at = self._calls(node)[index]
        if at > 1:
            del node.children[at - 1 : at + 1]
            return node.children[0] if len(node.children) == 1 else node
        prefix = node.get_first_leaf().prefix
        argument = _with_prefix(_arguments(node.children[1])[0], "")
        node.children[:2] = [Sign("(", (0, 0), prefix), argument, Sign(")", (0, 0))]
        return node

    @classmethod
    def _calls(cls, node: NodeOrLeaf) -> list[int]:
        if node.type not in ("atom_expr", "power") or node.parent.type == "raise_stmt":
            return []
        found = []
        for at, child in enumerate(node.children):
            if child.type != "trailer" or child.children[0].value != "(":
                continue
            before = node.children[at - 1]
            method = at > 1 and before.type == "trailer" and before.children[0].value == "."
            function = at == 1 and _arguments(child) and _positional(_arguments(child)[0])
            if function or (method and (at > 2 or not cls._imported(node.children[0]))):
                found.append(at)
        return found

    @staticmethod
    def _imported(node: NodeOrLeaf) -> bool:
        """Say whether this is a module's name: without the call, it alone would be left."""
        module = node.get_root_node()
        return isinstance(node, Name) and node.value in {
            name.value for each in module.iter_imports() for name in each.get_defined_names()
        }

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (
            Example("y = x.detach()", "y = x"),
            Example("x.abs().sum(0) + 1", "x.sum(0) + 1"),
            Example("x.abs().sum(0) + 1", "x.abs() + 1", occurrence=1),
            Example("y = list(x)", "y = (x)"),
        )


class LeaveFunctionOut(Operator):
    """Leaves out a function of a module around its first argument."""

    def mutation_positions(self, node: NodeOrLeaf) -> list[Place]:
        return [_place(node)] if self._fits(node) else []

    def mutate(self, node: BaseNode, index: int) -> BaseNode:
        prefix = node.get_first_leaf().prefix
        argument = _with_prefix(_arguments(node.children[2])[0], "")
        node.children[:3] = [Sign("(", (0, 0), prefix), argument, Sign(")", (0, 0))]
        return node

    @staticmethod
    def _fits(node: NodeOrLeaf) -> bool:
        return bool(
            node.type in ("atom_expr", "power")
            and len(node.children) > 2
            and LeaveCallOut._imported(node.children[0])
            and _arguments(node.children[2])
            and _positional(_arguments(node.children[2])[0])
        )

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("import torch\ntorch.log(x).sum()", "import torch\n(x).sum()"),)


class LeaveStatementOut(Operator):
    """Leaves out a statement within a function, unless it returns, raises or imports."""

    _KEPT = (
        "return_stmt", "raise_stmt", "import_name", "import_from", "keyword", "string", "yield_expr", "assert_stmt",
        "annotated",
    )  # fmt: skip

    def mutation_positions(self, node: NodeOrLeaf) -> list[Place]:
        within = node.type == "simple_stmt" and node.parent.type != "file_input"
        return [_place(node)] if within and self._kind(node.children[0]) not in self._KEPT else []

    @staticmethod
    def _kind(statement: NodeOrLeaf) -> str:
        """Return the kind of a statement: annotated is what only annotates, such as ``weight: torch.Tensor``."""
        annotation = statement.children[1] if statement.type == "expr_stmt" else None
        only = annotation is not None and annotation.type == "annassign" and len(annotation.children) == 2
        return "annotated" if only else statement.type

    def mutate(self, node: BaseNode, index: int) -> BaseNode:
        node.children[0] = Name("pass", (0, 0), node.get_first_leaf().prefix)
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("def f(x):\n    x.backward()\n", "def f(x):\n    pass\n"),)


class LeaveWithOut(Operator):
    """Leaves out a context, such as ``torch.no_grad()``, that gives no name to anything."""

    def mutation_positions(self, node: NodeOrLeaf) -> list[Place]:
        fits = node.type == "with_stmt" and all(each.type != "with_item" for each in node.children)
        return [_place(node.children[1])] if fits else []

    def mutate(self, node: BaseNode, index: int) -> BaseNode:
        node.children[0] = Name("if", (0, 0), node.children[0].prefix)
        node.children[1:-2] = [Name("True", (0, 0), " ")]
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("with no_grad():\n    f()\n", "if True:\n    f()\n"),)


class SwapOperands(Operator):
    """Swaps the sides of an operation in which their order matters, and the first two arguments of a call."""

    _SIGNS = ("-", "/", "//", "%", "@")

    def mutation_positions(self, node: NodeOrLeaf) -> list[Place]:
        return [_place(first) for first, _ in self._pairs(node)]

    def mutate(self, node: BaseNode, index: int) -> BaseNode:
        first, second = self._pairs(node)[index]
        children = first.parent.children
        i, j = (next(at for at, each in enumerate(children) if each is x) for x in (first, second))
        prefixes = first.get_first_leaf().prefix, second.get_first_leaf().prefix
        children[i], children[j] = _with_prefix(second, prefixes[0]), _with_prefix(first, prefixes[1])
        return node

    @classmethod
    def _pairs(cls, node: NodeOrLeaf) -> list[tuple[NodeOrLeaf, NodeOrLeaf]]:
        if node.type in ("arith_expr", "term"):
            return [
                (node.children[at - 1], node.children[at + 1])
                for at in range(1, len(node.children), 2)
                # In a - b - c, only the last sign has all that stands left of it.
                if node.children[at].value in cls._SIGNS and len(node.children) == 3
            ]
        first = _arguments(node)[:2]
        return [(first[0], first[1])] if len(first) == 2 and all(map(_positional, first)) else []

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("a - b", "b - a"), Example("f(a, b, c)", "f(b, a, c)"))


class ReplaceName(Operator):
    """Takes the neighbour of a well-known name: min for max, sum for mean, eval for train."""

    _PAIRS = (
        ("max", "min"), ("amax", "amin"), ("argmax", "argmin"), ("mean", "sum"), ("zeros", "ones"),
        ("zeros_like", "ones_like"), ("rand", "randn"), ("randn_like", "rand_like"), ("floor", "ceil"), ("train", "eval"),
        ("sqrt", "square"), ("exp", "log"), ("sin", "cos"), ("all", "any"), ("stack", "cat"), ("tril", "triu"),
        ("float32", "float64"), ("int64", "int32"), ("zeros_", "fill_"), ("rows", "columns"), ("add_", "sub_"),
        ("first", "last"), ("append", "extend"), ("var", "std"), ("tanh", "sigmoid"), ("exists", "is_file"), ("r", "a"),
    )  # fmt: skip
    _NEIGHBOURS = dict(_PAIRS) | {b: a for a, b in _PAIRS if a not in ("zeros_", "r")}

    def mutation_positions(self, node: NodeOrLeaf) -> list[Place]:
        fits = node.type == "name" and node.value in self._NEIGHBOURS and not node.is_definition()
        return [_place(node)] if fits else []

    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf:
        node.value = self._NEIGHBOURS[node.value]
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("x.max()", "x.min()"), Example("torch.sum(x)", "torch.mean(x)"))


OPERATORS = (
    LeaveArgumentOut,
    LeaveCallOut,
    LeaveFunctionOut,
    LeaveStatementOut,
    LeaveWithOut,
    SwapOperands,
    ReplaceName,
)
