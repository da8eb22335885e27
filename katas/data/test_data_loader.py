"""A data loader draws an order, asks for items, and puts them together as batches."""

import itertools
import multiprocessing
import os
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader, Dataset

from dojo import check, draw
from katas.data import data_loader

DTYPES = pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64, torch.int64], ids=["float32", "float64", "int64"]
)
HAS_FEWER = "the last batch, which has fewer, is missing: it counts as well, unless drop_last says otherwise"
FILLED_UP = "the last batch was filled up with items of other batches; it has those that are left"
A_BATCH_HAS = "batch_size is how many items a batch has, which is not the number of batches"


class Items(Dataset[tuple[torch.Tensor, int]]):
    """Rows with their labels; notes by which indices it was asked."""

    def __init__(self, rows: torch.Tensor, labels: list[int]) -> None:
        self.rows = rows
        self.labels = labels
        self.asked: list[Any] = []

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        self.asked.append(index)
        return self.rows[index], self.labels[index]


class Readers(Dataset[tuple[int, int]]):
    """Items that say which process has read them."""

    def __len__(self) -> int:
        return 9

    def __getitem__(self, index: int) -> tuple[int, int]:
        return index, os.getpid()


@pytest.fixture
def no_child_left() -> Iterator[None]:
    """End whatever child processes the test has left."""
    before = set(multiprocessing.active_children())
    yield
    for child in set(multiprocessing.active_children()) - before:
        child.kill()
        child.join()


def numbered(count: int, device: torch.device | str = "cpu") -> Items:
    """Return items whose labels say their places."""
    return Items(torch.arange(count, device=device).reshape(count, 1), list(range(count)))


def generator(seed: int) -> torch.Generator:
    """Return a generator with a seed."""
    return torch.Generator().manual_seed(seed)


def pair(batch: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a batch as its two tensors."""
    __tracebackhide__ = True
    features, labels = check.parts(batch, 2, what="a batch")
    return features, check.tensor(labels, what="the labels")


def places(all_batches: Any) -> list[list[int]]:
    """Return the places of the items of numbered batches, a list for each."""
    __tracebackhide__ = True
    return [pair(batch)[1].tolist() for batch in all_batches]


def flat(groups: list[list[int]]) -> list[int]:
    """Return the lists as one."""
    return list(itertools.chain.from_iterable(groups))


def orders(loader: Any, epochs: int) -> list[list[int]]:
    """Return in which order a DataLoader gives its items, for some epochs."""
    __tracebackhide__ = True
    assert isinstance(loader, DataLoader), (
        f"gave {check.describe(loader)}, expected a torch.utils.data.DataLoader over the dataset"
    )
    return [flat(places(loader)) for _ in range(epochs)]


@pytest.mark.concept("dataset.loader")
def test_a_batch_is_stacked_features_and_their_labels(digits, device):
    """A batch has one more axis than an item, the first, which says which item; labels are integers."""
    images, labels = (each[10:21].to(device) for each in digits)
    samples = Items(images, labels.tolist())
    given = next(iter(data_loader.batches(samples, 4)))
    features, classes = check.parts(given, 2, what="a batch")
    four = images[:4]

    def shuffled() -> torch.Tensor | None:
        rows = images.flatten(1).tolist()
        alike = features.dtype == images.dtype and not torch.equal(features, four)
        return features if alike and all(row in rows for row in features.flatten(1).tolist()) else None

    check.equal(
        features,
        four,
        what="the features",
        mistakes={
            "the labels come first; a batch is (features, labels)": labels[:4],
            "cat() puts the rows of all images in one; stack() makes a new axis": lambda: torch.cat(list(four)),
            A_BATCH_HAS: lambda: features if features.shape[1:] == images.shape[1:] and len(features) != 4 else None,
            "Without a generator nothing is shuffled: the items come in the order of the dataset": shuffled,
            "these are stacked along the last axis; the first says which item": lambda: torch.stack(list(four), dim=-1),
            "these are stacked along the second axis; the first says which item": lambda: four.transpose(0, 1),
        },
    )
    check.equal(classes, labels[:4], what="the labels")


@pytest.mark.concept("dataset.loader")
@DTYPES
def test_features_keep_their_dtype_and_labels_are_int64(device, dtype):
    """Items of any shape and dtype can be stacked, as long as all are alike."""
    count, shape = 6, draw.sizes(2, low=3, high=5)
    rows = draw.laid_out(draw.integers((count, *shape), -9, 9, device=device, dtype=dtype), "transposed")
    labels = draw.integers((count,), 0, 9, device=device)
    with check.unchanged(rows):
        given = list(data_loader.batches(Items(rows, labels.tolist()), 2))
    for number, batch in enumerate(given):
        features, classes = pair(batch)
        check.equal(classes, labels[2 * number : 2 * number + 2], what=f"batch {number}: the labels")
        check.equal(
            features,
            rows[2 * number : 2 * number + 2],
            what=f"batch {number}: the features",
            mistakes={
                "the batches share memory: all of them show what came last; stack a new tensor for each": lambda: (
                    features if torch.equal(features[:1], pair(given[-1])[0][:1]) else None
                )
            },
        )
        check.own_memory(features, rows, *(pair(other)[0] for other in given[:number]))


@pytest.mark.concept("dataset.loader")
def test_the_last_batch_has_what_is_left(device):
    """An epoch meets every item: where the batch size does not divide their number, the last batch is smaller."""
    sizes = [len(group) for group in places(data_loader.batches(numbered(11, device), 4))]
    check.equal(
        sizes,
        [4, 4, 3],
        mistakes={
            HAS_FEWER: [4, 4],
            FILLED_UP: [4, 4, 4],
            A_BATCH_HAS: lambda: sizes if set(sizes[:-1]) != {4} else None,
        },
        what="for 11 items by 4, the list of the batches' sizes",
    )
    for count, size, expected in ((8, 4, [4, 4]), (3, 4, [3]), (4, 1, [1, 1, 1, 1]), (0, 2, [])):
        check.equal(
            places(data_loader.batches(numbered(count, device), size)),
            [list(range(count))[start : start + size] for start in range(0, count, size)],
            what=f"the batches of {count} items by {size}",
        )
        check.equal(
            [len(labels) for _, labels in data_loader.batches(numbered(count, device), size)], expected, what="sizes"
        )


@pytest.mark.concept("dataset.loader")
def test_drop_last_leaves_out_a_smaller_last_batch(device):
    """With drop_last all batches have one size, at the price of a few items in each epoch."""
    for count, expected, left_out in ((11, [4, 4], [4, 4, 3]), (8, [4, 4], [4]), (3, [], [3]), (0, [], None)):
        given = places(data_loader.batches(numbered(count, device), 4, drop_last=True))
        check.equal(
            [len(group) for group in given],
            expected,
            mistakes={
                "the last batch is as large as the others, and stays"
                if count == 8
                else "drop_last=True leaves out the last batch where it has fewer": left_out
            },
            what=f"with drop_last, for {count} items by 4, the list of the batches' sizes",
        )
        check.equal(flat(given), list(range(count))[: sum(expected)], what="the items of the batches")
    given = places(data_loader.batches(numbered(10, device), 3, drop_last=True))
    check.equal(given, [[0, 1, 2], [3, 4, 5], [6, 7, 8]], what="with drop_last, for 10 items by 3, the items")


@pytest.mark.concept("dataset.loader")
def test_a_batch_is_read_when_it_is_asked_for(device):
    """The items of a batch are read when that batch is asked for: all data need not fit into memory."""
    samples = numbered(7, device)
    reading = data_loader.batches(samples, 3)
    assert hasattr(reading, "__next__"), (
        f"gave a {type(reading).__name__}, expected an iterator, which makes one batch after another: use yield"
    )
    for expected in (3, 6, 7):
        next(reading)
        asked = samples.asked
        twice = sorted({int(index) for index in asked if asked.count(index) > 1})
        assert not twice, f"the items {twice} were read more than once; ask for each item once, and keep it"
        assert len(asked) == expected, (
            f"{len(asked)} items were read, expected {expected}: "
            "read the items of a batch when that batch is asked for, not before"
        )
        odd = [index for index in asked if type(index) is not int]
        assert not odd, f"the dataset was asked for index {odd[0]!r}, expected a Python int: .tolist() gives such"


@pytest.mark.concept("dataset.loader")
def test_without_a_generator_the_order_is_that_of_the_dataset(device):
    """Data that are looked at, not learned from, need no shuffling: they come in their own order."""
    before = torch.get_rng_state()
    given = places(data_loader.batches(numbered(11, device), 4))
    check.equal(
        given,
        [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]],
        mistakes={"Without a generator nothing is shuffled: item 0 comes first, then item 1": lambda: given},
        what="a list of the batches",
    )
    assert torch.equal(torch.get_rng_state(), before), "drew from torch's global generator, where nothing is random"


@pytest.mark.concept("dataset.loader")
def test_a_generator_shuffles_and_each_item_comes_once(device):
    """A shuffled epoch has every item exactly once, in an order that the seed decides."""
    count, seed = 31, draw.integer(0, 10**6)
    before = torch.get_rng_state()
    order = flat(places(data_loader.batches(numbered(count, device), 4, generator(seed))))
    untouched = torch.equal(torch.get_rng_state(), before)
    assert order != list(range(count)), "the items come without shuffling: draw an order from the generator"
    twice = sorted({place for place in order if order.count(place) > 1})
    assert not twice, f"the items {twice} came several times in one epoch; draw one order of all items for the epoch"
    check.equal(sorted(order), list(range(count)), what="the places of all items that came")
    again = flat(places(data_loader.batches(numbered(count, device), 4, generator(seed))))
    assert order == again, "the same seed gave another order: draw from the generator that is handed in"
    other = flat(places(data_loader.batches(numbered(count, device), 4, generator(seed + 1))))
    assert order != other, "another seed gave the same order: draw from the generator that is handed in"
    assert untouched, "drew from torch's global generator, or seeded it: draw from the generator that is handed in"


@pytest.mark.concept("dataset.loader")
def test_each_epoch_has_another_order(device):
    """The generator moves on, so the next epoch has another order, and the items meet others in their batches."""
    samples, draws = numbered(12, device), generator(draw.integer(0, 10**6))
    epochs = [places(data_loader.batches(samples, 4, draws)) for _ in range(6)]
    different = len({str(epoch) for epoch in epochs})
    assert different > 1, "this is the same order in each epoch: do not seed the generator, nor keep the order"
    rows = [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    assert not all([sorted(group) for group in epoch] == rows for epoch in epochs), (
        "the items are shuffled within each batch only: the same ones come together in each epoch; shuffle all items"
    )
    assert not all(sorted(sorted(group) for group in epoch) == rows for epoch in epochs), (
        "the order of the batches only is shuffled: the same items come together in each epoch; shuffle all items"
    )
    turned = [all((b - a) % 12 == 1 for a, b in itertools.pairwise(flat(epoch))) for epoch in epochs]
    assert not all(turned), "the order is that of the dataset, only the place where it begins is random; shuffle"
    assert different == 6, "an order came again in a later epoch"


@pytest.mark.concept("dataset.loader")
def test_every_order_can_come():
    """Shuffling means that each of the n! orders is as likely as any other."""
    samples, draws = numbered(3), generator(draw.integer(0, 10**6))
    seen = [tuple(flat(places(data_loader.batches(samples, 2, draws)))) for _ in range(240)]
    for order in itertools.permutations(range(3)):
        # 40 of 240 are expected; fewer than 8 come once in a hundred million runs.
        assert seen.count(order) >= 8, (
            f"the order {order} came {seen.count(order)} times in 240 epochs, expected about 40: "
            "draw so that all orders are as likely"
        )


@pytest.mark.concept("dataset.loader")
def test_batches_can_be_made_by_hand(device):
    """A DataLoader does no more than this: indices in some order, cut into groups, read and stacked."""
    by_hand = check.built_without_package("torch.utils.data.dataloader", instead="an order, a loop and torch.stack()")
    with by_hand:
        for draws in (None, generator(0)):
            list(data_loader.batches(numbered(5, device), 2, draws))


@pytest.mark.concept("dataset.loader")
@DTYPES
def test_padding_fills_up_to_the_longest(device, dtype):
    """A collate function makes one tensor of sequences of unequal lengths: zeros stand behind the shorter ones."""
    lengths, width = [3, 1, 6, 2, 4], 2
    values = [draw.integers((length, width), 2, 9, device=device, dtype=dtype) for length in lengths]
    samples = [(draw.laid_out(each, "transposed"), 7) for each in values]
    with check.unchanged(*(sequence for sequence, _ in samples)):
        padded, *_ = check.parts(data_loader.pad(samples), 3)

    def filled(longest: int, places: list[int], in_front: bool = False, value: int = 0) -> torch.Tensor:
        rows = []
        for place in places:
            row = values[place].tolist()[:longest]
            more = [[value] * width for _ in range(longest - len(row))]
            rows.append(more + row if in_front else row + more)
        return torch.tensor(rows, dtype=dtype, device=device)

    order = [0, 1, 2, 3, 4]

    def with_other_numbers() -> torch.Tensor | None:
        inside = filled(6, order) != 0
        return padded if torch.equal(padded[inside], filled(6, order)[inside]) else None

    def repeated() -> torch.Tensor:
        return torch.stack([torch.cat([each, *[each[-1:]] * (6 - len(each))]) for each in values])

    check.equal(
        padded,
        filled(6, order),
        what="the padded sequences",
        mistakes={
            "the zeros stand in front; each sequence is to stand at the beginning": lambda: filled(6, order, True),
            "these are cut to the shortest; nothing may get lost": lambda: filled(1, order),
            "these are as long as the first sequence; the longest decides": lambda: filled(3, order),
            "the sequences are sorted by length; they stay in their order": lambda: filled(6, [2, 4, 0, 3, 1]),
            "time is the first axis here; which sequence is the first": lambda: filled(6, order).transpose(0, 1),
            "the last element of each sequence was repeated; pad with zeros": repeated,
            "pad with zeros": with_other_numbers,
            "the longest in this batch decides, here 6": lambda: (
                padded if tuple(padded.shape[::2]) == (5, width) and padded.shape[1] > 6 else None
            ),
        },
    )


@pytest.mark.concept("dataset.loader")
def test_padding_notes_the_lengths(device):
    """Only the lengths tell padding from data: a sequence may contain zeros itself."""
    lengths, labels, width = [4, 2, 5, 3], [7, 3, 0, 9], 3
    sequences = [draw.integers((length, width), 1, 9, device=device).float() for length in lengths]
    sequences[2][1:3] = 0
    sequences[0][-1] = 0
    _, given, _ = check.parts(data_loader.pad(list(zip(sequences, labels, strict=True))), 3)
    check.equal(
        given,
        torch.tensor(lengths, device=device),
        what="the lengths",
        mistakes={
            "these are the lengths with the zeros; note how long each sequence was before": torch.full(
                (4,), 5, device=device
            ),
            "these count the elements that are not 0; a sequence may contain zeros": torch.tensor(
                [3, 2, 3, 3], device=device
            ),
            "these count all numbers of a sequence; its length is the size of its first axis": torch.tensor(
                [width * each for each in lengths], device=device
            ),
            "these are the labels; the lengths come second, the labels third": torch.tensor(labels, device=device),
        },
    )


@pytest.mark.concept("dataset.loader")
def test_padding_keeps_the_labels(device):
    """The labels go into the batch in the order of their sequences."""
    lengths, labels = [4, 2, 5], [7, 3, 0]
    samples = [(draw.normal((n, 2), device=device), label) for n, label in zip(lengths, labels, strict=True)]
    *_, given = check.parts(data_loader.pad(samples), 3)
    check.equal(given, torch.tensor(labels, device=device), what="the labels")


@pytest.mark.concept("dataset.loader")
def test_a_sequence_may_be_alone_or_empty(device):
    """One sequence is a batch too, and a length of 0 is a length."""
    for lengths in ([3], [0, 2], [0], [0, 0]):
        sequences = [draw.normal((length, 2), device=device, dtype=torch.float64) for length in lengths]
        padded, noted, _ = check.parts(data_loader.pad([(each, 1) for each in sequences]), 3)
        what = f"of sequences of the lengths {lengths} the"
        check.tensor(
            padded, shape=(len(lengths), max(lengths), 2), dtype=torch.float64, device=device, what=f"{what} batch"
        )
        check.equal(noted, torch.tensor(lengths, device=device), what=f"{what} lengths")
        check.equal(padded[-1], sequences[-1], what=f"{what} last")


@pytest.mark.concept("system.data")
@pytest.mark.concept("dataset.loader")
def test_a_data_loader_batches_in_the_same_way():
    """DataLoader lives in torch.utils.data, spelled with an s: there is no torch.util."""
    loader = data_loader.loader(numbered(11), 4, 0)
    assert isinstance(loader, DataLoader), (
        f"gave {check.describe(loader)}, expected a torch.utils.data.DataLoader over the dataset"
    )
    assert loader.num_workers == 0, "the items would be read by a child process although workers is 0 by default"
    given = places(loader)
    check.equal(
        [len(group) for group in given],
        [4, 4, 3],
        mistakes={
            HAS_FEWER: [4, 4],
            A_BATCH_HAS: lambda: [len(group) for group in given] if {len(group) for group in given[:-1]} != {4} else 0,
        },
        what="for 11 items by 4, the list of the batches' sizes",
    )
    check.equal(sorted(flat(given)), list(range(11)), what="the items of one epoch")


@pytest.mark.concept("dataset.loader")
def test_a_data_loader_shuffles_repeatably():
    """The generator decides on the orders: a new loader with the same seed repeats them, epoch by epoch."""
    seed = draw.integer(0, 10**6)
    before = torch.get_rng_state()
    first = orders(data_loader.loader(numbered(30), 4, seed), 3)
    assert first[0] != list(range(30)), "the items come in the order of the dataset: shuffle=True"
    untouched = torch.equal(torch.get_rng_state(), before)
    assert untouched, (
        "drew from torch's global generator, or seeded it: DataLoader(..., generator=...) takes one of its own, "
        "for the order and for the workers"
    )
    assert first[0] != first[1], "this is the same order in each epoch: let the DataLoader draw one for each"
    assert first[1] != first[2], "this is the same order in each epoch from the second on"
    other = orders(data_loader.loader(numbered(30), 4, seed + 1), 3)
    assert other != first, "another seed gave the same orders: seed the generator with it"
    again = orders(data_loader.loader(numbered(30), 4, seed), 3)
    assert again == first, "a new loader with the same seed gave other orders: it needs a generator of its own"
    mine, others = (data_loader.loader(numbered(30), 4, seed) for _ in range(2))
    in_turns = [(orders(mine, 1)[0], orders(others, 1)[0], torch.rand(3))[0] for _ in range(3)]
    assert in_turns == first, "what another loader draws changes the orders: each loader needs a generator of its own"


@pytest.mark.concept("dataset.loader")
def test_the_collate_function_makes_the_batches():
    """The DataLoader hands a list of items to the collate function, and gives what that returns."""
    loader = data_loader.loader(numbered(5), 2, 0, collate=lambda samples: {"items": samples})
    given = list(loader)
    assert all(isinstance(batch, dict) for batch in given), (
        f"gave {check.describe(given[0])}: the collate function was not called; DataLoader takes it as collate_fn"
    )
    assert [len(batch["items"]) for batch in given] == [2, 2, 1], "the collate function must get the items of a batch"


@pytest.mark.concept("system.data")
@pytest.mark.concept("dataset.loader")
@pytest.mark.filterwarnings("ignore")  # where there are fewer cores than workers, torch says so
def test_workers_read_in_child_processes(no_child_left):
    """Workers are child processes that read in the background; the batches come in the same order as without."""
    forks = "fork" in multiprocessing.get_all_start_methods()
    given = {}
    # What a test defines can be handed to forked processes only; where there are none, the tests above must do.
    for workers in (0, 2) if forks else (0,):
        loader = data_loader.loader(Readers(), 2, 5, workers=workers)
        if loader.num_workers:
            loader.multiprocessing_context = "fork"
            loader.timeout = 10
        reading = iter(loader)
        try:
            items = [item for numbers, readers in reading for item in zip(numbers.tolist(), readers.tolist())]  # noqa: B905
        finally:
            getattr(reading, "_shutdown_workers", lambda: None)()
        given[workers] = [number for number, _ in items]
        children = {reader for _, reader in items} - {os.getpid()}
        assert workers or not children, "the items were read by a child process although workers is 0"
        assert children or not workers, "no child process has read anything: DataLoader takes workers as num_workers"
        assert len(children) == workers, f"{len(children)} child process has read the items, expected {workers}"
        check.equal(sorted(given[workers]), list(range(9)), what="the items of one epoch")
    assert given[0] == given[max(given)], "the orders are to be the same with any number of workers: the seed decides"
