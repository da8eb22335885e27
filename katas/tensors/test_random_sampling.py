"""Draws from a distribution, and how to have them again.

The checks of means, standard deviations, shares and correlations allow 7 standard deviations of what chance does.
"""

import itertools
import math
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch

from dojo import check, draw
from katas.tensors import random_sampling

MANY = 20_000
SIGMAS = 7  # chance goes so far once in 400 thousand million draws
WITHIN_ONE = math.erf(math.sqrt(0.5))  # of a normal distribution, 68 % lie within one standard deviation


def generator_with(seed: int, device: torch.device) -> torch.Generator:
    return torch.Generator(device).manual_seed(seed)


@contextmanager
def global_generators_left_alone(device: torch.device) -> Iterator[None]:
    """Refuse the answer if the block seeds torch's global generators or draws from them."""
    __tracebackhide__ = True

    def states() -> list[torch.Tensor]:
        return [torch.get_rng_state(), *([torch.cuda.get_rng_state(device)] if device.type == "cuda" else [])]

    seed, before = torch.initial_seed(), states()
    yield
    assert torch.initial_seed() == seed, (
        "seeds torch's global generator, on which all other draws depend: make a torch.Generator and seed that one"
    )
    assert all(torch.equal(now, then) for now, then in zip(states(), before, strict=True)), (
        "draws from torch's global generator: pass generator= to the call that draws"
    )


def distances(draws: torch.Tensor) -> torch.Tensor:
    """Return the distances from 0, rounded so that equal draws stay equal after a little arithmetic."""
    return draws.double().flatten().abs().mul(1e6).round()


def mostly_alike(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Say whether more than half of the numbers of one are those of the other, in any order and with any sign."""
    return torch.isin(distances(one), distances(other)).double().mean().item() > 0.5


def assert_exact_in_none(samples: list[torch.Tensor], within: float) -> None:
    """Refuse samples of which each has exactly the mean 0, or exactly the standard deviation 1."""
    __tracebackhide__ = True
    samples = [sample.double() for sample in samples]
    assert max(abs(sample.mean().item()) for sample in samples) > within, (
        f"the mean of {samples[0].numel()} draws is exactly that of the distribution, time and again: "
        "the sample was standardized; leave the draws as they come"
    )
    for correction in (0, 1):
        assert max(abs(sample.std(correction=correction).item() - 1) for sample in samples) > within, (
            f"the standard deviation of {samples[0].numel()} draws is exactly that of the distribution, time and "
            "again: the sample was standardized; leave the draws as they come"
        )


def assert_none_repeated(draws: torch.Tensor) -> None:
    """Refuse thousands of draws around 0 of which many repeat or mirror others."""
    __tracebackhide__ = True
    count = draws.numel()
    repeated = int((distances(draws).sort().values.diff() == 0).sum())
    assert repeated < count // 5, (
        f"{repeated} of {count} draws appear more than once, or with the other sign: "
        "draw each element anew, instead of repeating or mirroring some"
    )


def assert_uncorrelated(draws: torch.Tensor) -> None:
    """Refuse thousands of draws of mean 0 and standard deviation 1 where one follows from another."""
    __tracebackhide__ = True
    draws = draws.double().flatten()
    count = draws.numel()
    for lag, words in ((1, "neighbours"), (count // 2, "the first half and the second half of the draws")):
        together = (draws[lag:] * draws[:-lag]).mean().item()
        assert abs(together) < SIGMAS / math.sqrt(count - lag), (
            f"{words} go together (correlation {together:.2f}): draw each element anew, and make none from another"
        )


def assert_normal(draws: torch.Tensor) -> None:
    """Refuse thousands of draws of mean 0 and standard deviation 1 that have another distribution than the normal."""
    __tracebackhide__ = True
    share, count = (draws.abs() <= 1).double().mean().item(), draws.numel()
    assert abs(share - WITHIN_ONE) < SIGMAS * math.sqrt(WITHIN_ONE * (1 - WITHIN_ONE) / count), (
        f"{share:.1%} of {count} draws lie within one standard deviation, in a normal distribution it is 68.3 %"
    )
    assert (draws.abs() > 3).any(), (
        f"none of {count} draws lies beyond three standard deviations, in a normal distribution 0.3 % do: "
        "leave out none, and clamp none"
    )


@pytest.mark.concept("ops.random")
def test_the_same_seed_gives_the_same_draws(device):
    """The same seed gives the same draws; another seed gives others."""
    shape, seed = draw.sizes(2), draw.integer(0, 10**6)
    first = random_sampling.seeded(shape, seed, device)
    check.tensor(first, shape=shape, dtype=torch.float32, device=device)
    torch.default_generator.manual_seed(seed + 2)  # the global generator plays no part
    again = random_sampling.seeded(shape, seed, device)
    assert torch.equal(first, again), (
        "two calls with the same seed gave different draws: the draws must come from a generator with this seed"
    )
    other = random_sampling.seeded(shape, seed + 1, device)
    assert not mostly_alike(first, other), "another seed gave the same draws: seed the generator with `seed`"
    kept = again.clone()
    first.zero_()
    again.zero_()
    assert torch.equal(random_sampling.seeded(shape, seed, device), kept), (
        "the first result was set to 0, and with it the next one of the same seed: make a new tensor on each call"
    )


@pytest.mark.concept("ops.random")
def test_each_seed_has_draws_of_its_own(device):
    """Each seed has draws of its own, 0 as well as 1, and the small as well as the large."""
    first = random_sampling.seeded((4, 3), 0, device)
    again = random_sampling.seeded((4, 3), 0, device)
    assert torch.equal(first, again), (
        "the seed 0 gave different draws each time: 0 is a seed, `if seed:` is not `is None`"
    )
    seeds = (0, 1, 2, 3, 1003, 10_003, 2**16 + 3, 10**6 + 3, 2**24 + 2, 2**24 + 3, 2**31 + 3, 2**32 - 1)
    draws = [random_sampling.seeded((4, 3), seed, device) for seed in seeds]
    for (seed, one), (other_seed, other) in itertools.combinations(zip(seeds, draws, strict=True), 2):
        assert not torch.equal(one, other), (
            f"the seeds {seed} and {other_seed} gave the same draws: pass the seed on as it is"
        )


@pytest.mark.concept("ops.random")
def test_a_seed_of_ones_own_leaves_the_global_generator_alone(device):
    """A generator of one's own leaves torch's global generator, and so everyone else's draws, as they were."""
    shape, seed = draw.sizes(2), draw.integer(0, 10**6)
    with global_generators_left_alone(device):
        random_sampling.seeded(shape, seed, device)


@pytest.mark.concept("ops.random")
def test_randn_draws_from_the_standard_normal_distribution(device):
    """Standard normal draws have mean 0 and standard deviation 1, and 68 % of them lie between -1 and 1."""
    draws = random_sampling.seeded((100, MANY // 100), draw.integer(0, 10**6), device)
    check.tensor(draws, shape=(100, MANY // 100), dtype=torch.float32, device=device)
    assert_none_repeated(draws)
    check.close(
        draws.double().mean().item(),
        0.0,
        atol=SIGMAS / math.sqrt(MANY),
        what="the mean of 20,000 draws",
        mistakes={"these are uniform draws from 0 to 1: rand is uniform, randn is normal": 0.5},
    )
    check.close(
        draws.double().std().item(),
        1.0,
        atol=SIGMAS / math.sqrt(2 * MANY),
        what="the standard deviation of 20,000 draws",
    )
    assert_normal(draws)
    assert_uncorrelated(draws)


@pytest.mark.concept("ops.random")
def test_generators_of_one_seed_give_the_same_draws(device):
    """Who hands over a generator decides the draws: two generators of one seed give the same."""
    shape, seed = draw.sizes(2), draw.integer(0, 10**6)
    generator = generator_with(seed, device)
    first = random_sampling.normal(shape, 1.0, 2.0, generator)
    check.tensor(first, shape=shape, dtype=torch.float32, device=device)
    generator = generator_with(seed, device)
    again = random_sampling.normal(shape, 1.0, 2.0, generator)
    assert torch.equal(first, again), (
        "two generators of the same seed gave different draws: draw from the generator that was passed"
    )
    kept = again.clone()
    first.zero_()
    again.zero_()
    generator = generator_with(seed, device)
    first = random_sampling.normal(shape, 1.0, 2.0, generator)
    assert torch.equal(first, kept), (
        "earlier results were set to 0, and with them the next one from this seed: make a new tensor on each call"
    )
    generator = generator_with(seed + 1, device)
    other = random_sampling.normal(shape, 1.0, 2.0, generator)
    assert not torch.equal(first, other), (
        "a generator of another seed gave the same draws: the seed of the generator must decide them"
    )


@pytest.mark.concept("ops.random")
def test_each_draw_moves_the_generator_on(device):
    """A generator moves on with each draw: the second call with it gives other numbers than the first."""
    shape, seed = draw.sizes(2), draw.integer(0, 10**6)
    generator = generator_with(seed, device)
    first = random_sampling.normal(shape, 1.0, 2.0, generator)
    second = random_sampling.normal(shape, 1.0, 2.0, generator)
    assert not mostly_alike(first - 1, second - 1), (
        "a second call with the same generator gave the same draws: draw from the generator itself, "
        "neither from a copy of it nor after seeding it again"
    )


@pytest.mark.concept("ops.random")
def test_a_generator_that_is_passed_is_the_only_one_used(device):
    """Drawing from a generator leaves torch's global generator where it was."""
    generator = generator_with(draw.integer(0, 10**6), device)
    shape = draw.sizes(2)
    with global_generators_left_alone(device):
        random_sampling.normal(shape, 1.0, 2.0, generator)


@pytest.mark.concept("ops.random")
@pytest.mark.parametrize(("mean", "std"), [(5.0, 3.0), (-40.0, 0.25), (0.0, 20.0)])
def test_the_mean_and_the_standard_deviation_are_those_of_the_distribution(device, mean, std):
    """normal() takes the standard deviation, not the variance; both it and the mean are near those of many draws."""
    generator = generator_with(draw.integer(0, 10**6), device)
    draws = random_sampling.normal((MANY,), mean, std, generator)
    check.tensor(draws, shape=(MANY,), dtype=torch.float32, device=device)
    check.close(
        draws.double().std().item(),
        std,
        rtol=SIGMAS / math.sqrt(2 * MANY),
        what="the standard deviation of 20,000 draws",
        mistakes={
            "one number was drawn and repeated: draw each element anew": 0.0,
            "the standard deviation is left out: it multiplies draws of standard deviation 1": 1.0,
            "std was taken for the variance: no square root is needed": math.sqrt(std),
            "std was squared: normal() takes the standard deviation, not the variance": std**2,
            "mean and standard deviation are swapped": abs(mean),
        },
    )
    check.close(
        draws.double().mean().item(),
        mean,
        atol=SIGMAS * std / math.sqrt(MANY),
        what="the mean of 20,000 draws",
        mistakes={
            "the mean is left out: add it to draws of mean 0": 0.0,
            "the mean was multiplied by the standard deviation: multiply first, then add the mean": mean * std,
            "mean and standard deviation are swapped": std,
        },
    )
    scaled = (draws.double() - mean) / std
    assert_normal(scaled)
    assert_none_repeated(scaled)
    assert_uncorrelated(scaled)


@pytest.mark.concept("ops.random")
def test_a_sample_has_a_mean_of_its_own(device):
    """The mean is that of the distribution: a sample's own mean scatters around it."""
    seed = draw.integer(0, 10**6)
    generator = generator_with(seed, device)
    assert_exact_in_none([random_sampling.normal((6,), 0.0, 1.0, generator) for _ in range(4)], within=1e-4)
    assert_exact_in_none([random_sampling.seeded((6,), seed + i, device) for i in range(4)], within=1e-4)


@pytest.mark.concept("ops.random")
def test_draws_come_in_any_shape(device):
    """Draws come in any shape: without axes, with empty axes, with many; and a list is a shape too."""
    generator = generator_with(draw.integer(0, 10**6), device)
    for shape in ((), (0, 3), (3, 0), (1,), (1, 1), draw.sizes(4), [3, 2], torch.Size([5])):
        for draws in (
            random_sampling.seeded(shape, 3, device),
            random_sampling.normal(shape, -1.0, 2.0, generator),
        ):
            check.tensor(draws, shape=shape, dtype=torch.float32, device=device)
            assert draws.isfinite().all(), f"gave {draws.tolist()} for the shape {shape}: one draw is a number too"


@pytest.mark.concept("ops.random")
def test_a_standard_deviation_of_0_leaves_the_mean(device):
    """With a standard deviation of 0, there is nothing random about a draw."""
    generator = generator_with(draw.integer(0, 10**6), device)
    shape = draw.sizes(2)
    draws = random_sampling.normal(shape, 2.5, 0.0, generator)
    check.equal(draws, torch.full(shape, 2.5, device=device))


@pytest.mark.concept("ops.random")
def test_noise_comes_from_the_generator_that_is_passed(device):
    """Noise can be repeated too: it comes from the generator that is passed, and from no other."""
    n, m = draw.sizes(2, low=3)
    x = draw.normal((n, m), device=device, dtype=torch.float64)
    std = torch.ones(m, device=device, dtype=torch.float64)
    seed = draw.integer(0, 10**6)
    generator = generator_with(seed, device)
    with check.unchanged(x, std):
        first = random_sampling.add_noise(x, std, generator)
    check.tensor(first, shape=(n, m), dtype=torch.float64, device=device)
    second = random_sampling.add_noise(x, std, generator)
    generator = generator_with(seed, device)
    again = random_sampling.add_noise(x, std, generator)
    assert torch.equal(first, again), (
        "two generators of the same seed gave different noise: draw from the generator that was passed"
    )
    other = random_sampling.add_noise(x, std, generator_with(seed + 1, device))
    assert not torch.equal(first, other), "a generator of another seed gave the same result: where is the noise?"
    assert not mostly_alike(first - x, second - x), (
        "a second call with the same generator gave the same noise: draw from the generator itself, "
        "neither from a copy of it nor after seeding it again"
    )
    with global_generators_left_alone(device):
        random_sampling.add_noise(x, std, generator)


@pytest.mark.concept("ops.random")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
@pytest.mark.parametrize("rows", [5, 3], ids=["oblong", "square"])
def test_noise_of_standard_deviation_0_changes_nothing(device, layout, rows):
    """Where the standard deviation is 0, an element stays what it was, to the last digit."""
    x = draw.laid_out(draw.normal((rows, 3), device=device, dtype=torch.float64), layout)
    std = torch.tensor([0.0, 3.0, 0.0], device=device, dtype=torch.float64)
    with check.unchanged(x, std):
        noisy = random_sampling.add_noise(x, std, generator_with(draw.integer(0, 10**6), device))
    check.tensor(noisy, shape=(rows, 3), dtype=torch.float64, device=device)
    assert not torch.equal(noisy[:, ::2], x[:, ::2].float().double()), (
        "the elements went through float32, and lost digits: keep the dtype all the way"
    )
    assert torch.equal(noisy[:, ::2], x[:, ::2]), "columns where the standard deviation is 0 are not those of x: " + (
        "this is the noise alone, x is to be added" if not noisy[:, ::2].any() else "std[j] belongs to column j"
    )


@pytest.mark.concept("ops.random")
@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_noise_can_be_added_to_a_matrix_of_any_size_and_floating_dtype(device, dtype):
    """Noise has the shape and the dtype of what it is added to, be it one row, one column or no row."""
    generator = generator_with(draw.integer(0, 10**6), device)
    for n, m in ((1, 4), (4, 1), (1, 1), (0, 3)):
        x, std = torch.zeros(n, m, dtype=dtype, device=device), torch.ones(m, dtype=dtype, device=device)
        noisy = random_sampling.add_noise(x, std, generator)
        check.tensor(noisy, shape=(n, m), dtype=dtype, device=device)
        assert noisy.isfinite().all(), f"gave {noisy.tolist()} for a matrix of zeros: one draw is a number too"
        assert n * m < 2 or noisy.any(), (
            "a matrix of zeros stayed as it was: noise is added to x, and how large it is does not depend on x"
        )


@pytest.mark.concept("ops.random")
def test_each_column_has_noise_of_its_own_standard_deviation(device):
    """Draws of standard deviation 1, times std, have standard deviation std: here another one for each column."""
    x = 100 + draw.normal((MANY // 4, 3), device=device, dtype=torch.float64)
    std = torch.tensor([0.25, 3.0, 10.0], device=device, dtype=torch.float64)
    noisy = random_sampling.add_noise(x, std, generator_with(draw.integer(0, 10**6), device))
    check.tensor(noisy, shape=x.shape, dtype=x.dtype, device=device)
    noise = noisy - x
    sizes = x.square().mean(dim=0).sqrt()
    check.close(
        noise.std(dim=0),
        std,
        rtol=SIGMAS / math.sqrt(2 * len(x)),
        atol=1e-9,
        what="the standard deviation of the noise in each column",
        mistakes={
            "the same noise was added to each row: draw it for each element": torch.zeros_like(std),
            "the noise grows with x: std is its standard deviation, not a share of x": std * sizes,
            "std was squared: it is the standard deviation already": std**2,
            "this is the square root of std: it is the standard deviation, not the variance": std.sqrt(),
            "std is left out": torch.ones_like(std),
            "the noise is uniform, from 0 to std: rand is uniform, randn is normal": std / math.sqrt(12),
        },
    )
    check.close(
        noise.mean(dim=0) / std,
        torch.zeros_like(std),
        atol=SIGMAS / math.sqrt(len(x)),
        what="the mean of the noise in each column, in standard deviations,",
    )
    scaled = noise / std
    for one, other in itertools.combinations(range(3), 2):
        together = (scaled[:, one] * scaled[:, other]).mean().abs().item()
        assert together < SIGMAS / math.sqrt(len(x)), (
            f"the noise in columns {one} and {other} goes together (correlation {together:.2f}): "
            "draw it for each element, not for each row"
        )
    assert_normal(scaled)
    assert_none_repeated(scaled)
    for column in scaled.T:
        assert_uncorrelated(column)
    assert_exact_in_none([scaled], within=1e-12)
    assert_exact_in_none(list(scaled.T), within=1e-9)
