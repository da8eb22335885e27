from collections.abc import Sequence

import torch


def append_row_numbers(table: torch.Tensor) -> torch.Tensor:
    numbers = torch.arange(len(table), dtype=table.dtype, device=table.device)
    return torch.cat([table, numbers.unsqueeze(1)], dim=1)


def at_least(table: torch.Tensor, floors: Sequence[float]) -> torch.Tensor:
    return torch.maximum(table, torch.tensor(floors, dtype=table.dtype, device=table.device))


def move(tensor: torch.Tensor, device: torch.device | str) -> torch.Tensor:
    return tensor.to(device)


def best_device(names: Sequence[str]) -> torch.device:
    for kind in ("cuda", "mps", "cpu"):
        for name in names:
            if name.split(":")[0] == kind:
                return torch.device(name)
    raise ValueError(f"none of {', '.join(names) or 'no devices'} is a cuda, mps or cpu device")
