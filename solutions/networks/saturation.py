from collections.abc import Callable

import torch

Activation = Callable[[torch.Tensor], torch.Tensor]


def derivative(activation: Activation, x: torch.Tensor) -> torch.Tensor:
    x = x.detach().requires_grad_()
    # Each output depends on one input only, so that the gradient of their sum holds all derivatives.
    (gradient,) = torch.autograd.grad(activation(x).sum(), x)
    return gradient


def saturated_shares(activation: Activation, sums: torch.Tensor, threshold: float) -> torch.Tensor:
    saturated = derivative(activation, sums).abs() < threshold
    return saturated.to(sums.dtype).mean(dim=0)


def derivative_through(activation: Activation, x: torch.Tensor, depth: int) -> torch.Tensor:
    def stack(value: torch.Tensor) -> torch.Tensor:
        for _ in range(depth):
            value = activation(value)
        return value

    return derivative(stack, x)


def moves(
    samples: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, activation: Activation, errors: torch.Tensor
) -> torch.Tensor:
    weight = weight.detach().requires_grad_()
    responses = activation(samples @ weight.T + bias)
    (gradient,) = torch.autograd.grad((responses * errors).sum(), weight)
    return gradient.norm(dim=1)
