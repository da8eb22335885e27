"""Sensitive and saturated ranges of activations, and where an error goes."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import torch

from dojo import check, draw
from katas.networks import saturation

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])

ROUNDING = {torch.float32: {"rtol": 1e-4, "atol": 1e-5}, torch.float64: {"rtol": 1e-9, "atol": 1e-9}}


def logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > 0 else math.exp(value) / (1 + math.exp(value))


def logistic_slope(value: float) -> float:
    return logistic(value) * logistic(-value)


def tanh_slope(value: float) -> float:
    return 4 * logistic(2 * value) * logistic(-2 * value)


def falling(x: torch.Tensor) -> torch.Tensor:
    return 1 - torch.tanh(x)


CURVES = {
    "sigmoid": (torch.sigmoid, logistic_slope),
    "tanh": (torch.tanh, tanh_slope),
    "1 - tanh": (falling, lambda v: -tanh_slope(v)),
    "hardtanh": (torch.nn.functional.hardtanh, lambda v: 1.0 if abs(v) < 1 else 0.0),
}


def each(x: torch.Tensor, rule: Callable[[float], float]) -> torch.Tensor:
    """Return what ``rule`` gives for each element, computed in Python's floats."""
    values = [rule(value) for value in x.detach().flatten().tolist()]
    return torch.tensor(values, dtype=x.dtype, device=x.device).reshape(x.shape)


@contextmanager
def without_a_trace(*tensors: torch.Tensor) -> Iterator[None]:
    """Refuse the answer if the block changes one of ``tensors``, its requires_grad or its grad, or the grad mode."""
    __tracebackhide__ = True
    before = [None if tensor.grad is None else tensor.grad.clone() for tensor in tensors if tensor.is_leaf]
    with check.unchanged(*tensors, mistake="work on x.detach(), which has a requires_grad of its own"):
        yield
    assert torch.is_grad_enabled(), "switched off the recording of gradients for everything that follows"
    for tensor, grad in zip([tensor for tensor in tensors if tensor.is_leaf], before, strict=True):
        after = tensor.grad
        same = after is grad if after is None or grad is None else torch.equal(after, grad)
        assert same, (
            "changed x.grad, the grad of a tensor that came in: backward() adds to it; torch.autograd.grad gives the "
            "gradient back and leaves grad alone"
        )


@pytest.mark.concept("neuron.sensitive")
@DTYPES
@pytest.mark.parametrize("name", CURVES)
def test_the_derivative_tells_how_much_of_a_change_comes_through(device, dtype, name):
    """The derivative tells how sensitive an activation is: near 0 a change of its input moves its output most."""
    activation, slope = CURVES[name]
    x = draw.normal(draw.sizes(2, low=3), device=device, dtype=dtype)
    x[0, :3] = torch.tensor([-4.0, 0.0, 0.5])
    with without_a_trace(x):
        given = saturation.derivative(activation, x)
    count = x.numel()
    check.close(
        given,
        each(x, slope),
        **ROUNDING[dtype],
        mistakes={
            "the derivatives are divided by the number of elements: take the gradient of the sum, not of the mean": (
                lambda: each(x, slope) / count
            ),
            "this is the sigmoid's derivative, whatever the activation": each(x, logistic_slope),
            "this is what the activation gives, not its derivative": lambda: activation(x.clone()),
            "this is the derivative at the activation's output; asked is the one at x": lambda: each(
                activation(x.clone()), slope
            ),
            "this is a difference quotient, too coarse for a derivative": lambda: (
                (activation(x + 0.01) - activation(x)) / 0.01
            ),
            "the sign is lost: where an activation falls, its derivative is negative": each(x, lambda v: abs(slope(v))),
        },
    )


@pytest.mark.concept("neuron.saturated")
def test_gradients_vanish_in_the_saturated_range(device):
    """Far to either side a sigmoid is saturated: its derivative, and with it every gradient through it, vanishes."""
    x = torch.tensor([-30.0, -10.0, -5.0, 5.0, 10.0], dtype=torch.float64, device=device)
    given = saturation.derivative(torch.sigmoid, x)
    expected = each(x, logistic_slope)
    check.close(given, expected)
    assert ((given - expected).abs() <= 1e-6 * expected).all(), (
        f"the derivatives are small, not 0, and here they are wrong: {given.tolist()}, expected {expected.tolist()}; "
        "a difference quotient has no digits left in the saturated range"
    )


@pytest.mark.concept("neuron.sensitive")
def test_a_derivative_is_found_without_a_trace(device):
    """Whoever asks for a gradient with autograd.grad adds nothing to the grad that a tensor has already."""
    leaf = torch.tensor([[-2.0, 0.5, 1.0]], device=device, requires_grad=True)
    leaf.grad = torch.full_like(leaf, 7.0)
    expected = each(leaf, tanh_slope)
    added = {"the derivative was added up with the grad that x had before": expected + 7}
    with without_a_trace(leaf):
        given = saturation.derivative(torch.tanh, leaf)
        check.close(given, expected, requires_grad=False, mistakes=added)
    of_result = saturation.derivative(torch.tanh, leaf * 1)
    check.close(of_result, expected, requires_grad=False, what="of an x that is the result of an operation, the answer")


@pytest.mark.concept("neuron.sensitive")
def test_a_derivative_has_the_shape_of_x(device):
    """There is one derivative for each element, whatever the shape."""
    number, one, many = (draw.normal(shape, device=device) for shape in ((), (1,), (2, 3, 4)))
    for x in (number, one, draw.laid_out(many, "sliced")):
        check.close(saturation.derivative(torch.tanh, x), each(x, tanh_slope), **ROUNDING[torch.float32])


@pytest.mark.concept("neuron.saturated")
@DTYPES
@pytest.mark.parametrize("name", ["tanh", "1 - tanh", "hardtanh"])
def test_a_neuron_may_be_saturated_in_some_samples_only(device, dtype, name):
    """A neuron is saturated in those samples where its sum lies far out; each neuron of a layer has its own share."""
    activation, slope = CURVES[name]
    batch, neurons = draw.integer(6, 8), 4
    sums = torch.tensor([0.125, -0.25, 0.5], dtype=dtype, device=device)[
        draw.integers((batch, neurons), 0, 2, device=device)
    ]
    far = [0, draw.integer(1, 2), 3, batch - 1]  # so many samples in which each neuron is far out
    for k, count in enumerate(far):
        sums[:count, k] = torch.tensor([-5.0, 6.0, 4.0, -4.5, 5.5, 4.0, -6.0][:count])
    threshold = 0.3
    right = sums.clone()
    saturated = [[abs(slope(value)) < threshold for value in row] for row in right.tolist()]

    def shares(table):
        return torch.tensor(table, dtype=dtype, device=device).mean(dim=0)

    expected = torch.tensor([count / batch for count in far], dtype=dtype, device=device)
    with without_a_trace(sums):
        given = saturation.saturated_shares(activation, sums, threshold)
    check.close(
        given,
        expected,
        mistakes={
            "this is a share for each sample; take the mean over the samples, axis 0": lambda: shares(
                [list(row) for row in zip(*saturated, strict=True)]
            ),
            "these are the shares of samples in which a neuron is sensitive": 1 - expected,
            "a falling activation has negative derivatives: their size without the sign counts": lambda: shares(
                [[slope(value) < threshold for value in row] for row in right.tolist()]
            ),
            "these are counts: divide by the number of samples": expected * batch,
            "this is one share for the whole layer; each neuron has its own": expected.mean(),
            "this compares the output of the activation with the threshold; its derivative tells": lambda: (
                (activation(right).abs() < threshold).to(dtype).mean(dim=0)
            ),
        },
    )


@pytest.mark.concept("neuron.saturated")
def test_where_saturation_begins_is_a_matter_of_the_threshold(device):
    """Saturation is a matter of degree: the higher the threshold, the more samples count as saturated."""
    sums = torch.tensor([[0.0], [1.0], [2.0], [4.0]], device=device)  # slopes 0.25, 0.197, 0.105, 0.018
    sums = draw.laid_out(sums, "sliced")
    for threshold, share in ((0.01, 0.0), (0.05, 0.25), (0.15, 0.5), (0.22, 0.75), (0.3, 1.0)):
        check.close(
            saturation.saturated_shares(torch.sigmoid, sums, threshold),
            torch.tensor([share], device=device),
            what=f"with the threshold {threshold}, the share",
        )
    check.close(
        saturation.saturated_shares(torch.relu, torch.tensor([[-1.0], [1.0]], device=device), 1.0),
        torch.tensor([0.5], device=device),
        mistakes={
            "a derivative that is equal to the threshold is not below it": torch.tensor([1.0], device=device),
        },
    )


@pytest.mark.concept("neuron.saturated")
@DTYPES
def test_stacked_activations_multiply_their_derivatives(device, dtype):
    """By the chain rule, the derivatives of stacked activations multiply, each taken where its own input lies."""
    x = draw.normal(draw.sizes(2, low=3), device=device, dtype=dtype)

    def through(value, depth):
        product = 1.0
        for _ in range(depth):
            product *= tanh_slope(value)
            value = math.tanh(value)
        return product

    def last(value, depth):
        for _ in range(depth - 1):
            value = math.tanh(value)
        return tanh_slope(value)

    for depth in (3, 1, 2, 0):
        with without_a_trace(x):
            given = saturation.derivative_through(torch.tanh, x, depth)
        check.close(
            given,
            each(x, lambda v: through(v, depth)),
            **ROUNDING[dtype],
            what=f"with depth {depth}, the derivative",
            mistakes={
                "with depth 0, x goes through as it is, and the derivative of x is 1": torch.zeros_like(x)
                if depth == 0
                else [],
                "this is the derivative at x, to the power of depth; after the first activation x lies elsewhere": each(
                    x, lambda v: tanh_slope(v) ** depth
                ),
                "this is depth times the derivative; derivatives in a row multiply": each(
                    x, lambda v: tanh_slope(v) * depth
                ),
                "this goes through one activation too many": each(x, lambda v: through(v, depth + 1)),
                "this goes through one activation too few": each(x, lambda v: through(v, max(depth - 1, 0))),
                "this is the derivative of the last activation alone": each(x, lambda v: last(v, depth)),
            },
        )


@pytest.mark.concept("neuron.saturated")
def test_a_deep_stack_of_sigmoids_lets_hardly_any_gradient_through(device):
    """A sigmoid's derivative is 0.25 at most, so ten of them in a row leave less than a millionth of a gradient."""
    x = draw.laid_out(torch.tensor([-3.0, 0.0, 3.0], dtype=torch.float64, device=device), "sliced")
    given = saturation.derivative_through(torch.sigmoid, x, 10)
    expected = []
    for value in x.tolist():
        product = 1.0
        for _ in range(10):
            product, value = product * logistic_slope(value), logistic(value)
        expected.append(product)
    check.close([value * 1e6 for value in check.tensor(given, shape=(3,)).tolist()], [each * 1e6 for each in expected])
    assert given.max().item() < 0.25**10, "0.25 ** 10 is the most that ten sigmoids can let through"
    x = torch.tensor(0.0, device=device)
    check.close(saturation.derivative_through(torch.sigmoid, x, 1), torch.tensor(0.25, device=device))


def drawn_layer(device, dtype):
    batch, inputs, neurons = draw.sizes(3, low=3, high=6)
    samples = draw.normal((batch, inputs), device=device, dtype=dtype)
    weight = draw.normal((neurons, inputs), device=device, dtype=dtype)
    bias, errors = (
        draw.normal((neurons,), device=device, dtype=dtype),
        draw.normal((batch, neurons), device=device, dtype=dtype),
    )
    return samples, weight, bias, errors


def gradient_in_python(samples, weight, bias, errors, slope):
    """Return the gradient of the weights by the chain rule: for each sample, error times slope times input."""
    rows = []
    for k, (own, b) in enumerate(zip(weight.tolist(), bias.tolist(), strict=True)):
        row = [0.0] * len(own)
        for sample, error in zip(samples.tolist(), errors.tolist(), strict=True):
            total = sum(x * w for x, w in zip(sample, own, strict=True)) + b
            row = [g + error[k] * slope(total) * x for g, x in zip(row, sample, strict=True)]
        rows.append(row)
    return rows


@pytest.mark.concept("neuron.local-error")
@DTYPES
def test_an_error_times_the_derivative_times_the_input_moves_a_weight(device, dtype):
    """What moves a weight is the error, times the derivative of the activation, times the input, over all samples."""
    samples, weight, bias, errors = drawn_layer(device, dtype)
    s, w, b, e = (tensor.clone() for tensor in (samples, weight, bias, errors))  # should the answer change its input

    def norms(rows):
        return torch.tensor([math.hypot(*row) for row in rows], dtype=dtype, device=device)

    def gradient(samples=s, weight=w, bias=b, errors=e, slope=tanh_slope):
        return gradient_in_python(samples, weight, bias, errors, slope)

    expected = norms(gradient())
    with without_a_trace(samples, weight, bias, errors):
        given = saturation.moves(samples, weight, bias, torch.tanh, errors)
    check.close(
        given,
        expected,
        **ROUNDING[dtype],
        mistakes={
            "this goes without the activation's derivative, as if there were no activation": lambda: norms(
                gradient(slope=lambda _: 1.0)
            ),
            "the derivative was taken at the responses; it belongs to the sums, before the activation": lambda: norms(
                gradient(slope=lambda v: tanh_slope(math.tanh(v)))
            ),
            "this goes without the errors: each response's derivative is multiplied by its error": lambda: norms(
                gradient(errors=torch.ones_like(e))
            ),
            "the bias is left out of the sums, which shifts where the neurons work": lambda: norms(
                gradient(bias=torch.zeros_like(b))
            ),
            "this is the mean over the batch; the gradient adds the samples up": expected / len(s),
            "each sample by itself moves the weights so far: the gradients add up first, then comes the norm": lambda: (
                sum(norms(gradient(samples=s[i : i + 1], errors=e[i : i + 1])) for i in range(len(s)))
            ),
            "this is a norm for each input; it is asked for each neuron, over its own weights": lambda: norms(
                list(zip(*gradient(), strict=True))
            ),
            "the gradient of the bias is counted as well; asked is that of the weights": lambda: norms(
                gradient_in_python(
                    torch.hstack([s, torch.ones_like(s[:, :1])]), torch.hstack([w, b[:, None]]), 0 * b, e, tanh_slope
                )
            ),
            "the square root is left out: this is the sum of the squares": expected.square(),
            "the norm is the square root of the sum of the squares, not their sum without signs": lambda: torch.tensor(
                [sum(map(abs, row)) for row in gradient()], dtype=dtype, device=device
            ),
        },
    )


@pytest.mark.concept("neuron.local-error")
def test_an_error_moves_the_neurons_in_their_sensitive_range_most(device):
    """The same error moves a sensitive neuron far, and a saturated one hardly at all."""
    samples = torch.tensor([[3.0, 4.0]], dtype=torch.float64, device=device)
    weight = torch.zeros(3, 2, dtype=torch.float64, device=device)
    bias = torch.tensor([5.0, 0.0, -2.0], dtype=torch.float64, device=device)  # the sums of the three neurons
    errors = torch.ones(1, 3, dtype=torch.float64, device=device)
    given = saturation.moves(samples, weight, bias, torch.sigmoid, errors)
    check.close(given, torch.tensor([5 * logistic_slope(v) for v in (5.0, 0.0, -2.0)], dtype=torch.float64).to(device))
    assert given.argmax().item() == 1, "neuron 1 works where the sigmoid is most sensitive, so it moves furthest"
    large = errors * torch.tensor([20.0, 1.0, 1.0], dtype=torch.float64, device=device)
    given = saturation.moves(samples, weight, bias, torch.sigmoid, large)
    check.close(
        given[0].item(), 100 * logistic_slope(5.0), what="with an error of 20, the move of the saturated neuron"
    )
    assert given[0] < given[1], "even an error 20 times as large moves the saturated neuron less than the sensitive one"


@pytest.mark.concept("neuron.saturated")
def test_to_look_at_a_layer_changes_nothing_in_it(device):
    """A look at the derivatives of a layer leaves its sums and their grad as they were."""
    sums = torch.tensor([[-2.0, 0.5, 1.0]], device=device, requires_grad=True)
    sums.grad = torch.full_like(sums, 7.0)
    with without_a_trace(sums):
        shares = saturation.saturated_shares(torch.tanh, sums, 0.5)
        through = saturation.derivative_through(torch.tanh, sums, 1)
    check.close(shares, torch.tensor([1.0, 0.0, 1.0], device=device))
    check.close(through, each(sums, tanh_slope), **ROUNDING[torch.float32], requires_grad=False)


@pytest.mark.concept("neuron.local-error")
def test_the_weights_themselves_stay_where_they_are(device):
    """To ask how far an error would move the weights moves none of them, and leaves no gradient with them."""
    samples, weight, bias, errors = drawn_layer(device, torch.float32)
    samples = draw.laid_out(samples, "sliced")
    expected = torch.tensor(
        [math.hypot(*row) for row in gradient_in_python(samples, weight, bias, errors, tanh_slope)], device=device
    )
    for tensor in (samples, weight, bias, errors):
        tensor.requires_grad_()
    weight.grad = torch.ones_like(weight)
    with without_a_trace(samples, weight, bias, errors):
        given = saturation.moves(samples, weight, bias, torch.tanh, errors)
    check.close(given, expected, **ROUNDING[torch.float32], requires_grad=False)
    given = saturation.moves(samples * 1, weight * 1, bias * 1, torch.tanh, errors * 1)
    what = "of tensors that are the results of operations, the answer"
    check.close(given, expected, **ROUNDING[torch.float32], requires_grad=False, what=what)


@pytest.mark.concept("neuron.sensitive")
def test_a_derivative_by_x_leaves_the_parameters_alone(device):
    """An activation may have parameters: the derivative by x adds nothing to their grad."""
    x = torch.tensor([-2.0, 0.5, 1.0], device=device)
    steep = torch.tensor(0.25, device=device, requires_grad=True)

    def leaky(x):
        return torch.where(x > 0, x, steep * x)

    one, row, zero = torch.ones(1, 1, device=device), x[None], torch.zeros(1, device=device)
    for name, function, expected in (
        ("derivative", lambda: saturation.derivative(leaky, x), [0.25, 1.0, 1.0]),
        ("saturated_shares", lambda: saturation.saturated_shares(leaky, row, 0.5), [1.0, 0.0, 0.0]),
        ("derivative_through", lambda: saturation.derivative_through(leaky, x, 2), [0.0625, 1.0, 1.0]),
        ("moves", lambda: saturation.moves(one, -one, zero, leaky, one), [0.25]),
    ):
        with without_a_trace(x):
            given = function()
        assert steep.grad is None, (
            f"in {name}, a parameter of the activation has got a grad: backward() goes into every leaf of the graph; "
            "torch.autograd.grad(..., x) gives the gradient by x alone"
        )
        right = torch.tensor(expected, device=device)
        check.close(given, right, requires_grad=False, what=f"with such an activation, {name}")
