"""The loop predicts, measures the loss, backpropagates and updates; then the loss falls, whatever is learned."""

import itertools
import math

import pytest
import torch
from torch import nn

from dojo import check, draw
from katas.training import training_loop

Tensor = torch.Tensor
Batches = list[tuple[Tensor, Tensor]]

RATE = 0.1
CURVES = {
    "a wave": lambda x: math.cos(4 * x),
    "a kink": lambda x: abs(x),
    "a hill": lambda x: math.exp(-8 * x**2),
}


class Line(nn.Module):
    """A linear model without a bias, which notes whether it is in training, and its part too."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight.clone())
        self.part = nn.Identity()
        self.modes: list[tuple[bool, bool]] = []
        self.seen: list[int] = []

    def forward(self, inputs: Tensor) -> Tensor:
        self.modes.append((self.training, self.part.training))
        self.seen.append(len(inputs))
        return self.part(inputs @ self.weight)


class Signs(torch.optim.Optimizer):
    """An optimiser with a rule of its own, which counts its steps: it goes by the sign of the gradient."""

    def __init__(self, parameters, rate: float) -> None:
        super().__init__(parameters, {"lr": rate})
        self.steps = 0

    def step(self, closure=None):
        value = None if closure is None else closure()
        self.steps += 1
        with torch.no_grad():
            for each in self.param_groups[0]["params"]:
                if each.grad is not None:
                    each -= self.param_groups[0]["lr"] * each.grad.sign()
        return value


class Stream:
    """Batches that can only be gone through, and that count how often they were."""

    def __init__(self, batches: Batches) -> None:
        self.batches, self.opened = batches, 0

    def __iter__(self):
        self.opened += 1
        return iter(self.batches)


def drawn(device, dtype=torch.float64) -> tuple[Tensor, Batches]:
    """Return first weights, and batches of 4, 3 and 1 samples, on which the model is far off."""
    batches = []
    for size in (4, 3, 1):
        inputs = draw.normal((size, 5), device=device, dtype=dtype)
        targets = draw.normal((size,), device=device, dtype=dtype) * 2 + 3 + size
        batches.append((inputs, targets))
    return draw.normal((5,), device=device, dtype=dtype), batches


def slope(w: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Return the gradient of the mean squared error, worked out by hand."""
    return 2 / len(x) * (x.T @ (x @ w - y))


def error(w: Tensor, x: Tensor, y: Tensor) -> float:
    return float(((x @ w - y) ** 2).mean())


def mean(values: list[float], batches: Batches) -> float:
    """Return the mean over all samples of values that belong to the batches."""
    sizes = [len(y) for _, y in batches]
    return sum(size * value for size, value in zip(sizes, values, strict=True)) / sum(sizes)


def descent(weight: Tensor, batches: Batches, epochs: int, change=lambda g: g) -> tuple[Tensor, list[list[float]]]:
    """Return the weights at the end, and the loss of each batch before its update, a list for each epoch."""
    w, losses = weight.clone(), []
    for _ in range(epochs):
        losses.append([])
        for x, y in batches:
            losses[-1].append(error(w, x, y))
            w = w - RATE * change(slope(w, x, y))
    return w, losses


def uncleared(weight: Tensor, batches: Batches, epochs: int, once_an_epoch: bool) -> Tensor:
    w, gradient = weight.clone(), torch.zeros_like(weight)
    for _ in range(epochs):
        if once_an_epoch:
            gradient = torch.zeros_like(weight)
        for x, y in batches:
            gradient = gradient + slope(w, x, y)
            w = w - RATE * gradient
    return w


def one_behind(weight: Tensor, batches: Batches, epochs: int) -> Tensor:
    w, gradient = weight.clone(), torch.zeros_like(weight)
    for x, y in batches * epochs:
        now = slope(w, x, y)
        w, gradient = w - RATE * gradient, now
    return w


def by_epoch(weight: Tensor, batches: Batches, epochs: int, last_only: bool = False) -> Tensor:
    w = weight.clone()
    for _ in range(epochs):
        w = w - RATE * sum(slope(w, x, y) for x, y in (batches[-1:] if last_only else batches))
    return w


def run(weight: Tensor, batches, epochs: int, optimizer=torch.optim.SGD) -> tuple[Line, list[float]]:
    model = Line(weight)
    return model, training_loop.train(model, nn.MSELoss(), optimizer(model.parameters(), RATE), batches, epochs)


@pytest.mark.concept("learning.procedure")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_every_batch_changes_the_parameters_once(device, dtype):
    """Predict, measure the loss, backpropagate, update: each batch changes the parameters by its own gradient."""
    weight, batches = drawn(device, dtype)
    epochs = 3
    with check.unchanged(*itertools.chain(*batches)):
        model, _ = run(weight, batches, epochs)
    assert torch.is_grad_enabled(), "the recording of gradients is switched off now, for all that follows"
    rounding = 1e-4 if dtype is torch.float32 else 1e-9
    check.close(
        model.weight.detach(),
        descent(weight, batches, epochs)[0],
        what=f"after {epochs} epochs, the parameter",
        rtol=rounding,
        atol=rounding,
        mistakes={
            "the parameters have their old values: backward() fills .grad, then optimizer.step() changes them": weight,
            "the gradients were never cleared, and add up: zero_grad() before each backward()": lambda: uncleared(
                weight, batches, epochs, False
            ),
            "the gradients were cleared once an epoch: zero_grad() before each backward()": lambda: uncleared(
                weight, batches, epochs, True
            ),
            "the step came before backward(), and went by the gradient of the batch before": lambda: one_behind(
                weight, batches, epochs
            ),
            "there was one step an epoch, after all its batches: each batch takes a step": lambda: by_epoch(
                weight, batches, epochs
            ),
            "there was one step an epoch, by the last batch of the epoch only: look at the indentation": lambda: (
                by_epoch(weight, batches, epochs, last_only=True)
            ),
            "the smaller last batch is missing: it counts like the others": lambda: descent(
                weight, batches[:-1], epochs
            )[0],
            "this is 1 epoch: go through all batches again and again": lambda: descent(weight, batches, 1)[0],
            "these are the batches in reverse": lambda: descent(weight, batches[::-1], epochs)[0],
            "this went uphill": lambda: descent(weight, batches, epochs, lambda g: -g)[0],
        },
    )


@pytest.mark.concept("learning.procedure")
def test_the_loss_of_an_epoch_is_the_mean_over_all_samples(device):
    """The mean loss of an epoch weighs each batch by its number of samples; the last batch may be small."""
    weight, batches = drawn(device)
    epochs = 3
    _, losses = descent(weight, batches, epochs)
    w, afterwards, at_the_end = weight, [], []
    for _ in range(epochs):
        afterwards.append([])
        for x, y in batches:
            w = w - RATE * slope(w, x, y)
            afterwards[-1].append(error(w, x, y))
        at_the_end.append([error(w, x, y) for x, y in batches])
    expected = [mean(each, batches) for each in losses]
    _, history = run(weight, batches, epochs)
    check.close(
        history,
        expected,
        rtol=1e-9,
        atol=1e-9,
        what="the losses",
        mistakes={
            "this is the mean of the batches' means: weigh each by its number of samples": [
                sum(each) / len(each) for each in losses
            ],
            "this is the loss of the last batch of each epoch": [each[-1] for each in losses],
            "this is the loss of the first batch of each epoch": [each[0] for each in losses],
            "this is the sum of the batches' losses": [sum(each) for each in losses],
            "this is the sum over all samples: divide by their number": [8 * each for each in expected],
            "the total began at 0 only once: begin again in each epoch": list(itertools.accumulate(expected)),
            "these were measured after the update of each batch: use the loss that backward() was called on": [
                mean(each, batches) for each in afterwards
            ],
            "these were measured at the end of each epoch; use the losses that backward() was called on": [
                mean(each, batches) for each in at_the_end
            ],
            "this is one loss for all: return a loss for each epoch": expected[-1],
            "this is a loss for each batch: return one for each epoch": list(itertools.chain(*losses)),
            "backward() was called on a loss that was multiplied: the loss itself is to fall": [
                each / 8 for each in expected
            ],
        },
    )


@pytest.mark.concept("learning.procedure")
def test_gradients_from_before_play_no_part(device):
    """What .grad holds from before the call must not join in: clear it before the first backward() already."""
    weight, batches = drawn(device)
    model = Line(weight)
    model.weight.grad = torch.full_like(weight, math.nan)
    optimizer = torch.optim.SGD(model.parameters(), RATE)
    training_loop.train(model, nn.MSELoss(), optimizer, batches, 2)
    what = "with NaN in the gradients that were left from before the call, the parameter"
    check.close(model.weight.detach(), descent(weight, batches, 2)[0], what=what)


@pytest.mark.concept("learning.procedure")
def test_training_happens_in_training_mode(device):
    """A model that was evaluated before must go back to training mode, with all its parts."""
    weight, batches = drawn(device)
    for whole in (False, True):
        model = Line(weight).train(whole)
        model.part.eval()
        training_loop.train(model, nn.MSELoss(), torch.optim.SGD(model.parameters(), RATE), batches, 2)
        assert model.modes, "the model was never called"
        assert all(itertools.chain(*model.modes)), (
            "the model was in training already, but a part of it in evaluation, and stayed so: call model.train()"
            if whole
            else "the model, or a part of it, was in evaluation while it was trained: "
            "model.train() switches all its parts too"
        )


@pytest.mark.concept("learning.procedure")
def test_batches_come_to_the_model(device):
    """Data may lie on the CPU: the loop moves each batch to where the model's parameters are."""
    weight, batches = drawn("cpu")
    batches = [(draw.laid_out(inputs, "sliced"), targets) for inputs, targets in batches]
    model, history = run(weight.to(device), batches, 2)
    check.tensor(model.weight, device=device, what="the model was moved; move the batches instead: its parameter")
    expected, losses = descent(weight, batches, 2)
    check.close(model.weight.detach().cpu(), expected, what="the parameter")
    check.close(history, [mean(each, batches) for each in losses], what="the losses")


@pytest.mark.concept("learning.procedure")
@pytest.mark.parametrize("epochs", [2, 3, 0])
def test_an_epoch_goes_through_all_batches_once(device, epochs):
    """An epoch is one pass through the batches, begun anew: a loader gives another order each time."""
    weight, batches = drawn(device)
    stream = Stream(batches)
    model, history = run(weight, stream, epochs)
    assert stream.opened == epochs, (
        f"for {epochs} epochs, the batches were opened {stream.opened} times: go through them once for each epoch, and "
        "keep nothing from one epoch to the next"
    )
    check.equal(model.seen, [4, 3, 1] * epochs, what="the number of samples in each call of the model")
    assert len(history) == epochs, f"gave {len(history)} losses for {epochs} epochs"
    check.close(
        model.weight.detach(), descent(weight, batches, epochs)[0], what=f"after {epochs} epochs, the parameter"
    )


@pytest.mark.concept("learning.procedure")
def test_the_optimiser_decides_on_the_step(device):
    """The loop leaves the rule to the optimiser, and only says when: after each batch."""
    weight, batches = drawn(device)
    model = Line(weight)
    optimizer = Signs(model.parameters(), RATE)
    training_loop.train(model, nn.MSELoss(), optimizer, batches, 2)
    assert optimizer.steps == 6, (
        f"the optimiser took {optimizer.steps} steps for 2 epochs of 3 batches: call step() of the given one"
    )
    check.close(
        model.weight.detach(),
        descent(weight, batches, 2, torch.sign)[0],
        what="after 6 steps along the signs of the gradient, the parameter",
    )


@pytest.mark.concept("learning.procedure")
def test_the_loop_serves_classes_as_well(device):
    """The loop knows nothing of the task: it hands outputs and targets to the loss, whatever they are."""
    inputs, labels = draw.normal((6, 3), device=device), draw.integers((6,), 0, 3, device=device)
    model = nn.Linear(3, 4, device=device)
    start = model.weight.detach().clone()

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        assert not targets.requires_grad, (
            "the targets need no gradient: the model's outputs come first, then the targets"
        )
        assert targets.dtype is torch.int64, f"labels that were int64 came as {targets.dtype}: they keep their dtype"
        return nn.functional.cross_entropy(outputs, targets)

    errors = (inputs @ start.T + model.bias.detach()).softmax(dim=1)
    errors = errors - (labels.unsqueeze(1) == torch.arange(4, device=device)).float()
    training_loop.train(model, loss, torch.optim.SGD(model.parameters(), RATE), [(inputs, labels)], 1)
    expected = start - RATE * errors.T @ inputs / 6
    check.close(model.weight.detach(), expected, rtol=1e-4, atol=1e-4, what="after a step, the weights of the classes")


class Table(nn.Module):
    """A model that looks a number up for each word, which is an integer."""

    def __init__(self, numbers: Tensor) -> None:
        super().__init__()
        self.numbers = nn.Parameter(numbers.clone())

    def forward(self, words: Tensor) -> Tensor:
        assert words.dtype is torch.int64, f"inputs that were int64 came as {words.dtype}: they keep their dtype"
        words = check.tensor(words, shape=(len(words), 1), what="what the model got")
        return (words == torch.arange(len(self.numbers), device=words.device)).to(self.numbers.dtype) @ self.numbers


@pytest.mark.concept("learning.procedure")
def test_batches_and_outputs_are_handed_on_as_they_are(device):
    """The loop changes neither dtypes nor shapes: words stay integers, and a batch of one sample stays a batch."""
    batches = [
        (torch.tensor([[2], [0], [2]], device=device), draw.normal((3, 1), device=device) + 3),
        (torch.tensor([[1]], device=device), draw.normal((1, 1), device=device) - 3),
    ]
    numbers = draw.normal((4, 1), device=device)
    model, seen = Table(numbers), []

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        seen.append((tuple(outputs.shape), tuple(targets.shape)))
        return nn.functional.mse_loss(outputs, targets)

    training_loop.train(model, loss, torch.optim.SGD(model.parameters(), RATE), batches, 1)
    for (outputs, targets), (_, given) in zip(seen, batches, strict=True):
        shape = tuple(given.shape)
        assert (outputs, targets) == (shape, shape), (
            f"the loss got outputs of shape {outputs} and targets of shape {targets}, expected {shape} for both: "
            "hand them on as they are"
        )
    expected = numbers.clone()
    for words, targets in batches:
        for word, target in zip(words.flatten().tolist(), targets, strict=True):
            expected[word] += 2 * RATE / len(words) * (target - numbers[word])
    check.close(model.numbers.detach(), expected, rtol=1e-4, atol=1e-4, what="after an epoch, the numbers of the words")


@pytest.mark.concept("learning.procedure")
def test_the_loss_falls(device, cars):
    """Predict, measure, backpropagate, update, repeat, and the loss falls: here, with miles per gallon."""
    table = torch.stack([cars[name][::8] for name in ("weight", "horsepower", "mpg")], dim=1).double()
    table = ((table - table.mean(0)) / table.std(0, correction=0)).to(device)
    loader = [(part[:, :2], part[:, 2]) for part in table.split(10)]
    model = Line(torch.zeros_like(table[0, :2]))
    history = training_loop.train(model, nn.MSELoss(), torch.optim.SGD(model.parameters(), 0.01), loader, 10)
    shown = ", ".join(f"{value:.3f}" for value in history)
    assert history[0] > history[1] > history[-1], f"the mean losses of 10 epochs are {shown}: they are to fall"
    assert history[-1] < 0.8 * history[0], f"the mean losses of 10 epochs are {shown}: the last is to be far lower"


def parameters_of(network: nn.Module, hidden: int) -> list[nn.Parameter]:
    """Return the four parameters of the network, if they are what the stub asks for."""
    __tracebackhide__ = True
    assert isinstance(network, nn.Module), f"gave a {type(network).__name__}, expected a torch.nn.Module"
    parameters = list(network.parameters())
    names = "weights of the hidden layer", "its biases", "weights of the last layer", "its bias"
    assert len(parameters) == 4, (
        f"it has {len(parameters)} parameters, expected 4, with weights and a bias each: {', '.join(names)}"
    )
    for name, each, shape in zip(names, parameters, ((hidden, 1), (hidden,), (1, hidden), (1,)), strict=True):
        check.tensor(each, shape=shape, dtype=torch.float32, device="cpu", requires_grad=True, what=f"the {name}")
    return parameters


@pytest.mark.concept("learning.nonlinear")
@pytest.mark.parametrize("hidden", [4, 1])
def test_a_curve_is_a_sum_of_bent_lines(device, hidden):
    """Each hidden neuron bends a line by tanh; the last layer adds them up, each times its weight."""
    network = training_loop.curve_network(hidden)
    parameters = parameters_of(network, hidden)
    with torch.no_grad():
        for each in parameters:
            each.copy_(draw.normal(each.shape) + 0.5)
        parameters[3] += 2  # outputs beyond 1, which no tanh gives
    a, b, c, d = (each.flatten().tolist() for each in parameters)
    inputs = draw.normal((5, 1), device=device)
    terms = list(zip(a, b, c, strict=True))

    def outputs(bend, last=lambda v: v) -> Tensor:
        values = [[last(sum(w * bend(v * x + u) for v, u, w in terms) + d[0])] for (x,) in inputs.tolist()]
        return torch.tensor(values, device=device)

    network.to(device)
    check.close(
        network(inputs),
        outputs(math.tanh),
        requires_grad=True,
        rtol=1e-4,
        atol=1e-4,
        what="the output",
        mistakes={
            "there is no activation between the layers: two linear layers are a line again": outputs(lambda v: v),
            "this is ReLU between the layers; it is to be tanh": outputs(lambda v: max(v, 0.0)),
            "this is a sigmoid between the layers; it is to be tanh": outputs(lambda v: 1 / (1 + math.exp(-v))),
            "tanh follows the last layer as well: outputs may be any numbers": outputs(math.tanh, math.tanh),
            "this is the mean over the neurons, in place of the sum": (outputs(math.tanh) - d[0]) / hidden + d[0],
        },
    )


@pytest.mark.concept("learning.nonlinear")
def test_neurons_begin_different():
    """Neurons that begin alike get the same gradients and stay alike: the first weights are random numbers."""
    first = parameters_of(training_loop.curve_network(50), 50)
    second = parameters_of(training_loop.curve_network(50), 50)
    for name, one, other, bound in zip(
        ("hidden", "", "last", ""), first, second, (1, 1, 50**-0.5, 50**-0.5), strict=True
    ):
        layer = f"{name} layer's weights" if name else "biases"
        largest = one.detach().abs().max().item()
        if one.numel() > 1:
            assert one.detach().std() > 0.1 * bound, (
                f"all neurons begin alike: of the {layer}, {largest:.4g} is typical"
            )
            assert 0.5 * bound < largest <= bound, (
                f"the {layer} reach to {largest:.4g}, expected random numbers up to {bound:.4g}, as of torch.nn.Linear"
            )
        assert not torch.equal(one, other), "two networks begin with the same numbers: leave the seed to the caller"


@pytest.mark.concept("learning.nonlinear")
@pytest.mark.parametrize("name", CURVES)
def test_a_network_learns_curves_that_nobody_modelled(device, name):
    """One and the same network learns a wave, a kink and a hill, of which a straight line explains next to nothing."""
    x = torch.linspace(-1, 1, 41, device=device).unsqueeze(1)
    y = torch.tensor([[CURVES[name](each)] for (each,) in x.tolist()], device=device)
    y = (y - y.mean()) / y.std(correction=0)  # a constant has the mean squared error 1
    # These curves are symmetric, so that the best straight line is flat: it leaves all of the variance unexplained.
    network = training_loop.curve_network(32).to(device)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.05)
    training_loop.train(network, nn.MSELoss(), optimizer, [(x, y)], 80)
    with torch.no_grad():
        unexplained = ((network(x) - y) ** 2).mean().item()
    assert unexplained < 0.3, (
        f"after 80 steps of Adam, {unexplained:.3f} of the variance of {name} is unexplained; with 32 different tanh "
        "neurons, it is less than 0.1"
    )
