"""Inside torch.no_grad() nothing is added to the graph, and parameters can be changed in place."""

from collections.abc import Iterator

import pytest
import torch

from dojo import check, draw
from katas.autograd import no_grad

STILL_OFF = "recording is still switched off after the call: `with torch.no_grad():` switches it back by itself"
SWITCHED_ON = "recording was off before the call and is on after it: put it back to what it was"
RECORDED = "the step was recorded: it must happen inside torch.no_grad()"
GRAPH = "the average is part of the graph now, and the graph grows with each call: compute it inside torch.no_grad()"


class Broken(Exception):
    """What goes wrong in the middle of a call."""


def leaf(values: torch.Tensor) -> torch.Tensor:
    return values.requires_grad_()


def with_gradient(
    shape: tuple[int, ...], device: torch.device, layout: str = "contiguous", dtype: torch.dtype = torch.float32
) -> torch.Tensor:
    """Return a leaf with a gradient."""
    values = draw.normal(shape, device=device, dtype=dtype)
    parameter = leaf(draw.laid_out(values, layout) if shape else values)
    parameter.grad = draw.normal(shape, device=device, dtype=dtype)
    return parameter


def steps(parameter: torch.Tensor, rate: float) -> dict[str, torch.Tensor]:
    """Return what people get wrong in a step, with the elements that it leads to."""
    old, gradient = parameter.detach().clone(), parameter.grad.clone()
    return {
        "the parameter has its old elements: p = p - step makes a new tensor, change p in place": old,
        "this went uphill: the step is the parameter less the learning rate times the gradient": old + rate * gradient,
        "the learning rate is left out": old - gradient,
        "these are the steps, not the parameter less the step": rate * gradient,
        "the step was taken twice": old - 2 * rate * gradient,
        "only the sign of the gradient was used": old - rate * gradient.sign(),
    }


@pytest.mark.concept("autograd.no-grad")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_step_changes_the_parameter_in_place(device, layout):
    """A parameter is changed in place, so that everything that holds it sees the new elements."""
    parameter = with_gradient(draw.sizes(2), device, layout, torch.float64)
    seen, old, mistakes = parameter.detach(), parameter.detach().clone(), steps(parameter, 0.3)
    in_float32 = "the learning rate lost digits in float32: multiply by it as the Python number that it is"
    mistakes[in_float32] = old - torch.tensor(0.3, dtype=torch.float32).item() * parameter.grad
    expected = old - 0.3 * parameter.grad
    no_grad.update_([parameter], 0.3)
    check.close(
        parameter,
        expected,
        what="the parameter afterwards",
        requires_grad=True,
        mistakes=mistakes,
        rtol=1e-12,
        atol=1e-12,
    )
    check.close(
        seen,
        expected,
        what="a view of the parameter, taken before",
        mistakes={"the parameter got new memory: change its elements in place": old},
    )


@pytest.mark.concept("autograd.no-grad")
def test_a_parameter_is_the_same_leaf_after_the_step(device):
    """After a step inside no_grad() a parameter is still a leaf that requires a gradient, without a history."""
    parameter = with_gradient((3, 2), device)
    before = parameter.grad.clone()
    gradient = parameter.grad
    no_grad.update_([parameter], 0.1)
    check.tensor(parameter, requires_grad=True, what="the parameter afterwards")
    check.not_recorded(parameter, mistake=RECORDED)
    assert parameter.grad is not None, "the gradient is gone: update_ leaves .grad as it is"
    check.equal(parameter.grad, before, what="the parameter's .grad", requires_grad=False)
    assert parameter.grad is gradient, "the gradient is another tensor now: update_ leaves .grad as it is"
    assert torch.is_grad_enabled(), STILL_OFF
    parameter.grad = None
    (2 * parameter).sum().backward()
    check.equal(parameter.grad, torch.full_like(before, 2.0), what="the gradient of the next loss")


@pytest.mark.concept("autograd.no-grad")
def test_a_parameter_without_a_gradient_stays(device):
    """A leaf that the loss does not depend on has .grad = None: there is no step for it."""
    first, last = with_gradient((3,), device), with_gradient((), device)
    unused = leaf(draw.normal((2,), device=device))
    frozen = draw.normal((4, 2), device=device)
    first.grad[0] = 0.0
    before = first.detach().clone()
    expected = before - 0.1 * first.grad, last.detach() - 0.1 * last.grad
    with check.unchanged(unused, frozen):
        no_grad.update_([first, unused, frozen, last], 0.1)
    check.close(
        first,
        expected[0],
        requires_grad=True,
        what="the parameter before the one without a gradient",
        mistakes={"a gradient that begins with 0 is a gradient too: skip a parameter only if .grad is None": before},
    )
    check.close(last, expected[1], requires_grad=True, what="the parameter behind the one without a gradient")
    assert unused.grad is None, "filled the .grad of a parameter that had none: leave it alone"


@pytest.mark.concept("autograd.no-grad")
def test_parameters_may_come_one_by_one(device):
    """A model hands its parameters over one by one, and all of them take the step."""
    model = torch.nn.Linear(3, 2, device=device)
    model(draw.normal((4, 3), device=device)).square().sum().backward()
    expected = [(each - 0.01 * each.grad).detach() for each in model.parameters()]
    no_grad.update_(model.parameters(), 0.01)
    weight, bias = (each.detach() for each in model.parameters())
    check.close(weight, expected[0], what="the weight afterwards")
    check.close(bias, expected[1], what="the bias afterwards")


@pytest.mark.concept("autograd.no-grad")
def test_autograd_notices_that_a_parameter_was_changed(device):
    """A change in place is counted, so that backward() refuses to go on with elements that are gone."""
    parameter = with_gradient((3,), device)
    loss = (parameter * parameter).sum()  # keeps the parameter's elements for backward
    no_grad.update_([parameter], 0.1)
    with check.raises(RuntimeError, "backward() needs elements that were changed (.data hides that)"):
        loss.backward()


@pytest.mark.concept("autograd.no-grad")
def test_a_step_does_not_switch_recording_off_for_good(device):
    """no_grad() lasts as long as its block: behind it everything is recorded as before, or not as before."""
    parameter = with_gradient((3,), device)
    no_grad.update_([parameter], 0.1)
    assert torch.is_grad_enabled(), STILL_OFF
    with torch.no_grad():
        no_grad.update_([parameter], 0.1)
        assert not torch.is_grad_enabled(), SWITCHED_ON
    check.tensor(parameter, requires_grad=True, what="the parameter afterwards")

    def broken() -> Iterator[torch.Tensor]:
        yield parameter
        raise Broken

    with check.raises(Broken, "parameters raises it midway"):
        no_grad.update_(broken(), 0.1)
    assert torch.is_grad_enabled(), "after an exception, recording is still switched off: use `with torch.no_grad():`"
    check.tensor(parameter, requires_grad=True, what="the parameter after an exception")


@pytest.mark.concept("autograd.no-grad")
def test_nothing_is_recorded_inside_no_grad(device):
    """Operations inside no_grad() are NOT added to the graph, whatever they are computed from."""
    w, b = (leaf(draw.normal(shape, device=device)) for shape in ((3, 2), (2,)))
    x = leaf(draw.normal((4, 3), device=device))
    inside = []

    def model(z: torch.Tensor) -> torch.Tensor:
        hidden = z @ w
        inside.append(hidden.requires_grad)
        return hidden + b

    with check.unchanged(w, b, x):
        result = no_grad.predict(model, x)
    check.not_recorded(result, mistake="the model's operations were recorded: run it inside torch.no_grad()")
    check.close(result, (x @ w + b).detach())
    assert not any(inside), (
        "the model's operations were recorded while it ran, and only its result was cut off: no_grad() around the model"
        " saves the memory of the graph"
    )
    assert len(inside) == 1, f"ran the model {len(inside)} times: once is enough"


@pytest.mark.concept("autograd.no-grad")
def test_a_prediction_can_be_used_in_what_is_trained(device):
    """What is computed inside no_grad() is an ordinary tensor, a constant to everything recorded later."""
    w = leaf(draw.normal((3,), device=device, dtype=torch.float64))
    x = draw.laid_out(draw.normal((3,), device=device, dtype=torch.float64), "sliced")
    result = no_grad.predict(lambda z: z * w, x)
    check.tensor(result, shape=(3,), device=device, requires_grad=False)
    assert not result.is_inference(), (
        "a tensor made inside torch.inference_mode() cannot be used in what is recorded later; torch.no_grad() makes "
        "an ordinary one"
    )
    assert torch.is_grad_enabled(), STILL_OFF
    (w * result).sum().backward()
    check.close(w.grad, x * w.detach(), what="the gradient of (w * prediction).sum()")


@pytest.mark.concept("autograd.no-grad")
def test_recording_is_as_before_after_a_prediction(device):
    """Behind the block of no_grad() everything is recorded again, or, within an outer block, still not."""
    w = leaf(draw.normal((3,), device=device))
    x = draw.normal((3,), device=device)
    no_grad.predict(lambda z: z * w, x)
    assert torch.is_grad_enabled(), STILL_OFF
    check.recorded(x * w)
    check.tensor(w, requires_grad=True, what="the model's parameter afterwards")
    with torch.no_grad():
        no_grad.predict(lambda z: z * w, x)
        assert not torch.is_grad_enabled(), SWITCHED_ON


@pytest.mark.concept("autograd.no-grad")
def test_an_exception_ends_the_block_like_its_last_line(device):
    """A with block puts things back when an exception leaves it, which two separate calls do not."""
    x = draw.normal((3,), device=device)

    def model(z: torch.Tensor) -> torch.Tensor:
        raise Broken

    with check.raises(Broken, "the model raises it"):
        no_grad.predict(model, x)
    assert torch.is_grad_enabled(), "after an exception, recording is still switched off: use `with torch.no_grad():`"


def averages_of(first: torch.Tensor, second: torch.Tensor, decay: float) -> dict[str, torch.Tensor]:
    """Return what people get wrong in a moving average, with what it leads to."""
    return {
        "the average has its old elements: change it in place": first,
        "the weights are swapped: decay belongs to the average": decay * second + (1 - decay) * first,
        "the parameter is added whole: it has the weight 1 - decay": decay * first + second,
        "the average is kept whole: it has the weight decay": first + (1 - decay) * second,
        "this is the plain mean of the two": (first + second) / 2,
        "this is the parameter itself": second,
    }


@pytest.mark.concept("autograd.no-grad")
def test_an_average_of_parameters_is_no_part_of_the_graph(device):
    """An average that is computed outside of no_grad() becomes tracked, and the graph behind it grows for ever."""
    rows, columns = draw.sizes(2)
    shapes = (rows, columns), (), (rows, columns), (3,)
    averages = [draw.normal(shape, device=device) for shape in shapes]
    parameters = [leaf(draw.normal(shape, device=device)) for shape in shapes]
    seen, olds = averages[0].view(-1), [average.clone() for average in averages]
    with check.unchanged(*parameters):
        no_grad.moving_average_(averages, parameters, 0.7)
    for average in averages:
        check.not_recorded(average, mistake=GRAPH)
        check.tensor(average, requires_grad=False, what="the average afterwards")
    names = [f"the {place} average afterwards" for place in ("first", "second", "third", "fourth")]
    for name, average, old, parameter in zip(names, averages, olds, parameters, strict=True):
        new = parameter.detach()
        mistakes = averages_of(old, new, 0.7)
        if old.shape == shapes[0] and parameter is not parameters[0]:
            others = 0.7 * old + 0.3 * parameters[0].detach()
            mistakes["this went towards the first parameter: each average has a parameter of its own"] = others
        check.close(average, 0.7 * old + 0.3 * new, what=name, mistakes=mistakes)
    check.close(
        seen,
        (0.7 * olds[0] + 0.3 * parameters[0].detach()).view(-1),
        what="a view of the average, taken before",
        mistakes={"the average got new memory: change its elements in place": olds[0].view(-1)},
    )
    assert torch.is_grad_enabled(), STILL_OFF
    with torch.no_grad():
        no_grad.moving_average_(averages, parameters, 0.7)
        assert not torch.is_grad_enabled(), SWITCHED_ON


@pytest.mark.concept("autograd.no-grad")
def test_autograd_notices_that_an_average_was_changed(device):
    """A change in place is counted for constants as well, where backward() needs their elements."""
    average, parameter = draw.normal((3,), device=device), leaf(draw.normal((3,), device=device))
    loss = (parameter * average).sum()  # keeps the average's elements for backward
    no_grad.moving_average_([average], [parameter], 0.9)
    with check.raises(RuntimeError, "backward() needs elements that were changed (.data hides that)"):
        loss.backward()


@pytest.mark.concept("autograd.no-grad")
def test_an_average_follows_its_parameter_slowly(device):
    """After some calls the average is between what it was and its parameter; decay 1 keeps it, 0 forgets it."""

    def doubles(values: float | list[float]) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.float64, device=device)

    first = [draw.laid_out(doubles([0.0, 0.0]), "sliced"), doubles(1.0)]
    parameters = [leaf(doubles([8.0, -4.0])), leaf(doubles(5.0))]
    no_grad.moving_average_(first, parameters, 0.5)
    no_grad.moving_average_(first, parameters, 0.5)
    no_grad.moving_average_(first, parameters, 1.0)
    check.close(first[0], doubles([6.0, -3.0]), what="the first average after two calls")
    check.close(first[1], doubles(4.0), what="the second average after two calls")
    no_grad.moving_average_(first, parameters, 0.0)
    check.close(first[0], doubles([8.0, -4.0]), what="the first average with decay 0")
    check.own_memory(first[0], parameters[0], mistake="the average lies in the parameter's memory: copy the elements")
