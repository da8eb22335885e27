"""An update can come once an epoch, after every sample, or after every mini-batch."""

import math
from collections.abc import Callable, Iterable, Sequence

import pytest
import torch

from dojo import check, draw
from katas.training import update_schedules

Tensor = torch.Tensor

RATE = 0.05
NAMES = ("full_batch", "per_sample", "mini_batch")


class Counted(torch.optim.SGD):
    """SGD that counts its steps."""

    steps = 0

    def step(self, closure=None):
        self.steps += 1
        return super().step(closure)


class Problem:
    """Samples, a linear model with a bias that is far off, its loss for one sample, and an optimiser."""

    def __init__(self, device, count: int, dtype=torch.float64, momentum: float = 0.0) -> None:
        self.samples = []
        for number in range(count):
            inputs = draw.normal((2,), device=device, dtype=dtype)
            self.samples.append((inputs, draw.normal((), device=device, dtype=dtype) + 4 + number))
        self.weight = draw.normal((2,), device=device, dtype=dtype).requires_grad_()
        self.bias = draw.normal((), device=device, dtype=dtype).requires_grad_()
        self.start = self.parameters()
        self.asked: list[int] = []
        self.optimizer = Counted([self.weight, self.bias], RATE, momentum=momentum)
        self.momentum = momentum

    def __repr__(self) -> str:
        return f"a linear model with 2 weights and a bias, and {len(self.samples)} samples"

    def loss(self, sample) -> Tensor:
        inputs, target = sample
        self.asked.append(next(place for place, (x, _) in enumerate(self.samples) if x is inputs))
        return (inputs @ self.weight + self.bias - target) ** 2

    def parameters(self) -> Tensor:
        """Return weights and bias in one vector."""
        return torch.cat([self.weight.detach(), self.bias.detach().reshape(1)])

    def slope(self, place: int, at: Tensor) -> Tensor:
        """Return the gradient of one sample's loss, worked out by hand."""
        inputs, target = self.samples[place]
        ones = torch.cat([inputs, torch.ones_like(inputs[:1])])
        return 2 * (ones @ at - target) * ones

    def after(
        self,
        batches: Iterable[Sequence[int]],
        share: Callable[[Sequence[int]], float] = lambda batch: 1 / len(batch),
        left: Callable[[int], float] = lambda _: 0.0,
    ) -> Tensor:
        """Return the parameters after a step for each batch, whose gradients weigh ``share``.

        Of the gradient of the step before, ``left`` joins in.
        """
        at, gradient, velocity = self.start, torch.zeros_like(self.start), torch.zeros_like(self.start)
        for step, batch in enumerate(batches):
            gradient = left(step) * gradient + share(batch) * sum(self.slope(place, at) for place in batch)
            velocity = self.momentum * velocity + gradient
            at = at - RATE * velocity
        return at

    def one_behind(self, places: Iterable[int]) -> Tensor:
        """Return the parameters where each step goes by the gradient of the sample before."""
        at, gradient = self.start, torch.zeros_like(self.start)
        for place in places:
            now = self.slope(place, at)
            at, gradient = at - RATE * gradient, now
        return at

    def as_begun(self, epochs: int) -> Tensor:
        """Return the parameters where all gradients of an epoch are taken where the epoch began."""
        at = self.start
        for _ in range(epochs):
            at = at - RATE * sum(self.slope(place, at) for place in range(len(self.samples)))
        return at

    def running(self, epochs: int) -> Tensor:
        """Return the parameters where a step after each sample goes by the share of the mean collected so far."""
        count = len(self.samples)
        places = [[place] for place in range(count)] * epochs
        return self.after(places, lambda _: 1 / count, lambda step: float(step % count > 0))


def cut(count: int, size: int) -> list[list[int]]:
    """Return the mini-batches of an epoch."""
    return [list(range(start, min(start + size, count))) for start in range(0, count, size)]


def judge(problem: Problem, expected: Tensor, what: str, mistakes: dict[str, object]) -> None:
    __tracebackhide__ = True
    assert torch.is_grad_enabled(), "the recording of gradients is switched off now, for all that follows"
    float32 = problem.weight.dtype is torch.float32
    common = {"the parameters have their old values: backward(), then optimizer.step()": problem.start}
    rounding = 1e-3 if float32 else 1e-9
    check.close(problem.parameters(), expected, what=what, rtol=rounding, atol=rounding, mistakes=common | mistakes)


@pytest.mark.concept("loop.full-batch")
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_full_batch_updates_at_the_end_of_each_epoch(device, dtype):
    """Full batch updates at the end of each epoch, by the mean over the whole set, and not after all epochs."""
    count, epochs = draw.integer(4, 6), 3
    problem = Problem(device, count, dtype)
    everything, single = cut(count, count), cut(count, 1)
    inputs = [each for sample in problem.samples for each in sample]
    with check.unchanged(*inputs):
        update_schedules.full_batch(problem.loss, problem.optimizer, problem.samples, epochs)
    judge(
        problem,
        problem.after(everything * epochs),
        f"after {epochs} epochs of full batch, the vector of weights and bias",
        {
            "there was one update after all epochs, by all that was collected: it belongs at the end of each epoch": (
                lambda: problem.after(everything, lambda _: epochs / count)
            ),
            "there was one update after all epochs: it belongs at the end of each epoch": lambda: problem.after(
                everything
            ),
            "this is one update after every sample: full batch makes one an epoch": lambda: problem.after(
                single * epochs
            ),
            "the step is inside the loop over the samples: it belongs after this loop": lambda: problem.running(epochs),
            "this is the sum over all samples: divide by their number": lambda: problem.after(
                everything * epochs, lambda _: 1.0
            ),
            "the gradient of the epochs before joins in: clear it at the start of each epoch": lambda: problem.after(
                everything * epochs, left=lambda _: 1.0
            ),
            "only the last sample counts: clear the gradients before the first sample, not before each": lambda: (
                problem.after([[count - 1]] * epochs, lambda _: 1 / count)
            ),
            "only the last sample counts: call backward() on the loss of each": lambda: problem.after(
                [[count - 1]] * epochs
            ),
            "this went uphill": lambda: problem.after(everything * epochs, lambda _: -1 / count),
        },
    )


@pytest.mark.concept("loop.per-sample")
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_per_sample_updates_after_every_sample(device, dtype):
    """Per sample, each loss is measured at the parameters that the sample before has left."""
    count, epochs = draw.integer(4, 6), 2
    problem = Problem(device, count, dtype)
    single = cut(count, 1)
    update_schedules.per_sample(problem.loss, problem.optimizer, problem.samples, epochs)
    judge(
        problem,
        problem.after(single * epochs),
        f"after {epochs} epochs per sample, the vector of weights and bias",
        {
            "the loss of each sample is divided by the number of samples: it stands alone here": lambda: problem.after(
                single * epochs, lambda _: 1 / count
            ),
            "the gradients add up from sample to sample: clear them before each": lambda: problem.after(
                single * epochs, left=lambda _: 1.0
            ),
            "the gradients were cleared once an epoch: clear them before each sample": lambda: problem.after(
                single * epochs, left=lambda step: float(step % count > 0)
            ),
            "the step came before backward(), and went by the gradient of the sample before": lambda: (
                problem.one_behind([place for (place,) in single] * epochs)
            ),
            "this is full batch, with one update an epoch": lambda: problem.after(cut(count, count) * epochs),
            "all losses were measured at the parameters that the epoch began with: take the step, then the next loss": (
                lambda: problem.as_begun(epochs)
            ),
            "the loops are the other way round: all samples once, then all of them again": lambda: problem.after(
                [each for each in single for _ in range(epochs)]
            ),
            "the last sample is missing": lambda: problem.after(single[:-1] * epochs),
            "this is 1 epoch": lambda: problem.after(single),
        },
    )


@pytest.mark.concept("loop.mini-batch")
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize(("count", "size"), [(11, 4), (7, 5), (8, 4), (10, 4)])
def test_a_mini_batch_updates_by_its_own_mean(device, dtype, count, size):
    """Each mini-batch updates by the mean over the samples that it has, and the last may have fewer."""
    epochs = 2
    problem = Problem(device, count, dtype)
    batches = cut(count, size)
    full = [batch for batch in batches if len(batch) == size]
    fits = count % size == 0
    update_schedules.mini_batch(problem.loss, problem.optimizer, problem.samples, size, epochs)

    def leak() -> Tensor:
        rest = list(range(len(full) * size, count))
        return problem.after([*full, rest + full[0], *full[1:]], lambda _: 1 / size)

    both = [place % count for place in range(2 * count)]
    judge(
        problem,
        problem.after(batches * epochs),
        f"after {epochs} epochs of {count} samples in mini-batches of {size}, the vector of weights and bias",
        {
            "this is the sum over each mini-batch: divide by its number of samples": lambda: problem.after(
                batches * epochs, lambda _: 1.0
            ),
            "each loss is divided by the number of all samples: divide by that of the mini-batch": lambda: (
                problem.after(batches * epochs, lambda _: 1 / count)
            ),
            "the gradients add up from mini-batch to mini-batch: clear them before each": lambda: problem.after(
                batches * epochs, left=lambda _: 1.0
            ),
            "size is taken for the number of mini-batches; it is the number of samples in each": lambda: problem.after(
                cut(count, math.ceil(count / size)) * epochs
            ),
            "the mini-batches are about equally large: each but the last of an epoch has size samples": lambda: (
                problem.after(cut(count, math.ceil(count / len(batches))) * epochs)
            ),
            "the first mini-batch has one sample only: count from 1 where place % size is asked": lambda: problem.after(
                ([[0]] + [[place + 1 for place in batch] for batch in cut(count - 1, size)]) * epochs
            ),
            "only the first sample of each mini-batch counts": lambda: problem.after(
                [batch[:1] for batch in batches] * epochs
            ),
            "only the last sample of each mini-batch counts": lambda: problem.after(
                [batch[-1:] for batch in batches] * epochs
            ),
            "this is 1 epoch": lambda: problem.after(batches),
        }
        | (
            {}
            if fits
            else {
                "the smaller last mini-batch is missing: it counts like the others": lambda: problem.after(
                    full * epochs
                ),
                "the last mini-batch is divided by size: divide by the number of samples that it has": lambda: (
                    problem.after(batches * epochs, lambda _: 1 / size)
                ),
                "the rest of an epoch, which makes no full mini-batch, went into the next epoch": leak,
                "mini-batches reach over the end of an epoch: each epoch begins a new one": lambda: problem.after(
                    [both[start : start + size] for start in range(0, len(both), size)]
                ),
            }
        ),
    )


def call(name: str, problem: Problem, size: int, epochs: int) -> None:
    """Call one of the three functions."""
    __tracebackhide__ = True
    if name == "mini_batch":
        update_schedules.mini_batch(problem.loss, problem.optimizer, problem.samples, size, epochs)
    else:
        getattr(update_schedules, name)(problem.loss, problem.optimizer, problem.samples, epochs)


def batches_of(name: str, count: int, size: int) -> list[list[int]]:
    return cut(count, {"full_batch": count, "per_sample": 1, "mini_batch": size}[name])


@pytest.mark.concept("loop.full-batch")
@pytest.mark.concept("loop.per-sample")
@pytest.mark.concept("loop.mini-batch")
@pytest.mark.parametrize("epochs", [1, 3, 0])
@pytest.mark.parametrize("name", NAMES)
def test_the_schedule_decides_how_many_updates_an_epoch_has(device, name, epochs):
    """Of 7 samples, full batch makes 1 update an epoch, mini-batches of 3 make 3, and per sample makes 7."""
    problem = Problem(device, 7)
    expected = epochs * {"full_batch": 1, "mini_batch": 3, "per_sample": 7}[name]
    call(name, problem, 3, epochs)
    steps = problem.optimizer.steps
    assert steps == expected, (
        f"the optimiser took {steps} steps in {epochs} epochs of {name}, expected {expected}: call step() once a batch"
    )
    assert problem.asked == [*range(7)] * epochs, (
        f"the loss of the samples {problem.asked} was asked for in {epochs} epochs: each of the 7 samples comes in its "
        "order, as often as there are epochs"
    )


@pytest.mark.concept("loop.full-batch")
@pytest.mark.concept("loop.per-sample")
@pytest.mark.concept("loop.mini-batch")
@pytest.mark.parametrize("name", NAMES)
def test_gradients_from_before_play_no_part(device, name):
    """Clear the gradients before the first backward(), for there may be some left."""
    problem = Problem(device, 5)
    problem.weight.grad, problem.bias.grad = torch.full_like(problem.weight, math.nan), torch.ones_like(problem.bias)
    call(name, problem, 2, 2)
    expected = problem.after(batches_of(name, 5, 2) * 2)
    check.close(
        problem.parameters(),
        expected,
        what=f"with gradients left from before the call, the parameter vector after {name}",
    )


@pytest.mark.concept("loop.full-batch")
@pytest.mark.concept("loop.per-sample")
@pytest.mark.concept("loop.mini-batch")
@pytest.mark.parametrize("name", NAMES)
def test_the_optimiser_decides_on_the_step(device, name):
    """The schedule says when to step, and the optimiser how: momentum lasts over all updates."""
    problem = Problem(device, 5, momentum=0.5)
    call(name, problem, 2, 2)
    expected = problem.after(batches_of(name, 5, 2) * 2)
    check.close(problem.parameters(), expected, what=f"with momentum, the vector of weights and bias after {name}")


@pytest.mark.concept("loop.mini-batch")
@pytest.mark.parametrize(("size", "like"), [(1, "per sample"), (5, "full batch"), (8, "full batch")])
def test_mini_batches_of_one_and_of_all_are_the_two_extremes(device, size, like):
    """A mini-batch of one sample is per sample; one as large as the set, or larger, is full batch."""
    problem = Problem(device, 5)
    update_schedules.mini_batch(problem.loss, problem.optimizer, problem.samples, size, 2)
    expected = problem.after(cut(5, size) * 2)
    check.close(
        problem.parameters(), expected, what=f"5 samples in mini-batches of {size} are {like}: the parameter vector"
    )


@pytest.mark.concept("loop.full-batch")
@pytest.mark.concept("loop.per-sample")
@pytest.mark.concept("loop.mini-batch")
def test_more_updates_an_epoch_learn_more_in_it(device):
    """Where the samples agree, one epoch of many small updates comes further than one epoch of few large ones."""
    errors = {}
    for name in NAMES:
        problem = Problem(device, 1)
        truth = torch.tensor([2.0, -3.0, 1.0], device=device, dtype=torch.float64)
        inputs = draw.integers((40, 2), 0, 200, device=device).double() / 100 - 1
        problem.samples = list(zip(inputs.unbind(), (inputs @ truth[:2] + truth[2]).unbind(), strict=True))
        problem.optimizer.param_groups[0]["lr"] = 0.15
        with torch.no_grad():
            problem.weight.zero_()
            problem.bias.zero_()
        call(name, problem, 4, 1)
        errors[name] = float(((problem.parameters() - truth) ** 2).sum())
    shown = ", ".join(f"{name} {error:.3g}" for name, error in errors.items())
    assert errors["per_sample"] < errors["mini_batch"] < errors["full_batch"], (
        f"the squared distances from the true parameters after one epoch are {shown}: the more updates, the smaller"
    )


@pytest.mark.concept("loop.mini-batch")
@pytest.mark.concept("loop.full-batch")
@pytest.mark.concept("loop.per-sample")
def test_updates_can_be_counted_beforehand():
    """Each epoch has as many updates as it has mini-batches, the smaller last one included."""
    for samples, size, epochs in ((7, 3, 2), (1797, 32, 3), (12, 4, 5), (6, 6, 4), (9, 1, 3), (4, 10, 3), (5, 2, 0)):
        exact = {"as there is no rest left, no update is added": (samples // size + 1) * epochs}
        rest = {"the smaller last mini-batch counts as well": samples // size * epochs}
        check.equal(
            update_schedules.count_updates(samples, size, epochs),
            len(cut(samples, size)) * epochs,
            what=f"for {samples} samples, mini-batches of {size} and {epochs} epochs, the number of updates",
            mistakes=(exact if samples % size == 0 else rest)
            | {
                "each epoch ends with a mini-batch of its own; mini-batches do not go on in the next": math.ceil(
                    samples * epochs / size
                ),
                "these are the updates of one epoch": math.ceil(samples / size),
                "these are the samples that are seen; there is one update for each mini-batch": samples * epochs,
            },
        )
