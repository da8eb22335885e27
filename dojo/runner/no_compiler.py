"""Keep torch from importing its compiler before somebody asks for it.

Each optimiser of torch's asks ``torch._dynamo`` to leave its steps alone, on its first step, and so imports 900 modules
where nothing is ever compiled: more than a second, in each fork. So does the start of a process group, which tells the
compiler to forget what it found out before, and DistributedDataParallel, which asks for one of its settings. What
stands in for ``torch._dynamo`` here answers these requests, and gives way to the real module as soon as anything else
is asked of it.
"""

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch

_COMPILER = "torch._dynamo"


class _Part:
    """A module of the compiler that answers what is asked where nothing is compiled, and otherwise gives way."""

    def __init__(self, name: str, **answers: Callable[[], Any]) -> None:
        vars(self).update(answers, _name=name)

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(f"{_COMPILER}.{self._name}"), name)


class _StandIn(ModuleType):
    trace_rules = _Part("trace_rules", clear_lru_cache=lambda: None)  # nothing was found out that could be forgotten
    utils = _Part("utils", get_optimize_ddp_mode=lambda: "ddp_optimizer")  # the default of its settings

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


def postpone_compiler() -> None:
    """Let a stand-in answer for torch's compiler, unless that is loaded already."""
    if _COMPILER not in sys.modules:
        sys.modules[_COMPILER] = vars(torch)["_dynamo"] = _StandIn(_COMPILER)
