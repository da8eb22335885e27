"""Whether a label is a number or a name decides about target, loss and prediction."""

import math

import pytest
import torch

from dojo import check, draw
from katas.losses import regression_or_classes


def cross_entropies(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the cross entropy of each sample, in Python's floats."""
    pairs = zip(scores.tolist(), labels.tolist(), strict=True)
    results = [math.log(sum(math.exp(score) for score in row)) - row[label] for row, label in pairs]
    return torch.tensor(results, dtype=scores.dtype, device=scores.device)


def squared_errors(numbers: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the squared error of each sample, in Python's floats."""
    pairs = zip(numbers.flatten().tolist(), labels.tolist(), strict=True)
    return torch.tensor([(number - label) ** 2 for number, label in pairs], dtype=numbers.dtype, device=numbers.device)


@pytest.mark.concept("learning.label-regression")
@pytest.mark.concept("learning.label-onehot")
def test_one_number_suits_a_label_with_an_order_and_distances():
    """One number suits labels with an order and a meaningful distance; all others are classes."""
    words = {
        (True, True): "a mark or an age has an order and distances: one number suits it",
        (True, False): "an order is not enough: where the distances mean nothing, a squared error means nothing either",
        (False, True): "without an order no number can lie between two others: such labels are classes",
        (False, False): "mere names are classes, whatever integers stand for them",
    }
    for (has_order, has_distance), why in words.items():
        result = regression_or_classes.fits_one_number(has_order, has_distance)
        check.equal(bool(result), has_order and has_distance, mistakes={why: bool(result)})


@pytest.mark.concept("learning.label-regression")
def test_a_label_with_distances_is_a_column_of_numbers(device):
    """As one number, a target is a float with an axis of its own: shape (n, 1), as a layer of one output gives it."""
    n, classes = draw.integer(4, 7), 9
    labels = draw.integers((n,), 2, classes - 2, device=device)
    labels[0] = 3
    column = labels.float().unsqueeze(1)
    with check.unchanged(labels):
        targets = regression_or_classes.encode(labels, classes, True)
    check.close(
        targets,
        column,
        mistakes={
            "an axis of size 1 is missing: beside outputs of shape (n, 1), targets need that shape": labels.float(),
            "this is one-hot: one number is asked": (torch.arange(classes, device=device) == labels[:, None]).float(),
            "labels count from 0, and are their own targets": column + 1,
            "the labels were divided by the largest: they are targets as they are": column / (classes - 1),
        },
    )


@pytest.mark.concept("learning.label-onehot")
def test_a_label_without_distances_is_one_hot(device):
    """As a class, a target is one-hot: 1 at the class and 0 elsewhere, with a place for every class there is."""
    n, classes = draw.sizes(2, low=5, high=8)
    labels = draw.integers((n,), 0, classes - 2, device=device)  # the last class does not occur
    labels[0], labels[1] = 2, 0
    numbers = range(classes)
    expected = torch.tensor([[float(c == label) for c in numbers] for label in labels.tolist()], device=device)
    occurring = int(labels.max()) + 1
    with check.unchanged(labels):
        targets = regression_or_classes.encode(labels, classes, False)
    check.close(
        targets,
        expected,
        mistakes={
            "the number of classes was taken from the labels, but not every class need occur": expected[:, :occurring],
            "this has a row for each class: it takes a row for each sample": expected.T,
            "these are the numbers; without distances the target is one-hot": labels.float().unsqueeze(1),
            "the 1 is off by one: labels count from 0": expected.roll(1, 1),
            "these are the labels instead of ones": expected * labels.unsqueeze(1),
            "these are ones up to the label: one-hot has a single 1": expected.flip(1).cumsum(1).flip(1),
        },
    )
    only_class = torch.zeros((n,), device=device, dtype=torch.int64)
    targets = regression_or_classes.encode(only_class, 1, False)
    check.close(
        targets,
        torch.ones((n, 1), device=device),
        what="the targets of a single class",
        mistakes={
            "these are the labels: a single class is one-hot too, with a 1 for label 0": only_class[:, None].float()
        },
    )


@pytest.mark.concept("learning.label-regression")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_loss_of_a_number_is_its_squared_error(device, dtype):
    """Each predicted number belongs to its own label: (n, 1) beside (n,) would pair each with all."""
    n = draw.integer(4, 6)
    outputs = draw.normal((n, 1), device=device, dtype=dtype) * 2 + 3
    labels = draw.integers((n,), 0, 6, device=device)
    outputs[0], labels[0] = 2.25, 6  # one error below 0 and one above
    outputs[1], labels[1] = 5.5, 1
    outputs[2] = 1000.0  # a square goes on growing, however far the number is off
    expected = squared_errors(outputs, labels)
    table = (outputs - labels).square()
    with check.unchanged(outputs, labels):
        result = regression_or_classes.losses(outputs, labels, True)
    check.close(
        result,
        expected,
        mistakes={
            "this pairs every prediction beside every label: bring (n, 1) and (n,) to one shape first": table,
            "this pairs every prediction beside every label, and takes the mean": table.mean(1),
            "this is the absolute error: square it": expected.sqrt(),
            "the error is not squared": outputs.squeeze(1) - labels,
            "this is half the squared error": expected / 2,
            "this is the Huber loss, which grows more slowly far off: the squared error is asked": (
                lambda: torch.nn.functional.huber_loss(outputs.squeeze(1), labels.to(dtype), reduction="none")
            ),
            "this is twice the Huber loss, which grows more slowly far off: the squared error is asked": (
                lambda: 2 * torch.nn.functional.huber_loss(outputs.squeeze(1), labels.to(dtype), reduction="none")
            ),
            "the prediction was rounded before: the loss takes it as it is": (
                lambda: squared_errors(outputs.round(), labels)
            ),
        },
    )


@pytest.mark.concept("learning.label-onehot")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_loss_of_a_class_is_the_cross_entropy_of_its_scores(device, dtype):
    """For classes the loss is the cross entropy of the scores, with labels that are int64, whatever their numbers."""
    n, classes = draw.sizes(2, low=3)
    scores = draw.normal((n, classes), device=device, dtype=dtype) * 2
    labels = draw.integers((n,), 0, classes - 1, device=device)
    scores[0, 1], labels[0] = -800.0, 1  # its probability is too small for any float, its loss is an ordinary number
    one_hot = (torch.arange(classes, device=device) == labels.unsqueeze(1)).to(dtype)
    exps = scores.exp()
    rounded = cross_entropies(scores, labels)
    rounded[0] = torch.inf
    with check.unchanged(scores, labels):
        result = regression_or_classes.losses(scores, labels, False)
    check.close(
        result,
        cross_entropies(scores, labels),
        mistakes={
            "these are squared errors of the scores: classes have the cross entropy": (scores - one_hot)
            .square()
            .sum(1),
            "this takes softmax twice: torch's cross_entropy takes scores": (
                lambda: cross_entropies(exps / exps.sum(1, keepdim=True), labels)
            ),
            "log(0) is -inf: a tiny probability was rounded to 0 before the log; cross_entropy takes scores": rounded,
            "scores are no log-probabilities: take their log_softmax": -(scores * one_hot).sum(1),
            "this is the distance of the likeliest class from the label: classes have no distance": (
                lambda: (scores.argmax(1) - labels).square().to(dtype)
            ),
        },
    )


@pytest.mark.concept("learning.label-regression")
def test_to_be_far_off_costs_more_with_numbers(device):
    """With numbers, a prediction that is off by 5 costs 25 times as much as one that is off by 1."""
    labels = torch.tensor([3, 3, 3, 3], device=device)
    outputs = torch.tensor([[3.0], [4.0], [2.0], [8.0]], device=device)
    result = regression_or_classes.losses(outputs, labels, True)
    check.close(result, torch.tensor([0.0, 1.0, 1.0, 25.0], device=device))


@pytest.mark.concept("learning.label-onehot")
def test_all_confusions_cost_the_same_with_classes(device):
    """With classes, it costs the same to be certain of the neighbour as of the class that is farthest off."""
    classes, height = 6, draw.integer(2, 5)
    scores = torch.eye(classes, device=device) * height
    labels = torch.zeros((classes,), device=device, dtype=torch.int64)
    wrong = math.log(math.exp(height) + classes - 1)
    expected = torch.tensor([wrong - height, *[wrong] * (classes - 1)], device=device)
    result = regression_or_classes.losses(scores, labels, False)
    check.close(result, expected)
    one_score = draw.normal((3, 1), device=device)
    only_class = torch.zeros((3,), device=device, dtype=torch.int64)
    result = regression_or_classes.losses(one_score, only_class, False)
    check.close(
        result,
        torch.zeros((3,), device=device),
        what="the losses of a single class",
        mistakes={
            "this is a squared error: as_number says what one output stands for, its shape does not": squared_errors(
                one_score, only_class
            )
        },
    )


@pytest.mark.concept("learning.label-onehot")
def test_numbering_classes_anew_changes_the_loss_of_numbers_only(device):
    """Who numbers the classes otherwise changes nothing for one-hot targets; squared errors change, and mislead."""
    n, classes = 6, 4
    renumbered = torch.tensor([2, 0, 3, 1], device=device)  # class 0 is to be called 2, and so on
    scores = draw.normal((n, classes), device=device)
    labels = draw.integers((n,), 0, classes - 1, device=device)
    labels[0] = 0
    new_scores = torch.empty_like(scores)
    new_scores[:, renumbered] = scores
    new_labels = renumbered[labels]
    result = regression_or_classes.losses(new_scores, new_labels, False)
    check.close(result, cross_entropies(scores, labels))
    outputs = torch.zeros((n, 1), device=device)
    result = regression_or_classes.losses(outputs, new_labels, True)
    check.close(result, squared_errors(outputs, new_labels))
    assert result[0] == 4, "a prediction of 0 was right for class 0; as class 0 is called 2 now, the squared error is 4"


@pytest.mark.concept("learning.label-regression")
def test_a_number_is_read_as_the_nearest_label(device):
    """A predicted number is read as the nearest label that there is: rounded, and not beyond the first or last."""
    outputs = torch.tensor(
        [[0.4], [1.7], [-0.8], [2.2], [4.3], [-3.6], [2.6], [9.0], [3.51], [0.49999997]], device=device
    )
    expected = torch.tensor([0, 2, 0, 2, 4, 0, 3, 4, 4, 0], device=device)
    numbers = outputs.squeeze(1)
    with check.unchanged(outputs):
        result = regression_or_classes.decode(outputs, 5, True)
    check.equal(
        result,
        expected,
        mistakes={
            "the fractions were cut off: round to the nearest label": numbers.clamp(0, 4).long(),
            "all numbers were rounded up: round to the nearest label": numbers.ceil().clamp(0, 4).long(),
            "there are no such labels: none is below 0 or above the last": numbers.round().long(),
            "there is no label 5 among 5 classes: the last label is classes - 1": numbers.round().clamp(0, 5).long(),
            "0.49999997 + 0.5 is rounded to 1 in float32: use round, which adds nothing": (
                (numbers + 0.5).floor().clamp(0, 4).long()
            ),
            "what was too large or too small was wrapped around: take the last label, or the first": (
                numbers.round().remainder(5).long()
            ),
            "these are all 0: of one number, the largest is always at 0; round it instead": torch.zeros_like(expected),
        },
    )
    check.equal(
        regression_or_classes.decode(torch.tensor([[2.4], [9.0]], device=device), 4, True),
        torch.tensor([2, 3], device=device),
        what="of 2.4 and 9.0, with 4 classes, the labels",
    )
    outputs = torch.tensor([[1e30], [-1e30], [3e9]], device=device)
    result = regression_or_classes.decode(outputs, 5, True)
    sentence = "1e30 has no int64: clamp the float first, then make integers"
    assert check.tensor(result, shape=(3,)).tolist() == [4, 0, 4], (
        f"gave {result.tolist()}, expected [4, 0, 4]: {sentence}"
    )
    numbers = torch.tensor([0.5 + 1e-12, 2.5 - 1e-12, 1.5 + 1e-12, 3.5 - 1e-12], device=device, dtype=torch.float64)
    result = regression_or_classes.decode(numbers.unsqueeze(1), 5, True)
    sentence = "float32 does not tell 0.5 + 1e-12 from 0.5: round in the dtype of the outputs"
    assert check.tensor(result, shape=(4,)).tolist() == [1, 2, 2, 3], (
        f"gave {result.tolist()}, expected [1, 2, 2, 3]: {sentence}"
    )


@pytest.mark.concept("learning.label-onehot")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_scores_are_read_as_the_class_of_the_largest(device, dtype):
    """Of scores, the largest tells the class; class numbers are never averaged or rounded."""
    n, classes = draw.sizes(2, low=4)
    scores = draw.distinct((n, classes), device=device, dtype=dtype) / 8 - 1
    scores[0, 0] = 50.0
    scores[0, 2:] = torch.arange(classes - 2, device=device).to(dtype) / 16 + 49.5
    scores[0, classes - 1] = 49.99  # not far below the largest, so that an average of class numbers lies between
    scores[1, :3] = torch.tensor([-1.0, 0.0, 1e-20], device=device)  # near, and smaller than another by absolute value
    scores[1, 3:] = -0.5
    scores[2, classes - 1] = 60.0
    scores[2, 0] = 50.0  # both have the sigmoid 1
    shares = scores.softmax(1) * torch.arange(classes, device=device)
    rows = scores.tolist()
    expected = torch.tensor([row.index(max(row)) for row in rows], device=device)
    with check.unchanged(scores):
        result = regression_or_classes.decode(scores, classes, False)
    check.equal(
        result,
        expected,
        mistakes={
            "this looks along the samples: each sample has a largest score, along its row": scores.argmax(0),
            "this is the smallest score: the largest tells the class": scores.argmin(1),
            "this is the largest by absolute value: a score of -1 is below one of 0": scores.abs().argmax(1),
            "softmax makes near scores equal: compare the scores themselves": scores.softmax(1).argmax(1),
            "sigmoid makes large scores equal: compare the scores themselves": scores.sigmoid().argmax(1),
            "this is the mean of the class numbers, rounded: class numbers are names": shares.sum(1).round().long(),
        },
    )
    result = regression_or_classes.decode(scores.roll(1, 1), classes, False)
    check.equal(result, (expected + 1) % classes, what="the classes of other scores")


@pytest.mark.concept("learning.label-onehot")
def test_each_sample_of_a_square_table_has_a_largest_score(device):
    """The classes lie along axis 1, also where there are as many samples as classes."""
    scores = draw.laid_out(draw.distinct((4, 4), device=device), "sliced")
    scores[:, 2] += 20
    result = regression_or_classes.decode(scores, 4, False)
    check.equal(
        result,
        torch.full((4,), 2, device=device),
        mistakes={"this looks along the samples: each sample has a largest score, along its row": scores.argmax(0)},
    )


@pytest.mark.concept("learning.label-regression")
@pytest.mark.concept("learning.label-onehot")
@pytest.mark.parametrize("as_number", [True, False], ids=["number", "classes"])
@pytest.mark.parametrize("n", [0, 1, 5])
def test_targets_are_read_as_the_labels_they_came_from(device, as_number, n):
    """A target, read as a prediction, is its own label; this holds for one sample and for none."""
    labels = draw.laid_out(draw.integers((n,), 0, 3, device=device), "sliced")
    targets = regression_or_classes.encode(labels, 4, as_number)
    check.tensor(targets, shape=(n, 1 if as_number else 4), dtype=torch.float32, device=device)
    decoded = regression_or_classes.decode(targets, 4, as_number)
    check.equal(
        decoded, labels, mistakes={"squeeze() drops every axis of size 1; only the last is to go": labels.squeeze()}
    )
    others = (labels + 1) % 4
    decoded = regression_or_classes.decode(regression_or_classes.encode(others, 4, as_number), 4, as_number)
    check.equal(decoded, others, what="the labels of other targets")
    result = regression_or_classes.losses(targets, labels, as_number)
    right = 0.0 if as_number else math.log(math.e + 3) - 1
    expected = torch.full((n,), right, device=device)
    squeezed = "squeeze() drops every axis of size 1; only the last is to go, a batch of one sample stays a batch"
    check.close(result, expected, mistakes={squeezed: expected.squeeze()})


@pytest.mark.concept("learning.label-regression")
@pytest.mark.concept("learning.label-onehot")
def test_gradients_flow_back_from_both_losses(device):
    """Both losses pull on the outputs: twice the error for a number, the probability less the target for classes."""
    labels = torch.tensor([2, 0, 1], device=device)
    numbers = draw.normal((3, 1), device=device, dtype=torch.float64)
    expected = 2 * (numbers - labels.unsqueeze(1))
    numbers.requires_grad_()
    result = regression_or_classes.losses(numbers, labels, True)
    assert result.requires_grad, "the result does not require grad: compute it from the outputs without detach"
    check.close(torch.autograd.grad(result.sum(), numbers)[0], expected, what="the gradient of the numbers")
    scores = draw.normal((3, 4), device=device, dtype=torch.float64)
    one_hot = (torch.arange(4, device=device) == labels.unsqueeze(1)).double()
    expected = scores.exp() / scores.exp().sum(1, keepdim=True) - one_hot
    scores.requires_grad_()
    result = regression_or_classes.losses(scores, labels, False)
    assert result.requires_grad, "the result does not require grad: compute it from the outputs without detach"
    check.close(torch.autograd.grad(result.sum(), scores)[0], expected, what="the gradient of the scores")
