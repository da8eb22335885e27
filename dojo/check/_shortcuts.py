"""Checks that refuse shortcuts: calls that do what the kata asks the learner to build by hand."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from dojo.check._failure import Failure

CROSS_ENTROPY = (
    *("nll_loss", "nll_loss_nd", "nll_loss_forward", "nll_loss2d", "nll_loss2d_forward", "cross_entropy_loss"),
    *("_log_softmax", "log_softmax"),
)
"""For ``built_without``: the aten operations of cross_entropy, nll_loss and log_softmax, for all kinds of targets."""
_RAN_OPERATION = "ran torch's own {name}, which is what this kata asks for"
_CALLED_FUNCTION = "ran torch's own {name}(), which is what this kata asks for"
_RAN_PACKAGE = "ran {name}, where this kata asks for the work by hand"


@contextmanager
def built_without(*operations: str, instead: str = "") -> Iterator[None]:
    """Refuse the answer if the block runs one of ``operations``, whatever function the answer calls.

    Args:
        operations: names in ``torch.ops.aten``, as they are below autograd: ``_softmax``, not ``softmax``; those of
            other namespaces in full, as ``c10d.allreduce_``.
        instead: what to build it from ("exp and sum"), for the message.

    Raises:
        Failure: of layer shortcut, also if the answer caught the first one.
        ValueError: if there is no such operation, since a misspelt name would refuse nothing.
    """
    __tracebackhide__ = True
    for name in operations:
        namespace, _, operation = name.rpartition(".")
        if not hasattr(getattr(torch.ops, namespace or "aten"), operation):
            raise ValueError(
                f"torch.ops.{namespace or 'aten'} has no operation named {operation!r}: nothing would be refused"
            )
    mode = _RefuseOperations(frozenset(name if "." in name else f"aten.{name}" for name in operations), instead)
    with mode:
        yield
    if mode.caught is not None:
        raise mode.caught


@contextmanager
def built_without_autograd(*, instead: str) -> Iterator[None]:
    """Refuse the answer if the block lets autograd record or differentiate anything, by any function.

    The answer's inputs must not require gradients: autograd would record what is computed from them.

    Args:
        instead: what to build it from, for the message.

    Raises:
        Failure: of layer shortcut, also if the answer caught the first one.
    """
    __tracebackhide__ = True
    shortcut = Failure("shortcut", "had autograd compute derivatives, where this kata asks for them by hand", instead)
    caught: list[Failure] = []

    def refuse(*_: object, **__: object) -> torch.Tensor:
        caught.append(shortcut)
        raise shortcut

    forward_ad = torch.autograd.forward_ad
    make_dual = forward_ad.make_dual
    # Forward mode makes dual numbers. Reverse mode saves tensors, and calls the hooks.
    forward_ad.make_dual = refuse
    try:
        with torch.autograd.graph.saved_tensors_hooks(refuse, refuse):
            yield
    except RuntimeError as error:
        if "saved tensor hooks" not in str(error):  # torch.func raises its own error if there are hooks
            raise
        raise shortcut from None
    finally:
        forward_ad.make_dual = make_dual
    if caught:
        raise shortcut


@contextmanager
def built_without_package(package: str, *, instead: str) -> Iterator[None]:
    """Refuse the answer if the block calls any Python function of ``package``, whatever its imported name.

    For operations below Python, use ``built_without``.

    Args:
        package: the full name, such as ``torch.optim``; its submodules are included.
        instead: what to build it from, for the message.

    Raises:
        Failure: of layer shortcut, also if the answer caught the first one.
    """
    __tracebackhide__ = True
    caught: list[Failure] = []

    def look(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and not caught and f"{frame.f_globals.get('__name__')}.".startswith(f"{package}."):
            caught.append(Failure("shortcut", _RAN_PACKAGE, instead, values={"name": package}))
            raise caught[0]

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(before)
    if caught:
        raise caught[0]


@contextmanager
def built_without_call(*functions: str, instead: str) -> Iterator[None]:
    """Refuse the answer if the block calls one of ``functions`` of torch that ``built_without`` cannot distinguish.

    For example, torch's one_hot() is an ordinary scatter_() below autograd. This checks the call itself.

    Args:
        functions: names without module or class, such as ``one_hot``; methods are included.
        instead: what to build it from, for the message.

    Raises:
        Failure: of layer shortcut, also if the answer caught the first one.
    """
    __tracebackhide__ = True
    with _refused_calls(dict.fromkeys(functions, _CALLED_FUNCTION), f"build it from {instead}"):
        yield


@contextmanager
def built_without_numpy(*, instead: str) -> Iterator[None]:
    """Refuse the answer if the block converts a tensor to NumPy, which could do the work in place of torch.

    Args:
        instead: what to build it from, for the message.

    Raises:
        Failure: of layer shortcut, also if the answer caught the first one.
    """
    __tracebackhide__ = True
    template = "left torch for NumPy, where this kata asks for the work by hand"
    with _refused_calls(dict.fromkeys(("numpy", "__array__", "__dlpack__"), template), f"build it from {instead}"):
        yield


@contextmanager
def _refused_calls(templates: Mapping[str, str], advice: str) -> Iterator[None]:
    __tracebackhide__ = True
    with _RefuseCalls(templates, advice) as calls:
        yield
    if calls.caught is not None:
        raise calls.caught


class _RefuseCalls(TorchFunctionMode):
    """Refuses calls of torch's functions; ``templates`` has a message for each name."""

    def __init__(self, templates: Mapping[str, str], advice: str) -> None:
        super().__init__()
        self.templates = templates
        self.advice = advice
        self.caught: Failure | None = None

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        __tracebackhide__ = True
        name = getattr(func, "__name__", "").split(".")[0]  # torch.ops.aten.one_hot.default is one_hot.default
        if name in self.templates:
            self.caught = Failure("shortcut", self.templates[name], self.advice, values={"name": name})
            raise self.caught
        return func(*args, **(kwargs or {}))


class _RefuseOperations(TorchDispatchMode):
    def __init__(self, operations: frozenset[str], instead: str) -> None:
        super().__init__()
        self.operations = operations
        self.instead = instead
        self.caught: Failure | None = None

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # otherwise torch imports its compiler, 900 modules, to wrap the method below

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        __tracebackhide__ = True
        packet = func.overloadpacket  # type: ignore[attr-defined]
        if str(packet) in self.operations:
            name = packet.__name__
            advice = f"build it from {self.instead}" if self.instead else "build it from simpler operations"
            self.caught = Failure("shortcut", _RAN_OPERATION, advice, values={"name": name.strip("_")})
            raise self.caught
        return func(*args, **(kwargs or {}))
