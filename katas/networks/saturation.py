"""Sensitive and saturated: where an activation lets changes through.

Near 0 a small change of a sigmoid's input moves its output: the sigmoid is sensitive there. Far to the left and far to
the right it is saturated: its output hardly moves, its derivative is nearly 0, and by the chain rule so is every
gradient that comes back through it. A neuron whose sum lies in the saturated range hardly learns from an error; an
error mostly moves the neurons that work in their sensitive range.

    the sigmoid's derivative    at 0: 0.25      at 2: 0.105      at 5: 0.0066      at 10: 0.000045
    two sigmoids in a row       at 0: 0.25 at 0, times 0.2350 at sigmoid(0) = 0.5, gives 0.0588

Here activations are any functions, made of torch's operations, that work on each element by itself and give a new
tensor; autograd can differentiate them. The recording of gradients is switched on when a function is called. Tensors
are float32 or float64, on one device, and every size is at least 1.

No function leaves a trace: the tensors that come in stay as they are, ``requires_grad`` and ``grad`` included, no
``grad`` of a parameter within the activation is touched, and results do not require grad. What comes in may require
grad, may have a ``grad`` already, and may be the result of other operations.

Check with:  pytest katas/networks/test_saturation.py
"""

from collections.abc import Callable

import torch

Activation = Callable[[torch.Tensor], torch.Tensor]


def derivative(activation: Activation, x: torch.Tensor) -> torch.Tensor:
    """Return the derivative of ``activation`` at each element of ``x``.

    Args:
        activation: any activation; it may fall as well as rise.
        x: any shape.

    Returns:
        The same shape and dtype as x.
    """
    raise NotImplementedError("let autograd find the derivative at each element, without a trace in x.grad")


def saturated_shares(activation: Activation, sums: torch.Tensor, threshold: float) -> torch.Tensor:
    """Return for each neuron of a layer in what share of the samples it is saturated.

    A neuron is saturated where the size of its activation's derivative, without its sign, is below ``threshold``.

    Args:
        activation: the activation of all neurons of the layer; it may fall as well as rise.
        sums: shape (batch, neurons), what the activation is applied to: the linear part of each neuron's work.
        threshold: above 0.

    Returns:
        Shape (neurons,), of the dtype of ``sums``, from 0 to 1.
    """
    raise NotImplementedError("count for each neuron the samples in which its activation hardly lets changes through")


def derivative_through(activation: Activation, x: torch.Tensor, depth: int) -> torch.Tensor:
    """Return the derivative of ``activation`` applied ``depth`` times in a row, at each element of ``x``.

    For depth 3 that is the derivative of activation(activation(activation(x))).

    Args:
        activation: any activation.
        x: any shape.
        depth: at least 0; with 0, x goes through as it is, and the derivative is 1.

    Returns:
        The same shape and dtype as x.
    """
    raise NotImplementedError("find how much of a gradient comes back through a stack of activations")


def moves(
    samples: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, activation: Activation, errors: torch.Tensor
) -> torch.Tensor:
    """Return for each neuron of a layer how far an error would move its weights.

    The layer responds with activation(samples @ weight.T + bias). From ``errors``, the derivatives of a loss by these
    responses, the chain rule leads to the gradient of the loss by the weights. How far a neuron moves is the Euclidean
    norm of the gradient of its own weights: the square root of the sum of the squares. The bias does not count.

    Args:
        samples: shape (batch, inputs).
        weight: shape (neurons, inputs), one neuron a row.
        bias: shape (neurons,).
        activation: the activation of all neurons.
        errors: shape (batch, neurons); element [i, k] is the derivative of the loss by the response of neuron k to
            sample i.

    Returns:
        Shape (neurons,), of the same dtype.
    """
    raise NotImplementedError("follow the errors back to the weights, and give the norm of each neuron's gradient")
