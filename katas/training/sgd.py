"""Stochastic gradient descent: shuffle, and learn from mini-batches.

The samples of a data set often come in an order that means something: sorted by size, by date, by class. Stochastic
gradient descent, SGD for short, shuffles them anew for each epoch and cuts the new order into mini-batches. Each sample
is in exactly one mini-batch of the epoch: nothing is drawn twice, and nothing is left out. The last mini-batch has what
is left, which may be fewer samples.

    7 samples, mini-batches of 3:    one epoch (5, 0, 3), (6, 1, 4), (2), the next (2, 6, 0), (4, 3, 5), (1)

The gradient of a mini-batch is that of the whole set plus noise, and the noise is good for something. Say two samples
have the gradients 3 and -3 at a poor minimum of their mean loss. The mean of the gradients is 0: on the whole set the
descent stays there for ever. With mini-batches of one sample and the learning rate 0.1 it is pushed 0.3 to one side
or the other, and so may leave a narrow, poor minimum for a broad, good one.

All of torch.optim is allowed, but not torch.utils.data: cut the mini-batches yourself.

Check with:  pytest katas/training/test_sgd.py
"""

from collections.abc import Callable

import torch


def minibatches(samples: torch.Tensor, size: int, generator: torch.Generator) -> list[torch.Tensor]:
    """Return the mini-batches of one epoch, in an order that is drawn from the generator.

    All orders of the samples are equally likely. What the generator draws is all that decides: a generator with the
    same seed gives the same mini-batches again, and further calls with one generator give other orders. torch's global
    generator is neither used nor seeded.

    Args:
        samples: shape (n, ...), n at least 1: the samples lie along axis 0, each of any shape. They are of any dtype,
            on any device, and are left as they are.
        size: the number of samples in each mini-batch but the last, at least 1; may be larger than n.
        generator: lies on the CPU, wherever the samples are. It moves on.

    Returns:
        Tensors of shape (size, ...), the last with fewer samples where n is no multiple of size, of the same dtype and
        on the same device.
    """
    raise NotImplementedError("shuffle the samples, and cut them into mini-batches")


def descend(
    loss: Callable[[torch.Tensor], torch.Tensor],
    parameter: torch.Tensor,
    samples: torch.Tensor,
    size: int,
    learning_rate: float,
    epochs: int,
    generator: torch.Generator,
) -> None:
    """Change the parameter in place by stochastic gradient descent, with one step for each mini-batch.

    A step subtracts the learning rate times the gradient of this mini-batch's loss, at the parameter as the step before
    has left it. Gradients that are in parameter.grad at the call, be they NaN, play no part, and what is in it
    afterwards does not matter.

    Args:
        loss: takes a mini-batch and returns the mean loss over its samples, of shape (), computed from the parameter as
            it is now. It is called once for each mini-batch.
        parameter: a leaf that requires grad, on the device of the samples; it is still such a leaf afterwards.
        samples: as for ``minibatches``.
        size: as for ``minibatches``; as large as n, this is descent on the whole set.
        learning_rate: larger than 0.
        epochs: how often to go through all samples, each time in a new order; may be 0.
        generator: as for ``minibatches``; it decides on the orders, and nothing else does.
    """
    raise NotImplementedError("in each epoch, take a step for each of its mini-batches")
