"""Gradients add up until somebody clears them.

backward() adds its derivatives to what .grad holds already. That is useful: a batch too large for the memory can be cut
into micro-batches, one backward() each, and .grad holds the sum. It is also a trap: what is left in .grad from before
joins in. What matters is that .grad is cleared before the next backward(), not after the last one.

    w = 3, loss = w^2:  backward() gives w.grad = 6; with the loss computed anew, a second backward() gives w.grad = 12

The mean over a batch is not the mean of the means of its parts, unless all parts are of one size. For the samples 1, 2
and 6, the mean is 3; the means of the parts (1, 2) and (6) are 1.5 and 6, and (2 * 1.5 + 1 * 6) / 3 is 3 again, while
(1.5 + 6) / 2 is not.

Check with:  pytest katas/autograd/test_accumulation.py
"""

from collections.abc import Callable, Sequence

import torch


def fresh_gradient(loss: torch.Tensor, parameter: torch.Tensor) -> torch.Tensor:
    """Have ``parameter.grad`` hold the derivative of ``loss`` alone, whatever it held before, and return it.

    Args:
        loss: shape (), computed from the parameter.
        parameter: a leaf that requires a gradient. Its .grad may be None, or hold any numbers, NaN as well. The
            parameter's own elements stay as they are.

    Returns:
        The numbers that are in parameter.grad afterwards, be it that tensor itself or another: shape, dtype and device
        of the parameter, without a history.
    """
    raise NotImplementedError("clear the gradient, then run backward")


def accumulate(
    mean_loss: Callable[[torch.Tensor], torch.Tensor], micro_batches: Sequence[torch.Tensor], parameter: torch.Tensor
) -> torch.Tensor:
    """Add to ``parameter.grad`` the derivative of the mean loss over the samples of all micro-batches.

    The graphs of two micro-batches need not be in memory at the same time: run backward() for one micro-batch before
    the loss of the next is computed. Let mean_loss see each micro-batch once, as it is.

    Args:
        mean_loss: takes a micro-batch and returns the mean loss over its samples, of shape (), computed from the
            parameter.
        micro_batches: at least one; each has at least one sample, and its samples along axis 0. They may have
            different numbers of samples.
        parameter: a leaf that requires a gradient. Its .grad is None, or holds what was accumulated earlier, and what
            is new is added to that. The parameter's own elements stay as they are.

    Returns:
        The mean loss over all samples, shape (), of the dtype and device of the losses, without a history.
    """
    raise NotImplementedError("run backward for each micro-batch, with its share of the samples as its weight")


def train(
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    batches: Sequence[torch.Tensor],
    parameter: torch.Tensor,
    learning_rate: float,
) -> list[float]:
    """Take one step of gradient descent for each batch: the parameter less ``learning_rate`` times its gradient.

    Each step uses the gradient of its own batch's loss, at the parameter as the earlier steps left it. What is in
    parameter.grad at the call plays no part, be it NaN, and what is in it afterwards does not matter.

    Args:
        loss: takes the parameter and a batch, and returns the loss, of shape ().
        batches: any number of batches, none as well.
        parameter: a leaf that requires a gradient. It is changed in place, and is still such a leaf afterwards.
        learning_rate: the size of a step, larger than 0.

    Returns:
        The loss of each batch before its step, as Python floats.
    """
    raise NotImplementedError("for each batch: clear the gradient, run backward, change the parameter")
