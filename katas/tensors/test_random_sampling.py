"""Draws from a distribution, and how to have them again.

The checks of means, standard deviations and shares allow at least 6 standard deviations of what chance does to them.
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


def share_within_one(draws: torch.Tensor, mean: float, std: float) -> float:
    """Return the share of the draws that lie within one standard deviation of the mean."""
    return ((draws - mean).abs() <= std).double().mean().item()


@pytest.mark.concept("ops.random")
def test_the_same_seed_gives_the_same_draws(device):
    """The same seed gives the same draws; another seed gives others."""
    shape, seed = draw.sizes(2), draw.integer(0, 10**6)
    first = random_sampling.seeded(shape, seed, device)
    check.tensor(first, shape=shape, dtype=torch.float32, device=device)
    again = random_sampling.seeded(shape, seed, device)
    assert torch.equal(first, again), (
        "two calls with the same seed gave different draws: the draws must come from a generator with this seed"
    )
    other = random_sampling.seeded(shape, seed + 1, device)
    assert not torch.equal(first, other), "another seed gave the same draws: seed the generator with `seed`"


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
    repeated = MANY - draws.unique().numel()
    assert repeated < MANY // 50, (
        f"{repeated} of {MANY} draws appear more than once: draw each element anew, instead of repeating some"
    )
    check.close(
        draws.double().mean().item(),
        0.0,
        atol=6 / math.sqrt(MANY),
        what="the mean of 20,000 draws",
        mistakes={"these are uniform draws from 0 to 1: rand is uniform, randn is normal": 0.5},
    )
    check.close(
        draws.double().std().item(),
        1.0,
        atol=6 / math.sqrt(2 * MANY),
        what="the standard deviation of 20,000 draws",
    )
    share = share_within_one(draws, 0.0, 1.0)
    assert abs(share - WITHIN_ONE) < 0.02, (
        f"{share:.1%} of 20,000 draws lie within one standard deviation, in a normal distribution it is 68.3 %"
    )


@pytest.mark.concept("ops.random")
def test_draws_come_in_any_shape(device):
    """Draws come in any shape: without axes, with empty axes, with many."""
    for shape in ((), (0, 3), (1,), draw.sizes(4)):
        check.tensor(random_sampling.seeded(shape, 3, device), shape=shape, dtype=torch.float32, device=device)


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
    assert not torch.equal(first, second), (
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
@pytest.mark.parametrize(("mean", "std"), [(5.0, 3.0), (-40.0, 0.25)])
def test_the_mean_and_the_standard_deviation_are_those_of_the_distribution(device, mean, std):
    """normal() takes the standard deviation, not the variance; both it and the mean are near those of many draws."""
    generator = generator_with(draw.integer(0, 10**6), device)
    draws = random_sampling.normal((MANY,), mean, std, generator)
    check.tensor(draws, shape=(MANY,), dtype=torch.float32, device=device)
    check.close(
        draws.double().std().item(),
        std,
        rtol=6 / math.sqrt(2 * MANY),
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
        atol=6 * std / math.sqrt(MANY),
        what="the mean of 20,000 draws",
        mistakes={
            "the mean is left out: add it to draws of mean 0": 0.0,
            "the mean was multiplied by the standard deviation: multiply first, then add the mean": mean * std,
            "mean and standard deviation are swapped": std,
        },
    )
    share = share_within_one(draws, mean, std)
    assert abs(share - WITHIN_ONE) < 0.02, (
        f"{share:.1%} of 20,000 draws lie within one standard deviation, in a normal distribution it is 68.3 %"
    )


@pytest.mark.concept("ops.random")
def test_a_sample_has_a_mean_of_its_own(device):
    """The mean is that of the distribution: a sample's own mean scatters around it."""
    generator = generator_with(draw.integer(0, 10**6), device)
    gaps = [random_sampling.normal((4,), 0.0, 1.0, generator).mean().abs().item() for _ in range(4)]
    assert max(gaps) > 1e-4, (
        "four samples of 4 draws each have exactly the mean 0: the sample was standardized; "
        "leave the draws as they come"
    )


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
    n, m = draw.sizes(2)
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
    assert not torch.equal(first, second), (
        "a second call with the same generator gave the same noise: draw from the generator itself, "
        "neither from a copy of it nor after seeding it again"
    )
    with global_generators_left_alone(device):
        random_sampling.add_noise(x, std, generator)


@pytest.mark.concept("ops.random")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_noise_of_standard_deviation_0_changes_nothing(device, layout):
    """Where the standard deviation is 0, an element stays what it was, to the last digit."""
    x = draw.laid_out(draw.normal((5, 3), device=device), layout)
    std = torch.tensor([0.0, 3.0, 0.0], device=device)
    noisy = random_sampling.add_noise(x, std, generator_with(draw.integer(0, 10**6), device))
    check.tensor(noisy, shape=(5, 3), dtype=torch.float32, device=device)
    assert torch.equal(noisy[:, ::2], x[:, ::2]), "columns where the standard deviation is 0 are not those of x: " + (
        "this is the noise alone, x is to be added" if not noisy[:, ::2].any() else "std[j] belongs to column j"
    )


@pytest.mark.concept("ops.random")
def test_each_column_has_noise_of_its_own_standard_deviation(device):
    """Draws of standard deviation 1, times std, have standard deviation std: here another one for each column."""
    x = draw.normal((MANY // 4, 3), device=device, dtype=torch.float64)
    std = torch.tensor([0.25, 3.0, 10.0], device=device, dtype=torch.float64)
    noisy = random_sampling.add_noise(x, std, generator_with(draw.integer(0, 10**6), device))
    check.tensor(noisy, shape=x.shape, dtype=x.dtype, device=device)
    noise = noisy - x
    check.close(
        noise.std(dim=0),
        std,
        rtol=6 / math.sqrt(2 * len(x)),
        atol=1e-9,
        what="the standard deviation of the noise in each column",
        mistakes={
            "the same noise was added to each row: draw it for each element": torch.zeros_like(std),
            "std was squared: it is the standard deviation already": std**2,
            "this is the square root of std: it is the standard deviation, not the variance": std.sqrt(),
            "std is left out": torch.ones_like(std),
            "the noise is uniform, from 0 to std: rand is uniform, randn is normal": std / math.sqrt(12),
        },
    )
    check.close(
        noise.mean(dim=0) / std,
        torch.zeros_like(std),
        atol=6 / math.sqrt(len(x)),
        what="the mean of the noise in each column, in standard deviations,",
    )
    scaled = noise / std
    for one, other in itertools.combinations(range(3), 2):
        together = (scaled[:, one] * scaled[:, other]).mean().abs().item()
        assert together < 6 / math.sqrt(len(x)), (
            f"the noise in columns {one} and {other} goes together (correlation {together:.2f}): "
            "draw it for each element, not for each row"
        )
