"""Checks of the autograd graph."""

from dojo.check._compare import tensor
from dojo.check._failure import fail


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
        fail("graph", "gave a tensor that autograd recorded: its grad_fn is {name}", mistake, name=name)
