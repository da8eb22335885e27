"""Labels as rows of zeros with one 1."""

from contextlib import AbstractContextManager

import pytest
import torch

from dojo import check, draw
from katas.data import one_hot


def by_hand() -> AbstractContextManager[None]:
    """Refuse torch's own one_hot(), by any of its names."""
    return check.built_without_call("one_hot", instead="a tensor of zeros, with scatter_()")


def rows_of(labels: list[int], classes: int, device: torch.device) -> torch.Tensor:
    """Return one-hot rows, element by element."""
    return torch.tensor([[float(label == c) for c in range(classes)] for label in labels], device=device)


@pytest.mark.concept("onehot.row-meaning")
@pytest.mark.concept("onehot.scatter-args")
def test_each_row_has_a_1_at_its_label_and_0_elsewhere(device):
    """In each row the label's position gets 1.0, and all others stay 0."""
    classes = draw.integer(6, 8)
    labels = draw.integers((4,), 0, 3, device=device)
    labels[0], labels[1], labels[2] = 2, 0, 3  # at least three different ones, and the last classes do not occur
    names = labels.tolist()
    expected = rows_of(names, classes, device)
    every = torch.zeros_like(expected)
    every[:, labels] = 1.0
    first = torch.zeros_like(expected)
    first[0, labels] = 1.0
    turned = torch.zeros_like(expected)
    turned[labels, 0] = 1.0  # the four labels are rows of the table as well
    check.equal(
        one_hot.one_hot(labels, classes),
        expected,
        mistakes={
            "the classes are the rows: each label gets a row, each class a column": expected.T,
            "this writes 1 at every label's column in every row; each row has a label of its own": every,
            "the labels were taken for rows: the positions in each row go along the last axis, dim=-1": turned,
            "the index became a row, so only the first row was written to: labels.unsqueeze(-1) is a column": first,
            "the number of columns comes from the largest label; it is classes, also where the last do not occur": (
                expected[:, : max(names) + 1]
            ),
            "a label counts from 0: label 0 stands for the first column": expected.roll(-1, dims=1),
            "there is one column too many: labels go from 0 to classes - 1": (
                torch.cat([expected, expected.new_zeros(4, 1)], dim=1)
            ),
            "zeros and ones are swapped": 1 - expected,
            "this writes the label itself; write 1": expected * labels.unsqueeze(1),
            "these are the labels as they came": labels.float(),
        },
    )


@pytest.mark.concept("onehot.row-meaning")
def test_labels_may_be_of_any_shape(device):
    """One-hot adds one axis behind those of the labels: a text of words, a picture of classes, a single label."""
    classes = 3
    for shape in (draw.sizes(2, low=4), draw.sizes(3), (1,)):
        labels = draw.integers(shape, 0, classes - 1, device=device)
        expected = rows_of(labels.flatten().tolist(), classes, device).reshape(*shape, classes)
        check.equal(one_hot.one_hot(labels, classes), expected)
    label = torch.tensor(2, device=device)
    check.equal(one_hot.one_hot(label, 5), rows_of([2], 5, device)[0], what="the row of a label without axes")


@pytest.mark.concept("onehot.row-meaning")
def test_no_labels_make_no_rows(device):
    """An empty batch has no rows, and still a column for each class; it has no smallest or largest label either."""
    check.equal(one_hot.one_hot(torch.zeros(0, dtype=torch.int64, device=device), 4), torch.zeros(0, 4, device=device))


@pytest.mark.concept("onehot.scatter-rank")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_the_labels_may_lie_in_any_way_and_stay_as_they_are(device, layout):
    """unsqueeze() gives a new view: the labels themselves keep their shape."""
    rows, columns = draw.sizes(2, low=3)
    labels = draw.laid_out(draw.integers((rows, columns), 0, 4, device=device), layout)
    expected = rows_of([v for row in labels.tolist() for v in row], 5, device).reshape(rows, columns, 5)
    with check.unchanged(labels):
        table = one_hot.one_hot(labels, 5)
    check.equal(table, expected)


@pytest.mark.concept("onehot.scatter-args")
def test_it_is_built_by_hand(device):
    """one_hot() is no more than zeros and a scatter_()."""
    labels = draw.integers((5,), 0, 3, device=device)
    with by_hand():
        table = one_hot.one_hot(labels, 4)
    check.equal(table, rows_of(labels.tolist(), 4, device))


# Without the device: a position out of range ends the whole process on some accelerators.
@pytest.mark.concept("onehot.row-meaning")
def test_a_label_out_of_range_is_an_error():
    """A label without a column is an error: neither the last class nor a row of zeros stands for it."""
    classes = draw.integer(3, 6)
    with check.raises(ValueError, "a label is as large as classes: the last label is classes - 1"):
        one_hot.one_hot(torch.tensor([0, classes, 1]), classes)
    with check.raises(ValueError, "a label is far above classes"):
        one_hot.one_hot(torch.tensor([[0, 1], [2, 100]]), classes)
    with check.raises(ValueError, "a label is below 0: -1 is no name for the last class"):
        one_hot.one_hot(torch.tensor([1, -1, 0]), classes)


@pytest.mark.concept("onehot.row-meaning")
def test_the_columns_of_the_digits_count_each_digit(device, digits):
    """The sum of a one-hot column counts its class: of the 1797 digits, 174 are an eight and 183 a three."""
    labels = digits[1].to(device)
    table = check.tensor(one_hot.one_hot(labels, 10), shape=(1797, 10), dtype=torch.float32, device=device)
    counts = [178.0, 182.0, 177.0, 183.0, 181.0, 182.0, 181.0, 179.0, 174.0, 180.0]
    check.close(table.sum(dim=0), torch.tensor(counts, device=device), what="the sum of each column")
    check.close(table.sum(dim=1), torch.ones(1797, device=device), what="the sum of each row")


@pytest.mark.concept("onehot.row-meaning")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_the_label_is_the_position_of_the_1(device, dtype):
    """The way back: the label is the position of the 1 in its row."""
    n, classes = draw.sizes(2, low=4)
    labels = draw.integers((n,), 0, classes - 1, device=device)
    labels[0], labels[1], labels[2] = 1, 3, 0
    rows = rows_of(labels.tolist(), classes, device).to(dtype)
    with check.unchanged(rows):
        found = one_hot.labels_of(rows)
    check.equal(
        found,
        labels,
        what="the tensor of labels",
        mistakes={
            "this is one position over the whole table; each row has one: dim=-1": lambda: rows.argmax(),
            "this looks along the columns; a label is a position along its row": lambda: rows.argmax(dim=0),
            "these are the ones themselves, not their positions": lambda: rows.amax(dim=-1),
            "the axis of size 1 is left in: keepdim is not asked for": labels.unsqueeze(1),
            "a label counts from 0": labels + 1,
            "nonzero() gives row and column of each 1; the column alone is the label": lambda: rows.nonzero(),
        },
    )


@pytest.mark.concept("onehot.row-meaning")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_labels_come_back_in_their_shape(device, layout):
    """The last axis goes, the others stay, however many there are."""
    shape = draw.sizes(2)
    labels = draw.integers(shape, 0, 8, device=device)
    rows = rows_of(labels.flatten().tolist(), 9, device).reshape(*shape, 9)
    check.equal(one_hot.labels_of(draw.laid_out(rows, layout)), labels)
    check.equal(one_hot.labels_of(rows[0, 0]), labels[0, 0].clone(), what="the label of a single row")
    none = torch.zeros(0, dtype=torch.int64, device=device)
    check.equal(one_hot.labels_of(rows[0, :0]), none, what="the labels of no rows")
    for part in (labels[:1], labels[:, :1], labels[:1, :1], labels[0, :1]):
        table = rows_of(part.flatten().tolist(), 9, device).reshape(*part.shape, 9)
        check.equal(
            one_hot.labels_of(draw.laid_out(table, layout)),
            part.clone(),
            what=f"the tensor of labels of rows of shape {tuple(table.shape)}",
            mistakes={"an axis of size 1 is lost; the last axis goes, and no other": part.squeeze()},
        )


@pytest.mark.concept("onehot.row-meaning")
def test_a_position_is_found_and_not_calculated_in_half_precision(device):
    """float16 holds 0 and 1 as any dtype does, but it has no number between 2048 and 2050: a label is int64."""
    positions = [2099, 3, 257, 2051]
    rows = torch.zeros(4, 2100, dtype=torch.float16, device=device)
    rows[torch.arange(4, device=device), torch.tensor(positions, device=device)] = 1.0
    labels = torch.tensor(positions, device=device)
    check.equal(
        one_hot.labels_of(rows),
        labels,
        what="the tensor of labels",
        mistakes={"these positions are rounded: whole numbers this large need int64": lambda: labels.half().long()},
    )


@pytest.mark.concept("onehot.scatter-args")
@pytest.mark.concept("onehot.scatter-rank")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64], ids=["float32", "float64", "int64"])
def test_each_value_goes_to_the_column_that_the_index_names(device, dtype):
    """With dim 1, scatter_() writes values[i, j] at [i, columns[i, j]]: index and values pair element by element."""
    n, k = draw.sizes(2, low=3, high=5)
    width = 8
    columns = torch.stack([torch.randperm(width - 1)[:k] for _ in range(n)])  # the last column stays empty
    columns[0, :2] = torch.tensor([4, 3])  # not sorted
    columns[0, 2:] = torch.arange(k - 2)
    values = draw.integers((n, k), 2, 99, dtype=dtype) + (torch.arange(k) * 100).to(dtype)
    right = [[0] * width for _ in range(n)]
    ordered = [[0] * width for _ in range(n)]
    for i in range(n):
        for j in range(k):
            right[i][int(columns[i, j])] = values[i, j].item()
            ordered[i][sorted(columns[i].tolist())[j]] = values[i, j].item()
    expected = torch.tensor(right, dtype=dtype, device=device)
    columns, values = columns.to(device), values.to(device)
    first = torch.zeros_like(expected)
    first[torch.arange(n, device=device), columns[:, 0]] = values[:, 0]
    check.equal(
        one_hot.scatter_values(columns, values, width),
        expected,
        mistakes={
            "this writes 1; write the value that belongs to each column": (expected != 0).to(dtype),
            "only the first value of each row was written: the index has all k columns": first,
            "the columns were sorted: column and value of one place belong together": (
                torch.tensor(ordered, dtype=dtype, device=device)
            ),
            "the width comes from the largest column; it is given": lambda: expected[:, : int(columns.max()) + 1],
            "this adds all up in one row": lambda: expected.sum(dim=0),
        },
    )


@pytest.mark.concept("onehot.scatter-rank")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_columns_and_values_may_lie_in_any_way_and_stay_as_they_are(device, layout):
    """scatter_() changes the table that it is called on, and neither the index nor the values."""
    columns = draw.laid_out(torch.tensor([[3, 0], [1, 2], [4, 1]], device=device), layout)
    values = draw.laid_out(draw.normal((3, 2), device=device), layout)
    (a, b), (c, d), (e, f) = values.tolist()
    expected = [[b, 0.0, 0.0, a, 0.0], [0.0, c, d, 0.0, 0.0], [0.0, f, 0.0, 0.0, e]]
    with check.unchanged(columns, values):
        table = one_hot.scatter_values(columns, values, 5)
    check.equal(table, torch.tensor(expected, device=device))


@pytest.mark.concept("onehot.scatter-args")
@pytest.mark.parametrize("dtype", [torch.int64, torch.float64, torch.uint8], ids=["int64", "float64", "uint8"])
def test_values_keep_all_their_digits(device, dtype):
    """scatter_() moves values as they are: a large whole number would be rounded on its way through float32."""
    large = {torch.int64: 2**53 + 1, torch.float64: 1 + 2**-40, torch.uint8: 255}[dtype]
    values = torch.tensor([[large, 3], [7, large]], dtype=dtype, device=device)
    columns = torch.tensor([[2, 0], [1, 3]], device=device)
    expected = torch.tensor([[3, 0, large, 0, 0], [0, 7, 0, large, 0]], dtype=dtype, device=device)
    check.equal(
        one_hot.scatter_values(columns, values, 5),
        expected,
        mistakes={
            "the values were rounded to float32; write them into a table of their own dtype": (
                lambda: expected.float().to(dtype)
            ),
        },
    )


# Without the device: a position out of range ends the whole process on some accelerators.
@pytest.mark.concept("onehot.scatter-args")
def test_a_column_out_of_range_is_an_error():
    """A value without a column is an error, and must not end up in another one."""
    values = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    with check.raises(ValueError, "a column is as large as width: the last column is width - 1"):
        one_hot.scatter_values(torch.tensor([[0, 1], [2, 3]]), values, 3)
    with check.raises(ValueError, "a column is below 0"):
        one_hot.scatter_values(torch.tensor([[0, -1], [2, 1]]), values, 3)
