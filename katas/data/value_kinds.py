"""Three kinds of values, and how each becomes numbers for a network.

A column of a table holds values of one kind, whether they are written as numbers or as words:

    continuous    ordered, and differences or ratios mean something: 2000 kg is twice 1000 kg
    ordinal       ordered, but the distances mean nothing fixed: small, medium, large
    categorical   neither: Europe, Japan, USA; a number for one of these is only a name

A network takes continuous values as they are. For categorical values it gets a column of zeros and ones for each value
that there is (one-hot). Where that would be too many columns, it gets a table of vectors to look the value up in (an
embedding). Ordinal values are treated in one of these two ways: as numbers, if the same step is to count the same
everywhere, and else as categories.

    weight [1500., 900.] as it is, beside origin ["USA", "Japan"] as one-hot with levels ["Europe", "Japan", "USA"]:
    [[1500., 0., 0., 1.],
     [ 900., 0., 1., 0.]]

Check with:  pytest katas/data/test_value_kinds.py
"""

from collections.abc import Mapping, Sequence

import torch


def kind(ordered: bool, distances: bool) -> str:
    """Return the kind of a column's values.

    Args:
        ordered: whether of two different values one is the greater.
        distances: whether differences or ratios of values mean something.

    Returns:
        "continuous", "ordinal" or "categorical".

    Raises:
        ValueError: if distances mean something and the values are not ordered, which cannot be.
    """
    raise NotImplementedError("tell the three kinds apart by the two properties")


def representation(kind: str, count: int, as_numbers: bool, widest: int) -> str:
    """Return how a column is to be given to a network.

    Args:
        kind: "continuous", "ordinal" or "categorical".
        count: how many different values the column can have.
        as_numbers: for an ordinal column only, whether its values are to count as numbers; for a column of another kind
            it changes nothing.
        widest: how many columns of zeros and ones are still acceptable for one column of the table.

    Returns:
        "as is", "one-hot" or "embedding".

    Raises:
        ValueError: if ``kind`` is none of the three.
    """
    raise NotImplementedError("choose by the kind, then by how many values there are")


def features(
    columns: Mapping[str, torch.Tensor | Sequence[str]],
    levels: Mapping[str, Sequence[str] | Sequence[float]],
    device: torch.device,
) -> torch.Tensor:
    """Return a table as a matrix: a row for each row of the table, with each column as it is or as one-hot.

    Args:
        columns: at least one column by its name, each of n values, n at least 1: a tensor of shape (n,) on ``device``,
            of any floating or integer dtype, or n words. They are left as they are.
        levels: for each column that is to be one-hot, all values that it can have, at least one: different words for a
            column of words, different whole numbers, as int or float, for a column of numbers. Not all of them need
            occur in the table. Each name is that of a column.
        device: where the matrix is to be made.

    Returns:
        Shape (n, d), float32, on ``device``, with memory of its own. Behind one another, in the order of ``columns``:
        for a column without levels its numbers, one column of the matrix; for a column with levels a column of the
        matrix for each level, in the order of the levels, with 1 where the table has that value and 0 elsewhere.

    Raises:
        ValueError: if a value is not among its column's levels (6.5 is not, where the levels are 6 and 7), or if a
            column of words has no levels.
    """
    raise NotImplementedError("turn each column into one or more columns of numbers, and put them side by side")
