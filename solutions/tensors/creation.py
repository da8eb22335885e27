import torch


def filled(like: torch.Tensor, value: float) -> torch.Tensor:
    return torch.full(like.shape, value, dtype=like.dtype, device=like.device)


def numbered(like: torch.Tensor) -> torch.Tensor:
    return torch.arange(like.numel(), dtype=like.dtype, device=like.device).reshape(like.shape)


def sample_points(low: float, high: float, count: int, like: torch.Tensor) -> torch.Tensor:
    return torch.linspace(low, high, count, dtype=like.dtype, device=like.device)


def with_ones_column(x: torch.Tensor) -> torch.Tensor:
    return torch.cat([x, x.new_ones(x.shape[0], 1)], dim=1)
