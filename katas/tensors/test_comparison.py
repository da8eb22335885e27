"""Comparisons of tensors: one answer for all, or one for each element."""

import math

import pytest
import torch

from dojo import check, draw
from katas.tensors import comparison


@pytest.mark.concept("ops.comparison")
def test_equal_tensors_give_one_true(device):
    """Whether two tensors are equal is one question, and its answer is one bool."""
    x = draw.normal(draw.sizes(2), device=device)
    y = draw.laid_out(x, "transposed")
    check.equal(
        comparison.identical(x, y),
        True,
        mistakes={
            "this is one truth value for each element; the question is about all of them": x == y,
            "this is a tensor that holds the truth value; make it a Python bool": (x == y).all(),
            "x and y hold the same elements in another tensor, another layout: that is equal too": False,
        },
    )


@pytest.mark.concept("ops.comparison")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_one_different_element_makes_them_different(device, dtype):
    """One element that differs, if only in the last digit or by its place, makes two tensors different."""
    x = draw.distinct(draw.sizes(2), device=device, dtype=dtype) + 1.0
    other = x.clone()
    other[-1, -1] = -1.0
    check.equal(
        comparison.identical(x, other),
        False,
        mistakes={
            "one element differs, which is enough: every one of them must be equal": True,
            "this is a tensor that holds the truth value; make it a Python bool": torch.tensor(False, device=device),
        },
    )
    neighbour = torch.nextafter(x, torch.zeros_like(x))
    check.equal(
        comparison.identical(x, neighbour),
        False,
        mistakes={"the elements differ in the last digit; compare without a tolerance": True},
    )
    unknown = torch.tensor([1.0, math.nan], device=device, dtype=dtype)
    check.equal(
        comparison.identical(unknown, unknown),
        False,
        what="of a tensor that holds NaN and itself, the answer",
        mistakes={"a NaN equals nothing, itself included: compare the elements, not the objects": True},
    )
    flipped = x.flip(1)
    check.equal(
        comparison.identical(x, flipped),
        False,
        mistakes={"these are the same elements in another order: each has to equal the one at its own place": True},
    )


@pytest.mark.concept("ops.comparison")
def test_tensors_of_different_shapes_are_different(device):
    """Equality asks for one shape: it does not broadcast, though == does."""
    n, m = draw.sizes(2)
    row = draw.normal((m,), device=device)
    for x, y in (
        (row, row.expand(n, m)),
        (row.expand(n, m), row),
        (row, row.reshape(m, 1)),
        (row[:1], row[0]),
        (row[:0], row[:1]),
        (row.new_empty((0, n)), row.new_empty((0, m))),
    ):
        check.equal(
            comparison.identical(x, y),
            False,
            mistakes={f"the shapes differ, {tuple(x.shape)} and {tuple(y.shape)}; == broadcasts them or raises": True},
        )


@pytest.mark.concept("ops.comparison")
def test_two_empty_tensors_of_one_shape_are_equal(device):
    """Two empty tensors of one shape are equal: there is no element that differs."""
    x = draw.normal((0, draw.integer(1, 5)), device=device)
    check.equal(comparison.identical(x, x.clone()), True)


@pytest.mark.concept("ops.comparison")
def test_a_tensor_with_nan_equals_nothing(device):
    """NaN is not equal to itself, so a tensor with a NaN is not even equal to its own copy."""
    x = draw.normal(draw.sizes(2), device=device)
    x[-1, 0] = math.nan
    check.equal(
        comparison.identical(x, x.clone()),
        False,
        mistakes={"a NaN equals nothing, itself included; x holds one": True},
    )


@pytest.mark.concept("ops.comparison")
@pytest.mark.concept("dtype.bool")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_a_comparison_gives_a_truth_value_for_each_element(device, dtype):
    """A comparison of two tensors gives a tensor of dtype bool, with one truth value for each element."""
    shape = draw.sizes(2, low=3)
    x = draw.normal(shape, device=device, dtype=dtype)
    expected = draw.integers(shape, 0, 1, device=device, dtype=torch.bool)
    expected[0, 0], expected[0, 1] = True, False
    y = torch.where(expected, x, x + 1.0)
    check.equal(
        comparison.matches(x, y),
        expected,
        mistakes={"the answer is turned round: True means that they are equal": ~expected},
    )


@pytest.mark.concept("ops.comparison")
def test_nan_equals_nothing_so_it_must_be_asked_for(device):
    """NaN equals nothing, NaN included: isnan finds it, == does not."""
    nan, inf = math.nan, math.inf
    x = torch.tensor([1.0, nan, nan, 2.0, nan, 0.0, inf, inf, -inf, nan, 3.0], device=device)
    y = torch.tensor([1.0, nan, 2.0, nan, 0.0, nan, inf, -inf, -inf, inf, 4.0], device=device)
    expected = [True, True, False, False, False, False, True, False, True, False, False]

    def but(**places: bool) -> torch.Tensor:
        changed = {int(place.removeprefix("at_")): value for place, value in places.items()}
        return torch.tensor([changed.get(i, value) for i, value in enumerate(expected)], device=device)

    check.equal(
        comparison.matches(x, y),
        but(),
        mistakes={
            "NaN does not equal NaN for ==; ask with isnan where both are NaN": but(at_1=False),
            "NaN in x is enough here; a match asks for NaN in both": but(at_2=True, at_4=True, at_9=True),
            "NaN in y is enough here; a match asks for NaN in both": but(at_3=True, at_5=True),
            "NaN in one of them is enough here; a match asks for NaN in both": but(
                at_2=True, at_3=True, at_4=True, at_5=True, at_9=True
            ),
            "NaN became 0, and matches a 0 that was there": but(at_4=True, at_5=True),
            "infinity minus infinity is NaN, not 0; compare x with y": but(at_6=False, at_8=False),
            "infinity minus infinity is NaN, not 0, and two infinities of one sign match": but(
                at_6=False, at_7=True, at_8=False
            ),
        },
    )


@pytest.mark.concept("ops.comparison")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_equal_means_equal_to_the_last_digit(device, dtype):
    """Two floating-point numbers that differ in the last digit are different numbers."""
    x = draw.laid_out(draw.normal(draw.sizes(2), device=device, dtype=dtype) + 9.0, "sliced")
    y = torch.nextafter(x, torch.full_like(x, 99.0))
    check.equal(
        comparison.matches(x, y),
        torch.zeros_like(x, dtype=torch.bool),
        mistakes={
            "this compares with a tolerance; a match is exact": torch.ones_like(x, dtype=torch.bool),
        },
    )


@pytest.mark.concept("ops.comparison")
def test_computed_numbers_are_compared_with_a_tolerance(device):
    """0.1 + 0.2 is not 0.3 in floating point: computed numbers are compared with a tolerance."""
    x = torch.tensor([0.1 + 0.2, 1.0, -2.0, -2.0, 7.0, 7.0, 7.0], dtype=torch.float64, device=device)
    gaps = torch.tensor([0.1 + 0.2 - 0.3, 0.0, 1e-10, -7.0, 1e-7, 9e-7, 5e-5], dtype=torch.float64, device=device)
    y = x - gaps
    expected = torch.tensor([True, True, True, False, False, False, False], device=device)
    check.equal(
        comparison.within(x, y, 1e-9),
        expected,
        mistakes={
            "this compares exactly; numbers as near as the tolerance count as well": x == y,
            "an x that lies far below y counts as near: take the absolute value of the difference": x - y <= 1e-9,
            "a relative tolerance is added: isclose has rtol=1e-5 unless told otherwise": (
                torch.isclose(x, y, atol=1e-9)
            ),
            "this ignores the tolerance given, and takes one of its own": torch.isclose(x, y, rtol=0.0, atol=1e-6),
            "the difference is lost in float32; compare in the dtype of the elements": (
                (x.float() - y.float()).abs() <= 1e-9
            ),
            "the answer is turned round: True means that they are near": ~expected,
        },
    )


@pytest.mark.concept("ops.comparison")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_the_tolerance_is_a_distance_whatever_the_size_of_the_numbers(device, dtype):
    """An absolute tolerance is a distance: the same for 1 and for 1000, and itself still allowed."""
    # Powers of two, so that each distance is exact.
    x = torch.tensor([[1.0, 1024.0, 1024.0], [-8.0, 0.0, 0.0]], dtype=dtype, device=device)
    x = draw.laid_out(x, "transposed")
    y = torch.tensor([[1.25, 1024.25, 1024.5], [-7.75, -0.25, 0.375]], dtype=dtype, device=device)
    expected = torch.tensor([[True, True, False], [True, True, False]], device=device)
    check.equal(
        comparison.within(x, y, 0.25),
        expected,
        mistakes={
            "a distance of at most the tolerance is allowed, the tolerance itself included: <=, not <": (
                torch.zeros_like(expected)
            ),
            "the tolerance is taken as a share of the number; it is a distance": (x - y).abs() <= 0.25 * y.abs(),
            "the tolerance is taken as a share of the number, and as a distance on top": (
                (x - y).abs() <= 0.25 + 0.25 * y.abs()
            ),
        },
    )


@pytest.mark.concept("ops.comparison")
def test_max_finds_the_largest_of_all_elements(device):
    """Without an axis, max() gives the largest of all elements, in a tensor without axes."""
    n, m = draw.sizes(2, low=3)
    x = draw.distinct((n, m), device=device) - n * m  # below 0, all of it
    y = x + draw.distinct((n, m), device=device) + 0.5
    found = check.parts(comparison.maxima(x, y), 4)
    every = [value for row in x.tolist() for value in row]
    check.equal(
        found[0],
        torch.tensor(max(every), device=device),
        what="the first result, the largest element of x,",
        mistakes={
            "this starts from 0, which is more than any element of x": torch.tensor(0.0, device=device),
            "this is the smallest element of x": torch.tensor(min(every), device=device),
            "this is the largest element of x and y together": torch.maximum(x, y).max(),
        },
    )


@pytest.mark.concept("ops.comparison")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_max_along_an_axis_finds_the_largest_and_where_it_stands(device, layout):
    """Along an axis, max() gives two tensors: the largest of each row, and the columns in which they stand."""
    n, m = draw.sizes(2, low=3)
    values = draw.distinct((n, m), device=device, dtype=torch.float64)
    values[0, 0], values[1, 1] = n * m + 0.5, n * m + 1.5  # so that the row maxima stand in different columns
    x = draw.laid_out(values, layout)
    y = draw.normal((n, m), device=device, dtype=torch.float64)
    found = check.parts(comparison.maxima(x, y), 4)
    rows = x.tolist()
    largest = torch.tensor([max(row) for row in rows], device=device, dtype=torch.float64)
    columns = torch.tensor([row.index(max(row)) for row in rows], device=device)
    check.equal(
        found[1],
        largest,
        what="the second result, the row maxima,",
        mistakes={
            "this is the largest of each column: the axis to go along is the last, dim=1": x.max(dim=0).values,
            "values and columns are swapped: max(dim=1) gives the values first": columns,
            "this is the smallest of each row": x.min(dim=1).values,
        },
    )
    check.equal(
        found[2],
        columns,
        what="the third result, the columns of the row maxima,",
        mistakes={
            "these positions are counted through the whole tensor; count within each row": (
                columns + m * torch.arange(n, device=device)
            ),
            "these positions are counted from 1": columns + 1,
            "these are positions within columns: the axis to go along is the last, dim=1": x.argmax(dim=0),
        },
    )


@pytest.mark.concept("ops.comparison")
def test_max_of_two_tensors_takes_the_larger_of_each_two_elements(device):
    """Given two tensors, max() goes element by element, and gives a tensor of their shape and dtype."""
    shape = draw.sizes(2, low=3)
    x = draw.distinct(shape, device=device)
    y = draw.distinct(shape, device=device) + 0.5
    found = check.parts(comparison.maxima(x, y), 4)
    pairs = zip(x.flatten().tolist(), y.flatten().tolist(), strict=True)
    check.equal(
        found[3],
        torch.tensor([max(pair) for pair in pairs], device=device).reshape(shape),
        what="the fourth result, the larger of each two elements,",
        mistakes={
            "this is the smaller of each two elements": torch.minimum(x, y),
            "this says where x is larger; take the larger element itself": x > y,
            "this is x itself": x,
            "this is y itself": y,
        },
    )
