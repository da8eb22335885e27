"""Describe values for failure messages."""

from typing import Any, TypeGuard

import torch

_SMALL = 12  # elements that are shown in a sentence
_LONGEST = 120  # characters of a description


def describe(value: object) -> str:
    """Describe ``value`` briefly: the elements of a small tensor, the shape, stride and offset of a larger one.

    >>> describe(torch.tensor([1.0, 2.0]))
    'tensor([1., 2.])'
    >>> describe(torch.arange(4.0).reshape(2, 2).T)
    'tensor([[0., 2.], [1., 3.]]) with stride (1, 2)'
    >>> describe(torch.zeros(5, 6)[1:].T)
    'float32 tensor of shape (6, 4), stride (1, 6), offset 6'
    """
    if is_tensor(value):
        return _describe_tensor(value)
    if _holds_tensors(value):
        return _describe_sequence(value)
    if issubclass(type(value), torch.optim.Optimizer):
        return _describe_optimizer(value)
    return _clip(_safe_repr(value))


def is_tensor(value: object) -> TypeGuard[torch.Tensor]:
    """Say whether ``value`` is a tensor or of a subclass, by its real type: ``isinstance`` trusts ``__class__``."""
    return issubclass(type(value), torch.Tensor)


def is_plain_tensor(value: object) -> TypeGuard[torch.Tensor]:
    """Say whether ``value`` is a tensor or a parameter, and no other subclass, whose methods could lie."""
    return type(value) in (torch.Tensor, torch.nn.Parameter)


def shape_of(tensor: torch.Tensor) -> str:
    """Return the shape as a tuple: ``(2, 3)``."""
    return str(tuple(tensor.shape))


def dtype_name(dtype: torch.dtype) -> str:
    """Return the dtype without its module: ``float32``."""
    return str(dtype).removeprefix("torch.")


def number(value: Any) -> str:
    """Return one element with six significant digits."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e6:
        return f"{value:.1f}"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def numbers(one: Any, other: Any) -> tuple[str, str]:
    """Return two different elements with enough digits to show the difference."""
    if number(one) == number(other):
        return str(one), str(other)
    return number(one), number(other)


def _holds_tensors(value: object, depth: int = 3) -> bool:
    if type(value) not in (list, tuple):
        return False
    return any(is_tensor(item) or (depth and _holds_tensors(item, depth - 1)) for item in value)  # type: ignore[attr-defined]


def _describe_sequence(value: Any) -> str:
    """Describe all elements with their values, else all in words, else only the first."""
    brackets = "[{}]" if type(value) is list else "({})"
    for each in (describe, _in_words):
        text = brackets.format(", ".join(map(each, value)))
        if len(text) <= _LONGEST:
            return text
    return _clip(f"a {type(value).__name__} of {len(value)}, the first: {_in_words(value[0])}")


def _in_words(value: object) -> str:
    if is_tensor(value):
        return _describe_tensor(value, whole=False)
    if _holds_tensors(value):
        inner = ", ".join(map(_in_words, value))  # type: ignore[call-overload]
        return f"[{inner}]" if type(value) is list else f"({inner})"
    return describe(value)


def _describe_optimizer(value: Any) -> str:
    try:
        return f"{type(value).__name__} with lr={value.param_groups[0]['lr']:g}"
    except Exception:  # it may be the learner's own class
        return f"a {type(value).__name__}"


def _describe_tensor(value: torch.Tensor, whole: bool = True) -> str:
    # A subclass can override all methods; without __torch_function__ it cannot lie.
    with torch._C.DisableTorchFunctionSubclass():
        return _describe_plain(value, whole)


def _describe_plain(value: torch.Tensor, whole: bool) -> str:
    kind = "tensor" if type(value) is torch.Tensor else type(value).__name__
    layout = f"stride {value.stride()}" if not value.is_contiguous() else ""
    if value.storage_offset():
        layout += f"{', ' if layout else ''}offset {value.storage_offset()}"
    if value.is_meta:
        layout += f"{', ' if layout else ''}on meta"
    elif whole and type(value) is torch.Tensor and value.numel() <= _SMALL and value.dim() <= 2:
        with torch.no_grad():
            text = " ".join(repr(value.detach()).split()).replace("[ ", "[") + (f" with {layout}" if layout else "")
        if len(text) <= _LONGEST:
            return text
    words = f"{dtype_name(value.dtype)} {kind} of shape {shape_of(value)}"
    return f"{words}, {layout}" if layout else words


def _safe_repr(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # the learner's own __repr__ may do anything
        return f"a {type(value).__name__}"


def _clip(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
