import math
from collections.abc import Callable

import torch

Activation = Callable[[torch.Tensor], torch.Tensor]


def sigmoid(x: torch.Tensor) -> torch.Tensor:
    # Where exp(-x) would overflow, its gradient would be infinity times 0.
    return 1 / (1 + torch.exp(-x.clamp(min=-85)))


def softplus(x: torch.Tensor) -> torch.Tensor:
    # where() stops the gradient of the piece that is not taken only if that piece is finite.
    # And clamp() may have no gradient at its bound: this one lies beyond the place where the pieces meet.
    return torch.where(x > 30, x, torch.log1p(torch.exp(x.clamp(max=40))))


def leaky_relu(x: torch.Tensor, slope: float) -> torch.Tensor:
    return torch.where(x > 0, x, slope * x)


def hardtanh(x: torch.Tensor, low: float, high: float) -> torch.Tensor:
    return x.clamp(low, high)


def limits(activation: Activation) -> tuple[float, float]:
    far = activation(torch.tensor([-1e30, 1e30], dtype=torch.float64))
    left, right = (math.copysign(math.inf, value) if abs(value) > 1e15 else value for value in far.tolist())
    return left, right


def confined(x: torch.Tensor, low: float, high: float) -> torch.Tensor:
    return low + (high - low) * torch.sigmoid(x)
