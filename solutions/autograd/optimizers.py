from collections.abc import Iterable, Sequence
from typing import Any

import torch


@torch.no_grad()
def sgd_step_(
    parameters: Sequence[torch.Tensor],
    state: dict[Any, Any],
    learning_rate: float,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
) -> None:
    for place, parameter in enumerate(parameters):
        if parameter.grad is None:
            continue
        direction = parameter.grad + weight_decay * parameter
        if momentum:
            if place in state:
                direction += momentum * state[place]
            state[place] = direction
        parameter -= learning_rate * direction


@torch.no_grad()
def adam_step_(
    parameters: Sequence[torch.Tensor],
    state: dict[Any, Any],
    learning_rate: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    beta1, beta2 = betas
    for place, parameter in enumerate(parameters):
        gradient = parameter.grad
        if gradient is None:
            continue
        zeros = torch.zeros_like(parameter)
        step, mean, square = state.get(place, (0, zeros, zeros))
        step += 1
        mean = beta1 * mean + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient**2
        state[place] = step, mean, square
        # Both averages began at 0: without the correction the first steps would be too small.
        parameter -= learning_rate * (mean / (1 - beta1**step)) / ((square / (1 - beta2**step)).sqrt() + eps)


def clear_gradients(parameters: Iterable[torch.Tensor], set_to_none: bool = True) -> None:
    for parameter in parameters:
        if set_to_none:
            parameter.grad = None
        elif parameter.grad is not None:
            parameter.grad.zero_()


def optimiser_for(
    features: torch.nn.Module, head: torch.nn.Module, learning_rate: float, head_learning_rate: float, momentum: float
) -> torch.optim.Optimizer:
    groups = [
        {"params": features.parameters(), "lr": learning_rate},
        {"params": head.parameters(), "lr": head_learning_rate},
    ]
    return torch.optim.SGD(groups, momentum=momentum)
