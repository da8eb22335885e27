"""(x - mean) / std has mean 0 and standard deviation 1."""

import pytest
import torch

from dojo import check, draw
from katas.data import standardization

NUMBERS = ("mpg", "displacement", "horsepower", "weight", "acceleration")


def table(n: int, d: int, device: torch.device, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Return n rows of d columns that differ in mean and in standard deviation."""
    scale = (draw.distinct((d,)) + 1) * 3
    return (draw.normal((n, d), dtype=torch.float64) * scale + 5 * scale.flip(0) + 20).to(dtype).to(device)


def moments(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return each column's mean and standard deviation, computed in float64 on the CPU."""
    columns = [column.tolist() for column in rows.cpu().T]
    means = [sum(column) / len(column) for column in columns]
    pairs = zip(columns, means, strict=True)
    stds = [(sum((x - mean) ** 2 for x in column) / len(column)) ** 0.5 for column, mean in pairs]
    return torch.tensor(means, dtype=torch.float64), torch.tensor(stds, dtype=torch.float64)


def share(numbers: list[float], width: float = 1.0) -> float:
    """Return the share of the numbers within ``width`` standard deviations of their mean."""
    mean = sum(numbers) / len(numbers)
    std = (sum((x - mean) ** 2 for x in numbers) / len(numbers)) ** 0.5
    return sum(abs(x - mean) <= width * std for x in numbers) / len(numbers)


@pytest.mark.concept("represent.standardize")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_each_column_has_its_own_mean_and_standard_deviation(device, dtype):
    """Each column is measured by itself, over all training rows."""
    n, d = draw.sizes(2, low=3)
    train = table(n, d, device, dtype)
    mean, std = (each.to(dtype).to(device) for each in moments(train))
    with check.unchanged(train):
        actual_mean, actual_std = check.parts(standardization.fit(train), 2)
    check.close(
        actual_mean,
        mean,
        what="the tensor of means",
        mistakes={
            "this is one number for each row; a column goes over all rows: dim=0": lambda: train.mean(dim=1),
            "this is one number over everything; each column has its own": lambda: train.mean(),
            "this is one number over everything, for each column": lambda: train.mean().expand(d),
            "the axis of size 1 is left in: keepdim=True is not asked for": lambda: mean.unsqueeze(0),
            "this is the median": lambda: train.median(dim=0).values,
            "the two are swapped: the means come first": std,
        },
    )
    check.close(
        actual_std,
        std,
        what="the tensor of standard deviations",
        mistakes={
            "the sum of squares is divided by n - 1; here it is divided by n (correction=0)": lambda: train.std(dim=0),
            "this is the variance; the standard deviation is its root": lambda: std**2,
            "this is the largest minus the smallest value": lambda: train.amax(dim=0) - train.amin(dim=0),
            "this is the mean distance from the mean": lambda: (train - mean).abs().mean(dim=0),
        },
    )


@pytest.mark.concept("represent.standardize")
def test_one_training_row_has_standard_deviation_0(device):
    """One row lies at its own mean, with nothing around it: the biased standard deviation is 0, the other is NaN."""
    train = table(1, 4, device)
    only_row = train[0].clone()
    mean, std = check.parts(standardization.fit(train), 2)
    check.close(mean, only_row, what="the tensor of means")
    check.close(
        std,
        torch.zeros(4, device=device),
        what="the tensor of standard deviations",
        mistakes={"with one row, n - 1 is 0: divide by n": torch.full((4,), float("nan"), device=device)},
    )


@pytest.mark.concept("represent.standardize")
def test_a_large_mean_does_not_spoil_the_standard_deviation(device):
    """Subtract the mean before squaring: the difference of two large squares loses all digits that matter."""
    train = table(200, 3, device) + 100_000
    mean, std = check.parts(standardization.fit(train), 2)
    right_mean, right_std = (each.to(torch.float32).to(device) for each in moments(train))
    check.close(mean, right_mean, what="the tensor of means", rtol=1e-6)
    check.close(std, right_std, what="the tensor of standard deviations", rtol=1e-3)


@pytest.mark.concept("represent.standardize")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_the_training_rows_may_lie_in_any_way_and_stay_as_they_are(device, layout):
    """To measure is not to change: the training rows are what they were."""
    n, d = draw.sizes(2, low=3)
    train = draw.laid_out(table(n, d, device), layout)
    right_mean, right_std = (each.to(torch.float32).to(device) for each in moments(train))
    with check.unchanged(train):
        mean, std = check.parts(standardization.fit(train), 2)
    check.close(mean, right_mean, what="the tensor of means")
    check.close(std, right_std, what="the tensor of standard deviations")


@pytest.mark.concept("represent.standardize")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_new_rows_are_treated_with_the_training_rows_numbers(device, dtype):
    """Test rows are standardised with the mean and standard deviation of the training rows, not with their own."""
    n, d = draw.sizes(2, low=3)
    rows = table(n, d, device, dtype)
    mean = draw.normal((d,), device=device, dtype=dtype) * 4 + 30
    std = draw.normal((d,), device=device, dtype=dtype).abs() + 1.5
    pairs = [list(zip(row, mean.tolist(), std.tolist(), strict=True)) for row in rows.tolist()]
    expected = torch.tensor([[(x - m) / s for x, m, s in row] for row in pairs], device=device, dtype=dtype)
    check.close(
        standardization.standardize(rows, mean, std),
        expected,
        mistakes={
            "this uses the new rows' own mean and standard deviation; use those that are given": (
                lambda: (rows - rows.mean(dim=0)) / rows.std(dim=0, correction=0)
            ),
            "only the mean is subtracted; divide by the standard deviation as well": lambda: rows - mean,
            "only divided: subtract the mean first": lambda: rows / std,
            "this is divided first, and then the mean is subtracted: subtract it first": lambda: rows / std - mean,
            "this divides by the variance; divide by the standard deviation": lambda: (rows - mean) / std**2,
            "something small was added to the standard deviation; it is taken as it is": (
                lambda: (rows - mean) / (std + 1e-8)
            ),
            "the sign is wrong: above the mean is positive": lambda: -expected,
            "these are the rows as they came": rows,
        },
    )


@pytest.mark.concept("represent.standardize")
def test_standardised_training_rows_have_mean_0_and_standard_deviation_1(device):
    """The training rows themselves get mean 0 and standard deviation 1 in each column."""
    n, d = draw.integer(20, 40), draw.integer(3, 5)
    train = table(n, d, device, torch.float64)
    z = standardization.standardize(train, *check.parts(standardization.fit(train), 2))
    check.tensor(z, shape=(n, d), dtype=torch.float64)
    mean, std = moments(z)
    check.close(mean, torch.zeros(d, dtype=torch.float64), what="the mean of the standardised rows")
    check.close(std, torch.ones(d, dtype=torch.float64), what="the standard deviation of the standardised rows")


@pytest.mark.concept("represent.standardize")
def test_a_constant_column_becomes_0_in_every_row(device):
    """A column that never changed in training tells nothing: it becomes 0, in new rows as well, not NaN or infinite."""
    rows = torch.tensor([[1.0, 7.0, 4.0], [5.0, 7.0, 3.0], [6.0, 9.0, -1.0]], device=device)
    mean, std = torch.tensor([3.0, 7.0, 1.0], device=device), torch.tensor([2.0, 0.0, 0.5], device=device)
    right = [[-1.0, 0.0, 6.0], [1.0, 0.0, 4.0], [1.5, 0.0, -4.0]]
    expected = torch.tensor(right, device=device)
    one, tiny, huge = expected.clone(), expected.clone(), expected.clone()
    one[2, 1], tiny[2, 1], huge[2, 1] = 2.0, 2.0 / 1e-8, torch.finfo(torch.float32).max
    check.close(
        standardization.standardize(rows, mean, std),
        expected,
        mistakes={
            "this column had its standard deviation replaced by 1; but it is to become 0 in every row, new ones too": (
                one
            ),
            "something small was added to the standard deviation: the column is to become 0 in every row": tiny,
            "infinity was replaced by the largest number; the column is to become 0 in every row": huge,
        },
    )


@pytest.mark.concept("represent.standardize")
def test_infinity_in_a_constant_column_becomes_0_as_well(device):
    """Infinity and NaN do not go away by calculating: 0 times them is NaN, so a 0 is put there by choice."""
    mean, std = torch.tensor([3.0, 7.0], device=device), torch.tensor([2.0, 0.0], device=device)
    rows = torch.tensor([[1.0, torch.inf], [5.0, 8.0], [6.0, torch.nan], [3.0, -torch.inf]], device=device)
    expected = torch.tensor([[-1.0, 0.0], [1.0, 0.0], [1.5, 0.0], [0.0, 0.0]], device=device)
    times = expected.clone()
    times[[0, 2, 3], 1] = torch.nan
    check.close(
        standardization.standardize(rows, mean, std),
        expected,
        mistakes={
            "infinity times 0, or divided by infinity, is NaN: choose the 0 for that column, by where() or an index": (
                times
            ),
        },
    )


@pytest.mark.concept("represent.standardize")
@pytest.mark.parametrize(
    ("dtype", "layout"), [(torch.float32, "contiguous"), (torch.float64, "sliced")], ids=["float32", "float64"]
)
def test_the_way_back_multiplies_and_then_adds(device, dtype, layout):
    """The way back takes the steps in reverse: first times the standard deviation, then plus the mean."""
    n, d = draw.sizes(2, low=3)
    z = draw.laid_out(draw.normal((n, d), device=device, dtype=dtype), layout)
    mean = draw.normal((d,), device=device, dtype=dtype) * 4 + 30
    std = draw.normal((d,), device=device, dtype=dtype).abs() + 1.5
    pairs = [list(zip(row, mean.tolist(), std.tolist(), strict=True)) for row in z.tolist()]
    expected = torch.tensor([[v * s + m for v, m, s in row] for row in pairs], device=device, dtype=dtype)
    with check.unchanged(z, mean, std):
        rows = standardization.undo(z, mean, std)
    check.close(
        rows,
        expected,
        mistakes={
            "the mean is added first: it was subtracted first, so it is added last": lambda: (z + mean) * std,
            "this is divided once more: multiply by the standard deviation": lambda: z / std + mean,
            "this is standardised once more": lambda: (z - mean) / std,
            "the mean is missing": lambda: z * std,
            "the mean is subtracted once more: add it": lambda: z * std - mean,
        },
    )


@pytest.mark.concept("represent.standardize")
def test_a_column_that_is_constant_in_training_goes_through_both_steps(device):
    """Mean and standard deviation of a constant column are that constant and 0; the way back gives the constant."""
    train = table(8, 3, device)
    train[:, 1] = 4.0
    new = table(3, 3, device)
    mean, std = check.parts(standardization.fit(train), 2)
    z = standardization.standardize(new, mean, std)
    check.close(z[:, 1], torch.zeros(3, device=device), what="the constant column, standardised,")
    back = standardization.undo(z, mean, std)
    check.close(back[:, 1], torch.full((3,), 4.0, device=device), what="the constant column, on the way back,")


@pytest.mark.concept("represent.standardize")
def test_a_small_standard_deviation_is_taken_as_it_is(device):
    """Columns may be tiny, as a wavelength in metres is: a constant added to the standard deviation would drown it."""
    mean = torch.tensor([5e-7, 2.0], device=device)
    std = torch.tensor([5e-9, 4.0], device=device)
    rows = torch.tensor([[5.2e-7, 6.0], [4.9e-7, 0.0]], device=device)
    expected = torch.tensor([[4.0, 1.0], [-2.0, -0.5]], device=device)
    check.close(
        standardization.standardize(rows, mean, std),
        expected,
        rtol=1e-3,
        mistakes={
            "something small was added to the standard deviation, which is small itself": (
                lambda: (rows - mean) / (std + 1e-8)
            ),
            "a small standard deviation was taken for 0": torch.tensor([[0.0, 1.0], [0.0, -0.5]], device=device),
        },
    )


@pytest.mark.concept("represent.standardize")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_no_row_is_standardised_in_place(device, layout):
    """The original rows are still needed: to show them, and to measure them again."""
    d = draw.integer(3, 6)
    rows = draw.laid_out(table(4, d, device), layout)
    mean, std = rows.mean(dim=0) + 1, rows.std(dim=0) + 1
    std[0] = 0.0
    expected = [
        [(x - m) / s if s else 0.0 for x, m, s in zip(row, mean.tolist(), std.tolist(), strict=True)]
        for row in rows.tolist()
    ]
    with check.unchanged(rows, mean, std):
        z = standardization.standardize(rows, mean, std)
    check.close(z, torch.tensor(expected, device=device))
    none = standardization.standardize(rows[:0], mean, std)
    check.close(none, torch.zeros(0, d, device=device), what="the result for no rows")


@pytest.mark.concept("represent.standardize")
def test_cars_of_later_years_are_measured_by_the_earlier_ones(device, cars):
    """Later cars were lighter: by the earlier cars' numbers, their mean is not 0, and that is how it should be."""
    rows = torch.stack([cars[name] for name in NUMBERS], dim=1).to(device)
    train, test = rows[:300], rows[300:]
    mean, std = moments(train)
    actual_mean, actual_std = check.parts(standardization.fit(train), 2)
    check.close(actual_mean, mean.float().to(device), what="the tensor of means")
    check.close(actual_std, std.float().to(device), what="the tensor of standard deviations")
    z = standardization.standardize(test, actual_mean, actual_std)
    expected = ((test.cpu().double() - mean) / std).float().to(device)
    check.close(
        z,
        expected,
        rtol=1e-4,
        atol=1e-4,
        mistakes={
            "this uses the new rows' own mean and standard deviation": (
                lambda: (test - test.mean(dim=0)) / test.std(dim=0, correction=0)
            )
        },
    )
    check.close(standardization.undo(z, actual_mean, actual_std), test.clone(), rtol=1e-4, what="the way back")


@pytest.mark.concept("represent.normal-68")
def test_the_share_is_counted_after_standardising(device):
    """Values lie within one standard deviation of the mean where they lie in [-1, 1] once standardised."""
    n = draw.integer(30, 50)
    values = draw.normal((n,), device=device) * 3 + 100
    numbers = values.tolist()
    mean = sum(numbers) / n
    std = (sum((x - mean) ** 2 for x in numbers) / n) ** 0.5
    right = share(numbers)
    with check.unchanged(values):
        result = standardization.share_within_one(values)
    check.close(
        result,
        right,
        mistakes={
            "68 % is the share for normally distributed data; count in these values": 0.6827,
            "this counts the values themselves in [-1, 1]; standardise them first": 0.0,
            "this counts on one side only: all that lies below the mean plus one standard deviation": (
                sum(x - mean <= std for x in numbers) / n
            ),
            "these are the others, which lie outside": 1 - right,
            "this is a number of values; divide it by how many there are": right * n,
            "this counts within two standard deviations": share(numbers, 2.0),
            "this counts within one variance; the standard deviation is its root": share(numbers, std),
        },
    )


@pytest.mark.concept("represent.normal-68")
def test_both_ends_are_inside(device):
    """A value that lies exactly one standard deviation from the mean is inside: half 3, half 5 are all inside."""
    values = torch.tensor([3.0, 5.0, 5.0, 3.0], device=device)
    check.close(
        standardization.share_within_one(values),
        1.0,
        mistakes={"exactly one standard deviation away is inside: both ends included": 0.0},
    )


@pytest.mark.concept("represent.normal-68")
def test_equal_values_all_lie_at_the_mean(device):
    """Values that are all equal have standard deviation 0, and all lie at their mean."""
    for count in (1, 4):
        values = torch.full((count,), 6.0, device=device)
        check.close(
            standardization.share_within_one(values),
            1.0,
            mistakes={"if all values are equal, 0 / 0 is NaN, which lies nowhere": 0.0},
        )


@pytest.mark.concept("represent.normal-68")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_of_normally_distributed_values_68_percent_lie_within_one(device, dtype):
    """For normally distributed values, of any mean and standard deviation, the share is 68 %."""
    mean, std = draw.integer(-50, 50), draw.integer(2, 30)
    values = draw.normal((20_000,), device=device, dtype=dtype) * std + mean
    check.close(standardization.share_within_one(values), 0.6827, atol=0.025)


@pytest.mark.concept("represent.normal-68")
def test_other_distributions_have_other_shares(device):
    """The 68 % belong to the normal distribution: evenly spread values have 58 %, waiting times have 86 %."""
    steps = (torch.arange(10_000, dtype=torch.float64) + 0.5) / 10_000  # evenly spread over [0, 1]
    check.close(standardization.share_within_one(steps.to(device)), 0.5774, atol=0.001, what="the share of even values")
    times = (-5 * torch.log(steps)).to(device)  # exponentially distributed: many short waits, few long ones
    check.close(standardization.share_within_one(times), 0.8647, atol=0.001, what="the share of waiting times")


@pytest.mark.concept("represent.normal-68")
def test_real_columns_have_shares_of_their_own(device, cars):
    """Real columns are not quite normal: of the cars' accelerations 71 % lie within one, of their mpg 63 %."""
    for name in NUMBERS:
        values = draw.laid_out(cars[name].to(device), "sliced")
        check.close(standardization.share_within_one(values), share(values.tolist()), what=f"the share of {name}")
