"""Softmax makes probabilities of scores."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch

from dojo import check, draw
from katas.losses import softmax

# What torch's own softmax, log_softmax and logsumexp arrive as, with and without out=, masked, sparse and in attention.
TORCHS_OWN = (
    "_softmax",
    "softmax",
    "_log_softmax",
    "log_softmax",
    "logsumexp",
    "logaddexp",
    "logcumsumexp",
    "_logcumsumexp",
    "_safe_softmax",
    "_masked_softmax",
    "_sparse_softmax",
    "_sparse_log_softmax",
    "_scaled_dot_product_flash_attention_for_cpu",
    "_scaled_dot_product_flash_attention",
    "_scaled_dot_product_efficient_attention",
    "_scaled_dot_product_cudnn_attention",
    "_scaled_dot_product_fused_attention_overrideable",
)
TOLERANCE_AT_1E4 = 3e-3  # float32 has three decimals left at 1e4, for who adds the largest logit to a log


@contextmanager
def by_hand() -> Iterator[None]:
    """Refuse torch's own operation, by whatever name it is called, and NumPy's logaddexp."""
    __tracebackhide__ = True
    instead = "exp, sum, max and log"
    with check.built_without(*TORCHS_OWN, instead=instead), check.built_without_numpy(instead=instead):
        yield


def log_probabilities(logits: torch.Tensor, dim: int, temperature: float = 1.0) -> torch.Tensor:
    """Return the logs of the probabilities along ``dim`` in float64, in Python's floats, slice by slice."""
    rows = logits.detach().cpu().double().movedim(dim, -1)
    results = []
    for row in rows.reshape(-1, rows.shape[-1]).tolist():
        largest = max(row)
        log_sum = math.log(sum(math.exp((value - largest) / temperature) for value in row))
        results.append([(value - largest) / temperature - log_sum for value in row])
    return torch.tensor(results, dtype=torch.float64).reshape(rows.shape).movedim(-1, dim).to(logits.device)


def probabilities(logits: torch.Tensor, dim: int, temperature: float = 1.0) -> torch.Tensor:
    """Return the probabilities along ``dim`` in the dtype of the logits."""
    return log_probabilities(logits, dim, temperature).exp().to(logits.dtype)


@pytest.mark.concept("softmax.formula")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_softmax_is_each_exp_over_the_sum_of_the_exps(device, dtype):
    """Softmax is the exp of each element over the sum of the exps along the axis of the classes."""
    n, classes = draw.sizes(2, low=3)
    logits = draw.normal((n, classes), device=device, dtype=dtype)
    exps = logits.exp()
    shifted = exps / exps.amax(dim=1, keepdim=True)
    expected = probabilities(logits, 1)
    with check.unchanged(logits), by_hand():
        result = softmax.softmax(logits, 1)
    check.close(
        result,
        expected,
        mistakes={
            "these sum to 1 along the other axis: dim names the axis along which to sum": probabilities(logits, 0),
            "these sum to 1 over the whole tensor: sum along dim only": exps / exps.sum(),
            "this divides the logits by their sum, without the exp": logits / logits.sum(dim=1, keepdim=True),
            "this divides by the sum of the logits: divide by the sum of their exps": (
                exps / logits.sum(dim=1, keepdim=True)
            ),
            "these are the exps alone: divide them by their sum": exps,
            "these are the exps after the shift: divide them by their sum": shifted,
            "these are powers of 2: softmax takes powers of e, which is exp": probabilities(logits * math.log(2), 1),
            "this is a sigmoid for each logit by itself; softmax divides among the classes": 1 / (1 + 1 / exps),
            "these are the logs of the probabilities": log_probabilities(logits, 1),
            "this is softmin: the larger logit must have the larger probability": probabilities(-logits, 1),
            "the logits were standardized first: the scale of the logits must count": lambda: probabilities(
                (logits - logits.mean(1, keepdim=True)) / logits.std(1, keepdim=True), 1
            ),
            "the logits were divided by the largest: the scale of the logits must count; subtract it": probabilities(
                logits / logits.abs().amax(1, keepdim=True), 1
            ),
            "a small number was added to the sum: it needs none, it is never 0": lambda: (
                shifted / (shifted.sum(1, keepdim=True) + 1e-3)
            ),
        },
        rtol=1e-5,
        atol=1e-5,
    )
    digits = 6 if dtype is torch.float32 else 12
    assert (result - expected).abs().max() < 10**-digits, (
        f"less than {digits} digits are right: stay in the dtype of the logits, in float64 the digits of float64 count"
    )


@pytest.mark.concept("softmax.formula")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_the_probabilities_sum_to_one_along_any_axis(device, layout):
    """Softmax along an axis makes each slice along it sum to 1; a negative dim counts from the last axis."""
    logits = draw.laid_out(draw.normal(draw.sizes(3), device=device), layout)
    for dim in range(-3, 3):
        with by_hand():
            result = softmax.softmax(logits, dim)
        check.close(
            result,
            probabilities(logits, dim),
            mistakes={
                "these are probabilities along the last axis: dim names the axis": probabilities(logits, -1),
                "these are probabilities along the first axis: dim names the axis": probabilities(logits, 0),
            },
        )
        check.close(result.sum(dim), torch.ones_like(logits.sum(dim)), what="the sum of the probabilities")


@pytest.mark.concept("softmax.formula")
def test_each_row_of_a_square_matrix_has_its_own_sum(device):
    """A sum with keepdim=True stays beside its own row; in a square matrix, one without it goes astray in silence."""
    n = draw.integer(3, 5)
    logits = draw.normal((n, n), device=device)
    exps = logits.exp()
    own = exps / exps.amax(1, keepdim=True)
    astray = exps / exps.amax(1)
    with by_hand():
        result = softmax.softmax(logits, 1)
    check.close(
        result,
        probabilities(logits, 1),
        mistakes={
            "of a square matrix, row j's sum was used for column j: sum with keepdim=True": own / own.sum(1),
            "the shift took another row's largest logit for each column: max with keepdim=True": (
                astray / astray.sum(1, keepdim=True)
            ),
            "neither the largest nor the sum stayed beside its row: keepdim=True for both": astray / astray.sum(1),
        },
    )


@pytest.mark.concept("softmax.formula")
def test_it_holds_for_a_vector_and_for_one_class(device):
    """One vector is as good as a batch, and a single class has the probability 1."""
    vector = draw.normal((draw.integer(3, 6),), device=device)
    with by_hand():
        result = softmax.softmax(vector, 0)
    check.close(result, probabilities(vector, 0))
    one_class = draw.normal((4, 1), device=device).requires_grad_()
    with by_hand():
        result = softmax.softmax(one_class, -1)
    check.close(result.detach(), torch.ones_like(one_class, requires_grad=False))
    assert result.requires_grad, (
        "the result for a single class does not require grad: 1 whatever the logit, it has a gradient all the same, 0"
    )


@pytest.mark.concept("softmax.formula")
def test_another_call_gives_another_result(device):
    """The probabilities follow from the logits of this call alone."""
    first, second = (draw.normal((3, 4), device=device) for _ in range(2))
    with by_hand():
        result = softmax.softmax(first, 1)
        result = softmax.softmax(second, 1)
    check.close(
        result,
        probabilities(second, 1),
        mistakes={"these are the probabilities of an earlier call with the same shape": probabilities(first, 1)},
    )


@pytest.mark.concept("softmax.monotone")
def test_a_larger_logit_has_a_larger_probability(device):
    """Softmax keeps the order: a larger input gives a larger output, and equal inputs give equal outputs."""
    classes = draw.integer(5, 8)
    logits = draw.distinct((classes,), device=device) / 2 - 1
    with by_hand():
        result = check.tensor(softmax.softmax(logits, 0), shape=(classes,), dtype=torch.float32, device=device)
    order = result.argsort().tolist()
    check.equal(order, logits.argsort().tolist(), what="the order of the probabilities, the smallest first")
    alike = torch.full((classes,), 1 / classes, device=device)
    with by_hand():
        result = softmax.softmax(alike * 20, 0)
    check.close(result, alike)


@pytest.mark.concept("softmax.scale")
def test_twice_the_logits_do_not_give_the_same_probabilities(device):
    """Softmax is not scale invariant: probabilities follow the differences of inputs, and not their ratios."""
    logits = draw.distinct((2, 3), device=device) + 1
    with by_hand():
        result = softmax.softmax(2 * logits, 1)
    check.close(
        result,
        probabilities(2 * logits, 1),
        mistakes={
            "the probabilities are those of half the logits: the scale of the logits must count": (
                probabilities(logits, 1)
            ),
            "these are the shares of the logits, without the exp": logits / logits.sum(1, keepdim=True),
        },
    )
    ratio, ratio_of_logits = result[0, 0] / result[0, 1], logits[0, 0] / logits[0, 1]
    difference = 2 * (logits[0, 0] - logits[0, 1])
    check.close(
        ratio,
        difference.exp(),
        mistakes={"the ratio of two probabilities is the exp of the difference of their logits": ratio_of_logits},
        rtol=1e-4,
        what="the ratio of two probabilities",
    )


@pytest.mark.concept("softmax.scale")
@pytest.mark.parametrize("temperature", [0.25, 2.5, 100.0])
def test_the_temperature_divides_the_logits(device, temperature):
    """Divided by a high temperature, the same logits give more even probabilities; by a low one, sharper ones."""
    n, classes = draw.sizes(2, low=3)
    logits = draw.normal((n, classes), device=device)
    with by_hand():
        result = softmax.softmax(logits, -1, temperature)
    check.close(
        result,
        probabilities(logits, -1, temperature),
        mistakes={
            "the temperature plays no part: divide the logits by it": probabilities(logits, -1),
            "the logits were multiplied by the temperature: divide them by it": probabilities(
                logits, -1, 1 / temperature
            ),
            "the probabilities were divided by the temperature: it divides the logits": (
                probabilities(logits, -1) / temperature
            ),
            "the temperature was cut off to an integer: it may be any number from 0.1 to 100": lambda: probabilities(
                logits, -1, int(temperature) or temperature
            ),
        },
    )


@pytest.mark.concept("softmax.shift")
@pytest.mark.parametrize(
    ("dtype", "shift"),
    [(torch.float32, 1e4), (torch.float32, -1e4), (torch.float64, 1e4), (torch.float64, -1e4), (torch.float16, 60.0)],
    ids=str,
)
def test_adding_the_same_to_all_changes_nothing(device, dtype, shift):
    """A shift of all inputs by the same number leaves softmax as it is; nothing may overflow, and no sum may be 0."""
    n, classes = draw.sizes(2, low=3)
    logits = (draw.distinct((n, classes), device=device) / 4 + shift).to(dtype)
    tolerance = {torch.float16: 2e-2, torch.float32: TOLERANCE_AT_1E4, torch.float64: 1e-9}[dtype]
    with by_hand():
        result = softmax.softmax(logits, 1)
    # Quotients of 0 by 0 and of infinities.
    naive = torch.full_like(logits, torch.nan)
    mistakes = {
        "exp overflows, or all exps are 0: take a constant from all logits of a slice first, which changes nothing": (
            naive
        ),
        "the logits were clamped, and are all alike now: take a constant from all logits instead": torch.full_like(
            logits, 1 / classes
        ),
    }
    check.close(result, probabilities(logits, 1), mistakes=mistakes, rtol=tolerance, atol=tolerance)


@pytest.mark.concept("softmax.shift")
def test_each_row_is_shifted_by_its_own_largest(device):
    """Each slice needs a shift of its own: what saves one row from overflow would leave nothing of another."""
    logits = draw.normal((3, 4), device=device) + torch.tensor([[1e4], [-1e4], [0.0]], device=device)
    expected = probabilities(logits, 1)
    lost = expected.clone()
    lost[1:] = torch.nan
    with by_hand():
        result = softmax.softmax(logits, 1)
    check.close(
        result,
        expected,
        rtol=TOLERANCE_AT_1E4,
        atol=TOLERANCE_AT_1E4,
        mistakes={
            "all rows were shifted by the largest of the whole tensor, so that the exps of other rows are all 0": lost,
        },
    )


@pytest.mark.concept("softmax.shift")
def test_one_logit_far_above_the_others_takes_everything(device):
    """With the largest input subtracted no exponent is above 0: exps may vanish then, and none overflows."""
    logits = torch.tensor([[1e4, -1e4, 0.0], [0.0, 50.0, -1e4]], device=device)
    with by_hand():
        result = softmax.softmax(logits, 1)

    def shifted_by(place: torch.Tensor) -> torch.Tensor:
        exps = (logits - place).exp()
        return exps / exps.sum(1, keepdim=True)

    check.close(
        result,
        torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], device=device),
        mistakes={
            "the mean was subtracted, and exp overflows still: subtract the largest": shifted_by(logits.mean(1, True)),
            "the smallest was subtracted, and exp overflows still: subtract the largest": shifted_by(
                logits.amin(1, True)
            ),
        },
    )


@pytest.mark.concept("softmax.formula")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_log_softmax_is_the_logit_less_the_log_of_the_sum_of_the_exps(device, dtype):
    """The log of the quotient is a difference: the logit itself, less the log of the sum of all exps."""
    logits = draw.normal(draw.sizes(3, low=3), device=device, dtype=dtype) + 2
    for dim in (1, -1, -3):
        expected = log_probabilities(logits, dim).to(dtype)
        largest = logits.amax(dim, keepdim=True)
        sums = (logits - largest).exp().sum(dim, keepdim=True)
        with check.unchanged(logits), by_hand():
            result = softmax.log_softmax(logits, dim)
        check.close(
            result,
            expected,
            mistakes={
                "these are the probabilities: give their logs": expected.exp(),
                "these are log-probabilities along the last axis: dim names the axis": log_probabilities(logits, -1),
                "the sign is flipped: logs of numbers below 1 are negative": -expected,
                "the natural log is asked; this is the log to base 10": expected / math.log(10),
                "the natural log is asked; this is the log to base 2": expected / math.log(2),
                "the shift was taken from the sum only: take it from the logits as well, or add it back": (
                    logits - sums.log()
                ),
                "the log of the sum is left out": logits - largest,
                "this subtracts the sum itself: subtract its log": logits - largest - sums,
                "a small number was added to the probabilities; the log of a quotient needs none": lambda: (
                    expected.exp() + 1e-9
                ).log(),
            },
        )


@pytest.mark.concept("softmax.shift")
def test_log_softmax_is_right_for_the_smallest_probabilities(device):
    """The log of a tiny probability is an ordinary number: compute it from the logits, never as log(softmax)."""
    logits = torch.tensor([[1e4, 0.0, -1e4], [-1e4, -1e4, -200.0], [300.0, 302.0, 301.0]], device=device)
    expected = log_probabilities(logits, 1).float()
    rounded = expected.double().exp().float().log()
    with by_hand():
        result = softmax.log_softmax(logits, 1)
    check.close(
        result,
        expected,
        rtol=1e-5,
        atol=TOLERANCE_AT_1E4,
        mistakes={
            "this is log(softmax): tiny probabilities are rounded to 0, and log(0) is -inf": rounded,
            "a small number was added to the probabilities: what lies below it is lost": lambda: (
                (expected.double().exp() + 1e-9).log().float()
            ),
            "exp overflows: take the largest logit of each slice from its logits first": lambda: (
                logits - logits.exp().sum(1, keepdim=True).log()
            ),
        },
    )


@pytest.mark.concept("softmax.shift")
def test_a_logit_of_minus_infinity_rules_a_class_out(device):
    """A logit of -inf gives the probability 0 exactly, and leaves the others to share 1; its log is -inf."""
    logits = draw.laid_out(draw.normal((4, 5), device=device), "sliced")
    mask = torch.tensor([[1, 0, 0, 1, 0], [0, 1, 1, 1, 1], [0, 0, 0, 0, 0], [0, 0, 1, 0, 0]], device=device) == 1
    logits[mask] = -torch.inf
    with check.unchanged(logits), by_hand():
        result = softmax.softmax(logits, 1)
    check.close(result, probabilities(logits, 1))
    assert (result[mask] == 0).all(), "a class that is ruled out has a small probability: it must be 0 exactly"
    with check.unchanged(logits), by_hand():
        result = softmax.log_softmax(logits, 1)
    assert (result[mask] == -torch.inf).all(), "a class that is ruled out has the log-probability -inf, the log of 0"
    check.close(result, log_probabilities(logits, 1).float())


@pytest.mark.concept("softmax.shift")
@pytest.mark.parametrize("dtype", [torch.float16, torch.float64], ids=str)
def test_large_logits_have_a_temperature_too(device, dtype):
    """The shift must suit what exp is taken of: subtract the largest first, and divide the differences."""
    logits = torch.tensor([[1e4, 9992.0, -1e4], [-1e4, -9992.0, 0.0], [-1e4, -9992.0, -1e4]], device=device).to(dtype)
    for temperature in (0.1, 8.0, 100.0):
        expected = probabilities(logits, 1, temperature)
        tolerance = 1e-2 if dtype is torch.float16 else 1e-9
        with by_hand():
            result = softmax.softmax(logits, 1, temperature)
        assert not result.isnan().any(), (
            f"NaN at temperature {temperature}: was the largest logit taken off undivided from divided ones, or was "
            "1e4 / 0.1 too large for float16? subtract it from the logits first, then divide"
        )
        check.close(result, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.concept("softmax.formula")
def test_gradients_flow_back_through_the_probabilities(device):
    """Every probability depends on every logit, through the sum: one that rises takes from all others."""
    logits = draw.normal((3, 4), device=device, dtype=torch.float64) * 2
    logits[1, 2] = -torch.inf
    weights = draw.normal((3, 4), device=device, dtype=torch.float64)
    p = probabilities(logits, 1)
    expected = p * (weights - (weights * p).sum(1, keepdim=True))
    largest = (logits == logits.amax(1, keepdim=True)).double()
    logits.requires_grad_()
    with check.unchanged(logits), by_hand():
        result = softmax.softmax(logits, 1)
    assert result.requires_grad, "the result does not require grad: make it from the logits without detach or no_grad"
    (gradient,) = torch.autograd.grad((result * weights).sum(), logits)
    check.close(
        gradient,
        expected,
        what="the gradient of the logits",
        mistakes={
            "the sum of the exps depends on the logits too; it may not be cut out of the graph": p * weights,
            "the sum of the exps depends on the logits too: it may not be cut out of the graph": (
                p * weights - largest * (p * weights).sum(1, keepdim=True)
            ),
        },
    )


@pytest.mark.concept("softmax.shift")
def test_gradients_flow_back_through_the_log_probabilities(device):
    """A shift of all inputs leaves the gradient as it is, too, if it is cut out of the graph everywhere or nowhere."""
    logits = draw.normal((3, 4), device=device, dtype=torch.float64)
    logits[1, 2] = -torch.inf
    weights = draw.normal((3, 4), device=device, dtype=torch.float64)
    weights[1, 2] = 0.0
    p = probabilities(logits, 1)
    sums = weights.sum(1, keepdim=True)
    expected = weights - p * sums
    largest = (logits == logits.amax(1, keepdim=True)).double()
    logits.requires_grad_()
    with check.unchanged(logits), by_hand():
        result = softmax.log_softmax(logits, 1)
    assert result.requires_grad, "the result does not require grad: make it from the logits without detach or no_grad"
    used = weights != 0
    (gradient,) = torch.autograd.grad((result[used] * weights[used]).sum(), logits)
    check.close(
        gradient,
        expected,
        what="the gradient of the logits",
        mistakes={
            "the largest logit was cut out of the graph on one side only: everywhere or nowhere": (
                expected - largest * sums
            ),
            "the sum of the exps depends on the logits too: it may not be cut out of the graph": weights,
        },
    )


@pytest.mark.concept("softmax.formula")
def test_no_samples_have_no_probabilities(device):
    """A batch without samples is a batch: the classes are still there, and so is the shape."""
    no_samples = torch.zeros((0, 3), device=device)
    with by_hand():
        result = softmax.softmax(no_samples, 1)
    check.tensor(result, shape=(0, 3), dtype=torch.float32, device=device)
    with by_hand():
        result = softmax.log_softmax(no_samples, -1)
    check.tensor(result, shape=(0, 3), dtype=torch.float32, device=device)
