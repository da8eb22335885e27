"""Keep torch from importing its compiler until it is needed.

On its first step, each of torch's optimisers calls ``torch._dynamo`` to exclude its steps from compilation. This
imports 900 modules, which takes more than a second in each fork, though nothing is compiled. So does starting a process
group, which clears a cache of the compiler, and DistributedDataParallel, which reads one of its settings. The stand-in
for ``torch._dynamo`` handles these requests, and is replaced by the real module on any other.
"""

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch

_COMPILER = "torch._dynamo"


class _SubmoduleStandIn:
    """A submodule of the compiler with attributes used without compilation; others come from the real one."""

    def __init__(self, name: str, **answers: Callable[[], Any]) -> None:
        vars(self).update(answers, _name=name)

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(f"{_COMPILER}.{self._name}"), name)


class _StandIn(ModuleType):
    trace_rules = _SubmoduleStandIn("trace_rules", clear_lru_cache=lambda: None)  # the cache is empty
    utils = _SubmoduleStandIn("utils", get_optimize_ddp_mode=lambda: "ddp_optimizer")  # the default of its settings

    @staticmethod
    def graph_break(*_: object, **__: object) -> None:
        """Do nothing, as the compiler does if nothing is compiled."""

    @staticmethod
    def disable(function: Any = None, *_: object, **__: object) -> Any:
        """Return the function, or a decorator that returns it: nothing is compiled, so nothing needs to be excluded."""
        return (lambda decorated: decorated) if function is None else function

    def __getattr__(self, name: str) -> Any:
        # Code that visits all modules, such as inspect, does not need it. Importing a submodule uses __path__.
        if name.startswith("__") and name != "__path__":
            raise AttributeError(name)
        if sys.modules.get(_COMPILER) is self:
            del sys.modules[_COMPILER]
            vars(torch).pop("_dynamo", None)
        return getattr(importlib.import_module(_COMPILER), name)


def postpone_compiler() -> None:
    """Install the stand-in for torch's compiler, unless the compiler is already loaded."""
    if _COMPILER not in sys.modules:
        sys.modules[_COMPILER] = vars(torch)["_dynamo"] = _StandIn(_COMPILER)
