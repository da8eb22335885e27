"""Convolution: one small kernel slid over the whole image.

A convolution layer looks at an image through a small window. To compute one number of the output, what lies under the
window is multiplied element by element with a kernel of weights, and added up with a bias. The same kernel serves every
place. So the output shifts with the input: a convolution is equivariant under shifts. And so it has few parameters, as
many for a large image as for a small one.

    row 1 2 4 8, kernel 1 10:    1*1 + 2*10 = 21    2*1 + 4*10 = 42    4*1 + 8*10 = 84

As everywhere in deep learning, the kernel is not flipped: its first element meets the first element of the window.
(Mathematicians call this a cross-correlation.) With several channels, the sum runs over all channels of the input, and
each channel of the output has kernels and a bias of its own.

Padding puts rows and columns of zeros around the image. The stride is how far the window moves from one output to the
next; a window that would reach beyond the padded image is left out.

All tensors are float32 or float64, of one dtype and on one device; every size is at least 1, and every window fits at
least once. No function changes its inputs. Gradients go back to weight and bias.

Not allowed: torch's own convolutions, under any name (torch.nn.Conv2d, torch.nn.functional.conv2d, and so on). What
cuts windows out of an image, such as unfold, is allowed.

Check with:  pytest katas/networks/test_convolution.py
"""

import torch


def output_size(size: int, kernel: int, padding: int, stride: int) -> int:
    """Return how many places a window finds along one axis.

    Args:
        size: the size of the image along the axis.
        kernel: the size of the window along the axis, at most ``size + 2 * padding``.
        padding: how many zeros are put at each of the two ends.
        stride: how far the window moves from place to place, at least 1.
    """
    raise NotImplementedError("count the places at which the window lies within the padded image")


def convolve(
    images: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor,
    padding: tuple[int, int] = (0, 0),
    stride: tuple[int, int] = (1, 1),
) -> torch.Tensor:
    """Return the convolution of each image of a batch.

    Args:
        images: shape (batch, in_channels, height, width).
        weight: shape (out_channels, in_channels, kernel_height, kernel_width).
        bias: shape (out_channels,).
        padding: how many rows of zeros to put above and as many below, and how many columns of zeros to the left and as
            many to the right.
        stride: how many rows the window moves down, and how many columns to the right.

    Returns:
        Shape (batch, out_channels, output_height, output_width), of the same dtype; the two last sizes are those of
        ``output_size``.
    """
    raise NotImplementedError("slide the kernels over the images")


def circular(images: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Return the convolution of each image on a surface without borders: right of the last column lies the first.

    The window of output row y and column x begins at row y and column x of the image. Where it reaches beyond the last
    row it goes on at row 0, and beyond the last column at column 0. So no padding is needed, and a shift of the image
    around its edges shifts the output alike, without exception.

    Args:
        images: shape (batch, in_channels, height, width).
        weight: shape (out_channels, in_channels, kernel_height, kernel_width); the kernel is no larger than the images.

    Returns:
        Shape (batch, out_channels, height, width), of the same dtype; there is no bias.
    """
    raise NotImplementedError("slide the kernels over the images and around their edges")


def parameter_counts(image: tuple[int, int, int], weight: tuple[int, int, int, int]) -> tuple[int, int]:
    """Return how many parameters a convolution layer has, and how many a fully connected layer in its place.

    Both have a bias. The convolution has no padding and stride 1. The fully connected layer takes all numbers of the
    image, and gives as many numbers as the convolution gives.

    Args:
        image: the shape of one image, (in_channels, height, width).
        weight: the shape of the convolution's weight, (out_channels, in_channels, kernel_height, kernel_width).

    Returns:
        Two Python ints: the number of the convolution's parameters, and that of the fully connected layer's.
    """
    raise NotImplementedError("count weights and biases of both layers")
