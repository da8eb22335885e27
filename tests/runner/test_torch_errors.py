"""What torch's errors mean is told in words of the project, for errors that torch really raises."""

import re

import pytest
import torch
from torch import nn

from dojo import simulated
from dojo.runner import torch_errors

F = nn.functional
X = torch.linspace(-1, 1, 24).reshape(6, 4)


def parameter():
    return torch.ones(3, requires_grad=True)


def changed_after_use():
    p = parameter()
    y = p.exp()
    y += 1
    y.sum().backward()


def backward_twice():
    p = parameter()
    loss = (p * p).sum()
    loss.backward()
    loss.backward()


def changed_parameter():
    p = parameter()
    p += 1


def elsewhere():
    return X.to(simulated.NAME)


ERRORS = {
    "a question": (input, "gets all it needs as arguments"),
    "a sum lost its axis": (lambda: X / X.sum(1), "shapes are paired from their last axes, and 4 meets 6"),
    "a product": (lambda: X @ X, "as many columns as the second has rows"),
    "a product with a vector": (lambda: X @ torch.ones(3), "as many columns as the second has rows"),
    "a batch of products": (lambda: torch.bmm(X[None], X[None]), "as many columns as the second has rows"),
    "two devices": (lambda: elsewhere() + X, "make it with device=x.device"),
    "NumPy from another device": (lambda: elsewhere().numpy(), ".cpu() brings a tensor there"),
    "NumPy from a parameter": (lambda: parameter().numpy(), ".detach() first"),
    "nothing recorded": (lambda: X.sum().backward(), "nothing was recorded on the way here"),
    "a changed parameter": (changed_parameter, "make it within torch.no_grad()"),
    "backward twice": (backward_twice, "compute the loss anew for each"),
    "changed after use": (changed_after_use, "something has changed it in place since"),
    "backward from many": (lambda: (parameter() * 2).backward(), "take the mean or the sum first"),
    "a view that cannot be": (lambda: X.T.view(-1), "reshape() copies where it must"),
    "fractions into integers": (lambda: torch.ones(2, dtype=torch.int64).add_(0.5), "Long cannot hold what comes out"),
    "labels that are floats": (lambda: F.nll_loss(X, torch.ones(6)), "labels are classes"),
    "dtypes in a product": (lambda: X @ X.T.double(), "both must have one dtype"),
    "dtypes in a layer": (lambda: nn.Linear(4, 2)(X.double()), "both must have one dtype"),
    "dtypes in a scatter": (
        lambda: torch.zeros(3, 3).scatter_(1, torch.ones(3, 1).long(), torch.ones(3, 1).double()),
        "both must have one dtype",
    ),
    "a truth value of many": (lambda: bool(X > 0), "all() or any() makes one of them"),
    "an int of many": (lambda: int(X), "there is more than one element"),
    "an item of many": (lambda: X.item(), "there is more than one element"),
    "a mean of integers": (lambda: torch.ones(2, dtype=torch.int64).mean(), "convert them to a floating dtype first"),
    "an axis that is gone": (lambda: X.sum(1).sum(1), "there is no axis 1: this tensor has axes -1 to 0"),
    "a shape that does not fit": (lambda: X.reshape(5, 5), "24 elements do not fill the shape [5, 5]"),
    "cat of unlike axes": (lambda: torch.cat([X, torch.ones(4)]), "stack() makes a new one"),
    "cat of unlike sizes": (lambda: torch.cat([X, X.T]), "all others must have equal sizes"),
    "stack of unlike shapes": (lambda: torch.stack([X, X[1:]]), "tensors that are all of one shape"),
    "an index of floats": (lambda: X[torch.tensor([1.0])], "an index is an integer"),
    "gather with floats": (lambda: X.gather(1, X), "an index is an integer"),
    "a place that is not there": (lambda: X[7], "axis 0 has 6 places, counted from 0: there is none at 7"),
    "channels": (
        lambda: F.conv2d(torch.ones(1, 3, 4, 4), torch.ones(1, 2, 3, 3)),
        "this one takes 2 channels, and 3 come",
    ),
}


@pytest.fixture(autouse=True)
def a_second_device():
    simulated.register()


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_of_torch_is_explained(name):
    cause, words = ERRORS[name]
    with pytest.raises((RuntimeError, TypeError, ValueError, IndexError, OSError)) as caught:
        cause()
    assert words in (torch_errors.advice_on(caught.value) or "")


def test_each_advice_is_for_an_error_that_comes():
    raised = []
    for cause, _ in ERRORS.values():
        with pytest.raises(Exception) as caught:  # noqa: PT011 -- each is looked at above
            cause()
        raised.append(str(caught.value))
    for pattern, _ in torch_errors._ADVICE:
        assert any(re.search(pattern, error) for error in raised), pattern


def test_nothing_is_said_of_other_errors():
    assert torch_errors.advice_on(ValueError("no")) is None
    assert torch_errors.advice_on(KeyError()) is None
