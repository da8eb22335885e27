"""Regularization: three ways to overfit less.

A penalty: add the squares of all weights to the loss, times a strength. Large weights then cost something, and only
those grow that the data ask for. The penalty's gradient is 2 * strength * w for each weight w: each step pulls the
weight to 0 by a share of itself. That is weight decay: for plain gradient descent, the penalty and a weight decay of
2 * strength are the same. Biases are left out: they only move the outputs up and down.

Noise: add a little noise to the inputs, another one each time, and each sample becomes many new ones with the same
target. For a linear model, noise of standard deviation s acts as a penalty of strength s^2.

A simpler model: with fewer inputs or fewer weights there is less that could follow the noise in the targets.

    one weight w, samples (1, 2) and (2, 4): the mean squared error 2.5 (w - 2)^2 has its minimum at w = 2
    with a penalty of strength 2.5: 2.5 (w - 2)^2 + 2.5 w^2 has its minimum at w = 1

All of torch is allowed.

Check with:  pytest katas/training/test_regularization.py
"""

from collections.abc import Iterable

import torch
from torch import nn


def penalized(loss: torch.Tensor, parameters: Iterable[torch.Tensor], strength: float) -> torch.Tensor:
    """Return the loss plus ``strength`` times the sum of the squares of all weights.

    Weights are the elements of the parameters with two axes or more. Those with fewer axes, such as biases, are left
    out. Gradients flow through the loss and through the penalty.

    Args:
        loss: shape (), float32 or float64; it is left as it is.
        parameters: of that dtype, on the same device, each of them once; can be gone through once, and may be none.
            They stay as they are.
        strength: at least 0.

    Returns:
        Shape (), of the dtype and on the device of the loss. Without any weights it may be the loss itself.
    """
    raise NotImplementedError("add the penalty to the loss")


def decaying_sgd(model: nn.Module, learning_rate: float, strength: float) -> torch.optim.Optimizer:
    """Return torch's SGD optimiser, with weight decay in place of the penalty.

    Its steps with the gradients of the bare loss are those that SGD without weight decay and without momentum takes
    with the gradients of ``penalized`` for the same strength. It has all parameters of the model, those of parts of its
    parts too, each of them once. Those with fewer than two axes do not decay.

    Args:
        model: has parameters with two axes or more, and with fewer. They stay as they are until the first step.
        learning_rate: larger than 0.
        strength: of the penalty, at least 0.
    """
    raise NotImplementedError("hand the parameters to torch.optim.SGD in two groups, one of which decays")


def noisy_copies(
    inputs: torch.Tensor, targets: torch.Tensor, scale: float, copies: int, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return new training samples: noisy copies of the inputs, each with its sample's target.

    All samples come once, in their order, then all of them once more with other noise, and so on. The noise is
    independent for each number: normally distributed, with mean 0 and standard deviation ``scale``, drawn from
    ``generator``. Two calls with one generator add different noise.

    Args:
        inputs: shape (n, d), n at least 1, float32 or float64; left as they are.
        targets: shape (n,) or (n, k), of any dtype, on the same device; left as they are. They get no noise.
        scale: at least 0, in the units of the inputs.
        copies: how many of each sample, at least 1.
        generator: on the CPU, also where the inputs are on another device; it moves on, but need not where scale is 0.

    Returns:
        The inputs, of shape (copies * n, d), and the targets, of shape (copies * n,) or (copies * n, k), with the
        dtypes and on the device of what was given, and with memory of their own, also where scale is 0.
    """
    raise NotImplementedError("repeat the samples, and add noise to the inputs")


def fit(inputs: torch.Tensor, targets: torch.Tensor, strength: float = 0.0) -> torch.Tensor:
    """Return the weights of the linear model, without a bias, with the least penalized loss.

    That loss is the mean squared error of ``inputs @ weights``, plus ``strength`` times the sum of the squared weights.
    Where its gradient is 0, (inputs.T @ inputs / n + strength * identity) @ weights = inputs.T @ targets / n.

    Args:
        inputs: shape (n, d), float32 or float64, n at least d, with linearly independent columns; left as they are.
        targets: shape (n,), of the same dtype, on the same device; left as they are.
        strength: at least 0.

    Returns:
        Shape (d,), of the dtype and on the device of the inputs, exact up to rounding.
    """
    raise NotImplementedError("solve for the weights where the gradient of the penalized loss is 0")
