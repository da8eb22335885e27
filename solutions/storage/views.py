import torch


def odd_columns(table: torch.Tensor) -> torch.Tensor:
    return table[:, 1::2]


def diagonal(table: torch.Tensor) -> torch.Tensor:
    return table.as_strided((min(table.shape),), (sum(table.stride()),))


def windows(series: torch.Tensor, length: int) -> torch.Tensor:
    step = series.stride(0)
    return series.as_strided((len(series) - length + 1, length), (step, step))


def keep_rows(table: torch.Tensor, start: int, stop: int) -> torch.Tensor:
    return table[start:stop].clone(memory_format=torch.contiguous_format)
