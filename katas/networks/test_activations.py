"""Activations are nonlinear, differentiable nearly everywhere, and often bounded."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import torch

from dojo import check, draw
from katas.networks import activations

READY_MADE = (
    *("sigmoid", "sigmoid_", "log_sigmoid_forward", "hardsigmoid", "hardsigmoid_", "_softmax", "_log_softmax"),
    *("tanh", "tanh_", "hardtanh", "hardtanh_", "relu", "relu_", "leaky_relu", "leaky_relu_", "_prelu_kernel"),
    *("rrelu_with_noise", "threshold", "threshold_", "softplus", "softshrink", "hardshrink", "elu", "elu_", "celu"),
    *("celu_", "silu", "silu_", "mish", "mish_", "gelu", "gelu_", "glu", "hardswish", "hardswish_", "logaddexp"),
    *("logaddexp2", "logsumexp", "logcumsumexp", "binary_cross_entropy_with_logits", "soft_margin_loss"),
    *("_foreach_sigmoid", "_foreach_sigmoid_", "_foreach_tanh", "_foreach_tanh_"),
)
DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])


@contextmanager
def by_hand() -> Iterator[None]:
    """Refuse what holds an activation ready, by whatever name it is called, in NumPy too."""
    __tracebackhide__ = True
    instead = "exp, log1p, where, abs, maximum and clamp"
    with check.built_without(*READY_MADE, instead=instead), check.built_without_numpy(instead=instead):
        yield


def each(x: torch.Tensor, rule: Callable[[float], float]) -> torch.Tensor:
    """Return what ``rule`` gives for each element, computed in Python's floats."""
    values = [rule(value) for value in x.detach().flatten().tolist()]
    return torch.tensor(values, dtype=x.dtype, device=x.device).reshape(x.shape)


def logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > 0 else math.exp(value) / (1 + math.exp(value))


def soft(value: float) -> float:
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))


def slopes(function: Callable[[torch.Tensor], torch.Tensor], places: list[float], device: torch.device) -> torch.Tensor:
    """Return the derivative of ``function`` at ``places``, as autograd finds it."""
    __tracebackhide__ = True
    x = torch.tensor(places, device=device, requires_grad=True)
    given = function(x)
    check.recorded(given, mistake="stay with torch's operations: NumPy, .tolist(), .item() and .data lose the gradient")
    (gradient,) = torch.autograd.grad(given.sum(), x)
    return gradient


@pytest.mark.concept("neuron.nonlinearity")
@DTYPES
def test_the_sigmoid_is_a_smooth_step_from_0_to_1(device, dtype):
    """The sigmoid is a smooth step: 1 / (1 + exp(-x)) rises from 0 to 1, and is 0.5 at 0."""
    x = draw.normal(draw.sizes(2, low=3), device=device, dtype=dtype)
    x[0, :3] = torch.tensor([-3.0, 0.0, 2.0])
    right = x.clone()
    with check.unchanged(x), by_hand():
        given = activations.sigmoid(x)
    check.close(
        given,
        each(right, logistic),
        mistakes={
            "the sign of x is lost: the sum below the line has exp(-x)": each(right, lambda v: logistic(-v)),
            "this is tanh, which runs from -1 to 1; the sigmoid runs from 0 to 1": each(right, math.tanh),
            "the 1 below the line is left out": each(right, math.exp),
            "this has a straight piece in the middle; the sigmoid is curved everywhere": each(
                right, lambda v: min(max(v / 4 + 0.5, 0.0), 1.0)
            ),
        },
    )
    check.own_memory(given, x)


@pytest.mark.concept("neuron.nonlinearity")
@DTYPES
def test_softplus_is_a_smooth_relu(device, dtype):
    """The softplus bends smoothly where ReLU has its kink: log(1 + exp(x))."""
    x = draw.normal(draw.sizes(2, low=3), device=device, dtype=dtype)
    x[0, :3] = torch.tensor([-3.0, 0.0, 2.0])
    right = x.clone()
    with check.unchanged(x), by_hand():
        given = activations.softplus(x)
    check.close(
        given,
        each(right, soft),
        mistakes={
            "this is the derivative of the softplus, the sigmoid": each(right, logistic),
            "this is ReLU: the softplus is log(1 + exp(x)), and lies above it": each(right, lambda v: max(v, 0.0)),
            "the sign of x is turned": each(right, lambda v: soft(-v)),
        },
    )
    check.own_memory(given, x)


@pytest.mark.concept("neuron.nonlinearity")
@DTYPES
@pytest.mark.parametrize("slope", [0.125, 0.0, 1.5, -0.5])
def test_leaky_relu_is_made_of_two_straight_pieces(device, dtype, slope):
    """Leaky ReLU lets through what is above 0, and a share of what is below; with no share it is ReLU."""
    x = draw.normal(draw.sizes(2, low=3), device=device, dtype=dtype)
    x[0, :3] = torch.tensor([-3.0, 0.0, 2.0])
    right = x.clone()
    with check.unchanged(x), by_hand():
        given = activations.leaky_relu(x, slope)
    check.close(
        given,
        each(right, lambda v: v if v > 0 else slope * v),
        mistakes={
            "the slope belongs to the elements below 0 here only: this multiplies all, and so it is linear": each(
                right, lambda v: slope * v
            ),
            "this is ReLU: the elements below 0 are multiplied by slope": each(right, lambda v: max(v, 0.0)),
            "the larger of x and slope * x is right for a slope from 0 to 1 only": each(
                right, lambda v: max(v, slope * v)
            ),
            "the slope belongs to the elements below 0": each(right, lambda v: slope * v if v > 0 else v),
            "the elements below 0 become slope itself; they are multiplied by it": each(
                right, lambda v: v if v > 0 else slope
            ),
        },
    )
    check.own_memory(given, x)


@pytest.mark.concept("neuron.bounds")
@DTYPES
@pytest.mark.parametrize(("low", "high"), [(-0.5, 0.75), (0.25, 1.5), (-2.0, -0.25)])
def test_hardtanh_cuts_off_what_is_out_of_bounds(device, dtype, low, high):
    """Hardtanh leaves what lies within its bounds as it is, and gives the nearer bound for what lies without."""
    x = draw.normal(draw.sizes(2, low=5, high=9), device=device, dtype=dtype)
    x[0, :5] = torch.tensor([-3.0, -1.0, 0.0, 0.5, 3.0])
    right = x.clone()
    with check.unchanged(x), by_hand():
        given = activations.hardtanh(x, low, high)
    check.close(
        given,
        each(right, lambda v: min(max(v, low), high)),
        mistakes={
            "this is cut off from -1 to 1, whatever low and high": each(right, lambda v: min(max(v, -1.0), 1.0)),
            "the lower end is not cut off": each(right, lambda v: min(v, high)),
            "the upper end is not cut off": each(right, lambda v: max(v, low)),
            "elements beyond the bounds become 0 here; they become the bound that they passed": each(
                right, lambda v: v if low <= v <= high else 0.0
            ),
            "this stretches a hardtanh; the elements within the bounds keep their values": each(
                right, lambda v: low + (high - low) * (min(max(v, -1.0), 1.0) + 1) / 2
            ),
        },
    )
    check.own_memory(given, x)


@pytest.mark.concept("neuron.nonlinearity")
def test_an_activation_of_a_sum_is_not_the_sum_of_the_activations(device):
    """A linear function fulfils f(a + b) = f(a) + f(b); an activation does not, and so adds what layers lack."""
    a, b = torch.tensor([2.0, -1.0, 0.5], device=device), torch.tensor([-3.0, 0.5, -1.0], device=device)
    for name, function, whole, parts in (
        (
            "sigmoid",
            activations.sigmoid,
            logistic,
            [logistic(u) + logistic(v) for u, v in ((2, -3), (-1, 0.5), (0.5, -1))],
        ),
        ("softplus", activations.softplus, soft, [soft(u) + soft(v) for u, v in ((2, -3), (-1, 0.5), (0.5, -1))]),
        ("leaky_relu", lambda x: activations.leaky_relu(x, 0.25), lambda v: max(v, v / 4), [1.25, 0.25, 0.25]),
        ("hardtanh", lambda x: activations.hardtanh(x, -0.5, 1.0), lambda v: min(max(v, -0.5), 1.0), [0.5, 0.0, 0.0]),
    ):
        of_sum, sum_of = function(a + b), function(a) + function(b)
        check.close(of_sum, each(a + b, whole), what=f"{name}(a + b)")
        check.close(sum_of, torch.tensor(parts, device=device), what=f"{name}(a) + {name}(b)")
        assert not torch.allclose(of_sum, sum_of), f"{name}(a + b) is {name}(a) + {name}(b): that is a linear function"


@pytest.mark.concept("neuron.bounds")
@DTYPES
def test_far_out_the_curves_come_to_their_limits(device, dtype):
    """Far to the left sigmoid and softplus come to 0; far to the right the sigmoid comes to 1, the softplus to x."""
    far = torch.tensor([-1e4, -750.0, -100.0, 100.0, 750.0, 1e4], device=device, dtype=dtype)
    overflow = {
        "exp(x) overflows far to the right, and infinity divided by infinity is NaN": lambda: (
            far.exp() / (1 + far.exp())
        )
    }
    check.close(
        activations.sigmoid(far),
        torch.tensor([0.0, 0.0, 0.0, 1.0, 1.0, 1.0], device=device, dtype=dtype),
        mistakes=overflow,
    )
    expected = torch.tensor([0.0, 0.0, 0.0, 100.0, 750.0, 1e4], device=device, dtype=dtype)
    given = activations.softplus(far)
    beyond = check.tensor(given, shape=(6,), dtype=dtype, device=device)[3:]
    assert not (beyond == beyond[0]).all() or beyond.isinf().any(), (
        f"softplus gives {beyond[0].item():.0f} at 100 and at 10000 alike: the values above are cut off; far to the "
        "right the softplus is x"
    )
    check.close(given, expected)


@pytest.mark.concept("neuron.bounds")
@DTYPES
def test_small_results_keep_their_digits(device, dtype):
    """Near its limit 0 a result is small, not 0: the sigmoid of -30 is 9.4e-14, and so is the softplus."""
    left = torch.tensor([-10.0, -20.0, -30.0, -50.0, -80.0], device=device, dtype=dtype)
    for name, given, expected in (
        ("sigmoid", activations.sigmoid(left), each(left, logistic)),
        ("softplus", activations.softplus(left), each(left, soft)),
    ):
        check.close(given, expected, atol=1e-3, what=name)  # what is wrong altogether has another name
        error = ((given - expected) / expected).abs().max().item()
        assert error < 1e-4, (
            f"{name} is wrong by {error:.0e} of its value at one of -10, -20, -30, -50 and -80: a small number that is "
            "added to 1, or taken from it, loses all digits; log1p(z) is log(1 + z) without that sum"
        )


@pytest.mark.concept("neuron.differentiable")
def test_the_smooth_curves_have_a_derivative_everywhere(device):
    """Sigmoid and softplus are smooth: each has one derivative at every place, 0 included."""
    places = [-2.0, -0.5, 0.0, 0.5, 2.0]
    of_sigmoid = [logistic(v) * (1 - logistic(v)) for v in places]
    of_softplus = [logistic(v) for v in places]
    kink = "at 0 this is the derivative of one piece: abs() has a kink at 0, and so have clamp(min=0), clamp(max=0)"
    for name, function, expected, wrong in (
        ("sigmoid", activations.sigmoid, of_sigmoid, (0.0, 0.5)),
        ("softplus", activations.softplus, of_softplus, (0.0, 1.0)),
    ):
        check.close(
            slopes(function, places, device),
            torch.tensor(expected, device=device),
            rtol=1e-4,
            atol=1e-5,
            what=f"the gradient of {name} at {places}",
            mistakes={
                kink + " " * number: torch.tensor([*expected[:2], value, *expected[3:]], device=device)
                for number, value in enumerate(wrong)
            },
        )


@pytest.mark.concept("neuron.differentiable")
def test_the_pieces_meet_in_kinks(device):
    """Hardtanh and ReLU have a derivative except at their kinks; autograd gives some finite number there."""
    for name, function, kinks, places, expected in (
        ("leaky_relu(x, 0.25)", lambda x: activations.leaky_relu(x, 0.25), [0.0], [-1.0, -0.01, 0.01], [0.25, 0.25, 1]),
        ("leaky_relu(x, 0)", lambda x: activations.leaky_relu(x, 0.0), [0.0], [-1.0, -0.01, 0.01, 1.0], [0, 0, 1, 1]),
        (
            "hardtanh(x, -0.5, 2)",
            lambda x: activations.hardtanh(x, -0.5, 2.0),
            [-0.5, 2.0],
            [-3.0, -0.51, -0.49, 0.0, 1.99, 2.01, 3.0],
            [0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0],
        ),
    ):
        what = f"the gradient of {name} at {places}"
        check.close(slopes(function, places, device), torch.tensor(expected, device=device).float(), what=what)
        at_kinks = slopes(function, kinks, device)
        assert at_kinks.isfinite().all(), f"the gradient of {name} at {kinks}, its kinks, is not finite: {at_kinks}"


@pytest.mark.concept("neuron.differentiable")
def test_gradients_stay_finite_far_out(device):
    """A gradient passes through every step of a formula: an overflow makes it NaN though the result is right."""
    far = [-1e4, -100.0, 100.0, 1e4]
    for name, function, expected in (
        ("sigmoid", activations.sigmoid, [0.0, 0.0, 0.0, 0.0]),
        ("softplus", activations.softplus, [0.0, 0.0, 1.0, 1.0]),
        ("leaky_relu(x, 0.25)", lambda x: activations.leaky_relu(x, 0.25), [0.25, 0.25, 1.0, 1.0]),
        ("hardtanh(x, -1, 1)", lambda x: activations.hardtanh(x, -1.0, 1.0), [0.0, 0.0, 0.0, 0.0]),
    ):
        gradient = slopes(function, far, device)
        assert not gradient.isnan().any(), (
            f"the gradient is NaN: {name} has {[round(each, 3) for each in gradient.tolist()]} at {far}. An exp() on "
            "the way overflowed, and infinity times 0 is NaN, in the branch as well that where() did not take"
        )
        check.close(gradient, torch.tensor(expected, device=device), what=f"the gradient of {name} at {far}")


@pytest.mark.concept("neuron.differentiable")
def test_a_curve_made_of_pieces_is_smooth_where_they_meet(device):
    """A smooth curve may be computed in pieces, and then the gradient must be right where they meet, too."""
    whole = [float(place) for place in range(-100, 101)]
    for name, function, rule in (
        ("sigmoid", activations.sigmoid, lambda v: logistic(v) * logistic(-v)),
        ("softplus", activations.softplus, logistic),
    ):
        gradient = slopes(function, whole, device)
        right = torch.tensor([rule(v) for v in whole], device=device)
        wrong = [v for v, off in zip(whole, (gradient - right).abs().tolist(), strict=True) if not off < 1e-4]
        assert len(wrong) not in (1, 2), (
            f"the gradient of {name} is wrong at {wrong}, and right beside it: where two pieces meet, one must have "
            "its gradient there too; clamp() may have none at its bound, so let the bound lie further out"
        )
        check.close(gradient, right, rtol=1e-4, atol=1e-5, what=f"from -100 to 100, the gradient of {name}")


@pytest.mark.concept("neuron.nonlinearity")
def test_an_activation_takes_any_shape(device):
    """An activation treats each element by itself, so it takes a tensor of any shape, one without elements too."""
    transposed = draw.laid_out(draw.normal((3, 4), device=device), "transposed")
    for x in (*(draw.normal(shape, device=device) for shape in ((), (0,), (2, 1, 3))), transposed):
        shape = tuple(x.shape)
        check.close(activations.sigmoid(x), each(x, logistic), what=f"the sigmoid of shape {shape}")
        check.close(activations.softplus(x), each(x, soft), what=f"the softplus of shape {shape}")
        check.close(activations.leaky_relu(x, 0.5), each(x, lambda v: max(v, v / 2)), what=f"leaky_relu of {shape}")
        check.close(
            activations.hardtanh(x, -0.5, 0.25), each(x, lambda v: min(max(v, -0.5), 0.25)), what=f"hardtanh of {shape}"
        )


AT_INFINITY = (
    "gives NaN for a limit: at infinity itself a formula may meet infinity times 0, or infinity divided by infinity; "
    "look far out instead"
)
NOT_FLOATS = "gave a tensor for a limit; two Python floats are asked, as .item() and .tolist() give them"
LIMITS = {
    "sigmoid": (torch.sigmoid, (0.0, 1.0)),
    "tanh": (torch.tanh, (-1.0, 1.0)),
    "hardtanh(-2.5, 3.5)": (lambda x: torch.nn.functional.hardtanh(x, -2.5, 3.5), (-2.5, 3.5)),
    "hardtanh(-2500, 90000)": (lambda x: torch.nn.functional.hardtanh(x, -2500.0, 90000.0), (-2500.0, 90000.0)),
    "atan": (torch.atan, (-math.pi / 2, math.pi / 2)),
    "x / (1 + |x|)": (torch.nn.functional.softsign, (-1.0, 1.0)),
}
UNBOUNDED = {
    "ReLU": (torch.relu, (0.0, math.inf)),
    "softplus": (torch.nn.functional.softplus, (0.0, math.inf)),
    "ELU": (torch.nn.functional.elu, (-1.0, math.inf)),
    "leaky ReLU": (torch.nn.functional.leaky_relu, (-math.inf, math.inf)),
    "x * sigmoid(x)": (lambda x: x * torch.sigmoid(x), (0.0, math.inf)),
    "-ReLU(-x)": (lambda x: -torch.relu(-x), (-math.inf, 0.0)),
    "1 - tanh(x)": (lambda x: 1 - torch.tanh(x), (2.0, 0.0)),
    "ReLU(-x)": (lambda x: torch.relu(-x), (math.inf, 0.0)),
}


@pytest.mark.concept("neuron.bounds")
@pytest.mark.parametrize("name", LIMITS)
def test_many_activations_have_a_lower_and_an_upper_bound(name):
    """Sigmoid, tanh and their like tend to a lower bound at minus infinity and to an upper bound at plus infinity."""
    activation, expected = LIMITS[name]
    given = check.parts(activations.limits(activation), 2)
    assert not any(isinstance(each, torch.Tensor) for each in given), NOT_FLOATS
    left, right = map(float, given)
    assert not any(map(math.isnan, (left, right))), AT_INFINITY
    check.close(
        [left, right],
        list(expected),
        what=f"the pair of limits of {name}",
        mistakes={
            "the two limits are swapped: the first is at minus infinity": [expected[1], expected[0]],
            "a limit may be large and finite all the same; infinite is only what grows without end": [
                -math.inf,
                math.inf,
            ],
            "this is not far out enough: some curves come near to their limit only slowly": [
                activation(torch.tensor(place, dtype=torch.float64)).item() for place in (-100.0, 100.0)
            ],
        },
    )


@pytest.mark.concept("neuron.bounds")
@pytest.mark.parametrize("name", UNBOUNDED)
def test_relu_and_its_kin_have_no_upper_bound(name):
    """Not all activations are bounded: ReLU, softplus and ELU have a lower bound only, leaky ReLU has none."""
    activation, expected = UNBOUNDED[name]
    given = check.parts(activations.limits(activation), 2)
    assert not any(isinstance(each, torch.Tensor) for each in given), NOT_FLOATS
    left, right = map(float, given)
    assert not any(map(math.isnan, (left, right))), AT_INFINITY
    for where, found, limit in (("minus", left, expected[0]), ("plus", right, expected[1])):
        if math.isfinite(limit):
            continue
        assert not math.isfinite(found) or abs(found) < 1e3, (
            f"at {where} infinity {name} grows without bound, and the answer is {found:.4g}: give {limit}, which is "
            f"{'-' if limit < 0 else ''}math.inf"
        )
        assert not math.isfinite(found), (
            f"the answer is that {name} comes to {found:.4g} at {where} infinity; it grows without bound: ReLU has no "
            "upper bound, nor has its kin"
        )
    check.close(
        [left, right],
        list(expected),
        what=f"the pair of limits of {name}",
        mistakes={
            "the smaller limit need not be the first one: the first is at minus infinity, not the smaller one first"
            if expected[0] > expected[1]
            else "the two limits are swapped: the first is at minus infinity": [expected[1], expected[0]],
            "this is not infinity's sign: give -inf where the activation falls without bound": [
                abs(value) if math.isinf(value) else value for value in expected
            ],
        },
    )


@pytest.mark.concept("neuron.limit-output")
@DTYPES
@pytest.mark.parametrize(("low", "high"), [(-1.5, 0.25), (2.0, 5.0), (-4.0, -3.0)])
def test_a_last_activation_confines_the_output_to_a_range(device, dtype, low, high):
    """A bounded activation on the last layer confines the output: stretched, the sigmoid runs from low to high."""
    output = draw.normal(draw.sizes(2, low=3), device=device, dtype=dtype) * 2
    output[0, :3] = torch.tensor([-3.0, 0.0, 2.0])
    right = output.clone()
    width = high - low
    with check.unchanged(output):
        given = activations.confined(output, low, high)
    check.close(
        given,
        each(right, lambda v: low + width * logistic(v)),
        mistakes={
            "the lower bound is left out: this runs from 0 to high - low": each(right, lambda v: width * logistic(v)),
            "the sigmoid is stretched by high; the range is high - low wide": each(
                right, lambda v: low + high * logistic(v)
            ),
            "tanh runs from -1 to 1, so this goes below low; the sigmoid runs from 0 to 1": each(
                right, lambda v: low + width * math.tanh(v)
            ),
            "this is tanh stretched to the range, twice as steep as the sigmoid": each(
                right, lambda v: low + width * (math.tanh(v) + 1) / 2
            ),
            "the output is cut off, not confined by a sigmoid": each(right, lambda v: min(max(v, low), high)),
            "the range was applied before the sigmoid; it belongs after it": each(
                right, lambda v: logistic(low + width * v)
            ),
            "the bounds are swapped: to the left the result is low": each(right, lambda v: high - width * logistic(v)),
            "this is the sigmoid as it is: stretch it to high - low, and move it to low": each(right, logistic),
        },
    )


@pytest.mark.concept("neuron.limit-output")
def test_no_output_leaves_its_range(device):
    """However large a network's output, what is confined stays within its range, and still has a gradient inside."""
    output = draw.laid_out(torch.tensor([-1e4, -100.0, 0.0, 100.0, 1e4], device=device), "sliced")
    check.close(activations.confined(output, -2.0, 3.0), torch.tensor([-2.0, -2.0, 0.5, 3.0, 3.0], device=device))
    check.close(
        slopes(lambda x: activations.confined(x, -2.0, 3.0), [-1e4, 0.0, 1e4], device),
        torch.tensor([0.0, 1.25, 0.0], device=device),
        what="the gradient at -10000, 0 and 10000",
    )
