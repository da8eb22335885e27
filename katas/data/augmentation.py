"""Augmentation: more training images from those that there are.

A digit stays the same digit when it is moved by a pixel. A network does not know that: it must be shown. So each time a
training image is used, it is moved at random first, and the network never meets quite the same image twice. This goes
for all training images, afresh in each epoch; what is moved once and kept is only another fixed set of images. Images
for validation stay as they are: they stand for what the network will meet.

What is moved out of the image is lost, and zeros come in on the other side, for the background is 0:

    1 2 3                              0 0 0
    4 5 6   moved by 1 down, 1 right   0 1 2
    7 8 9                              0 4 5

torchvision.transforms.v2 has such changes ready, and composes several to one, which are applied in the order given.

Check with:  pytest katas/data/test_augmentation.py
"""

from collections.abc import Callable
from typing import Any

import torch
from torch.utils.data import Dataset


def shift(images: torch.Tensor, down: int, right: int) -> torch.Tensor:
    """Return images moved within their frame, with zeros where nothing has moved to.

    Args:
        images: shape (..., height, width), any number of axes in front, any dtype, contiguous in memory or not. Their
            numbers are finite, and are left as they are.
        down: by how many rows the images move down; up where it is negative; may be more than there are rows.
        right: by how many columns the images move to the right; to the left where it is negative.

    Returns:
        A new tensor of the same shape, dtype and device, also where nothing moves.
    """
    raise NotImplementedError("move the images within their frame, and let zeros come in")


def random_shifts(images: torch.Tensor, most: int, generator: torch.Generator) -> torch.Tensor:
    """Return images that are moved, each by a random shift of its own.

    For each image, two numbers are drawn from ``generator``, anew at each call: by how much it moves down, and by how
    much to the right. Each is any of the whole numbers from -most to most, both included, with equal probability.

    Args:
        images: shape (n, height, width), any dtype. They are left as they are. n may be 0.
        most: by how many pixels an image may move, at least 0, in each of the four directions.
        generator: on the CPU, wherever the images are. Nothing is drawn from torch's global generator.

    Returns:
        A new tensor of the same shape, dtype and device, with zeros where nothing has moved to.
    """
    raise NotImplementedError("draw two numbers for each image, and move it")


class Augmented(Dataset[tuple[torch.Tensor, int]]):
    """A dataset whose features are transformed afresh each time that an item is asked for.

    It has as many items as ``dataset``; the item at an index is (transform(features), label), where (features, label)
    is the item of ``dataset`` at that index, and the label is the same object. For each access to an item ``dataset``
    is asked once, for this item, and ``transform`` is called once; at no other time are they used, apart from
    len(dataset).

    Args:
        dataset: items (features, label), by len(dataset) and dataset[index].
        transform: takes features, and returns others in their place; it may be random.
    """

    def __init__(
        self, dataset: Dataset[tuple[torch.Tensor, int]], transform: Callable[[torch.Tensor], torch.Tensor]
    ) -> None:
        raise NotImplementedError("keep the dataset and the transform")

    def __len__(self) -> int:
        """Return how many items there are."""
        raise NotImplementedError("count the items")

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        """Return the item at an index, with its features transformed.

        For an index that ``dataset`` refuses, it raises what ``dataset`` raises.
        """
        raise NotImplementedError("ask the dataset for the item, and transform its features")


def pipeline(size: int, most: int, mean: float, std: float) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return a torchvision.transforms.v2.Compose that makes training input of a grey image.

    It takes an image of shape (1, size, size), uint8 from 0, black, to 255, white. It gives a float32 tensor of the
    same shape, on the same device: brightness as a fraction from 0 to 1; moved at random, by up to ``most`` pixels in
    each of the four directions, every shift possible, with black where nothing has moved to; from which the mean is
    subtracted before it is divided by the standard deviation. Each call draws another shift, from torch's global
    generator. The image is left as it is, and never mirrored: a mirrored digit is no digit.

    Import torchvision within the function: that takes seconds, and the other functions can do without.

    Args:
        size: how many rows and columns an image has.
        most: by how many pixels an image may move, less than size.
        mean: the mean brightness of the training images, as a fraction.
        std: the standard deviation of their brightness, above 0.
    """
    raise NotImplementedError("compose transforms: a fraction, a random shift, a standardized value")
