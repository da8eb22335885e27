"""Why a network needs activations: linear layers alone collapse into one.

A linear layer maps x to weight @ x + bias: strictly speaking this map is affine, linear but for the bias. An affine map
of an affine map is affine again. So a stack of linear layers without activations, however deep, can do no more than one
linear layer with the right weight and bias.

    3 * x + 1, and then 2 * x + 5:    2 * (3 * x + 1) + 5 = 6 * x + 7, one layer with weight 6 and bias 7

An activation between the layers breaks this. It shows from outside, without a look at the layers: an affine function f
fulfils f(a + b) - f(a) - f(b) + f(0) = 0 for all inputs a and b, and a function that is not affine does so by chance
only. ReLU, for one, does if a and b are positive.

Check with:  pytest katas/networks/test_linear_collapse.py
"""

from collections.abc import Callable

import torch
from torch import nn


def collapse(network: nn.Sequential) -> nn.Linear:
    """Return one linear layer that gives the same outputs as a stack of linear layers.

    Args:
        network: one or more torch.nn.Linear in a row, some of them perhaps without a bias (their ``bias`` is None), all
            float32 or all float64, on one device. Their sizes are any that fit. It is left as it is.

    Returns:
        A new torch.nn.Linear of the same dtype on the same device, with memory of its own. It always has a bias, which
        is 0 where no layer has one. Weight and bias are parameters that require grad, as in any new layer, also where
        those of the network do not; nothing connects them to the graph of the network. To make the layer may draw from
        torch's global generator.

    Raises:
        ValueError: if ``network`` holds a module that is not a torch.nn.Linear, such as torch.nn.ReLU.
    """
    raise NotImplementedError("build the one linear layer that does what the stack does")


def is_affine(function: Callable[[torch.Tensor], torch.Tensor], example: torch.Tensor) -> bool:
    """Say from its outputs alone whether a function is affine: equal to one linear layer with a bias.

    An affine function misses f(a + b) - f(a) - f(b) + f(0) = 0 by rounding alone: by less than 0.01 % of its largest
    output. One that is not affine may look affine for many inputs. Where it shows is anywhere between -100 and 100, for
    large inputs alone or for small ones alone, for some signs of the inputs and not for others, in a single output, or
    only where several inputs change together; but somewhere among inputs from -1000 to 1000 it shows plainly. With all
    elements of a and b drawn between -size and size, it does so for more than a tenth of the pairs, by more than 1 % of
    the largest of all outputs. The sizes of which this holds lie between 0.1 and 1000, and the largest of them is at
    least five times the smallest.

    Inputs may be drawn from torch's global generator, which must not be seeded anew, or from one of your own.

    Args:
        function: takes shape (batch, inputs) and gives shape (batch, outputs), each row by itself; it may be a module.
        example: shape (inputs,), one input; it tells their number, the dtype (float32 or float64) and the device. Its
            values mean nothing. It is left as it is.

    Returns:
        A Python bool.
    """
    raise NotImplementedError("choose inputs, and test on the outputs whether the function is affine")
