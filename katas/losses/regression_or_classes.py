"""Targets as one number, or as classes.

A label is an integer, be it the quality of a wine or the species of a flower. How a network should predict it depends
on what the integers mean. Where they have an order and the distance between them says something, as with marks from 0
to 9, the network gives one number, and the squared error makes it costlier to be far off. Where they are mere names,
each class gets an output of its own, and the target is one-hot: 1 at the class, 0 elsewhere. Then every confusion is as
bad as any other, as it should be among names.

    label 2 of 4 classes    as one number: [2.0]    one-hot: [0.0, 0.0, 1.0, 0.0]
    squared error           prediction 1.0 costs 1, prediction 0.0 costs 4
    cross entropy           scores 5 0 0 0 cost as much as scores 0 5 0 0: 5.02

Nothing is forbidden here.

Check with:  pytest katas/losses/test_regression_or_classes.py
"""

import torch


def fits_one_number(has_order: bool, has_distance: bool) -> bool:
    """Say whether a label is best predicted as one number (True), or as one of several classes (False).

    Args:
        has_order: whether the label's values have an order: small, medium and large have, colours have none.
        has_distance: whether the difference of two values means something: of 3 and 5 stars it does, of two house
            numbers it may not.
    """
    raise NotImplementedError("decide by order and distance")


def encode(labels: torch.Tensor, classes: int, as_number: bool) -> torch.Tensor:
    """Return the targets that a network is trained with.

    Args:
        labels: shape (n,), int64, from 0 to classes - 1; not every class need occur, and n may be 0. They are left as
            they are.
        classes: how many classes there are, at least 1.
        as_number: whether the label is one number, or else one of the classes.

    Returns:
        float32, on the labels' device: as numbers, shape (n, 1), the labels themselves; else one-hot, shape
        (n, classes).
    """
    raise NotImplementedError("make a column of numbers, or one-hot rows")


def losses(outputs: torch.Tensor, labels: torch.Tensor, as_number: bool) -> torch.Tensor:
    """Return the loss of each sample: the squared error of the number, or the cross entropy of the scores.

    Args:
        outputs: float32 or float64: as numbers, shape (n, 1), the predicted numbers; else shape (n, classes), scores
            (logits) without softmax, however far apart. n may be 0.
        labels: shape (n,), int64, from 0 to classes - 1.
        as_number: as for ``encode``.

    Returns:
        Shape (n,), of the dtype of the outputs; gradients flow from it back to the outputs. Both arguments are left as
        they are.
    """
    raise NotImplementedError("one loss for each sample, with each prediction beside its own label")


def decode(outputs: torch.Tensor, classes: int, as_number: bool) -> torch.Tensor:
    """Return the label that each output stands for: the nearest to a number, or the class with the largest score.

    Args:
        outputs: as for ``losses``. Numbers may be any that are finite, also beyond int64, and none is exactly between
            two labels, though it may be as near to that as the dtype allows. No two scores of a sample are equal,
            though they may differ by little.
        classes: how many classes there are, at least 1: the labels are 0 to classes - 1.
        as_number: as for ``encode``.

    Returns:
        Shape (n,), int64, each from 0 to classes - 1. The outputs are left as they are.
    """
    raise NotImplementedError("round to a label that exists, or find the largest score")
