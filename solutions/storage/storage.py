import math
from collections.abc import Sequence

import torch


def whole_storage(tensor: torch.Tensor) -> torch.Tensor:
    count = tensor.untyped_storage().nbytes() // tensor.element_size()
    return tensor.as_strided((count,), (1,), 0)


def memory_use(tensor: torch.Tensor) -> tuple[int, int]:
    return tensor.numel() * tensor.element_size(), tensor.untyped_storage().nbytes()


def look_as(tensor: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
    row = whole_storage(tensor)
    places = math.prod(shape)
    if places > row.numel():
        raise ValueError(f"a storage of {row.numel()} elements cannot fill the shape {tuple(shape)}")
    return row[:places].view(tuple(shape))
