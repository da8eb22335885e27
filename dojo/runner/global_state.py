"""What names of torch, of Python and of ours mean, and whether an answer has bound one of them to something else."""

import builtins
import contextlib
import gc
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._device import DeviceContext
from torch.utils._python_dispatch import TorchDispatchMode

from dojo.runner.answers import AnswerModule

# What specifications and answers are written with, and what judges. Not all of torch: to look at an object in a fork
# copies its page of memory, and 25,000 names would take ten times as long as a kata's tests.
_TORCH: tuple[str, ...] = (
    "",
    "_tensor",
    "autograd",
    "autograd.functional",
    "fft",
    "functional",
    "linalg",
    "nn",
    "nn.functional",
    "nn.init",
)
_TORCH += ("optim", "overrides", "random", "special", "testing", "testing._comparison", "utils._python_dispatch")
_WATCHED = (
    *(f"torch.{name}".rstrip(".") for name in _TORCH),
    *("builtins", "gc", "hmac", "inspect", "io", "json", "math", "operator", "os", "random", "sys"),
    *("msgspec", "msgspec.json", "msgspec.structs"),
    *("pytest", "pluggy._callers", "pluggy._hooks", "pluggy._manager", "pluggy._result"),
    *(f"_pytest.{name}" for name in ("assertion.rewrite", "fixtures", "main", "nodes", "outcomes", "python")),
    *(f"_pytest.{name}" for name in ("python_api", "raises", "recwarn", "reports", "runner")),
)
_CLASSES: tuple[type, ...] = (torch.Tensor, torch.nn.Parameter, torch.nn.Module, DeviceContext)
_CLASSES += (TorchFunctionMode, TorchDispatchMode)
# What the words of specifications stand on, which are contexts.
_CLASSES += (contextlib._GeneratorContextManager, contextlib._GeneratorContextManagerBase, contextlib.ContextDecorator)
_CLASSES += (contextlib.AbstractContextManager, contextlib.ExitStack, contextlib.nullcontext, contextlib.suppress)
_KITS = ("torch.nn", "torch.optim", "torch.utils.data")
"""Of the classes here that a specification uses, it is looked at what they do."""
_METHODS = ("dojo", "_pytest")
"""Of these packages, the methods of classes are looked at too."""
_OURS = ("dojo.check", "dojo.draw")
"""Of these, every value, and that nothing was added: specifications are written with them."""

_HOOKS = "torch.nn.modules.module"
_CHANGEABLE = 1 << 9
"""CPython's flag of classes that are made at run time, and whose attributes can be rebound."""

_LARGE = frozenset({"inspect", "operator", "os", "pytest", "torch", "torch.nn"})
"""Of these modules, only the names that somebody uses who takes part in a verdict, of these packages:"""
_USERS = (
    "dojo.",
    "_pytest",
    "pluggy",
    "torch.functional",
    "torch.nn.",
    "torch.optim",
    "torch._tensor",
    "torch.testing",
)
_IDLE = ("dojo.course", "dojo.forkserver", "dojo.runner.recorder", "dojo.screen", "dojo.workspace")
"""These of ours take no part in a verdict."""

_SET_BY_TORCH = frozenset({"Storage"})
"""What torch itself rebinds, for set_default_dtype."""
_NOTED = frozenset({"__warningregistry__", "__slotnames__", "__abstractmethods__", "__annotations__"})
_NOTED |= {"__annotations_cache__", "__annotate_func__", "__msgspec_cache__"}
"""Python and msgspec themselves note things by these names, when they first need them."""


@dataclass(frozen=True)
class Namespace:
    """The names of a module or a class.

    Args:
        where: ``torch.nn``, ``torch.Tensor``.
        now: what they mean at the time of asking.
        before: what they meant.
        whole: whether no name may be added.
    """

    where: str
    now: Mapping[str, object]
    before: Mapping[str, object]
    whole: bool = False


Names = tuple[Namespace, ...]
FindChange = Callable[[], str | None]


def watched_namespaces(specifications: Iterable[Mapping[str, object]] = ()) -> Names:
    """Return all functions and classes by the names that an answer could rebind, with what they are now.

    Args:
        specifications: what their modules hold.
    """
    found: list[Namespace] = []
    users = [vars(module) for name, module in list(sys.modules.items()) if name.startswith(_USERS)]
    used = _names_in(*users, *specifications)
    for name, module in list(sys.modules.items()):
        if (name in _WATCHED or (name.startswith("dojo.") and not name.startswith(_IDLE))) and isinstance(
            module, ModuleType
        ):
            held = vars(module)
            if name.startswith(_OURS):
                found += module_namespaces(name, held)
            else:
                kinds = (ModuleType,) if name.startswith("dojo.") else ()
                kept = {key: value for key, value in list(held.items()) if callable(value) or isinstance(value, kinds)}
                if name in _LARGE:
                    kept = {key: value for key, value in kept.items() if key in used}
                found.append(Namespace(name, held, {key: kept[key] for key in kept.keys() - _SET_BY_TORCH}))
            for key, value in list(held.items()):
                if isinstance(value, type) and value.__module__ == name and name.startswith(_METHODS):
                    found.append(Namespace(f"{name}.{key}", vars(value), dict(vars(value)), whole=True))
    found += [_of_class(each) for each in _CLASSES]
    hooks = {key: value for key, value in vars(torch.nn.modules.module).items() if key.startswith("_global_")}
    found += [
        Namespace(f"{_HOOKS}.{key}", value, dict(value), whole=True)
        for key, value in hooks.items()
        if isinstance(value, dict)
    ]
    return tuple(found)


def _of_class(each: type) -> Namespace:
    return Namespace(f"{each.__module__}.{each.__qualname__}", vars(each), dict(vars(each)), whole=True)


def module_namespaces(name: str, held: dict[str, object]) -> Names:
    """Return all that a module holds, and what its tables hold."""
    tables = [(key, value) for key, value in held.items() if type(value) is dict and not key.startswith("__")]
    return (
        Namespace(name, held, {key: value for key, value in held.items() if key not in _NOTED}, whole=True),
        *(Namespace(f"{name}.{key}", value, dict(value), whole=True) for key, value in tables),
    )


def narrow(all_names: Names, specification: ModuleType) -> Names:
    """Return what one specification and our comparisons are written with: little enough to look at after each call."""
    used = _names_in(*(vars(sys.modules[name]) for name in sys.modules if name.startswith(_OURS)), vars(specification))
    always = (*_OURS, _HOOKS, *(f"{each.__module__}.{each.__qualname__}" for each in _CLASSES))
    found = [each for each in all_names if each.where.startswith(always) and each.whole]
    for each in all_names:
        if each.where in ("torch", "math", "builtins", "torch.nn.functional", "operator"):
            kept = {key: value for key, value in each.before.items() if key in used}
            found.append(Namespace(each.where, each.now, kept))
    classes: dict[type, None] = {}
    for value in [
        *vars(specification).values(),
        *(getattr(sys.modules[kit], key, None) for kit in _KITS for key in used),
    ]:
        if isinstance(value, ModuleType) and not isinstance(value, AnswerModule):
            held = vars(value)
            found.append(Namespace(value.__name__, held, {key: held[key] for key in used if callable(held.get(key))}))
        elif isinstance(value, type) and value.__module__ != specification.__name__:
            classes |= dict.fromkeys(each for each in value.__mro__ if each.__flags__ & _CHANGEABLE)
    found += [_of_class(each) for each in classes]
    return (*found, *module_namespaces(specification.__name__, vars(specification)))


def _names_in(*modules: Mapping[str, object]) -> frozenset[str]:
    codes = [value.__code__ for held in modules for value in held.values() if isinstance(value, FunctionType)]
    found: set[str] = set()
    while codes:
        code = codes.pop()
        found.update(code.co_names)
        codes += [each for each in code.co_consts if isinstance(each, CodeType)]
    return frozenset(found)


def change_finder(before: Names, lenient: bool = False) -> FindChange:
    """Return what says which name means something else than it did, or newly hides one; None for none.

    It calls nothing by a name that an answer could rebind, and holds nothing that could be changed: a method of a
    tuple, not a closure, the cells of which anybody may fill.

    Args:
        before: what names meant.
        lenient: whether torch may cover its own functions with others, as it does when it loads its compiler.
    """
    rows = tuple((each.where, each.now, tuple(each.before.items()), len(each.before), each.whole) for each in before)
    hides = tuple(
        (each.where, each.now, tuple(name for name in vars(builtins) if name not in each.now))
        for each in before
        if each.where.startswith(("dojo", "_pytest")) and not each.whole
    )
    folder = f"{Path(torch.__file__).parent}/" if lenient else "nowhere"
    return MethodType(_find_change, (rows, hides, folder, object(), len, dict, type, FunctionType, _NOTED))


def _find_change(held: tuple[Any, ...]) -> str | None:
    rows, hides, folder, absent, count, table, kind, function, noted = held
    for where, now, values, size, is_whole in rows:
        get = now.get
        for name, value in values:
            found = get(name, absent)
            if found is value:
                continue
            covered = kind(found) is function and found.__code__.co_filename.startswith(folder)
            if not (covered and found.__dict__.get("__wrapped__") is value):
                return f"{where}.{name}"
        if is_whole and count(now) > size:
            known = table(values)
            for name in now:
                if name not in known and name not in noted:
                    return f"{where}.{name}"
    for where, now, unused in hides:
        for name in unused:
            if name in now:
                return f"{where}.{name}"
    return None


def mode_counter() -> Callable[[], int]:
    """Return what counts the modes that torch asks before it does anything: but not a default device."""
    held = torch._C._len_torch_function_stack, torch._C._get_function_stack_at, torch._C._len_torch_dispatch_stack
    return MethodType(_count_modes, (*held, DeviceContext, type, range))


def _count_modes(held: tuple[Any, ...]) -> int:
    functions, function_at, dispatches, device, kind, numbers = held
    count: int = dispatches()
    for place in numbers(functions()):
        if kind(function_at(place)) is not device:
            count += 1
    return count


def overridden_operators() -> frozenset[str]:
    """Return the operators of torch that somebody has given a kernel to from Python, each with the dispatch key."""
    # Kernels for the meta device come from torch itself, some as late as they are first needed.
    return frozenset(each for each in torch.library._impls if each.startswith("aten/") and not each.endswith("/Meta"))


class GlobalState:
    """What an answer could leave behind for the next one in the same process, as it was at some time.

    ``seeding`` undoes what is easily undone before each test: seeds, default dtype, grad mode, threads of torch.
    """

    def __init__(self, look: FindChange, settings: tuple[object, ...], shared: Sequence[object]) -> None:
        self._look = look
        self._settings = settings
        self._shared = shared
        self._contents = [contents(each) for each in shared]

    @classmethod
    def now(cls, shared: Sequence[object] = ()) -> "GlobalState":
        """Return it as it is now, with ``shared``: objects that all answers get."""
        return cls(change_finder(watched_namespaces(), lenient=True), _settings(), shared)

    def has_changed(self) -> bool:
        """Say whether anything is not as it was then."""
        if _settings() != self._settings or self._look() is not None:
            return True
        return [contents(each) for each in self._shared] != self._contents


def contents(value: object) -> object:
    """Return what a value holds, for comparison: lists and tables to the bottom, tensors and arrays by their bytes."""
    if isinstance(value, list | tuple):
        return (type(value), *map(contents, value))
    if isinstance(value, dict):
        return tuple((key, contents(each)) for key, each in value.items() if not str(key).startswith("__"))
    if isinstance(value, set | bytearray):
        return type(value)(value)
    if isinstance(value, torch.Tensor) and value.layout is torch.strided and value.device.type != "meta":
        array = value.detach().cpu().resolve_conj().resolve_neg().contiguous()
        seen = array.flatten().view(torch.uint8).numpy().tobytes()
        return value.shape, value.stride(), value.requires_grad, contents(value.grad) if value.is_leaf else None, seen
    if isinstance(value, np.ndarray):
        return value.shape, value.tobytes()
    return value if isinstance(value, str | bytes | int | float | complex) else id(value)


def _settings() -> tuple[object, ...]:
    return (
        mode_counter()(),
        overridden_operators(),
        threading.active_count(),
        {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},  # which pytest sets
        Path.cwd(),
        sys.gettrace(),
        sys.getprofile(),
        gc.isenabled(),
        tuple(sys.path),
        [repr(each) for each in warnings.filters],
        torch.is_anomaly_enabled(),
        torch.get_float32_matmul_precision(),
        torch.is_inference_mode_enabled(),
        [(torch.is_autocast_enabled(each), torch.get_autocast_dtype(each)) for each in ("cpu", "cuda")],
        torch._C._autograd._top_saved_tensors_default_hooks(False),
        torch.autograd.forward_ad._current_level,
        np.geterr(),
        sys.getrecursionlimit(),
        vars(torch._tensor_str.PRINT_OPTS).copy(),
        [signal.getsignal(each) for each in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM) if each],
    )
