"""The loop that trains any network: predict, measure the loss, backpropagate, update, repeat.

Each batch of an epoch changes the parameters once. The model predicts, a loss function says how far off it is,
backward() works out how each parameter contributed, and the optimiser changes the parameters by its own rule. So the
loss falls, epoch by epoch. The loop knows nothing of what is learned: a curve, a price, or pictures of digits.

It has its traps. Gradients add up until they are cleared. Layers such as dropout ask whether the model is in training
or in evaluation. A batch may lie on another device than the model. And where the last batch is smaller, the mean over
an epoch is not the mean of the means of its batches:

    mean losses 3 and 6, of batches with 4 samples and 2:     (4 * 3 + 2 * 6) / (4 + 2) = 4, and not (3 + 6) / 2 = 4.5

A network with a hidden layer of nonlinear neurons can follow curves that nobody described to it beforehand, where a
linear model knows straight lines only. The more neurons, the more bends.

All of torch.nn and torch.optim is allowed.

Check with:  pytest katas/training/test_training_loop.py
"""

from collections.abc import Callable, Iterable

import torch
from torch import nn


def train(
    model: nn.Module,
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    optimizer: torch.optim.Optimizer,
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
    epochs: int,
) -> list[float]:
    """Train a model, and return its mean loss over all samples for each epoch.

    The model predicts for each batch once in an epoch, in training mode, whatever mode it and each of its parts were in
    before the call. Then the optimiser takes one step, by the gradient of this batch's loss alone: gradients that are
    left from before the call, be they NaN, play no part. Which mode the model is in afterwards does not matter.

    Args:
        model: it has at least one parameter, and all of them lie on one device; batches are moved there.
        loss: takes the model's outputs and the targets as they are, and returns the mean loss over the samples, of
            shape ().
        optimizer: made for the model's parameters; any of torch.optim's kind whose step() needs no closure.
        batches: can be gone through again and again, once for each epoch, in its order. Its length is not known. It
            gives at least one pair of inputs and targets, each with its samples along axis 0, one sample or more. The
            batches differ in size, and may lie on another device than the model. They are left as they are, and keep
            their dtypes and shapes on the way.
        epochs: how often to go through all batches; may be 0.

    Returns:
        A Python float for each epoch: the mean over all samples of the losses that were measured before each update.
    """
    raise NotImplementedError("for each batch of each epoch: predict, measure the loss, backpropagate, update")


def curve_network(hidden: int) -> nn.Module:
    """Return a network that can learn a curve: one number in, a hidden layer of neurons with tanh, one number out.

    Args:
        hidden: the number of neurons in the hidden layer, at least 1.

    Returns:
        A module on the CPU, in float32, that takes inputs of shape (n, 1) and gives outputs of shape (n, 1), which may
        be any numbers. Its parameters() are the weights and the biases of the hidden layer, and the weights and the
        bias of the last, in this order, in the shapes of torch.nn.Linear, and begin with the random numbers of
        torch.nn.Linear.
    """
    raise NotImplementedError("build a network with one hidden layer")
