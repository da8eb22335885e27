"""A linear model is fitted by training data, a gradient, and steps downhill."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import pairwise
from typing import Any

import pytest
import torch

from dojo import check, draw
from katas.training import linear_model

Tensor = torch.Tensor
Line = tuple[Tensor, Tensor]

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
ROUNDING = {torch.float32: {"rtol": 1e-3, "atol": 1e-3}, torch.float64: {"rtol": 1e-8, "atol": 1e-8}}


def by_hand() -> AbstractContextManager[None]:
    """Refuse to let autograd compute the gradients."""
    return check.built_without_autograd(instead="derive both formulas on paper: twice the mean of error times input")


def columns(cars, *names):
    """Return these columns of every eighth car, in float64."""
    return torch.stack([cars[name][::8] for name in names], dim=1).double()


def problem(device, dtype=torch.float64, n=None, d=None):
    """Return features, targets, weights and a bias, none of them small or alike."""
    rows, inputs = draw.sizes(2, low=3, high=8)
    n, d = n or rows, d or inputs
    features = draw.normal((n, d), device=device, dtype=dtype) + 1
    targets = draw.normal((n,), device=device, dtype=dtype) * 2 + 5
    weights = -draw.normal((d,), device=device, dtype=dtype).abs() - 0.5
    bias = torch.tensor(3 + draw.integer(1, 9) / 10, device=device, dtype=dtype)
    features[0] = 5.0  # so that one prediction is below 0
    return features, targets, weights, bias


def mean_squared_error(features: Tensor, targets: Tensor, line: Line) -> float:
    """Return the error of a model, computed in float64 on the CPU."""
    x, y, w, b = (each.detach().cpu().double() for each in (features, targets, *line))
    return float(((x @ w + b - y) ** 2).mean())


def slopes(x: Tensor, y: Tensor, w: Tensor, b: Tensor) -> Line:
    """Return the derivatives in Python's floats, as tensors like ``w`` and ``b``."""
    rows, targets, weights, bias = x.tolist(), y.tolist(), w.tolist(), b.item()
    errors = [
        sum(i * k for i, k in zip(row, weights, strict=True)) + bias - target
        for row, target in zip(rows, targets, strict=True)
    ]
    by_weights = [2 * sum(e * row[k] for e, row in zip(errors, rows, strict=True)) / len(rows) for k in range(len(w))]
    return w.new_tensor(by_weights), b.new_tensor(2 * sum(errors) / len(rows))


def descent(
    features: Tensor,
    targets: Tensor,
    rate: float,
    steps: int,
    scale: Callable[[Tensor], tuple[Any, Any]] = lambda x: (x.mean(0), x.std(0, correction=0)),
    translate: Callable[..., Line] = lambda w, b, mean, std: (w / std, b - (w * mean / std).sum()),
) -> Line:
    """Return weights and bias after the descent, computed in float64 on the CPU, and then moved to the features."""
    x, y = features.detach().cpu().double(), targets.detach().cpu().double()
    mean, std = (torch.zeros_like(x[0]) + each for each in scale(x))
    z = (x - mean) / std
    w, b = torch.zeros_like(x[0]), torch.zeros_like(y[0])
    for _ in range(steps):
        errors = z @ w + b - y
        w, b = w - rate * 2 * (errors @ z) / len(y), b - rate * 2 * errors.mean()
    moved, bias = translate(w, b, mean, std)
    return moved.to(features.device, features.dtype), bias.to(features.device, features.dtype)


def best(features: Tensor, targets: Tensor) -> Line:
    """Return weights and bias of the least squares, in closed form, in float64 on the CPU."""
    x, y = features.detach().cpu().double(), targets.detach().cpu().double()
    solution = torch.linalg.lstsq(torch.cat([x, torch.ones_like(x[:, :1])], dim=1), y.unsqueeze(1)).solution.flatten()
    return solution[:-1].to(features.device, features.dtype), solution[-1].to(features.device, features.dtype)


@pytest.mark.concept("learning.weight-bias")
@DTYPES
def test_a_prediction_is_the_weighted_sum_of_the_inputs_and_the_bias(device, dtype):
    """A linear model predicts the sum of all inputs, each times its weight, plus the bias."""
    features, _, weights, bias = problem(device, dtype)
    n, d = features.shape
    rows, each_weight, offset = features.tolist(), weights.tolist(), bias.item()
    values = [sum(i * w for i, w in zip(row, each_weight, strict=True)) + offset for row in rows]
    expected = torch.tensor(values, device=device, dtype=dtype)
    with check.unchanged(features, weights, bias):
        predictions = linear_model.predict(features, weights, bias)
    check.close(
        predictions,
        expected,
        rtol=1e-4 if dtype is torch.float32 else 1e-9,
        atol=1e-4 if dtype is torch.float32 else 1e-9,
        mistakes={
            "the bias is left out": expected - bias,
            "the bias is subtracted; it is to be added": expected - 2 * bias,
            "the bias is added to each product; it counts once a row": expected + (d - 1) * bias,
            "this is the mean of the products; it is to be their sum": (expected - bias) / d + bias,
            "the inputs are not multiplied by their weights": features.sum(1) + bias,
            "a prediction is one number a row, of shape (n,), without an axis of size 1": expected.unsqueeze(1),
            "every row has every other's products here: a row's inputs meet the weights once": expected.expand(n, n),
            "the sum is the prediction itself: no activation follows": lambda: expected.relu(),
        },
    )


@pytest.mark.concept("learning.weight-bias")
def test_the_bias_is_the_output_when_all_inputs_are_0(device):
    """The bias is the prediction where all inputs are 0, whatever the weights are."""
    _, _, weights, bias = problem(device)
    nothing = torch.zeros((3, len(weights)), device=device, dtype=weights.dtype)
    check.close(
        linear_model.predict(nothing, weights, bias),
        bias.expand(3),
        mistakes={"where all inputs are 0, only the bias is left": torch.zeros_like(nothing[:, 0])},
    )


@pytest.mark.concept("learning.weight-bias")
def test_a_weight_says_how_strongly_its_input_acts(device):
    """One unit more of one input, the others as they were, and the prediction rises by that input's weight."""
    features, _, weights, bias = problem(device)
    start = features[:1].expand(len(weights), -1)
    one_unit_more = start + torch.eye(len(weights), device=device, dtype=weights.dtype)
    rise = linear_model.predict(one_unit_more, weights, bias) - linear_model.predict(start, weights, bias)
    check.close(rise, weights, what="the rise of the prediction")


@pytest.mark.concept("learning.weight-bias")
def test_one_row_with_one_input_is_a_table_too(device):
    """The axes stay what they are where their size is 1: a single row gives a prediction of shape (1,)."""
    features, _, weights, bias = problem(device, n=1, d=1)
    check.close(linear_model.predict(features, weights, bias), features[:, 0] * weights[0] + bias)


@pytest.mark.concept("learning.ingredients")
@DTYPES
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_the_gradient_says_where_uphill_is(device, dtype, layout):
    """The derivative by a weight is twice the mean of error times input; by the bias, twice the mean error."""
    features, targets, weights, bias = problem(device, dtype)
    n, d = features.shape
    by_weights, by_bias = slopes(features, targets, weights, bias)
    paired = (features @ weights + bias).unsqueeze(1) - targets
    errors = paired.diagonal()
    features = draw.laid_out(features, layout)
    with check.unchanged(features, targets, weights, bias), by_hand():
        result = linear_model.gradients(features, targets, weights, bias)
    mine = check.parts(result, 2)

    def both(change: Callable[[Tensor], Tensor]) -> tuple[Tensor, Tensor]:
        return change(by_weights), change(by_bias)

    def of(these: Tensor) -> tuple[Tensor, Tensor]:
        return 2 * (these @ features) / n, 2 * these.mean()

    mistakes = {
        "the derivative of a square is twice what is squared: a factor 2 is missing": both(lambda g: g / 2),
        "these are the derivatives of the sum of the squared errors; divide by n": both(lambda g: g * n),
        "the sign is flipped: the error is prediction - target": both(lambda g: -g),
        "the bias comes second: `return by_weights, by_bias`": (by_bias, by_weights),
        "each error counts times the input that the weight belongs to": (by_bias.expand(d), by_bias),
        "all weights have one derivative here: take the mean over the rows, for each input apart": (
            by_weights.mean().expand(d),
            by_bias,
        ),
        "the derivatives by the weights are divided by the number of inputs as well; divide by that of the rows only": (
            by_weights / d,
            by_bias,
        ),
        "the targets are not subtracted": of(errors + targets),
        "the bias is missing in the predictions": of(errors - bias),
        "every prediction is paired with every target: both need shape (n,)": of(paired.mean(1)),
    }
    rounding = 1e-4 if dtype is torch.float32 else 1e-9
    check.close(
        mine, (by_weights, by_bias), rtol=rounding, atol=rounding, what="the pair of derivatives", mistakes=mistakes
    )


@pytest.mark.concept("learning.ingredients")
def test_a_gradient_of_one_row_has_the_same_axes(device):
    """The derivative by the weights has the shape of the weights, the one by the bias that of the bias."""
    features, targets, weights, bias = problem(device, n=1, d=1)
    by_weights, by_bias = check.parts(linear_model.gradients(features, targets, weights, bias), 2)
    error = features[0, 0] * weights[0] + bias - targets[0]
    check.close(by_weights, 2 * error * features[0], what="the derivative by the weights")
    check.close(by_bias, 2 * error, what="the derivative by the bias")


@pytest.mark.concept("learning.ingredients")
def test_before_the_first_step_there_is_nothing_learned(device):
    """The descent starts with weights and bias 0, and after no step it is still there."""
    features, targets, *_ = problem(device, n=9, d=3)
    line = check.parts(linear_model.fit(features, targets, 0.1, 0), 2)
    check.close(
        line,
        (torch.zeros_like(features[0]), torch.zeros_like(targets[0])),
        what="the model before the first step",
        mistakes={
            "this is one step too many": lambda: descent(features, targets, 0.1, 1),
            "this is the end of the descent, the least squares: take as many steps as asked": lambda: best(
                features, targets
            ),
        },
    )


def wrong_descents(features, targets, rate, steps):
    """Return what people get wrong in the descent, with what it leads to."""

    def other(rate=rate, steps=steps, **parts):
        return lambda: descent(features, targets, rate, steps, **parts)

    def keep(w, b, mean, std):
        return w, b

    def unmoved(w, b, mean, std):
        return w / std, 0 * b - (w * mean / std).sum()

    return {
        "the features are not standardised": other(scale=lambda _: (0.0, 1.0)),
        "the columns were centred, but not divided by their standard deviation": other(
            scale=lambda x: (x.mean(0), 1.0)
        ),
        "the standard deviation was divided by n - 1; it is to be the biased one, divided by n": other(
            scale=lambda x: (x.mean(0), x.std(0))
        ),
        "each column has a mean and a standard deviation of its own": other(
            scale=lambda x: (x.mean(), x.std(correction=0))
        ),
        "these belong to the standardised features: translate weights and bias": other(translate=keep),
        "the bias still belongs to the standardised features: subtract the sum of weight times mean": other(
            translate=lambda w, b, _, std: (w / std, b)
        ),
        "the bias was translated with the weights of the standardised features": other(
            translate=lambda w, b, mean, std: (w / std, b - w @ mean)
        ),
        "the bias was translated with the wrong sign": other(
            translate=lambda w, b, mean, std: (w / std, b + (w * mean / std).sum())
        ),
        "the weights were multiplied by the standard deviations; divide": other(
            translate=lambda w, b, mean, std: (w * std, b - (w * std) @ mean)
        ),
        "the bias never moved: it takes steps like the weights": other(translate=unmoved),
        "this is one step too many": other(steps=steps + 1),
        "this is one step too few": other(steps=steps - 1),
        "this went uphill: subtract the gradient": other(rate=-rate),
        "the steps are half as long: the derivative of a square has a factor 2": other(rate=rate / 2),
        "this is the end of the descent, the least squares: take as many steps as asked": lambda: best(
            features, targets
        ),
    }


@pytest.mark.concept("learning.ingredients")
@DTYPES
@pytest.mark.parametrize("steps", [2, 5])
def test_each_step_moves_all_parameters_downhill(device, dtype, steps):
    """A step moves every weight and the bias by the learning rate times the gradient, downhill."""
    sizes = torch.tensor([7.0, 0.2, 3.0], device=device, dtype=dtype)
    means = torch.tensor([-9.0, 1.0, 4.0], device=device, dtype=dtype)
    features = draw.normal((draw.integer(6, 9), 3), device=device, dtype=dtype) * sizes + means
    targets = draw.normal(features.shape[:1], device=device, dtype=dtype) * 3 + 10
    rate = draw.integer(10, 20) / 100
    with check.unchanged(features, targets):
        line = linear_model.fit(features, targets, rate, steps)
    mine = check.parts(line, 2)
    rates = {f"this took another learning rate, {other}, than the one that was given": other for other in (0.1, 0.01)}
    check.close(
        mine,
        descent(features, targets, rate, steps),
        what="the pair of weights and bias",
        **ROUNDING[dtype],
        mistakes=wrong_descents(features, targets, rate, steps)
        | {
            words: lambda other=other: descent(features, targets, other, steps)
            for words, other in rates.items()
            if other != rate
        },
    )


@pytest.mark.concept("learning.ingredients")
def test_the_error_falls_with_every_step(device, cars):
    """With a learning rate that is small enough, each step makes the mean squared error of the training data fall."""
    names = ("cylinders", "displacement", "horsepower", "weight", "acceleration")
    features, mpg = columns(cars, *names).to(device), columns(cars, "mpg").squeeze(1).to(device)
    errors = [
        mean_squared_error(features, mpg, check.parts(linear_model.fit(features, mpg, 0.1, steps), 2))
        for steps in (0, 1, 2, 3, 5, 9)
    ]
    shown = ", ".join(f"{error:.4g}" for error in errors)
    assert all(later < earlier for earlier, later in pairwise(errors)), (
        f"the mean squared errors after 0, 1, 2, 3, 5 and 9 steps are {shown}: they are to fall from step to step"
    )


@pytest.mark.concept("learning.ingredients")
@pytest.mark.concept("learning.weight-bias")
def test_a_pound_more_costs_miles(device, cars):
    """Data, model and descent together find the least squares: a thousand pounds more cost 7.7 miles per gallon."""
    features, miles = columns(cars, "weight", "acceleration").to(device), columns(cars, "mpg").squeeze(1).to(device)
    features = draw.laid_out(features, "sliced")
    for unit, targets in (("miles per gallon", miles), ("litres per 100 km", 235.215 / miles)):
        weights, bias = check.parts(linear_model.fit(features, targets, 0.5, 30), 2)
        by_pound_and_second, at_zero = best(features, targets)
        what = f"after 30 steps on real cars, in {unit}, the weight of a pound and of a second of acceleration"
        check.close(weights, by_pound_and_second, rtol=1e-6, atol=0.0, what=what)
        check.close(bias, at_zero, rtol=1e-6, atol=0.0, what=f"the bias in {unit}, for a car of 0 pounds, in 0 seconds")
