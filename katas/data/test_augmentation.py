"""Augmentation moves each training image at random, afresh each time that it is used."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.utils.data import Dataset

from dojo import check, draw
from katas.data import augmentation

DTYPES = pytest.mark.parametrize("dtype", [torch.uint8, torch.float64], ids=["uint8", "float64"])
ROLLED = "what leaves the image comes in again on the other side, as torch.roll() does it; zeros are to come in"


class Items(Dataset[tuple[torch.Tensor, int]]):
    """Images with their labels; notes for which it was asked."""

    def __init__(self, images: torch.Tensor, labels: list[int]) -> None:
        self.images = images
        self.labels = labels
        self.asked: list[int] = []

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        self.asked.append(index)
        return self.images[index], self.labels[index]


class Noting:
    """A transform that notes what it gets, and gives something else at each call."""

    def __init__(self) -> None:
        self.got: list[Any] = []

    def __call__(self, features: Any) -> Any:
        self.got.append(features)
        return features + 1000 * len(self.got) if isinstance(features, torch.Tensor) else features


def generator(seed: int) -> torch.Generator:
    """Return a generator with a seed."""
    return torch.Generator().manual_seed(seed)


def moved(images: torch.Tensor, down: int, right: int) -> torch.Tensor:
    """Return the images in another frame of the same size, cut out of a black wall on which they hang."""
    height, width = images.shape[-2:]
    above, left = abs(down), abs(right)
    wall = images.new_zeros((*images.shape[:-2], 2 * above + height, 2 * left + width))
    wall[..., above : above + height, left : left + width] = images
    return wall[..., above - down : above - down + height, left - right : left - right + width].clone()


def repeated(images: torch.Tensor, down: int, right: int) -> torch.Tensor:
    """Return the images moved, with the edge repeated where nothing has moved to."""
    height, width = images.shape[-2:]
    rows = [min(max(row - down, 0), height - 1) for row in range(height)]
    columns = [min(max(column - right, 0), width - 1) for column in range(width)]
    return images[..., rows, :][..., columns]


def shifts_of(given: torch.Tensor, images: torch.Tensor, most: int) -> list[tuple[int, int]]:
    """Return by how much each image was moved; refuse what is no shift of up to ``most`` pixels."""
    __tracebackhide__ = True
    check.tensor(given, shape=images.shape, dtype=images.dtype, device=images.device)
    numbers = list(itertools.product(range(-most, most + 1), repeat=2))
    fits = torch.stack([(given == moved(images, *both)).flatten(1).all(dim=1) for both in numbers]).cpu()
    missing = (~fits.any(dim=0)).nonzero().flatten().tolist()
    if missing:
        rolled = [torch.equal(given[missing[0]], torch.roll(images[missing[0]], both, (0, 1))) for both in numbers]
        why = ROLLED if any(rolled) else "an image keeps its numbers, and zeros come in"
        raise AssertionError(f"image {missing[0]} was moved by no shift of up to {most} pixels: {why}")
    return [numbers[place] for place in fits.int().argmax(dim=0).tolist()]


@pytest.mark.concept("vision.augment")
def test_an_image_moves_and_zeros_come_in(device):
    """A shifted image loses what leaves its frame; the background, 0, comes in on the other side."""
    images = draw.distinct((4, 5), device=device) + 1
    for down, right in ((1, 2), (2, 1), (1, -2), (-2, 1), (-1, -2), (0, 2), (-2, 0)):
        with check.unchanged(images):
            given = augmentation.shift(images, down, right)
        check.equal(
            given,
            moved(images, down, right),
            what=f"a 4 x 5 image moved by {down} down and {right} right",
            mistakes={
                "nothing has moved": images,
                ROLLED: torch.roll(images, (down, right), (0, 1)),
                "the image went the other way in both directions": moved(images, -down, -right),
                "the image moved up, where it is to move down": moved(images, -down, right),
                "down and right are swapped: rows are the second axis from the end": moved(images, right, down),
                "the shift to the right is left out": moved(images, down, 0),
                "the shift down is left out": moved(images, 0, right),
                "the edge is repeated; zeros are to come in": repeated(images, down, right),
            },
        )


@pytest.mark.concept("vision.augment")
def test_a_shift_may_be_none_or_leave_nothing(device):
    """A shift by 0 is a copy; a shift by the whole height or width leaves an empty image."""
    images = draw.distinct((2, 4, 5), device=device) + 1
    for down, right in ((0, 0), (0, 1), (3, 0), (4, 0), (0, -5), (-4, 1), (1, 6), (-7, -9), (0, 12)):
        check.equal(
            augmentation.shift(images, down, right),
            moved(images, down, right),
            what=f"images of 4 x 5 moved by {down} down and {right} right",
        )


@pytest.mark.concept("vision.augment")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
@DTYPES
def test_the_last_two_axes_move_whatever_is_in_front(device, dtype, layout):
    """Rows and columns are the last two axes: an image, a batch, or a batch with channels is moved alike."""
    for front in ((), (3,), (6, 2), (0,)):
        images = draw.laid_out(draw.integers((*front, 4, 5), 1, 99, device=device, dtype=dtype), layout)
        with check.unchanged(images):
            given = augmentation.shift(images, 1, -2)
        check.equal(given, moved(images, 1, -2), what=f"the images, of shape {tuple(images.shape)}, moved,")


@pytest.mark.concept("vision.augment")
def test_the_shifted_images_are_a_new_tensor(device):
    """What is written into shifted images must not reach those that they came from."""
    images = draw.distinct((3, 4, 5), device=device)
    for down, right in ((0, 0), (1, 0), (0, -2)):
        with check.unchanged(images):
            given = augmentation.shift(images, down, right)
        check.own_memory(given, images)


@pytest.mark.concept("vision.augment-all")
def test_each_image_has_a_shift_of_its_own(device):
    """All images are augmented, each by two numbers of its own, from -most to most."""
    images = draw.distinct((24, 6, 5), device=device) + 1
    with check.unchanged(images):
        given = augmentation.random_shifts(images, 2, generator(draw.integer(0, 10**6)))
    shifts = shifts_of(given, images, 2)
    check.own_memory(given, images)
    assert len(set(shifts)) > 1, f"one shift for all images, by {shifts[0]}: draw two numbers for each image"
    assert any(down for down, _ in shifts), "no image has moved down or up"
    assert any(right for _, right in shifts), "no image has moved to the right or to the left"
    assert any(down != right for down, right in shifts), (
        "the same number for both directions: draw one for down and one for right"
    )


@pytest.mark.concept("vision.augment")
def test_every_shift_is_as_likely(device):
    """Up and down, left and right, far and near: each whole number from -most to most comes equally often."""
    images = draw.distinct((612, 3, 4), device=device, dtype=torch.int64) + 1
    shifts = shifts_of(augmentation.random_shifts(images, 1, generator(draw.integer(0, 10**6))), images, 1)
    for name, numbers in zip(("down", "right"), zip(*shifts, strict=True), strict=True):
        counts = {number: numbers.count(number) for number in (-1, 0, 1)}
        included = "with most = 1, it is to be -1, 0 or 1: from -most to most, both included"
        assert counts[-1] or counts[1], f"{name} is 0 for all of 612 images; {included}"
        assert counts[-1], f"{name} is never negative; {included}"
        assert counts[1], f"{name} is never 1; {included}"
        # 204 are expected, with a standard deviation of 12.
        assert min(counts.values()) > 120, f"for 612 images, {name} was {counts}: each number has equal probability"
    # 408 are expected, with a standard deviation of 16; to round uniform numbers would give 612 zeros.
    zeros = sum(pair.count(0) for pair in shifts)
    assert zeros < 510, (
        f"of 1224 numbers, {zeros} were 0: -1, 0 and 1 are to come with equal probability, about 408 each"
    )
    both = {pair: shifts.count(pair) for pair in itertools.product((-1, 0, 1), repeat=2)}
    assert min(both.values()) >= 20, f"of the pairs (down, right), some hardly come, of 68 expected: {both}"
    images = draw.distinct((140, 7, 8), device=device, dtype=torch.int64) + 1
    shifts = shifts_of(augmentation.random_shifts(images, 3, generator(draw.integer(0, 10**6))), images, 3)
    for name, numbers in zip(("down", "right"), zip(*shifts, strict=True), strict=True):
        reached = sorted(set(numbers))
        assert reached == [*range(-3, 4)], f"{name} came as {reached} only: from -most to most, both included"


@pytest.mark.concept("vision.augment-all")
def test_the_shifts_are_drawn_afresh(device):
    """Each epoch meets other shifts: the generator moves on; the same seed repeats them."""
    seed = draw.integer(0, 10**6)
    images = draw.distinct((30, 5, 6), device=device) + 1
    before = torch.get_rng_state()
    draws = generator(seed)
    first, second = (shifts_of(augmentation.random_shifts(images, 2, draws), images, 2) for _ in range(2))
    untouched = torch.equal(torch.get_rng_state(), before)
    assert first != second, "the second call drew the same shifts again: the generator is not to be seeded"
    again = shifts_of(augmentation.random_shifts(images, 2, generator(seed)), images, 2)
    assert first == again, "the same seed gave other shifts: draw from the generator that is handed in"
    other = shifts_of(augmentation.random_shifts(images, 2, generator(seed + 1)), images, 2)
    assert first != other, "another seed gave the same shifts again: draw from the generator that is handed in"
    assert untouched, "drew from torch's global generator, or seeded it; draw from the one that is handed in"


@pytest.mark.concept("vision.augment")
@DTYPES
def test_random_shifts_of_any_batch(device, dtype):
    """One image, none, or a shift by 0: each is a batch like any other."""
    for count, most in ((1, 2), (0, 2), (5, 0), (7, 1)):
        images = draw.integers((count, 6, 5), 1, 99, device=device, dtype=dtype)
        given = augmentation.random_shifts(draw.laid_out(images, "sliced"), most, generator(3))
        shifts_of(given, images, most)
    check.equal(augmentation.random_shifts(images, 0, generator(3)), images, what="with most = 0, images")


@pytest.mark.concept("vision.augment-all")
def test_an_item_is_transformed_afresh_each_time(digits, device):
    """Augmentation happens when an item is asked for, so that each epoch meets another variant."""
    images, labels = (each[20:26].to(device) for each in digits)
    samples, transform = Items(images, labels.tolist()), Noting()
    augmented = augmentation.Augmented(samples, transform)
    assert isinstance(augmented, Dataset), "Augmented must be a subclass of torch.utils.data.Dataset, as in the stub"
    too_early = "items were read or transformed by the constructor; do it in __getitem__, afresh at each access"
    assert not samples.asked, too_early
    assert not transform.got, too_early
    check.equal(
        len(augmented),
        6,
        mistakes={"the variants take the place of the images; they are not added to them": 12},
        what="the length",
    )
    for turn in range(1, 4):
        item = augmented[3]
        calls = len(transform.got)
        assert calls or turn > 1, "an item came as it was, without the transform: augmentation is for all of them"
        assert calls >= turn, (
            f"access {turn} to an item did not call the transform: call it afresh at each access, for all of them"
        )
        assert not isinstance(transform.got[0], tuple | list), (
            "the transform got the whole item; it takes the features, and the label stays"
        )
        assert calls == turn, f"the transform was called {calls - turn + 1} times for one access, expected once"
        assert len(samples.asked) == turn, f"the dataset was asked for {len(samples.asked)} items, expected {turn}"
        pair = isinstance(item, tuple | list) and len(item) == 2
        assert pair, f"gave {check.describe(item)}, expected features and label: `return features, label`"
        assert not isinstance(item[0], int), "the label comes first; an item is (features, label)"
        check.equal(item[0], images[3].cpu().add(1000 * turn).to(device), what=f"the features at access {turn}")


@pytest.mark.concept("vision.augment-all")
def test_every_item_is_transformed_and_keeps_its_label(digits, device):
    """All training images are augmented; a moved digit is still the same digit."""
    images, labels = (each[40:47].to(device) for each in digits)
    images = images.float()
    samples, transform = Items(images, labels.tolist()), Noting()
    augmented = augmentation.Augmented(samples, transform)
    check.equal(len(augmented), 7, what="the length")
    for turn, index in enumerate((*range(7), -1, -7), start=1):
        with check.unchanged(images):
            item = augmented[index]
        features, label = check.parts(item, 2, what="an item")
        check.equal(
            features,
            images[index] + 1000 * turn,
            what=f"the features at {index}",
            mistakes={
                "this is an image as it was: the transform is to be applied to all of them, always": images[index]
            },
        )
        check.equal(label, labels.tolist()[index], what=f"the label at {index}")
    for index in (7, -8):
        with check.raises(IndexError, f"the dataset has no item at {index}"):
            augmented[index]


def transformed(size: int, most: int, mean: float, std: float) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return the answer's pipeline."""
    __tracebackhide__ = True
    from torchvision.transforms import v2

    change = augmentation.pipeline(size, most, mean, std)
    assert isinstance(change, v2.Compose), (
        f"gave {check.describe(change)}, expected a torchvision.transforms.v2.Compose, which takes a list of transforms"
    )
    return change


@pytest.mark.concept("vision.augment")
def test_a_pipeline_scales_moves_and_standardizes(digits, device):
    """Composed transforms run in the order given: first a fraction, then a shift with black, then standardized."""
    image = (digits[0][draw.integer(0, 1000)] * 15).unsqueeze(0).to(device)
    mean, std = 0.3, 0.4
    change = transformed(8, 2, mean, std)
    shifts = list(itertools.product(range(-2, 3), repeat=2))
    tens = [moved(image, *both).double() for both in shifts]

    def stack(change: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
        return torch.stack([change(each) for each in tens])

    right = stack(lambda each: (each / 255 - mean) / std)
    wrong = {
        "these are numbers to 255; brightness as a fraction comes first: scale=True": stack(lambda x: (x - mean) / std),
        "the mean is not subtracted, nor is it divided by the standard deviation": stack(lambda x: x / 255),
        "the mean is subtracted, but not divided by the standard deviation": stack(lambda x: x / 255 - mean),
        "this takes the mean for the standard deviation, and the reverse": stack(lambda x: (x / 255 - std) / mean),
        "it was standardized before the image was moved, so that grey, not black, comes in": torch.stack(
            [moved(((image.double() / 255 - mean) / std), *both) for both in shifts]
        ),
        "the image is mirrored: a mirrored digit is no digit": right.flip(-1),
    }
    for _ in range(12):
        with check.unchanged(image):
            given = change(image)
        check.tensor(given, shape=(1, 8, 8), dtype=torch.float32, device=device)

        def fits(those: torch.Tensor, given: torch.Tensor = given) -> bool:
            return bool(((given - those).abs() < 1e-4).flatten(1).all(dim=1).any())

        if not fits(right):
            why = next((words for words, those in wrong.items() if fits(those)), "only shifts, with black around")
            raise AssertionError(f"the image was moved by no shift of up to 2 pixels and standardized: {why}")


@pytest.mark.concept("vision.augment-all")
@pytest.mark.concept("vision.augment")
def test_a_pipeline_moves_afresh_at_each_call(device):
    """A random transform draws at each call: the same image comes out in every shift."""
    image = (draw.distinct((1, 6, 6), device=device) + 1).to(torch.uint8)
    change = transformed(6, 2, 0.0, 1.0)
    given = torch.stack([change(image) for _ in range(160)]).squeeze(1)
    shifts = shifts_of((given * 255).round(), image.expand(160, 6, 6).float(), 2)
    if len(set(shifts)) == 1:
        assert shifts[0] != (0, 0), "the image never moves: pad before the random crop"
        raise AssertionError(f"the same shift at each call: {shifts[0]}")
    for name, numbers in zip(("down", "right"), zip(*shifts, strict=True), strict=True):
        for number in range(-2, 3):
            assert number in numbers, f"with most = 2, {name} = {number} never comes in 160 calls"
    assert any(down != right for down, right in shifts), "down and right are always the same number"
