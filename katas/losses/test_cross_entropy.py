"""Cross entropy is the negative log-likelihood that one expects under a target distribution."""

import math
from contextlib import AbstractContextManager

import pytest
import torch
from torch import nn

from dojo import check, draw
from katas.losses import cross_entropy


def by_hand() -> AbstractContextManager[None]:
    """Refuse torch's own operation, by whatever name it is called."""
    return check.built_without(*check.CROSS_ENTROPY, instead="logsumexp, a product and a sum")


def log_probabilities(logits: torch.Tensor) -> torch.Tensor:
    """Return the log-probabilities along axis 1 in float64, in Python's floats, sample by sample."""
    rows = logits.detach().cpu().double().movedim(1, -1)
    results = []
    for row in rows.reshape(-1, rows.shape[-1]).tolist():
        largest = max(row)
        log_sum = math.log(sum(math.exp(value - largest) for value in row))
        results.append([value - largest - log_sum for value in row])
    return torch.tensor(results, dtype=torch.float64).reshape(rows.shape).movedim(-1, 1).to(logits.device)


def expected_loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the cross entropy of each sample, in Python's floats."""
    pairs = zip(log_probabilities(logits).tolist(), targets.tolist(), strict=True)
    losses = [-sum(q * log for log, q in zip(logs, row, strict=True) if q > 0) for logs, row in pairs]
    return torch.tensor(losses, dtype=logits.dtype, device=logits.device)


def distribution(n: int, classes: int, device: torch.device, dtype: torch.dtype) -> torch.Tensor:
    """Return n target distributions, the probability of one class in each of them 0."""
    targets = draw.distinct((n, classes), device=device, dtype=dtype) + 1
    targets[torch.arange(n, device=device), torch.arange(n, device=device) % classes] = 0
    return targets / targets.sum(1, keepdim=True)


def losses_of(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return minus the log-probability of each label, in float64; of logits (n, classes) or (n, classes, d)."""
    logs = log_probabilities(logits).movedim(1, -1)
    flat = zip(logs.reshape(-1, logs.shape[-1]).tolist(), labels.flatten().tolist(), strict=True)
    losses = [-row[label] for row, label in flat]
    return torch.tensor(losses, dtype=torch.float64, device=logits.device).reshape(labels.shape)


def label_loss_of(logits: torch.Tensor, labels: torch.Tensor, class_weights: torch.Tensor | None) -> torch.Tensor:
    """Return the (weighted) mean of the losses, in float64."""
    losses = losses_of(logits, labels)
    weights = torch.ones_like(losses) if class_weights is None else class_weights[labels]
    return (weights * losses).sum() / weights.sum()


@pytest.mark.concept("loss.cross-entropy")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_cross_entropy_is_the_expected_negative_log_likelihood(device, dtype):
    """Cross entropy weighs the negative log-probability of each class by the target probability of that class."""
    n, classes = draw.sizes(2, low=3)
    logits = draw.normal((n, classes), device=device, dtype=dtype) * 2 + 1
    targets = distribution(n, classes, device, dtype)
    expected = expected_loss(logits, targets)
    logs = log_probabilities(logits).to(dtype)
    entropy = -torch.special.xlogy(targets, targets).sum(1)
    likeliest = targets.argmax(1, keepdim=True)
    softened = targets.exp() / targets.exp().sum(1, keepdim=True)
    binary = -torch.special.xlogy(1 - targets, 1 - logs.exp()).sum(1)
    with check.unchanged(logits, targets), by_hand():
        result = cross_entropy.expected_loss(logits, targets)
    check.close(
        result,
        expected,
        mistakes={
            "the sign is flipped: logs of probabilities are negative, the loss is not": -expected,
            "this is the mean over the classes: it is a sum, the target probabilities are the weights": (
                expected / classes
            ),
            "this takes the likeliest class of the target alone: all classes count, each by its probability": (
                -logs.gather(1, likeliest).squeeze(1)
            ),
            "target and prediction are swapped: the log is that of the prediction": (
                -(logs.exp() * (targets + 1e-30).log()).sum(1)
            ),
            "this is less the entropy of the target (the Kullback-Leibler divergence)": expected - entropy,
            "the logits are no log-probabilities: subtract their logsumexp": -(targets * logits).sum(1),
            "this weighs the probabilities, without the log": -(targets * logs.exp()).sum(1),
            "the natural log is asked; this is the log to base 2": expected / math.log(2),
            "the targets are probabilities already: they need no softmax": -(softened * logs).sum(1),
            "this takes the classes as independent of each other: log(1 - p) plays no part": expected + binary,
        },
    )


@pytest.mark.concept("loss.dirac")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_a_certain_target_leaves_the_negative_log_likelihood_of_its_class(device, dtype):
    """The cross entropy of a Dirac (one-hot) target and the prediction is the label's negative log-likelihood."""
    n, classes = draw.sizes(2, low=3)
    logits = draw.normal((n, classes), device=device, dtype=dtype) + 1
    labels = draw.integers((n,), 0, classes - 1, device=device)
    targets = (torch.arange(classes, device=device) == labels.unsqueeze(1)).to(dtype)
    losses = losses_of(logits, labels).to(dtype)
    with by_hand():
        result = cross_entropy.expected_loss(logits, targets)
    check.close(result, losses)
    turned = targets.roll(1, 1)
    with by_hand():
        result = cross_entropy.expected_loss(logits, turned)
    check.close(result, losses_of(logits, (labels + 1) % classes).to(dtype), what="the result for other targets")
    with check.unchanged(logits, labels), by_hand():
        result = cross_entropy.label_loss(logits, labels)
    check.close(
        result,
        losses.mean(),
        mistakes={
            "this is the sum over the samples: take their mean": losses.sum(),
            "the sign is flipped: logs of probabilities are negative, the loss is not": -losses.mean(),
            "the logits are no log-probabilities: subtract their logsumexp": (
                -logits.gather(1, labels.unsqueeze(1)).mean()
            ),
            "this takes every label's column from every row: each row has one label, its own": (
                lambda: -log_probabilities(logits)[:, labels].mean()
            ),
        },
    )
    labels = (labels + 1) % classes
    with by_hand():
        result = cross_entropy.label_loss(logits, labels)
    check.close(result, losses_of(logits, labels).to(dtype).mean(), what="the result for other labels")


@pytest.mark.concept("loss.cross-entropy")
def test_it_is_what_many_drawn_labels_cost_on_the_average(device):
    """Where labels occur as often as the target distribution says, their mean loss is the cross entropy."""
    counts = [3, 5, 2]
    labels = torch.tensor([label for label, count in enumerate(counts) for _ in range(count)], device=device)
    logits = draw.normal((1, 3), device=device) * 2
    targets = torch.tensor([counts], device=device) / sum(counts)
    expected = losses_of(logits.expand(10, 3), labels).mean().float()
    with by_hand():
        result = cross_entropy.expected_loss(logits, targets)
    check.close(result, expected.reshape(1))
    with by_hand():
        result = cross_entropy.label_loss(logits.expand(10, 3), labels)
    check.close(result, expected, mistakes={"this is the sum over the samples: take their mean": expected * 10})


@pytest.mark.concept("loss.cross-entropy")
def test_what_cannot_occur_costs_nothing(device):
    """A class of target probability 0 contributes 0, though its log-probability may be -inf: 0 * -inf counts as 0."""
    logits = draw.laid_out(draw.normal((3, 4), device=device), "sliced")
    logits[0, 1] = logits[2, 0] = logits[2, 3] = -torch.inf
    targets = torch.tensor([[0.5, 0.0, 0.5, 0.0], [0.25, 0.25, 0.25, 0.25], [0.0, 1.0, 0.0, 0.0]], device=device)
    expected = expected_loss(logits, targets)
    spoilt = expected.clone()
    spoilt[0] = spoilt[2] = torch.nan
    with check.unchanged(logits, targets), by_hand():
        result = cross_entropy.expected_loss(logits, targets)
    mistakes = {"0 * -inf is NaN: leave classes of target probability 0 out before the product": spoilt}
    check.close(result, expected, mistakes=mistakes)


@pytest.mark.concept("loss.cross-entropy")
def test_what_is_ruled_out_and_occurs_costs_infinitely_much(device):
    """A class of target probability above 0 and predicted probability 0 makes the loss infinite."""
    logits = draw.normal((3, 4), device=device)
    logits[1, 2] = -torch.inf
    targets = torch.full((3, 4), 0.25, device=device)
    expected = expected_loss(logits, targets)
    with check.unchanged(logits, targets), by_hand():
        result = cross_entropy.expected_loss(logits, targets)
    assert check.tensor(result, shape=(3,))[1] == torch.inf, (
        f"gave {result[1]:.4g}, expected inf: a class that the target allows and the logit -inf rules out costs inf"
    )
    check.close(result, expected)


@pytest.mark.concept("loss.cross-entropy")
def test_unlikely_labels_cost_much_and_not_infinitely_much(device):
    """Logits far apart make a large loss, not an infinite one: subtract logsumexp instead of log(softmax)."""
    logits = torch.tensor([[1e4, 0.0, -1e4], [-1e4, -9e3, -9e3], [300.0, 0.0, 301.0]], device=device)
    labels = torch.tensor([1, 0, 2], device=device)
    losses = losses_of(logits, labels)
    expected = losses.mean().float()
    mistakes = {
        "log(0) is -inf: a tiny probability was rounded to 0 before the log": torch.full_like(expected, torch.inf),
        "exp overflows: take the log-probabilities from logsumexp": torch.full_like(expected, torch.nan),
    }
    with by_hand():
        result = cross_entropy.label_loss(logits, labels)
    check.close(result, expected, rtol=1e-5, atol=5e-3, mistakes=mistakes)
    targets = torch.tensor([[0.5, 0.5, 0.0], [0.001, 0.999, 0.0], [0.5, 0.5, 0.0]], device=device)
    expected = expected_loss(logits, targets)
    rounded = torch.full_like(expected, torch.inf)
    without_small = expected_loss(logits, torch.where(targets < 0.01, 0.0, targets))
    with by_hand():
        result = cross_entropy.expected_loss(logits, targets)
    mistakes = {
        "log(0) is -inf: a tiny probability was rounded to 0 before the log": rounded,
        "a target probability of 0.001 was taken for 0: it costs 0.001 times a large number": without_small,
    }
    check.close(result, expected, rtol=1e-5, atol=5e-3, mistakes=mistakes)


@pytest.mark.concept("loss.cross-entropy")
def test_gradients_are_probabilities_less_targets(device):
    """The gradient of a sample's cross entropy by its logits is the prediction less the target, and never NaN."""
    logits = draw.normal((3, 4), device=device, dtype=torch.float64)
    logits[0, 1] = logits[2, 0] = -torch.inf
    targets = torch.tensor([[0.5, 0.0, 0.5, 0.0], [0.25, 0.25, 0.25, 0.25], [0.0, 1.0, 0.0, 0.0]], device=device)
    targets = targets.double()
    expected = log_probabilities(logits).exp() - targets
    logits.requires_grad_()
    with by_hand():
        result = cross_entropy.expected_loss(logits, targets)
    assert result.requires_grad, "the result does not require grad: compute it from the logits without detach"
    (gradient,) = torch.autograd.grad(result.sum(), logits)
    check.close(gradient, expected, what="the gradient of the logits")
    labels = torch.tensor([0, 3, 1], device=device)
    right = (torch.arange(4, device=device) == labels.unsqueeze(1)).double()
    finite = draw.normal((3, 4), device=device, dtype=torch.float64).requires_grad_()
    with by_hand():
        result = cross_entropy.label_loss(finite, labels)
    assert result.requires_grad, "the result does not require grad: compute it from the logits without detach"
    (gradient,) = torch.autograd.grad(result, finite)
    check.close(gradient, (log_probabilities(finite).exp() - right) / 3, what="the gradient of the logits")


@pytest.mark.concept("loss.dirac")
@pytest.mark.parametrize("square", [False, True], ids=["unequal", "square"])
def test_each_place_of_a_sample_may_have_a_label(device, square):
    """Of logits (n, classes, d) the classes lie along axis 1, and each of the n * d places has a label of its own."""
    n, classes, d = draw.sizes(3, low=3, high=6)
    d = classes if square else d
    logits = draw.normal((n, classes, d), device=device) * 2
    labels = draw.integers((n, d), 0, classes - 1, device=device)
    losses = losses_of(logits, labels)
    flat = logits.reshape(-1, classes)
    sought = "the classes were sought along the last axis: they lie along axis 1"
    last = logits.exp() / logits.exp().sum(-1, keepdim=True)
    with check.unchanged(logits, labels), by_hand():
        result = cross_entropy.label_loss(logits, labels)
    check.close(
        result,
        losses.mean().float(),
        mistakes={
            "this is the sum over the samples and places: take their mean": losses.sum().float(),
            **({sought: losses_of(logits.transpose(1, 2), labels).mean().float()} if square else {}),
            "reshape does not move axes: bring the classes to the end with movedim(1, -1) first": (
                lambda: losses_of(flat, labels.flatten()).mean().float()
            ),
            "the probabilities sum to 1 along the last axis: the classes lie along axis 1": (
                lambda: -last.log().gather(1, labels.unsqueeze(1)).mean()
            ),
        },
    )


@pytest.mark.concept("loss.dirac")
@pytest.mark.parametrize("places", [(), (4,)], ids=["matrix", "places"])
def test_a_weighted_mean_is_divided_by_the_weights_that_occur(device, places):
    """With class weights each sample counts by its label's weight, and the divisor is the sum of these weights."""
    n, classes = draw.sizes(2, low=3)
    logits = draw.normal((n, classes, *places), device=device)
    labels = draw.integers((n, *places), 0, classes - 1, device=device)
    labels[0] = 1  # no batch has only labels of the same weight
    labels[1] = 2
    class_weights = draw.distinct((classes,), device=device) / 2 + 0.25
    losses = losses_of(logits, labels)
    weights = torch.tensor([class_weights.tolist()[label] for label in labels.flatten().tolist()], device=device)
    weights = weights.reshape(labels.shape).double()
    total = (weights * losses).sum()
    predicted = class_weights[logits.argmax(1)].double()
    scaled = logits * class_weights.reshape(-1, *[1] * len(places))
    with check.unchanged(logits, labels, class_weights), by_hand():
        result = cross_entropy.label_loss(logits, labels, class_weights)
    check.close(
        result,
        (total / weights.sum()).float(),
        mistakes={
            "the class weights play no part": losses.mean().float(),
            "this was divided by the number of samples: divide by the sum of their weights": (
                (total / losses.numel()).float()
            ),
            "this was divided by the weights of all classes: divide by those of the samples' labels": (
                (total / class_weights.double().sum()).float()
            ),
            "this is the weighted sum: divide it by the sum of the samples' weights": total.float(),
            "each sample was weighed by the predicted class: its label decides": (
                ((predicted * losses).sum() / predicted.sum()).float()
            ),
            "the class weights multiplied the logits: they multiply the losses": (
                losses_of(scaled, labels).mean().float()
            ),
        },
    )


@pytest.mark.concept("loss.dirac")
@pytest.mark.parametrize("ignore_index", [-100, 255, 1], ids=str)
@pytest.mark.parametrize("places", [(), (4,)], ids=["matrix", "places"])
@pytest.mark.parametrize("weighted", [False, True], ids=["alike", "weighted"])
def test_what_is_ignored_counts_neither_in_the_sum_nor_in_the_divisor(device, ignore_index, places, weighted):
    """A label that is to be ignored leaves its sample out altogether, and gives it no gradient."""
    n, classes = draw.sizes(2, low=4)
    logits = draw.normal((n, classes, *places), device=device, dtype=torch.float64)
    logits = draw.laid_out(logits, "sliced" if weighted else "contiguous")
    labels = draw.integers((n, *places), 2, classes - 1, device=device)
    labels[0] = 0
    ignored = torch.zeros(labels.shape, device=device, dtype=torch.bool)
    ignored[1] = True
    ignored[n - 1, ...] = True
    losses = losses_of(logits, labels)
    class_weights = draw.distinct((classes,), device=device, dtype=torch.float64) / 2 + 0.25
    weights = class_weights[labels] if weighted else torch.ones_like(losses)
    rest = weights.masked_fill(ignored, 0.0)
    of_class_0 = losses_of(logits, labels.masked_fill(ignored, 0))
    with_0 = class_weights[labels.masked_fill(ignored, 0)] if weighted else weights
    expected = (rest * losses).sum() / rest.sum()
    shares = (rest / rest.sum()).unsqueeze(1)
    right = (torch.arange(classes, device=device) == labels.unsqueeze(-1)).movedim(-1, 1).double()
    slope = shares * (log_probabilities(logits).exp() - right)
    labels[ignored] = ignore_index
    own = class_weights if weighted else None
    of_the_classes = "ignore_index is one of the classes here, and its samples count still: leave them out"
    logits.requires_grad_()
    with check.unchanged(logits, labels, class_weights), by_hand():
        result = cross_entropy.label_loss_ignoring(logits, labels, ignore_index, own)
    check.close(
        result,
        expected,
        requires_grad=True,
        mistakes={
            "what is ignored still counts in the divisor: divide by the weights of the others": (
                (rest * losses).sum() / with_0.sum()
            ),
            "this was divided by the number of all labels: divide by the weights of those that are not ignored": (
                (rest * losses).sum() / losses.numel()
            ),
            "this is the sum over the labels: take their mean": (rest * losses).sum(),
            "what is ignored was taken for class 0: leave it out": (with_0 * of_class_0).sum() / with_0.sum(),
            **({of_the_classes: label_loss_of(logits, labels, own)} if ignore_index == 1 else {}),
        },
    )
    (gradient,) = torch.autograd.grad(result, logits)
    check.close(gradient, slope, what="the gradient of the logits")


def networks_outputs(device: torch.device) -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """Return a network that gives logits, inputs for it, and labels."""
    n, features, classes = draw.sizes(3, low=3, high=6)
    network = nn.Linear(features, classes, device=device, dtype=torch.float64)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(draw.normal(parameter.shape, device=device, dtype=torch.float64) * 2)
    inputs = draw.normal((n, features), device=device, dtype=torch.float64)
    return network, inputs, draw.integers((n,), 0, classes - 1, device=device)


@pytest.mark.concept("loss.nll-input")
def test_each_loss_takes_its_own_kind_of_outputs(device):
    """NLLLoss takes log-probabilities, CrossEntropyLoss takes logits; neither checks what it gets."""
    network, inputs, labels = networks_outputs(device)
    logits = network(inputs).detach()
    logs = log_probabilities(logits)
    expected = losses_of(logits, labels).mean()
    probabilities = logs.exp()
    picked = -logits.gather(1, labels.unsqueeze(1))
    loss_module = cross_entropy.loss_module("log-probabilities")
    assert isinstance(loss_module, nn.Module), f"gave {check.describe(loss_module)}, expected a torch.nn.Module"
    result = loss_module(logs, labels)
    check.close(
        result,
        expected,
        what="the loss of log-probabilities",
        mistakes={
            "this is the sum: expected is the mean over the samples, which is the default": expected * len(labels)
        },
    )
    # CrossEntropyLoss is right for log-probabilities too, for they sum to 1 already; NLLLoss is not for logits.
    loss_module = cross_entropy.loss_module("logits")
    result = loss_module(logits, labels)
    check.close(
        result,
        expected,
        what="the loss of logits",
        mistakes={
            "NLLLoss only picks, it takes log-probabilities: logits need CrossEntropyLoss": picked.mean(),
            "softmax was applied twice: CrossEntropyLoss applies log_softmax itself, give it the logits": (
                losses_of(probabilities, labels).mean()
            ),
            "this is the sum: expected is the mean over the samples, which is the default": expected * len(labels),
        },
    )


@pytest.mark.concept("loss.nll-input")
def test_no_loss_takes_probabilities(device):
    """Probabilities fit neither: NLLLoss wants their logs, and CrossEntropyLoss would take them for logits."""
    for words in ("probabilities", "", "Logits"):
        with check.raises(ValueError, f'the outputs are "{words}"'):
            cross_entropy.loss_module(words)
    network, inputs, labels = networks_outputs(device)
    probabilities = log_probabilities(network(inputs)).exp()
    # What it would give: the negated likelihood, below 0, which no negative log-likelihood can be.
    assert nn.NLLLoss()(probabilities, labels) < 0


@pytest.mark.concept("loss.nll-equals-ce")
def test_log_softmax_then_nll_loss_is_cross_entropy_loss(device):
    """A network that ends with LogSoftmax has with NLLLoss the loss that without it it has with CrossEntropyLoss."""
    network, inputs, labels = networks_outputs(device)
    logits = network(inputs).detach()
    logs = log_probabilities(logits)
    samples = logits.exp() / logits.exp().sum(0)
    with check.unchanged(inputs, *network.parameters()):
        longer = cross_entropy.with_last_layer(network)
        assert isinstance(longer, nn.Module), f"gave {check.describe(longer)}, expected a torch.nn.Module"
        outputs = longer(inputs)
    check.close(
        outputs,
        logs,
        requires_grad=True,
        what="the network's output",
        mistakes={
            "these are probabilities: NLLLoss takes their logs": logs.exp(),
            "these are the logits as they were: a last layer is missing": logits,
            "the probabilities sum to 1 over the samples: they must over the classes, dim=1": samples.log(),
            "this is the log of a sigmoid for each logit by itself: the classes share 1": (
                nn.functional.logsigmoid(logits)
            ),
        },
    )
    again = network(inputs).detach()
    assert torch.equal(again, logits), "the network itself was changed: it must go on giving logits when called alone"
    nll, whole = nn.NLLLoss()(outputs, labels), nn.CrossEntropyLoss()(logits, labels)
    check.close(nll, whole, requires_grad=True, what="NLLLoss of the longer network")


@pytest.mark.concept("loss.nll-equals-ce")
def test_the_last_layer_has_nothing_to_learn(device):
    """The last layer has no parameters: the longer network has those of the network, the same objects."""
    network, _, _ = networks_outputs(device)
    longer = cross_entropy.with_last_layer(network)
    mine, own = [id(each) for each in longer.parameters()], [id(each) for each in network.parameters()]
    assert set(own) <= set(mine), (
        "the longer network must have the same parameters as the network: make that one a submodule of it, not a copy"
    )
    assert len(mine) == len(own), "the last layer has parameters of its own: it must have none"


class SumsSteps(nn.Module):
    """A network that takes inputs with three axes, and acts otherwise when it does not train."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.layer(inputs.sum(1)) * (1.0 if self.training else 2.0)


@pytest.mark.concept("loss.nll-equals-ce")
def test_the_network_gets_the_inputs_as_they_are_and_stays_in_its_mode(device):
    """A last layer comes after the network: what goes in is not touched, nor is its mode, training or evaluation."""
    layer, inputs, _ = networks_outputs(device)
    network = SumsSteps(layer)
    steps = torch.stack([inputs, 2 * inputs, -inputs / 2], dim=1)
    for training in (True, False):
        network.train(training)
        logits = network(steps).detach()
        longer = cross_entropy.with_last_layer(network)
        assert network.training == training, (
            f"network.training was {training} before the call and is not afterwards: leave its mode alone"
        )
        outputs = longer(steps)
        check.close(outputs, log_probabilities(logits), requires_grad=True, what="the network's output")
