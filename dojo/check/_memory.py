"""Checks of memory: is it shared, is it separate, was it changed."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from dojo.check._compare import tensor
from dojo.check._describe import describe, dtype_name, number
from dojo.check._failure import fail


def shares_memory(actual: object, base: torch.Tensor, *, mistake: str | None = None) -> None:
    """Refuse ``actual`` unless it is a tensor that shares the storage of ``base``.

    Raises:
        Failure: of layer memory, with ``mistake`` as its diagnosis.
    """
    __tracebackhide__ = True
    result = tensor(actual)
    if not _same_storage(result, base):
        fail("memory", "gave a tensor with memory of its own, expected a view of the same storage", mistake)


def own_memory(actual: object, *others: torch.Tensor, mistake: str | None = None) -> None:
    """Refuse ``actual`` if it shares the storage of one of ``others``.

    Raises:
        Failure: of layer memory, with ``mistake`` as its diagnosis.
    """
    __tracebackhide__ = True
    result = tensor(actual)
    if any(_same_storage(result, other) for other in others):
        fail("memory", "gave a view of the same storage, expected a tensor with memory of its own", mistake)


@contextmanager
def unchanged(*tensors: torch.Tensor, mistake: str | None = None) -> Iterator[None]:
    """Refuse the answer if the block changes one of ``tensors``: its elements, layout, dtype or requires_grad.

    Raises:
        Failure: of layer input, with ``mistake`` as its diagnosis.
    """
    __tracebackhide__ = True
    before = [(_layout(each), each.detach().clone()) for each in tensors]
    yield
    for each, (layout, copy) in zip(tensors, before, strict=True):
        if _layout(each) != layout:
            was, now = _describe_layout(layout), _describe_layout(_layout(each))
            fail("input", "changed its input: it was {was}, it is now {now}", mistake, was=was, now=now)
        mine, theirs = each.detach().cpu(), copy.cpu()
        differs = (mine != theirs) & ~((mine != mine) & (theirs != theirs))
        if differs.any():
            place = tuple(differs.nonzero()[0].tolist())
            was, now = number(theirs[place].item()), number(mine[place].item())
            where = f"element {list(place)} of {describe(theirs) if theirs.numel() <= 6 else 'it'}" if place else "it"
            advice = mistake or "work on a new tensor (x + 1, x.clone()), not in place (x += 1, x.add_(1))"
            fail("input", "changed its input: {where} was {was}, is now {now}", advice, where=where, was=was, now=now)


def _same_storage(one: torch.Tensor, other: torch.Tensor) -> bool:
    mine, theirs = one.untyped_storage(), other.untyped_storage()
    if mine._cdata == theirs._cdata:
        return True
    # Two storages made from one NumPy array are different objects over the same bytes.
    if one.device != other.device or not mine.nbytes() or not theirs.nbytes():
        return False
    start, end = mine.data_ptr(), mine.data_ptr() + mine.nbytes()
    return start < theirs.data_ptr() + theirs.nbytes() and theirs.data_ptr() < end


_Layout = tuple[tuple[int, ...], tuple[int, ...], int, torch.dtype, bool]


def _layout(each: torch.Tensor) -> _Layout:
    return tuple(each.shape), each.stride(), int(each.storage_offset()), each.dtype, each.requires_grad


def _describe_layout(layout: _Layout) -> str:
    shape, stride, offset, dtype, requires_grad = layout
    grad = ", requires_grad=True" if requires_grad else ""
    return f"of shape {shape}, stride {stride}, offset {offset}, {dtype_name(dtype)}{grad}"
