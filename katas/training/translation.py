"""Translation: is a digit the same digit when it is moved?

A fully connected network has a weight of its own for each pixel. Where a pixel meets other weights after the image has
moved, the answer is another one: the network is not translation invariant. It recognises moved images only if moved
images were in its training; and to learn all those variants, it needs enough hidden features.

A convolution looks for the same pattern at all places, with the same few weights. When the image moves, its responses
move with it; and the largest response, wherever it stands, stays the same:

    image 0 0 5 1 0 0 0, kernel 1 -1:   responses   0 0 -5 4 1 0 0 0,   largest 4
    image 0 0 0 0 5 1 0, kernel 1 -1:   responses   0 0 0 0 -5 4 1 0,   largest 4

All of torch.nn is allowed. A new network lies on the CPU, in float32; its parameters are as torch.nn's layers draw them
at first, and can be moved by to().

Check with:  pytest katas/training/test_translation.py
"""

from collections.abc import Callable

import torch
from torch import nn


def fully_connected(height: int, width: int, hidden: int, classes: int) -> nn.Module:
    """Return a network with one hidden layer, every neuron of which sees all pixels.

    It takes images of shape (n, height, width), whose pixels it puts in one row, row after row of the image. A fully
    connected layer makes ``hidden`` features of them, followed by ReLU, and another one makes the scores, shape
    (n, classes), which are logits: of any sign, without softmax. n and classes may be 1.

    Its parameters have the shapes of those of torch.nn.Linear, and there are no others: (hidden, height * width),
    (hidden,), (classes, hidden), (classes,).
    """
    raise NotImplementedError("put the pixels in one row, and send them through two layers with ReLU between")


def convolutional(features: int, size: int, classes: int) -> nn.Module:
    """Return a network that looks for patterns anywhere in an image, and does not mind where they are.

    It takes images of shape (n, height, width), of any height and width; n and classes may be 1. A convolution, as
    torch.nn.Conv2d computes it, has a kernel of size x size and a bias for each feature, and is evaluated at all places
    where the kernel covers at least one pixel: the image is surrounded by size - 1 zeros on each side. Then comes ReLU,
    and of each feature only the largest response in the whole image is kept. Of these, a fully connected layer makes
    the scores, shape (n, classes), which are logits.

    Its parameters have the shapes of those of torch.nn.Conv2d and torch.nn.Linear, and there are no others:
    (features, 1, size, size), (features,), (classes, features), (classes,).
    """
    raise NotImplementedError("keep the largest response of each kernel, and make scores of them")


def train(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    images: torch.Tensor,
    labels: torch.Tensor,
    epochs: int,
    change: Callable[[torch.Tensor], torch.Tensor] | None = None,
) -> list[float]:
    """Train a model with all images at once: one step of the optimizer in each epoch.

    The model is put in training mode. The loss is the cross-entropy, averaged over the images. Gradients that were left
    from before do not count.

    Args:
        model: takes images and returns logits, shape (n, classes).
        optimizer: was made for the model's parameters; its step() needs no closure.
        images: shape (n, height, width), n at least 1, on the model's device and of its dtype. They are left as they
            are.
        labels: shape (n,), int64, on the same device.
        epochs: how many epochs; may be 0.
        change: returns other images in place of the given ones, such as images moved at random. It is called once in
            each epoch, with ``images``, and the model learns from what it returns, not from ``images``. Without it,
            the model learns from ``images`` in each epoch.

    Returns:
        The loss of each epoch, as it was before the epoch's step, as Python floats.
    """
    raise NotImplementedError("in each epoch: change the images, compute the loss, and make one step")
