"""Batches: one call for many samples, and statistics that only a batch has.

Layers take a batch: axis 0 counts the samples. One call with a batch gives the same as a loop over its samples, and
keeps the hardware busy, where a loop has it wait for the next small task.

Batch normalisation is a layer that needs the batch. For each feature it subtracts the batch's mean and divides by the
batch's standard deviation, so that what comes next meets numbers of the same size at all times. A single sample in use
has no batch, therefore the layer keeps running statistics while it trains, and uses these when it is evaluated.

    one feature, four samples    1.0  2.0  3.0  6.0      mean 3.0, variance 14 / 4 = 3.5
    normalised                  -1.07 -0.53 0.00 1.60    each less 3.0, over the root of 3.5
    running mean, momentum 0.1   0.9 * 0.0 + 0.1 * 3.0      = 0.3
    running variance             0.9 * 1.0 + 0.1 * (14 / 3) = 1.367, with n - 1 below the line

Not allowed: torch's own batch_norm, instance_norm, layer_norm and group_norm, as functions or as modules.

Check with:  pytest katas/networks/test_batch_norm.py
"""

from collections.abc import Callable, Sequence

import torch
from torch import nn


def in_one_call(layer: Callable[[torch.Tensor], torch.Tensor], samples: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return what the layer gives for each sample, by a single call of it.

    Args:
        layer: takes a batch of shape (n, features) and gives shape (n, outputs), a row for each sample. It is given
            all samples and nothing else.
        samples: n tensors of shape (features,), n at least 1; they are left as they are.

    Returns:
        Shape (n, outputs): row i belongs to samples[i]. Gradients flow from it back to the layer and the samples.
    """
    raise NotImplementedError("make one batch of all samples and call the layer once")


class BatchNorm(nn.Module):
    """Batch normalisation, with a scale and a shift for each feature.

    Has the parameters ``weight``, at first 1, and ``bias``, at first 0, and the buffers ``running_mean``, at first 0,
    and ``running_var``, at first 1: each of shape (features,) and float32 on the CPU. All four are in its state dict,
    and go along with ``to``.
    """

    def __init__(self, features: int, momentum: float = 0.1, eps: float = 1e-5) -> None:
        """Make the parameters and the buffers.

        Args:
            features: the size of axis 1 of the inputs.
            momentum: the share that a new batch has in the running statistics, from 0 to 1, both included.
            eps: is added to the variance under the root; above 0.
        """
        raise NotImplementedError("make two parameters and two buffers")

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Normalise each feature, then multiply it by its weight and add its bias.

        The mean and the variance of a feature go over all axes but axis 1. In training they are those of the batch, the
        variance with n below the line, n being how many numbers of the feature the batch has. Then each running
        statistic becomes (1 - momentum) times itself plus momentum times the batch's, here the variance with n - 1.
        In evaluation the running statistics take the place of the batch's, and stay as they are.

        Args:
            inputs: shape (n, features) or (n, features, height, width), all sizes at least 1, float32 or float64, of
                the dtype and on the device of the parameters; they are left as they are. A mean thousands of times as
                large as the spread must not cost the variance its digits, not in float32 either.

        Returns:
            The same shape and dtype: (inputs - mean) / sqrt(variance + eps) * weight + bias. Gradients flow from it
            back to weight, bias and inputs, through the batch's mean and variance too; none flows into the running
            statistics.

        Raises:
            ValueError: in training, where the batch has only one number of each feature.
        """
        raise NotImplementedError("normalise by the batch in training, by the running statistics in evaluation")
