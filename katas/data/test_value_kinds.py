"""Continuous, ordinal and categorical values, and how each becomes numbers."""

import pytest
import torch

from dojo import check, draw
from katas.data import value_kinds


@pytest.mark.concept("represent.continuous")
def test_values_are_continuous_where_differences_or_ratios_mean_something():
    """Continuous values are ordered, and their differences or ratios mean something: weight, horsepower, seconds."""
    check.equal(
        value_kinds.kind(ordered=True, distances=True),
        "continuous",
        mistakes={
            "an order is not all: where differences or ratios mean something, values are continuous": ("ordinal"),
            "a number for one of these is more than a name: it has an order and distances": "categorical",
        },
    )


@pytest.mark.concept("represent.ordinal")
def test_values_are_ordinal_where_there_is_an_order_but_no_distance():
    """Ordinal values are ordered, but their distances mean nothing fixed: small, medium, large."""
    check.equal(
        value_kinds.kind(ordered=True, distances=False),
        "ordinal",
        mistakes={
            "continuous values are also ordered; without distances that mean something, it is an order only": (
                "continuous"
            ),
            "an order is more than a name has: categorical values have none": "categorical",
        },
    )


@pytest.mark.concept("represent.categorical")
def test_values_are_categorical_where_they_are_only_names():
    """Categorical values have neither order nor arithmetic, even where they are written as numbers, as post codes."""
    check.equal(
        value_kinds.kind(ordered=False, distances=False),
        "categorical",
        mistakes={"ordinal values are ordered; here there is no order": "ordinal"},
    )


@pytest.mark.concept("represent.continuous")
def test_distances_without_an_order_cannot_be():
    """Where differences mean something, one value lies above the other: distances bring an order with them."""
    with check.raises(ValueError, "distances mean something and the values are not ordered"):
        value_kinds.kind(ordered=False, distances=True)


@pytest.mark.concept("represent.decision")
@pytest.mark.parametrize("as_numbers", [True, False])
def test_continuous_values_are_taken_as_they_are(as_numbers):
    """Continuous values go in as they are, however many or few there are."""
    widest = draw.integer(5, 20)
    for count in (2, widest + 1, 10_000):
        check.equal(
            value_kinds.representation("".join(["contin", "uous"]), count, as_numbers, widest),  # equal, not identical
            "as is",
            mistakes={
                "continuous values are taken as they are, however few there are": "one-hot",
                "continuous values are taken as they are, however many there are": "embedding",
            },
        )


@pytest.mark.concept("represent.decision")
def test_few_categories_become_one_hot():
    """Categories become one-hot, whether their names are words or numbers: a network must not calculate with names."""
    widest = draw.integer(5, 20)
    for as_numbers in (False, True):
        for count in (2, widest - 1):
            check.equal(
                value_kinds.representation("categorical", count, as_numbers, widest),
                "one-hot",
                mistakes={
                    "a category's number is only a name: as_numbers is for ordinal values": "as is",
                    "these are few values: one-hot needs no table of vectors": "embedding",
                },
            )


@pytest.mark.concept("represent.decision")
@pytest.mark.concept("represent.embedding")
def test_many_categories_become_an_embedding():
    """Where one-hot grows unwieldy, an embedding takes its place: a vector for each value, looked up by its number."""
    widest = draw.integer(5, 20)
    for as_numbers in (False, True):
        for count in (widest + 1, 50_000):
            check.equal(
                value_kinds.representation("categorical", count, as_numbers, widest),
                "embedding",
                mistakes={
                    "one-hot would make too many columns here: count is above widest": "one-hot",
                    "a category's number is only a name: as_numbers is for ordinal values": "as is",
                },
            )


@pytest.mark.concept("represent.decision")
def test_the_widest_one_hot_is_still_one_hot():
    """A limit says which side it belongs to: as many columns as are acceptable are still acceptable."""
    for widest in (1, 4, draw.integer(11, 99)):
        check.equal(
            value_kinds.representation("categorical", widest, False, widest),
            "one-hot",
            mistakes={"count equals widest, which is still acceptable": "embedding"},
        )


@pytest.mark.concept("represent.decision")
@pytest.mark.concept("represent.ordinal")
def test_ordinal_values_that_count_as_numbers_are_taken_as_they_are():
    """Ordinal values may be taken as numbers: then the same step counts the same everywhere."""
    widest = draw.integer(5, 20)
    for count in (3, widest + 1):
        check.equal(
            value_kinds.representation("".join(["ordi", "nal"]), count, True, widest),  # equal, not identical
            "as is",
            mistakes={
                "as_numbers says that its values are to count as numbers, and numbers are taken as they are": "one-hot",
                "its values are to count as numbers, however many there are": "embedding",
            },
        )


@pytest.mark.concept("represent.decision")
@pytest.mark.concept("represent.ordinal")
def test_ordinal_values_that_do_not_count_as_numbers_are_categories():
    """Ordinal values may be treated as categories: then no distance is claimed, and the order is given up as well."""
    widest = draw.integer(5, 20)
    for count, expected in ((3, "one-hot"), (widest, "one-hot"), (widest + 1, "embedding")):
        check.equal(
            value_kinds.representation("ordinal", count, False, widest),
            expected,
            mistakes={
                "an ordinal column is treated as categories if its distances are not to count": "as is",
                "one-hot would make too many columns here: count is above widest": "one-hot",
                "these are few values: one-hot needs no table of vectors": "embedding",
            },
        )


@pytest.mark.concept("represent.decision")
def test_there_are_three_kinds():
    """There are three kinds; a misspelt one is an error, not a category."""
    for wrong in ("nominal", "", "Continuous"):
        with check.raises(ValueError, f"the kind is {wrong!r}"):
            value_kinds.representation(wrong, 3, False, 5)


@pytest.mark.concept("represent.continuous")
def test_numbers_stand_side_by_side_in_the_matrix(device):
    """A row of the matrix is one row of the table: continuous columns stand in it as they are."""
    n = draw.integer(4, 7)
    weight = draw.normal((n,), device=device) * 300 + 1500
    doors = draw.integers((n,), 2, 5, device=device)
    price = draw.normal((n,), device=device, dtype=torch.float64) * 9000
    columns = {"weight": weight, "doors": doors, "price": price}
    with check.unchanged(weight, doors, price):
        matrix = value_kinds.features(columns, {}, device)
    rows = list(zip(weight.tolist(), doors.tolist(), price.tolist(), strict=True))
    expected = torch.tensor(rows, device=device, dtype=torch.float32)
    check.close(
        matrix,
        expected,
        mistakes={
            "this has one row for each column of the table; a row is one row of the table": expected.T,
            "the columns are standardised; here they are taken as they are": (
                lambda: (expected - expected.mean(dim=0)) / expected.std(dim=0)
            ),
            "the columns stand in another order: behind one another in the order of columns": expected[:, [1, 2, 0]],
        },
    )
    alone = value_kinds.features({"weight": weight}, {}, device)
    check.close(alone, expected[:, :1], what="the matrix of one column")
    check.own_memory(alone, weight, mistake="to change the matrix would change the table: copy the column")


@pytest.mark.concept("represent.categorical")
@pytest.mark.concept("represent.decision")
def test_each_category_has_a_column_of_its_own(device):
    """One-hot has a column for each level, in their order, also for a level that does not occur in this table."""
    order = ["USA", "Africa", "Japan", "Europe"]
    origin = ["Japan", "USA", "Europe", "Europe", "USA", "USA"]  # no Africa
    expected = torch.tensor([[float(value == level) for level in order] for value in origin], device=device)
    place = [order.index(value) for value in origin]
    check.close(
        value_kinds.features({"origin": origin}, {"origin": order}, device),
        expected,
        mistakes={
            "this is the place of each value among the levels: a number that is only a name": (
                torch.tensor(place, device=device, dtype=torch.float32).unsqueeze(1)
            ),
            "there are columns for only the values that occur; another table would get other columns": (
                expected[:, [0, 2, 3]]
            ),
            "the order of the levels is another: they need not be sorted": expected[:, [1, 3, 2, 0]],
            "this marks each value and all levels before it: categories have no order": (
                torch.tensor([[float(i <= p) for i in range(4)] for p in place], device=device)
            ),
            "one level has no column: each of the levels gets one": expected[:, :-1],
            "this has one row for each column of the matrix; a row is one row of the table": expected.T,
        },
    )


@pytest.mark.concept("represent.ordinal")
@pytest.mark.concept("represent.decision")
@pytest.mark.parametrize("dtype", [torch.float32, torch.int64], ids=["float32", "int64"])
def test_numbers_can_be_categories(device, dtype):
    """Whether numbers are quantities or names is not in the numbers: it is decided, and the levels say so."""
    order = [6, 3.0, 8.0, 5]  # 3.0 and 3 are one number
    cylinders = [8, 3, 3, 6, 8]
    column = torch.tensor(cylinders, device=device, dtype=dtype)
    with check.unchanged(column):
        matrix = value_kinds.features({"cylinders": column}, {"cylinders": order}, device)
    expected = torch.tensor([[float(value == level) for level in order] for value in cylinders], device=device)
    check.close(
        matrix,
        expected,
        mistakes={
            "its numbers are still there as they are: with levels, the column becomes one-hot": (
                column.to(torch.float32).unsqueeze(1)
            ),
            "the order of the levels is another: they need not be sorted": expected[:, [1, 3, 0, 2]],
        },
    )


@pytest.mark.concept("represent.categorical")
def test_a_value_without_a_level_is_an_error(device):
    """A value that has no column must be an error: a row of zeros would pass for data."""
    with check.raises(ValueError, "a value is not among its column's levels"):
        value_kinds.features({"origin": ["Japan", "Mars"]}, {"origin": ["Europe", "Japan", "USA"]}, device)
    cylinders = torch.tensor([4.0, 7.0, 8.0], device=device)
    with check.raises(ValueError, "a value is not among its column's levels"):
        value_kinds.features({"cylinders": cylinders}, {"cylinders": [4, 6, 8]}, device)
    between = torch.tensor([4.0, 6.5, 7.75], device=device)
    with check.raises(ValueError, "a value lies between two levels: a number that is cut off or rounded is another"):
        value_kinds.features({"cylinders": between}, {"cylinders": [4, 6, 7, 8]}, device)


@pytest.mark.concept("represent.categorical")
def test_words_are_no_quantities(device):
    """Words need levels: numbers made up for them would have an order and distances that the words have not."""
    with check.raises(ValueError, "a column of words has no levels"):
        value_kinds.features({"origin": ["Japan", "USA", "Japan"]}, {}, device)


@pytest.mark.concept("represent.decision")
def test_one_row_is_a_table_too(device):
    """A single row becomes a matrix of one row, with the same columns as any other table."""
    columns = {"size": ["large"], "weight": torch.tensor([2.5], device=device)}
    expected = torch.tensor([[0.0, 0.0, 1.0, 2.5]], device=device)
    check.close(
        value_kinds.features(columns, {"size": ["small", "medium", "large"]}, device),
        expected,
        mistakes={
            "the blocks stand in another order: behind one another in the order of columns": expected[:, [3, 0, 1, 2]],
        },
    )


@pytest.mark.concept("represent.decision")
def test_cars_become_a_matrix(device, cars):
    """A real table has columns of several kinds, and each becomes numbers in its own way."""
    origins, counts = ["Japan", "USA", "Europe"], [3, 4, 5, 6, 8]
    rows = slice(0, 392, 4)
    columns = {"origin": cars["origin"][rows]} | {
        name: cars[name][rows].to(device) for name in ("weight", "cylinders", "acceleration")
    }
    levels = {"cylinders": counts, "origin": origins}  # in another order than the columns
    parts = [cars[name][rows] for name in ("origin", "weight", "cylinders", "acceleration")]
    expected = torch.tensor(
        [
            [*(float(origin == o) for o in origins), weight, *(float(cylinders == c) for c in counts), seconds]
            for origin, weight, cylinders, seconds in zip(parts[0], *(part.tolist() for part in parts[1:]), strict=True)
        ],
        device=device,
    )
    matrix = value_kinds.features(columns, levels, device)
    numbers_first = [3, 9, 0, 1, 2, 4, 5, 6, 7, 8]
    by_name = [9, 4, 5, 6, 7, 8, 0, 1, 2, 3]
    check.close(
        matrix,
        expected,
        mistakes={
            "the numbers come first, then one-hot: behind one another in the order of columns": (
                expected[:, numbers_first]
            ),
            "they are sorted by name: behind one another in the order of columns": expected[:, by_name],
        },
    )
