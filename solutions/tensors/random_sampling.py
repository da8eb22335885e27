from collections.abc import Sequence

import torch


def seeded(shape: Sequence[int], seed: int, device: torch.device) -> torch.Tensor:
    generator = torch.Generator(device).manual_seed(seed)
    return torch.randn(tuple(shape), generator=generator, device=device)


def normal(shape: Sequence[int], mean: float, std: float, generator: torch.Generator) -> torch.Tensor:
    return torch.normal(mean, std, tuple(shape), generator=generator, device=generator.device)


def add_noise(x: torch.Tensor, std: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    return x + std * torch.randn(x.shape, generator=generator, dtype=x.dtype, device=x.device)
