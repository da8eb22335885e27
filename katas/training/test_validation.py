"""Success is measured on samples that training has never seen."""

from collections import Counter
from collections.abc import Callable

import pytest
import torch
from torch import nn

from dojo import check, draw
from katas.training import validation

Pairs = list[tuple[torch.Tensor, torch.Tensor]]
RATE = 0.05


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def squares(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the mean squared error of a batch."""
    return ((outputs - targets) ** 2).mean()


class Line(nn.Module):
    """One weight for each input, no bias; it notes what it saw, in which mode, and whether autograd recorded it."""

    def __init__(self, weights: torch.Tensor) -> None:
        super().__init__()
        self.weights = nn.Parameter(weights.clone())
        self.seen: list[tuple[float, bool, bool]] = []

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        outputs = inputs @ self.weights
        self.seen.append((inputs[0, 0].item(), self.training, outputs.requires_grad))
        return outputs


def pairs(sizes: tuple[int, ...], features: int, dtype: torch.dtype = torch.float64) -> Pairs:
    """Return batches of the sizes, on the CPU, where a data set mostly lies."""
    return [(draw.normal((n, features), dtype=dtype), draw.normal((n,), dtype=dtype)) for n in sizes]


def sample_losses(weights: torch.Tensor, batches: Pairs) -> list[list[float]]:
    """Return the squared error of each sample of each batch, in Python's floats."""
    rows = []
    for inputs, targets in batches:
        both = zip(inputs.tolist(), targets.tolist(), strict=True)
        rows.append([(sum(x * w for x, w in zip(row, weights.tolist(), strict=True)) - y) ** 2 for row, y in both])
    return rows


def mean_loss(weights: torch.Tensor, batches: Pairs) -> float:
    losses = [value for batch in sample_losses(weights, batches) for value in batch]
    return sum(losses) / len(losses)


@pytest.mark.concept("fit.validation-loss")
def test_each_sample_is_in_exactly_one_part():
    """Samples for validation are set aside: none of them is in the training set."""
    count, held_out = 13, 5
    training, held = check.parts(validation.split(count, held_out, generator(draw.integer(0, 9999))), 2)
    check.tensor(
        training, shape=(8,), dtype=torch.int64, device="cpu", what="the first part (the training samples come first)"
    )
    check.tensor(held, shape=(5,), dtype=torch.int64, device="cpu", what="the second, the validation samples,")
    for name, part in (("training", training), ("validation", held)):
        twice = [sample for sample, times in Counter(part.tolist()).items() if times > 1]
        assert not twice, f"sample {twice[0]} is twice in the {name} part: draw without replacement (torch.randperm)"
    both = sorted(set(training.tolist()) & set(held.tolist()))
    assert not both, f"the samples {both} are in both parts: draw without replacement; cut one random order in two"
    check.equal(sorted([*training.tolist(), *held.tolist()]), list(range(count)), what="all samples of both parts")


@pytest.mark.concept("fit.validation-loss")
def test_which_samples_are_held_out_is_drawn_at_random():
    """Data often lie in some order, by year or by label: draw the validation samples, and they are of the same kind."""
    one, times, together = generator(draw.integer(0, 9999)), Counter(), Counter()
    for _ in range(300):
        held = sorted(validation.split(6, 2, one)[1].tolist())
        times.update(held)
        together[tuple(held)] += 1
    counts = [times[sample] for sample in range(6)]
    assert len(together) > 1, (
        "300 splits held out the same samples: draw them at random, and do not seed: a generator moves on"
    )
    assert all(55 <= count <= 145 for count in counts), (
        f"of 300 splits with 2 of 6 samples held out, each was held out {counts} times, expected about 100: "
        "draw them at random, all with the same probability"
    )
    missing = [(a, b) for b in range(6) for a in range(b) if not together[a, b]]
    assert not missing, f"samples {missing[:1]} were never held out together in 300 splits: draw each at random"


@pytest.mark.concept("fit.validation-loss")
def test_the_generator_decides_on_the_split():
    """A split must be the same in the next run, or samples that were held out come into training: pass a generator."""
    seed = draw.integer(0, 9999)
    before = torch.get_rng_state()
    one, again = (validation.split(40, 11, generator(seed))[1].sort().values for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before), (
        "drew from torch's global generator, or seeded it: draw from the generator that is given"
    )
    check.equal(again, one, what="a second split from the same seed")
    used = generator(seed)
    first, second = (validation.split(40, 11, used)[1].sort().values for _ in range(2))
    assert not torch.equal(first, second), "a second split from one generator is the same: a generator moves on"
    other = validation.split(40, 11, generator(seed + 1))[1].sort().values
    assert not torch.equal(other, one), "another seed gave the same split: draw from the generator that is given"


@pytest.mark.concept("fit.validation-loss")
@pytest.mark.parametrize(("count", "held_out"), [(7, 0), (7, 7), (1, 0), (0, 0), (7, 6)])
def test_all_or_none_may_be_held_out(count, held_out):
    """Nothing held out leaves all for training, and the other way round."""
    training, held = check.parts(validation.split(count, held_out, generator(3)), 2)
    case = f"with {held_out} held out of {count},"
    check.tensor(training, shape=(count - held_out,), dtype=torch.int64, what=f"{case} the training part")
    check.tensor(held, shape=(held_out,), dtype=torch.int64, what=f"{case} the validation part")
    check.equal(sorted([*training.tolist(), *held.tolist()]), list(range(count)), what=f"{case} both parts together")


@pytest.mark.concept("fit.validation-loss")
@pytest.mark.parametrize(
    ("held_out", "when"), [(6, "more samples are to be held out than there are"), (-1, "it is -1")]
)
def test_no_more_can_be_held_out_than_there_are(held_out, when):
    """A split that cannot be made is an error, and not a smaller split."""
    with check.raises(ValueError, f"held_out is not from 0 to count: {when}"):
        validation.split(5, held_out, generator(3))


@pytest.mark.concept("fit.validation-loss")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_the_loss_is_the_mean_over_all_samples(device, dtype):
    """Batches are of unequal size: weight each by its number of samples, or the last few samples count for too much."""
    weights = draw.normal((3,), dtype=dtype)
    batches = pairs((4, 4, 1), 3, dtype)
    batches[-1] = (batches[-1][0], batches[-1][1] + 9)
    rows = sample_losses(weights, batches)
    means = [sum(row) / len(row) for row in rows]
    model = Line(weights).to(device)
    passes = iter(batches)
    result = validation.evaluate(model, squares, passes)
    assert model.weights.device.type == device.type, (
        f"the model's parameters lie on {model.weights.device} now: move the batches to the model, not the model"
    )
    check.close(
        result,
        sum(map(sum, rows)) / 9,
        rtol=1e-4,
        mistakes={
            "this is the mean of the batches' means: weight each by its number of samples": sum(means) / 3,
            "this is the loss of the last batch alone": means[-1],
            "this is the loss of the first batch alone": means[0],
            "this is the sum over the samples: divide by their number": sum(map(sum, rows)),
            "this is the sum of the batches' means: weight each, and divide by the number of samples": sum(means),
            "the smaller last batch is left out": (sum(rows[0]) + sum(rows[1])) / 8,
            "each batch counts as if it had the size of the first batch": sum(means) * 4 / 9,
            "the batches can be gone through once, and this went twice": 0.0,
        },
        what="the loss of three batches of 4, 4 and 1 samples",
    )


@pytest.mark.concept("fit.validation-loss")
def test_evaluation_records_nothing_and_changes_nothing(device):
    """Validation must not teach the model anything: no gradients, no update."""
    model = Line(draw.normal((3,))).to(device)
    model.frozen = nn.Parameter(torch.ones(2, device=device), requires_grad=False)
    model.weights.grad = draw.normal((3,), device=device)
    batches = [(x.to(device), y.to(device)) for x, y in pairs((2, 3), 3, torch.float32)]
    gradient = model.weights.grad
    with check.unchanged(model.weights, gradient, *batches[0], *batches[1]):
        validation.evaluate(model, squares, batches)
    assert model.weights.grad is gradient, "the parameters have another .grad now: their gradients stay as they are"
    assert not any(recording for _, _, recording in model.seen), (
        "autograd recorded the evaluation, which costs time and memory for nothing: work under torch.no_grad()"
    )
    assert torch.is_grad_enabled(), "recording is still switched off after the call: use `with torch.no_grad():`"
    assert not model.frozen.requires_grad, (
        "a parameter that was frozen requires gradients after the call: work under torch.no_grad(), and leave "
        "requires_grad as it is"
    )
    with torch.no_grad():
        validation.evaluate(model, squares, batches)
        assert not torch.is_grad_enabled(), (
            "recording was switched off before the call, and is switched on after it: use `with torch.no_grad():`, "
            "which goes back to what was before"
        )


@pytest.mark.concept("fit.validation-loss")
@pytest.mark.parametrize("mode", ["training", "evaluation", "mixed"])
def test_the_model_is_evaluated_in_evaluation_mode(device, mode):
    """Dropout and batch normalisation behave differently in training: evaluate in evaluation mode, then go back."""
    first, last = Line(torch.eye(3)).to(device), Line(torch.ones(3)).to(device)
    model = nn.Sequential(first, nn.Dropout(0.5), last).train(mode != "evaluation")
    if mode == "mixed":
        first.eval()
    before = [part.training for part in model.modules()]
    batches = pairs((3, 2), 3, torch.float32)
    result = validation.evaluate(model, squares, batches)
    assert not any(training for line in (first, last) for _, training, _ in line.seen), (
        "the model was in training mode, where dropout drops at random: call model.eval() first"
    )
    check.close(result, mean_loss(torch.ones(3), batches), rtol=1e-4, what="the loss")
    after = [part.training for part in model.modules()]
    assert after[0] == before[0], (
        "the model stayed in evaluation; bring back the mode in which it was"
        if before[0]
        else "the model was put in training; it was in evaluation before the call"
    )
    assert after == before, (
        "a frozen part, which was in evaluation while the rest was in training, is in training now: "
        "each part has a mode of its own in .training; note it for each of model.modules()"
    )


class Lookup(nn.Module):
    """Knows the targets of the samples that it was given, and their mean for all others."""

    def __init__(self, inputs: torch.Tensor, targets: torch.Tensor) -> None:
        super().__init__()
        self.known = nn.Parameter(inputs, requires_grad=False)
        self.targets = nn.Parameter(targets, requires_grad=False)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        same = (inputs.unsqueeze(1) == self.known).all(dim=2)
        found, place = same.any(dim=1), same.float().argmax(dim=1)
        return torch.where(found, self.targets[place], self.targets.mean())


@pytest.mark.concept("learning.success")
def test_to_know_the_samples_by_heart_is_no_success(device, cars):
    """Success is right output for unseen inputs: a table of all training cars is perfect on these, and on no others."""
    inputs = torch.stack([cars[name] for name in ("displacement", "horsepower", "weight", "acceleration")], dim=1)
    inputs, mpg = torch.cat([inputs / 1000, torch.ones(392, 1)], dim=1), cars["mpg"]
    training, held = check.parts(validation.split(392, 100, generator(draw.integer(0, 9999))), 2)
    lookup = Lookup(inputs[training], mpg[training]).to(device)
    line = Line(torch.linalg.lstsq(inputs[training], mpg[training].unsqueeze(1)).solution.squeeze(1)).to(device)
    losses = {
        (name, part): validation.evaluate(model, squares, [(inputs[some], mpg[some]) for some in rows.split(64)])
        for name, model in (("lookup", lookup), ("line", line))
        for part, rows in (("training", training), ("unseen", held))
    }
    check.close(losses["lookup", "training"], 0.0, atol=0.1, what="on training cars, the loss of the table")
    assert losses["line", "training"] > 5, f"the loss of a line cannot be {losses['line', 'training']:.3g} on real cars"
    assert losses["lookup", "unseen"] > 1.3 * losses["line", "unseen"], (
        f"on unseen cars, the table has the loss {losses['lookup', 'unseen']:.3g} and the line "
        f"{losses['line', 'unseen']:.3g}: the table cannot be good there, unless it has seen them"
    )


def descent(
    start: torch.Tensor,
    stale: torch.Tensor,
    training: Pairs,
    validating: Pairs,
    clear: str = "step",
    rate: float = RATE,
    epochs: int = 3,
) -> tuple[list[torch.Tensor], list[list[float]]]:
    """Return the weights after each epoch, and the losses in the epochs while they were updated.

    The gradients are cleared before each step, before each epoch, after each step, or never.
    """
    weights, gradient, states, during = start.clone(), stale.clone(), [], []
    for _ in range(epochs):
        if clear in ("epoch", "whole"):
            gradient = torch.zeros_like(weights)
        during.append([])
        for inputs, targets in training:
            if clear == "step":
                gradient = torch.zeros_like(weights)
            errors = inputs @ weights - targets
            during[-1] += (errors**2).tolist()
            gradient = gradient + 2 * errors @ inputs / len(inputs)
            if clear != "whole":
                weights = weights - rate * gradient
            if clear == "after":
                gradient = torch.zeros_like(weights)
        if clear == "whole":
            weights = weights - rate * gradient
        states.append(weights)
    return states, during


@pytest.mark.concept("fit.training-loss")
@pytest.mark.concept("fit.validation-loss")
def test_an_epoch_is_a_step_for_each_batch_and_then_two_losses(device):
    """In each epoch: a step for each training batch, then the losses of training and of validation samples."""
    start, stale = draw.normal((3,), dtype=torch.float64), draw.normal((3,), dtype=torch.float64) + 2
    training, held = pairs((4, 4, 1), 3), pairs((3, 2), 3)
    model = Line(start).to(device)
    model.weights.grad = stale.clone().to(device)
    optimizer = torch.optim.SGD(model.parameters(), RATE)
    curves = check.parts(validation.fit(model, squares, optimizer, training, held, 3, 3), 2)
    states, _ = descent(start, stale, training, held)

    def curve(batches: Pairs, each: list[torch.Tensor]) -> list[float]:
        return [mean_loss(weights, batches) for weights in each]

    def other(clear: str, batches: Pairs, seen: Pairs = training) -> Callable[[], list[float]]:
        return lambda: curve(batches, descent(start, stale, seen, held, clear)[0])

    both = [*training, *held]
    during = [sum(epoch) / len(epoch) for epoch in descent(start, stale, training, held)[1]]
    for name, mine, batches, rest in (
        ("training", curves[0], training, held),
        ("validation", curves[1], held, training),
    ):
        check.close(
            mine,
            curve(batches, states),
            rtol=1e-6,
            atol=1e-6,
            mistakes={
                "the two curves are swapped: the training losses come first": lambda rest=rest: curve(rest, states),
                "the parameters never changed: there was no step of the optimizer": [mean_loss(start, batches)] * 3,
                "gradients add up from batch to batch: clear them before each backward()": other("never", batches),
                "gradients add up within an epoch: clear them before each backward()": other("epoch", batches),
                "there were gradients from an earlier backward(): clear them before the first one too": other(
                    "after", batches
                ),
                "this is one step for the whole epoch: take one for each batch": other("whole", batches),
                "the validation batches were used for updates as well": other("step", batches, both),
                "the validation batches were used for updates as well, and for the training loss": other(
                    "step", both, both
                ),
                "this is the loss before each update, while the parameters changed: measure it after the epoch": during,
                "these are the losses before the epoch: measure after its updates": lambda batches=batches: curve(
                    batches, [start, *states[:2]]
                ),
                "this is the mean of the batches' means: weight each by its number of samples": [
                    sum(mean_loss(weights, [pair]) for pair in batches) / len(batches) for weights in states
                ],
                **{
                    f"of 3 losses only {kept} came: training does not wait for `patience` epochs in a row, or there is "
                    "no loss for each epoch that was run": curve(batches, states[:kept])
                    for kept in (1, 2)
                },
            },
            what=f"the list of {name} losses",
        )


@pytest.mark.concept("fit.validation-loss")
def test_updates_are_in_training_mode_and_losses_in_evaluation_mode(device):
    """The mode changes twice in each epoch: training for the updates, evaluation for both losses."""
    training, held = pairs((3, 2), 2), pairs((2, 2), 2)
    model = Line(draw.normal((2,), dtype=torch.float64)).to(device)
    part = nn.Sequential(model, nn.Identity()).eval()
    optimizer, steps = torch.optim.SGD(model.parameters(), RATE), []
    optimizer.register_step_post_hook(lambda *_: steps.append(1))
    validation.fit(part, squares, optimizer, training, held, 3, 3)
    marks = [inputs[0, 0].item() for inputs, _ in training]
    updates = [(mark, mode) for mark, mode, recording in model.seen if recording]
    rest = [(mark, mode) for mark, mode, recording in model.seen if not recording]
    assert all(any(abs(mark - mine) < 1e-12 for mine in marks) for mark, _ in updates), (
        "autograd recorded what the model did with validation batches: measure their loss under torch.no_grad()"
    )
    assert all(mode for _, mode in updates), (
        f"{sum(not mode for _, mode in updates)} of {len(updates)} updates were made in evaluation mode: "
        "call model.train() before the updates of each epoch"
    )
    assert not any(mode for _, mode in rest), "losses were measured in training mode: call model.eval() before"
    assert not any(each.training for each in part.modules()), "the model is in training: it ends in evaluation mode"
    assert torch.is_grad_enabled(), "recording is still switched off after the call: use `with torch.no_grad():`"
    assert steps, "the optimizer that was given took no step: use it, and none of your own"


class Counting(nn.Module):
    """A number that each update makes larger by 1, and a buffer that counts the calls in training."""

    def __init__(self) -> None:
        super().__init__()
        self.level = nn.Parameter(torch.zeros(()))
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        if self.training:
            self.calls += 1
        return self.level + 0 * inputs


def run(curve: list[float], epochs: int, patience: int, device: torch.device):
    """Fit a model whose validation loss after epoch 1, 2, ... is as in ``curve``, while the training loss falls."""

    def loss(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        level = outputs.mean()
        held_out = bool(targets[0] == 1)
        return level * 0 + curve[round(level.item()) - 1] if held_out else 100 - level

    model = Counting().to(device)
    optimizer = torch.optim.SGD(model.parameters(), 1.0)
    training, held = [(torch.zeros(3), torch.zeros(3))], [(torch.zeros(2), torch.ones(2))]
    curves = check.parts(validation.fit(model, loss, optimizer, training, held, epochs, patience), 2)
    for losses in curves:
        assert isinstance(losses, list | tuple), f"gave {check.describe(losses)} for a curve, expected a list of floats"
    return model, *curves


@pytest.mark.concept("fit.validation-loss")
def test_training_ends_where_the_validation_loss_falls_no_more(device):
    """Validation losses go up and down: wait for a few epochs in a row before you believe that they fall no more."""
    curve = [5.0, 4.0, 6.0, 3.0, 7.0, 3.5, 8.0, 9.0, 10.0, 1.0]
    _, training_losses, validation_losses = run(curve, 10, 2, device)
    check.close(
        validation_losses,
        curve[:6],
        mistakes={
            "it did not stop: end when `patience` epochs in a row brought no lower validation loss than the lowest; "
            "the training loss does not matter": curve,
            "this is one epoch too late": curve[:7],
            "this is one epoch too early, or does not wait at all: with patience 2 it takes two epochs in a row": curve[
                :3
            ],
            "the two epochs without a lower loss must be in a row: count anew after each lower one": curve[:5],
            "each loss was compared with that of the epoch before; compare it with the lowest one before": curve[:8],
            "the curve ends at the best epoch: give the loss of each epoch that was run": curve[:4],
        },
        what="with patience 2, the list of validation losses",
    )
    check.close(training_losses, [99.0, 98.0, 97.0, 96.0, 95.0, 94.0], what="the list of training losses")
    for patience, last in ((1, 3), (3, 7)):
        _, _, validation_losses = run(curve, 10, patience, device)
        check.close(
            validation_losses,
            curve[:last],
            mistakes={
                "this is one epoch too late": curve[: last + 1],
                "this is one epoch too early": curve[: last - 1],
            },
            what=f"with patience {patience}, the list of validation losses",
        )


@pytest.mark.concept("fit.validation-loss")
def test_training_ends_after_the_last_epoch(device):
    """As long as the validation loss falls, all epochs are run, and no more."""
    curve = [9.0, 8.0, 7.0, 6.0, 5.0, 4.0]
    for epochs in (1, 4):
        model, training_losses, validation_losses = run(curve, epochs, 1, device)
        check.close(validation_losses, curve[:epochs], what=f"the list of validation losses of {epochs} epochs")
        check.close(len(training_losses), epochs, what="the number of training losses")
        check.close(model.level.item(), float(epochs), what="the number of updates that the model has had")


@pytest.mark.concept("fit.validation-loss")
def test_a_little_lower_is_lower(device):
    """A validation loss that falls slowly still falls: each lower one is the best so far, by however little."""
    curve = [1 - epoch / 2**20 for epoch in range(6)]
    model, _, validation_losses = run(curve, 6, 2, device)
    assert len(validation_losses) == 6, (
        f"stopped after {len(validation_losses)} of 6 epochs, where each loss was lower than the one before, "
        "by a millionth: lower is lower, by however little"
    )
    check.close(
        model.level.item(),
        6.0,
        mistakes={"a loss that is lower by a millionth is lower: keep its state": 1.0},
        what="the model's parameter",
    )


@pytest.mark.concept("fit.validation-loss")
@pytest.mark.parametrize(
    ("curve", "epochs", "best"),
    [([5.0, 2.0, 3.0, 4.0, 6.0, 7.0], 5, 2), ([1.0, 2.0, 3.0, 4.0, 5.0], 4, 1), ([5.0, 4.0, 2.0, 3.0], 4, 3)],
    ids=["second", "first", "third"],
)
def test_the_model_goes_back_to_its_best_epoch(device, curve, epochs, best):
    """Keep a copy of parameters and buffers where the validation loss is lowest: state_dict() itself moves on."""
    model, _, validation_losses = run(curve, epochs, 3, device)
    last = float(len(validation_losses))
    wrong = (
        "these are of the last epoch: keep a copy of the best state, since state_dict() shares the model's memory, "
        "and load it at the end"
    )
    what = f"the validation loss is lowest in epoch {best}; the model's parameter"
    check.close(model.level.detach().item(), float(best), mistakes={wrong: last} if last != best else {}, what=what)
    check.close(
        model.calls.item(),
        float(best),
        mistakes={"the buffer is of the last epoch, the parameters are of the best: keep both": last},
        what="the buffer",
    )


@pytest.mark.concept("fit.validation-loss")
def test_of_equal_losses_the_first_counts(device):
    """An equal loss is no lower one: the earlier epoch stays the best, and the waiting goes on."""
    curve = [5.0, 2.0, 2.0, 7.0, 9.0, 8.0, 1.0]
    model, _, validation_losses = run(curve, 7, 3, device)
    check.close(
        validation_losses,
        curve[:5],
        mistakes={"of equal losses the first counts: only a lower one begins a new wait": curve[:6]},
        what="the list of validation losses",
    )
    check.close(
        model.level.item(), 2.0, mistakes={"of equal losses, this is the last epoch": 3.0}, what="the model's parameter"
    )


@pytest.mark.concept("fit.validation-loss")
def test_a_long_training_ends_like_a_short_one():
    """However many epochs there are, they are counted alike: patience is a number of epochs, small or large."""
    falling, waiting = 260, 258
    curve = [1000.0 - min(epoch, falling) for epoch in range(1, 600)]
    model, _, validation_losses = run(curve, 599, waiting, torch.device("cpu"))
    check.equal(
        len(validation_losses),
        falling + waiting,
        what=f"where the validation loss falls for {falling} epochs, with patience {waiting}, the number of epochs",
        mistakes={"it did not stop; were ints compared with `is`, which holds for small ones alone?": 599},
    )
    check.close(model.level.item(), float(falling), what="the model's parameter")


@pytest.mark.concept("fit.training-loss")
def test_the_training_loss_shows_whether_the_model_can_fit(device):
    """A straight line has no capacity for a parabola: its training loss stays high, where one more power fits."""
    x = torch.linspace(-1, 1, 60, dtype=torch.float64)[torch.randperm(60)]
    powers = torch.stack([torch.ones_like(x), 1.7 * x, 3.4 * (x**2 - 1 / 3)], dim=1)
    y = powers @ torch.tensor([0.5, -1.0, draw.integer(1, 3)], dtype=torch.float64)
    losses = {}
    for features in (2, 3):
        model = Line(torch.zeros(features, dtype=torch.float64)).to(device)
        rows = powers[:, :features]
        training, held = [(rows[:45], y[:45])], [(rows[45:], y[45:])]
        optimizer = torch.optim.SGD(model.parameters(), 0.25)
        losses[features] = validation.fit(model, squares, optimizer, training, held, 25, 25)[0][-1]
    assert losses[2] > 0.4, f"a straight line cannot have the training loss {losses[2]:.3g} on a parabola"
    assert losses[3] < 0.01, f"with the square as an input, the training loss is still {losses[3]:.3g} after 25 epochs"


@pytest.mark.concept("fit.validation-loss")
def test_a_training_loss_that_falls_alone_shows_fitting_without_generalising(device):
    """Where targets have nothing to do with inputs, only the training loss falls: there is nothing to generalise."""
    inputs, targets = draw.normal((308, 40), dtype=torch.float64), draw.normal((308,), dtype=torch.float64)
    training, held = [(inputs[:8], targets[:8])], [(inputs[8:], targets[8:])]
    model = Line(torch.zeros(40, dtype=torch.float64)).to(device)
    optimizer = torch.optim.SGD(model.parameters(), 0.05)
    training_losses, validation_losses = validation.fit(model, squares, optimizer, training, held, 20, 20)
    first, last = (targets[:8] ** 2).mean().item(), training_losses[-1]
    assert last < 0.1 * first, (
        f"the training loss fell from {first:.3g} to {last:.3g} only: 8 samples are fitted easily"
    )
    before, after = (targets[8:] ** 2).mean().item(), validation_losses[-1]
    assert after > 0.8 * before, f"the validation loss fell from {before:.3g} to {after:.3g}, with nothing to learn"


@pytest.mark.concept("learning.success")
def test_what_was_learned_from_some_cars_holds_for_others(device, cars):
    """A model that has learned from 292 cars predicts the fuel use of 100 others, which it has never seen."""
    columns = [cars[name] for name in ("displacement", "horsepower", "weight", "acceleration", "mpg")]
    training, held = check.parts(validation.split(392, 100, generator(draw.integer(0, 9999))), 2)
    table = torch.stack([(each - each[training].mean()) / each[training].std() for each in columns], dim=1)
    batches, unseen = (
        [(rows[:, :4], rows[:, 4]) for rows in table[part].split(size)] for part, size in ((training, 50), (held, 64))
    )
    model = Line(torch.zeros(4)).to(device)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    _, validation_losses = validation.fit(model, squares, optimizer, batches, unseen, 6, 6)
    guess = (table[held, 4] ** 2).mean().item()
    assert min(validation_losses) < 0.6 * guess, (
        f"the validation loss is {min(validation_losses):.3g}, where the mean of the training cars has {guess:.3g}"
    )
    check.close(
        validation.evaluate(model, squares, unseen),
        min(validation_losses),
        rtol=1e-4,
        what="at the end the validation loss of the model",
    )
