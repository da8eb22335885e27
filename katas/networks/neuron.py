"""A neuron: a linear transformation, then an activation.

A neuron has one weight for each of its inputs, and a bias. It multiplies each input by its weight, adds these products
and the bias up, and hands the sum to an activation function: what comes out is its response. The neurons of one layer
all see the same inputs, but each has weights and a bias of its own, so they respond to one sample to different degrees.

    inputs 2, 1    weights 3, -4    bias 0.5    sum 2*3 + 1*(-4) + 0.5 = 2.5    response tanh(2.5) = 0.9866

The activation is a function such as torch.tanh: it takes a tensor of any shape and gives a new one of the same shape,
each element computed from the element at the same place.

All tensors have one dtype, float32 or float64, and lie on one device; every size is at least 1. No function changes its
inputs. Responses carry gradients back to the weights and biases that require them.

Not allowed in ``responses``: torch's own linear layer (torch.nn.Linear, torch.nn.functional.linear), addmm and its kin.
Products of matrices and sums are allowed.

Check with:  pytest katas/networks/test_neuron.py
"""

from collections.abc import Callable

import torch

Activation = Callable[[torch.Tensor], torch.Tensor]


def response(sample: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, activation: Activation) -> torch.Tensor:
    """Return how one neuron responds to one sample.

    Args:
        sample: shape (inputs,).
        weight: shape (inputs,), the weight of each input.
        bias: shape (), a tensor without axes.
        activation: the neuron's activation function.

    Returns:
        Shape (), of the same dtype.
    """
    raise NotImplementedError("build one neuron: the weighted sum of its inputs, the bias, the activation")


def responses(samples: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, activation: Activation) -> torch.Tensor:
    """Return how each neuron of a layer responds to each sample of a batch.

    Args:
        samples: shape (batch, inputs), one sample a row.
        weight: shape (neurons, inputs), the weights of one neuron a row, as torch.nn.Linear keeps them.
        bias: shape (neurons,), the bias of each neuron.
        activation: the activation function of all the neurons.

    Returns:
        Shape (batch, neurons), of the same dtype; element [i, k] is the response of neuron k to sample i.
    """
    raise NotImplementedError("build a layer of neurons that takes a whole batch")


def strongest(samples: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, activation: Activation) -> torch.Tensor:
    """Return for each sample the number of the neuron that responds to it most: whose response is the largest.

    Args:
        samples: as for ``responses``.
        weight: as for ``responses``.
        bias: as for ``responses``.
        activation: as for ``responses``. It need not rise with its input.

    Returns:
        Shape (batch,), int64, counted from 0. Where several respond alike, any of them.
    """
    raise NotImplementedError("find the neuron with the largest response to each sample")
