from collections.abc import Callable

import torch

Activation = Callable[[torch.Tensor], torch.Tensor]


def response(sample: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, activation: Activation) -> torch.Tensor:
    return activation(sample @ weight + bias)


def responses(samples: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, activation: Activation) -> torch.Tensor:
    return activation(samples @ weight.T + bias)


def strongest(samples: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, activation: Activation) -> torch.Tensor:
    return responses(samples, weight, bias, activation).argmax(dim=1)
