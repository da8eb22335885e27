"""The words of ``dojo.check`` about memory, inputs, the graph and shortcuts."""

import numpy as np
import pytest
import torch

from dojo import check


def test_shares_memory_accepts_views_and_refuses_copies():
    x = torch.arange(6.0)
    for view in (x, x[2:], x.reshape(2, 3).T, x.detach(), x[:0], torch.from_numpy(x.numpy())):
        check.shares_memory(view, x)
    for copy in (x.clone(), x + 0, x[[0, 1]], torch.tensor(x.tolist())):
        with pytest.raises(check.Failure, match="gave a tensor with memory of its own"):
            check.shares_memory(copy, x)


def test_shares_memory_sees_one_numpy_array_behind_two_storages():
    array = np.arange(6.0)
    check.shares_memory(torch.from_numpy(array[2:]), torch.from_numpy(array))
    with pytest.raises(check.Failure):
        check.own_memory(torch.from_numpy(array[2:]), torch.from_numpy(array))


def test_own_memory_refuses_views_of_any_of_the_others():
    x, y = torch.arange(6.0), torch.arange(4.0)
    check.own_memory(x.clone(), x, y)
    with pytest.raises(check.Failure, match="this is a slice") as caught:
        check.own_memory(y[1:], x, y, mistake="this is a slice")
    assert caught.value.layer == "memory"


def test_memory_words_refuse_what_is_no_plain_tensor():
    with pytest.raises(check.Failure, match="expected a torch.Tensor"):
        check.shares_memory(np.zeros(3), torch.zeros(3))


def test_unchanged_lets_reading_pass():
    x = torch.tensor([1.0, float("nan")])
    with check.unchanged(x):
        _ = x + 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x: x.add_(1), "was 1.0, is now 2.0"),
        (lambda x: x[1:].zero_(), "element [1] of"),
        (lambda x: x.t_(), "changed its input"),
        (lambda x: x.resize_(2), "it is now of shape (2,)"),
        (lambda x: x.requires_grad_(), "requires_grad=True"),
        (lambda x: x.fill_(float("nan")), "is now nan"),
    ],
)
def test_unchanged_refuses_a_change(change, words):
    x = (
        torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
        if "t_" in str(change.__code__.co_names)
        else torch.tensor([1.0, 2.0, 3.0])
    )
    with pytest.raises(check.Failure) as caught, check.unchanged(x):
        change(x)
    assert caught.value.layer == "input"
    assert words in caught.value.said


def test_unchanged_lets_the_answers_own_error_through():
    with pytest.raises(KeyError), check.unchanged(torch.zeros(2)):
        raise KeyError


def test_recorded_and_not_recorded():
    x = torch.ones(2, requires_grad=True)
    check.recorded(x * 2)
    check.not_recorded(x)
    check.not_recorded((x * 2).detach())
    with pytest.raises(check.Failure, match="its grad_fn is None"):
        check.recorded(x.detach() * 2)
    with pytest.raises(check.Failure, match="its grad_fn is MulBackward0"):
        check.not_recorded(x * 2)


SOFTMAX = {
    "torch.softmax": lambda x: torch.softmax(x, 1),
    "Tensor.softmax": lambda x: x.softmax(1),
    "functional": lambda x: torch.nn.functional.softmax(x, 1),
    "module": lambda x: torch.nn.Softmax(1)(x),
    "log_softmax and exp": lambda x: x.log_softmax(1).exp(),
    "torch.special": lambda x: torch.special.softmax(x, 1),
    "under no_grad": lambda x: torch.no_grad()(torch.softmax)(x, 1),
    "aten": lambda x: torch.ops.aten.softmax(x, 1),
}


@pytest.mark.parametrize("spelling", SOFTMAX)
@pytest.mark.parametrize("tracked", [False, True])
def test_built_without_catches_every_spelling(spelling, tracked):
    x = torch.randn(2, 3, requires_grad=tracked)
    with pytest.raises(check.Failure) as caught, check.built_without("_softmax", "_log_softmax", instead="exp and sum"):
        SOFTMAX[spelling](x)
    assert caught.value.layer == "shortcut"
    assert caught.value.mistake == "build it from exp and sum"


def test_built_without_allows_the_rest():
    x = torch.randn(2, 3, requires_grad=True)
    with check.built_without("_softmax", "_log_softmax"):
        y = x.exp() / x.exp().sum(1, keepdim=True)
        y.sum().backward()
    check.close(y.sum(), torch.tensor(2.0), requires_grad=True)


def test_built_without_is_not_fooled_by_a_swallowed_refusal():
    x = torch.randn(2, 3)
    with pytest.raises(check.Failure, match="softmax"), check.built_without("_softmax"):
        try:
            x.softmax(1)
        except AssertionError:
            pass


def test_built_without_knows_operations_of_other_namespaces():
    x = torch.ones(2)
    with (
        pytest.raises(check.Failure, match="ran torch's own wait_tensor"),
        check.built_without("_c10d_functional.wait_tensor"),
    ):
        torch.ops._c10d_functional.wait_tensor(x)
    with (
        pytest.raises(ValueError, match=r"torch.ops.c10d has no operation named 'sum'"),
        check.built_without("c10d.sum"),
    ):
        pass


def test_built_without_refuses_a_ban_on_nothing():
    with pytest.raises(ValueError, match="no operation named 'sofmax'"), check.built_without("sofmax"):
        pass


def leaf():
    return torch.tensor([1.0, 2.0], requires_grad=True)


def square_sum(x):
    return (x**2).sum()


def backward():
    x = leaf()
    square_sum(x).backward()
    return x.grad


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(ctx, gradient):
        return 2 * ctx.saved_tensors[0] * gradient


DERIVATIVES = {
    "backward": backward,
    "grad": lambda: torch.autograd.grad(square_sum(x := leaf()), x)[0],
    "jacobian": lambda: torch.autograd.functional.jacobian(square_sum, torch.ones(2)),
    "torch.func.grad": lambda: torch.func.grad(square_sum)(torch.ones(2)),
    "jacrev": lambda: torch.func.jacrev(square_sum)(torch.ones(2)),
    "jvp": lambda: torch.func.jvp(square_sum, (torch.ones(2),), (torch.ones(2),)),
    "vjp": lambda: torch.func.vjp(square_sum, torch.ones(2))[1](torch.tensor(1.0)),
    "a Function": lambda: Square.apply(leaf()).sum().backward(),
    "switched on": lambda: torch.enable_grad()(backward)(),
    "in a module": lambda: torch.nn.functional.mse_loss(torch.nn.Linear(2, 1)(torch.ones(3, 2)), torch.ones(3, 1)),
}


@pytest.mark.parametrize("spelling", DERIVATIVES)
def test_no_spelling_of_autograd_gets_past_its_ban(spelling):
    before = torch.autograd.forward_ad.make_dual
    with pytest.raises(check.Failure) as caught, check.built_without_autograd(instead="multiply the derivatives"):
        DERIVATIVES[spelling]()
    assert (caught.value.layer, caught.value.mistake) == ("shortcut", "multiply the derivatives")
    assert torch.autograd.forward_ad.make_dual is before
    DERIVATIVES[spelling]()


def test_what_needs_no_derivatives_needs_no_autograd():
    x = torch.randn(3, 2)
    with check.built_without_autograd(instead="-"):
        assert (torch.tanh(x @ x.T) * 2).sum().isfinite()
    with pytest.raises(RuntimeError, match="its own"), check.built_without_autograd(instead="-"):
        raise RuntimeError("its own")


def swallowing(derivative):
    try:
        derivative()
    except BaseException:
        pass


def test_a_swallowed_refusal_refuses_all_the_same():
    with pytest.raises(check.Failure, match="autograd"), check.built_without_autograd(instead="-"):
        swallowing(backward)
    with pytest.raises(check.Failure, match=r"torch\.optim"), check.built_without_package("torch.optim", instead="-"):
        swallowing(lambda: torch.optim.SGD([leaf()], lr=0.1))


def sgd_in_functions():
    from torch.optim.sgd import sgd

    with torch.no_grad():
        sgd([leaf()], [torch.ones(2)], [None], foreach=False, weight_decay=0, momentum=0, lr=0.1, dampening=0,
            nesterov=False, maximize=False)  # fmt: skip


@pytest.mark.parametrize("use", [lambda: torch.optim.Adam([leaf()]), sgd_in_functions], ids=["class", "function"])
def test_a_package_is_refused_under_any_name(use):
    import sys

    before = sys.getprofile()
    with (
        pytest.raises(check.Failure) as caught,
        check.built_without_package("torch.optim", instead="sums and products"),
    ):
        use()
    assert (caught.value.layer, caught.value.mistake) == ("shortcut", "sums and products")
    assert sys.getprofile() is before


def test_other_packages_may_be_called():
    with check.built_without_package("torch.opt", instead="-"), check.built_without_package("torch.fft", instead="-"):
        torch.optim.SGD([leaf()], lr=0.1)


@pytest.mark.parametrize(
    "use",
    [
        lambda x: torch.nn.functional.one_hot(x),
        lambda x: torch.ops.aten.one_hot.default(x, 3),
        lambda x: torch.nn.functional.one_hot(x[None])[0],
    ],
    ids=["function", "operation", "within"],
)
def test_a_call_is_refused_by_the_name_of_the_function(use):
    numbers = torch.tensor([0, 2, 1])
    with pytest.raises(check.Failure) as caught, check.built_without_call("one_hot", instead="zeros and ones"):
        use(numbers)
    assert (caught.value.layer, caught.value.mistake) == ("shortcut", "build it from zeros and ones")
    assert str(caught.value).startswith("ran torch's own one_hot(), which is what this kata asks for")
    with check.built_without_call("one_hot", instead="-"):
        torch.zeros(3, 3).scatter_(1, numbers.unsqueeze(1), 1.0)


@pytest.mark.parametrize(
    "use",
    [lambda x: x.numpy(), lambda x: np.asarray(x), lambda x: np.tanh(x), lambda x: np.from_dlpack(x)],
    ids=["numpy", "asarray", "tanh", "dlpack"],
)
def test_no_tensor_is_handed_to_numpy(use):
    x = torch.tensor([1.0, 2.0])
    with pytest.raises(check.Failure, match="left torch for NumPy"), check.built_without_numpy(instead="exp"):
        use(x)
    with pytest.raises(check.Failure, match="left torch for NumPy"), check.built_without_numpy(instead="exp"):
        swallowing(lambda: use(x))
    with check.built_without_numpy(instead="-"):
        torch.tensor(np.arange(3)).exp().tolist()


def test_describe_is_short_and_never_raises():
    class Odd:
        def __repr__(self):
            raise ValueError

    assert check.describe(torch.tensor([1.0, 2.0])) == "tensor([1., 2.])"
    assert check.describe(torch.zeros(4, 6).T) == "float32 tensor of shape (6, 4), stride (1, 6)"
    assert check.describe(torch.zeros(40)[3:]) == "float32 tensor of shape (37,), offset 3"
    assert check.describe(Odd()) == "a Odd"
    assert len(check.describe("x" * 10_000)) <= 120
    assert check.describe([torch.zeros(30), 2]) == "[float32 tensor of shape (30,), 2]"
    assert check.describe(torch.empty(2, device="meta"))
