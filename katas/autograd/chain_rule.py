"""Gradients by hand: the chain rule from the loss back through each layer.

A network is a chain of simple functions. The derivative of the loss with respect to anything inside the chain is the
derivative with respect to what comes right after it, times the derivative of that one step. So one begins at the loss
and goes back step by step; each step needs what the steps before it gave on the way forward. A number that goes two
ways, or to every sample of a batch, gets the sum of the derivatives that come back.

Two layers, with one number each: x = 1, hidden = tanh(0.5 x) = 0.4621, output = 2 hidden = 0.9242, and the loss against
the target 1 is (output - 1)^2 = 0.00574. Backward, each number is the derivative of the loss with respect to:

    output                2 (0.9242 - 1)            = -0.1515
    the second weight     -0.1515 * 0.4621          = -0.0700
    hidden                -0.1515 * 2               = -0.3031
    0.5 x                 -0.3031 * (1 - 0.4621^2)  = -0.2383    the derivative of tanh(a) is 1 - tanh(a)^2
    the first weight      -0.2383 * 1               = -0.2383

A gradient can be checked without any calculus: move one number a little up and a little down, and see how far the
result goes. backward() gives exact derivatives, and leaves them in the .grad of the leaves.

Not allowed in ``gradients``: autograd, in any form, nor torch.func. The numbers follow from sums, products and tanh.
torch.no_grad() and detach() compute no derivatives, and are allowed.

Check with:  pytest katas/autograd/test_chain_rule.py
"""

from collections.abc import Callable, Sequence

import torch


def gradients(
    x: torch.Tensor,
    target: torch.Tensor,
    w1: torch.Tensor,
    b1: torch.Tensor,
    w2: torch.Tensor,
    b2: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the derivatives of the loss with respect to ``w1``, ``b1``, ``w2`` and ``b2``, without autograd.

    The model is hidden = tanh(x @ w1.T + b1), output = hidden @ w2.T + b2. The loss is the mean of
    (output - target)^2 over all n * k elements. All arguments have the same dtype (float32 or float64) and device,
    and stay as they are; none requires a gradient.

    Args:
        x: shape (n, i), a batch of n samples; n is at least 1.
        target: shape (n, k).
        w1: shape (h, i).
        b1: shape (h,).
        w2: shape (k, h).
        b2: shape (k,).

    Returns:
        The four gradients in the order of w1, b1, w2, b2; each has the shape, dtype and device of its parameter, is as
        exact as this dtype allows, and requires no gradient.
    """
    raise NotImplementedError("go back from the loss through each layer, one derivative at a time")


def numeric_gradient(
    function: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor, step: float = 1e-5
) -> torch.Tensor:
    """Return the gradient of ``function`` at ``x`` by central differences.

    For each element, this is the value of the function with that element moved up by ``step``, less its value with the
    element moved down by ``step``, divided by the distance of the two, 2 * ``step``.

    Args:
        function: takes a tensor of the shape, dtype and device of x, and returns a tensor of shape (). It may hide its
            inner workings from autograd.
        x: tensor of any shape, contiguous or not, of a floating dtype; it may require a gradient. It is the same after
            the call as before.
        step: how far to move, larger than 0.

    Returns:
        A tensor of the shape, dtype and device of x, which requires no gradient. Empty where x is.
    """
    raise NotImplementedError("move each element up and down by step, and divide the difference by the distance")


def backward_gradients(loss: torch.Tensor, parameters: Sequence[torch.Tensor]) -> list[torch.Tensor | None]:
    """Let autograd fill the .grad of ``parameters`` with the derivatives of ``loss``, and return these.

    Args:
        loss: shape (), computed from some of the parameters.
        parameters: at least one leaf that requires a gradient; their .grad is None.

    Returns:
        For each parameter in order what is in its .grad afterwards: a tensor of its shape, which requires no gradient,
        or None where the loss was not computed from that parameter.
    """
    raise NotImplementedError("run backward, and collect the gradients")
