"""Compare in layers: ``close``, ``equal``, ``tensor``, ``parts`` and ``raises``."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TypeGuard

import torch

from dojo.check._describe import describe, dtype_name, is_plain_tensor, numbers, shape_of
from dojo.check._elements import EXACT, TOLERANCES, Tolerance, match_elements
from dojo.check._failure import Failure, differs, fail
from dojo.check._pictures import curves

Mistakes = Mapping[str, object]
"""Common mistakes: a sentence for each, and the wrong value that results or a function that computes it."""


def close(
    actual: object,
    expected: object,
    *,
    mistakes: Mistakes | None = None,
    what: str = "",
    requires_grad: bool | None = None,
    rtol: float | None = None,
    atol: float | None = None,
) -> None:
    """Refuse ``actual`` unless it is ``expected`` up to rounding.

    Args:
        actual: the answer's result.
        expected: a tensor, a number, or a list or tuple of these. A tensor's shape, dtype and device are compared too.
        mistakes: wrong values by the sentence that names the mistake; functions are called only on failure.
        what: the subject of the message ("the bias"); by default the answer itself.
        requires_grad: the expected ``requires_grad``; by default that of ``expected``.
        rtol: relative tolerance; by default it depends on the dtype: 1e-5 for float32, 1e-9 for float64.
        atol: absolute tolerance; by default equal to the relative one for these dtypes.

    Raises:
        Failure: with the first layer that differs and, if ``actual`` is one of ``mistakes``, its sentence.
    """
    __tracebackhide__ = True
    override = None if rtol is None and atol is None else Tolerance(rtol or 0.0, atol or 0.0)
    _compare(actual, expected, mistakes or {}, what, requires_grad, override)


def equal(
    actual: object,
    expected: object,
    *,
    mistakes: Mistakes | None = None,
    what: str = "",
    requires_grad: bool | None = None,
) -> None:
    """Refuse ``actual`` unless it is exactly ``expected``: for integers, booleans, strings, shapes, copied numbers.

    Args and Raises: as for ``close``. Other values must have the same type, so that an object whose ``__eq__`` always
    returns True is refused.
    """
    __tracebackhide__ = True
    _compare(actual, expected, mistakes or {}, what, requires_grad, EXACT)


def tensor(
    actual: object,
    *,
    shape: Sequence[int] | None = None,
    dtype: torch.dtype | None = None,
    device: torch.device | str | None = None,
    requires_grad: bool | None = None,
    what: str = "",
) -> torch.Tensor:
    """Refuse ``actual`` unless it is a plain tensor with the given properties, and return it.

    Raises:
        Failure: with the first of kind, shape, dtype, device and requires_grad that differs.
    """
    __tracebackhide__ = True
    result = _plain_tensor(actual, what)
    if shape is not None and tuple(result.shape) != tuple(shape):
        differs("shape", what, f"shape {shape_of(result)}", f"shape {tuple(shape)}", "has")
    if dtype is not None and result.dtype != dtype:
        differs("dtype", what, f"dtype {dtype_name(result.dtype)}", dtype_name(dtype), "has")
    if device is not None and not _same_device(result.device, torch.device(device)):
        advice = "\na tensor made without device= lies on the CPU" if result.device.type == "cpu" else ""
        differs("device", what, f"a tensor on {result.device}", str(device), advice=advice)
    if requires_grad is not None and result.requires_grad != requires_grad:
        differs("requires_grad", what, f"requires_grad={result.requires_grad}", str(requires_grad), "has")
    return result


def parts(actual: object, count: int, *, what: str = "") -> tuple[Any, ...]:
    """Refuse ``actual`` unless it is a tuple or list of ``count`` values, and return these as a tuple.

    Raises:
        Failure: of layer kind.
    """
    __tracebackhide__ = True
    if not _is_sequence(actual) or len(actual) != count:
        differs("kind", what, describe(actual), f"{count} values: `return first, second`", advice=_none_advice(actual))
    return tuple(actual)


@contextmanager
def raises(error: type[Exception], when: str) -> Iterator[None]:
    """Refuse the answer unless the block raises ``error``.

    Args:
        error: the expected exception or a base class of it.
        when: completes "must raise ValueError when ...".

    Raises:
        Failure: of layer raises, if nothing or something else was raised.
    """
    __tracebackhide__ = True
    try:
        yield
    except error as caught:
        if isinstance(caught, NotImplementedError) and error is not NotImplementedError:
            raise  # from a stub: NotImplementedError is a RuntimeError, but a stub is not an answer
        return
    except (Failure, NotImplementedError):
        raise
    except Exception as other:
        raised = {"raised": type(other).__name__, "text": str(other), "expected": error.__name__, "when": when}
        template = "raised {raised}: {text}; it must raise {expected} when {when}"
        raise Failure("raises", template, values=raised, continues=True) from None
    fail("raises", "raised nothing; it must raise {expected} when {when}", expected=error.__name__, when=when)


def _compare(
    actual: object,
    expected: object,
    mistakes: Mistakes,
    what: str,
    requires_grad: bool | None,
    tolerance: Tolerance | None,
) -> None:
    __tracebackhide__ = True
    try:
        _match(actual, expected, what, requires_grad, tolerance)
    except Failure as failure:
        failure.mistake = _find_mistake(actual, expected, mistakes, tolerance)
        raise failure.with_traceback(None) from None


def _find_mistake(actual: object, expected: object, mistakes: Mistakes, tolerance: Tolerance | None) -> str | None:
    """Return the sentence of the mistake that gives ``actual``: compare with the dtype first, then values only."""
    wrong = [
        (words, value)
        for words, lazy in mistakes.items()
        for value in _compute(lazy)
        if not _matches(expected, value, tolerance)  # for some inputs, a mistake gives the right value
    ]
    for words, value in wrong:
        if _matches(actual, value, tolerance):
            return words
    if is_plain_tensor(actual):
        for words, value in wrong:
            # Without dtypes, skip a wrong value that differs from the right one only in its dtype.
            if is_plain_tensor(value) and is_plain_tensor(expected):
                cast = value.detach().to(actual.device, actual.dtype)
                right = expected.detach().to(actual.device, actual.dtype)
                if not _matches(right, cast, tolerance) and _matches(actual.detach(), cast, tolerance):
                    return words
    return None


def _compute(lazy: object) -> list[object]:
    """Return the wrong value in a list, or an empty list if computing it fails for this input."""
    if not callable(lazy):
        return [lazy]
    try:
        return [lazy()]
    except Exception:  # the learner must see the answer's failure, not this one
        return []


def _matches(actual: object, wrong: object, tolerance: Tolerance | None) -> bool:
    if is_plain_tensor(actual):
        actual = actual.detach()
    if is_plain_tensor(wrong):
        wrong = wrong.detach()
    try:
        _match(actual, wrong, "", None, tolerance)
    except Failure:
        return False
    return True


def _match(
    actual: object, expected: object, what: str, requires_grad: bool | None, tolerance: Tolerance | None
) -> None:
    __tracebackhide__ = True
    if is_plain_tensor(expected):
        needs_grad = expected.requires_grad if requires_grad is None else requires_grad
        result = tensor(actual, shape=expected.shape, dtype=expected.dtype, device=expected.device, what=what)
        if requires_grad is not None or result.requires_grad != needs_grad:
            tensor(actual, requires_grad=needs_grad, what=what)
        match_elements(result, expected, what, tolerance or TOLERANCES.get(expected.dtype, EXACT))
    elif isinstance(expected, tuple | list):  # torch.Size is a tuple; either one is accepted for the other
        _match_sequences(actual, expected, what, requires_grad, tolerance)
    elif isinstance(expected, float):
        _match_floats(actual, expected, what, tolerance or TOLERANCES[torch.float32])
    else:
        plain = _plain_number(actual)
        if type(plain) is not type(expected):
            _refuse_kind(actual, expected, what)
        if plain != expected:
            differs("values", what, describe(plain), describe(expected))


def _match_sequences(
    actual: object, expected: Sequence[object], what: str, requires_grad: bool | None, tolerance: Tolerance | None
) -> None:
    __tracebackhide__ = True
    if not _is_sequence(actual):
        differs("kind", what, describe(actual), describe(tuple(expected)), advice=_none_advice(actual))
    numbers = all(not is_plain_tensor(item) for item in expected)
    if len(actual) != len(expected):
        right = describe(expected) if numbers else f"{len(expected)} values"
        differs("shape", what, f"{len(actual)} values: {describe(actual)}", right, picture=curves(actual, expected))
    for place, (mine, theirs) in enumerate(zip(actual, expected, strict=True)):
        try:
            _match(mine, theirs, what and "it", requires_grad, tolerance)
        except Failure as failure:
            if numbers and failure.layer == "values":
                differs("values", what, describe(actual), describe(expected), picture=curves(actual, expected))
            raise failure.at(place, what) from None


def _match_floats(actual: object, expected: float, what: str, tolerance: Tolerance) -> None:
    __tracebackhide__ = True
    plain = _plain_number(actual)
    if type(plain) not in (float, int):
        _refuse_kind(actual, expected, what)
    mine = float(plain)  # type: ignore[arg-type]
    if math.isnan(mine) and math.isnan(expected):
        return
    if not math.isclose(mine, expected, rel_tol=tolerance.relative, abs_tol=tolerance.absolute):
        differs("values", what, *numbers(mine, expected))


def _plain_tensor(actual: object, what: str) -> torch.Tensor:
    __tracebackhide__ = True
    if not is_plain_tensor(actual):
        differs("kind", what, describe(actual), "a torch.Tensor", advice=_none_advice(actual))
    return actual


def _is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    return issubclass(type(value), tuple | list)


def _plain_number(value: object) -> object:
    """Return a NumPy scalar as a Python number, anything else unchanged."""
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        return value.item()
    return value


def _same_device(mine: torch.device, theirs: torch.device) -> bool:
    return mine.type == theirs.type and (theirs.index is None or (mine.index or 0) == theirs.index)


def _none_advice(actual: object) -> str:
    return ": is there a `return`?" if actual is None else ""


def _refuse_kind(actual: object, expected: object, what: str) -> NoReturn:
    __tracebackhide__ = True
    name = type(expected).__name__
    right = f"{'an' if name[0] in 'aeiou' else 'a'} {name}, {describe(expected)}"
    advice = _none_advice(actual)
    if is_plain_tensor(actual) and isinstance(expected, int | float):
        advice = "; .item() takes the number out of a tensor of one element"
    differs("kind", what, describe(actual), right, advice=advice)
