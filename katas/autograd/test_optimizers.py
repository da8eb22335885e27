"""An optimiser takes the parameters first, and changes them by its own rule in each step."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import torch

from dojo import check, draw
from katas.autograd import optimizers

Tensors = list[torch.Tensor]
Rule = Callable[[torch.Tensor, torch.Tensor, dict[str, torch.Tensor], int], torch.Tensor]

FUSED = ("_fused_sgd", "_fused_sgd_", "_fused_adam", "_fused_adam_", "_fused_adamw", "_fused_adamw_")
RECORDED = "the step was recorded: change the parameter under torch.no_grad()"
BY_HAND = "write the rule with sums, products and roots of tensors"
RATE, MOMENTUM, DECAY = 0.1, 0.75, 0.3
ADAM_RATE, BETAS, EPS = 0.1, (0.8, 0.95), 0.05


@contextmanager
def by_hand() -> Iterator[None]:
    """Refuse torch.optim, and the operations that hold a whole step of it."""
    __tracebackhide__ = True
    with check.built_without_package("torch.optim", instead=BY_HAND), check.built_without(*FUSED, instead=BY_HAND):
        yield


def leaves(shapes: Sequence[tuple[int, ...]], device: torch.device, dtype: torch.dtype = torch.float64) -> Tensors:
    """Return parameters; those with two axes do not lie contiguously."""
    values = [draw.normal(shape, device=device, dtype=dtype) for shape in shapes]
    return [draw.laid_out(each, "transposed").requires_grad_() for each in values]


def drawn(parameters: Tensors, count: int) -> list[Tensors]:
    """Return gradients for so many steps, one for each parameter."""
    return [[draw.normal(p.shape, device=p.device, dtype=p.dtype) for p in parameters] for _ in range(count)]


def give(parameters: Tensors, gradients: Sequence[torch.Tensor | None]) -> None:
    """Put new gradients in place, into the memory of the old ones where there are any."""
    for parameter, gradient in zip(parameters, gradients, strict=True):
        if gradient is None or parameter.grad is None:
            parameter.grad = None if gradient is None else gradient.clone()
        else:
            parameter.grad.copy_(gradient)


def by_torch(
    starts: Tensors,
    gradients: Sequence[Sequence[torch.Tensor | None]],
    rates: Sequence[float],
    kind: Any,
    **options: Any,
) -> Tensors:
    """Return the parameters after the steps of an optimiser of torch.optim."""
    parameters = [start.detach().clone().requires_grad_() for start in starts]
    optimiser = kind(parameters, foreach=False, **options)
    for rate, each in zip(rates, gradients, strict=True):
        give(parameters, each)
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.step()
    return [parameter.detach() for parameter in parameters]


def by_rule(start: torch.Tensor, gradients: Sequence[Any], rule: Rule) -> Callable[[], torch.Tensor]:
    """Return what computes the parameter by ``rule(p, g, kept, t)``, where ``kept`` lasts over the steps."""

    def compute() -> torch.Tensor:
        parameter, kept = start.detach().clone(), {}
        for step, gradient in enumerate(gradients, 1):
            parameter = rule(parameter, gradient, kept, step)
        return parameter

    return compute


def wrong_sgd(
    start: torch.Tensor, gradients: Tensors, rates: Sequence[float], mu: float, decay: float
) -> dict[str, Callable[[], torch.Tensor]]:
    """Return what people get wrong in SGD with momentum, with what it leads to."""

    def with_buffer(
        new: Callable[[Any, Any], Any],
        first: Callable[[Any], Any] = lambda d: d,
        nesterov: bool = False,
        again: bool = False,
    ) -> Callable[[], torch.Tensor]:
        def rule(p, g, kept, t):
            d = g + decay * p
            kept["b"] = new(d if again and t == 2 else kept["b"], d) if t > 1 else first(d)
            return p - rates[t - 1] * (d + mu * kept["b"] if nesterov else kept["b"])

        return by_rule(start, gradients, rule)

    def rated(again: bool) -> Callable[[], torch.Tensor]:
        def rule(p, g, kept, t):
            rate = rates[t - 1]
            kept["b"] = mu * kept.get("b", 0) + rate * (g + decay * p)
            return p - (rate if again else 1) * kept["b"]

        return by_rule(start, gradients, rule)

    def simple(direction: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], apart: float = 0.0):
        def rule(p, g, kept, t):
            kept["b"] = mu * kept.get("b", 0) + direction(p, g)
            return p - rates[t - 1] * (kept["b"] + apart * p)

        return by_rule(start, gradients, rule)

    return {
        "the parameter has its old elements: change it in place": lambda: start.detach().clone(),
        "this went uphill: the step is subtracted": by_rule(start, gradients, lambda p, g, _, t: p + rates[t - 1] * g),
        "nothing carried over from step to step: keep b in state, and use it in the next step": by_rule(
            start, gradients, lambda p, g, _, t: p - rates[t - 1] * (g + decay * p)
        ),
        "b is momentum * b + d, this has (1 - momentum) * d": with_buffer(lambda b, d: mu * b + (1 - mu) * d),
        "b is d itself in the first step, and later momentum * b + d, without (1 - momentum)": with_buffer(
            lambda b, d: mu * b + (1 - mu) * d, lambda d: (1 - mu) * d
        ),
        "this is Nesterov's form, which looks ahead: subtract learning_rate * b only": with_buffer(
            lambda b, d: mu * b + d, nesterov=True
        ),
        "b was only d of this step times momentum: add d to momentum * b": with_buffer(lambda b, _: mu * b),
        "b already holds the learning rate of earlier steps: multiply when p is changed, not before": rated(False),
        "the learning rate is in it twice, in b and in the change of p": rated(True),
        "the weight decay is missing": simple(lambda _, g: g),
        "the weight decay goes past the momentum: add weight_decay * p to the gradient, before b": simple(
            lambda _, g: g, decay
        ),
        "the weight decay has the wrong sign: it pulls p to 0": simple(lambda p, g: g - decay * p),
        "state holds the gradient itself: keep a copy, the numbers in .grad change": with_buffer(
            lambda b, d: mu * b + d, again=True
        ),
    }


def wrong_adam(
    start: torch.Tensor, gradients: Tensors, rates: Sequence[float], betas: tuple[float, float] = BETAS
) -> dict[str, Callable[[], torch.Tensor]]:
    """Return what people get wrong in Adam, with what it leads to."""
    first, second = betas

    def adam(
        change: Callable[..., torch.Tensor] = lambda m, v, t: m / (1 - first**t) / ((v / (1 - second**t)).sqrt() + EPS),
        beta1: float = first,
        beta2: float = second,
        square: Callable[[torch.Tensor], torch.Tensor] = torch.square,
        forgets: bool = False,
    ) -> Callable[[], torch.Tensor]:
        def rule(p, g, kept, t):
            if forgets:
                kept.clear()
            kept["m"] = beta1 * kept.get("m", 0) + (1 - beta1) * g
            kept["v"] = beta2 * kept.get("v", 0) + (1 - beta2) * square(g)
            return p - rates[t - 1] * change(kept["m"], kept["v"], t)

        return by_rule(start, gradients, rule)

    return {
        "the parameter has its old elements: change it in place": lambda: start.detach().clone(),
        "the bias correction is missing: divide m by 1 - beta1^t and v by 1 - beta2^t": adam(
            lambda m, v, _: m / (v.sqrt() + EPS)
        ),
        "only m is corrected: divide v by 1 - beta2^t as well": adam(
            lambda m, v, t: m / (1 - first**t) / (v.sqrt() + EPS)
        ),
        "only v is corrected: divide m by 1 - beta1^t as well": adam(
            lambda m, v, t: m / ((v / (1 - second**t)).sqrt() + EPS)
        ),
        "eps is under the root: add it to the root": adam(
            lambda m, v, t: m / (1 - first**t) / (v / (1 - second**t) + EPS).sqrt()
        ),
        "eps was added before the root was corrected: divide v by 1 - beta2^t, then the root, then add eps": adam(
            lambda m, v, t: m / (1 - first**t) * math.sqrt(1 - second**t) / (v.sqrt() + EPS)
        ),
        "t begins at 2: count the step before it is used, once": adam(
            lambda m, v, t: m / (1 - first ** (t + 1)) / ((v / (1 - second ** (t + 1))).sqrt() + EPS)
        ),
        "t was 0 in the first step, and 1 - beta^0 is 0: count the step before it is used": (
            lambda: torch.full_like(start, math.nan)
        ),
        "t stays at 1: count the steps in state": adam(
            lambda m, v, _: m / (1 - first) / ((v / (1 - second)).sqrt() + EPS)
        ),
        "nothing carried over from step to step: keep m, v and t in state": adam(
            lambda m, v, _: m / (1 - first) / ((v / (1 - second)).sqrt() + EPS), forgets=True
        ),
        "m and v were forgotten after each step: keep them in state": adam(forgets=True),
        "the root is missing: divide by sqrt(v / (1 - beta2^t)) + eps": adam(
            lambda m, v, t: m / (1 - first**t) / (v / (1 - second**t) + EPS)
        ),
        "the betas are swapped: beta1 belongs to m, beta2 to v": adam(
            lambda m, v, t: m / (1 - second**t) / ((v / (1 - first**t)).sqrt() + EPS), second, first
        ),
        "v averages the gradients, not their squares": adam(
            lambda m, v, t: m / (1 - first**t) / (v / (1 - second**t) + EPS), square=torch.abs
        ),
        "eps is missing": adam(lambda m, v, t: m / (1 - first**t) / (v / (1 - second**t)).sqrt()),
    }


@pytest.mark.concept("optim.step")
def test_the_worked_example(device):
    """A step of SGD changes the parameter by the learning rate times the gradient; momentum adds what came before."""
    start = torch.tensor([1.0, -1.0], device=device)
    gradients = [torch.tensor([2.0, 0.0], device=device), torch.tensor([4.0, 1.0], device=device)]
    parameters, state = [start.clone().requires_grad_()], {}
    expected = torch.tensor([0.8, -1.0], device=device), torch.tensor([0.3, -1.1], device=device)
    for count in (1, 2):
        parameters[0].grad = gradients[count - 1].clone()
        with by_hand():
            optimizers.sgd_step_(parameters, state, learning_rate=0.1, momentum=0.5)
        check.not_recorded(parameters[0], mistake=RECORDED)
        check.close(
            parameters[0],
            expected[count - 1],
            what=f"p after step {count}",
            requires_grad=True,
            mistakes=wrong_sgd(start, gradients[:count], [0.1, 0.1], 0.5, 0.0),
        )


@pytest.mark.concept("optim.step")
@pytest.mark.parametrize(
    ("momentum", "decay"),
    [(0.0, 0.0), (MOMENTUM, 0.0), (0.0, DECAY), (MOMENTUM, DECAY)],
    ids=["plain", "momentum", "decay", "both"],
)
def test_steps_of_sgd_agree_with_torch(device, momentum, decay):
    """SGD by hand agrees with torch.optim.SGD over several steps, with momentum, weight decay and a changing rate."""
    parameters = leaves([draw.sizes(2)], device)
    start, gradients = parameters[0].detach().clone(), drawn(parameters, 4)
    state: dict[Any, Any] = {}
    rates = [RATE, RATE, RATE / 4, RATE / 2]
    for rate, each in zip(rates, gradients, strict=True):
        give(parameters, each)
        with check.unchanged(parameters[0].grad, mistake="changed the gradient: add to a copy of it"), by_hand():
            optimizers.sgd_step_(parameters, state, rate, momentum, decay)
    options = {"lr": RATE, "momentum": momentum, "weight_decay": decay}
    expected = by_torch([start], gradients, rates, torch.optim.SGD, **options)[0]
    mistakes = wrong_sgd(start, [each[0] for each in gradients], rates, momentum, decay)
    check.close(parameters[0], expected, what="p after four steps", requires_grad=True, mistakes=mistakes)


@pytest.mark.concept("optim.step")
def test_sgd_has_neither_momentum_nor_weight_decay_by_default(device):
    """Without them, each step of SGD is the learning rate times the gradient of that step."""
    parameters = leaves([draw.sizes(2)], device)
    start, gradients = parameters[0].detach().clone(), drawn(parameters, 3)
    state: dict[Any, Any] = {}
    for each in gradients:
        give(parameters, each)
        optimizers.sgd_step_(parameters, state, RATE)
    expected = start - RATE * sum(each[0] for each in gradients)
    mistakes = {
        "the momentum is 0 by default": by_torch([start], gradients, [RATE] * 3, torch.optim.SGD, momentum=1.0)[0]
    }
    check.close(parameters[0], expected, what="p after three steps", requires_grad=True, mistakes=mistakes)


@pytest.mark.concept("optim.step")
@pytest.mark.parametrize("betas", [BETAS, (0.3, 0.4), (0.0, 0.9)], ids=str)
def test_steps_of_adam_agree_with_torch(device, betas):
    """Adam by hand agrees with torch.optim.Adam: two averages of the past, corrected for having begun at 0."""
    parameters = leaves([draw.sizes(2)], device)
    start, gradients = parameters[0].detach().clone(), drawn(parameters, 4)
    state: dict[Any, Any] = {}
    rates = [ADAM_RATE, ADAM_RATE / 4, ADAM_RATE, ADAM_RATE / 2]
    for rate, each in zip(rates, gradients, strict=True):
        give(parameters, each)
        with check.unchanged(parameters[0].grad, mistake="changed the gradient: compute with a copy"), by_hand():
            optimizers.adam_step_(parameters, state, rate, betas, EPS)
    check.not_recorded(parameters[0], mistake=RECORDED)
    expected = by_torch([start], gradients, rates, torch.optim.Adam, betas=betas, eps=EPS)[0]
    mistakes = wrong_adam(start, [each[0] for each in gradients], rates, betas)
    check.close(parameters[0], expected, what="p after four steps", requires_grad=True, mistakes=mistakes)


@pytest.mark.concept("optim.step")
def test_the_first_step_of_adam_is_as_large_as_the_learning_rate(device):
    """With the bias correction, Adam's first step is the learning rate in size, however small the gradient is."""
    parameters = [torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=torch.float64, device=device).requires_grad_()]
    parameters[0].grad = torch.tensor([1e-3, -50.0, 0.0, 2.0], dtype=torch.float64, device=device)
    optimizers.adam_step_(parameters, {}, learning_rate=0.5)
    expected = torch.tensor([0.5, 2.5, 3.0, 3.5], dtype=torch.float64, device=device)
    check.close(parameters[0], expected, what="p after the first step", requires_grad=True, rtol=1e-4)
    before = parameters[0].detach().clone()
    optimizers.adam_step_(parameters, {})
    moved = (parameters[0].detach() - before).abs()[[0, 1, 3]]
    check.close(
        moved,
        torch.full_like(moved, 1e-3),
        what="the size of a first step with the default learning rate",
        rtol=1e-4,
        mistakes={"the default learning rate is 1e-3; this is 1e-2": torch.full_like(moved, 1e-2)},
    )


KINDS = [("sgd", torch.optim.SGD, {"momentum": 0.9}), ("adam", torch.optim.Adam, {})]


def stepper(kind: str) -> Callable[[Tensors, dict[Any, Any]], None]:
    """Return the answer's step with a learning rate and, for SGD, a momentum filled in."""
    if kind == "sgd":
        return lambda parameters, state: optimizers.sgd_step_(parameters, state, 0.1, momentum=0.9)
    return lambda parameters, state: optimizers.adam_step_(parameters, state, 0.1)


@pytest.mark.concept("optim.step")
@pytest.mark.parametrize(("kind", "reference", "options"), KINDS, ids=["sgd", "adam"])
def test_each_parameter_has_a_state_of_its_own(device, kind, reference, options):
    """What an optimiser keeps belongs to one parameter, of whatever shape, also where two have the same shape."""
    step, state = stepper(kind), {}
    parameters = leaves([(3, 2), (), (3, 2), (4,), (0,)], device)
    starts, gradients = [parameter.detach().clone() for parameter in parameters], drawn(parameters, 3)
    for each in gradients:
        give(parameters, each)
        step(parameters, state)
    expected = by_torch(starts, gradients, [0.1] * 3, reference, **options)
    for place, (parameter, wanted) in enumerate(zip(parameters, expected, strict=True)):
        check.close(parameter, wanted, what=f"parameter {place}, with a state of its own,", requires_grad=True)


@pytest.mark.concept("optim.step")
@pytest.mark.parametrize(("kind", "reference", "options"), KINDS, ids=["sgd", "adam"])
def test_a_parameter_without_a_gradient_is_skipped(device, kind, reference, options):
    """Where .grad is None there is no step: neither the parameter changes, nor its state, nor its count of steps."""
    step, state = stepper(kind), {}
    parameters = leaves([(3,), (2, 2), (3,)], device)
    starts, gradients = [parameter.detach().clone() for parameter in parameters], drawn(parameters, 4)
    missing = {(0, 0), (1, 1), (2, 0)}  # in which step which parameter gets no gradient
    holes = [
        [None if (row, place) in missing else g for place, g in enumerate(each)] for row, each in enumerate(gradients)
    ]
    for each in holes:
        give(parameters, each)
        step(parameters, state)
    expected = by_torch(starts, holes, [0.1] * 4, reference, **options)

    def counted_together(p, g, kept, t):
        if g is None:
            return p
        kept["m"] = 0.9 * kept.get("m", 0) + 0.1 * g
        kept["v"] = 0.999 * kept.get("v", 0) + 0.001 * g**2
        return p - 0.1 * (kept["m"] / (1 - 0.9**t)) / ((kept["v"] / (1 - 0.999**t)).sqrt() + 1e-8)

    for place, (parameter, wanted) in enumerate(zip(parameters, expected, strict=True)):
        mine = [each[place] for each in holes]
        zeros = [[torch.zeros_like(starts[place]) if g is None else g] for g in mine]
        check.close(
            parameter,
            wanted,
            what=f"parameter {place}, sometimes skipped,",
            requires_grad=True,
            mistakes={
                "the steps are counted for all parameters together: count them for each parameter apart": by_rule(
                    starts[place], mine, counted_together
                ),
                "None was taken for zeros: without a gradient there is no step": lambda: by_torch(
                    [starts[place]], zeros, [0.1] * 4, reference, **options
                )[0],
            },
        )


@pytest.mark.concept("optim.step")
@pytest.mark.parametrize(("kind", "reference", "options"), KINDS, ids=["sgd", "adam"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_state_is_all_that_carries_over(device, kind, reference, options, dtype):
    """Two optimisers do not know of each other: each has its own state, even for parameters of the same shape."""
    step = stepper(kind)
    runs = [(leaves([(3, 2)], device, dtype), {}) for _ in range(2)]
    starts = [parameters[0].detach().clone() for parameters, _ in runs]
    gradients = [drawn(parameters, 3) for parameters, _ in runs]
    views = [parameters[0].detach() for parameters, _ in runs]
    for row in range(3):
        for (parameters, state), each in zip(runs, gradients, strict=True):
            parameters[0].grad = each[row][0].clone()
            step(parameters, state)
    tolerance = 1e-4 if dtype is torch.float32 else 1e-9
    for place, (parameters, _) in enumerate(runs):
        expected = by_torch([starts[place]], gradients[place], [0.1] * 3, reference, **options)[0]
        check.close(
            parameters[0],
            expected,
            what=f"the parameter of optimiser {place}",
            requires_grad=True,
            rtol=tolerance,
            atol=tolerance,
        )
        check.close(
            views[place],
            expected,
            what="a view of the parameter, taken before",
            rtol=tolerance,
            atol=tolerance,
            mistakes={"the parameter got new memory: change its elements in place": starts[place]},
        )
    parameters, _ = runs[0]
    now = parameters[0].detach().clone()
    step(parameters, {})
    again = by_torch([now], [[parameters[0].grad]], [0.1], reference, **options)[0]
    what = "the parameter after a step with a new, empty state, which is a first step again,"
    check.close(parameters[0], again, what=what, requires_grad=True, rtol=tolerance, atol=tolerance)
    assert torch.is_grad_enabled(), "recording is still switched off after the call: use `with torch.no_grad():`"


@pytest.mark.concept("optim.zero-grad")
def test_gradients_are_cleared_to_none(device):
    """zero_grad() sets .grad to None by default today, and not to zeros."""
    parameters = leaves([(3,), (2, 2), ()], device)
    give(parameters, [torch.ones(3, device=device).double(), None, torch.full((), math.nan, device=device).double()])
    with check.unchanged(*parameters):
        optimizers.clear_gradients(parameter for parameter in parameters)
    for parameter in parameters:
        assert parameter.grad is None, (
            f"a .grad is {check.describe(parameter.grad)} afterwards, expected None: that is the default, "
            "zeros are made with set_to_none=False only"
        )


@pytest.mark.concept("optim.zero-grad")
def test_gradients_are_cleared_to_zeros_on_demand(device):
    """With set_to_none=False the gradients stay tensors, and their elements become 0."""
    parameters = leaves([(3,), (2, 2), ()], device)
    give(parameters, [torch.ones(3, device=device).double(), None, torch.full((), math.nan, device=device).double()])
    first = parameters[0].grad
    with check.unchanged(*parameters):
        optimizers.clear_gradients((parameter for parameter in parameters), set_to_none=False)
    zeros = torch.zeros(3, dtype=torch.float64, device=device)
    assert parameters[0].grad is not None, "a .grad is None: with set_to_none=False it stays a tensor, of zeros"
    check.equal(parameters[0].grad, zeros, what="the first .grad", requires_grad=False)
    check.equal(first, zeros, what="the tensor that was the first .grad, which is to be cleared in place,")
    check.equal(
        parameters[2].grad,
        zeros.sum(),
        what="a .grad that was NaN",
        mistakes={
            "NaN times 0 is NaN: set the elements to 0": torch.full((), math.nan, dtype=torch.float64, device=device)
        },
    )
    assert parameters[1].grad is None, "a .grad that was None is a tensor now: leave it None"


@pytest.mark.concept("optim.zero-grad")
@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_zeros_are_gradients_and_none_is_not(device, kind):
    """After a gradient of zeros the past still moves the parameter; after None nothing does."""
    step, state = stepper(kind), {}
    parameters = leaves([(3,), (3,)], device)
    give(parameters, drawn(parameters, 1)[0])
    step(parameters, state)
    before = [parameter.detach().clone() for parameter in parameters]
    give(parameters, [torch.zeros_like(before[0]), None])
    step(parameters, state)
    assert not torch.equal(parameters[0].detach(), before[0]), (
        "a parameter with a gradient of zeros stayed where it was: only None is skipped, the past moves it on"
    )
    check.equal(parameters[1], before[1], what="a parameter with .grad None", requires_grad=True)


@pytest.mark.concept("optim.first-argument")
@pytest.mark.concept("system.optim")
def test_an_optimiser_is_handed_the_parameters_first(device):
    """An optimiser's first argument is the parameters, or groups of parameters with options of their own."""
    features = torch.nn.Sequential(torch.nn.Linear(3, 4, device=device))  # its parameters are those of its parts
    head = torch.nn.Linear(4, 2, device=device)
    parameters = [*features.parameters(), *head.parameters()]
    starts, gradients = [parameter.detach().clone() for parameter in parameters], drawn(parameters, 2)
    optimiser = optimizers.optimiser_for(features, head, 0.25, 0.5, 0.75)
    assert isinstance(optimiser, torch.optim.Optimizer), (
        f"gave {check.describe(optimiser)}, expected an optimiser of torch.optim"
    )
    assert isinstance(optimiser, torch.optim.SGD), f"gave {type(optimiser).__name__}, expected torch.optim.SGD"
    known = {id(parameter) for group in optimiser.param_groups for parameter in group["params"]}
    assert known == {id(parameter) for parameter in parameters}, (
        f"the optimiser has {len(known)} parameters, {sum(id(p) in known for p in parameters)} of them those of the "
        f"modules: hand it all {len(parameters)} parameters of both, themselves and not copies"
    )
    for each in gradients:
        give(parameters, each)
        optimiser.step()
    for place, parameter in enumerate(parameters):
        rate, other = (0.25, 0.5) if place < 2 else (0.5, 0.25)
        start, (one, two) = starts[place], (each[place] for each in gradients)
        name = ("the weight of features", "the bias of features", "the weight of head", "the bias of head")[place]
        check.close(
            parameter,
            start - rate * one - rate * (0.75 * one + two),
            what=f"{name} after two steps",
            requires_grad=True,
            mistakes={
                "features and head have each other's learning rate": start - other * one - other * (0.75 * one + two),
                "the momentum is missing": start - rate * one - rate * two,
                "the momentum is missing, and the learning rate is the other's": start - other * one - other * two,
            },
        )
