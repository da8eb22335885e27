"""What is computed from a tracked tensor is tracked too, and remembers how it was computed."""

import pytest
import torch

from dojo import check, draw
from katas.autograd import requires_grad

MOVED = "to() is recorded like any operation, and what it gives is no leaf: move and convert first, requires_grad last"
NO_HISTORY = "the values have a history, and the result goes on with it: values must be cut from its history first"
SHARED = "detach() and to() copy nothing where dtype and device are right already: ask for a copy"
FLOAT32 = "the values lost digits in float32: convert from their own dtype to the asked one"
DETACHED = "detach_() cuts the tensor itself from its history; detach() leaves it alone"
COPIED = "clone() copies: the tensor without history lies in the same storage"


def tracked(shape: tuple[int, ...], device: torch.device) -> torch.Tensor:
    """Return a leaf to compute from."""
    return draw.normal(shape, device=device).requires_grad_()


@pytest.mark.concept("autograd.requires-grad")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_a_leaf_is_made_from_values_and_requires_a_gradient(device, dtype):
    """A leaf is made, not computed: it requires a gradient and has no grad_fn."""
    values = draw.normal(draw.sizes(2), device=device, dtype=dtype)
    result = requires_grad.leaf(values, dtype, device)
    check.not_recorded(result, mistake=MOVED)
    check.equal(result, values, requires_grad=True, mistakes={FLOAT32: values.float().to(dtype)})


@pytest.mark.concept("autograd.requires-grad")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_to_is_an_operation_too(device, layout):
    """A tensor that is converted or moved after requires_grad=True is a computed one: make the leaf at the end."""
    values = draw.laid_out(draw.integers(draw.sizes(2, low=3), -9, 9), layout)  # on the CPU, whatever the device
    result = requires_grad.leaf(values, torch.float64, device)
    check.not_recorded(result, mistake=MOVED)
    check.equal(result, values.to(torch.float64).to(device), requires_grad=True)
    large = torch.tensor([2**24 + 1, 2**40 + 1])
    result = requires_grad.leaf(large, torch.float64, device)
    lost = {FLOAT32: large.float().double().to(device)}
    check.equal(result, large.double().to(device), requires_grad=True, mistakes=lost)


@pytest.mark.concept("autograd.requires-grad")
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1, 3)], ids=str)
def test_a_leaf_has_memory_of_its_own(device, shape):
    """Training changes a leaf in place, so it must not lie in the memory of the values that it was made from."""
    values = draw.normal(shape, device=device)
    with check.unchanged(values):
        result = requires_grad.leaf(values, torch.float32, device)
    check.equal(result, values, requires_grad=True)
    check.own_memory(result, values, mistake=SHARED)
    second = requires_grad.leaf(values, torch.float32, device)
    assert second is not result, "two calls gave the same tensor: make a new leaf on each call"
    other = requires_grad.leaf(values + 1, torch.float32, device)
    check.equal(other, values + 1, requires_grad=True, what="the leaf of other values of the same shape")


@pytest.mark.concept("autograd.leaves")
def test_a_gradient_goes_no_further_than_to_the_leaf(device):
    """backward() ends at a leaf and fills its .grad; what its numbers were made from gets nothing."""
    w = tracked(draw.sizes(2), device)
    values = w * 2
    with check.unchanged(values, w):
        result = requires_grad.leaf(values, torch.float32, device)
    check.not_recorded(result, mistake=NO_HISTORY)
    check.equal(result, values, requires_grad=True)
    check.own_memory(result, values, mistake=SHARED)
    (result * 3).sum().backward()
    check.equal(result.grad, torch.full_like(w, 3.0, requires_grad=False), what="the leaf's gradient")
    assert w.grad is None, "the gradient went on to what the values were computed from: cut the values from that first"


@pytest.mark.concept("autograd.requires-grad")
def test_everything_computed_from_a_tracked_tensor_is_tracked(device):
    """Every tensor computed from a tracked one is tracked: a product, a view, a copy on another dtype alike."""
    w = tracked((3, 4), device)
    plain = draw.normal((3, 4), device=device)
    added = plain.clone()
    added += w
    kept = w * 2
    kept.retain_grad()
    kept.sum().backward()
    wrong = {
        "what was computed from tracked tensors requires a gradient as well, but is no leaf": "leaf",
        "this was computed from a tracked tensor: its requires_grad is True and it has a grad_fn": "untracked",
    }
    for computed in (w * plain, plain * w, w[0], w.T, w.double(), w.clone(), w.sum(), added):
        check.equal(requires_grad.role(computed), "computed", mistakes=wrong)
    retained = {"a computed tensor keeps its gradient as well after retain_grad(), and is still no leaf": "leaf"}
    check.equal(requires_grad.role(kept), "computed", mistakes=retained)


@pytest.mark.concept("autograd.leaves")
def test_a_leaf_is_a_leaf_before_its_first_gradient(device):
    """A leaf that requires a gradient has no grad_fn, and no .grad before the first backward()."""
    parameter = torch.nn.Parameter(draw.normal((3,), device=device))
    grown = tracked((2,), device)
    (grown.sum() + parameter.sum()).backward()
    fresh = tracked((3, 4), device)
    again = (fresh * 2).detach().requires_grad_()
    computed = {"this tensor was made, not computed: it has no grad_fn": "computed"}
    no_grad_fn = {"a leaf has no grad_fn either: that alone does not tell it from an untracked tensor": "untracked"}
    check.equal(requires_grad.role(parameter), "leaf", mistakes=computed | no_grad_fn)
    not_a_parameter = {"a leaf need not be a torch.nn.Parameter: any tensor can require a gradient": "untracked"}
    check.equal(requires_grad.role(grown), "leaf", mistakes=computed | not_a_parameter)
    no_gradient = {"a leaf has no .grad before the first backward(): it is one as it requires a gradient": "untracked"}
    check.equal(requires_grad.role(fresh), "leaf", mistakes=computed | no_gradient)
    check.equal(requires_grad.role(again), "leaf", mistakes=computed | no_gradient)


@pytest.mark.concept("autograd.requires-grad")
def test_what_requires_no_gradient_is_untracked(device):
    """is_leaf is True for every untracked tensor as well: only requires_grad tells that one is tracked."""
    w = tracked((3, 4), device)
    plain = draw.normal((3, 4), device=device)
    switched_off = w.detach().clone().requires_grad_().requires_grad_(False)
    frozen = torch.nn.Parameter(draw.normal((2,), device=device), requires_grad=False)
    with torch.no_grad():
        not_recorded = w * 2
    wrong = {
        "is_leaf is True for every untracked tensor as well: ask for requires_grad first": "leaf",
        "nothing was recorded for this tensor: its requires_grad is False": "computed",
    }
    for untracked in (plain, plain * 2, w.detach(), w > 0, w.argmax(), switched_off, not_recorded):
        check.equal(requires_grad.role(untracked), "untracked", mistakes=wrong)
    named = {"a torch.nn.Parameter can be switched off: ask for its requires_grad, not for its type": "leaf"}
    check.equal(requires_grad.role(frozen), "untracked", mistakes=named)


@pytest.mark.concept("autograd.ancestry")
def test_to_look_at_the_history_leaves_the_graph_as_it_is(device):
    """backward() frees what the graph has saved; a look at the recorded functions does not."""
    w = tracked((3,), device)
    loss = w.exp().sum()
    requires_grad.history(loss)
    assert w.grad is None, "history filled w.grad, and the graph was freed: read grad_fn, and do not call backward()"
    loss.backward()
    check.close(w.grad, w.detach().exp(), what="the gradient after a look at the history")


@pytest.mark.concept("autograd.ancestry")
def test_a_computed_tensor_remembers_the_functions_that_made_it(device):
    """grad_fn is the function recorded last; next_functions leads back from it, function by function, to the leaf."""
    w = tracked(draw.sizes(2), device)
    y = (w * 3).exp()
    loss = y.tanh().sum()
    names = ["SumBackward0", "TanhBackward0", "ExpBackward0", "MulBackward0"]
    check.equal(
        requires_grad.history(loss),
        names,
        mistakes={
            "AccumulateGrad stands for the leaf, and is not the name of an operation": [*names, "AccumulateGrad"],
            "AccumulateGrad stands for the leaf: it is no operation": [*names, "torch::autograd::AccumulateGrad"],
            "these begin at the leaf; begin with the latest operation": names[::-1],
            "this is only the last function: go on through its next_functions": names[:1],
            "give the names as torch writes them: grad_fn.name()": [name[:-9].lower() for name in names],
        },
    )
    check.equal(requires_grad.history(y), names[2:], what="the history of a tensor on the way")
    many = draw.laid_out(draw.normal((3, 4), device=device, dtype=torch.float64), "transposed").requires_grad_()
    for _ in range(40):
        many = many.sin()
    check.equal(requires_grad.history(many), ["SinBackward0"] * 40, what="the history of a tensor after forty steps")


@pytest.mark.concept("autograd.ancestry")
def test_the_way_back_goes_through_tracked_inputs_only(device):
    """A function remembers each of its inputs; None stands for an input that is not tracked."""
    x = draw.normal((4, 3), device=device)
    w = tracked((3, 2), device)
    b = tracked((2,), device)
    result = (2 * (x @ w.exp() + b.tanh())).mean()
    names = ["MeanBackward0", "MulBackward0", "AddBackward0", "MmBackward0", "ExpBackward0"]
    check.equal(
        requires_grad.history(result),
        names,
        mistakes={
            "None stands for an untracked input, not for the end: x is one, go on through w": names[:-1],
            "this goes through the last of the tracked inputs, go through the first": [*names[:3], "TanhBackward0"],
            "these are the functions of all inputs: go through the first tracked one only": [
                *names[:4],
                "TanhBackward0",
                "ExpBackward0",
            ],
        },
    )
    first = tracked((3,), device)
    second = tracked((3,), device)
    check.equal(
        requires_grad.history(first * second.exp()),
        ["MulBackward0"],
        what="the history of a product whose first factor is a leaf",
        mistakes={
            "the first tracked input is a leaf, and there the way ends: a leaf is tracked too": [
                "MulBackward0",
                "ExpBackward0",
            ]
        },
    )


@pytest.mark.concept("autograd.ancestry")
def test_what_was_not_computed_from_tracked_tensors_has_no_history(device):
    """A leaf was made by no operation, and of an untracked tensor nothing is recorded: both have no grad_fn."""
    w = tracked((3,), device)
    plain = draw.normal((3,), device=device)
    for without in (w, plain, plain * 2, (w * 2).detach()):
        check.equal(requires_grad.history(without), [])


@pytest.mark.concept("autograd.ancestry")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_detach_gives_the_same_elements_without_the_history(device, layout):
    """detach() gives a tensor over the same storage that autograd does not track."""
    x = draw.laid_out(draw.normal(draw.sizes(2, low=3), device=device), layout)
    tensor = x.requires_grad_()
    with check.unchanged(tensor, mistake=DETACHED):
        result = requires_grad.cut(tensor)
    check.tensor(result, shape=tensor.shape, dtype=torch.float32, device=device, requires_grad=False)
    check.shares_memory(result, tensor, mistake=COPIED)
    check.equal(result.stride(), tensor.stride(), what="the strides: it must have the same strides as the tensor")
    check.equal(result, tensor.detach())
    untracked = draw.normal((3,), device=device, dtype=torch.float64)
    plain = requires_grad.cut(untracked)
    check.equal(plain, untracked)
    check.shares_memory(plain, untracked, mistake=COPIED)


@pytest.mark.concept("autograd.ancestry")
def test_the_tensor_that_is_cut_keeps_its_own_history(device):
    """A tensor keeps its history when another is cut from it: gradients still flow through the first."""
    w = tracked(draw.sizes(2), device)
    y = w.exp()
    result = requires_grad.cut(y)
    check.tensor(result, requires_grad=False)
    check.shares_memory(result, y, mistake=COPIED)
    check.recorded(y, mistake=DETACHED)
    (y * result).sum().backward()
    check.close(w.grad, (2 * w.detach()).exp(), what="the gradient, with the cut factor taken for a constant")


@pytest.mark.concept("autograd.ancestry")
def test_autograd_notices_a_change_through_the_cut_tensor(device):
    """detach() shares the memory and the count of changes, so that a change of saved elements is noticed."""
    w = tracked((3,), device)
    y = w.exp()  # keeps its result for backward
    result = requires_grad.cut(y)
    with torch.no_grad():
        result.zero_()
    with check.raises(RuntimeError, "elements that backward() needs were changed (.data hides that)"):
        y.sum().backward()
