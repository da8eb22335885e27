"""A penalty on large weights, noise on the inputs, or a simpler model: each makes a model overfit less."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from dojo import check, draw
from katas.training import regularization

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
ROUNDING = {torch.float32: {"rtol": 1e-4, "atol": 1e-4}, torch.float64: {"rtol": 1e-9, "atol": 1e-9}}
Tensors = list[torch.Tensor]


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def some_parameters(device: torch.device, dtype: torch.dtype = torch.float64) -> Tensors:
    """Return parameters as those of a network: matrices, the kernels of a convolution, biases, a gain."""
    shapes = [(4, 3), (4,), (2, 4, 3, 3), (2,), ()]
    return [draw.normal(shape, device=device, dtype=dtype).requires_grad_() for shape in shapes]


def total(parameters: Tensors, function: Callable[[float], float] = lambda w: w * w, least: int = 2) -> float:
    return sum(function(w) for each in parameters if each.dim() >= least for w in each.flatten().tolist())


@pytest.mark.concept("fit.penalty")
@DTYPES
def test_large_weights_cost_something(device, dtype):
    """The penalty is the sum of the squares of all weights, times its strength; biases are left out."""
    parameters, strength = some_parameters(device, dtype), 0.3
    loss = draw.normal((), device=device, dtype=dtype).abs() + 1
    with check.unchanged(loss, *parameters):
        result = regularization.penalized(loss, (each for each in parameters), strength)
    at, squares = loss.item(), total(parameters)
    apart = [total([each]) for each in parameters if each.dim() >= 2]

    def value(penalty: float) -> torch.Tensor:
        return torch.tensor(at + strength * penalty, dtype=dtype, device=device)

    check.close(
        check.tensor(result).detach(),
        value(squares),
        **ROUNDING[dtype],
        mistakes={
            "this is the bare loss": value(0),
            "the penalty holds the biases as well: leave out what has fewer than two axes": value(
                total(parameters, least=0)
            ),
            "the penalty holds matrices only; the weights are all parameters with two axes or more": value(
                total(parameters[:1])
            ),
            "this is half of the penalty; here nothing is divided by 2": value(squares / 2),
            "this is the root of the sum of the squares; add the squares themselves": value(squares**0.5),
            "this adds the norms of each parameter apart; add the squares themselves": value(
                sum(each**0.5 for each in apart)
            ),
            "these are absolute values; square the weights": value(total(parameters, abs)),
            "the weights are not squared": value(total(parameters, lambda w: w)),
            "this adds the mean of the squares; add all of them": value(
                sum(total([each]) / each.numel() for each in parameters if each.dim() >= 2)
            ),
            "the penalty is subtracted: it must make large weights worse": value(-squares),
            "strength is not used: multiply the penalty by it": value(squares / strength),
            "this is the penalty without the loss": value(squares) - at,
        },
        what="the penalized loss",
    )


@pytest.mark.concept("fit.penalty")
def test_without_weights_there_is_no_penalty(device):
    """Where there are only biases, or nothing at all, the loss is what it was."""
    loss = torch.tensor(1.5, device=device, dtype=torch.float64)
    for parameters in ([], [torch.ones(3, device=device, dtype=torch.float64)]):
        check.close(
            regularization.penalized(loss, parameters, 2.0), loss, what="the penalized loss", requires_grad=False
        )


@pytest.mark.concept("fit.penalty")
def test_the_penalty_pulls_each_weight_to_0(device):
    """The gradient of the penalty is 2 * strength * w: the larger a weight, the harder it is pulled back."""
    parameters, strength = some_parameters(device), 0.3
    parameters[0] = draw.laid_out(parameters[0].detach(), "transposed").requires_grad_()
    factors = [draw.normal(each.shape, device=device, dtype=torch.float64) for each in parameters]
    loss = sum((each * factor).sum() for each, factor in zip(parameters, factors, strict=True))
    result = regularization.penalized(loss, parameters, strength)
    check.recorded(result)
    result.backward()
    for place, (parameter, factor) in enumerate(zip(parameters, factors, strict=True)):
        penalty = 2 * strength * parameter.detach() if parameter.dim() >= 2 else torch.zeros_like(factor)
        check.close(
            torch.zeros_like(parameter) if parameter.grad is None else parameter.grad,
            factor + penalty,
            requires_grad=False,
            mistakes={
                "there is no gradient of the penalty: it must not be detached, nor be a number": factor,
                "there is no gradient of the loss: it must not be detached": penalty,
            },
            what=f"the gradient of parameter {place}",
        )


class Network(nn.Module):
    """A matrix within a part of a part, kernels, biases, and a gain with no axis, which all have gradients."""

    def __init__(self, device: torch.device) -> None:
        super().__init__()
        weight, bias, kernels, other, gain = some_parameters(device)
        self.part, inner = nn.Module(), nn.Module()
        self.part.inner = inner
        inner.weight, inner.bias = nn.Parameter(weight.detach()), nn.Parameter(bias.detach())
        self.kernels, self.bias, self.gain = (nn.Parameter(each.detach()) for each in (kernels, other, gain))


@pytest.mark.concept("fit.penalty")
def test_for_sgd_the_penalty_is_weight_decay(device):
    """SGD with a weight decay of 2 * strength takes the steps that it would take with the penalized loss."""
    model, rate, strength = Network(device), 0.1, 0.2
    starts = {name: each.detach().clone() for name, each in model.named_parameters()}
    gradients = {name: draw.normal(each.shape, device=device, dtype=each.dtype) for name, each in starts.items()}
    optimizer = regularization.decaying_sgd(model, rate, strength)
    assert isinstance(optimizer, torch.optim.SGD), f"gave {type(optimizer).__name__}, expected torch.optim.SGD"
    held = [id(each) for group in optimizer.param_groups for each in group["params"]]
    for name, parameter in model.named_parameters():
        assert id(parameter) in held, (
            f"{name} is not in the optimiser: all parameters must be, with decay or without, at any depth"
        )
        check.close(parameter.detach(), starts[name], what=f"before the first step, {name}")
    assert len(held) == len(starts), f"the optimiser has {len(held)} parameters, the model {len(starts)}"
    for _ in range(3):
        for name, parameter in model.named_parameters():
            parameter.grad = gradients[name].clone()
        optimizer.step()

    def after(name: str, decay: float, momentum: float = 0.0) -> torch.Tensor:
        weight, moving = starts[name], torch.zeros_like(starts[name])
        for _ in range(3):
            moving = momentum * moving + gradients[name] + decay * weight
            weight = weight - rate * moving
        return weight

    for name, parameter in model.named_parameters():
        decay = 2 * strength if parameter.dim() >= 2 else 0.0
        none = "there is no weight decay here, or it went to the biases, the other way round"
        check.close(
            parameter.detach(),
            after(name, decay),
            mistakes={
                none: after(name, 0.0),
                "this decays by strength: the derivative of strength * w^2 has twice the strength": after(
                    name, strength
                ),
                "this decays by half the strength; the derivative of strength * w^2 has twice the strength": after(
                    name, strength / 2
                ),
                "biases and other parameters with fewer than two axes must not decay": after(name, 2 * strength),
                "the learning rate is in the decay; SGD itself takes the decay times the learning rate": after(
                    name, 2 * strength * rate
                ),
                "the decay is divided by the learning rate; SGD takes the decay times the learning rate": after(
                    name, 2 * strength / rate
                ),
                "there is momentum, which was not asked for": after(name, decay, 0.9),
            },
            what=f"after three steps, {name}",
        )


@pytest.mark.concept("fit.penalty")
def test_for_adam_the_penalty_is_not_the_decay_of_adamw(device):
    """Adam divides the penalty's gradient by its own scale; AdamW decays beside it: there the two are not the same."""
    strength, options = 0.1, {"lr": 0.1, "foreach": False}
    start, slope = (draw.normal((3, 2), device=device, dtype=torch.float64) + 2 for _ in range(2))
    weights = [start.clone().requires_grad_() for _ in range(3)]
    optimizers = [
        torch.optim.Adam(weights[:1], **options),
        torch.optim.Adam(weights[1:2], weight_decay=2 * strength, **options),
        torch.optim.AdamW(weights[2:], weight_decay=2 * strength, **options),
    ]
    for _ in range(3):
        for place, (weight, optimizer) in enumerate(zip(weights, optimizers, strict=True)):
            optimizer.zero_grad()
            loss = (weight * slope).sum()
            (regularization.penalized(loss, [weight], strength) if place == 0 else loss).backward()
            optimizer.step()
    penalty, adam, adamw = (each.detach() for each in weights)
    check.close(penalty, adam, what="with the penalty, Adam's weight, which is that of Adam with weight_decay,")
    assert (penalty - adamw).abs().max() > 0.01, "with the penalty, Adam went the way of AdamW, which decays apart"


@pytest.mark.concept("fit.noise")
@DTYPES
@pytest.mark.parametrize("columns", [0, 2])
def test_each_sample_becomes_several_with_its_target(device, dtype, columns):
    """Copies of a sample have another input and the same target: as if there were more training samples."""
    n, d, copies = draw.sizes(3, low=3)
    inputs = draw.normal((n, d), device=device, dtype=dtype)
    # Labels, or numbers to be predicted.
    targets = draw.distinct((n, columns) if columns else (n,), device=device, dtype=dtype if columns else torch.int64)
    for scale, times in ((0.5, copies), (0.5, 1), (0.0, copies), (0.0, 1)):
        with check.unchanged(inputs, targets):
            result = regularization.noisy_copies(inputs, targets, scale, times, generator(draw.integer(0, 9999)))
        noisy, same = check.parts(result, 2)
        check.tensor(noisy, shape=(times * n, d), dtype=dtype, device=device, what="the tensor of noisy inputs")
        check.equal(
            same,
            torch.tensor(targets.tolist() * times, device=device, dtype=targets.dtype),
            mistakes={
                "each sample was repeated in a row: all samples come once, then all once more": (
                    targets.repeat_interleave(times, 0)
                ),
            },
            what="the tensor of targets, which stay what they are,",
        )
        check.own_memory(same, targets, mistake="changes to these targets would change those that were given")
        if scale == 0:
            check.close(
                noisy,
                torch.tensor(inputs.tolist() * times, dtype=dtype, device=device),
                mistakes={
                    "each sample was repeated in a row, which gives it another sample's target": (
                        inputs.repeat_interleave(times, 0)
                    )
                },
                what="without noise, the tensor of inputs",
            )
        check.own_memory(noisy, inputs, mistake="changes to these inputs would change those that were given")


@pytest.mark.concept("fit.noise")
def test_the_noise_is_another_for_each_number_and_copy(device):
    """Noise is normally distributed with mean 0 and the standard deviation asked for, independent for each number."""
    n, d, copies, scale = 20, 5, 40, 0.25
    inputs = draw.laid_out(10 + 5 * draw.normal((n, d), device=device), "sliced")
    noisy, _ = check.parts(
        regularization.noisy_copies(inputs, torch.zeros(n, device=device), scale, copies, generator(7)), 2
    )
    noise = (check.tensor(noisy, shape=(copies * n, d), device=device) - inputs.repeat(copies, 1)).cpu()
    noise = noise.double().reshape(copies, n, d)
    assert (noise[0] - noise[1]).abs().max() > scale / 10, (
        "two copies of a sample have the same noise: draw it for each copy"
    )
    spread = noise.std().item()
    for axis, word in ((1, "sample"), (2, "column")):
        alike = noise.std(dim=axis).median().item() < spread / 10
        assert not alike, f"every {word} has the same noise: draw a number for each number of the inputs"
    growth = (noise[-1].std() / noise[0].std()).item()
    assert growth < 2, f"the last copy has {growth:.2g} times the noise of the first: it adds up; begin with the inputs"
    assert abs(noise.mean().item()) < spread / 4, f"the mean of the noise is {noise.mean():.3g}, expected mean 0"
    check.close(
        spread,
        scale,
        rtol=0.08,
        mistakes={
            "scale is not the variance: multiply the noise by scale itself": scale**0.5,
            "scale was squared: multiply the noise by scale itself": scale**2,
            "this is a share of the number itself: add the noise, do not multiply": lambda: (
                spread if spread > 4 * scale else None
            ),
        },
        what="the standard deviation of the noise",
    )
    outside = 100 * (noise.abs() > 2 * scale).double().mean().item()
    assert 3 < outside < 6.5, (
        f"{outside:.1f} % of the noise lies beyond 2 standard deviations, 4.6 % of normally distributed noise"
    )


@pytest.mark.concept("fit.noise")
def test_the_generator_decides_on_the_noise(device):
    """The same seed gives the same noise again, and each further call gives other noise."""
    inputs, targets, seed = draw.normal((4, 3), device=device), torch.zeros(4, device=device), draw.integer(0, 9999)
    before = torch.get_rng_state()
    used = generator(seed)
    first, second = (regularization.noisy_copies(inputs, targets, 0.5, 2, used)[0] for _ in range(2))
    again = regularization.noisy_copies(inputs, targets, 0.5, 2, generator(seed))[0]
    assert torch.equal(torch.get_rng_state(), before), (
        "drew from torch's global generator, or seeded it: draw from the generator that is given"
    )
    check.equal(again, first.clone(), what="the noisy copies from a generator of the same seed")
    assert not torch.equal(second, first), "a second call gave the same noise: the generator moves on; do not seed it"


@pytest.mark.concept("fit.penalty")
@DTYPES
def test_the_penalized_loss_has_its_least_where_the_gradient_is_0(device, dtype):
    """For a linear model the weights of the least penalized loss follow from one linear equation."""
    n, d = draw.integer(8, 12), draw.integer(3, 5)
    inputs, targets = draw.normal((n, d), device=device, dtype=dtype), draw.normal((n,), device=device, dtype=dtype) + 1
    x, y = inputs.cpu().double(), targets.cpu().double()

    def solved(penalty: torch.Tensor | float) -> torch.Tensor:
        return (
            torch.linalg.lstsq((x.T @ x / n + penalty), (x.T @ y / n).unsqueeze(1))
            .solution.squeeze(1)
            .to(device, dtype)
        )

    one = torch.eye(d, dtype=torch.float64)
    for strength, layout in ((0.7, "contiguous"), (0.0, "sliced")):
        inputs = draw.laid_out(inputs, layout)
        with check.unchanged(inputs, targets):
            weights = regularization.fit(inputs, targets, strength) if strength else regularization.fit(inputs, targets)
        check.close(
            weights,
            solved(strength * one),
            rtol=1e-3 if dtype is torch.float32 else 1e-8,
            atol=1e-4 if dtype is torch.float32 else 1e-8,
            mistakes={
                "these are the weights without the penalty": solved(0.0),
                "this is the penalty with the sum of the squared errors; with their mean it weighs n times as much": (
                    solved(strength / n * one)
                ),
                "the strength is multiplied by n; the mean of the squared errors is divided by it": solved(
                    strength * n * one
                ),
                "this is with strength squared": solved(strength**2 * one),
                "this is with twice the strength: the factor 2 of the derivative is in both terms": solved(
                    2 * strength * one
                ),
                "this is with half the strength": solved(strength / 2 * one),
                "strength is added everywhere; add it on the diagonal: strength times the identity": solved(strength),
                "these are the weights without the penalty, divided by 1 + strength": solved(0.0) / (1 + strength),
            },
            what=f"with strength {strength}, the tensor of weights",
        )


def task(n: int, d: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Return samples whose targets depend on the first two inputs, and on noise."""
    inputs = draw.normal((n, d), dtype=torch.float64)
    targets = inputs[:, 0] - inputs[:, 1] + draw.normal((n,), dtype=torch.float64)
    return inputs.to(device), targets.to(device)


def gap(weights: torch.Tensor, training: Tensors, validation: Tensors) -> float:
    """Return how far the validation loss lies above the training loss."""
    losses = [((x @ weights - y) ** 2).mean().item() for x, y in (training, validation)]
    return losses[1] - losses[0]


@pytest.mark.concept("fit.noise")
def test_noise_on_the_inputs_acts_as_a_penalty(device):
    """A linear model fitted to many noisy copies has the weights of a penalty with strength scale squared."""
    scale = 0.8
    inputs, targets = task(15, 3, device)
    noisy, same = regularization.noisy_copies(inputs, targets, scale, 800, generator(draw.integer(0, 9999)))
    with_noise = regularization.fit(noisy, same)
    with_penalty, without = regularization.fit(inputs, targets, scale**2), regularization.fit(inputs, targets)
    apart, effect = (with_noise - with_penalty).norm().item(), (with_penalty - without).norm().item()
    assert apart < 0.1 + 0.2 * effect, (
        f"the weights with noise are {with_noise.tolist()}, with the penalty {with_penalty.tolist()}; alike expected"
    )


@pytest.mark.concept("fit.penalty")
def test_a_penalty_makes_weights_and_gap_smaller(device):
    """With twelve weights and fourteen samples the gap is large; a penalty makes weights and gap smaller."""
    strengths, gaps = (0.0, 0.1, 1.0), torch.zeros(3)
    for _ in range(12):
        training, validation = task(14, 12, device), task(100, 12, device)
        weights = [regularization.fit(*training, strength) for strength in strengths]
        norms = [each.norm().item() for each in weights]
        assert norms[0] > norms[1] > norms[2], f"with the strengths 0, 0.1, 1 the norms of the weights are {norms}"
        gaps += torch.tensor([gap(each, training, validation) for each in weights]) / 12
    assert gaps[0] > gaps[1] > gaps[2], (
        f"with the strengths 0, 0.1, 1 the gaps are {gaps.tolist()}, as the mean of 12 data sets: they should fall"
    )


@pytest.mark.concept("fit.simpler")
def test_a_simpler_model_overfits_less(device):
    """A model that is given the two inputs that matter has a smaller gap than one with ten more to play with."""
    gaps = {2: 0.0, 12: 0.0}
    for _ in range(6):
        training, validation = task(14, 12, device), task(100, 12, device)
        for columns in gaps:
            few = [(x[:, :columns], y) for x, y in (training, validation)]
            gaps[columns] += gap(regularization.fit(*few[0]), *few) / 6
    assert gaps[12] > gaps[2], (
        f"the gap is {gaps[2]:.3g} with 2 inputs and {gaps[12]:.3g} with 12, as the mean of 6 data sets: it should grow"
    )
