import torch


def mean_along(x: torch.Tensor, axis: int, keep_axis: bool) -> torch.Tensor:
    dtype = x.dtype if x.is_floating_point() else torch.float32
    return x.mean(dim=axis, keepdim=keep_axis, dtype=dtype)


def deviation(x: torch.Tensor, axis: int, unbiased: bool) -> torch.Tensor:
    return x.std(dim=axis, correction=1 if unbiased else 0)


def unit_rows(x: torch.Tensor) -> torch.Tensor:
    norms = torch.linalg.vector_norm(x, dim=1, keepdim=True)
    return x / torch.where(norms > 0, norms, 1)
