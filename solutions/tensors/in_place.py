import torch


def halved(x: torch.Tensor) -> torch.Tensor:
    return x / 2


def scale_(x: torch.Tensor, factor: float) -> torch.Tensor:
    return x.mul_(factor)


def clip_negatives_(x: torch.Tensor) -> torch.Tensor:
    return x.clamp_(min=0)


def swap_columns_(x: torch.Tensor, first: int, second: int) -> torch.Tensor:
    # The right side is a copy; two slices would be views, and one of them overwritten before it is read.
    x[:, [first, second]] = x[:, [second, first]]
    return x
