"""Random numbers that can be had again.

torch draws from generators. One of them is global: randn() and its kin use it unless told otherwise, and
torch.manual_seed() starts it anew for everyone. A torch.Generator is a generator of one's own. The same seed gives the
same draws, and each draw moves the generator on, so that the next one is different. A function that is handed a
generator draws from that one, and leaves the global one as it was; else nobody could repeat anything.

    generator seeded with 7:  draws a, then b          seeded with 7 again:  draws a, then b

The mean and the standard deviation are those of the distribution. A sample of 100 draws has a mean near by, not exactly
there. The unit of the standard deviation is that of the draws; its square is the variance.

A generator lives on one device, and draws there.

Check with:  pytest katas/tensors/test_random_sampling.py
"""

from collections.abc import Sequence

import torch


def seeded(shape: Sequence[int], seed: int, device: torch.device) -> torch.Tensor:
    """Return independent draws from the normal distribution of mean 0 and standard deviation 1.

    The same seed gives the same draws on each call, in a new tensor, and another seed gives others. torch's global
    generators play no part, and are left as they were.

    Args:
        shape: the size of each axis; may be empty, and sizes may be 0.
        seed: an integer from 0 to 2**32 - 1; each has draws of its own.
        device: where to draw.

    Returns:
        A tensor of this shape, float32, on this device.
    """
    raise NotImplementedError("draw standard normal numbers from a generator with this seed")


def normal(shape: Sequence[int], mean: float, std: float, generator: torch.Generator) -> torch.Tensor:
    """Return independent draws from the normal distribution of this mean and this standard deviation.

    All randomness comes from ``generator``, which moves on: a second call with it gives other draws, in a new tensor.
    torch's global generators are left as they were.

    Args:
        shape: the size of each axis; may be empty, and sizes may be 0.
        mean: the mean of the distribution.
        std: its standard deviation, at least 0.
        generator: where to draw from.

    Returns:
        A tensor of this shape, float32, on the generator's device.
    """
    raise NotImplementedError("draw normally distributed numbers from the generator")


def add_noise(x: torch.Tensor, std: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return ``x`` plus normally distributed noise of mean 0, drawn for each element independently.

    How large the noise is depends on ``std`` alone, not on ``x``.
    All randomness comes from ``generator``, as for ``normal``.

    Args:
        x: shape (n, m), of a floating dtype; it is left as it is. There may be no rows.
        std: shape (m,), of the same dtype; the standard deviation of the noise in each column, at least 0.
        generator: where to draw from, on the device of x.

    Returns:
        Shape (n, m), of the same dtype and on the same device as x.
    """
    raise NotImplementedError("add noise to each element, with the standard deviation of its column")
