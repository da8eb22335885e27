"""A reduction makes one number of many, over all elements or along one axis."""

import math
import statistics
from collections.abc import Callable

import pytest
import torch

from dojo import check, draw
from katas.tensors import reductions


def along(x: torch.Tensor, axis: int, rule: Callable[[list[float]], float]) -> torch.Tensor:
    """Return what ``rule`` gives for each list of elements along the axis, computed in Python's floats."""
    moved = x.movedim(axis, -1)
    lists = moved.reshape(math.prod(moved.shape[:-1]), moved.shape[-1]).tolist()
    dtype = x.dtype if x.is_floating_point() else torch.float32
    return torch.tensor([rule(elements) for elements in lists], dtype=dtype, device=x.device).reshape(moved.shape[:-1])


@pytest.mark.concept("ops.along-axis")
@pytest.mark.concept("ops.reduction")
@pytest.mark.parametrize("axis", [0, 1])
def test_along_one_axis_the_other_index_stays_and_all_elements_of_that_axis_are_taken(device, axis):
    """Along axis 0 there is one result for each column, along axis 1 one for each row: the named axis goes."""
    x = draw.normal(draw.sizes(2, low=3), device=device, dtype=torch.float64)
    values = x.flatten().tolist()
    means = along(x, axis, statistics.fmean)
    check.close(
        reductions.mean_along(x, axis, keep_axis=False),
        means,
        mistakes={
            "this is the mean of all elements: name the axis": torch.tensor(
                statistics.fmean(values), dtype=x.dtype, device=device
            ),
            "this is the mean along the other axis: the axis that is named is the one that goes": along(
                x, 1 - axis, statistics.fmean
            ),
            "the axis must go from the shape here: keep_axis is False": means.unsqueeze(axis),
            "this is the sum": along(x, axis, math.fsum),
            "the sum was divided by the number of all elements: divide by the size of the axis": along(
                x, axis, lambda elements: math.fsum(elements) / len(values)
            ),
            "this is the median": along(x, axis, statistics.median_low),
        },
    )


@pytest.mark.concept("ops.along-axis")
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_keepdim_leaves_the_axis_in_the_shape_with_size_one(device, axis):
    """With keepdim the axis stays with size 1, so that the result still lines up with the tensor."""
    x = draw.normal(draw.sizes(3, low=3), device=device)
    means = along(x, axis, statistics.fmean)
    check.close(
        reductions.mean_along(x, axis, keep_axis=True),
        means.unsqueeze(axis),
        mistakes={
            "the axis must stay in the shape, with size 1: keep_axis is True": means,
            "a negative axis counts from the end: -1 is the last": along(x, 0, statistics.fmean).unsqueeze(0),
        },
    )


@pytest.mark.concept("ops.reduction")
def test_the_mean_of_integers_is_a_fraction(device):
    """The mean of integers need not be an integer, so they are converted to a floating dtype first."""
    x = draw.integers((3, 4), -9, 9, device=device)
    x[0] = torch.tensor([1, 2, 2, 2])
    check.close(reductions.mean_along(x, 1, keep_axis=False), along(x, 1, statistics.fmean))


@pytest.mark.concept("ops.reduction")
def test_the_mean_of_no_elements_is_nan(device):
    """Along an axis of size 0 there is nothing to take the mean of: 0 / 0 is NaN."""
    x = torch.zeros((3, 0), device=device)
    zeros = {"the mean of no elements is NaN, not 0": torch.zeros(3, device=device)}
    nan = torch.full((3,), math.nan, device=device)
    check.close(reductions.mean_along(x, 1, keep_axis=False), nan, mistakes=zeros)


@pytest.mark.concept("ops.reduction")
@pytest.mark.parametrize("unbiased", [True, False])
def test_std_is_unbiased_unless_told_otherwise(device, unbiased):
    """torch.std divides by n - 1 unless told otherwise; the biased one divides by n."""
    x = draw.normal(draw.sizes(2, low=3, high=6), device=device, dtype=torch.float64) + 3
    axis = draw.integer(0, 1)
    right, wrong = statistics.stdev, statistics.pstdev
    said = "this divides by n: the unbiased deviation divides by n - 1"
    if not unbiased:
        right, wrong = wrong, right
        said = "this divides by n - 1, which is torch's default: correction=0 divides by n"
    center, count = statistics.fmean(x.flatten().tolist()), x.shape[axis] - unbiased
    check.close(
        reductions.deviation(x, axis, unbiased),
        along(x, axis, right),
        mistakes={
            said: along(x, axis, wrong),
            "this is the variance: the deviation is its root": along(x, axis, lambda elements: right(elements) ** 2),
            "this is the deviation of all elements: name the axis": torch.tensor(
                right(x.flatten().tolist()), dtype=x.dtype, device=device
            ),
            "this is the deviation along the other axis": along(x, 1 - axis, right),
            "this is the mean absolute distance: the distances are squared, and in the end comes the root": along(
                x, axis, lambda elements: statistics.fmean(abs(v - statistics.fmean(elements)) for v in elements)
            ),
            "the mean was not subtracted": along(
                x, axis, lambda elements: math.sqrt(sum(v * v for v in elements) / count)
            ),
            "the mean of the whole tensor was subtracted; each list of elements has its own": along(
                x, axis, lambda elements: math.sqrt(sum((v - center) ** 2 for v in elements) / count)
            ),
        },
    )


@pytest.mark.concept("ops.reduction")
def test_a_deviation_far_from_zero_needs_the_distances_from_the_mean(device):
    """Far from 0 the squares are huge, and their difference has no digits left: subtract the mean first."""
    x = draw.normal((4, 6), device=device) + 10000
    n = x.shape[1]
    check.close(
        reductions.deviation(x, 1, unbiased=True),
        along(x, 1, statistics.stdev),
        rtol=1e-3,
        mistakes={
            "the mean of the squares minus the square of the mean has lost its digits": lambda: (
                (x.square().mean(dim=1) - x.mean(dim=1).square()).clamp(min=0) * (n / (n - 1))
            ).sqrt()
        },
    )


@pytest.mark.concept("ops.along-axis")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_reduction_along_the_middle_axis_holds_for_any_layout(device, layout):
    """With three axes, a reduction along one leaves the other two; the layout in memory plays no part."""
    x = draw.laid_out(draw.normal(draw.sizes(3), device=device), layout)
    with check.unchanged(x):
        means = reductions.mean_along(x, -2, keep_axis=False)
    check.close(means, along(x, 1, statistics.fmean), what="the means")
    with check.unchanged(x):
        deviations = reductions.deviation(x, -2, unbiased=True)
    check.close(deviations, along(x, 1, statistics.stdev), what="the deviations")


@pytest.mark.concept("ops.along-axis")
@pytest.mark.concept("ops.reduction")
@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (6, 3)], ids=str)
def test_a_norm_along_axis_one_gives_each_row_its_length(device, shape):
    """A norm along axis 1 gives one length a row, and with keepdim it stands beside its row."""
    x = draw.normal(shape, device=device, dtype=torch.float64)
    x[0, :2] = torch.tensor([3.0, -4.0])
    rows = x.tolist()
    norms = [math.hypot(*row) for row in rows]
    column_norms = [math.hypot(*column) for column in zip(*rows, strict=True)]

    def divided(divisor):
        values = [[value / divisor(i, j) for j, value in enumerate(row)] for i, row in enumerate(rows)]
        return torch.tensor(values, dtype=x.dtype, device=device)

    mistakes = {
        "this divides by the norm of the whole matrix: each row has its own": divided(
            lambda _i, _j: math.hypot(*norms)
        ),
        "these are divided by the norms of the columns: axis 1 is the one to go": divided(
            lambda _i, j: column_norms[j]
        ),
        "this divides by the sum of the row: the norm is the root of the sum of squares": divided(
            lambda i, _j: sum(rows[i])
        ),
        "this divides by the sum of the absolute values: the norm is the root of the sum of squares": divided(
            lambda i, _j: sum(map(abs, rows[i]))
        ),
        "the root is missing: this divides by the sum of squares": divided(lambda i, _j: norms[i] ** 2),
        "this divides by the largest absolute value of the row": divided(lambda i, _j: max(map(abs, rows[i]))),
        "these are the norms; the rows must be divided by them": torch.tensor(
            [[norm] for norm in norms], dtype=x.dtype, device=device
        ),
    }
    if shape[0] == shape[1]:
        mistakes["without keepdim the norms lie along the last axis, and column j met the norm of row j"] = divided(
            lambda _i, j: norms[j]
        )
    with check.unchanged(x):
        result = reductions.unit_rows(x)
    check.close(result, divided(lambda i, _j: norms[i]), mistakes=mistakes)


@pytest.mark.concept("ops.reduction")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_row_of_zeros_has_norm_zero_and_no_direction(device, layout):
    """The norm of zeros is 0, and 0 / 0 is NaN, so such a row must not be divided by its norm."""
    values = draw.normal((4, 3), device=device)
    values[2] = 0.0
    x = draw.laid_out(values, layout)
    expected = [[v / (math.hypot(*row) or 1.0) for v in row] for row in x.tolist()]
    with check.unchanged(x):
        result = reductions.unit_rows(x)
    check.close(
        result,
        torch.tensor(expected, device=device),
        mistakes={"0 / 0 is NaN: put 1 in the place of a norm of 0": lambda: x / x.norm(dim=1, keepdim=True)},
    )
    check.own_memory(result, x)
