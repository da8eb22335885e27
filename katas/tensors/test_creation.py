"""A new tensor takes its shape, its dtype and its device from a tensor that is there."""

import itertools
import math

import numpy as np
import pytest
import torch

from dojo import check, draw
from katas.tensors import creation

DTYPES = (torch.float32, torch.float64, torch.int64, torch.float16, torch.uint8)


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_a_factory_makes_a_tensor_of_one_value_in_the_shape_and_dtype_of_another(device, dtype):
    """torch.full, zeros and ones take a shape; their dtype fits to another tensor only if you say so."""
    like = draw.integers(draw.sizes(2), 5, 9, device=device, dtype=dtype)
    value = draw.integer(2, 4)
    check.equal(
        creation.filled(like, value),
        torch.tensor([[value] * like.shape[1]] * like.shape[0], dtype=dtype, device=device),
        mistakes={
            "torch.full picked the dtype by the value: dtype=like.dtype tells it": torch.full(
                like.shape, value, dtype=torch.int64, device=device
            ),
            "this is float32, torch's default: dtype=like.dtype tells it": torch.full(
                like.shape, value, dtype=torch.float32, device=device
            ),
            "these are ones: each element must be value": torch.ones_like(like),
            "these are zeros: each element must be value": torch.zeros_like(like),
        },
    )


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize(
    ("value", "dtype", "through"),
    [
        (0.1, torch.float64, torch.float32),
        (2**53 + 1, torch.int64, torch.float64),
        (2**24 + 1, torch.int64, torch.float32),
        (True, torch.bool, torch.uint8),
    ],
    ids=str,
)
def test_the_value_is_as_exact_as_the_dtype_allows(device, value, dtype, through):
    """Name the dtype when the tensor is made: digits that a narrower dtype lost on the way do not come back."""
    like = torch.zeros(2, dtype=dtype, device=device)
    expected = torch.tensor([value, value], dtype=dtype, device=device)
    passed = torch.tensor([value, value], dtype=through, device=device)
    check.equal(
        creation.filled(like, value),
        expected,
        mistakes={
            f"the value went through {str(through)[6:]} and lost digits there: dtype=like.dtype at once": passed.to(
                dtype
            ),
            "bool is a dtype too: dtype=like.dtype": torch.ones(2, dtype=torch.uint8, device=device),
        },
    )


@pytest.mark.concept("ops.creation")
def test_the_elements_of_the_other_tensor_do_not_matter(device):
    """Only shape, dtype and device are taken over: NaN times zero is NaN, so the elements may play no part."""
    like = draw.laid_out(draw.normal((3, 4), device=device), "sliced")
    like[0, 0], like[1, 2] = float("nan"), float("inf")
    value = 1.5
    check.equal(
        creation.filled(like, value),
        torch.tensor([[value] * 4] * 3, device=device),
        mistakes={"this was computed from the elements of like: NaN times zero is NaN": like * 0 + value},
    )


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize(
    ("dtype", "value"), [(torch.float64, 0.1), (torch.int64, 2**53 + 1), (torch.int8, -3), (torch.bool, True)], ids=str
)
def test_a_value_arrives_as_exactly_as_the_dtype_can_hold_it(device, dtype, value):
    """A value that goes through a narrower dtype loses digits for good: a later cast does not bring them back."""
    for shape, values in (((2,), [value, value]), ((), value)):
        check.equal(
            creation.filled(torch.zeros(shape, dtype=dtype, device=device), value),
            torch.tensor(values, dtype=dtype, device=device),
            mistakes={
                "the value went through float32, and lost digits: name the dtype at once": torch.tensor(
                    values, dtype=torch.float32, device=device
                ).to(dtype),
                "the value went through float64, which cannot hold all int64: name the dtype at once": torch.tensor(
                    values, dtype=torch.float64, device=device
                ).to(dtype),
            },
        )


@pytest.mark.concept("ops.creation")
def test_a_filled_tensor_is_a_new_one(device):
    """A factory makes a new tensor; the one that it follows is left alone."""
    like = draw.normal(draw.sizes(2), device=device)
    with check.unchanged(like):
        result = creation.filled(like, 3.0)
    check.own_memory(result, like)


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_arange_counts_and_reshape_gives_the_numbers_their_places(device, dtype):
    """The factory arange counts from 0 in one row; reshape puts the numbers in place, the last index moving fastest."""
    rows, columns = draw.sizes(2, low=3)
    like = draw.integers((rows, columns), 5, 9, device=device, dtype=dtype)
    numbers = torch.tensor([[columns * i + j for j in range(columns)] for i in range(rows)], device=device)
    down = torch.tensor([[rows * j + i for j in range(columns)] for i in range(rows)], device=device)
    row_numbers = torch.tensor([[i] * columns for i in range(rows)], device=device)
    check.equal(
        creation.numbered(like),
        numbers.to(dtype),
        mistakes={
            "torch.arange counts in int64 unless told: dtype=like.dtype": numbers,
            "the first number is 0: counting begins there": numbers.to(dtype) + 1,
            "the first index moves fastest here: in reading order it is the last": down.to(dtype),
            "these are the row numbers: each element has its own number": row_numbers.to(dtype),
        },
    )


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_the_numbers_run_in_reading_order_whatever_the_layout_of_the_other_tensor(device, layout):
    """Reading order goes by the indices; how another tensor lies in memory plays no part."""
    a, b, c = draw.sizes(3)
    like = draw.laid_out(draw.normal((a, b, c), device=device), layout)
    numbers = [[[float(b * c * i + c * j + k) for k in range(c)] for j in range(b)] for i in range(a)]
    down = [[[float(a * b * k + a * j + i) for k in range(c)] for j in range(b)] for i in range(a)]
    with check.unchanged(like):
        result = creation.numbered(like)
    check.equal(
        result,
        torch.tensor(numbers, device=device),
        mistakes={
            "the numbers run in the order in which like lies in memory, not in reading order": torch.tensor(
                down, device=device
            )
        },
    )


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (1, 2, 3)], ids=str)
def test_a_factory_takes_any_shape(device, shape):
    """A shape may have no axes at all, and a size may be 0."""
    like = torch.ones(shape, dtype=torch.float64, device=device)
    count, value = like.numel(), draw.integer(2, 9) + 0.5

    def shaped(values):
        return torch.tensor(values, dtype=torch.float64, device=device).reshape(shape)

    values, numbers = shaped([value] * count), shaped([float(i) for i in range(count)])
    check.equal(creation.filled(like, value), values)
    check.equal(creation.numbered(like), numbers)


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize("dtype", [torch.float16, torch.int64], ids=str)
def test_counting_goes_on_as_far_as_the_dtype_holds_the_numbers(device, dtype):
    """Count first and convert last: float16 holds 2048, but not the 2049 that counting from 1 comes to."""
    like = torch.zeros((3, 683), dtype=dtype, device=device)
    numbers = torch.tensor([[float(683 * i + j) for j in range(683)] for i in range(3)], device=device).to(dtype)
    check.equal(
        creation.numbered(like),
        numbers,
        mistakes={
            "the numbers were computed in float16, which beyond 2048 counts in twos: count first, convert last": (
                (numbers + 1).to(dtype) - 1
            ),
            "the numbers begin anew at 256: they were counted in 8 bits": numbers % 256,
        },
    )


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16], ids=str)
@pytest.mark.parametrize("side", ["across 0", "above 0", "below 0"])
def test_linspace_includes_both_ends(device, dtype, side):
    """The factory linspace counts the points and includes both ends; arange takes a step and stops before its end."""
    low, high, count = draw.integer(-9, -2) - 0.3, draw.integer(2, 9) + 0.1, draw.integer(4, 9)
    shift = {"across 0": 0, "above 0": 0.8 - low, "below 0": -0.8 - high}[side]
    low, high = low + shift, high + shift
    like = draw.normal((2, 3), device=device, dtype=dtype)

    def points(first, step, count=count):
        return torch.tensor([first + step * i for i in range(count)], dtype=dtype, device=device)

    step, short = (high - low) / (count - 1), (high - low) / count
    check.close(
        creation.sample_points(low, high, count, like),
        points(low, step),
        mistakes={
            "the last point is not high: between count points there are count - 1 steps": points(low, short),
            "high is missing: arange stops before its end": points(low, step, count - 1),
            "this is one point more than count: count says how many points, not how many steps": points(
                low, short, count + 1
            ),
            "these are the middles of count intervals: the first point is low, the last is high": points(
                low + short / 2, short
            ),
            "the points begin at 0, not at low": points(0.0, high / (count - 1)),
            "the points were made in float32 first and widened too late: name the dtype at once": torch.linspace(
                low, high, count, device=device
            ).to(dtype),
            "neighbours have equal ratios here: asked are equal distances": lambda: torch.logspace(
                math.log10(low), math.log10(high), count, dtype=dtype, device=device
            ),
        },
        **({"rtol": 0.0, "atol": 0.05} if dtype == torch.float16 else {}),  # a step in float16 is rounded itself
    )


@pytest.mark.concept("ops.creation")
def test_many_points_arrive_at_the_last(device):
    """Each point comes from its number, not from the point before: a sum of many steps gathers their rounding."""
    low, high, count = -0.3, draw.integer(2, 9) + 0.1, 10_001
    like = draw.normal((3,), device=device)
    points = [low + (high - low) * i / (count - 1) for i in range(count)]

    def added_up():
        step = np.full(count - 1, (high - low) / (count - 1), np.float32)
        return torch.from_numpy(np.add.accumulate(np.append(np.float32(low), step))).to(device)

    check.close(
        creation.sample_points(low, high, count, like),
        torch.tensor(points, device=device),
        mistakes={"each step was added to the point before, and their rounding added up": added_up},
    )
    wide = torch.tensor(points, dtype=torch.float64, device=device)
    summed = itertools.accumulate(itertools.repeat((high - low) / (count - 1), count - 1), initial=low)
    check.close(
        creation.sample_points(low, high, count, like.double()),
        wide,
        rtol=0,
        atol=1e-14,
        what="the points in float64",
        mistakes={
            "each step was added to the point before, and their rounding added up": torch.tensor(
                list(summed), dtype=torch.float64, device=device
            )
        },
    )


@pytest.mark.concept("ops.creation")
def test_the_number_of_points_does_not_depend_on_rounding(device):
    """A step is rounded, so an arange to the end is now a point short, now one too long; linspace takes the count."""
    low, high = -0.3, draw.integer(2, 9) + 0.1
    like = draw.normal((3,), device=device)
    for count in range(2, 50):
        check.tensor(creation.sample_points(low, high, count, like), shape=(count,), what=f"the result for {count=}")


@pytest.mark.concept("ops.creation")
def test_two_points_are_the_two_ends(device):
    """The smallest case: two points are the two ends."""
    low, high = -0.5, draw.integer(1, 9) + 0.25
    like = draw.laid_out(draw.normal((3,), device=device), "sliced")
    check.close(creation.sample_points(low, high, 2, like), torch.tensor([low, high], device=device))


@pytest.mark.concept("ops.creation")
def test_the_distances_are_equal_wherever_the_points_lie(device):
    """The distances are equal, not the ratios; whether the points are positive or negative plays no part."""
    like = draw.normal((3,), device=device)

    def points(*values):
        return torch.tensor(values, device=device)

    check.close(
        creation.sample_points(1.0, 100.0, 5, like),
        points(1.0, 25.75, 50.5, 75.25, 100.0),
        mistakes={
            "the ratios are equal here: linspace has equal distances, logspace has equal ratios": points(
                *[100 ** (i / 4) for i in range(5)]
            )
        },
    )
    check.close(creation.sample_points(0.0, 2.0, 3, like), points(0.0, 1.0, 2.0))
    check.close(creation.sample_points(-9.0, -3.0, 4, like), points(-9.0, -7.0, -5.0, -3.0))


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_ones_that_are_joined_to_a_matrix_have_its_dtype(device, dtype):
    """Tensors of two dtypes join to the wider of them, so make the new part in the dtype of the old one."""
    x = draw.integers(draw.sizes(2), 2, 9, device=device, dtype=dtype)
    rows = x.tolist()

    def matrix(lists, dtype=dtype):
        return torch.tensor(lists, dtype=dtype, device=device)

    joined = [[*row, 1] for row in rows]
    check.equal(
        creation.with_ones_column(x),
        matrix(joined),
        mistakes={
            "torch.ones makes float32 unless told, and the result became float32 with it": matrix(
                joined, torch.float32
            ),
            "the ones are in front of the first column; they belong behind the last": matrix(
                [[1, *row] for row in rows]
            ),
            "this is a column of zeros: asked are ones": matrix([[*row, 0] for row in rows]),
        },
    )


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize(
    ("rows", "dtype"),
    [([[0, 2**53 + 1], [1, 2]], torch.int64), ([[0.0, 0.1]], torch.float64)],
    ids=["int64", "float64"],
)
def test_joining_moves_the_elements_as_they_are(device, rows, dtype):
    """Joining moves elements and computes nothing: zeros are harmless, and no digit gets lost."""
    x = torch.tensor(rows, dtype=dtype, device=device)
    joined = torch.tensor([[*row, 1] for row in rows], dtype=dtype, device=device)

    def through(narrow):
        return torch.tensor([[*row, 1] for row in rows], dtype=narrow, device=device).to(dtype)

    check.equal(
        creation.with_ones_column(x),
        joined,
        mistakes={
            "the elements went through float32 and lost digits: join in the dtype of x": through(torch.float32),
            "the elements went through float64 and lost digits: join in the dtype of x": through(torch.float64),
        },
    )


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize("shape", [(0, 2), (2, 0), (3, 3), (3, 1), (1, 3)], ids=str)
def test_a_matrix_of_any_shape_gets_one_column_more(device, shape):
    """One column more, whatever the shape: also for a square matrix, a single column, or no columns at all."""
    x = draw.distinct(shape, device=device)
    joined = torch.tensor([[*row, 1.0] for row in x.tolist()], device=device).reshape(shape[0], shape[1] + 1)
    check.equal(creation.with_ones_column(x), joined)


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize(
    ("dtype", "rows"),
    [
        (torch.float32, [[0.0, -1.5, 3.0], [2.0, 0.0, 0.0], [float("nan"), float("inf"), 1.0]]),
        (torch.int64, [[0, 2**53 + 1], [1, 2]]),
        (torch.int8, [[-128, 127, 0], [1, 0, -1]]),
        (torch.float64, [[0.1], [0.0], [-0.7]]),
    ],
    ids=str,
)
def test_the_elements_play_no_part_in_the_ones_beside_them(device, dtype, rows):
    """What is joined to a matrix depends on its shape and dtype; the elements only move, with all their digits."""
    x = torch.tensor(rows, dtype=dtype, device=device)
    expected = torch.tensor([[*row, 1] for row in rows], dtype=dtype, device=device)
    first = x[:, :1].clone()
    with check.unchanged(x):
        result = creation.with_ones_column(x)
    check.equal(
        result,
        expected,
        mistakes={
            "the ones were computed from the elements of x: zero by zero is no number": lambda: torch.cat(
                [x, first / first], dim=1
            ),
            "the elements went through float32, and lost digits: keep the dtype all the way": expected.float().to(
                dtype
            ),
        },
    )


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize("shape", [(0, 2), (2, 0), (0, 0)], ids=str)
def test_a_matrix_without_rows_or_columns_gets_its_column_too(device, shape):
    """A size of 0 is a size like any other: without columns, the ones are all there is."""
    rows, columns = shape
    x = torch.zeros(shape, device=device)
    check.equal(creation.with_ones_column(x), torch.ones((rows, columns + 1), device=device))


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_matrix_with_one_more_column_is_a_new_matrix(device, layout):
    """The matrix that was joined stays as it is, and may lie in memory in any way."""
    x = draw.laid_out(draw.distinct(draw.sizes(2), device=device) + 2, layout)
    joined = torch.tensor([[*row, 1.0] for row in x.tolist()], device=device)
    with check.unchanged(x):
        result = creation.with_ones_column(x)
    check.equal(result, joined)
    check.own_memory(result, x)


@pytest.mark.concept("ops.creation")
def test_a_new_tensor_goes_to_the_device_of_the_other():
    """A factory uses the default device, mostly the CPU, unless you hand it the device of your data."""
    like = torch.empty(3, 2, device="meta")  # a second device, even where there is no GPU
    result = creation.filled(like, 1.0)
    check.tensor(result, shape=(3, 2), dtype=torch.float32, device="meta")
