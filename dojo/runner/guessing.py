"""Make the guesses of ``dojo.authoring.guesses``."""

import functools
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

Function = Callable[..., Any]


def replace(namespace: dict[str, Any], solution: str, function: str, kind: str) -> None:
    """Run a solution in ``namespace``, and replace one of its functions by a guess of this kind."""
    exec(compile(Path(solution).read_bytes(), solution, "exec", dont_inherit=True), namespace)
    owner, _, name = function.rpartition(".")
    if owner:
        right = vars(namespace[owner])[name]
        guess = functools.wraps(right)(KINDS[kind](right, 1))
        setattr(namespace[owner], name, guess)
    else:
        right = namespace[name]
        namespace[name] = functools.wraps(right)(KINDS[kind](right, 0))


def _replace_values(value: Any, tensor: Function, number: Function) -> Any:
    """Return a value of the same structure with all tensors and numbers replaced."""
    if isinstance(value, torch.Tensor):
        return tensor(value.detach())
    if isinstance(value, int | float | complex):
        return type(value)(number(value))
    if isinstance(value, str | bytes):
        return type(value)()
    if isinstance(value, list | tuple):
        return type(value)(_replace_values(each, tensor, number) for each in value)
    if isinstance(value, dict):
        return {key: _replace_values(each, tensor, number) for key, each in value.items()}
    if isinstance(value, Iterator):
        return (_replace_values(each, tensor, number) for each in value)
    return None


def _random_tensor(value: torch.Tensor) -> torch.Tensor:
    if value.is_floating_point() or value.is_complex():
        return torch.randn_like(value)
    return (4 * torch.rand(value.shape, device=value.device)).to(value.dtype)


def _replace_result(tensor: Function, number: Function) -> Function:
    """Return a kind of guess that calls the right function, and returns another value of the same shape."""
    return lambda right, _: lambda *args, **kwargs: _replace_values(right(*args, **kwargs), tensor, number)


def _return_argument(place: int) -> Function:
    """Return a kind of guess that returns an argument; ``self`` of a method does not count."""
    return lambda _, first: lambda *args, **kwargs: [*args, *kwargs.values()][first + place]


def _return_first_result(right: Function, _: int) -> Function:
    given: list[Any] = []

    def guess(*args: Any, **kwargs: Any) -> Any:
        given.append(right(*args, **kwargs))
        return given[0]

    return guess


def _right_only_if(fits: Callable[[torch.Tensor], bool]) -> Function:
    """Return a kind of guess that is right if all tensors in the arguments fit, and wrong otherwise."""

    def kind(right: Function, _: int) -> Function:
        def guess(*args: Any, **kwargs: Any) -> Any:
            if all(map(fits, _tensors([args, kwargs]))):
                return right(*args, **kwargs)
            return _wrong_result(right, args, kwargs)

        return guess

    return kind


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _tensors(each)
    elif isinstance(value, dict):
        yield from _tensors(list(value.values()))
    elif isinstance(value, torch.nn.Module):
        yield from value.parameters()


def _wrong_result(right: Function, args: Any, kwargs: Any) -> Any:
    """Return a wrong result of the right shape; do nothing if the function returns nothing."""
    if inspect.signature(right).return_annotation is None:
        return None
    found = right(*args, **kwargs)

    def other(tensor: torch.Tensor) -> torch.Tensor:
        return ~tensor if tensor.dtype == torch.bool else tensor + 1

    if isinstance(found, torch.Tensor) and any(found is each for each in _tensors([args, kwargs])):
        with torch.no_grad():  # the result is an argument changed in place: change it wrongly
            return found.copy_(other(found))
    return _replace_values(found, other, lambda number: not number if isinstance(number, bool) else number + 1)


KINDS: dict[str, Function] = {
    "nothing is done": lambda _, __: lambda *_, **__: None,
    "zeros": _replace_result(torch.zeros_like, lambda _: 0),
    "ones": _replace_result(torch.ones_like, lambda _: 1),
    "random values": _replace_result(_random_tensor, lambda _: 4 * torch.rand(()).item()),
    "the first argument": _return_argument(0),
    "the second argument": _return_argument(1),
    "the first answer again": _return_first_result,
    "right for contiguous input only": _right_only_if(lambda x: x.is_contiguous()),
    "right for square input only": _right_only_if(lambda x: x.dim() < 2 or x.shape[-1] == x.shape[-2]),
    "right for a batch of one only": _right_only_if(lambda x: x.dim() == 0 or len(x) == 1),
    "right for float32 only": _right_only_if(lambda x: x.dtype == torch.float32),
    "right on the CPU only": _right_only_if(lambda x: x.device.type == "cpu"),
}
"""Each takes the right function and the number of arguments to skip (1 for a method), and returns the guess."""
