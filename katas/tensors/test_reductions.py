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
    mistakes = {
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
        "the sum was divided by the size of the other axis: divide by the size of the one that goes": along(
            x, axis, lambda elements: math.fsum(elements) / x.shape[1 - axis]
        ),
        "this is the median": along(x, axis, statistics.median_low),
    }
    with check.unchanged(x):
        result = reductions.mean_along(x, axis, keep_axis=False)
    check.close(result, means, mistakes=mistakes)


@pytest.mark.concept("ops.along-axis")
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_keepdim_leaves_the_axis_in_the_shape_with_size_one(device, axis):
    """With keepdim the axis stays with size 1, so that the result still lines up with the tensor."""
    x = draw.normal(draw.sizes(3, low=3), device=device)
    means = along(x, axis, statistics.fmean)
    mistakes = {
        "the axis must stay in the shape, with size 1: keep_axis is True": means,
        "a negative axis counts from the end: -1 is the last": along(x, 0, statistics.fmean).unsqueeze(0),
    }
    with check.unchanged(x):
        result = reductions.mean_along(x, axis, keep_axis=True)
    check.close(result, means.unsqueeze(axis), mistakes=mistakes)


@pytest.mark.concept("ops.reduction")
@pytest.mark.parametrize("dtype", [torch.int64, torch.int8, torch.uint8], ids=str)
def test_the_mean_of_integers_is_a_fraction(device, dtype):
    """The mean of integers need not be an integer, nor their sum fit into their dtype: convert them first."""
    rows = {
        torch.int64: [
            [1, 2, 2, 2],
            [-9, 4, draw.integer(0, 9), 8],
            [1_000_000, 1_000_001, 1_000_003, 999_999],
            [2**62, 2**62, 2**62, 2**61],
        ],
        torch.int8: [[100, 100, 100, 127], [-100, -128, -7, draw.integer(-90, -80)]],
        torch.uint8: [[200, 250, 131, draw.integer(240, 255)], [1, 2, 2, 2]],
    }[dtype]
    x = torch.tensor(rows, dtype=dtype, device=device)
    means = along(x, 1, statistics.fmean)
    wrapped = x.sum(dim=1, dtype=dtype).to(torch.float32) / x.shape[1]
    mistakes = {f"the sum did not fit into {str(dtype).removeprefix('torch.')} and wrapped around": wrapped}
    if dtype is torch.uint8:
        signed = along(x.to(torch.int8), 1, statistics.fmean)
        mistakes["the elements were read as int8, in which there is no number above 127"] = signed
    with check.unchanged(x):
        result = reductions.mean_along(x, 1, keep_axis=False)
    check.close(result, means, mistakes=mistakes)


@pytest.mark.concept("ops.reduction")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64], ids=str)
def test_the_mean_of_no_elements_is_nan(device, dtype):
    """Along an axis of size 0 there is nothing to take the mean of: 0 / 0 is NaN."""
    x = torch.zeros((3, 0), dtype=dtype, device=device)
    nan = torch.full((3,), math.nan, dtype=dtype if dtype.is_floating_point else torch.float32, device=device)
    zeros = {"the mean of no elements is NaN, not 0": torch.zeros_like(nan)}
    check.close(reductions.mean_along(x, 1, keep_axis=False), nan, mistakes=zeros)


@pytest.mark.concept("ops.reduction")
def test_the_mean_of_a_nan_and_others_is_nan(device):
    """A sum with a NaN in it is NaN, so a mean cannot hide that an element is no number."""
    x = torch.tensor([[1.0, math.nan, 5.0], [2.0, 4.0, 9.0]], device=device)
    left_out = {"the NaN was left out: a NaN makes the mean NaN": torch.tensor([3.0, 5.0], device=device)}
    with check.unchanged(x):
        result = reductions.mean_along(x, 1, keep_axis=False)
    check.close(result, torch.tensor([math.nan, 5.0], device=device), mistakes=left_out)


@pytest.mark.concept("ops.reduction")
@pytest.mark.parametrize("unbiased", [True, False])
@pytest.mark.parametrize(("shape", "axis"), [((4, 6), 0), ((6, 3), 1), ((4, 4), -1), ((2, 5), 0), ((5, 2), 1)], ids=str)
def test_std_is_unbiased_unless_told_otherwise(device, shape, axis, unbiased):
    """torch.std divides by n - 1 unless told otherwise; the biased one divides by n."""
    x = draw.normal(shape, device=device, dtype=torch.float64) + 3
    right, wrong = statistics.stdev, statistics.pstdev
    said = "this divides by n: the unbiased deviation divides by n - 1"
    if not unbiased:
        right, wrong = wrong, right
        said = "this divides by n - 1, which is torch's default: correction=0 divides by n"
    center, count = statistics.fmean(x.flatten().tolist()), x.shape[axis] - unbiased
    mistakes = {
        said: along(x, axis, wrong),
        "this is the variance: the deviation is its root": along(x, axis, lambda elements: right(elements) ** 2),
        "this is the deviation of all elements: name the axis": torch.tensor(
            right(x.flatten().tolist()), dtype=x.dtype, device=device
        ),
        "this is the deviation along the other axis": along(x, 1 - axis % 2, right),
        "this is the mean absolute distance: the distances are squared, and in the end comes the root": along(
            x, axis, lambda elements: statistics.fmean(abs(v - statistics.fmean(elements)) for v in elements)
        ),
        "the mean was not subtracted": along(x, axis, lambda elements: math.sqrt(sum(v * v for v in elements) / count)),
        "the mean of the whole tensor was subtracted; each list of elements has its own": along(
            x, axis, lambda elements: math.sqrt(sum((v - center) ** 2 for v in elements) / count)
        ),
    }
    if shape[0] == shape[1]:
        means = [statistics.fmean(row) for row in x.tolist()]
        mistakes["without keepdim the means lie along the last axis, and column j met the mean of row j"] = along(
            x, axis, lambda row: math.sqrt(sum((v - mean) ** 2 for v, mean in zip(row, means, strict=True)) / count)
        )
    deviations = along(x, axis, right)
    with check.unchanged(x):
        result = reductions.deviation(x, axis, unbiased)
    check.close(result, deviations, mistakes=mistakes)


@pytest.mark.concept("ops.reduction")
@pytest.mark.parametrize("offsets", [(10000, 10000, 10000, 10000), (10000, -10000, 0, 5000)], ids=str)
def test_a_deviation_far_from_zero_needs_the_distances_from_the_mean(device, offsets):
    """Far from 0 the squares are huge, and their difference has no digits left: subtract each row's mean first."""
    x = draw.normal((4, 6), device=device) + torch.tensor(offsets, device=device)[:, None]
    n = x.shape[1]

    def from_squares(y):
        variance = (y.square().mean(dim=1) - y.mean(dim=1).square()).clamp(min=0)
        return (variance * (n / (n - 1))).sqrt()

    deviations = along(x, 1, statistics.stdev)
    mistakes = {
        "the mean of the squares minus the square of the mean has lost its digits": from_squares(x),
        "the mean of the whole tensor was subtracted first; each row needs its own, or it loses its digits": (
            from_squares(x - x.mean())
        ),
    }
    with check.unchanged(x):
        result = reductions.deviation(x, 1, unbiased=True)
    check.close(result, deviations, rtol=1e-3, mistakes=mistakes)


@pytest.mark.concept("ops.reduction")
def test_elements_on_both_sides_of_zero_lie_far_apart(device):
    """The distances from the mean are signed until they are squared: 9000 and -9000 lie far apart."""
    x = draw.normal((3, 5), device=device) + torch.tensor([9000.0, -9000.0, 9000.0, 9000.0, -9000.0], device=device)
    sizes = along(x.abs(), 1, statistics.stdev)
    check.close(
        reductions.deviation(x, 1, unbiased=True),
        along(x, 1, statistics.stdev),
        mistakes={"the signs were lost: this is the deviation of the absolute values": sizes},
    )


@pytest.mark.concept("ops.along-axis")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_reduction_along_the_middle_axis_holds_for_any_layout(device, layout):
    """With three axes, a reduction along one leaves the other two; the layout in memory plays no part."""
    x = draw.laid_out(draw.normal(draw.sizes(3), device=device), layout)
    with check.unchanged(x):
        means = reductions.mean_along(x, -2, keep_axis=False)
    check.close(means, along(x, 1, statistics.fmean), what="mean_along's result")
    with check.unchanged(x):
        deviations = reductions.deviation(x, -2, unbiased=True)
    check.close(deviations, along(x, 1, statistics.stdev), what="deviation's result")


@pytest.mark.concept("ops.along-axis")
@pytest.mark.parametrize(
    ("shape", "axis"), [((5,), 0), ((1, 4), 1), ((4, 1), 0), ((3, 1, 4), -1), ((2, 4, 1), 1), ((4, 1), 1)], ids=str
)
def test_only_the_named_axis_goes_from_the_shape(device, shape, axis):
    """A reduction takes away the axis that is named and no other, not even one of size 1."""
    x = draw.normal(shape, device=device)
    means = along(x, axis, statistics.fmean)
    lost = {"an axis of size 1 went as well: squeeze() without an axis takes them all away": means.squeeze()}
    kept = {"a vector has one mean, of shape (): the axis must go": means.reshape(-1)}
    with check.unchanged(x):
        result = reductions.mean_along(x, axis, keep_axis=False)
    check.close(result, means, what="mean_along's result", mistakes=kept if len(shape) == 1 else lost)
    check.own_memory(result, x)
    if x.shape[axis] > 1:
        deviations = along(x, axis, statistics.stdev)
        lost = {"an axis of size 1 went as well: squeeze() without an axis takes them all away": deviations.squeeze()}
        with check.unchanged(x):
            result = reductions.deviation(x, axis, unbiased=True)
        check.close(result, deviations, what="deviation's result", mistakes=lost)


@pytest.mark.concept("ops.along-axis")
@pytest.mark.concept("ops.reduction")
@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (6, 3), (1, 4), (4, 1)], ids=str)
def test_a_norm_along_axis_one_gives_each_row_its_length(device, shape):
    """A norm along axis 1 gives one length a row, and with keepdim it stands beside its row."""
    x = draw.normal(shape, device=device, dtype=torch.float64)
    x[0, 0], x[0, -1] = 3.0, -4.0
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
    units = divided(lambda i, _j: norms[i])
    with check.unchanged(x):
        result = reductions.unit_rows(x)
    check.close(result, units, mistakes=mistakes)


@pytest.mark.concept("ops.reduction")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_row_of_zeros_has_norm_zero_and_no_direction(device, layout):
    """The norm of zeros is 0, and 0 / 0 is NaN, so such a row must not be divided by its norm."""
    values = draw.normal((4, 3), device=device)
    values[2] = 0.0
    x = draw.laid_out(values, layout)
    expected = torch.tensor([[v / (math.hypot(*row) or 1.0) for v in row] for row in x.tolist()], device=device)
    mistakes = {"0 / 0 is NaN: put 1 in the place of a norm of 0": x / x.norm(dim=1, keepdim=True)}
    with check.unchanged(x):
        result = reductions.unit_rows(x)
    check.close(result, expected, mistakes=mistakes)
    check.own_memory(result, x)


@pytest.mark.concept("ops.reduction")
def test_only_a_row_of_zeros_alone_has_norm_zero(device):
    """A single 0 in a row, or elements that add up to 0, do not make its norm 0: squares never cancel."""
    x = torch.tensor([[0.0, 5.0], [1.0, -1.0], [0.0, 0.0]], device=device)
    half = math.sqrt(0.5)

    def rows(first, second):
        return torch.tensor([first, second, [0.0, 0.0]], device=device)

    mistakes = {
        "a row with a 0 in it was left alone: only a row of zeros stays": rows([0.0, 5.0], [half, -half]),
        "a row that sums to 0 was left alone; its norm is not 0, only a row of zeros stays": rows(
            [0.0, 1.0], [1.0, -1.0]
        ),
        "a row that sums to 0 became 0; its norm is not 0": rows([0.0, 1.0], [0.0, 0.0]),
    }
    with check.unchanged(x):
        result = reductions.unit_rows(x)
    check.close(result, rows([0.0, 1.0], [half, -half]), mistakes=mistakes)


@pytest.mark.concept("ops.reduction")
def test_the_shortest_row_has_a_direction_too(device):
    """A small number that keeps 0 / 0 away must not show: rows much shorter than 1 get the norm 1 as well."""
    rows = [[3e-5, 4e-5], [-6e-10, 8e-10], [6e-30, -8e-30], [0.0, 0.0]]
    x = torch.tensor(rows, dtype=torch.float64, device=device)
    units = torch.tensor([[0.6, 0.8], [-0.6, 0.8], [0.6, -0.8], [0.0, 0.0]], dtype=torch.float64, device=device)
    norms = torch.tensor([[5e-5], [1e-9], [1e-29], [0.0]], dtype=torch.float64, device=device)
    mistakes = {}
    for small in (1e-3, 1e-5, 1e-6, 1e-7, 1e-8, 1e-12):
        mistakes[f"{small:g} was added to the norm, and it shows in short rows"] = x / (norms + small)
        mistakes[f"a norm below {small:g} was replaced by it; only a norm of 0 must be"] = x / norms.clamp(min=small)
        mistakes[f"a row with a norm below {small:g} was taken for zeros"] = torch.where(norms < small, x, units)
    with check.unchanged(x):
        result = reductions.unit_rows(x)
    check.close(result, units, mistakes=mistakes)


@pytest.mark.concept("ops.reduction")
@pytest.mark.parametrize("shape", [(2, 3), (0, 3), (3, 0)], ids=str)
def test_rows_with_nothing_to_divide_are_given_in_a_new_tensor(device, shape):
    """A result that has the elements of the input is still a tensor of its own: a change of one spares the other."""
    zeros = torch.zeros(shape, device=device)
    with check.unchanged(zeros):
        result = reductions.unit_rows(zeros)
    check.equal(result, torch.zeros(shape, device=device))
    own = "this is x itself: give a new tensor, also where there is nothing to divide"
    check.own_memory(result, zeros, mistake=own)


@pytest.mark.concept("ops.reduction")
@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64], ids=str)
def test_a_reduction_keeps_a_floating_dtype(device, dtype):
    """A reduction of floating numbers gives their own dtype, as wide or narrow as it is."""
    x = torch.tensor([[1.0, 2.0, 4.5], [-3.0, draw.integer(5, 8), 0.25]], device=device).to(dtype)
    means, deviations = along(x, 1, statistics.fmean), along(x, 1, statistics.stdev)
    units = torch.tensor([[v / math.hypot(*row) for v in row] for row in x.tolist()], dtype=dtype, device=device)
    with check.unchanged(x):
        mean = reductions.mean_along(x, 1, keep_axis=False)
    check.close(mean, means, what="mean_along's result")
    with check.unchanged(x):
        spread = reductions.deviation(x, 1, unbiased=True)
    check.close(spread, deviations, what="deviation's result")
    with check.unchanged(x):
        divided = reductions.unit_rows(x)
    check.close(divided, units, what="unit_rows's result")
