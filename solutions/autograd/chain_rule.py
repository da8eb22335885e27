import itertools
from collections.abc import Callable, Sequence

import torch


def gradients(
    x: torch.Tensor,
    target: torch.Tensor,
    w1: torch.Tensor,
    b1: torch.Tensor,
    w2: torch.Tensor,
    b2: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    hidden = torch.tanh(x @ w1.T + b1)
    output = hidden @ w2.T + b2
    d_output = 2 * (output - target) / output.numel()
    d_hidden = d_output @ w2
    d_sums = d_hidden * (1 - hidden**2)
    return d_sums.T @ x, d_sums.sum(0), d_output.T @ hidden, d_output.sum(0)


def numeric_gradient(
    function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, step: float = 1e-5
) -> torch.Tensor:
    gradient = torch.empty_like(x)
    with torch.no_grad():
        for index in itertools.product(*map(range, x.shape)):
            above, below = x.clone(), x.clone()
            above[index] += step
            below[index] -= step
            gradient[index] = (function(above) - function(below)) / (2 * step)
    return gradient


def backward_gradients(loss: torch.Tensor, parameters: Sequence[torch.Tensor]) -> list[torch.Tensor | None]:
    loss.backward()
    return [parameter.grad for parameter in parameters]
