"""How the guesses of ``dojo.authoring.guesses`` are made."""

import functools
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

Function = Callable[..., Any]


def replace(namespace: dict[str, Any], solution: str, function: str, kind: str) -> None:
    """Run a solution in ``namespace``, and let one of its functions make a guess of this kind."""
    exec(compile(Path(solution).read_bytes(), solution, "exec", dont_inherit=True), namespace)
    owner, _, name = function.rpartition(".")
    if owner:
        right = vars(namespace[owner])[name]
        guess = functools.wraps(right)(KINDS[kind](right, 1))
        setattr(namespace[owner], name, guess)
    else:
        right = namespace[name]
        namespace[name] = functools.wraps(right)(KINDS[kind](right, 0))


# What is returned in place of the answer


def _like(value: Any, tensor: Function, number: Function) -> Any:
    """Return something of the same structure, with other tensors and numbers in it."""
    if isinstance(value, torch.Tensor):
        return tensor(value.detach())
    if isinstance(value, int | float | complex):
        return type(value)(number(value))
    if isinstance(value, str | bytes):
        return type(value)()
    if isinstance(value, list | tuple):
        return type(value)(_like(each, tensor, number) for each in value)
    if isinstance(value, dict):
        return {key: _like(each, tensor, number) for key, each in value.items()}
    if isinstance(value, Iterator):
        return (_like(each, tensor, number) for each in value)
    return None


def _random_tensor(value: torch.Tensor) -> torch.Tensor:
    if value.is_floating_point() or value.is_complex():
        return torch.randn_like(value)
    return (4 * torch.rand(value.shape, device=value.device)).to(value.dtype)


def _replace(tensor: Function, number: Function) -> Function:
    """Return the kind of guess that does what is right, and returns something else of the same shape."""
    return lambda right, _: lambda *args, **kwargs: _like(right(*args, **kwargs), tensor, number)


def _argument(place: int) -> Function:
    """Return the kind of guess that returns an argument; of a method, none of them is self."""
    return lambda _, first: lambda *args, **kwargs: [*args, *kwargs.values()][first + place]


def _first_again(right: Function, _: int) -> Function:
    given: list[Any] = []

    def guess(*args: Any, **kwargs: Any) -> Any:
        given.append(right(*args, **kwargs))
        return given[0]

    return guess


# What is right for some tensors only


def _only(fits: Callable[[torch.Tensor], bool]) -> Function:
    """Return the kind of guess that is right where all tensors that come in fit, and wrong elsewhere."""

    def kind(right: Function, _: int) -> Function:
        def guess(*args: Any, **kwargs: Any) -> Any:
            if all(map(fits, _tensors([args, kwargs]))):
                return right(*args, **kwargs)
            return _spoil(right, args, kwargs)

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


def _spoil(right: Function, args: Any, kwargs: Any) -> Any:
    """Return a wrong answer of the right shape; where the answer is what is done, do nothing."""
    if inspect.signature(right).return_annotation is None:
        return None
    found = right(*args, **kwargs)

    def other(tensor: torch.Tensor) -> torch.Tensor:
        return ~tensor if tensor.dtype == torch.bool else tensor + 1

    if isinstance(found, torch.Tensor) and any(found is each for each in _tensors([args, kwargs])):
        with torch.no_grad():  # what was changed in place is changed wrongly
            return found.copy_(other(found))
    return _like(found, other, lambda number: not number if isinstance(number, bool) else number + 1)


KINDS: dict[str, Function] = {
    "nothing is done": lambda _, __: lambda *_, **__: None,
    "zeros": _replace(torch.zeros_like, lambda _: 0),
    "ones": _replace(torch.ones_like, lambda _: 1),
    "random values": _replace(_random_tensor, lambda _: 4 * torch.rand(()).item()),
    "the first argument": _argument(0),
    "the second argument": _argument(1),
    "the first answer again": _first_again,
    "right for contiguous input only": _only(lambda x: x.is_contiguous()),
    "right for square input only": _only(lambda x: x.dim() < 2 or x.shape[-1] == x.shape[-2]),
    "right for a batch of one only": _only(lambda x: x.dim() == 0 or len(x) == 1),
    "right for float32 only": _only(lambda x: x.dtype == torch.float32),
    "right on the CPU only": _only(lambda x: x.device.type == "cpu"),
}
"""Each takes the right function, and how many arguments come before the first: 1 for a method. It returns the guess."""
