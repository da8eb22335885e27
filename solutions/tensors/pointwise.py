import math

import torch


def wave(t: torch.Tensor, amplitude: float, frequency: float, phase: float) -> torch.Tensor:
    return amplitude * torch.cos(2 * math.pi * frequency * t + phase)


def softsign(x: torch.Tensor) -> torch.Tensor:
    return x / (1 + x.abs())


def shrink(x: torch.Tensor, width: float) -> torch.Tensor:
    return x.sign() * (x.abs() - width).clamp(min=0)


def x_log_x(x: torch.Tensor) -> torch.Tensor:
    # Both sides of where are computed, and it drops the NaN of 0 * log(0).
    return torch.where(x > 0, x * x.log(), 0)
