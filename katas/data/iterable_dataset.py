"""An iterable dataset: items in the order in which a source gives them.

Some sources have no cheap way to item 1000: a network stream, a compressed file, a query to a database. They can only
be read from the beginning. For these there is torch.utils.data.IterableDataset: it has __iter__ in place of
__getitem__. Each iter() of it is a new pass over all items; training takes many passes.

A DataLoader may read with several worker processes. Each of them has a copy of the dataset and iterates over it, so
without further ado every item comes once from each worker. The cure: each worker gives only its share of the items,
its shard. In a worker process, torch.utils.data.get_worker_info() tells which worker this is (id, from 0) and how many
there are (num_workers); outside of one it returns None.

    items a b c d e f g, three workers:
    worker 0 gives a d g      worker 1 gives b e      worker 2 gives c f

Check with:  pytest katas/data/test_iterable_dataset.py
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from torch.utils.data import IterableDataset


def shard(items: Iterable[Any], worker: int, workers: int) -> Iterator[Any]:
    """Return an iterator over one worker's share of the items: every workers-th, from the one at ``worker`` on.

    Reading is dear: it reads the items one by one, gives each item of the share as soon as it has read it, and reads no
    further before it is asked for the next.

    Args:
        items: may be read once, from the beginning; has no length, and may be without end or empty. An item may be
            anything, None as well.
        worker: which worker, from 0 to workers - 1.
        workers: how many workers there are, at least 1.
    """
    raise NotImplementedError("give every workers-th item, from the one at worker on")


class Stream(IterableDataset[Any]):
    """The items of a source, as an iterable dataset.

    Args:
        open_source: a function without parameters. Each call opens the source anew, and returns an iterator over its
            items from the first on. It is called once for each iter() of the dataset, by iter() itself or when the
            first item is asked for, and not by the constructor: what is open in one process is of no use in another.
    """

    def __init__(self, open_source: Callable[[], Iterator[Any]]) -> None:
        raise NotImplementedError("keep the function that opens the source")

    def __iter__(self) -> Iterator[Any]:
        """Return a new iterator over the items from the first on: in a worker process its shard, elsewhere all."""
        raise NotImplementedError("open the source, and give all of it, or this worker's shard")
