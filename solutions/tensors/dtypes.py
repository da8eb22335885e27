from collections.abc import Sequence

import torch


def tensor_of(values: Sequence[float], name: str | None = None) -> torch.Tensor:
    return torch.tensor(values, dtype=None if name is None else getattr(torch, name))


def smallest_integer_dtype(low: int, high: int) -> torch.dtype:
    for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64):
        limits = torch.iinfo(dtype)
        if limits.min <= low and high <= limits.max:
            return dtype
    raise OverflowError(f"no integer dtype holds {low} to {high}")


def brighten(image: torch.Tensor, amount: int) -> torch.Tensor:
    return (image.to(torch.int16) + amount).clamp(0, 255).to(torch.uint8)


def share_above(x: torch.Tensor, threshold: float) -> torch.Tensor:
    return (x > threshold).mean(dtype=torch.float32)
