"""Pictures as tensors: image, channel, row, column.

A camera, a file or NumPy gives one picture as H x W x C: H rows of W pixels, each pixel with C channels, such as red,
green and blue, as whole numbers from 0 to 255. A grey picture is often H x W, with no axis of channels at all. Networks
want a batch of N pictures as N x C x H x W: first which picture, then which channel, then row and column, as fractions
from 0 to 1. To get there, the axes are put in another order; each number stays with its pixel and its channel.

    a picture of 1 x 2 pixels, H x W x C:   [[[255, 0, 51], [0, 102, 204]]]         shape (1, 2, 3)
    the same as a batch, N x C x H x W:     [[[[1., 0.]], [[0., .4]], [[.2, .8]]]]  shape (1, 3, 1, 2)

No function changes its input.

Check with:  pytest katas/data/test_images.py
"""

from collections.abc import Sequence

import torch


def images_to_batch(images: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the pictures as one batch for a network.

    Args:
        images: N uint8 tensors on one device, all of one shape: (H, W, C), or (H, W) for grey pictures; H, W and C are
            at least 1, and C need not be 1 or 3. 0 is black, 255 is full brightness.

    Returns:
        Shape (N, C, H, W), float32, on the images' device: brightness as a fraction, 0 for 0 and 1 for 255. For grey
        pictures of shape (H, W), C is 1.

    Raises:
        ValueError: if there is no picture, or if the shapes differ.
    """
    raise NotImplementedError("put the pictures together, the channels in front of rows and columns, from 0 to 1")


def batch_to_images(batch: torch.Tensor) -> torch.Tensor:
    """Return a batch as pictures that can be shown or saved.

    Args:
        batch: shape (N, C, H, W), float32 or float64, in any layout, without gradients; fractions from 0 to 1. What a
            network computed may lie below 0, which is shown as 0, or above 1, which is shown as 1.

    Returns:
        Shape (N, H, W, C), uint8, on the batch's device: 255 times each fraction, rounded to the nearest whole number,
        a half to either side.
    """
    raise NotImplementedError("turn fractions into whole numbers from 0 to 255, the channels behind rows and columns")


def channel_statistics(batch: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the mean and the standard deviation of each channel, over all pixels of all pictures.

    Args:
        batch: shape (N, C, H, W), float32 or float64, with at least one picture of at least one pixel.

    Returns:
        The means and the standard deviations, each of shape (C,) and of the batch's dtype. The standard deviation is
        the root of the mean squared distance from the channel's mean: the sum is divided by the number of values (the
        biased one), so that one pixel has standard deviation 0. It is right up to rounding, also where a channel's mean
        is thousands of times its standard deviation.
    """
    raise NotImplementedError("compute one mean and one standard deviation a channel")


def grey_to_batch(images: torch.Tensor, white: int) -> torch.Tensor:
    """Return a stack of grey pictures, of any brightest value, as one batch for a network.

    Args:
        images: shape (N, H, W), uint8, from 0 to ``white``.
        white: the number that stands for full brightness, at least 1: 16 for the digits, which were scanned so.

    Returns:
        Shape (N, 1, H, W), float32, on the images' device: 0 for 0 and 1 for ``white``.
    """
    raise NotImplementedError("give the pictures an axis of one channel, and fractions from 0 to 1")
