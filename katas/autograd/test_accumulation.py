"""backward() adds to .grad: clear it before the next one, or let it add up on purpose."""

import math
from collections.abc import Callable

import pytest
import torch

from dojo import check, draw
from katas.autograd import accumulation

TWO_GRAPHS = "computed the loss of a micro-batch before backward() of the last: both graphs are in memory at once"
GRADIENT = "the parameter's .grad"


def leaf(values: torch.Tensor) -> torch.Tensor:
    return values.clone().requires_grad_()


def squared_error(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Return the mean over the samples, the rows of x, of (x w - 1)^2."""
    return ((x @ w - 1) ** 2).mean()


def slope(w: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Return the gradient of ``squared_error``, worked out by hand."""
    w = w.detach()
    return 2 / len(x) * (x.T @ (x @ w - 1))


def uneven(device: torch.device, dtype: torch.dtype = torch.float64) -> list[torch.Tensor]:
    """Return micro-batches of three samples, one and six or more, of three features."""
    return [draw.normal((size, 3), device=device, dtype=dtype) for size in (3, 1, draw.integer(6, 9))]


@pytest.mark.concept("autograd.zeroing")
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_what_grad_held_before_joins_in_unless_it_is_cleared(device, dtype):
    """backward() adds to .grad, so what was left there must be cleared before the next backward()."""
    parameter = leaf(draw.normal(draw.sizes(2), device=device, dtype=dtype))
    before = draw.normal(parameter.shape, device=device, dtype=dtype)
    parameter.grad = before.clone()
    gradient = parameter.detach().exp()
    loss = parameter.exp().sum()
    with check.unchanged(parameter):
        result = accumulation.fresh_gradient(loss, parameter)
    mistakes = {
        "what .grad held before was added: clear it before backward()": before + gradient,
        "the gradient was cleared after backward(): clear it before": torch.zeros_like(before),
        "this is what .grad held before: backward() did not run": before,
        "backward() went through twice": 2 * gradient,
    }
    kept = parameter.grad
    check.close(kept, gradient, what=GRADIENT, requires_grad=False, mistakes=mistakes)
    check.close(result, gradient, requires_grad=False, mistakes=mistakes)


@pytest.mark.concept("autograd.leaves")
def test_a_gradient_may_be_none_before(device):
    """Before the first backward() a leaf's .grad is None, and not a tensor of zeros."""
    parameter = leaf(draw.normal((3,), device=device))
    result = accumulation.fresh_gradient((3 * parameter).sum(), parameter)
    check.close(parameter.grad, torch.full((3,), 3.0, device=device), what=GRADIENT, requires_grad=False)
    check.close(result, torch.full((3,), 3.0, device=device), requires_grad=False)


@pytest.mark.concept("autograd.zeroing")
@pytest.mark.parametrize("left", [math.nan, math.inf, 1e30], ids=str)
def test_a_gradient_that_went_wrong_leaves_no_trace(device, left):
    """A gradient that is NaN or huge is cleared like any other; NaN times 0 is NaN, and a difference loses digits."""
    parameter = leaf(draw.laid_out(draw.normal((3, 2), device=device), "transposed"))
    parameter.grad = torch.full((3, 2), left, device=device)
    result = accumulation.fresh_gradient(parameter.sin().sum(), parameter)
    check.close(parameter.grad, parameter.detach().cos(), what=GRADIENT)
    check.close(result, parameter.detach().cos(), requires_grad=False)


@pytest.mark.concept("loop.accumulation")
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_micro_batches_give_the_gradient_of_the_whole_batch(device, dtype):
    """Micro-batches add up to the gradient of the whole batch, if each loss is weighted by its share of samples."""
    micro_batches = uneven(device, dtype)
    parameter = leaf(draw.normal((3,), device=device, dtype=dtype))
    whole = torch.cat(micro_batches)
    parts = [slope(parameter, x) for x in micro_batches]
    losses = [squared_error(parameter, x).detach() for x in micro_batches]

    def mean_loss(x: torch.Tensor) -> torch.Tensor:
        return squared_error(parameter, x)

    tolerance = 1e-4 if dtype is torch.float32 else 1e-9
    with check.unchanged(parameter, *micro_batches):
        loss = accumulation.accumulate(mean_loss, micro_batches, parameter)
    assert parameter.grad is not None, "parameter.grad is None: no backward() came to the parameter"
    check.close(
        parameter.grad,
        slope(parameter, whole),
        what=GRADIENT,
        requires_grad=False,
        rtol=tolerance,
        atol=tolerance,
        mistakes={
            "the means were averaged: a larger one weighs more, by its number of samples": sum(parts) / 3,
            "the mean losses were added: weigh each by its share of all samples": sum(parts),
            "the losses are weighted by their samples, but not divided by the number of all samples": sum(
                len(x) * part for x, part in zip(micro_batches, parts, strict=True)
            ),
            "each mean loss is divided by its own number of samples, which it was already": sum(
                part / len(x) for x, part in zip(micro_batches, parts, strict=True)
            ),
            "each mean loss is divided by the number of all samples: multiply by its own number as well": sum(parts)
            / len(whole),
            "only the last micro-batch counts: its gradient took the place of the others": lambda: (
                parts[-1] * len(micro_batches[-1]) / len(whole)
            ),
            "only the last micro-batch counts, and its gradient replaced the others": parts[-1],
            "only the first micro-batch counts": parts[0],
        },
    )
    check.close(
        loss,
        squared_error(parameter, whole),
        what="the mean loss",
        requires_grad=False,
        rtol=tolerance,
        atol=tolerance,
        mistakes={
            "this is the mean of the means: weigh each by its number of samples": sum(losses) / 3,
            "this is the sum of the means: weigh each by its share of all samples": sum(losses),
            "this is the loss of the last micro-batch only": losses[-1],
            "this is the last micro-batch's share only": losses[-1] * len(micro_batches[-1]) / len(whole),
        },
    )


@pytest.mark.concept("autograd.twice")
def test_a_second_backward_adds_to_the_first(device):
    """Calling backward() again, with the loss computed anew, adds the second gradient to the first."""
    micro_batches = uneven(device)
    parameter = leaf(draw.normal((3,), device=device, dtype=torch.float64))
    gradient = slope(parameter, torch.cat(micro_batches))
    accumulation.accumulate(lambda x: squared_error(parameter, x), micro_batches, parameter)
    accumulation.accumulate(lambda x: squared_error(parameter, x), micro_batches, parameter)
    check.close(
        parameter.grad,
        2 * gradient,
        what="the parameter's .grad after two calls",
        mistakes={"what was accumulated before is gone: accumulate adds, and clears nothing": gradient},
    )


@pytest.mark.concept("autograd.leaves")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_gradients_are_added_to_what_grad_holds(device, layout):
    """backward() accumulates: what .grad held is still in it, and what is new has been added."""
    earlier = draw.laid_out(draw.normal((3,), device=device, dtype=torch.float64), layout)
    parameter = leaf(draw.normal((3,), device=device, dtype=torch.float64))
    parameter.grad = earlier.clone()
    micro_batches = uneven(device)
    gradient = slope(parameter, torch.cat(micro_batches))
    accumulation.accumulate(lambda x: squared_error(parameter, x), micro_batches, parameter)
    check.close(
        parameter.grad,
        earlier + gradient,
        what=GRADIENT,
        mistakes={
            "what .grad held before is gone: accumulate adds, and clears nothing": gradient,
            "what .grad held before was added more than once": 3 * earlier + gradient,
        },
    )


@pytest.mark.concept("loop.accumulation")
@pytest.mark.parametrize("sizes", [(5,), (1,), (2, 2, 2), (1, 1, 7)], ids=str)
def test_any_cut_into_micro_batches_gives_the_same(device, sizes):
    """It makes no difference how a batch is cut, into one part, equal parts or single samples."""
    x = draw.laid_out(draw.normal((sum(sizes), 3, 2), device=device, dtype=torch.float64), "sliced")
    parameter = leaf(draw.normal((2,), device=device, dtype=torch.float64))
    loss = accumulation.accumulate(lambda part: ((part @ parameter).sum(1) ** 2).mean(), x.split(sizes), parameter)
    sums = x.sum(1)
    check.close(parameter.grad, 2 / len(x) * (sums.T @ (sums @ parameter.detach())), what=GRADIENT)
    check.close(loss, ((sums @ parameter.detach()) ** 2).mean(), what="the mean loss", requires_grad=False)


@pytest.mark.concept("loop.accumulation")
def test_one_graph_at_a_time_is_enough(device):
    """backward() frees the graph that it went through, so that only one micro-batch is in memory at a time."""
    micro_batches = uneven(device)
    parameter = leaf(draw.normal((3,), device=device, dtype=torch.float64))
    seen, waiting = [], []

    def mean_loss(x: torch.Tensor) -> torch.Tensor:
        if waiting:
            raise check.Failure(
                "graph", TWO_GRAPHS, "call backward() for each micro-batch, before the loss of the next"
            )
        seen.append(len(x))
        waiting.append(x)
        loss = squared_error(parameter, x)
        loss.register_hook(lambda _: waiting.clear())
        return loss

    accumulation.accumulate(mean_loss, micro_batches, parameter)
    check.equal(seen, [len(x) for x in micro_batches], what="the sizes of the micro-batches that mean_loss saw")


def descend(
    start: torch.Tensor,
    batches: list[torch.Tensor],
    rate: float,
    direction: Callable[[list[torch.Tensor], torch.Tensor], torch.Tensor] = lambda _, now: now,
) -> tuple[torch.Tensor, list[float]]:
    """Return the parameter and the losses; ``direction`` makes a step of the earlier gradients and that of now."""
    w, gradients, losses = start.detach().clone(), [], []
    for x in batches:
        losses.append(squared_error(w, x).item())
        now = slope(w, x)
        w = w - rate * direction(gradients, now)
        gradients.append(now)
    return w, losses


@pytest.mark.concept("autograd.zeroing")
@pytest.mark.parametrize("left", [None, 5.0, math.nan], ids=["None", "5", "NaN"])
def test_each_step_uses_the_gradient_of_its_own_batch(device, left):
    """Each step needs a fresh gradient: clear .grad before each backward(), the first one included."""
    batches = uneven(device)
    start = draw.normal((3,), device=device, dtype=torch.float64)
    parameter = leaf(start)
    if left is not None:
        parameter.grad = torch.full_like(start, left)
        batches = [draw.laid_out(x, "sliced") for x in batches]
    leftover = torch.full_like(start, left or 0.0)
    times_zero = "NaN times 0 is NaN: clear .grad by None, or by setting its elements to 0"
    losses = accumulation.train(squared_error, batches, parameter, 0.1)
    expected, expected_losses = descend(start, batches, 0.1)
    at_start = [slope(start, x) for x in batches]
    check.close(
        parameter,
        expected,
        what="the parameter afterwards",
        requires_grad=True,
        mistakes={
            **({times_zero: torch.full_like(start, math.nan)} if left is not None and math.isnan(left) else {}),
            "the gradients of all batches add up: clear .grad before each backward()": descend(
                start, batches, 0.1, lambda earlier, now: sum(earlier) + now + leftover
            )[0],
            "what .grad held before the first step joined in: clear it before backward(), not only after the step": (
                descend(start, batches, 0.1, lambda earlier, now: now if earlier else now + leftover)[0]
            ),
            "the parameter did not change: clear .grad before backward(), not between backward() and the step": start,
            "this went uphill: the step is the parameter less the learning rate times the gradient": descend(
                start, batches, -0.1
            )[0],
            "the learning rate is left out": descend(start, batches, 1.0)[0],
            "all gradients were taken at the first parameter: compute each loss after the step before": start
            - 0.1 * sum(at_start),
            "this is one step with the mean of all gradients: take a step for each batch": start
            - 0.1 * sum(at_start) / 3,
            "only the first batch was used": descend(start, batches[:1], 0.1)[0],
            "only the last batch was used": descend(start, batches[-1:], 0.1)[0],
        },
    )
    check.close(
        losses,
        expected_losses,
        what="the losses",
        rtol=1e-9,
        mistakes={"these are the losses after the steps; give each before its step": [*expected_losses[1:], 0.0]},
    )


@pytest.mark.concept("autograd.zeroing")
def test_a_parameter_stays_the_same_leaf_through_the_steps(device):
    """A step changes the leaf in place, and so the next loss and the next gradient are again those of this leaf."""
    parameter = leaf(draw.normal((3,), device=device, dtype=torch.float64))
    view = parameter.detach()
    start = view.clone()
    batches = uneven(device)
    accumulation.train(squared_error, batches, parameter, 0.05)
    check.not_recorded(parameter, mistake="the step itself was recorded: change the parameter under torch.no_grad()")
    check.tensor(parameter, requires_grad=True, what="the parameter afterwards")
    check.close(
        view,
        descend(start, batches, 0.05)[0],
        what="a view of the parameter, taken before",
        mistakes={"the parameter got new memory: change it in place": start},
    )
    accumulation.train(squared_error, batches, parameter, 0.05)
    check.close(parameter, descend(start, batches * 2, 0.05)[0], what="after a second call", requires_grad=True)
    assert torch.is_grad_enabled(), "recording is still switched off after the call: use `with torch.no_grad():`"


@pytest.mark.concept("autograd.zeroing")
def test_without_batches_nothing_happens(device):
    """No batch, no step."""
    parameter = leaf(draw.normal((3,), device=device))
    with check.unchanged(parameter):
        losses = accumulation.train(squared_error, [], parameter, 0.1)
    check.equal(losses, [])
