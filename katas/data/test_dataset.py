"""A map-style dataset answers two questions: how many items, and which one is at an index."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.data import Dataset

from dojo import check, draw
from katas.data import dataset

WHERE = 5  # a place in the middle, so that neighbours and both ends differ from it
SMALL = 10  # images, more than an image has rows


@pytest.fixture
def some(digits: tuple[torch.Tensor, torch.Tensor], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Return a few real images and their labels."""
    images, labels = digits
    # The labels are 0 9 8 9 8 4 1 7 7 ...: the one at 5 is neither its index nor the label of a neighbour.
    return images[166 : 166 + SMALL].to(device), labels[166 : 166 + SMALL].to(device)


class Noting:
    """A transform that notes what it gets, and gives something else at each call."""

    def __init__(self) -> None:
        self.got: list[Any] = []

    def __call__(self, features: Any) -> Any:
        """Return the features with a number added that tells the call."""
        self.got.append(features)
        return features + 100 * len(self.got) if isinstance(features, torch.Tensor) else features


class Largest(TorchDispatchMode):
    """Notes how many elements the largest tensor has that an operation made with memory of its own."""

    def __init__(self, *given: torch.Tensor) -> None:
        super().__init__()
        self.given = {each.untyped_storage().data_ptr() for each in given}
        self.elements = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # else torch imports its compiler

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run the operation, and look at what it gives."""
        given = func(*args, **(kwargs or {}))
        for each in given if isinstance(given, tuple | list) else [given]:
            if isinstance(each, torch.Tensor) and each.untyped_storage().data_ptr() not in self.given:
                self.elements = max(self.elements, each.numel())
        return given


def at(items: Any, index: int) -> tuple[Any, ...]:
    """Return the item at an index, as features and label."""
    __tracebackhide__ = True
    item = items[index]
    pair = isinstance(item, tuple | list) and len(item) == 2
    assert pair, (
        f"gave {check.describe(item)}, expected an item of two values, features and label: `return features, label`"
    )
    assert not isinstance(item[0], int), "the label comes first; an item is (features, label)"
    return tuple(item)


@pytest.mark.concept("dataset.len")
def test_the_length_is_the_number_of_items(some):
    """__len__ gives the number of items: the size of the first axis."""
    images, labels = some
    items = dataset.Digits(images, labels)
    check.equal(
        len(items),
        SMALL,
        mistakes={
            "this is how many rows an image has; the first axis says which image": images.shape[1],
            "this is how many numbers all images have together": images.numel(),
            "this is one too few: the last item counts as well": SMALL - 1,
            "this is one too many: the indices end at the number of items less 1": SMALL + 1,
            "this is how many images the whole set has; these are some of them": 1797,
            "this is how many different labels there are": lambda: len(set(labels.tolist())),
        },
    )


@pytest.mark.concept("dataset.getitem")
def test_an_item_is_a_pair_of_features_and_label(some):
    """__getitem__ gives (features, label), the features first, as float32."""
    images, labels = some
    items = dataset.Digits(images, labels)
    features, _ = at(items, WHERE)
    expected = images[WHERE].float()
    check.equal(
        features,
        expected,
        what="the image",
        mistakes={
            "these are fractions; the numbers stay as they are, 0 to 16": expected / 16,
            "this is the image of the item before: indices begin at 0": images[WHERE - 1].float(),
            "this is the image of the item behind: indices begin at 0": images[WHERE + 1].float(),
            "this is the first item, whatever the index": images[0].float(),
            "rows and columns are swapped": expected.T,
        },
    )


@pytest.mark.concept("dataset.getitem")
def test_the_label_is_the_index_of_its_class_a_python_int(some):
    """The label is an integer index, a Python int: neither a tensor, nor a float, nor one-hot."""
    images, labels = some
    items = dataset.Digits(images, labels)
    _, label = at(items, WHERE)
    assert not (isinstance(label, torch.Tensor) and label.numel() > 1), (
        "the label is one-hot, expected the index of the class, a Python int"
    )
    values = labels.tolist()
    check.equal(
        label,
        values[WHERE],
        what="the label",
        mistakes={
            "this is the label of the next item": values[WHERE + 1],
            "this is the label of the item before": values[WHERE - 1],
            "this is the label of the first item, whatever the index": values[0],
            "this is the index of the item; its label is in labels": WHERE,
        },
    )


@pytest.mark.concept("dataset.getitem")
def test_every_index_has_its_own_item(device):
    """Image and label of each index belong together, in any layout of the tensors."""
    for count, height, width in (draw.sizes(3), (3, 1, 5), (2, 4, 1)):
        values = draw.integers((count, height, width), 0, 16, dtype=torch.uint8, device=device)
        images = draw.laid_out(values, "transposed")
        labels = draw.laid_out(draw.integers((count,), 0, 9, device=device), "sliced")
        with check.unchanged(images, labels):
            items = dataset.Digits(images, labels)
        check.equal(len(items), count, what="the length")
        for index in range(count):
            with check.unchanged(images, labels):
                features, label = at(items, index)
            image = values[index].float()
            check.equal(
                features,
                image,
                what=f"the image at {index}",
                mistakes={
                    "an axis of size 1 is lost: a single row of pixels is still an image of two axes": image.squeeze(),
                },
            )
            check.equal(label, labels.tolist()[index], what=f"the label at {index}")


@pytest.mark.concept("dataset.getitem")
def test_beyond_the_end_there_is_an_index_error_so_that_a_loop_ends(some):
    """IndexError says that there is no such item; a for loop over the dataset ends there."""
    images, labels = some
    items = dataset.Digits(images, labels)
    for index in (SMALL, SMALL + 3, -SMALL - 1):
        with check.raises(IndexError, f"there is no item at {index}: there are {SMALL}"):
            items[index]
    seen = 0
    for _, label in items:
        check.equal(label, labels.tolist()[seen], what=f"the label at {seen}")
        seen += 1
    check.equal(seen, SMALL, what="the number of items that a loop meets")


@pytest.mark.concept("dataset.getitem")
def test_negative_indices_count_from_the_end(some):
    """An index below 0 counts from the end, as in a list: -1 is the last item."""
    images, labels = some
    items = dataset.Digits(images, labels)
    for index in (-1, -3, -SMALL):
        features, label = at(items, index)
        check.equal(features, images[SMALL + index].float(), what=f"the image at {index}")
        check.equal(label, labels.tolist()[SMALL + index], what=f"the label at {index}")


@pytest.mark.concept("dataset.getitem")
def test_the_transform_is_called_anew_at_each_access(some):
    """A transform is applied when an item is asked for, each time anew: a random one gives another image each epoch."""
    images, labels = some
    transform = Noting()
    items = dataset.Digits(images, labels, transform)
    assert not transform.got, (
        "the transform was called by the constructor; call it in __getitem__, anew at each access to an item"
    )
    len(items)
    for turn in (1, 2):
        features, _ = at(items, WHERE)
        calls = len(transform.got)
        assert calls >= 1, "the transform was not called when an item was asked for"
        if turn == 2:
            assert calls != 1, "the second access gave the first one's features; call the transform anew at each access"
        assert calls == turn, (
            f"one access called the transform {calls - turn + 1} times; call it once, for the features"
        )
        assert not isinstance(transform.got[-1], tuple | list), (
            "the transform got the whole item; it takes the features, without the label"
        )
        check.equal(transform.got[-1], images[WHERE].float(), what="what the transform got")
        check.equal(
            features,
            images[WHERE].float() + 100 * turn,
            what="the image",
            mistakes={"this is the image without the transform; return what the transform gave": images[WHERE].float()},
        )


@pytest.mark.concept("dataset.getitem")
def test_the_transform_is_for_the_features_alone(some):
    """The transform changes the features; the label stays the class that it was."""
    images, labels = some
    items = dataset.Digits(images, labels, torch.zeros_like)
    for index in (WHERE, 0):  # the label at 0 is 0, which is false in an `if`
        features, label = at(items, index)
        check.equal(
            features,
            torch.zeros_like(images[index], dtype=torch.float32),
            what=f"the image at {index}",
            mistakes={
                "the transform was left out here; it is for every item, whatever the label": (images[index].float())
            },
        )
        check.equal(
            label,
            labels.tolist()[index],
            what=f"the label at {index}",
            mistakes={"the transform was applied to the label as well; it is for the features alone": 0},
        )


@pytest.mark.concept("dataset.getitem")
def test_the_features_are_what_the_transform_gives(some):
    """A transform may change shape and dtype as well: what it gives is the item, without a further step."""
    images, labels = some
    given = images[WHERE].to(torch.int64).sum(dim=0)
    features, _ = at(dataset.Digits(images, labels, lambda features: features.to(torch.int64).sum(dim=0)), WHERE)
    check.equal(
        features,
        given,
        what="the image, made int64 by the transform,",
        mistakes={
            "what the transform gave was made float32; make float32 of the image, before the transform": (given.float())
        },
    )


@pytest.mark.concept("dataset.getitem")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_dataset_keeps_the_data_and_no_copy(some, layout):
    """A dataset is a view of the data with a length and an index, not another copy of all of it."""
    images, labels = (draw.laid_out(each, layout) for each in some)
    with check.unchanged(images, labels):
        items = dataset.Digits(images, labels)
        at(items, WHERE)
    images[WHERE] = 7
    labels[WHERE] = 8
    features, label = at(items, WHERE)
    check.equal(
        features,
        torch.full(images.shape[1:], 7.0, device=images.device),
        what="the image, after 7 was written into images,",
        mistakes={
            "the dataset shows a copy of the images; keep the tensor itself, and convert in __getitem__": lambda: (
                features
            )
        },
    )
    check.equal(
        label,
        8,
        what="the label, after 8 was written into labels,",
        mistakes={
            "the dataset shows a copy of the labels; keep the tensor itself, and convert in __getitem__": lambda: label
        },
    )


@pytest.mark.concept("dataset.getitem")
def test_one_item_costs_the_work_of_one_item(some):
    """An item is prepared when it is asked for, and only that one: index first, then convert."""
    images, labels = some
    items = dataset.Digits(images, labels)
    with Largest(images, labels) as largest:
        at(items, WHERE)
    assert largest.elements < images.numel(), (
        f"converted all {SMALL} images to give one of them; index first, then convert"
    )


@pytest.mark.concept("dataset.getitem")
def test_an_item_stays_when_the_next_is_asked_for(some):
    """Each item has memory of its own: a batch is put together from items that were asked for one after another."""
    images, labels = some
    items = dataset.Digits(images, labels)
    first, _ = at(items, WHERE)
    at(items, WHERE + 1)
    check.equal(
        first,
        images[WHERE].float(),
        what="the image, after the next item was asked for,",
        mistakes={
            "the next item was written over it: make a new tensor for each item": images[WHERE + 1].float(),
        },
    )


@pytest.mark.concept("dataset.len")
def test_no_items_are_a_dataset_too(device):
    """A dataset may be empty: its length is 0, and a loop over it ends at once."""
    items = dataset.Digits(torch.zeros(0, 8, 8, dtype=torch.uint8, device=device), torch.zeros(0).long().to(device))
    check.equal(len(items), 0)
    with check.raises(IndexError, "there is no item at 0: there are none"):
        items[0]


@pytest.mark.concept("dataset.len")
def test_each_image_needs_a_label(some):
    """One length stands for both tensors, so they must have the same."""
    images, labels = some
    for n, m in ((SMALL, SMALL - 1), (SMALL - 2, SMALL), (1, SMALL), (SMALL, 1)):
        with check.raises(ValueError, f"there are {n} images and {m} labels"):
            dataset.Digits(images[:n], labels[:m])
    # Of numbers above 256, equal ones need not be the same object: `is not` would refuse them.
    many = torch.zeros(300, 8, 8, dtype=torch.uint8, device=images.device)
    check.equal(len(dataset.Digits(many, torch.zeros(300, dtype=torch.int64, device=images.device))), 300)


@pytest.mark.concept("system.data")
def test_it_is_a_dataset_in_the_eyes_of_torch(some):
    """torch.utils.data.Dataset is the class that torch's tools build upon; `+` joins two of its kind, for one."""
    items = dataset.Digits(*some)
    assert isinstance(items, Dataset), "Digits must be a subclass of torch.utils.data.Dataset, as in the stub"
    check.equal(len(items + items), 2 * SMALL, what="the length of items + items")
