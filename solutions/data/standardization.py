import torch


def fit(train: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return train.mean(dim=0), train.std(dim=0, correction=0)


def standardize(rows: torch.Tensor, mean: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
    return ((rows - mean) / std).where(std > 0, 0)


def undo(standardized: torch.Tensor, mean: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
    return standardized * std + mean


def share_within_one(values: torch.Tensor) -> float:
    column = values.unsqueeze(1)
    inside = standardize(column, *fit(column)).abs() <= 1
    return inside.double().mean().item()
