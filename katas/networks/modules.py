"""Modules: networks that know their parameters.

A torch.nn.Module holds parameters, buffers and other modules as its attributes, and keeps account of them: parameters()
finds all that an optimizer is to change, state_dict() all that a checkpoint must hold, to() moves all of it to another
device or dtype, and train() and eval() tell all the parts whether the network is learning. It finds what is registered
and nothing else: a Parameter, a module, an nn.ModuleList, or what register_buffer() was given. Of a tensor in a plain
attribute, or of modules in a plain list, it knows nothing.

    sizes 4, 8, 3:    layers of shapes (8, 4) and (3, 8), with biases of 8 and 3, have 32 + 8 + 24 + 3 = 67 parameters

torch.nn has modules ready: fully connected layers (Linear), convolution layers (Conv2d), activation functions (ReLU),
loss functions (MSELoss), Dropout. All of torch.nn is allowed here.

Check with:  pytest katas/networks/test_modules.py
"""

from collections.abc import Sequence

import torch
from torch import nn


class Network(nn.Module):
    """A stack of fully connected layers, each but the last followed by ReLU and dropout.

    A new network lies on the CPU, in float32. Its ``state_dict()`` has these entries and no others:

    - ``layers.0.weight``, ``layers.0.bias``, ``layers.1.weight``, and so on: the parameters of each layer, in the
      shapes of torch.nn.Linear. Weights are drawn from ``generator``, uniformly between -1 and 1, and divided by the
      square root of the number of the layer's inputs; biases are 0.
    - ``center``: a buffer of shape (sizes[0],), at first 0, which is subtracted from every sample. It is no parameter,
      and no call changes it.

    torch's global generator is left as it was, though torch.nn.Linear draws its first weights from it:
    within torch.random.fork_rng(devices=[]) nothing that is drawn counts, and torch.nn.utils.skip_init() draws nothing.

    Args:
        sizes: the number of inputs, the number of neurons of each layer but the last, and the number of outputs; two
            sizes, which make one layer, or more.
        dropout: in training, with what probability each response of a layer but the last is set to 0, after ReLU; the
            others are divided by 1 - dropout, as torch.nn.Dropout does. In evaluation nothing is dropped.
        generator: where the weights are drawn from, on the CPU; it moves on.
    """

    def __init__(self, sizes: Sequence[int], dropout: float, generator: torch.Generator) -> None:
        raise NotImplementedError("register the layers and the buffer, and draw the weights from the generator")

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Return the outputs, of shape (batch, sizes[-1]).

        Args:
            samples: shape (batch, sizes[0]), of the dtype and on the device that the network was moved to. It is left
                as it is.
        """
        raise NotImplementedError("send the samples through the layers, with ReLU and dropout between them")


def count_parameters(module: nn.Module, trainable_only: bool = False) -> int:
    """Return how many numbers the parameters of a module have, those of all its parts included.

    A parameter that several parts share is counted once. Buffers do not count.

    Args:
        module: any module.
        trainable_only: whether to count only those that require grad.
    """
    raise NotImplementedError("count the elements of all parameters")


def freeze(module: nn.Module) -> None:
    """Stop all parameters of a module from being trained: none of them requires grad any more.

    The parameters stay the same objects with the same values, and the module stays in training or in evaluation.

    Args:
        module: any module; it is changed in place.
    """
    raise NotImplementedError("let no parameter require grad")


def snapshot(module: nn.Module) -> dict[str, torch.Tensor]:
    """Return the parameters and buffers of a module as they are now, so that load_state_dict() can bring them back.

    Args:
        module: any module whose state holds tensors only; it is left as it is.

    Returns:
        The entries of ``module.state_dict()``, on the same device, with memory of their own: they keep their values
        when training goes on. None requires grad.
    """
    raise NotImplementedError("copy all that load_state_dict() needs")
