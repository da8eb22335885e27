"""Words about the autograd graph, and the ban on shortcuts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
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
        operations: names in ``torch.ops.aten``, as they arrive below autograd: ``_softmax``, not ``softmax``.
        instead: what to build it from ("exp and sum"), for the message.

    Raises:
        Failure: of layer shortcut, also where the answer swallowed the first one.
        ValueError: where there is no such operation, so that a misspelt ban cannot pass for one.
    """
    __tracebackhide__ = True
    for name in operations:
        if not hasattr(torch.ops.aten, name):
            raise ValueError(f"torch.ops.aten has no operation named {name!r}: nothing would be refused")
    ban = _Ban(operations, instead)
    with ban:
        yield
    if ban.caught is not None:
        raise ban.caught


class _Ban(TorchDispatchMode):
    def __init__(self, operations: tuple[str, ...], instead: str) -> None:
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
        name = func.overloadpacket.__name__  # type: ignore[attr-defined]
        if name in self.operations:
            advice = f"build it from {self.instead}" if self.instead else "build it from simpler operations"
            self.caught = Failure(
                "shortcut", f"ran torch's own {name.strip('_')}, which is what this kata asks for", advice
            )
            raise self.caught
        return func(*args, **(kwargs or {}))
