"""Standardised columns: mean 0, standard deviation 1.

Columns of a table differ in size: a car weighs thousands of pounds and has a handful of cylinders. To standardise a
column, subtract its mean and divide by its standard deviation: then it says how many standard deviations a value lies
above or below the mean, and all columns are of one size.

    training column [1, 3, 5, 7]:  mean 4, standard deviation sqrt((9 + 1 + 1 + 9) / 4) = 2.2361
    standardised                   [-1.3416, -0.4472, 0.4472, 1.3416]
    a test row with 8              (8 - 4) / 2.2361 = 1.7889

Mean and standard deviation are measured on the training rows alone. All other rows are treated with these same numbers:
a network must meet the same value in the same size everywhere, and test rows must not leak into the training.

Where data are normally distributed, 68 % of the standardised values lie in [-1, 1]; in other data, other shares do.

No function changes its input. The standard deviation is the biased one here, everywhere: the sum of the squared
distances from the mean is divided by n, not by n - 1.

Check with:  pytest katas/data/test_standardization.py
"""

import torch


def fit(train: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the mean and the standard deviation of each column of the training rows.

    Args:
        train: shape (n, d), float32 or float64, n at least 1; a row for each example.

    Returns:
        Means and standard deviations, each of shape (d,), of the dtype of ``train`` and on its device. They are right
        up to rounding, also where a column's mean is thousands of times its standard deviation. Rounding also decides
        about a column that holds one number throughout: 4.0 has exactly 0, but 0.1 may get some 1e-8, and need not be
        repaired.
    """
    raise NotImplementedError("measure mean and standard deviation of each column")


def standardize(rows: torch.Tensor, mean: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
    """Return rows, of the training or new, with each column standardised by the given numbers.

    Args:
        rows: shape (m, d), of any number of rows; finite where the standard deviation is above 0.
        mean: shape (d,), of the same dtype.
        std: shape (d,), of the same dtype, each at least 0.

    Returns:
        Shape (m, d), of the same dtype. A column whose standard deviation is 0 tells nothing: it becomes 0 in every
        row, whatever the row holds there, also where that is infinite or NaN. A standard deviation above 0 is taken as
        it is, however small.
    """
    raise NotImplementedError("bring every column to the training rows' scale")


def undo(standardized: torch.Tensor, mean: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
    """Return the rows as they were before they were standardised, up to rounding.

    Args:
        standardized: shape (m, d), as ``standardize`` gives it for this mean and standard deviation.
        mean: shape (d,), of the same dtype.
        std: shape (d,), of the same dtype.

    Returns:
        Shape (m, d), of the same dtype. In a column whose standard deviation is 0, every row gets the mean.
    """
    raise NotImplementedError("go back from standardised values to the original ones")


def share_within_one(values: torch.Tensor) -> float:
    """Return which share of the values lies at most one standard deviation from their mean.

    Args:
        values: shape (n,), float32 or float64, n at least 1.

    Returns:
        A Python float from 0 to 1: the share of the values that lie in [-1, 1], both ends included, once they are
        standardised by their own mean and standard deviation. If all values are equal, that is 1. Where mean or
        standard deviation are rounded, as for values that are all 0.1, a value at an end may count as inside or not.
    """
    raise NotImplementedError("standardise the values and count those from -1 to 1")
