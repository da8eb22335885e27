"""New datasets out of old ones hold no items: they know where each item lies."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch.utils.data import Dataset, IterableDataset

from dojo import check, draw
from katas.data import combining_datasets


class Noting(Dataset[str]):
    """Items with a name, a0, a1, a2, ...; notes which of them were read."""

    def __init__(self, name: str, count: int) -> None:
        self.items = [f"{name}{place}" for place in range(count)]
        self.read: list[str] = []

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self.items):
            raise IndexError(f"a dataset of {len(self.items)} items was asked for the one at {index}")
        self.read.append(self.items[index])
        return self.items[index]


class Endless(Noting):
    """The same, but it never refuses: beyond its end it makes up an item."""

    def __getitem__(self, index: int) -> str:
        self.read.append(f"{self.items[0][:-1]}{index}")
        return self.read[-1]


class Stream(IterableDataset[str]):
    """The same without indices; notes in a list, which streams may share, its beginning, each item, and its end."""

    def __init__(self, name: str, count: int, notes: list[str]) -> None:
        self.name = name
        self.count = count
        self.notes = notes

    def __iter__(self) -> Iterator[str]:
        self.notes.append(f"{self.name} begins")  # at iter(), not only at the first next()
        return self.items()

    def items(self) -> Iterator[str]:
        """Give one item after another."""
        for place in range(self.count):
            self.notes.append(f"{self.name}{place}")
            yield f"{self.name}{place}"
        self.notes.append(f"{self.name} ends")


def all_of(items: Any) -> list[Any]:
    """Return the items at all indices."""
    return [items[index] for index in range(len(items))]


def generator(seed: int) -> torch.Generator:
    """Return a generator with this seed."""
    return torch.Generator().manual_seed(seed)


def sizes(count: int, shares: tuple[float, ...]) -> list[int]:
    """Return how many items each part is to have."""
    each = [int(count * share) for share in shares]
    left = count - sum(each)
    return [size + (place < left) for place, size in enumerate(each)]


@pytest.mark.concept("dataset.subset")
def test_a_subset_has_the_items_at_the_given_indices():
    """A subset takes items by index: its own item i is the one at indices[i], in the order of the indices."""
    letters = Noting("letter ", 9)
    indices = [7, 2, 8, 2, 5]
    part = combining_datasets.subset(letters, indices)
    check.equal(
        len(part),
        5,
        mistakes={
            "this is the length of the whole; a subset has as many items as there are indices": 9,
            "an index was dropped; one that comes more than once gives its item more than once": 4,
        },
        what="the length",
    )
    check.equal(
        all_of(part),
        [f"letter {index}" for index in indices],
        mistakes={
            "these are the first items; translate: the item i is the one at indices[i]": [
                f"letter {place}" for place in range(5)
            ],
            "the indices were sorted; their order is that of the items": [f"letter {i}" for i in sorted(indices)],
            "this is the index, not the item at that index": indices,
        },
        what="the subset",
    )


@pytest.mark.concept("dataset.subset")
def test_a_subset_reads_an_item_when_it_is_asked_for():
    """A subset holds indices, not items: each access asks the dataset beneath it anew."""
    letters = Noting("letter ", 9)
    part = combining_datasets.subset(letters, [4, 6, 1])
    assert not letters.read, f"read {letters.read} before anybody asked for an item; keep the dataset and the indices"
    for _ in range(2):
        check.equal(part[1], "letter 6", what="part[1]")
    check.equal(letters.read, ["letter 6", "letter 6"], what="what two accesses to part[1] read")
    check.equal(len(combining_datasets.subset(letters, [])), 0, what="the length of the subset without indices")


@pytest.mark.concept("dataset.subset")
def test_a_random_split_has_the_sizes_that_the_shares_ask_for():
    """The sizes are the shares of the length, rounded down; what is left goes to the first parts, one to each."""
    for count, shares in ((23, (0.25, 0.25, 0.375, 0.125)), (40, (0.5, 0.25, 0.25)), (3, (0.75, 0.25)), (5, (1.0,))):
        items = Noting("", count)
        parts = combining_datasets.random_split(items, shares, generator(count))
        parts = check.parts(parts, len(shares))
        downward = [int(count * share) for share in shares]
        left = count - sum(downward)
        check.equal(
            [len(part) for part in parts],
            sizes(count, shares),
            mistakes={
                "some items are in no part: what rounding leaves over still needs a part": downward,
                "what rounding leaves over went to the last part; the items go to the first parts, one to each": [
                    *downward[:-1],
                    downward[-1] + left,
                ],
                "what rounding leaves over went to the first part alone; the items go one to each": [
                    downward[0] + left,
                    *downward[1:],
                ],
                "these are equal parts; their sizes follow from the shares": sizes(
                    count, (1 / len(shares),) * len(shares)
                ),
            },
            what=f"the sizes of the parts of {count} items by {shares}",
        )


@pytest.mark.concept("dataset.subset")
def test_a_random_split_puts_every_item_into_exactly_one_part():
    """In a split every item is in one part and in one only: what is tested was not trained on."""
    count = draw.integer(40, 60)
    items = Noting("", count)
    shares = (0.5, 0.25, 0.25)
    parts = combining_datasets.random_split(items, shares, generator(count))
    assert not items.read, f"read {len(items.read)} items before anybody asked for one; a split needs their number only"
    split = [set(all_of(part)) for part in parts]
    seen = [item for part in parts for item in all_of(part)]
    for part, kept in zip(parts, split, strict=True):
        assert len(kept) == len(part), "an item is in its part more than once: draw without replacement"
    assert len(set(seen)) == len(seen), (
        "items are in more than one part: draw one order of all indices, then cut it into parts"
    )
    check.equal(sorted(seen), sorted(items.items), what="all parts together")


@pytest.mark.concept("dataset.subset")
def test_a_split_is_random_and_can_be_repeated():
    """One seed gives one split, again and again; another seed gives another one."""
    items = Noting("", 64)
    shares = (0.75, 0.25)
    seed = draw.integer(1, 10_000)
    state = torch.get_rng_state()
    first = [all_of(part) for part in combining_datasets.random_split(items, shares, generator(seed))]
    assert torch.equal(torch.get_rng_state(), state), "changed torch's global generator; draw from the given one alone"
    second = [all_of(part) for part in combining_datasets.random_split(items, shares, generator(seed))]
    other = [all_of(part) for part in combining_datasets.random_split(items, shares, generator(seed + 1))]
    assert set(first[0]) != set(items.items[:48]), (
        "the parts are cut in the order of the dataset; data are often sorted by label, so draw a random order first"
    )
    assert first == second, "the same seed gave two different splits: draw from the given generator alone"
    assert set(first[0]) != set(other[0]), "another seed gave the same split: draw from the given generator"
    places = {int(item) for item in first[0]}
    runs = sum((place + 1) % 64 not in places for place in places)
    assert runs > 1, (
        "each part is a run of neighbours, and only where it begins was drawn; draw a random order of all indices"
    )


@pytest.mark.concept("dataset.concat")
def test_joined_datasets_give_the_items_of_one_after_another():
    """ConcatDataset joins datasets in a row: its length is the sum, and each index is sent to its dataset."""
    datasets = [Noting("a", 3), Noting("b", 5), Noting("c", 2)]
    joined = combining_datasets.concat(datasets)
    check.equal(
        len(joined),
        10,
        mistakes={
            "these are only the first two datasets": 8,
            "this is how many datasets there are; the length is the sum of theirs": 3,
        },
        what="the length",
    )
    names = [item for each in datasets for item in each.items]
    check.equal(
        all_of(joined),
        names,
        mistakes={
            "the items come from the datasets in turn; give all of the first, then all of the second": (
                ["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "b3", "b4"]
            ),
        },
        what="the row",
    )


@pytest.mark.concept("dataset.concat")
def test_an_empty_dataset_takes_no_place_in_the_row():
    """An index lies in the dataset whose items reach it: an empty one is passed over."""
    datasets = [Noting("a", 0), Noting("b", 2), Noting("c", 0), Noting("d", 1)]
    joined = combining_datasets.concat(datasets)
    check.equal(all_of(joined), ["b0", "b1", "d0"], what="the row")
    check.equal(all_of(combining_datasets.concat([Noting("a", 2)])), ["a0", "a1"], what="a row of one dataset")


@pytest.mark.concept("dataset.concat")
def test_a_joined_dataset_reads_the_one_item_that_is_asked_for():
    """A joined dataset holds no items: it asks one of its datasets, for one item."""
    datasets = [Noting("a", 3), Noting("b", 5)]
    joined = combining_datasets.concat(datasets)
    read = datasets[0].read + datasets[1].read
    assert not read, f"read {read} before anybody asked for an item; only the lengths are needed"
    check.equal(joined[4], "b1", what="joined[4]")
    check.equal(datasets[0].read + datasets[1].read, ["b1"], what="what an access to joined[4] read")
    for index in (8, 11):
        with check.raises(IndexError, f"there is no item at {index}: there are 8"):
            joined[index]


@pytest.mark.concept("dataset.concat")
def test_the_lengths_say_which_dataset_is_asked():
    """A row of datasets knows the lengths: it asks no dataset beyond its end, to see what happens."""
    datasets = [Endless("a", 3), Endless("b", 5)]
    joined = combining_datasets.concat(datasets)
    check.equal(
        joined[4],
        "b1",
        mistakes={
            "the first dataset was asked beyond its end; the lengths say which one to ask": "a4",
        },
        what="joined[4], where the first dataset has 3 items and makes up more",
    )
    for index in (8, 9):
        with check.raises(IndexError, f"there is no item at {index}: the lengths are 3 and 5"):
            joined[index]


@pytest.mark.concept("dataset.chain")
def test_chained_streams_give_one_after_another():
    """ChainDataset joins iterable datasets: all of the first stream, then all of the second."""
    notes: list[str] = []
    streams = [Stream("a", 2, notes), Stream("b", 0, notes), Stream("c", 3, notes)]
    joined = combining_datasets.chain(streams)
    assert isinstance(joined, IterableDataset), (
        f"gave a {type(joined).__name__}, expected an IterableDataset, whose iter() can be called again"
    )
    items = list(joined)
    assert not any(isinstance(item, Stream) for item in items), (
        "gave the streams themselves; give their items: yield from each"
    )
    check.equal(
        items,
        ["a0", "a1", "c0", "c1", "c2"],
        mistakes={
            "the items come from the streams in turn; the second begins when the first has ended": (
                ["a0", "c0", "a1", "c1", "c2"]
            )
        },
        what="the stream",
    )
    check.equal(list(combining_datasets.chain([])), [], what="a row of no streams")


@pytest.mark.concept("dataset.chain")
def test_nothing_of_the_second_stream_is_read_before_the_first_has_ended():
    """A chain is lazy: it reads an item when it is asked for one, and begins a stream when the one before has ended."""
    notes: list[str] = []
    streams = [Stream("a", 2, notes), Stream("b", 2, notes)]
    joined = combining_datasets.chain(streams)
    assert not notes, f"the streams were read by the call itself: {', '.join(notes)}"
    reading = iter(joined)
    expected = ["a begins", "a0"]
    for item, behind in (("a0", ["a1"]), ("a1", ["a ends", "b begins", "b0"]), ("b0", ["b1"]), ("b1", [])):
        check.equal(next(reading), item, what="the next item")
        second = [note for note in notes if note.startswith("b")]
        assert item.startswith("b") or not second, (
            f"{', '.join(second)}: the second stream was touched before the first has ended"
        )
        assert notes == expected, (
            f"with {item} in hand, these were read: {', '.join(notes)}; hand on each item as soon as it is read"
        )
        expected += behind


@pytest.mark.concept("dataset.chain")
def test_a_chain_can_be_read_again():
    """Each iter() begins anew: an epoch is one pass, and there are many."""
    notes: list[str] = []
    joined = combining_datasets.chain([Stream("a", 2, notes), Stream("b", 1, notes)])
    check.equal(list(joined), ["a0", "a1", "b0"], what="the first pass")
    check.equal(
        list(joined),
        ["a0", "a1", "b0"],
        mistakes={"the second iter() gave nothing: make a new iterator at each call of __iter__": []},
        what="the second pass",
    )
