"""A new tensor takes its shape, its dtype and its device from a tensor that is there."""

import pytest
import torch

from dojo import check, draw
from katas.tensors import creation

DTYPES = (torch.float32, torch.float64, torch.int64, torch.float16)


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
def test_the_elements_of_the_other_tensor_do_not_matter(device):
    """Only shape, dtype and device are taken over: NaN times zero is NaN, so the elements may play no part."""
    like = draw.normal((3, 4), device=device)
    like[0, 0], like[1, 2] = float("nan"), float("inf")
    value = 1.5
    check.equal(
        creation.filled(like, value),
        torch.tensor([[value] * 4] * 3, device=device),
        mistakes={"this was computed from the elements of like: NaN times zero is NaN": like * 0 + value},
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
    check.tensor(creation.filled(like, 2.0), shape=shape, dtype=torch.float64, device=device)
    check.tensor(creation.numbered(like), shape=shape, dtype=torch.float64, device=device)


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_linspace_includes_both_ends(device, dtype):
    """The factory linspace counts the points and includes both ends; arange takes a step and stops before its end."""
    low, high, count = draw.integer(-9, -2) - 0.3, draw.integer(2, 9) + 0.1, draw.integer(4, 9)
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
        },
    )


@pytest.mark.concept("ops.creation")
def test_two_points_are_the_two_ends(device):
    """The smallest case: two points are the two ends."""
    low, high = -0.5, draw.integer(1, 9) + 0.25
    like = draw.normal((3,), device=device)
    check.close(creation.sample_points(low, high, 2, like), torch.tensor([low, high], device=device))


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
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_matrix_with_one_more_column_is_a_new_matrix(device, layout):
    """The matrix that was joined stays as it is, and may lie in memory in any way."""
    x = draw.laid_out(draw.distinct(draw.sizes(2), device=device) + 2, layout)
    with check.unchanged(x):
        result = creation.with_ones_column(x)
    check.equal(result, torch.tensor([[*row, 1.0] for row in x.tolist()], device=device))
    check.own_memory(result, x)


@pytest.mark.concept("ops.creation")
def test_a_new_tensor_goes_to_the_device_of_the_other():
    """A factory uses the default device, mostly the CPU, unless you hand it the device of your data."""
    like = torch.empty(3, 2, device="meta")  # a second device, even where there is no GPU
    result = creation.filled(like, 1.0)
    check.tensor(result, shape=(3, 2), dtype=torch.float32, device="meta")
