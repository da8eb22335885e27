"""The chain rule goes from the loss back through each layer; autograd and finite differences agree with it."""

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import torch

from dojo import check, draw
from katas.autograd import chain_rule

Tensors = tuple[torch.Tensor, ...]

FLOAT32 = "these have the digits of float32 only: tensors of Python numbers are float32 unless they are told a dtype"
BY_HAND = "multiply the derivatives of the steps yourself, from the loss back: sums, products and tanh are enough"


def by_hand() -> AbstractContextManager[None]:
    """Refuse to let autograd compute the gradients."""
    return check.built_without_autograd(instead=BY_HAND)


def problem(n: int, i: int, h: int, k: int, device: torch.device, dtype: torch.dtype = torch.float64) -> Tensors:
    """Return x, target, w1, b1, w2 and b2."""
    shapes = ((n, i), (n, k), (h, i), (h,), (k, h), (k,))
    return tuple(draw.normal(shape, device=device, dtype=dtype) for shape in shapes)


def mean_squared_error(x, target, w1, b1, w2, b2) -> torch.Tensor:
    return ((torch.tanh(x @ w1.T + b1) @ w2.T + b2 - target) ** 2).mean()


def from_autograd(inputs: Tensors) -> Tensors:
    """Return the derivatives with respect to the parameters, by autograd."""
    x, target, *parameters = inputs
    leaves = [parameter.clone().requires_grad_() for parameter in parameters]
    return torch.autograd.grad(mean_squared_error(x, target, *leaves), leaves)


def back(
    inputs: Tensors,
    error: Callable[[torch.Tensor], torch.Tensor] = lambda off: 2 * off / off.numel(),
    slope: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] = lambda _, hidden: 1 - hidden**2,
    together: Callable[[torch.Tensor], torch.Tensor] = lambda each: each.sum(0),
) -> Callable[[], Tensors]:
    """Return what computes the gradients with one step replaced by a wrong one."""

    def compute() -> Tensors:
        x, target, w1, b1, w2, b2 = inputs
        sums = x @ w1.T + b1
        hidden = torch.tanh(sums)
        d_output = error(hidden @ w2.T + b2 - target)
        d_sums = (d_output @ w2) * slope(sums, hidden)
        return d_sums.T @ x, together(d_sums), d_output.T @ hidden, together(d_output)

    return compute


def wrong_gradients(inputs: Tensors) -> dict[str, Callable[[], object]]:
    """Return what people get wrong on the way back, with the gradients that it leads to."""

    def rearranged(change: Callable[[Tensors], object]) -> Callable[[], object]:
        return lambda: change(back(inputs)())

    return {
        "the sign is flipped: the difference is output less target": back(inputs, lambda off: -2 * off / off.numel()),
        "the 2 is missing: the derivative of a square d^2 is 2 d": back(inputs, lambda off: off / off.numel()),
        "this is the gradient of the sum of squares; the loss is their mean": back(inputs, lambda off: 2 * off),
        "this divides by the number of samples only; the mean is over all n * k elements": back(
            inputs, lambda off: 2 * off / len(off)
        ),
        "this divides by the number of outputs only; the mean is over all n * k elements": back(
            inputs, lambda off: 2 * off / off.shape[1]
        ),
        "the derivative of tanh is missing: the way back goes through each step": back(
            inputs, slope=lambda sums, _: torch.ones_like(sums)
        ),
        "the derivative of tanh is taken at its result; 1 - tanh(a)^2 is for a, before tanh": back(
            inputs, slope=lambda _, hidden: 1 - torch.tanh(hidden) ** 2
        ),
        "the square in 1 - tanh(a)^2 belongs to tanh(a), not to a": back(inputs, slope=lambda sums, _: 1 - sums**2),
        "the square is missing: the derivative of tanh(a) is 1 - tanh(a)^2": back(
            inputs, slope=lambda _, hidden: 1 - hidden
        ),
        "this multiplies by tanh itself; on the way back it is tanh's derivative": back(
            inputs, slope=lambda _, hidden: hidden
        ),
        "this is the derivative of the logistic function, s (1 - s); that of tanh(a) is 1 - tanh(a)^2": back(
            inputs, slope=lambda _, hidden: hidden * (1 - hidden)
        ),
        "a bias goes to every sample, and gets the sum of their derivatives, not the mean": back(
            inputs, together=lambda each: each.mean(0)
        ),
        "a bias goes to every sample, and gets the sum of all their derivatives, not those of one": back(
            inputs, together=lambda each: each[0]
        ),
        "the biases' gradients still have the axis of the batch: sum over it, a bias goes to every sample": back(
            inputs, together=lambda each: each
        ),
        "the biases' gradients have an axis of size 1 too many: the sum over the batch drops it": back(
            inputs, together=lambda each: each.sum(0, keepdim=True)
        ),
        "the weights' gradients are transposed: a gradient has the shape of its parameter": rearranged(
            lambda right: (right[0].T, right[1], right[2].T, right[3])
        ),
        "this order begins with the second layer; give w1, b1, w2, b2": rearranged(
            lambda right: (*right[2:], *right[:2])
        ),
        "these are w1 and w2 before the biases; give w1, b1, w2, b2": rearranged(
            lambda right: (right[0], right[2], right[1], right[3])
        ),
    }


@pytest.mark.concept("autograd.chain-rule")
def test_the_worked_example(device):
    """The derivative with respect to a weight is the derivative behind it, times what it was multiplied with."""
    numbers = ([[1.0]], [[1.0]], [[0.5]], [0.0], [[2.0]], [0.0])
    x, target, w1, b1, w2, b2 = (torch.tensor(each, device=device, dtype=torch.float64) for each in numbers)
    inputs = (x, target, w1, b1, w2, b2)
    expected = ([[-0.2383]], [-0.2383], [[-0.0700]], [-0.1515])
    check.close(
        chain_rule.gradients(x, target, w1, b1, w2, b2),
        tuple(torch.tensor(each, device=device, dtype=torch.float64) for each in expected),
        atol=1e-4,
        mistakes=wrong_gradients(inputs),
    )


@pytest.mark.concept("autograd.chain-rule")
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_gradients_by_hand_agree_with_autograd(device, dtype):
    """Going back from the loss step by step by hand leads to what autograd computes."""
    x, target, w1, b1, w2, b2 = inputs = problem(*draw.sizes(4, low=3), device, dtype)
    exact = dtype is torch.float64  # closer than finite differences come
    rounded = tuple(gradient.float().double() for gradient in from_autograd(inputs))
    with check.unchanged(*inputs), by_hand():
        result = chain_rule.gradients(x, target, w1, b1, w2, b2)
    check.close(
        result,
        from_autograd(inputs),
        requires_grad=False,
        rtol=1e-12 if exact else 1e-4,
        atol=1e-12 if exact else 1e-4,
        mistakes={FLOAT32: rounded, **wrong_gradients(inputs)} if exact else wrong_gradients(inputs),
    )


@pytest.mark.concept("autograd.chain-rule")
def test_gradients_by_hand_agree_with_finite_differences(device):
    """A gradient says how far the loss goes when one number moves a little."""
    inputs = tuple(draw.laid_out(each, "sliced") for each in problem(*draw.sizes(4, high=5), device))
    x, target, w1, b1, w2, b2 = inputs
    step, expected = 1e-5, []
    for place in range(2, 6):
        rows = torch.zeros_like(inputs[place])
        for index in itertools.product(*map(range, rows.shape)):
            moved = torch.zeros_like(rows)
            moved[index] = step
            up, down = (
                mean_squared_error(*inputs[:place], inputs[place] + way * moved, *inputs[place + 1 :])
                for way in (1, -1)
            )
            rows[index] = (up - down) / (2 * step)
        expected.append(rows)
    result = chain_rule.gradients(x, target, w1, b1, w2, b2)
    check.close(result, expected, rtol=1e-6, atol=1e-6, mistakes=wrong_gradients(inputs))


@pytest.mark.concept("autograd.chain-rule")
@pytest.mark.parametrize("shape", [(1, 4, 3, 2), (5, 1, 1, 1), (1, 1, 1, 1), (3, 3, 3, 3)], ids=str)
def test_the_chain_rule_holds_for_one_sample_and_one_output_as_well(device, shape):
    """A batch of one sample, a layer of one neuron or equal sizes change nothing in the rule, nor in the shapes."""
    x, target, w1, b1, w2, b2 = inputs = problem(*shape, device)
    result = chain_rule.gradients(x, target, w1, b1, w2, b2)
    check.close(result, from_autograd(inputs), rtol=1e-12, atol=1e-12, mistakes=wrong_gradients(inputs))


@pytest.mark.concept("autograd.chain-rule")
def test_where_tanh_is_flat_no_gradient_comes_through(device):
    """Far from 0 tanh is flat: its derivative is 0 there, and the first layer gets no gradient."""
    x, target, w1, b1, w2, b2 = inputs = problem(*draw.sizes(4, low=3), device)
    b1 += 1000.0
    result = chain_rule.gradients(x, target, w1, b1, w2, b2)
    check.close(result, from_autograd(inputs), rtol=1e-12, atol=1e-12, mistakes=wrong_gradients(inputs))


@pytest.mark.concept("autograd.chain-rule")
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_central_differences_go_as_far_down_as_up(device, dtype):
    """The difference of x^3 over a step of h on both sides is 3 x^2 + h^2, an error of second order."""
    x = draw.integers(draw.sizes(2, low=3), -8, 8, device=device, dtype=dtype) / 4 + 0.125
    step = 0.5
    exact = 3 * x**2
    tolerance = 1e-3 if dtype is torch.float32 else 1e-6

    def cubes(z: torch.Tensor) -> torch.Tensor:
        return (z.detach() ** 3).sum()  # no way through for autograd

    with check.unchanged(x, mistake="x itself was moved: move a clone of it"):
        result = chain_rule.numeric_gradient(cubes, x, step)
    check.close(
        result,
        exact + step**2,
        rtol=tolerance,
        atol=tolerance,
        mistakes={
            "this goes up only: x + step less x, which is a forward difference": exact + 3 * x * step + step**2,
            "this goes down only: x less x - step, which is a backward difference": exact - 3 * x * step + step**2,
            "the distance of the two points is 2 * step, not step": 2 * (exact + step**2),
            "the difference is not divided by the distance, 2 * step": 2 * step * (exact + step**2),
            "the step was halved: each element goes up by step and down by step": exact + step**2 / 4,
            "the distance of the two points is 2 * step: (f(x + h) - f(x - h)) / 2 * h multiplies by h": (
                exact + step**2
            )
            * step**2,
            "the sign is flipped: the value above less the value below": -(exact + step**2),
            "the step that was asked for is not used": exact,
            "above and below are the same: each needs a clone of x of its own": torch.zeros_like(exact),
            "all elements were moved at once: move one at a time": (exact + step**2).sum().expand(x.shape),
        },
    )


@pytest.mark.concept("autograd.chain-rule")
def test_a_small_step_is_the_default(device):
    """The smaller the step, the closer the difference comes to the gradient: 1e-5 leaves an error of 1e-10."""
    x = torch.tensor([0.5, -1.5, 2.0], dtype=torch.float64, device=device)
    result = chain_rule.numeric_gradient(lambda z: (z**3).sum(), x)
    mistakes = {f"the default step is 1e-5, not {step:g}": 3 * x**2 + step**2 for step in (1.0, 0.1, 1e-2, 1e-3, 1e-4)}
    check.close(result, 3 * x**2 + 1e-10, rtol=0, atol=3e-9, mistakes=mistakes)


@pytest.mark.concept("autograd.chain-rule")
@pytest.mark.parametrize("layout", [*draw.LAYOUTS, "expanded"])
def test_a_numeric_gradient_moves_one_element_at_a_time(device, layout):
    """Each element is moved alone, in a tensor of the same shape, and the input is afterwards what it was."""
    values = draw.normal(draw.sizes(2, low=3, high=5), device=device, dtype=torch.float64)
    x = values[:1].expand(values.shape) if layout == "expanded" else draw.laid_out(values, layout)
    other = draw.normal(x.shape, device=device, dtype=torch.float64)
    shapes = []

    def function(z: torch.Tensor) -> torch.Tensor:
        shapes.append(tuple(z.shape))
        return (z.reshape(x.shape) * other).sum() ** 2

    with check.unchanged(x):
        result = chain_rule.numeric_gradient(function, x)
    assert set(shapes) == {tuple(x.shape)}, (
        f"called the function with a tensor of shape {next(each for each in shapes if each != tuple(x.shape))}; "
        f"it takes the shape of x, {tuple(x.shape)}"
    )
    check.close(
        result,
        2 * (x * other).sum() * other,
        rtol=1e-5,
        atol=1e-5,
        mistakes={
            "all elements are 0: was a copy moved that the function never saw?": torch.zeros_like(other),
        },
    )


@pytest.mark.concept("autograd.chain-rule")
@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (1,), (2, 1, 3)], ids=str)
def test_a_numeric_gradient_has_the_shape_of_its_input(device, shape):
    """A gradient has one number for each element: the shape of the input, with any number of axes."""
    x = draw.normal(shape, device=device, dtype=torch.float64)
    result = chain_rule.numeric_gradient(lambda z: (z**2).sum(), x)
    check.close(result, 2 * x, rtol=1e-5, atol=1e-5)


@pytest.mark.concept("autograd.chain-rule")
def test_finite_differences_need_no_graph(device):
    """A numeric gradient is a plain tensor, though x and what the function uses may be tracked."""
    x = draw.normal((3, 2), device=device, dtype=torch.float64).requires_grad_()
    w = draw.normal((3, 2), device=device, dtype=torch.float64).requires_grad_()
    with check.unchanged(x):
        result = chain_rule.numeric_gradient(lambda z: (z * w).sum(), x)
    check.close(result, w.detach(), rtol=1e-5, atol=1e-5, requires_grad=False)
    assert torch.is_grad_enabled(), "recording is still switched off after the call: use `with torch.no_grad():`"


@pytest.mark.concept("autograd.grad-filled")
def test_backward_fills_the_gradients_of_the_leaves(device):
    """backward() fills the .grad of each leaf that the loss was computed from."""
    w = draw.normal(draw.sizes(2), device=device, dtype=torch.float64)
    c = draw.normal(w.shape, device=device, dtype=torch.float64)
    b = draw.normal((), device=device, dtype=torch.float64).requires_grad_()
    w.requires_grad_()
    loss = (w * c).exp().sum() + 3 * b
    expected = [(w * c).exp().detach() * c, torch.tensor(3.0, device=device, dtype=torch.float64)]
    result = chain_rule.backward_gradients(loss, [w, b])
    assert w.grad is not None, "w.grad is still None: autograd.grad() gives gradients without filling .grad"
    check.close(w.grad, expected[0], what="w.grad", requires_grad=False)
    check.close(b.grad, expected[1], what="b.grad", requires_grad=False)
    check.close(
        result,
        expected,
        requires_grad=False,
        mistakes={
            "these are the parameters, not their gradients": [w, b],
            "the gradients are in reverse: one for each parameter, in order": expected[::-1],
        },
    )


@pytest.mark.concept("autograd.grad-filled")
def test_a_parameter_that_the_loss_does_not_depend_on_gets_no_gradient(device):
    """A leaf that the loss was not computed from keeps .grad = None; backward() never comes by."""
    w = draw.normal((3,), device=device).requires_grad_()
    unused = draw.normal((2,), device=device).requires_grad_()
    loss = (w * 2).sum()
    gradients = check.parts(chain_rule.backward_gradients(loss, [unused, w]), 2)
    assert gradients[0] is None, "gave a gradient for a parameter that the loss does not depend on: expected None"
    assert unused.grad is None, "filled the .grad of a parameter that the loss does not depend on: expected None"
    check.close(gradients[1], torch.full((3,), 2.0, device=device), what="the gradient of w")


@pytest.mark.concept("autograd.grad-filled")
def test_a_leaf_that_is_used_twice_gets_the_sum(device):
    """Where a leaf reaches the loss on two ways, the derivatives of both add up."""
    w = draw.laid_out(draw.normal((4,), device=device, dtype=torch.float64), "sliced").requires_grad_()
    loss = (w * w.exp()).sum()
    values = w.detach()
    gradients = check.parts(chain_rule.backward_gradients(loss, (w,)), 1)
    check.close(gradients[0], values.exp() + values * values.exp(), requires_grad=False)
