"""A data loader: items in, batches out.

A network learns from a batch of samples at a time, and in another order in each epoch. A data loader stands between the
dataset and the network: it draws the order, asks the dataset for item after item, and puts the items of a batch into
one tensor. An epoch meets each item once; where the number of items is no multiple of the batch size, the last batch is
smaller.

    7 items, batch size 3, without shuffling:   items 0 1 2   items 3 4 5   item 6
    the same, shuffled in one epoch:            items 4 0 5   items 1 6 2   item 3

Putting items together is the collate function's work. As a rule it stacks them, which needs equal shapes; sentences
have unequal lengths, and must be padded first. torch's own loader is torch.utils.data.DataLoader: it can have the items
read by child processes, its workers, in the background.

``batches`` is to be written by hand, without a DataLoader. In ``loader`` the DataLoader does the work.

Check with:  pytest katas/data/test_data_loader.py
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset


def batches(
    dataset: Dataset[tuple[torch.Tensor, int]],
    batch_size: int,
    generator: torch.Generator | None = None,
    drop_last: bool = False,
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Return an iterator over the batches of one epoch, without using a DataLoader.

    It asks for the items of a batch when that batch is asked for, each item once at most, by a Python int from 0 to
    n - 1.

    Args:
        dataset: n items, by len(dataset) and dataset[index]. An item is (features, label): a tensor, of one shape,
            dtype and device for all items, and a Python int. n may be 0.
        batch_size: how many items a batch has, at least 1.
        generator: a generator on the CPU, from which the order is drawn: a new one at each call, every order as likely
            as any other. It may be drawn at the call, or when the first batch is asked for. Nothing else is random.
            Without a generator the items come in the order of the dataset.
        drop_last: whether to leave out the last batch where it has fewer than ``batch_size`` items.

    Returns:
        Pairs (features, labels). Features have shape (batch, *shape of an item's features) and keep their dtype; labels
        have shape (batch,) and are int64. Both are on the features' device, in memory that no other batch uses.
    """
    raise NotImplementedError("draw an order, and stack the items of each batch")


def pad(samples: Sequence[tuple[torch.Tensor, int]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Put sequences of unequal lengths into one batch: a collate function.

    Args:
        samples: at least one pair of a sequence, shape (length, width), and a label, a Python int. Lengths may be 0 and
            differ; width, dtype and device are the same for all. The sequences are left as they are.

    Returns:
        The sequences, shape (batch, longest, width), of their dtype, each from its beginning and then zeros up to the
        length of the longest in this batch; their lengths without the zeros; and the labels. Lengths and labels have
        shape (batch,) and are int64. All are on the sequences' device.
    """
    raise NotImplementedError("fill a batch of zeros with the sequences, and note their lengths")


def loader(
    dataset: Dataset[Any],
    batch_size: int,
    seed: int,
    collate: Callable[[list[Any]], Any] | None = None,
    workers: int = 0,
) -> DataLoader[Any]:
    """Return a torch.utils.data.DataLoader that shuffles, and that gives the same orders for the same seed.

    Each pass over it is an epoch, with another order. The first, second, third ... epoch of a new loader with the same
    seed have the same orders again, with any number of workers, whatever else draws random numbers, as long as each
    pass is read to its end before the next begins. Nothing is drawn from torch's global generator, and it is not
    seeded.

    Args:
        dataset: at least one item, by len(dataset) and dataset[index].
        batch_size: how many items a batch has; the last batch of an epoch may have fewer, and is kept.
        seed: decides on the orders.
        collate: makes a batch of a list of items; without it the DataLoader stacks them in its own way.
        workers: how many child processes read the items; with 0, the process that asks for the batches reads them.
    """
    raise NotImplementedError("make a DataLoader with a generator of its own")
