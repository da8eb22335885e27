"""A dataset: how many items there are, and which one is at an index.

The tools of torch.utils.data, the DataLoader above all, know nothing about pictures, tables or files. They ask any
source of data two questions only:

    len(dataset)      how many items are there?           torch calls dataset.__len__()
    dataset[index]    which item is at this index?        torch calls dataset.__getitem__(index)

An item is a pair of what a network gets and what it should answer: (features, label). The label of a class is its
index, a Python int: 3 for the fourth class. A dataset of this kind is called map-style. It prepares an item when
somebody asks for it, and no sooner; that is how a dataset may be larger than the memory.

    images of shape (1797, 8, 8), uint8, and labels [0, 1, 2, ...], int64:
    len(dataset)   1797
    dataset[1]     (the image at index 1 as float32, 1)

A for loop over an object with __getitem__ asks for the items at 0, 1, 2, ... until it meets an IndexError.

Check with:  pytest katas/data/test_dataset.py
"""

from collections.abc import Callable

import torch
from torch.utils.data import Dataset


class Digits(Dataset[tuple[torch.Tensor, int]]):
    """Images with their labels, as a map-style dataset.

    It keeps the two tensors that it is given, not copies: what is later written into them shows in the items. It
    changes neither of them, and makes one item at a time: it never converts all images for the sake of one. An item
    stays what it is when another one is asked for.

    Args:
        images: shape (n, height, width), uint8, in any layout, on any device. n may be 0; height and width may be 1.
        labels: shape (n,), int64, on the same device.
        transform: takes an image's features, a float32 tensor, and returns what is to take their place, for instance
            a shifted image, of whatever dtype and shape. It is called anew, once, at each access to an item, and at no
            other time.

    Raises:
        ValueError: if there are not as many labels as images.
    """

    def __init__(
        self,
        images: torch.Tensor,
        labels: torch.Tensor,
        transform: Callable[[torch.Tensor], torch.Tensor] | None = None,
    ) -> None:
        raise NotImplementedError("keep the images, the labels and the transform")

    def __len__(self) -> int:
        """Return how many items there are."""
        raise NotImplementedError("count the items")

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        """Return the item at an index.

        Args:
            index: from 0 to n - 1; or from -n to -1, which counts from the end, as in a list.

        Returns:
            The features: the image's numbers as float32, not scaled, shape (height, width), on the images' device, or
            just what the transform makes of them. And the label, a Python int.

        Raises:
            IndexError: if there is no item at this index.
        """
        raise NotImplementedError("take one image and its label, and prepare them")
