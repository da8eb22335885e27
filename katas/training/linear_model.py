"""A linear model, and all that it takes to fit it.

A linear model predicts a number from several inputs. Each input has a weight, and there is one bias: the prediction is
the sum of all inputs, each times its weight, plus the bias. A weight says how strongly its input acts: one unit more of
the input, and the prediction rises by the weight. The bias is the prediction where all inputs are 0.

To fit it takes training data, a model, and an automatic way to change the model: gradient descent on the mean squared
error, the mean over all rows of (prediction - target)^2. It starts with weights and bias 0. Each step moves all of them
at once, by the learning rate times the gradient, downhill.

Inputs of very different sizes have no learning rate in common. So descend on standardised columns, and then translate
weights and bias, so that they take the features as they were given:

    features [[1], [3]]    targets [2, 8]      the line through both points is 3 * x - 1
    standardised           [[-1], [1]]         mean 2, standard deviation 1, which is the biased one: divide by n
    gradients              -6 and -10          at weight 0 and bias 0
    after one step         3 and 5             with the learning rate 0.5: the prediction is 3 * standardised + 5
    translated             3 and -1            3 * (x - 2) / 1 + 5 is 3 * x - 1

All tensors have one dtype, float32 or float64, and lie on one device, and results do too. No tensor that is given or
returned requires grad. No function changes its inputs.

Not allowed in ``gradients``: autograd. Derive the two formulas on paper.

Check with:  pytest katas/training/test_linear_model.py
"""

import torch


def predict(features: torch.Tensor, weights: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """Return the prediction for each row.

    Args:
        features: shape (n, d), the d inputs of one example a row; n and d at least 1.
        weights: shape (d,).
        bias: shape (), a tensor without axes.

    Returns:
        Shape (n,).
    """
    raise NotImplementedError("for each row, add up the inputs times their weights, and the bias")


def gradients(
    features: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor, bias: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the derivatives of the mean squared error by the weights and by the bias.

    Args:
        features: shape (n, d), as for ``predict``.
        targets: shape (n,), what is to be predicted for each row.
        weights: shape (d,).
        bias: shape ().

    Returns:
        The derivatives by the weights, of shape (d,), and by the bias, of shape ().
    """
    raise NotImplementedError("write the derivatives of the mean squared error as formulas")


def fit(
    features: torch.Tensor, targets: torch.Tensor, learning_rate: float, steps: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return weights and bias after gradient descent on the standardised features.

    Args:
        features: shape (n, d), n at least 2, of any size and unit; no column has the same number in all rows.
        targets: shape (n,).
        learning_rate: the size of a step, larger than 0.
        steps: how many steps to take, each on all rows; may be 0.

    Returns:
        Weights of shape (d,) and a bias of shape (), which together with ``features`` as they were given, not
        standardised, make the predictions. They are those after exactly this many steps, up to rounding.
    """
    raise NotImplementedError("standardise, take the steps, and translate weights and bias")
