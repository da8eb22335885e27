"""Draw random inputs for answers.

All numbers come from torch's default generator, which is seeded for each test from the run's seed. The header prints
that seed, and ``--seed`` repeats the whole run.
"""

import math
from collections.abc import Sequence

import torch

LAYOUTS = ("contiguous", "transposed", "sliced")
"""Layouts of the same elements in storage, for ``laid_out``."""


def integer(low: int, high: int) -> int:
    """Return an integer from ``low`` to ``high``, both included."""
    return int(torch.randint(low, high + 1, ()))


def sizes(count: int, low: int = 2, high: int = 7) -> tuple[int, ...]:
    """Return ``count`` different sizes from ``low`` to ``high``; different, so that tests notice swapped axes."""
    if high - low + 1 < count:
        raise ValueError(f"there are no {count} different sizes from {low} to {high}")
    return tuple((torch.randperm(high - low + 1)[:count] + low).tolist())


def normal(
    shape: Sequence[int], *, device: torch.device | str = "cpu", dtype: torch.dtype = torch.float32
) -> torch.Tensor:
    """Return normally distributed elements with mean 0 and standard deviation 1.

    They are drawn on the CPU and then moved, so that a seed gives the same elements on every device.
    """
    return torch.randn(tuple(shape), dtype=torch.float64).to(dtype).to(device)


def integers(
    shape: Sequence[int],
    low: int,
    high: int,
    *,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.int64,
) -> torch.Tensor:
    """Return integers from ``low`` to ``high``, both included."""
    return torch.randint(low, high + 1, tuple(shape)).to(dtype).to(device)


def distinct(
    shape: Sequence[int], *, device: torch.device | str = "cpu", dtype: torch.dtype = torch.float32
) -> torch.Tensor:
    """Return 0, 1, 2, ... in random order; no two are equal, so that tests notice a misplaced one."""
    return torch.randperm(math.prod(shape)).reshape(tuple(shape)).to(dtype).to(device)


def laid_out(values: torch.Tensor, layout: str) -> torch.Tensor:
    """Return a tensor with the elements of ``values`` and another layout.

    Args:
        values: any tensor with at least one axis.
        layout: ``contiguous``; ``transposed``, whose first axis has stride 1; or ``sliced``, a part of a larger
            storage with an offset, whose last axis skips every other element.
    """
    if layout == "contiguous":
        return values.clone(memory_format=torch.contiguous_format)
    if layout == "transposed":
        axes = tuple(reversed(range(values.dim())))
        return values.permute(axes).clone(memory_format=torch.contiguous_format).permute(axes)
    if layout == "sliced":
        first, *middle, last = values.shape if values.dim() > 1 else (None, *values.shape)
        rows = () if first is None else (first + 2,)
        around = values.new_zeros((*rows, *middle, 2 * last + 1))
        inside = around[1:-1, ..., 1::2] if rows else around[1::2]
        inside.copy_(values)
        return inside
    raise ValueError(f"no layout {layout!r}: one of {', '.join(LAYOUTS)}")
