import torch


def one_hot(labels: torch.Tensor, classes: int) -> torch.Tensor:
    _check_range(labels, classes)
    table = torch.zeros(*labels.shape, classes, device=labels.device)
    return table.scatter_(-1, labels.unsqueeze(-1), 1.0)


def labels_of(rows: torch.Tensor) -> torch.Tensor:
    return rows.argmax(dim=-1)


def scatter_values(columns: torch.Tensor, values: torch.Tensor, width: int) -> torch.Tensor:
    _check_range(columns, width)
    return values.new_zeros(len(values), width).scatter_(1, columns, values)


def _check_range(index: torch.Tensor, size: int) -> None:
    # On an accelerator, scatter_() may meet a position out of range with a crash instead of an exception.
    if ((index < 0) | (index >= size)).any():
        raise ValueError(f"expected positions from 0 to {size - 1}")
