"""A view shows part of a storage; a copy has a storage of its own."""

import pytest
import torch

from dojo import check, draw
from katas.storage import views

pytestmark = pytest.mark.storage


@pytest.mark.concept("storage.no-copy")
@pytest.mark.concept("ops.indexing")
@pytest.mark.parametrize("dtype", [torch.float32, torch.int16])
def test_a_slice_with_a_step_picks_every_second_column(device, dtype):
    """A slice takes a start, a stop and a step for each axis."""
    for rows, columns in ((6, 9), (7, 4), (1, 4), (3, 2), (3, 1), (0, 4)):
        table = draw.distinct((rows, columns), device=device, dtype=dtype)
        listed = [[row[j] for j in range(1, columns, 2)] for row in table.tolist()]
        check.equal(
            views.odd_columns(table),
            torch.tensor(listed, dtype=dtype, device=device).reshape(rows, columns // 2),
            mistakes={
                "this begins with column 0: begin with column 1": table[:, ::2],
                "these are rows: the columns are counted by the second index": table[1::2],
                "this is the second half of the columns: take every second one": table[:, columns - columns // 2 :],
            },
        )


@pytest.mark.concept("storage.no-copy")
@pytest.mark.concept("storage.view")
def test_a_view_is_an_offset_and_strides_over_the_same_storage(device):
    """A slice is made without copying: it is a new offset, a new shape and new strides over the same storage."""
    rows, columns = draw.sizes(2, low=4)
    table = draw.normal((rows, columns), device=device)
    odd = views.odd_columns(table)
    check.shares_memory(odd, table, mistake="picking by a list or tensor of numbers makes a copy; a slice makes a view")
    check.equal(odd.stride(), (columns, 2), what="the stride")
    check.equal(odd.storage_offset(), 1, what="the offset")
    odd[2, 0] = 50.0
    check.equal(table[2, 1].item(), 50.0, what="table[2, 1], after 50.0 was written to [2, 0] of the odd columns,")


@pytest.mark.concept("storage.view")
@pytest.mark.concept("storage.offset")
def test_a_view_of_a_view_starts_from_its_offset_and_strides(device):
    """A view can be made of any view: its offset and strides build on those that are there."""
    table = draw.distinct((12, 11), device=device)
    part = table[2:9, 3:].T  # shape (8, 7), stride (1, 11), offset 25
    listed = part.tolist()
    check.equal(
        views.odd_columns(part),
        torch.tensor([row[1::2] for row in listed], device=device),
        mistakes={
            "the offset of the table is left out: it begins further on in its storage": table[1:7:2, :8].T,
            "these are the strides of a contiguous matrix; the table's own are table.stride()": (
                lambda: part.as_strided((8, 3), (7, 2), 26)
            ),
        },
    )
    check.shares_memory(views.odd_columns(part), table)


@pytest.mark.concept("storage.view")
def test_the_diagonal_steps_down_and_right_at_once(device):
    """One step along the diagonal moves by a row and a column: its stride is the sum of the two strides."""
    for rows, columns in ((4, 7), (7, 4), (5, 5), (1, 3), (3, 1), (1, 1)):
        table = draw.distinct((rows, columns), device=device)
        listed = table.tolist()
        n = min(rows, columns)
        check.equal(
            views.diagonal(table),
            torch.tensor([listed[i][i] for i in range(n)], device=device),
            mistakes={
                "this is the first row: step down one row as well": table[0, :n],
                "this is the first column: step right one column as well": table[:n, 0],
                "this has the shape of the table, with zeros off the diagonal": lambda: torch.diag(torch.diag(table)),
            },
        )


@pytest.mark.concept("storage.view")
@pytest.mark.concept("storage.no-copy")
def test_the_diagonal_needs_no_memory_of_its_own(device):
    """A diagonal is equal steps through the storage, so it is a view, and writing to it writes to the matrix."""
    table = draw.normal((4, 6), device=device)
    steps = views.diagonal(table)
    copied = "torch.diag makes a copy, and so does stacking; as_strided with a stride of your own makes a view"
    check.shares_memory(steps, table, mistake=copied)
    steps.fill_(0.0)
    check.equal(table.count_nonzero().item(), 20, what="the number of non-zeros after the diagonal was set to 0")


@pytest.mark.concept("storage.offset")
@pytest.mark.concept("storage.view")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_the_diagonal_of_any_view_follows_its_strides(device, layout):
    """The diagonal of a view begins at the view's offset and steps by the view's strides."""
    table = draw.laid_out(draw.distinct((4, 6), device=device, dtype=torch.int64) + 1, layout)
    listed = table.tolist()
    check.equal(
        views.diagonal(table),
        torch.tensor([listed[i][i] for i in range(4)], device=device),
        mistakes={
            "columns + 1 is the step in a contiguous matrix only; the table's steps are table.stride()": (
                lambda: table.as_strided((4,), (7,))
            ),
            "the offset of the table is left out: it begins further on in its storage": (
                lambda: table.as_strided((4,), (sum(table.stride()),), 0)
            ),
        },
    )
    copied = "reshape and flatten copy what is not contiguous; as_strided with strides of your own never copies"
    check.shares_memory(views.diagonal(table), table, mistake=copied)


@pytest.mark.concept("storage.view")
def test_windows_that_overlap_share_their_elements(device):
    """Two axes may step through the same places: n numbers show all their windows without copying one."""
    n, length = draw.integer(9, 12), draw.integer(3, 4)
    series = draw.distinct((n,), device=device)
    values = series.tolist()
    listed = [[values[i + j] for j in range(length)] for i in range(n - length + 1)]
    check.equal(
        views.windows(series, length),
        torch.tensor(listed, device=device),
        mistakes={
            "the last window is missing: n elements have n - length + 1 windows": (
                torch.tensor(listed[:-1], device=device)
            ),
            "these windows do not overlap: each begins one element after the one before": (
                torch.tensor(listed[::length], device=device)
            ),
            "the windows are the columns here: each window is a row": torch.tensor(listed, device=device).T,
        },
    )
    check.equal(views.windows(series, 1), series[:, None])
    check.equal(views.windows(series, n), series[None, :])
    for width in (1, n):
        check.shares_memory(views.windows(series, width), series, mistake="windows of every length are views")


@pytest.mark.concept("storage.view")
@pytest.mark.concept("storage.offset")
def test_windows_step_by_the_stride_of_the_series(device):
    """The windows of a slice begin at its offset and step by its stride."""
    row = draw.distinct((15,), device=device, dtype=torch.int64)
    series = row[2:14:2]  # 6 elements
    listed = series.tolist()
    check.equal(
        views.windows(series, 4),
        torch.tensor([listed[i : i + 4] for i in range(3)], device=device),
        mistakes={
            "a step of 1 is right for a contiguous series only; its step is series.stride(0)": (
                row[2:].unfold(0, 4, 1)[:3]
            ),
            "the offset of the series is left out: it begins further on in its storage": row[0:12:2].unfold(0, 4, 1),
        },
    )


@pytest.mark.concept("storage.no-copy")
def test_windows_copy_nothing(device):
    """A thousand windows over one series take no more memory than the series."""
    series = draw.normal((1000,), device=device)
    with check.unchanged(series):
        rolled = views.windows(series, 100)
    copied = "stacking slices copies them; one view with two equal strides shows them all"
    check.shares_memory(rolled, series, mistake=copied)


@pytest.mark.concept("ops.indexing")
def test_rows_that_are_kept_are_the_rows_from_start_to_before_stop(device):
    """The rows from start to stop are those before stop."""
    table = draw.distinct((9, 8), device=device)
    listed = table.tolist()
    check.equal(
        views.keep_rows(table, 2, 5),
        torch.tensor(listed[2:5], device=device),
        mistakes={
            "the row at stop is not wanted: a slice leaves its stop out by itself": table[2:6],
            "these are columns: rows are counted by the first index": table[:, 2:5],
        },
    )


@pytest.mark.concept("storage.no-copy")
@pytest.mark.concept("storage.view")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_slice_that_must_outlive_its_table_is_cloned(device, layout):
    """A slice keeps the whole table in memory; its clone keeps no more than itself."""
    table = draw.laid_out(draw.normal((9, 5), device=device), layout)
    listed = table.tolist()
    for start, stop in ((3, 5), (4, 5), (0, 9)):
        with check.unchanged(table):
            rows = views.keep_rows(table, start, stop)
        shared = "these are rows of the same storage: slicing copies nothing, and detach() neither; clone() copies"
        if layout == "contiguous" and rows.is_contiguous():
            shared += ". contiguous() copies only what is not contiguous, and these rows are"
        check.own_memory(rows, table, mistake=shared)
        size, needed = rows.untyped_storage().nbytes(), (stop - start) * 5 * 4
        assert size == needed, (
            f"the new storage has {size} bytes, these rows need {needed}: slice first and copy second"
            " (clone() first and slice second copies all rows; deepcopy copies the whole storage)"
        )
        assert rows.is_contiguous(), (
            f"the rows have stride {rows.stride()}, expected contiguous rows, (5, 1): clone() keeps the order in memory"
            " unless told memory_format=torch.contiguous_format"
        )
        check.equal(rows, torch.tensor(listed[start:stop], device=device))


@pytest.mark.concept("storage.no-copy")
@pytest.mark.parametrize("dtype", [torch.float64, torch.int64])
def test_rows_that_are_kept_lose_no_digit(device, dtype):
    """A copy keeps the dtype, and with it every digit."""
    table = (draw.distinct((4, 3), dtype=torch.float64) / 7 + 2**50).to(dtype).to(device)
    listed = table.tolist()
    check.equal(
        views.keep_rows(table, 1, 2),
        torch.tensor(listed[1:2], dtype=dtype, device=device),
        mistakes={
            "the digits went through float32: clone() keeps the dtype": torch.tensor(
                listed[1:2], device=device
            ).float(),
        },
    )
