"""Pointwise functions transform each element and give a new tensor."""

import math
from collections.abc import Callable

import pytest
import torch

from dojo import check, draw
from katas.tensors import pointwise


def each(x: torch.Tensor, rule: Callable[[float], float]) -> torch.Tensor:
    """Return what ``rule`` gives for each element, computed in Python's floats."""
    return torch.tensor([rule(value) for value in x.flatten().tolist()], dtype=x.dtype, device=x.device).reshape(
        x.shape
    )


@pytest.mark.concept("ops.pointwise")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_cos_turns_each_time_into_a_height(device, dtype):
    """Element by element, cos takes radians: 2 * pi is a full turn, and the phase is added to the angle."""
    t = draw.normal(draw.sizes(2, low=3), device=device, dtype=dtype)
    amplitude, frequency, phase = draw.integer(2, 4) + 0.5, draw.integer(1, 3) + 0.25, draw.integer(1, 2) - 0.3
    turn = 2 * math.pi * frequency
    tolerance = 1e-4 if dtype is torch.float32 else 1e-9  # an angle of several turns has fewer digits left in float32
    with check.unchanged(t):
        result = pointwise.wave(t, amplitude, frequency, phase)
    check.close(
        result,
        each(t, lambda s: amplitude * math.cos(turn * s + phase)),
        rtol=tolerance,
        atol=tolerance,
        mistakes={
            "this is the sine: the wave is a cosine": each(t, lambda s: amplitude * math.sin(turn * s + phase)),
            "a full turn is 2 * pi radians, which the frequency must be multiplied by": each(
                t, lambda s: amplitude * math.cos(frequency * s + phase)
            ),
            "a full turn is 2 * pi radians, not pi": each(t, lambda s: amplitude * math.cos(turn / 2 * s + phase)),
            "the phase is added to the time here; it belongs to the angle, after the multiplication": each(
                t, lambda s: amplitude * math.cos(turn * (s + phase))
            ),
            "the phase is left out": each(t, lambda s: amplitude * math.cos(turn * s)),
            "the amplitude is left out": each(t, lambda s: math.cos(turn * s + phase)),
            "the phase stands outside the cosine; it belongs to the angle": each(
                t, lambda s: amplitude * math.cos(turn * s) + phase
            ),
            "3.14 is too coarse for pi: take math.pi": each(
                t, lambda s: amplitude * math.cos(2 * 3.14 * frequency * s + phase)
            ),
            "the digits were lost in float32: stay in the dtype of t": lambda: (
                amplitude * torch.cos(turn * t.float() + phase)
            ),
        },
    )


@pytest.mark.concept("ops.pointwise")
@pytest.mark.parametrize(("amplitude", "frequency"), [(-1.5, 0.75), (1.5, -0.75), (0.0, 0.75), (1.5, 0.0)])
def test_a_wave_holds_for_numbers_of_either_sign(device, amplitude, frequency):
    """A formula holds as it stands, for negative numbers and for 0, and always gives a new tensor."""
    t = torch.tensor([0.0, 0.1, -0.3, 2.0], device=device)

    def heights(height, turns):
        return each(t, lambda s: height * math.cos(2 * math.pi * turns * s + 0.4))

    expected = heights(amplitude, frequency)
    mistakes = {
        "the sign of the amplitude was dropped": heights(abs(amplitude), frequency),
        "the sign of the frequency was dropped": heights(amplitude, abs(frequency)),
        "these are the times; an amplitude of 0 makes all heights 0": t.clone(),
        "the phase was left out; it counts without a frequency as well": torch.full_like(t, amplitude),
    }
    with check.unchanged(t):
        result = pointwise.wave(t, amplitude, frequency, 0.4)
    check.close(result, expected, mistakes=mistakes)
    check.own_memory(result, t)


@pytest.mark.concept("ops.pointwise")
def test_abs_gives_each_element_without_its_sign(device):
    """The function abs gives each element without its sign, so that a denominator of 1 + |x| is never 0."""
    x = draw.normal(draw.sizes(2, low=3), device=device)
    x[0, :3] = torch.tensor([-3.0, 0.5, -1.0])
    norm = math.sqrt(sum(value * value for value in x.flatten().tolist()))
    with check.unchanged(x):
        result = pointwise.softsign(x)
    check.close(
        result,
        each(x, lambda value: value / (1 + abs(value))),
        mistakes={
            "this is x / (1 + x), without the absolute value: it has no bounds near -1": lambda: x / (1 + x),
            "the sign is lost: the absolute value belongs below the line only": each(
                x, lambda v: abs(v) / (1 + abs(v))
            ),
            "x / |x| + 1 divides by |x| first: the sum below the line needs brackets": lambda: x / x.abs() + 1,
            "the 1 is left out: x / |x| is only the sign": lambda: x / x.abs(),
            "this divides by one more than the norm of the whole tensor; |x| is each element's own": each(
                x, lambda value: value / (1 + norm)
            ),
            "this is tanh, which looks alike and is another function": each(x, math.tanh),
        },
    )


@pytest.mark.concept("ops.pointwise")
def test_softsign_stays_within_one_for_the_largest_numbers(device):
    """Far out the result comes to 1 and -1; no step on the way may overflow."""
    x = torch.tensor([-1e30, -1e4, 0.0, 1e4, 1e30], device=device)
    expected = each(x, lambda value: value / (1 + abs(value)))
    with check.unchanged(x):
        result = pointwise.softsign(x)
    check.close(result, expected)


@pytest.mark.concept("ops.pointwise")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_softsign_keeps_the_digits_of_the_smallest_numbers(device, dtype):
    """Near 0 softsign is x itself: a difference such as 1 - 1 / (1 + |x|) has no digits left there."""
    x = torch.tensor([-1e-20, 1e-20, 1e-8, -1e-3], dtype=dtype, device=device)
    expected = each(x, lambda value: value / (1 + abs(value)))
    lost = {"1 - 1 / (1 + |x|) has no digits left near 0: divide x itself": x.sign() * (1 - 1 / (1 + x.abs()))}
    with check.unchanged(x):
        result = pointwise.softsign(x)
    check.close(result, expected, rtol=1e-5 if dtype is torch.float32 else 1e-12, atol=0.0, mistakes=lost)


@pytest.mark.concept("ops.pointwise")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_a_function_in_pieces_treats_each_element_by_its_own_piece(device, dtype):
    """A function in pieces needs no loop: clamp, sign and where decide for each element by itself."""
    x = draw.normal(draw.sizes(2, low=4), device=device, dtype=dtype) * 3
    width = draw.integer(1, 2) + 0.5
    x[0, :4] = torch.tensor([-6.0, -0.5, 0.75, 6.0])
    with check.unchanged(x):
        result = pointwise.shrink(x, width)
    check.close(
        result,
        each(x, lambda value: max(value - width, 0.0) + min(value + width, 0.0)),
        mistakes={
            "the large elements were not moved; they must come nearer to 0 by width": each(
                x, lambda value: value if abs(value) > width else 0.0
            ),
            "the sign is lost: -3 moves to -2, not to 2": each(x, lambda value: max(abs(value) - width, 0.0)),
            "small elements went past 0 to the other side; they must stop at 0": each(
                x, lambda value: value - math.copysign(width, value)
            ),
            "the elements are limited to -width and width, which is the part that must be taken away": each(
                x, lambda value: min(max(value, -width), width)
            ),
            "negative elements moved away from 0: for them, towards 0 is upwards": each(
                x, lambda value: value - width if abs(value) > width else 0.0
            ),
            "the negative elements became 0; they move towards 0, from below": each(
                x, lambda value: max(value - width, 0.0)
            ),
            "width was not used: this moves by 1": each(x, lambda v: math.copysign(max(abs(v) - 1, 0.0), v)),
        },
    )


@pytest.mark.concept("ops.pointwise")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_width_is_taken_away_exactly_near_and_far(device, dtype):
    """A large element moves by the same width as a small one, in the dtype of the tensor."""
    x = torch.tensor([1e6, -1e6, 0.3, -0.11, 0.05, 0.0], dtype=dtype, device=device)
    tolerance = 1e-6 if dtype is torch.float32 else 1e-12
    expected = each(x, lambda value: max(value - 0.1, 0.0) + min(value + 0.1, 0.0))
    coarse = {"the digits were lost in float32: stay in the dtype of x": expected.float().to(dtype)}
    with check.unchanged(x):
        result = pointwise.shrink(x, 0.1)
    check.close(result, expected, rtol=tolerance, atol=1e-8 if dtype is torch.float32 else 1e-15, mistakes=coarse)
    x = torch.tensor([1.5 + 2**-20, -1.5 - 2**-18, 1.5], dtype=dtype, device=device)
    check.close(
        pointwise.shrink(x, 1.5),
        torch.tensor([2**-20, -(2**-18), 0.0], dtype=dtype, device=device),
        rtol=0,
        atol=1e-12,
        what="of elements just beyond the width, the result",
        mistakes={
            "x was multiplied by 1 - width / |x|, where the digits of what is left are lost: subtract": (
                x * (1 - 1.5 / x.abs())
            )
        },
    )


@pytest.mark.concept("ops.pointwise")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_log_is_the_natural_logarithm_of_each_element(device, dtype):
    """torch.log is the natural logarithm, taken of each element by itself."""
    x = draw.normal(draw.sizes(2, low=3), device=device, dtype=dtype).abs() + 0.05
    x[0, :2] = torch.tensor([0.005, 4.0])
    with check.unchanged(x):
        result = pointwise.x_log_x(x)
    check.close(
        result,
        each(x, lambda value: value * math.log(value)),
        mistakes={
            "this is log2: ln is torch.log": each(x, lambda value: value * math.log2(value)),
            "this is log10: ln is torch.log": each(x, lambda value: value * math.log10(value)),
            "this is log1p, the logarithm of 1 + x": each(x, lambda value: value * math.log1p(value)),
            "the sign is flipped": each(x, lambda value: -value * math.log(value)),
            "a small number was added inside the logarithm, and every element is off by it": each(
                x, lambda value: value * math.log(value + 1e-3)
            ),
            "a small number was put in for 0, and every element is off by it": each(
                x, lambda value: (value + 1e-3) * math.log(value + 1e-3)
            ),
        },
    )


@pytest.mark.concept("ops.pointwise")
def test_zero_times_the_logarithm_of_zero_is_nan_unless_it_is_put_right(device):
    """log(0) is minus infinity, and 0 times that is NaN; torch.where can put the limit, 0, in its place."""
    x = draw.normal((3, 4), device=device).abs() + 0.1
    x[0, 1] = x[2, 3] = 0.0
    with check.unchanged(x):
        result = pointwise.x_log_x(x)
    check.close(
        result,
        each(x, lambda value: value * math.log(value) if value else 0.0),
        mistakes={"0 times minus infinity is NaN, also after a mask was multiplied in": lambda: x * x.log()},
    )


@pytest.mark.concept("ops.pointwise")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_logarithm_of_a_tiny_number_is_as_exact_as_any(device, dtype):
    """Only 0 itself needs another value; a lower limit inside the logarithm spoils every number below it."""
    tiny = [1e-35] if dtype is torch.float32 else [1e-300, 1e-35]
    x = torch.tensor([*tiny, 1e-20, 1e-8, 1.0, 1000.0], dtype=dtype, device=device)
    expected = each(x, lambda value: value * math.log(value))
    epsilon = torch.finfo(dtype).eps
    mistakes = {"x to the power of x rounds to 1 where x is tiny, and its logarithm to 0": (x**x).log()}
    for low, name in ((epsilon, "the dtype's eps"), *((low, f"{low:g}") for low in (1e-6, 1e-8, 1e-12, 1e-30, 1e-38))):
        mistakes |= {
            f"a lower limit of {name} was set inside the logarithm, and it holds for the small numbers too": each(
                x, lambda value, low=low: value * math.log(max(value, low))
            ),
            f"a small number was put in for all below {name}": each(
                x, lambda value, low=low: max(value, low) * math.log(max(value, low))
            ),
            f"{name} was added inside the logarithm, and it shows where the element is tiny": each(
                x, lambda value, low=low: value * math.log(value + low)
            ),
            f"the elements below {name} were taken for 0": each(
                x, lambda value, low=low: value * math.log(value) if value >= low else 0.0
            ),
        }
    with check.unchanged(x):
        result = pointwise.x_log_x(x)
    check.close(result, expected, rtol=1e-5 if dtype is torch.float32 else 1e-9, atol=0.0, mistakes=mistakes)


@pytest.mark.concept("ops.pointwise")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_pointwise_function_gives_a_new_tensor_and_leaves_its_input_alone(device, layout):
    """A pointwise function gives a new tensor and leaves its input alone, however it lies in memory."""
    x = draw.laid_out(draw.normal(draw.sizes(3), device=device).abs() + 0.1, layout)
    with check.unchanged(x):
        heights = pointwise.wave(x, 2.0, 0.25, 0.5)
    with check.unchanged(x):
        soft = pointwise.softsign(x)
    with check.unchanged(x):
        shrunk = pointwise.shrink(x, 0.75)
    with check.unchanged(x):
        product = pointwise.x_log_x(x)
    check.close(heights, each(x, lambda value: 2 * math.cos(math.pi / 2 * value + 0.5)), what="wave's result")
    check.close(soft, each(x, lambda value: value / (1 + abs(value))), what="softsign's result")
    check.close(shrunk, each(x, lambda value: max(value - 0.75, 0.0)), what="shrink's result")
    check.close(product, each(x, lambda value: value * math.log(value)), what="x_log_x's result")
    for result in (heights, soft, shrunk, product):
        check.own_memory(result, x)


@pytest.mark.concept("ops.pointwise")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (1, 4), (4, 1), (2, 0, 3)], ids=str)
def test_a_pointwise_function_keeps_any_shape(device, shape, dtype):
    """The shape and the dtype stay, with no axes, no elements, an axis of size 1, or many axes."""
    x = torch.full(shape, 0.5, dtype=dtype, device=device)
    lost = {
        "an axis of size 1 is gone: squeeze() takes them all away": lambda: torch.full(shape, 1 / 3).squeeze().to(x)
    }
    heights, thirds, quarters = each(x, lambda _: -2.0), each(x, lambda _: 1 / 3), each(x, lambda _: 0.25)
    products = each(x, lambda _: 0.5 * math.log(0.5))
    check.close(pointwise.wave(x, 2.0, 1.0, 0.0), heights)
    check.close(pointwise.softsign(x), thirds, mistakes=lost)
    check.close(pointwise.shrink(x, 0.25), quarters)
    check.close(pointwise.x_log_x(x), products)


@pytest.mark.concept("ops.pointwise")
@pytest.mark.parametrize("shape", [(), (3,), (0,), (2, 0, 3)], ids=str)
def test_a_new_tensor_is_new_even_where_nothing_changes(device, shape):
    """0 may stay 0, and no elements stay none, but the result is still a tensor of its own."""
    zeros = torch.zeros(shape, device=device)
    own = "this is the input itself: give a new tensor, also where all elements are 0 or there are none"
    with check.unchanged(zeros):
        heights = pointwise.wave(zeros, 0.0, 0.75, 0.5)
    check.close(heights, torch.zeros(shape, device=device), what="wave's result")
    check.own_memory(heights, zeros, mistake=own)
    with check.unchanged(zeros):
        soft = pointwise.softsign(zeros)
    check.close(soft, torch.zeros(shape, device=device), what="softsign's result")
    check.own_memory(soft, zeros, mistake=own)
    with check.unchanged(zeros):
        shrunk = pointwise.shrink(zeros, 0.25)
    check.close(shrunk, torch.zeros(shape, device=device), what="shrink's result")
    check.own_memory(shrunk, zeros, mistake=own)
    with check.unchanged(zeros):
        product = pointwise.x_log_x(zeros)
    check.close(product, torch.zeros(shape, device=device), what="x_log_x's result")
    check.own_memory(product, zeros, mistake=own)
