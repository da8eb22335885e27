import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn


class Network(nn.Module):
    center: torch.Tensor

    def __init__(self, sizes: Sequence[int], dropout: float, generator: torch.Generator) -> None:
        super().__init__()
        self.register_buffer("center", torch.zeros(sizes[0]))
        with torch.random.fork_rng(devices=[]):  # Linear draws its first weights from the global generator
            self.layers = nn.ModuleList(nn.Linear(*pair) for pair in pairwise(sizes))
        self.between = nn.Sequential(nn.ReLU(), nn.Dropout(dropout))
        for layer in self.layers:
            bound = 1 / math.sqrt(layer.in_features)
            nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
            nn.init.zeros_(layer.bias)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        *hidden, last = self.layers
        responses = samples - self.center
        for layer in hidden:
            responses = self.between(layer(responses))
        return last(responses)


def count_parameters(module: nn.Module, trainable_only: bool = False) -> int:
    return sum(each.numel() for each in module.parameters() if each.requires_grad or not trainable_only)


def freeze(module: nn.Module) -> None:
    module.requires_grad_(False)


def snapshot(module: nn.Module) -> dict[str, torch.Tensor]:
    return {name: each.clone() for name, each in module.state_dict().items()}
