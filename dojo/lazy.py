"""Keep torch from importing its compiler before somebody asks for it.

Each optimiser of torch's asks ``torch._dynamo`` to leave its steps alone, on its first step, and so imports 900 modules
where nothing is ever compiled: more than a second, in each fork. What stands in for ``torch._dynamo`` here answers that
one request, and gives way to the real module as soon as anything else is asked of it.
"""

import importlib
import sys
from types import ModuleType
from typing import Any

import torch

_COMPILER = "torch._dynamo"


class _StandIn(ModuleType):
    @staticmethod
    def graph_break(*_: object, **__: object) -> None:
        """Do what the compiler does where nothing is compiled."""

    @staticmethod
    def disable(function: Any = None, *_: object, **__: object) -> Any:
        """Return the function, or a decorator that does: what is not compiled needs no exception from it."""
        return (lambda decorated: decorated) if function is None else function

    def __getattr__(self, name: str) -> Any:
        # Who walks over all modules, as inspect does, asks for no compiler. To import a part of it asks for __path__.
        if name.startswith("__") and name != "__path__":
            raise AttributeError(name)
        if sys.modules.get(_COMPILER) is self:
            del sys.modules[_COMPILER]
            vars(torch).pop("_dynamo", None)
        return getattr(importlib.import_module(_COMPILER), name)


def put_the_compiler_off() -> None:
    """Let a stand-in answer for torch's compiler, unless that is loaded already."""
    if _COMPILER not in sys.modules:
        sys.modules[_COMPILER] = vars(torch)["_dynamo"] = _StandIn(_COMPILER)
