"""Words about the autograd graph, and the ban on shortcuts."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from dojo.check._compare import tensor
from dojo.check._failure import Failure, fail


def recorded(actual: object, *, mistake: str | None = None) -> None:
    """Refuse ``actual`` unless autograd recorded how it was computed.

    Raises:
        Failure: of layer graph, with ``mistake`` as its diagnosis.
    """
    __tracebackhide__ = True
    if tensor(actual).grad_fn is None:
        fail("graph", "gave a tensor that autograd did not record: its grad_fn is None", mistake)


def not_recorded(actual: object, *, mistake: str | None = None) -> None:
    """Refuse ``actual`` if autograd recorded how it was computed.

    Raises:
        Failure: of layer graph, with ``mistake`` as its diagnosis.
    """
    __tracebackhide__ = True
    result = tensor(actual)
    if result.grad_fn is not None:
        name = type(result.grad_fn).__name__
        fail("graph", f"gave a tensor that autograd recorded: its grad_fn is {name}", mistake)


@contextmanager
def built_without(*operations: str, instead: str = "") -> Iterator[None]:
    """Refuse the answer if the block runs one of ``operations``, by whatever name the answer calls it.

    Args:
        operations: names in ``torch.ops.aten``, as they arrive below autograd: ``_softmax``, not ``softmax``; those of
            other namespaces in full, as ``c10d.allreduce_``.
        instead: what to build it from ("exp and sum"), for the message.

    Raises:
        Failure: of layer shortcut, also where the answer swallowed the first one.
        ValueError: where there is no such operation, so that a misspelt ban cannot pass for one.
    """
    __tracebackhide__ = True
    for name in operations:
        namespace, _, operation = name.rpartition(".")
        if not hasattr(getattr(torch.ops, namespace or "aten"), operation):
            raise ValueError(
                f"torch.ops.{namespace or 'aten'} has no operation named {operation!r}: nothing would be refused"
            )
    ban = _Ban(frozenset(name if "." in name else f"aten.{name}" for name in operations), instead)
    with ban:
        yield
    if ban.caught is not None:
        raise ban.caught


@contextmanager
def built_without_autograd(*, instead: str) -> Iterator[None]:
    """Refuse the answer if the block has autograd record or differentiate anything, in any spelling.

    Give the answer inputs that require no gradients: what it computes from others is recorded, and refused.

    Args:
        instead: what to build it from, for the message.

    Raises:
        Failure: of layer shortcut, also where the answer swallowed the first one.
    """
    __tracebackhide__ = True
    shortcut = Failure("shortcut", "had autograd compute derivatives, where this kata asks for them by hand", instead)
    caught: list[Failure] = []

    def refuse(*_: object, **__: object) -> torch.Tensor:
        caught.append(shortcut)
        raise shortcut

    forward_ad = torch.autograd.forward_ad
    make_dual = forward_ad.make_dual
    # Forward mode makes dual numbers. Reverse mode keeps tensors for later, and asks the hooks.
    forward_ad.make_dual = refuse
    try:
        with torch.autograd.graph.saved_tensors_hooks(refuse, refuse):
            yield
    except RuntimeError as error:
        if "saved tensor hooks" not in str(error):  # torch.func meets the hooks with a refusal of its own
            raise
        raise shortcut from None
    finally:
        forward_ad.make_dual = make_dual
    if caught:
        raise shortcut


@contextmanager
def built_without_package(package: str, *, instead: str) -> Iterator[None]:
    """Refuse the answer if the block calls any Python function of ``package``, under whatever name it was imported.

    For what runs below Python, ``built_without`` is the word.

    Args:
        package: its full name, such as ``torch.optim``; its modules are meant too.
        instead: what to build it from, for the message.

    Raises:
        Failure: of layer shortcut, also where the answer swallowed the first one.
    """
    __tracebackhide__ = True
    caught: list[Failure] = []

    def look(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and not caught and f"{frame.f_globals.get('__name__')}.".startswith(f"{package}."):
            caught.append(Failure("shortcut", f"ran {package}, where this kata asks for the work by hand", instead))
            raise caught[0]

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(before)
    if caught:
        raise caught[0]


class _Ban(TorchDispatchMode):
    def __init__(self, operations: frozenset[str], instead: str) -> None:
        super().__init__()
        self.operations = operations
        self.instead = instead
        self.caught: Failure | None = None

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # else torch imports its compiler, 900 modules, to wrap the method below

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
            self.caught = Failure(
                "shortcut", f"ran torch's own {name.strip('_')}, which is what this kata asks for", advice
            )
            raise self.caught
        return func(*args, **(kwargs or {}))
