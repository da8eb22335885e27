"""Stochastic gradient descent shuffles, and the noise of its mini-batches is good for something."""

import math
from itertools import chain, combinations, pairwise

import pytest
import torch

from dojo import check, draw
from katas.training import sgd

Tensor = torch.Tensor

RATE = 0.1
ANEW = "each epoch comes in an order of its own: shuffle inside of the loop over the epochs"


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def seed() -> int:
    return draw.integer(0, 10**6)


def numbered(n: int, device, dtype=torch.float32) -> Tensor:
    """Return samples of two numbers each: the sample's own number i, and 1000 + i."""
    return torch.stack([torch.arange(n), torch.arange(n) + 1000], dim=1).to(device, dtype)


def batches_of(samples: Tensor, size: int, by: torch.Generator) -> list[Tensor]:
    """Return the mini-batches as a list, whatever the answer gives them in."""
    __tracebackhide__ = True
    result = sgd.minibatches(samples, size, by)
    assert result is not None, "gave None, expected a list of tensors: is there a `return`?"
    return list(result)


def numbers(batches: list[Tensor]) -> list[list[int]]:
    """Return the numbers of the samples in each mini-batch of ``numbered`` samples."""
    __tracebackhide__ = True
    shapes = [tuple(check.tensor(batch, what="a mini-batch").shape) for batch in batches]
    assert all(len(shape) == 2 and shape[1] == 2 for shape in shapes), (
        f"of samples with two numbers, the mini-batches have shapes {shapes}: these are indices, or parts of samples"
    )
    rows = [batch.tolist() for batch in batches]
    assert all(second == first + 1000 for first, second in chain(*rows)), (
        "numbers of different samples are side by side now: a sample stays whole, shuffle along axis 0 only"
    )
    return [[int(first) for first, _ in part] for part in rows]


@pytest.mark.concept("loop.sgd-shuffle")
@pytest.mark.parametrize(("n", "size"), [(11, 4), (12, 3), (7, 5), (5, 8), (1, 1), (6, 1)])
def test_every_sample_is_in_one_mini_batch_of_the_epoch(device, n, size):
    """In an epoch, every sample comes exactly once; what is left over makes a smaller last mini-batch."""
    samples = numbered(n, device)
    with (
        check.unchanged(samples),
        check.built_without_package("torch.utils.data", instead="shuffle and cut the samples yourself"),
    ):
        batches = batches_of(samples, size, generator(seed()))
    parts = numbers(batches)
    lengths = [len(part) for part in parts]
    expected = [min(size, n - start) for start in range(0, n, size)]
    assert lengths != expected[: n // size] or n % size == 0, (
        f"{n} samples in mini-batches of {size} gave the sizes {lengths}: what is left over makes a smaller mini-batch"
    )
    check.equal(
        lengths,
        expected,
        what=f"of {n} samples with size {size}, the list of the mini-batches' sizes",
        mistakes={
            "size is not the number of mini-batches, it is the number of samples in each": lambda: [
                len(part) for part in torch.arange(n).chunk(size)
            ],
            "chunk() makes mini-batches of about one size; each but the last has size samples": lambda: [
                len(part) for part in torch.arange(n).chunk(len(expected))
            ],
            "the last mini-batch was filled up: it has what is left": [size] * len(expected),
            "the smaller mini-batch comes last: shuffle the samples, then cut": (
                lengths if sorted(lengths) == sorted(expected) else None
            ),
        },
    )
    order = list(chain(*parts))
    missing = sorted(set(range(n)) - set(order))
    assert not missing, f"of {n} samples, {missing} are missing and some come twice: draw an order, not single samples"


@pytest.mark.concept("loop.sgd-shuffle")
@pytest.mark.parametrize("dtype", [torch.float64, torch.int64, torch.float32], ids=str)
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_mini_batches_are_of_the_kind_of_the_samples(device, dtype, layout):
    """Samples may have any shape and lie anywhere; the generator lies on the CPU, and the order is moved to them."""
    for shape in ((7,), (7, 3), (7, 2, 4)):
        samples = draw.laid_out(draw.distinct(shape, device=device, dtype=dtype), layout)
        with check.unchanged(samples):
            batches = batches_of(samples, 3, generator(seed()))
        for batch, length in zip(batches, (3, 3, 1), strict=True):
            check.tensor(batch, shape=(length, *shape[1:]), dtype=dtype, device=device, what="a mini-batch")
        rows = sorted(batch.reshape(len(batch), -1).tolist() for batch in batches)
        check.equal(
            sorted(chain(*rows)),
            sorted(samples.reshape(7, -1).tolist()),
            what="all rows of the mini-batches, sorted,",
        )


@pytest.mark.concept("loop.sgd-shuffle")
def test_the_samples_are_shuffled(device):
    """Neighbours in the data set are no neighbours in the epoch, but by chance."""
    n, size = 60, 6
    parts = numbers(batches_of(numbered(n, device), size, generator(seed())))
    order = list(chain(*parts))
    assert order != list(range(n)), "the samples come in the order in which they were: shuffle them"
    together = [sorted(part) for part in parts]
    chunks = [list(range(start, start + size)) for start in range(0, n, size)]
    assert sorted(together) != chunks, (
        "the same samples are together in each epoch, those that are neighbours: shuffle the samples, then cut"
    )
    # Of all orders, fewer than one in 10^12 keep 20 pairs of neighbours.
    pairs = sum(abs(one - other) == 1 for one, other in pairwise(order))
    assert pairs < 20, f"{pairs} of {n} samples follow each other as before, or in reverse: draw one of all orders"


@pytest.mark.concept("loop.sgd-shuffle")
def test_each_epoch_has_another_order(device):
    """A generator moves on, so that the next epoch has another order and other mini-batches."""
    samples, one = numbered(40, device), generator(seed())
    first, second = (numbers(batches_of(samples, 8, one)) for _ in range(2))
    assert first != second, "the next epoch has the same order: use the generator as it is, and do not seed it again"
    assert sorted(map(sorted, first)) != sorted(map(sorted, second)), (
        "the same samples are together in each epoch: shuffle the samples, then cut"
    )


@pytest.mark.concept("loop.sgd-shuffle")
def test_the_same_seed_gives_the_same_epochs(device):
    """Whoever passes the generator decides: the same seed gives the same orders, and another seed others."""
    samples, number = numbered(40, device), seed()
    state = torch.get_rng_state()
    one, again, other = generator(number), generator(number), generator(number + 1)
    first = [numbers(batches_of(samples, 8, one)) for _ in range(2)]
    repeated = [numbers(batches_of(samples, 8, again)) for _ in range(2)]
    assert first == repeated, "the same seed gave other orders: draw from the generator that is given, and nothing else"
    assert numbers(batches_of(samples, 8, other)) != first[0], "another seed gave the same order"
    assert torch.equal(torch.get_rng_state(), state), (
        "torch's global generator has moved, or was seeded: torch.randperm() takes the generator that is given"
    )


@pytest.mark.concept("loop.sgd-shuffle")
def test_all_orders_are_equally_likely(device):
    """Shuffled means that any order is as likely as any other, and each sample as likely at any place."""
    samples, one, draws = numbered(5, device), generator(seed()), 300
    counts = [[0] * 5 for _ in range(5)]
    orders = [list(chain(*numbers(batches_of(samples, 2, one)))) for _ in range(draws)]
    for order in orders:
        for place, number in enumerate(order):
            counts[number][place] += 1
    # Each is 60 in the mean, with a standard deviation of 7.
    most = max(chain(*counts))
    number = next(number for number in range(5) if most in counts[number])
    assert most < 116, (
        f"in {draws} epochs of 5 samples, sample {number} came {most} times at place {counts[number].index(most)}, "
        "expected about 60 times: all places are equally likely"
    )
    assert min(chain(*counts)) > 10, f"in {draws} epochs of 5 samples, some never came at some places: {counts}"
    # 1500 are expected, with a standard deviation of 35.
    kept = sum(first < second for order in orders for first, second in combinations(order, 2))
    assert 1310 < kept < 1690, (
        f"in {draws} epochs of 5 samples, {kept} of {10 * draws} pairs came in the order of the data set, expected "
        "about half: are there ties, that leave neighbours as they were?"
    )
    different = len(set(map(tuple, orders)))  # 110 of 120 are expected, with a standard deviation of 3
    assert different > 85, f"in {draws} epochs of 5 samples, only {different} of the 120 orders came"


class Descent:
    """Samples, a parameter, and a loss that notes the mini-batches it sees."""

    def __init__(self, device, n: int = 7, dtype=torch.float64) -> None:
        values = draw.normal((n, 2), device=device, dtype=dtype)
        self.samples = torch.cat([torch.arange(n, device=device, dtype=dtype).unsqueeze(1) / n, values], dim=1)
        self.parameter = draw.normal((3,), device=device, dtype=dtype).requires_grad_()
        self.start = self.parameter.detach().clone()
        self.seen: list[Tensor] = []

    def __repr__(self) -> str:
        return f"{len(self.samples)} samples, a parameter, and a loss that notes the mini-batches it sees"

    def loss(self, batch: Tensor) -> Tensor:
        self.seen.append(batch.detach().clone())
        return ((batch @ self.parameter - 2) ** 2).mean()

    def run(self, size: int, epochs: int, number: int) -> None:
        __tracebackhide__ = True
        sgd.descend(self.loss, self.parameter, self.samples, size, RATE, epochs, generator(number))

    def orders(self) -> list[list[int]]:
        """Return the numbers of the samples in each mini-batch that was seen."""
        n = len(self.samples)
        return [[round(value * n) for value in batch[:, 0].tolist()] for batch in self.seen]

    def after(self, left: float = 0.0, share=lambda _: 1.0, every: int = 1) -> Tensor:
        """Return the parameter after steps for the mini-batches that were seen.

        Args:
            left: what share of the gradient of the mini-batch before joins in.
            share: what each gradient is multiplied by, for a mini-batch.
            every: after how many mini-batches there is a step, by the sum of their gradients.
        """
        at, gradient = self.start, torch.zeros_like(self.start)
        for step, batch in enumerate(self.seen, start=1):
            new = share(batch) * 2 / len(batch) * (batch.T @ (batch @ at - 2))
            gradient = new + (left if every == 1 else float(step % every != 1)) * gradient
            if step % every == 0:
                at = at - RATE * gradient
        return at

    def with_momentum(self) -> Tensor:
        at, velocity = self.start, torch.zeros_like(self.start)
        for batch in self.seen:
            velocity = 0.9 * velocity + 2 / len(batch) * (batch.T @ (batch @ at - 2))
            at = at - RATE * velocity
        return at


@pytest.mark.concept("loop.sgd-shuffle")
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("epochs", [1, 3, 0])
def test_each_mini_batch_makes_a_step(device, dtype, epochs):
    """Each mini-batch changes the parameter by its own gradient, measured where the one before has left it."""
    problem = Descent(device, dtype=dtype)
    memory = problem.parameter.data_ptr()
    with check.unchanged(problem.samples):
        problem.run(3, epochs, seed())
    lengths = [len(batch) for batch in problem.seen]
    assert lengths == [3, 3, 1] * epochs, (
        f"the loss was asked for mini-batches of sizes {lengths}, expected {[3, 3, 1] * epochs}: of 7 samples, with "
        f"size 3, in {epochs} epoch{'s' * (epochs != 1)}, once for each mini-batch"
    )
    assert torch.is_grad_enabled(), "the recording of gradients is switched off now, for all that follows"
    check.tensor(problem.parameter, requires_grad=True, device=device, what="the parameter, which stays a leaf,")
    assert problem.parameter.is_leaf, "the parameter is no leaf any more: change it in place under torch.no_grad()"
    check.close(
        problem.parameter.detach(),
        problem.after(),
        what=f"after {epochs} epoch{'s' * (epochs != 1)}, the parameter",
        rtol=1e-4 if dtype is torch.float32 else 1e-9,
        atol=1e-4 if dtype is torch.float32 else 1e-9,
        mistakes={
            "the parameter has its old elements: change it in place": problem.start,
            "the gradients were never cleared, and add up: clear them before each mini-batch": lambda: problem.after(
                left=1.0
            ),
            "there was one step an epoch, by the sum of the gradients of its mini-batches: step after each": lambda: (
                problem.after(every=3)
            ),
            "this went uphill: subtract the gradient": lambda: problem.after(share=lambda _: -1.0),
            "the loss is already the mean over the mini-batch: do not divide it again": lambda: problem.after(
                share=lambda batch: 1 / len(batch)
            ),
            "the loss is the mean over the mini-batch, and is not to be multiplied by its size": lambda: problem.after(
                share=len
            ),
            "this is a descent with momentum: each step goes by the gradient alone": problem.with_momentum,
        },
    )
    assert problem.parameter.data_ptr() == memory, "the parameter has other memory now: change it in place"


@pytest.mark.concept("loop.sgd-shuffle")
def test_the_descent_shuffles_anew_in_each_epoch(device):
    """Every sample comes once an epoch, and each epoch in another order."""
    problem = Descent(device, n=30)
    problem.samples = draw.laid_out(problem.samples, "sliced")
    problem.run(4, 3, seed())
    orders = problem.orders()
    assert len(orders) == 24, f"asked for {len(orders)} losses in 3 epochs of 8 mini-batches: once for each mini-batch"
    epochs = [list(chain(*orders[start : start + 8])) for start in (0, 8, 16)]
    for epoch in epochs:
        assert sorted(epoch) == list(range(30)), f"in an epoch, each of the 30 samples comes once; here came {epoch}"
        assert epoch != list(range(30)), f"the samples came in the order in which they were; {ANEW}"
    assert epochs[0] != epochs[1] != epochs[2], f"the samples came in the same order again; {ANEW}"


@pytest.mark.concept("loop.sgd-shuffle")
def test_the_generator_decides_on_the_descent(device):
    """The same seed gives the same descent again: the generator decides on the orders, and nothing else does."""
    number = seed()
    one = Descent(device, n=30)
    runs = []
    for this in (number, number, number + 1):
        with torch.no_grad():
            one.parameter.copy_(one.start)
        one.seen = []
        one.run(4, 2, this)
        runs.append(one.orders())
    assert runs[0] == runs[1], "the same seed gave another descent: the generator decides on the orders, nothing else"
    assert runs[0] != runs[2], "another seed gave the same descent: the generator decides on the orders, nothing else"


@pytest.mark.concept("loop.sgd-shuffle")
def test_gradients_from_before_play_no_part(device):
    """Clear the gradient before the first backward(), for there may be one left."""
    problem = Descent(device)
    problem.parameter.grad = torch.full_like(problem.start, math.nan)
    problem.run(3, 2, seed())
    what = "with NaN in the gradient that was left from before the call, the parameter"
    check.close(problem.parameter.detach(), problem.after(), what=what)


class Dent:
    """A wide bowl with its minimum at 0, a narrow dent in it at 4, and samples that pull to the left or to the right.

    The loss of a sample is min(w^2 / 2, 7 + 4 (w - 4)^2) + pull * w. The pulls are 6 and -6 for half of the samples
    each, so that they cancel each other in the whole set. The dent reaches from 3.8 to 5.3.
    """

    def __init__(self, device) -> None:
        self.pulls = torch.tensor([6.0, -6.0] * 32, device=device, dtype=torch.float64)
        self.w = torch.tensor(4.1, device=device, dtype=torch.float64, requires_grad=True)
        self.by = generator(seed())

    def loss(self, pulls: Tensor) -> Tensor:
        return torch.minimum(self.w**2 / 2, 7 + 4 * (self.w - 4) ** 2) + (pulls * self.w).mean()

    def run(self, size: int, epochs: int) -> float:
        """Return where the parameter is after further epochs."""
        __tracebackhide__ = True
        sgd.descend(self.loss, self.w, self.pulls, size, RATE, epochs, self.by)
        return self.w.item()


@pytest.mark.concept("loop.sgd-noise")
def test_descent_on_the_whole_set_stays_in_a_poor_minimum(device):
    """On the whole set the gradient is exact, and at the bottom of a dent it is 0: the descent stays there."""
    check.close(Dent(device).run(64, 40), 4.0, what="40 steps on the whole set lead into the poor minimum at 4; w")


@pytest.mark.concept("loop.sgd-noise")
def test_the_noise_of_mini_batches_leaves_a_poor_minimum(device):
    """Mini-batches of 4 push the parameter out of the narrow dent, and not out of the wide bowl."""
    dent = Dent(device)
    noisy = dent.run(4, 4)
    settled = dent.run(64, 40)
    assert abs(settled) < 0.1, (
        f"4 epochs of mini-batches of 4 led from 4.1 to {noisy:.3g}, and steps on the whole set to {settled:.3g}; "
        "expected 0, the good minimum: steps by the gradients of single mini-batches leave the dent at 4"
    )
