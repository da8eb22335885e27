"""An iterable dataset reads a source from its beginning; in several workers, each reads its share."""

import multiprocessing
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader, IterableDataset

from dojo import check, draw
from katas.data import iterable_dataset


class Source:
    """Gives items one by one, and notes which were read; ``open`` begins anew."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items
        self.read: list[Any] = []
        self.opened = 0

    def open(self) -> Iterator[Any]:
        """Return a new iterator over the items."""
        self.opened += 1
        return self.reading()

    def reading(self) -> Iterator[Any]:
        """Read one item after another."""
        for item in self.items:
            self.read.append(item)
            yield item


@pytest.fixture
def in_worker(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function after whose call get_worker_info() answers as it does in a worker process."""

    def become(worker: int, workers: int, dataset: object) -> None:
        # get_worker_info() returns this name, however an answer imported it.
        info = SimpleNamespace(id=worker, num_workers=workers, seed=worker, dataset=dataset)
        monkeypatch.setattr("torch.utils.data._utils.worker._worker_info", info)

    return become


@pytest.mark.concept("dataset.iterable")
def test_a_shard_is_every_so_many_th_item():
    """Of k workers, worker w takes the items w, w + k, w + 2k, ...: no worker needs to know how many there are."""
    letters = list("abcdefghijk")
    share = iterable_dataset.shard(iter(letters), 2, 4)
    assert hasattr(share, "__next__"), f"gave a {type(share).__name__}, expected an iterator: reading is dear"
    check.equal(
        list(share),
        ["c", "g", "k"],
        mistakes={
            "these are all items; each worker takes its share": letters,
            "these are items in a row, which needs their number beforehand; take every fourth": letters[6:9],
            "this is the share of worker 0: begin with the item at the worker's own number": letters[::4],
            "this is the share of the worker before; workers are counted from 0": letters[1::4],
            "the step is the number of workers, here 4": letters[2::2],
            "the last round is missing: it may be too short for all workers, and counts still": ["c", "g"],
        },
        what="the share of worker 2 of 4",
    )


@pytest.mark.concept("dataset.iterable")
def test_the_shards_together_are_all_items_once():
    """Each item is in the share of exactly one worker, also where there are fewer items than workers, or none."""
    for count, workers in ((draw.integer(10, 20), 3), (7, 7), (2, 5), (0, 2), (6, 1), (10, 4)):
        shares = [list(iterable_dataset.shard(iter(range(count)), worker, workers)) for worker in range(workers)]
        check.equal(
            sorted(item for share in shares for item in share),
            list(range(count)),
            what=f"all shares of {count} items among {workers} workers",
        )
        check.equal(
            shares,
            [[item for item in range(count) if item % workers == worker] for worker in range(workers)],
            what=f"the shares of {count} items among {workers} workers",
        )


@pytest.mark.concept("dataset.iterable")
def test_a_shard_reads_no_further_than_it_must():
    """A source may be without end: give each item as soon as it is read, and read on when the next is asked for."""
    source = Source(list("abcdefghij"))
    share = iterable_dataset.shard(source.open(), 1, 3)
    assert not source.read, f"read {', '.join(source.read)} before an item was asked for, and no further is needed yet"
    for item, so_far in (("b", "ab"), ("e", "abcde"), ("h", "abcdefgh")):
        check.equal(next(share), item, what="the next item")
        assert source.read == list(so_far), (
            f"with {item} in hand, {', '.join(source.read)} were read; read no further than to {item}"
        )


@pytest.mark.concept("dataset.iterable")
def test_a_pass_gives_all_items_in_the_order_of_the_source(cars):
    """IterableDataset serves data in the order in which a source gives them, without any index."""
    names = cars["name"][100:130]
    source = Source(names)
    stream = iterable_dataset.Stream(source.open)
    assert isinstance(stream, IterableDataset), (
        "Stream must be a subclass of torch.utils.data.IterableDataset, as in the stub"
    )
    assert source.opened == 0, "the constructor opened the source; open it in __iter__, in the process that reads it"
    reading = iter(stream)
    check.equal(next(reading), names[0], what="the first item")
    assert len(source.read) == 1, f"with the first item in hand, {len(source.read)} were read; read one by one"
    check.equal(
        [names[0], *reading],
        names,
        mistakes={
            "some items are missing; outside of a worker process a pass gives all of them": names[::2],
        },
        what="the stream",
    )


@pytest.mark.concept("dataset.iterable")
def test_each_iter_is_a_new_pass():
    """Each iter() opens the source anew: an epoch is a pass from the first item to the last."""
    source = Source(list("abcd"))
    stream = iterable_dataset.Stream(source.open)
    check.equal(list(stream), list("abcd"), what="the first pass")
    check.equal(list(stream), list("abcd"), what="the second pass")
    assert source.opened == 2, f"the source was opened {source.opened} times for 2 passes; read it anew in each"
    pairs = [list(pair) for pair in zip(stream, stream, strict=True)]
    check.equal(pairs, [[item, item] for item in "abcd"], what="a list of two passes at the same time")


@pytest.mark.concept("dataset.iterable")
def test_an_item_may_be_anything():
    """A source ends where it ends: None, 0 and an empty string are items as well."""
    items = ["a", 0, "", None, False, "b", None, "c"]
    for worker, workers in ((0, 1), (0, 3)):
        share = items[worker::workers]
        check.equal(
            list(iterable_dataset.shard(iter(items), worker, workers)),
            share,
            mistakes={
                "this ends at None, which is an item like any other; a source ends with StopIteration": (
                    share[: share.index(None)]
                ),
                "None was left out, which is an item like any other": [item for item in share if item is not None],
            },
            what=f"the share of worker {worker} of {workers}",
        )
    check.equal(list(iterable_dataset.Stream(Source(items).open)), items, what="the stream")


@pytest.mark.concept("dataset.loader")
def test_a_worker_gives_its_shard_alone(in_worker):
    """Each worker has a copy of the whole dataset: it must take its own shard, or items repeat."""
    letters = list("abcdefghijk")
    stream = iterable_dataset.Stream(Source(letters).open)
    shares = []
    for worker in range(3):
        in_worker(worker, 3, stream)
        shares.append(list(stream))
    items = [item for share in shares for item in share]
    assert items != letters * 3, "every item once from each worker: ask get_worker_info() in __iter__, and take a shard"
    assert shares[0] != letters or shares[1] == [], "gave every item, in worker 0 too: 0 is a worker, None is not"
    assert shares[0] != letters, "worker 0 does all the work; the items are for all workers, a share each"
    missing = sorted(set(letters) - set(items))
    assert not missing, f"of 3 workers, {', '.join(missing)} are missing: the number of workers is info.num_workers"
    check.equal(shares, [letters[0::3], letters[1::3], letters[2::3]], what="the shares of the workers 0, 1, 2")


@pytest.mark.concept("dataset.loader")
def test_one_worker_gives_everything(in_worker):
    """A single worker process has the whole source for its shard."""
    letters = list("abcde")
    stream = iterable_dataset.Stream(Source(letters).open)
    in_worker(0, 1, stream)
    check.equal(list(stream), letters, what="the share of the only worker")


@pytest.mark.concept("dataset.loader")
@pytest.mark.concept("dataset.iterable")
def test_two_worker_processes_give_each_item_once(cars):
    """With two real worker processes, the DataLoader gives each item once."""
    rows = list(zip(cars["name"][:7], cars["mpg"][:7].tolist(), strict=True))
    stream = iterable_dataset.Stream(Source(rows).open)
    # What a test defines can be handed to forked processes only; where there are none, the tests above must do.
    forks = "fork" in multiprocessing.get_all_start_methods()
    loader = DataLoader(
        stream, batch_size=None, num_workers=2 if forks else 0, multiprocessing_context="fork" if forks else None
    )
    items = [(name, float(value)) for name, value in loader]
    assert len(items) != 2 * len(rows), "every item came twice, once from each of the two workers"
    check.equal(sorted(items), sorted((name, float(torch.tensor(value))) for name, value in rows), what="the items")
