from collections.abc import Sequence

import torch


def column_of(table: torch.Tensor, value: float) -> torch.Tensor:
    return torch.full((len(table), 1), value, dtype=table.dtype, device=table.device)


def constants_for(table: torch.Tensor, values: Sequence[float]) -> torch.Tensor:
    return torch.tensor(values, dtype=table.dtype, device=table.device)


def move(tensor: torch.Tensor, device: torch.device | str) -> torch.Tensor:
    return tensor.to(device)


def best_device(names: Sequence[str]) -> torch.device:
    for kind in ("cuda", "mps", "cpu"):
        for name in names:
            if name.split(":")[0] == kind:
                return torch.device(name)
    raise ValueError(f"none of {', '.join(names) or 'no devices'} is a cuda, mps or cpu device")
