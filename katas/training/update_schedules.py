"""When to update: once an epoch, after every sample, or after every mini-batch.

The gradient of the mean loss over many samples is the mean of the gradients of the single ones. backward() adds up, so
a loop can collect the gradient of a batch sample by sample, and then update the parameters. How many samples to collect
is a choice:

- full batch: collect over the whole data set, then update, at the end of each epoch;
- per sample: update after every sample;
- mini-batch: update after every few samples; the last mini-batch of an epoch is smaller where the number of samples is
  no multiple of its size, and its mean is over those samples that it has. The next epoch begins a new one.

    5 samples, 3 epochs:     full batch 3 updates     per sample 15     mini-batches of 2 samples: 2 + 2 + 1, hence 9

    parameter 1, gradients 4 and 2 of two samples, learning rate 0.1 with SGD:
    one step for both together goes by their mean (4 + 2) / 2 = 3, and leads to 0.7

In all three loops the samples come in their order, and ``loss`` sees each of them once in an epoch. Gradients that are
left from before the call, be they NaN, play no part. What is in .grad afterwards does not matter.

Check with:  pytest katas/training/test_update_schedules.py
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch

Loss = Callable[[Any], torch.Tensor]


def full_batch(loss: Loss, optimizer: torch.optim.Optimizer, samples: Sequence[Any], epochs: int) -> None:
    """Update once at the end of each epoch, by the gradient of the mean loss over all samples.

    Args:
        loss: takes one sample and returns its loss, of shape (), computed from the parameters as they are now.
        optimizer: takes the steps, by whatever rule; its step() needs no closure. It was made for all parameters of the
            loss, and the loss of each sample uses all of them.
        samples: a list, or another sequence that can be sliced, of at least one sample; a sample is anything that
            ``loss`` takes.
        epochs: how often to go through all samples; may be 0.
    """
    raise NotImplementedError("collect the gradient of all samples, then take one step, in each epoch")


def per_sample(loss: Loss, optimizer: torch.optim.Optimizer, samples: Sequence[Any], epochs: int) -> None:
    """Update after every sample, by the gradient of its loss alone.

    Args:
        loss: as for ``full_batch``; it sees the parameters as the sample before has left them.
        optimizer: as for ``full_batch``.
        samples: as for ``full_batch``.
        epochs: as for ``full_batch``.
    """
    raise NotImplementedError("take a step for each sample, in each epoch")


def mini_batch(loss: Loss, optimizer: torch.optim.Optimizer, samples: Sequence[Any], size: int, epochs: int) -> None:
    """Update after every ``size`` samples and at the end of each epoch, by the gradient of the mean over these samples.

    Args:
        loss: as for ``full_batch``; it sees the parameters as the mini-batch before has left them.
        optimizer: as for ``full_batch``.
        samples: as for ``full_batch``.
        size: the number of samples in a mini-batch, at least 1; may be larger than the number of samples.
        epochs: as for ``full_batch``.
    """
    raise NotImplementedError("collect the gradient of a mini-batch, then take one step, for all mini-batches")


def count_updates(samples: int, size: int, epochs: int) -> int:
    """Return how many updates ``mini_batch`` makes.

    Args:
        samples: the number of samples, at least 1.
        size: the number of samples in a mini-batch, at least 1.
        epochs: the number of epochs, at least 0.
    """
    raise NotImplementedError("count the mini-batches of all epochs")
