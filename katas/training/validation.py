"""Validation: how a model does on samples that it has not been trained on.

A model has succeeded where it gives the right outputs for inputs that it has never seen, of the same kind as those that
it has learned from. The training loss cannot tell: a model may know its samples by heart. So some samples are set
aside, and never used for an update. Their loss is the validation loss.

The training loss says whether the model has the capacity to fit the training set. Where the training loss falls and the
validation loss does not, the model fits without generalising. Training then has gone on for too long: the best
parameters are those of the epoch with the lowest validation loss.

    epoch               1     2     3     4     5
    training loss      0.9   0.6   0.4   0.3   0.2
    validation loss    1.0   0.7   0.5   0.6   0.8      with patience 2, training ends here, and goes back to epoch 3

The mean over samples is not the mean over batches: a batch of 3 samples with loss 1 and a batch of 1 with loss 5
have the mean (3 * 1 + 1 * 5) / 4 = 2, and not 3.

Check with:  pytest katas/training/test_validation.py
"""

from collections.abc import Callable, Iterable

import torch
from torch import nn

Batches = Iterable[tuple[torch.Tensor, torch.Tensor]]
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def split(count: int, held_out: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the indices of the training samples, and those of the validation samples.

    Each of 0, 1, ..., count - 1 is in exactly one of the two. Which are held out is drawn at random from ``generator``,
    each set of ``held_out`` samples with the same probability, and not from torch's global generator, which is left as
    it was.

    Args:
        count: how many samples there are.
        held_out: how many of them are for validation, from 0 to count.
        generator: on the CPU; it moves on.

    Returns:
        Two tensors, int64, on the CPU, of shapes (count - held_out,) and (held_out,), each in any order.

    Raises:
        ValueError: unless held_out is from 0 to count.
    """
    raise NotImplementedError("draw which samples are held out")


def evaluate(model: nn.Module, loss: Loss, batches: Batches) -> float:
    """Return the mean of the loss over all samples, as a Python float.

    The model evaluates them in evaluation mode, and autograd records nothing. Its parameters, their gradients and its
    buffers stay as they are, and what was frozen stays so. Afterwards each part of the model is in the mode in which it
    was before: training, or evaluation, which may be another for each part. And autograd records again only where it
    did so before.

    Args:
        model: has at least one parameter; all of them lie on one device.
        loss: gives the mean over a batch, from outputs and targets.
        batches: pairs of inputs and as many targets, of any sizes from 1 on, at least one pair; they may lie on another
            device than the model, which they are moved to, and can be gone through once.
    """
    raise NotImplementedError("add up the loss of all samples, and divide by their number")


def fit(
    model: nn.Module,
    loss: Loss,
    optimizer: torch.optim.Optimizer,
    training: Batches,
    validation: Batches,
    epochs: int,
    patience: int,
) -> tuple[list[float], list[float]]:
    """Train until the validation loss stops falling, and go back to the best epoch.

    In an epoch, the model is in training mode, and takes one step of the optimizer for each batch of ``training``, with
    the gradients of that batch alone. Then both losses are measured as ``evaluate`` does: both come from the same
    parameters, so that they can be compared. ``validation`` is used for nothing else.

    Training ends after ``epochs`` epochs, or earlier: as soon as in ``patience`` epochs, one after another, no
    validation loss was lower than the lowest one before them. Lower is lower, by however little. No loss is NaN.

    Afterwards the model is in evaluation mode, and has the parameters and buffers with which the validation loss was
    lowest: of epochs with equal losses, the first. What ``state_dict()`` holds is what counts: a buffer that it leaves
    out may stay as it is. The parameters' gradients and the state of the optimizer may be those of the last epoch.

    Args:
        model: has at least one parameter; all lie on one device. It is changed in place.
        loss: gives the mean over a batch, from outputs and targets.
        optimizer: has the model's parameters, which may have gradients from an earlier backward().
        training: the batches to learn from, as for ``evaluate``; here they can be gone through again and again.
        validation: the batches that were held out; they too can be gone through again and again.
        epochs: at least 1.
        patience: at least 1.

    Returns:
        The training loss and the validation loss after each epoch that was run, as two lists of Python floats.
    """
    raise NotImplementedError("train and evaluate in each epoch, and keep a copy of the best state")
