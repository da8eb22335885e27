"""The loss of a classifier is how unlikely it holds the labels to be."""

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager

import pytest
import torch

from dojo import check, draw
from katas.losses import likelihood


def by_hand() -> AbstractContextManager[None]:
    """Refuse torch's own operation, by whatever name it is called."""
    return check.built_without(*check.CROSS_ENTROPY, instead="softmax, the right class's probability, log and sum")


def table(rows: Sequence[Sequence[float]], device: torch.device) -> torch.Tensor:
    return torch.tensor(rows, device=device)


def drawn(n: int, classes: int, device: torch.device, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """Return probabilities of shape (n, classes), all different, and labels of which no two neighbours are alike."""
    exps = draw.normal((n, classes), device=device, dtype=torch.float64).exp()
    labels = (draw.integer(0, classes - 1) + 2 * torch.arange(n)) % classes
    return (exps / exps.sum(1, keepdim=True)).to(dtype), labels.to(device)


def picked(probabilities: torch.Tensor, labels: torch.Tensor) -> list[float]:
    """Return the probability of each sample's right class, as Python's floats."""
    return [row[label] for row, label in zip(probabilities.tolist(), labels.tolist(), strict=True)]


def scores_of(weight: torch.Tensor, bias: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
    """Return the scores of the linear model in float64, where TF32 plays no part."""
    return (inputs.double().unsqueeze(1) * weight.double()).sum(2) + bias.double()


def loss_of(probabilities: torch.Tensor, labels: torch.Tensor) -> float:
    """Return the negative log-likelihood of probabilities, in Python's floats."""
    return sum(-math.log(p) for p in picked(probabilities, labels))


def normalized(scores: torch.Tensor, dim: int = 1) -> torch.Tensor:
    """Return the softmax of moderate scores."""
    return scores.exp() / scores.exp().sum(dim, keepdim=True)


@pytest.mark.concept("loss.likelihood")
@pytest.mark.parametrize(("n", "classes"), [(3, 6), (7, 4), (4, 4), (1, 3), (4, 1)])
def test_the_likelihood_of_a_sample_is_the_probability_of_its_right_class(device, n, classes):
    """The likelihood of a sample is the probability given to its right class: one element from each row."""
    probabilities, labels = drawn(n, classes, device, torch.float64)
    expected = torch.tensor(picked(probabilities, labels), device=device, dtype=torch.float64)
    with check.unchanged(probabilities, labels), by_hand():
        result = likelihood.likelihoods(probabilities, labels)
    check.close(
        result,
        expected,
        mistakes={
            "this takes every label's column from every row: each row has one label, its own": (
                lambda: probabilities[:, labels]
            ),
            "this is the largest probability of each row; the right class need not have it": probabilities.amax(1),
            "this is off by one class: classes count from 0": (
                lambda: torch.tensor(picked(probabilities.roll(1, 1), labels), device=device, dtype=torch.float64)
            ),
            "these are the probabilities of the first class of each sample: the label says which": probabilities[:, 0],
            "this reads the table along the other axis: each sample has a row, each class a column": (
                lambda: torch.tensor(
                    picked(probabilities.T, labels) if n == classes else [], device=device, dtype=torch.float64
                )
            ),
            "these are the logs already: a likelihood is the probability itself": expected.log(),
            "squeeze() drops every axis of size 1; only the last is to go, a batch of one sample stays a batch": (
                expected.squeeze()
            ),
        },
    )
    labels = (labels + 1) % classes
    expected = torch.tensor(picked(probabilities, labels), device=device, dtype=torch.float64)
    with by_hand():
        result = likelihood.likelihoods(probabilities, labels)
    check.close(result, expected, what="the result for other labels")


@pytest.mark.concept("loss.nll-formula")
@pytest.mark.concept("loss.nll-steps")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_loss_is_the_sum_of_the_negated_logs(device, dtype):
    """The negative log-likelihood of a batch is minus the sum over the samples of log(out_i[c_i])."""
    n, classes = draw.sizes(2, low=3)
    probabilities, labels = drawn(n, classes, device, dtype)
    likely = picked(probabilities, labels)
    total = sum(-math.log(p) for p in likely)

    def number(value: float) -> torch.Tensor:
        return torch.tensor(value, device=device, dtype=dtype)

    with check.unchanged(probabilities, labels), by_hand():
        result = likelihood.negative_log_likelihood(probabilities, labels)
    check.close(
        result,
        number(total),
        mistakes={
            "the sign is flipped: likelihoods below 1 have negative logs": number(-total),
            "this is the mean over the batch, torch's default; the formula is the sum": number(total / n),
            "this is the log of the sum: take the log of each likelihood, then add up": number(-math.log(sum(likely))),
            "the natural log is asked; this is the log to base 10": number(total / math.log(10)),
            "the natural log is asked; this is the log to base 2": number(total / math.log(2)),
            "this adds up the likelihoods without the log": number(-sum(likely)),
            "this adds up 1 - p; the loss of a sample is -log(p)": number(n - sum(likely)),
            "this adds up the logs over all classes: only the right class of each sample counts": (
                -probabilities.log().sum()
            ),
            "this takes the likeliest class of each sample: take the right class": -probabilities.amax(1).log().sum(),
            "softmax was applied to the probabilities: they sum to 1 already": (
                lambda: number(loss_of(normalized(probabilities), labels))
            ),
        },
    )


@pytest.mark.concept("loss.nll-formula")
def test_the_default_reduction_of_torch_is_the_mean(device):
    """The formula is a sum over the samples; torch's nll_loss takes the mean unless it is told reduction="sum"."""
    n, classes = draw.sizes(2, low=3)
    probabilities, labels = drawn(n, classes, device, torch.float32)
    logs = probabilities.log()
    with by_hand():
        result = likelihood.negative_log_likelihood(probabilities, labels)
    by_default = torch.nn.functional.nll_loss(logs, labels)
    told = torch.nn.functional.nll_loss(logs, labels, reduction="sum")
    check.close(result, told, mistakes={"this is the mean over the batch; the formula is the sum": by_default})
    check.close(result / n, by_default, what="the sum over the number of samples")


@pytest.mark.concept("loss.nll-steps")
def test_wrong_classes_may_have_the_probability_0(device):
    """Only the probability of the right class counts: the log of any other must not enter, not even times 0."""
    probabilities = table([[0.25, 0.75, 0.0], [0.0, 0.0, 1.0]], device)
    labels = torch.tensor([1, 2], device=device)
    with by_hand():
        result = likelihood.negative_log_likelihood(probabilities, labels)
    check.close(
        result,
        torch.tensor(-math.log(0.75), device=device),
        mistakes={
            "0 times the log of 0 is NaN: pick the right class's probability first, then take the log": (
                torch.tensor(math.nan, device=device)
            )
        },
    )


@pytest.mark.concept("loss.likelihood")
def test_the_loss_is_high_when_the_likelihood_is_low(device):
    """The lower the likelihood, the higher the loss: 0 for probability 1, without bound towards 0, infinite at 0."""
    label = torch.tensor([1], device=device)
    with by_hand():
        result = likelihood.negative_log_likelihood(table([[1.0, 0.0]], device), label)
    assert result.item() == math.inf, "a right class of probability 0 has an infinite loss: add nothing before the log"
    losses = []
    for p in (1.0, 0.9, 0.5, 0.1, 1e-6, 1e-30):
        probabilities = table([[1 - p, p]], device)
        with by_hand():
            result = likelihood.negative_log_likelihood(probabilities, label)
        losses.append(check.tensor(result, shape=(), dtype=torch.float32, device=device).item())
    assert losses == sorted(losses), f"the likelihood falls from 1 to 1e-30, the loss must rise: {losses}"
    check.close(losses[1:], [-math.log(p) for p in (0.9, 0.5, 0.1, 1e-6, 1e-30)], what="the losses")


@pytest.mark.concept("loss.nll-formula")
def test_thousands_of_samples_have_a_loss_too(device):
    """A product of thousands of likelihoods is 0 in any float; the sum of their logs is an ordinary number."""
    n = 2000
    probabilities, labels = drawn(n, 3, device, torch.float64)
    probabilities = draw.laid_out(probabilities, "sliced")
    expected = torch.tensor(loss_of(probabilities, labels), device=device, dtype=torch.float64)
    with by_hand():
        result = likelihood.negative_log_likelihood(probabilities, labels)
    check.close(
        result,
        expected,
        mistakes={
            "the product of many likelihoods is too small for any float: add up their logs": torch.full_like(
                expected, torch.inf
            ),
        },
    )


@pytest.mark.concept("loss.nll-formula")
def test_no_samples_cost_nothing(device):
    """A sum over no samples is 0."""
    probabilities, labels = torch.zeros((0, 3), device=device), torch.zeros((0,), device=device, dtype=torch.int64)
    with by_hand():
        result = likelihood.likelihoods(probabilities, labels)
    check.tensor(result, shape=(0,), dtype=torch.float32, device=device)
    with by_hand():
        result = likelihood.negative_log_likelihood(probabilities, labels)
    check.close(result, torch.zeros((), device=device))


@pytest.mark.concept("loss.nll-steps")
def test_gradients_flow_to_the_right_classes_probabilities_alone(device):
    """The loss depends on the right classes' probabilities alone, and most strongly on the smallest: by -1/p."""
    probabilities, labels = drawn(5, 3, device, torch.float64)
    probabilities[0, (labels[0] + 1) % 3] = 0.0  # not a right class
    right = torch.arange(3, device=device) == labels.unsqueeze(1)
    expected = torch.where(right, -1 / probabilities, 0.0)
    likely = torch.tensor(picked(probabilities, labels), device=device, dtype=torch.float64)
    probabilities = draw.laid_out(probabilities, "sliced").requires_grad_()
    with by_hand():
        result = likelihood.likelihoods(probabilities, labels)
    assert result.requires_grad, "the likelihoods do not require grad: pick them without item(), tolist() or detach()"
    check.close(result.detach(), likely, what="the tensor of likelihoods")
    with by_hand():
        result = likelihood.negative_log_likelihood(probabilities, labels)
    assert result.requires_grad, (
        "the result does not require grad: stay with tensors all the way, without item(), tolist() or detach()"
    )
    (gradient,) = torch.autograd.grad(result, probabilities)
    assert not gradient.isnan().any(), (
        "the gradient is NaN where a wrong class has the probability 0: pick first, then take the log of what is picked"
    )
    check.close(gradient, expected, what="the gradient of the probabilities")


@pytest.mark.concept("loss.nll-steps")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_scores_softmax_right_class_log_sum(device, dtype):
    """Per sample: the forward pass, softmax, the right class's probability, the negated log; then the sum."""
    n, features, classes = draw.sizes(3, low=3, high=6)
    weight = draw.normal((classes, features), device=device, dtype=dtype)
    bias = draw.normal((classes,), device=device, dtype=dtype) + 1
    inputs = draw.normal((n, features), device=device, dtype=dtype) / 2
    labels = draw.integers((n,), 0, classes - 1, device=device)
    scores = scores_of(weight, bias, inputs)
    expected = loss_of(normalized(scores), labels)
    right_scores = picked(scores, labels)
    tolerance = 1e-9 if dtype is torch.float64 else 2e-3 if device.type == "cuda" else 1e-5  # TF32 has 3 decimals

    def number(value: float) -> torch.Tensor:
        return torch.tensor(value, device=device, dtype=dtype)

    with check.unchanged(weight, bias, inputs, labels), by_hand():
        result = likelihood.loss_of_parameters(weight, bias, inputs, labels)
    check.close(
        result,
        number(expected),
        rtol=tolerance,
        atol=tolerance,
        mistakes={
            "this is the mean over the batch; the formula is the sum": number(expected / n),
            "the sign is flipped: likelihoods below 1 have negative logs": number(-expected),
            "the scores are no log-probabilities: take their softmax first": number(-sum(right_scores)),
            "the scores are no probabilities, and their logs may be NaN: take their softmax first": (
                lambda: number(sum(-math.log(s) if s > 0 else math.nan for s in right_scores))
            ),
            "the softmax went over the samples: it goes over the classes of each sample": (
                lambda: number(loss_of(normalized(scores, 0), labels))
            ),
            "the bias is left out": lambda: number(loss_of(normalized(scores - bias.double()), labels)),
        },
    )


@pytest.mark.concept("loss.parameters")
def test_given_the_data_the_loss_is_a_function_of_the_parameters(device):
    """Given the data, the loss is a function of the parameters: it has a gradient, and a step against it lowers it."""
    n, classes = draw.sizes(2, low=3, high=6)
    features = classes  # a square weight fits the inputs either way round
    weight = draw.normal((classes, features), device=device, dtype=torch.float64)
    bias = draw.normal((classes,), device=device, dtype=torch.float64)
    inputs = draw.laid_out(draw.normal((n, features), device=device, dtype=torch.float64), "sliced")
    labels = draw.integers((n,), 0, classes - 1, device=device)
    right = (torch.arange(classes, device=device) == labels.unsqueeze(1)).double()
    errors = normalized(scores_of(weight, bias, inputs)) - right
    loss = torch.tensor(loss_of(errors + right, labels), device=device, dtype=torch.float64)
    turned = torch.tensor(
        loss_of(normalized(scores_of(weight.T, bias, inputs)), labels), device=device, dtype=torch.float64
    )
    of_weight, of_bias = (errors.unsqueeze(2) * inputs.unsqueeze(1)).sum(0), errors.sum(0)
    weight.requires_grad_()
    bias.requires_grad_()
    with by_hand():
        result = likelihood.loss_of_parameters(weight, bias, inputs, labels)
    assert result.requires_grad, "the loss does not require grad: compute it from weight and bias without detach"
    check.close(
        result.detach(),
        loss,
        mistakes={"a square weight fits either way round: a class's row of it goes with the features": turned},
    )
    gradients = torch.autograd.grad(result, (weight, bias), allow_unused=True)
    assert all(gradient is not None for gradient in gradients), (
        "the loss depends on another tensor than weight or bias: compute with the parameters themselves, no copies"
    )
    check.close(gradients[0], of_weight, what="the gradient of the weight")
    check.close(gradients[1], of_bias, what="the gradient of the bias")
    moved_weight, moved_bias = weight.detach() - 0.01 * of_weight, bias.detach() - 0.01 * of_bias
    with by_hand():
        after = likelihood.loss_of_parameters(moved_weight, moved_bias, inputs, labels)
    assert after < result, "after a small step against the gradient the loss must be lower: is it the loss of these?"


def model_with(probabilities: Sequence[Sequence[float]], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Return weight and bias of the linear model that gives these probabilities for the rows of an identity matrix."""
    bias = torch.arange(len(probabilities[0]), device=device) / 4
    return table(probabilities, device).log().T - bias.unsqueeze(1), bias


@pytest.mark.concept("loss.parameters")
def test_the_best_parameters_make_the_data_most_likely(device):
    """The best parameters are those for which the data are most likely: not those with the most right answers."""
    inputs, labels = torch.eye(4, device=device), torch.tensor([0, 1, 0, 1], device=device)
    candidates = {
        # Each row's probability of its right class, by sample.
        "cautious": (0.45, 0.6, 0.45, 0.6),
        "mostly right, and certain of its one error": (0.999, 0.999, 0.999, 1e-6),
        "worse throughout": (0.001, 0.001, 0.001, 0.01),
        "best at the first sample": (0.9999, 0.2, 0.2, 0.2),
    }
    for turn in (1, draw.integer(2, 3), 4):  # the best is last once, in between once, and first once
        names = [*candidates][turn:] + [*candidates][:turn]
        models = []
        for name in names:
            likely = candidates[name]
            rows = [(p, 1 - p) if label == 0 else (1 - p, p) for p, label in zip(likely, labels.tolist(), strict=True)]
            models.append(model_with(rows, device))
        confident = names.index("mostly right, and certain of its one error")
        with check.unchanged(inputs, labels, *(part for model in models for part in model)):
            result = likelihood.best_parameters(models, inputs, labels)
        mostly_right = (
            "this one has the most right answers and the largest sum of likelihoods; but likelihoods multiply"
        )
        check.equal(
            result,
            names.index("cautious"),
            mistakes={
                mostly_right: confident,
                "this one has the largest loss, which is the smallest likelihood": names.index("worse throughout"),
                "this one is best at the first sample only: all samples count": names.index("best at the first sample"),
            },
        )
    with by_hand():
        result = likelihood.best_parameters(models[:1], inputs, labels)
    check.equal(result, 0, what="the best of one candidate")


@pytest.mark.concept("loss.parameters")
def test_candidates_are_told_apart_by_thousands_of_samples(device):
    """Of thousands of samples, only the logs of the likelihoods can be compared: the products are 0, all of them."""
    n, features, classes = 2000, 3, 4
    inputs = draw.normal((n, features), device=device)
    true_weight, bias = draw.normal((classes, features), device=device) * 2, draw.normal((classes,), device=device)
    labels = scores_of(true_weight, bias, inputs).argmax(1)
    best, factors = draw.integer(1, 2), [-1.0, 0.0, 0.1]
    factors.insert(best, 0.4)
    candidates = [(true_weight * factor, bias) for factor in factors]
    with by_hand():
        result = likelihood.best_parameters(candidates, inputs, labels)
    check.equal(
        result,
        best,
        mistakes={
            "the product of thousands of likelihoods is 0 for every candidate: compare sums of logs": 0,
        },
    )
