from collections.abc import Callable, Sequence

import torch
from torch import nn


def in_one_call(layer: Callable[[torch.Tensor], torch.Tensor], samples: Sequence[torch.Tensor]) -> torch.Tensor:
    return layer(torch.stack(list(samples)))


class BatchNorm(nn.Module):
    running_mean: torch.Tensor
    running_var: torch.Tensor

    def __init__(self, features: int, momentum: float = 0.1, eps: float = 1e-5) -> None:
        super().__init__()
        self.momentum = momentum
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        mean, variance = self.running_mean, self.running_var
        if self.training:
            count = inputs.numel() // inputs.shape[1]
            if count == 1:
                raise ValueError("one number of each feature has no variance")
            axes = [axis for axis in range(inputs.dim()) if axis != 1]
            mean, variance = inputs.mean(axes), inputs.var(axes, correction=0)
            with torch.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(variance * count / (count - 1), self.momentum)
        # The features lie along axis 1: as many axes of size 1 behind them as the inputs have.
        shape = (-1, *[1] * (inputs.dim() - 2))
        scale = self.weight / torch.sqrt(variance + self.eps)
        return (inputs - mean.reshape(shape)) * scale.reshape(shape) + self.bias.reshape(shape)
