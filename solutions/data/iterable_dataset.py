from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from torch.utils.data import IterableDataset, get_worker_info


def shard(items: Iterable[Any], worker: int, workers: int) -> Iterator[Any]:
    return islice(items, worker, None, workers)


class Stream(IterableDataset[Any]):
    def __init__(self, open_source: Callable[[], Iterator[Any]]) -> None:
        self.open_source = open_source

    def __iter__(self) -> Iterator[Any]:
        info = get_worker_info()
        items = self.open_source()
        return items if info is None else shard(items, info.id, info.num_workers)
