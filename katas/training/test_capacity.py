"""Capacity must be large enough to fit, and small enough not to overfit: grow first, then shrink."""

import math
from collections.abc import Callable

import pytest
import torch

from dojo import check, draw
from katas.training import capacity

Samples = tuple[torch.Tensor, torch.Tensor]


class Fitting:
    """Gives losses by size as in two tables, and notes which sizes were fitted."""

    def __init__(self, training: dict[int, float], validation: dict[int, float]) -> None:
        self.training, self.validation = training, validation
        self.sizes: list[int] = []

    def __call__(self, size: int) -> tuple[float, float]:
        self.sizes.append(size)
        return self.training.get(size, math.nan), self.validation.get(size, math.nan)

    def __repr__(self) -> str:
        return f"fitted so far: the sizes {self.sizes}"

    def no_size_twice(self) -> None:
        """Refuse an answer that has fitted a size twice."""
        __tracebackhide__ = True
        twice = sorted({size for size in self.sizes if self.sizes.count(size) > 1})
        assert not twice, f"size {twice[0]} was fitted twice, which takes long: keep its two losses"


def falling(sizes: int, by: float = 0.01) -> dict[int, float]:
    """Return losses that fall with the size."""
    return {size: 1 - by * size for size in range(1, sizes + 1)}


def samples(x: list[float], y: list[float], device: torch.device, dtype: torch.dtype = torch.float64) -> Samples:
    return torch.tensor(x, dtype=dtype, device=device), torch.tensor(y, dtype=dtype, device=device)


def staircase(
    pair: Samples,
    size: int,
    place: Callable[[float, int], int] = lambda x, size: int(x * size),
    empty: float | None = None,
) -> list[float]:
    """Return the level of each bin: the mean of the targets, in Python's floats."""
    bins: list[list[float]] = [[] for _ in range(size)]
    x, y = (each.tolist() for each in pair)
    for a, b in zip(x, y, strict=True):
        bins[place(a, size)].append(b)
    whole = sum(y) / len(y) if empty is None else empty
    return [sum(each) / len(each) if each else whole for each in bins]


def error(
    levels: list[float], pair: Samples, place: Callable[[float, int], int] = lambda x, size: int(x * size)
) -> float:
    """Return the mean squared error of a staircase."""
    x, y = (each.tolist() for each in pair)
    return sum((levels[place(a, len(levels))] - b) ** 2 for a, b in zip(x, y, strict=True)) / len(x)


@pytest.mark.concept("fit.trade-off")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("size", [3, 5, 1])
def test_each_bin_has_the_mean_of_its_training_targets(device, dtype, size):
    """The levels come from the training samples alone; the validation samples only measure how good they are."""
    x, new_x = (draw.distinct((100,))[:count] / 100 + 0.005 for count in (40, 23))
    x = x * 0.8 + 0.1013  # the data need not reach from 0 to 1
    training = x.to(dtype).to(device), (3 * x + draw.normal((40,))).to(dtype).to(device)
    validation = new_x.to(dtype).to(device), (1 + draw.normal((23,))).to(dtype).to(device)
    with check.unchanged(*training, *validation):
        result = capacity.staircase_losses(training, validation, size)
    losses = check.parts(result, 2)

    def both(levels: list[float], place: Callable[[float, int], int] = lambda x, size: int(x * size)) -> list[float]:
        return [error(levels, training, place), error(levels, validation, place)]

    levels = staircase(training, size)
    right = both(levels)
    nearest: Callable[[float, int], int] = lambda x, size: min(round(x * size), size - 1)  # noqa: E731
    low, high = min(training[0].tolist()), max(training[0].tolist())
    ranged: Callable[[float, int], int] = lambda x, size: int(min(max((x - low) / (high - low), 0), 0.9999) * size)  # noqa: E731
    union = torch.cat([training[0], validation[0]]), torch.cat([training[1], validation[1]])
    check.close(
        losses,
        right,
        rtol=1e-4,
        mistakes={
            "the two are swapped: the training loss comes first": right[::-1],
            "the validation loss is that of the means of the validation targets: fit to the training samples only": [
                right[0],
                error(staircase(validation, size), validation),
            ],
            "the levels were fitted to the validation samples too": both(staircase(union, size)),
            "the numbers of the bins are rounded; bin i begins at i / size: round down": both(
                staircase(training, size, nearest), nearest
            ),
            "the bins are cut from the smallest to the largest x; they reach from 0 to 1": lambda: both(
                staircase(training, size, ranged), ranged
            ),
            "these are one too many bins": both(staircase(training, size + 1)),
            "these are too few bins": both(staircase(training, max(size - 1, 1))),
            "the output is the mean of all training targets; each bin has its own": both(staircase(training, 1)),
            "these are sums of the squared errors; divide by the number of samples": [right[0] * 40, right[1] * 23],
            "this is the root of the mean squared error": [each**0.5 for each in right],
        },
        what=f"with {size} bins, the pair of losses",
    )


@pytest.mark.concept("fit.trade-off")
def test_a_bin_without_samples_has_the_mean_of_all(device):
    """Where there are no training samples, nothing is known but the mean of all: 0 / 0 would be NaN."""
    training = samples([0.1, 0.15, 0.2, 0.6, 0.7], [1.0, 2.0, 3.0, 5.0, 9.0], device)
    validation = samples([0.4, 0.9, 0.05], [5.0, 3.0, 1.0], device)
    nan = "of a bin with no training samples the output is the mean of all training targets"
    check.close(
        list(check.parts(capacity.staircase_losses(training, validation, 4), 2)),
        [(1.0 + 0.0 + 1.0 + 4.0 + 4.0) / 5, (1.0 + 1.0 + 1.0) / 3],
        mistakes={
            f"{nan}, not 0 / 0": [2.0, math.nan],
            f"{nan}, not 0": [2.0, (25.0 + 9.0 + 1.0) / 3],
            f"{nan}, not the mean of the other bins: a bin with many samples counts for more": [
                2.0,
                (0.25 + 2.25 + 1.0) / 3,
            ],
        },
        what="with 4 bins, two of which are empty, the pair of losses",
    )


@pytest.mark.concept("fit.trade-off")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_a_sample_on_an_edge_is_in_the_bin_that_begins_there(device, dtype):
    """Each bin holds its lower edge and not its upper one, so that each sample is in exactly one bin."""
    training = samples([0.25, 0.3, 0.5, 0.75, 0.8, 0.0], [1.0, 3.0, 5.0, 8.0, 10.0, 0.0], device, dtype)
    validation = samples([0.5, 0.25, 0.75], [6.0, 2.0, 7.0], device, dtype)
    training = draw.laid_out(training[0], "sliced"), training[1]
    left: Callable[[float, int], int] = lambda x, size: max(math.ceil(x * size) - 1, 0)  # noqa: E731
    levels = staircase(training, 4, left)
    check.close(
        list(check.parts(capacity.staircase_losses(training, validation, 4), 2)),
        [(1.0 + 1.0 + 0.0 + 1.0 + 1.0 + 0.0) / 6, (1.0 + 0.0 + 4.0) / 3],
        mistakes={
            "a sample on an edge went to the bin on its left; bin i holds those with i <= x * size < i + 1": [
                error(levels, training, left),
                error(levels, validation, left),
            ],
        },
        what="with 4 bins and samples on their edges, the pair of losses",
    )


@pytest.mark.concept("fit.two-stage")
def test_the_model_grows_until_it_fits():
    """First stage: double the size until the training loss is small enough, and no further."""
    fits = dict.fromkeys(range(1, 61), 0.15)  # sizes that are not asked for would fit
    fit = Fitting(fits | {3: 0.9, 6: 0.5, 12: 0.2, 24: 0.1, 48: 0.05}, dict.fromkeys(range(1, 61), 0.01))
    fit.validation |= {24: 0.1}
    size = capacity.grow(fit, 3, 60, 0.2)
    tried = f"the sizes {fit.sizes} were fitted"
    assert fit.sizes[:1] == [3], f"{tried}: it begins at start, which is 3"
    assert size != 3, (
        "gave 3, whose validation loss is small: look at the training loss, the validation loss comes later"
    )
    assert set(fit.sizes) <= {3, 6, 12, 24, 48}, f"{tried} from start 3 on: the size doubles each time: 3, 6, 12, ..."
    check.equal(
        size,
        12,
        mistakes={
            "a loss of exactly `enough` is small enough: at most": 24,
            "this is the size before the one that fits": 6,
            "this is the size with the lowest training loss; the first that is small enough is asked for": 48,
        },
        what="with the training losses 0.9, 0.5, 0.2, 0.1, 0.05 for 3, 6, 12, 24, 48, the size for 0.2",
    )
    assert max(fit.sizes) == 12, f"{tried}: with size 12 it fits; do not fit further sizes"
    fit.no_size_twice()


@pytest.mark.concept("fit.two-stage")
@pytest.mark.parametrize(("start", "largest", "expected"), [(5, 5, 5), (2, 16, 16), (1, 1, 1), (4, 31, 16)])
def test_the_largest_size_may_be_taken(start, largest, expected):
    """No model is larger than `largest`, and one may be just as large."""
    fit = Fitting({size: 0.1 if size == expected else 0.9 for size in range(1, 40)}, falling(40))
    try:
        size = capacity.grow(fit, start, largest, 0.3)
    except ValueError:
        raise AssertionError(
            f"raised ValueError, with the sizes {fit.sizes} fitted, where size {expected} fits: from {start} to "
            f"{largest}, largest itself included"
        ) from None
    check.equal(size, expected, what=f"from {start} to {largest}, the size")


@pytest.mark.concept("fit.two-stage")
def test_where_nothing_fits_there_is_no_size():
    """If even the largest model does not fit the training set, more size is no answer: say so."""
    fit = Fitting({1: 0.9, 2: 0.8, 4: 0.7, 8: 0.6, 16: 0.1}, falling(16))
    with check.raises(ValueError, "no size up to the largest, here 12, has a training loss of at most enough"):
        capacity.grow(fit, 1, 12, 0.3)
    assert max(fit.sizes) <= 12, f"a model of size {max(fit.sizes)} was fitted, which is larger than allowed, 12"
    check.equal(fit.sizes, [1, 2, 4, 8], what="the list of sizes that were fitted")


@pytest.mark.concept("fit.two-stage")
def test_the_model_shrinks_while_its_validation_loss_falls():
    """Second stage: take 1 from the size as long as the validation loss falls; the last size that was better stays."""
    validation = {8: 0.6, 7: 0.5, 6: 0.4, 5: 0.45, 4: 0.55, 3: 0.2, 2: 0.3, 1: 0.7}
    fit = Fitting({size: 0.1 * size for size in range(1, 9)}, validation)
    size = capacity.shrink(fit, 8)
    check.equal(
        size,
        6,
        mistakes=({} if 7 in fit.sizes else {"there is a size in between: go down by 1": size})
        | {
            "it did not shrink: go down by 1 as long as the loss falls": 8,
            "this is one step too far: give the size before the loss rose": 5,
            "this is where the training loss says; in the second stage look at the validation loss": 1,
            "each loss is compared with the first; compare it with the one before": 2,
            "this is the lowest loss of all; stop at the first size that is not better": 3,
        },
        what="with the validation losses 0.6, 0.5, 0.4, 0.45 for 8, 7, 6, 5, the size",
    )
    assert min(fit.sizes) == 5, f"the sizes {fit.sizes} were fitted: stop at the first that is not better, which is 5"
    fit.no_size_twice()


@pytest.mark.concept("fit.two-stage")
def test_an_equal_loss_does_not_fall():
    """Where the validation loss stays the same, it has stopped falling."""
    fit = Fitting(falling(9), {9: 0.6, 8: 0.5, 7: 0.5, 6: 0.4, 5: 0.3, 4: 0.2, 3: 0.1, 2: 0.1, 1: 0.1})
    check.equal(
        capacity.shrink(fit, 9),
        8,
        mistakes={"an equal loss is not lower: stop there": 1},
        what="with the validation losses 0.6, 0.5, 0.5, 0.4 for 9, 8, 7, 6, the size",
    )


@pytest.mark.concept("fit.two-stage")
@pytest.mark.parametrize("size", [1, 2, 5])
def test_no_model_is_smaller_than_1(size):
    """If the validation loss falls all the way, the smallest model is the best."""
    fit = Fitting(falling(5), {each: 0.1 * each for each in range(6)})
    result = capacity.shrink(fit, size)
    assert 0 not in fit.sizes, "a model of size 0 was fitted: it ends at size 1"
    check.equal(result, 1, what=f"from size {size}, where each smaller one is better, down to size 1, the size")


def both_stages() -> Fitting:
    validation = {size: 0.2 + 0.01 * abs(size - 11) for size in range(1, 65)}
    return Fitting({size: 1 / size for size in range(1, 65)}, validation | {2: 0.15, 40: 0.1})


@pytest.mark.concept("fit.two-stage")
@pytest.mark.concept("fit.trade-off")
def test_grow_until_it_fits_then_shrink_until_it_stops_overfitting():
    """The two stages in turn: large enough to fit, then small enough not to overfit."""
    fit = both_stages()
    check.equal(
        capacity.choose_size(fit, 1, 64, 0.08),
        11,
        mistakes={
            "this has grown, and did not shrink": 16,
            "this has shrunk from the largest size; begin where the growing has ended": 40,
            "this is the lowest validation loss of all sizes fitted; shrink by 1, and stop where it falls no more": 2,
            "this stopped where the training loss is no longer `enough`; shrink on while the validation loss falls": 13,
        },
        what="the size",
    )
    fit.no_size_twice()
    check.equal(sorted(fit.sizes), [1, 2, 4, 8, *range(10, 17)], what="the list of all sizes that were fitted")


@pytest.mark.concept("fit.two-stage")
def test_another_call_has_losses_of_its_own():
    """What is kept belongs to one call: another model family has other losses for the same sizes."""
    for best in (11, 14, 9):
        fit = both_stages()
        fit.validation = {size: abs(size - best) for size in range(1, 65)}
        check.equal(
            capacity.choose_size(fit, 1, 64, 0.08),
            best,
            mistakes={
                "these are the losses of an earlier call; keep them within a call only": lambda fit=fit: (
                    11 if not fit.sizes else None
                )
            },
            what=f"where size {best} has the lowest validation loss, the size",
        )
    fit = both_stages()
    with check.raises(ValueError, "no size up to the largest fits well enough"):
        capacity.choose_size(fit, 1, 8, 0.08)


@pytest.mark.concept("fit.two-stage")
def test_no_size_is_fitted_in_both_stages():
    """Both stages may come to the same size, and to fit a model takes long: each is fitted once."""
    fit = Fitting({1: 0.9, 2: 0.6, 4: 0.3, 8: 0.1} | {3: 0.5, 5: 0.3, 6: 0.2, 7: 0.2}, falling(8, by=-0.1))
    check.equal(capacity.choose_size(fit, 2, 20, 0.15), 1, what="the size")
    fit.no_size_twice()
    check.equal(sorted(fit.sizes), [1, 2, 3, 4, 5, 6, 7, 8], what="the list of all sizes that were fitted")


def wave(count: int, device: torch.device) -> Samples:
    """Return samples of a wave with noise, all over [0, 1)."""
    x = (torch.arange(count) + torch.rand(count, dtype=torch.float64)) / count
    return x.to(device), (torch.sin(9 * x) + 0.5 * draw.normal((count,), dtype=torch.float64)).to(device)


@pytest.mark.concept("fit.trade-off")
def test_too_few_bins_do_not_fit_and_too_many_overfit(device):
    """The training loss falls with each doubling, the validation loss falls and rises again: a trade-off."""
    training, validation = wave(200, device), wave(200, device)
    sizes = (1, 8, 64, 512)
    losses = [capacity.staircase_losses(training, validation, size) for size in sizes]
    on_training, on_validation = ([pair[part] for pair in losses] for part in (0, 1))
    assert all(on_training[i + 1] < on_training[i] + 1e-9 for i in range(3)), (
        f"the training losses for the sizes {sizes} are {on_training}: each bin is halved again, so they can only fall"
    )
    assert on_validation[1] < on_validation[0], (
        f"the validation losses for the sizes {sizes} are {on_validation}: one bin is too simple, 8 are better"
    )
    assert on_validation[1] < on_validation[3], (
        f"the validation losses for the sizes {sizes} are {on_validation}: 512 bins overfit, 8 are better"
    )


@pytest.mark.concept("fit.two-stage")
@pytest.mark.concept("fit.trade-off")
def test_both_stages_find_a_staircase_for_cars(device, cars):
    """Fuel use by weight: the staircase grows until it fits 250 cars, and shrinks to one better on 142 others."""
    weight, mpg = cars["weight"].to(device) / 6000, cars["mpg"].to(device)
    order = torch.randperm(392).to(device)
    training, validation = ((weight[some], mpg[some]) for some in (order[:250], order[250:]))

    def real(size: int) -> tuple[float, float]:
        return capacity.staircase_losses(training, validation, size)

    grown = capacity.grow(real, 1, 512, 16.0)
    chosen = capacity.choose_size(real, 1, 512, 16.0)
    assert 1 < chosen <= grown, f"grew to {grown} bins, and shrank to {chosen}"
    assert real(grown)[0] <= 16, f"{grown} bins have the training loss {real(grown)[0]:.3g}, more than 16"
    assert real(chosen)[1] <= real(grown)[1], f"{chosen} bins are worse than {grown} on cars that were held out"
