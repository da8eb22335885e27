"""How likely the labels are.

A model that gives each class a probability says how likely it holds any label to be. Of a sample whose class is known,
the likelihood is the probability that the model gives to this right class. For a whole batch, likelihoods multiply; a
product of many numbers below 1 is soon too small for any float, so one adds up their logs instead. Negated, the sum is
a loss: it is high where the likelihood is low, and 0 where each right class has the probability 1.

    probabilities          label    likelihood    negated log
    0.7   0.2   0.1        0        0.7           0.36
    0.3   0.3   0.4        2        0.4           0.92
    0.1   0.8   0.1        0        0.1           2.30
                                                  3.58 is the negative log-likelihood of the batch

The data are given and the parameters of the model are sought: as a function of them, the loss says how badly the model
with these parameters explains the data. To learn is to look for parameters with a smaller loss.

torch's own losses take the mean over the batch by default, which is not this sum.

Not allowed: torch's own nll_loss, cross_entropy and log_softmax. Its softmax is allowed.

Check with:  pytest katas/losses/test_likelihood.py
"""

from collections.abc import Sequence

import torch


def likelihoods(probabilities: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return, for each sample, the probability that is given to its right class.

    Args:
        probabilities: shape (n, classes), float32 or float64, from 0 to 1; each row sums to 1. n may be 0.
        labels: shape (n,), int64, from 0 to classes - 1: the right class of each sample.

    Returns:
        Shape (n,), of the dtype of the probabilities; gradients flow from it back to them. Both arguments are left as
        they are.
    """
    raise NotImplementedError("pick one probability from each row, at its label")


def negative_log_likelihood(probabilities: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return minus the sum, over the samples, of the natural log of the probability of the right class.

    It is infinite where a right class has the probability 0; whether wrong classes have it does not matter. For no
    samples it is 0, and for thousands of samples it is right as well.

    Args:
        probabilities: as for ``likelihoods``.
        labels: as for ``likelihoods``.

    Returns:
        Shape (), of the dtype of the probabilities. Gradients flow from it back to the probabilities, and none is NaN
        where only wrong classes have the probability 0.
    """
    raise NotImplementedError("add up the negated logs of the likelihoods")


def loss_of_parameters(
    weight: torch.Tensor, bias: torch.Tensor, inputs: torch.Tensor, labels: torch.Tensor
) -> torch.Tensor:
    """Return the negative log-likelihood of a linear model's parameters, given the data.

    The model gives class c of sample i the score: sum over j of weight[c, j] * inputs[i, j], plus bias[c]. The softmax
    of a sample's scores are the probabilities of its classes. The scores of a sample lie within 50 of each other, so
    that no probability is rounded to 0.

    Args:
        weight: shape (classes, features), float32 or float64.
        bias: shape (classes,), of the same dtype.
        inputs: shape (n, features), of the same dtype; n is at least 1.
        labels: shape (n,), int64: the right class of each sample.

    Returns:
        Shape (), of the same dtype. Gradients flow from it back to weight and bias. All arguments are left as they are.
    """
    raise NotImplementedError("scores, softmax, the right class's probability, its log, negated, summed")


def best_parameters(
    candidates: Sequence[tuple[torch.Tensor, torch.Tensor]], inputs: torch.Tensor, labels: torch.Tensor
) -> int:
    """Return which of the candidates makes the data most likely.

    Args:
        candidates: at least one pair of a weight and a bias, as for ``loss_of_parameters``; no two are equally good.
        inputs: as for ``loss_of_parameters``.
        labels: as for ``loss_of_parameters``.

    Returns:
        The candidate's place in the sequence, from 0, as a Python int.
    """
    raise NotImplementedError("compare the negative log-likelihoods of the candidates")
