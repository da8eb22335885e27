"""Too simple, or overfitting: what two losses say about a model.

A polynomial is a model whose capacity can be chosen: with its degree it has more parameters, and bends more often. The
training loss of a better equipped model is never higher. Where it does not fall, the model may be too simple: it cannot
follow the data, and more data do not help it.

With enough parameters a model follows the noise in its training samples as well, and the next samples have other noise.
So the training loss is small, and the validation loss is not: a large gap between the two is overfitting. More training
data make the gap smaller, for they leave the model less freedom to follow each of them.

    a polynomial of degree 9 through 10 noisy samples: no error at all on these, and a large one in between
    the samples (0, 1), (1, 3), (2, 5), (3, 6) and degree 1: 1.2 + 1.7 x, with the mean squared error 0.075

All of torch is allowed.

Check with:  pytest katas/training/test_overfitting.py
"""

from collections.abc import Sequence

import torch


def fit_polynomial(x: torch.Tensor, y: torch.Tensor, degree: int) -> torch.Tensor:
    """Return the coefficients of the polynomial with the least mean squared error on the samples.

    Args:
        x: shape (n,), float32 or float64, at least degree + 1 different numbers, from -5 to 5. It is left as it is.
        y: shape (n,), of the same dtype, on the same device. It is left as it is.
        degree: from 0 on.

    Returns:
        Shape (degree + 1,), of the dtype and on the device of x: first the constant, then the coefficient of x, then
        that of x squared, and so on. The fit is exact up to rounding: torch.linalg.lstsq solves such problems.
    """
    raise NotImplementedError("solve for the coefficients of the powers of x")


def mean_squared_error(coefficients: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> float:
    """Return the mean of the squared differences between the polynomial at x and y, as a Python float.

    Args:
        coefficients: shape (degree + 1,), in the order of ``fit_polynomial``.
        x: shape (n,), n at least 1.
        y: shape (n,).
    """
    raise NotImplementedError("evaluate the polynomial, and average the squared errors")


def learning_curve(
    training: tuple[torch.Tensor, torch.Tensor],
    validation: tuple[torch.Tensor, torch.Tensor],
    degree: int,
    counts: Sequence[int],
) -> tuple[list[float], list[float]]:
    """Return the training loss and the validation loss, by the number of training samples.

    For each count, a polynomial is fitted to the first so many of the training samples, and to no others. Its training
    loss is the mean squared error on the samples that it was fitted to; its validation loss is the one on all samples
    for validation.

    Args:
        training: x and y, each of shape (n,).
        validation: x and y, each of shape (m,).
        degree: of the polynomials.
        counts: numbers of samples, each from degree + 1 to n, in any order; a number may come again. Among the first
            so many samples are at least degree + 1 different x.

    Returns:
        Two lists of Python floats, as long as ``counts`` and in its order: the training losses, the validation losses.
    """
    raise NotImplementedError("for each count, fit to the first samples, and measure two losses")


def diagnosis(
    training_losses: Sequence[float], validation_losses: Sequence[float], fall: float = 0.5, gap: float = 2.0
) -> str:
    """Return what the curves of a training run say about the model.

    - "too simple" where the training loss did not fall: the last one is more than ``fall`` times the first one;
    - otherwise "overfitting" where the gap is large: the last validation loss is more than ``gap`` times the last
      training loss;
    - otherwise "fits".

    Args:
        training_losses: from the first epoch to the last, at least one, each at least 0.
        validation_losses: as many.
        fall: from 0 to 1.
        gap: at least 1.
    """
    raise NotImplementedError("compare the last training loss with the first, and with the last validation loss")
