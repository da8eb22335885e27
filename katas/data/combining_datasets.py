"""New datasets out of old ones: a part, several in a row, several streams in a row.

A dataset built on another one holds no items. It holds the other dataset, and knows where each of its own items lies
there:

    part of letters = a b c d e, by the indices [3, 0]      length 2: part[0] is d, part[1] is a
    letters = a b c, then digits = 0 1                      length 5: joined[2] is c, joined[3] is 0
    a split of 10 items by the shares 0.625, 0.25, 0.125    parts of 7, 2 and 1 items, chosen at random

A split is for training and testing: every item must be in exactly one part, or the test asks what was taught. The order
in which it is drawn comes from a torch.Generator, so that the same seed gives the same split again.

A stream, or iterable dataset, has no indices. It can only be read from its beginning, item by item, and reading may be
dear: a download, a large file. Of streams joined in a row, nothing of the second is read before the first has ended.

Ask a dataset only for the indices from 0 to its length less 1: what it does at others, nobody has said. Of your own
datasets nobody asks for an index below 0.

Whether you write these by hand or take what torch.utils.data has, is up to you.

Check with:  pytest katas/data/test_combining_datasets.py
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch.utils.data import Dataset, IterableDataset


def subset(items: Dataset[Any], indices: Sequence[int]) -> Dataset[Any]:
    """Return the items at these indices as a dataset, in this order.

    No item is read before somebody asks the new dataset for it. Each access asks ``items`` anew.

    Args:
        items: a map-style dataset.
        indices: each from 0 to len(items) - 1; an index may come more than once; may be empty.

    Returns:
        A map-style dataset whose length is the number of indices.
    """
    raise NotImplementedError("keep the dataset and the indices, and translate one index into the other")


def random_split(items: Dataset[Any], shares: Sequence[float], generator: torch.Generator) -> Sequence[Dataset[Any]]:
    """Return a dataset in parts: every item is in exactly one of them, which one is drawn at random.

    Each part has at first floor(n * share) items of the n. The r items that are still without a part then go to the
    first r parts, one to each. So 10 items by 0.625, 0.375 are 6 + 1 and 3. No item is read for this.

    Args:
        items: a map-style dataset.
        shares: at least one number above 0; their sum is 1. They are binary fractions such as 0.25, so that n * share
            is exact.
        generator: on the CPU; the one source of chance. The same seed gives the same split. All ways of putting the
            items into parts of these sizes are possible, not only runs of neighbours.

    Returns:
        As many map-style datasets as there are shares, in this order.
    """
    raise NotImplementedError("draw one order of all indices, then cut it into parts")


def concat(datasets: Sequence[Dataset[Any]]) -> Dataset[Any]:
    """Return map-style datasets joined in a row: the items of the first, then those of the second, and so on.

    No item is read before somebody asks for it, and then only that one.

    Args:
        datasets: at least one map-style dataset; some of them may be empty.

    Returns:
        A map-style dataset whose length is the sum of the lengths. At an index from 0 to its length less 1 it gives
        the item; at the length and beyond it raises IndexError, whatever the last of the datasets would do there.
    """
    raise NotImplementedError("find the dataset in which an index lies, and its index there")


def chain(streams: Sequence[IterableDataset[Any]]) -> IterableDataset[Any]:
    """Return streams joined in a row, as one stream.

    Nothing is read by the call itself, and nothing of a stream before all streams in front of it have ended; each item
    is handed on as soon as it is read. Each iter() of the result reads the streams from their beginning.

    Args:
        streams: any number of iterable datasets, even none; some of them may be empty.

    Returns:
        An iterable dataset.
    """
    raise NotImplementedError("yield from one stream after another")
