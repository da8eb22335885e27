"""The layered comparison of ``dojo.check``: where it stops, what it says, and what nobody gets past it."""

import numpy as np
import pytest
import torch

from dojo import check
from dojo.screen.message import plain_lines


def refusal(actual, expected, compare=check.close, **options) -> check.Failure:
    with pytest.raises(check.Failure) as caught:
        compare(actual, expected, **options)
    return caught.value


X = torch.arange(6.0).reshape(2, 3)


def test_each_layer_stops_the_comparison_in_its_turn():
    cases = [
        (
            "kind",
            [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]],
            "gave [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]], expected a torch.Tensor",
        ),
        ("shape", X.double().T, "gave shape (3, 2), expected shape (2, 3)"),
        ("dtype", X.double() + 1, "gave dtype float64, expected float32"),
        ("requires_grad", (X + 1).requires_grad_(), "gave requires_grad=True, expected False"),
        ("nan", X / X, "gave NaN in 1 elements, first at [0, 0], expected 0"),
        ("nan", 1 / X, "gave infinite in 1 elements, first at [0, 0], expected 0"),
        (
            "values",
            X + 1,
            "gave the wrong values: 6 of 6 differ, first at [0, 0]: 1.0, expected 0.0; the largest error is 1.0",
        ),
    ]
    for layer, actual, words in cases:
        failure = refusal(actual, X)
        assert failure.layer == layer
        assert failure.said.splitlines()[0].startswith(words)


def test_a_tensor_on_another_device_is_refused_with_advice():
    failure = refusal(torch.zeros(2), torch.zeros(2, device="meta"))
    assert failure.layer == "device"
    assert failure.said == "gave a tensor on cpu, expected meta\na tensor made without device= lies on the CPU"


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (X, X.clone()),
        (X + 1e-6, X),
        (torch.tensor(float("nan")), torch.tensor(float("nan"))),
        (torch.tensor([float("inf"), 1.0]), torch.tensor([float("inf"), 1.0])),
        (torch.empty(0, 3), torch.empty(0, 3)),
        (torch.tensor(2.0), torch.tensor(2.0)),
        (torch.nn.Parameter(X.clone()), X.clone().requires_grad_()),
        (X.T.contiguous().T, X),
        (torch.tensor([1 + 2j]), torch.tensor([1 + 2j])),
        (torch.tensor([1 - 2j]).conj(), torch.tensor([1 + 2j])),
        (2.0, 2.0),
        (2, 2.0),
        (np.float32(2), 2.0),
        (np.int64(3), 3),
        (float("nan"), float("nan")),
        ((1.0, X), [1.0, X]),
        (torch.Size([2, 3]), (2, 3)),
        ((2, 3), torch.Size([2, 3])),
        ([2, 3], torch.Size([2, 3])),
    ],
)
def test_close_accepts(actual, expected):
    check.close(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (torch.tensor([1.0, 2.0]), torch.tensor([[1.0, 2.0]])),  # no broadcasting
        (torch.tensor(1.0), torch.tensor([1.0, 1.0])),
        (torch.tensor([1.0]), torch.tensor(1.0)),
        (torch.tensor([float("nan")]), torch.tensor([1.0])),
        (torch.tensor([1.0]), torch.tensor([float("nan")])),
        (torch.tensor([float("inf")]), torch.tensor([-float("inf")])),
        (torch.tensor([float("inf")]), torch.tensor([1e30])),
        (torch.tensor([1.0]), torch.tensor([float("inf")])),
        (torch.tensor([1 + 2j]), torch.tensor([1 - 2j])),
        (torch.tensor([1]), torch.tensor([1.0])),
        (torch.tensor([True]), torch.tensor([1])),
        (True, 1),
        (1, True),
        (1.0, 1),
        (True, 1.0),
        (torch.tensor(2.0), 2.0),
        ("2", 2),
        (None, 0.0),
        ((1.0, 2.0), (1.0, 2.0, 3.0)),
        (1.0, (1.0,)),
        ((2, 3, 1), torch.Size([2, 3])),
        (None, torch.Size([])),
        (float("nan"), 1.0),
    ],
)
def test_close_refuses(actual, expected):
    refusal(actual, expected)


def test_equal_allows_no_rounding():
    check.close(X + 1e-6, X)
    assert refusal(X + 1e-6, X, check.equal).layer == "values"
    check.equal(torch.tensor([3, 4]), torch.tensor([3, 4]))
    check.equal(torch.float16, torch.float16)
    check.equal("double", "double")
    assert refusal(torch.float16, torch.float32, check.equal).said == "gave torch.float16, expected torch.float32"


def test_large_integers_are_compared_exactly():
    big = torch.tensor([2**53 + 1])
    assert refusal(torch.tensor([2**53]), big, check.equal).layer == "values"


class YesToAll:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __bool__(self):
        return True

    def __hash__(self):
        return 0

    shape = dtype = device = property(lambda self: YesToAll())


class AnyTensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return YesToAll()


class Liar:
    @property
    def __class__(self):
        return torch.Tensor


class AgreeableFloat(float):
    __eq__ = lambda self, other: True  # noqa: E731
    __ne__ = lambda self, other: False  # noqa: E731
    __hash__ = float.__hash__
    __float__ = lambda self: 2.0  # noqa: E731


class AgreeableTuple(tuple):
    __slots__ = ()
    __eq__ = lambda self, other: True  # noqa: E731
    __ne__ = lambda self, other: False  # noqa: E731
    __hash__ = tuple.__hash__


@pytest.mark.parametrize(
    "expected", [torch.tensor([1.0]), 1.0, 1, True, "one", None, (1.0,), torch.Size([1]), torch.float32]
)
@pytest.mark.parametrize(
    "hostile",
    [YesToAll(), torch.tensor([1.0]).as_subclass(AnyTensor), Liar(), AgreeableFloat(5.0), AgreeableTuple((7,))],
)
@pytest.mark.parametrize("compare", [check.close, check.equal])
def test_values_that_agree_with_everything_are_refused(hostile, expected, compare):
    refusal(hostile, expected, compare)


def test_a_subclass_of_tensor_is_no_plain_tensor():
    class Mine(torch.Tensor):
        pass

    failure = refusal(torch.zeros(2).as_subclass(Mine), torch.zeros(2))
    assert failure.layer == "kind"
    assert failure.said == "gave float32 Mine of shape (2,), expected a torch.Tensor"


def test_a_named_mistake_is_told():
    failure = refusal(-X, X, mistakes={"the sign is flipped": -X, "this is twice as much": 2 * X})
    assert failure.mistake == "the sign is flipped"
    assert str(failure).endswith("\nthe sign is flipped")


def test_a_mistake_of_another_shape_or_kind_is_told():
    assert refusal(X.T, X, mistakes={"this is transposed": X.T}).mistake == "this is transposed"
    assert refusal(X.sum(), X, mistakes={"all is summed": X.sum()}).mistake == "all is summed"
    assert refusal(None, X, mistakes={"nothing came": None}).mistake == "nothing came"
    assert refusal(1, (1, 2), mistakes={"one only": 1}).mistake == "one only"


def test_a_mistake_that_nobody_made_is_not_told():
    assert refusal(X + 7, X, mistakes={"the sign is flipped": -X}).mistake is None


def test_a_mistake_is_told_by_its_values_where_only_the_dtype_differs_besides():
    failure = refusal((-X).double(), X, mistakes={"the sign is flipped": -X})
    assert (failure.layer, failure.mistake) == ("dtype", "the sign is flipped")


def test_a_mistake_in_the_dtype_alone_is_told_only_for_that_dtype():
    mistakes = {"this is float64": X.double()}
    assert refusal(X.double(), X, mistakes=mistakes).mistake == "this is float64"
    assert refusal(X.half(), X, mistakes=mistakes).mistake is None


def test_mistakes_may_be_functions_that_run_only_on_failure():
    def never() -> None:
        raise AssertionError("ran")

    check.close(X, X.clone(), mistakes={"never": never})
    assert refusal(-X, X, mistakes={"the sign is flipped": lambda: -X}).mistake == "the sign is flipped"


def test_a_mistake_that_leads_to_the_right_value_by_chance_is_not_told():
    failure = refusal(X.clone().requires_grad_(), X, mistakes={"this is the same": X.clone()})
    assert (failure.layer, failure.mistake) == ("requires_grad", None)


def test_a_mistake_that_cannot_be_computed_for_this_input_is_passed_over():
    mistakes = {"never": lambda: X.view(7), "the sign is flipped": lambda: -X}
    assert refusal(-X, X, mistakes=mistakes).mistake == "the sign is flipped"
    assert refusal(X + 1, X, mistakes=mistakes).mistake is None


def test_a_mistake_with_tracked_gradients_is_told():
    failure = refusal((-X).requires_grad_(), X, mistakes={"the sign is flipped": -X})
    assert failure.mistake == "the sign is flipped"


def test_small_matrices_are_pictured_with_marks_where_they_differ():
    actual = X.clone()
    actual[1, 2] = -7.25
    failure = refusal(actual, X)
    assert plain_lines(failure.picture) == [
        "         actual           expected",
        "0.0  1.0    2.0    0.0  1.0    2.0",
        "3.0  4.0  -7.25*   3.0  4.0    5.0",
    ]
    assert str(failure).splitlines() == [failure.said, *plain_lines(failure.picture)]


def test_large_tensors_are_not_pictured():
    big = torch.zeros(40, 50)
    assert refusal(big + 1, big).picture == ()


def test_what_names_the_subject():
    assert (
        refusal(torch.tensor(3.0), torch.tensor(4.0), what="the bias").said
        == "the bias is tensor(3.), expected tensor(4.)"
    )

    named = refusal(torch.zeros(3), torch.ones(3), what="the bias").said
    assert named.startswith("the bias has the wrong values: 3 of 3 differ")
    assert refusal(torch.zeros(3), torch.ones(2), what="it").said == "it has shape (3,), expected shape (2,)"


def test_values_that_differ_late_are_shown_with_all_their_digits():
    exact = torch.tensor([0.1], dtype=torch.float64)
    assert refusal(exact.float().double(), exact, check.equal).said == "gave 0.10000000149011612, expected 0.1"
    assert refusal(0.1 + 0.2, 0.3, check.equal).said == "gave 0.30000000000000004, expected 0.3"


def test_the_place_in_a_tuple_is_told():
    assert refusal((X, X + 1), (X, X)).said.startswith("at [1] of the result: gave the wrong values")
    named = refusal((X, X + 1), (X, X), what="with 3 bins, the pair").said
    assert named.startswith("with 3 bins, the pair, at [1]: it has the wrong values")


def test_requires_grad_can_be_asked_for():
    tracked = X.clone().requires_grad_() * 2
    check.close(tracked, X * 2, requires_grad=True)
    assert refusal(X * 2, X * 2, requires_grad=True).said == "gave requires_grad=False, expected True"


def test_tolerances_can_be_given():
    check.close(X + 0.01, X, atol=0.1)
    assert refusal(X + 0.2, X, atol=0.1).layer == "values"


def test_tensor_checks_what_is_named_and_returns_it():
    assert check.tensor(X, shape=(2, 3), dtype=torch.float32, device="cpu", requires_grad=False) is X
    for wrong, layer in (
        ({"shape": (3, 2)}, "shape"),
        ({"dtype": torch.int64}, "dtype"),
        ({"device": "meta"}, "device"),
        ({"requires_grad": True}, "requires_grad"),
    ):
        with pytest.raises(check.Failure) as caught:
            check.tensor(X, **wrong)
        assert caught.value.layer == layer


def test_parts_takes_a_tuple_of_that_many():
    assert check.parts([1, 2], 2) == (1, 2)
    assert check.parts(torch.max(X, 1), 2)[0].shape == (2,)
    for wrong in (None, (1,), (1, 2, 3), X, "ab"):
        with pytest.raises(check.Failure):
            check.parts(wrong, 2)
    with pytest.raises(check.Failure, match="is there a `return`"):
        check.parts(None, 2)


def test_raises_asks_for_the_exception():
    with check.raises(ValueError, when="the shapes differ"):
        raise ValueError
    with pytest.raises(check.Failure, match="raised nothing; it must raise ValueError when the shapes differ"):
        with check.raises(ValueError, when="the shapes differ"):
            pass
    with pytest.raises(check.Failure, match="raised KeyError: 'x'; it must raise ValueError when the shapes differ"):
        with check.raises(ValueError, when="the shapes differ"):
            raise KeyError("x")


def test_a_stub_satisfies_no_demand_for_an_exception():
    for error in (RuntimeError, ValueError, Exception):
        with pytest.raises(NotImplementedError), check.raises(error, when="asked"):
            raise NotImplementedError("to do")


@pytest.mark.parametrize(
    ("what", "verb"),
    [
        ("the bias", "is"),
        ("the loss of all samples", "is"),
        ("the labels", "are"),
        ("the parameters of process 0, in a row", "are"),
        ("after 2 epochs, the parameter", "is"),
        ("with most = 0, images", "are"),
        ("the pair of losses", "is"),
        ("p after four steps", "is"),
        ("the gradients afterwards", "are"),
        ("the parameter's .grad after two calls", "is"),
    ],
)
def test_the_verb_goes_with_its_subject(what, verb):
    with pytest.raises(check.Failure) as caught:
        check.equal(1, 2, what=what)
    assert caught.value.said == f"{what} {verb} 1, expected 2"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([torch.zeros(2), torch.ones(1)], "[tensor([0., 0.]), tensor([1.])]"),
        ((torch.zeros(40), 3), "(float32 tensor of shape (40,), 3)"),
        (
            [(torch.full((2, 3), 0.123), torch.full((2,), 0.123))] * 2,
            "a list of 2, the first: (float32 tensor of shape (2, 3), float32 tensor of shape (2,))",
        ),
        (([torch.zeros(30)] * 2, "x"), "([float32 tensor of shape (30,), float32 tensor of shape (30,)], 'x')"),
        (torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.05), "SGD with lr=0.05"),
    ],
)
def test_what_holds_tensors_is_told_in_few_words(value, words):
    assert check.describe(value) == words


def test_what_holds_many_tensors_is_told_in_no_more_words():
    samples = [(torch.zeros(3, 2), 7)] * 40
    assert len(check.describe((samples, samples))) <= 120
