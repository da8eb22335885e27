"""Indexing picks parts of a tensor, as views or as copies."""

import pytest
import torch

from dojo import check, draw
from katas.tensors import indexing


@pytest.mark.concept("ops.indexing")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_slice_begins_at_its_start_and_stops_before_its_end(device, layout):
    """A slice begins at its start and stops before its end, so start:start + size has size elements."""
    (height, width), top, left = draw.sizes(2, high=4), draw.integer(2, 3), draw.integer(4, 5)
    image = draw.laid_out(draw.distinct((left + 6, left + 7), device=device), layout)
    rows = image.tolist()

    def part(top, left, height, width):
        return torch.tensor([row[left : left + width] for row in rows[top : top + height]], device=device)

    check.equal(
        indexing.window(image, top, left, height, width),
        part(top, left, height, width),
        mistakes={
            "a slice names where it stops, not how long it is: it stops before start + size": lambda: image[
                top:height, left:width
            ],
            "this has one row and one column too many: the end of a slice is left out": part(
                top, left, height + 1, width + 1
            ),
            "this has one row and one column too few: the end of a slice is left out, so it is start + size": part(
                top, left, height - 1, width - 1
            ),
            "the first index counts rows, from the top; the second counts columns, from the left": part(
                left, top, width, height
            ),
            "rows and columns count from 0: this begins one row and one column too early": part(
                top - 1, left - 1, height, width
            ),
            "the window begins at row top and column left, not in the corner": part(0, 0, height, width),
            "x[a:b][c:d] slices the rows again: the slices of rows and columns stand in one pair of brackets": lambda: (
                image[top : top + height][left : left + width]
            ),
        },
    )


@pytest.mark.concept("ops.indexing")
def test_a_slice_is_a_view_of_the_same_elements(device):
    """A slice copies nothing: what is written into it is written into the tensor."""
    image = draw.normal((6, 7), device=device)
    with check.unchanged(image):
        part = indexing.window(image, 1, 2, 3, 4)
    check.shares_memory(part, image, mistake="a slice is a view already; .clone() or new tensors make a copy of it")
    part.fill_(9.0)
    check.equal(image[1:4, 2:6], torch.full((3, 4), 9.0, device=device), what="the image under the window")


@pytest.mark.concept("ops.indexing")
@pytest.mark.parametrize("window", [(0, 0, 6, 7), (1, 2, 1, 3), (2, 1, 3, 1), (5, 6, 1, 1)], ids=str)
def test_a_slice_keeps_its_two_axes_and_stays_a_view_at_any_size(device, window):
    """A slice keeps its axis, even of size 1, and stays a view, even where it takes everything."""
    top, left, height, width = window
    image = draw.distinct((6, 7), device=device, dtype=torch.int64)
    inside = torch.tensor([row[left : left + width] for row in image.tolist()[top : top + height]], device=device)
    part = indexing.window(image, top, left, height, width)
    check.equal(
        part,
        inside,
        mistakes={
            "an axis of size 1 was dropped: a slice keeps its axis, the shape is (height, width)": inside.squeeze()
        },
    )
    check.shares_memory(part, image, mistake="a slice is a view, even where the window is the whole image")


@pytest.mark.concept("ops.indexing")
@pytest.mark.parametrize("shape", [None, (4, 4, 3), (0, 4, 3)], ids=["drawn", "square", "without rows"])
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_permuting_the_axes_moves_each_element_to_its_permuted_index(device, layout, shape):
    """Permuting axes moves the element [i, j, k] to [k, i, j]; reshaping moves nothing, it only cuts anew."""
    rows, columns, channels = shape or draw.sizes(3)
    image = draw.laid_out(draw.distinct((rows, columns, channels), device=device), layout)
    values = image.tolist()
    expected = [[[values[i][j][k] for j in range(columns)] for i in range(rows)] for k in range(channels)]
    reversed_axes = [[[values[i][j][k] for i in range(rows)] for j in range(columns)] for k in range(channels)]
    last = [[[values[i][j][k] for i in range(rows)] for k in range(channels)] for j in range(columns)]
    with check.unchanged(image):
        result = indexing.channels_first(image)
    check.equal(
        result,
        torch.tensor(expected, device=device).reshape(channels, rows, columns),
        mistakes={
            "reshape keeps the order of the elements and only cuts them anew: the axes must be permuted": lambda: (
                image.reshape(channels, rows, columns)
            ),
            "all three axes are reversed: rows come before columns here": torch.tensor(reversed_axes, device=device),
            "the first axis moved to the end; the last one must come to the front": torch.tensor(last, device=device),
        },
    )


@pytest.mark.concept("ops.indexing")
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_transpose_is_a_view_of_the_same_elements(device, layout, channels):
    """A transpose copies nothing, it only looks at the elements in another order of axes."""
    shape = (*draw.sizes(2, low=4), channels)
    image = draw.laid_out(draw.normal(shape, device=device, dtype=torch.float64), layout)
    turned = indexing.channels_first(image)
    check.shares_memory(
        turned, image, mistake="a transpose is a view already; .contiguous() or .clone() makes a copy of it"
    )


@pytest.mark.concept("ops.indexing")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_mask_picks_the_rows_where_it_is_true(device, layout):
    """A mask has a truth value for each row, and picks those rows where it is True."""
    columns = draw.integer(3, 5)
    x = draw.laid_out(draw.distinct((7, columns), device=device) + 1, layout)
    wanted = [False, True, True, False, False, True, bool(draw.integer(0, 1))]
    keep = torch.tensor(wanted, device=device)
    rows = x.tolist()
    picked = [row for row, yes in zip(rows, wanted, strict=True) if yes]
    others = [row for row, yes in zip(rows, wanted, strict=True) if not yes]
    places = [place for place, yes in enumerate(wanted) if yes]
    with check.unchanged(x, keep):
        result = indexing.rows_where(x, keep)
    check.equal(
        result,
        torch.tensor(picked, device=device),
        mistakes={
            "False and True were taken for the positions 0 and 1: a mask must stay bool": torch.tensor(
                [rows[yes] for yes in wanted], device=device
            ),
            "these are the rows that keep says False for": torch.tensor(others, device=device),
            "these are the right elements, but all in one row: a mask of shape (rows,) picks whole rows": torch.tensor(
                [value for row in picked for value in row], device=device
            ),
            "these are the positions of the rows, not the rows": torch.tensor(places, device=device),
        },
    )
    check.own_memory(result, x)


@pytest.mark.concept("ops.indexing")
@pytest.mark.parametrize("mask", ["TTTT", "TTFF", "FTTF", "FFTF"])
def test_a_mask_copies_even_where_a_slice_would_do(device, mask):
    """A mask gives a copy whichever rows it picks, also for all rows, a run of rows, or a single one."""
    x = draw.normal((4, 3), device=device)
    keep = torch.tensor([letter == "T" for letter in mask], device=device)
    picked = [row for row, letter in zip(x.tolist(), mask, strict=True) if letter == "T"]
    one_axis = {"an axis is lost where one row is picked: the shape stays (rows, columns)": lambda: x[mask.index("T")]}
    with check.unchanged(x, keep):
        result = indexing.rows_where(x, keep)
    check.equal(result, torch.tensor(picked, device=device), mistakes=one_axis if len(picked) == 1 else {})
    check.own_memory(result, x, mistake="this is a slice of x or x itself, a view: what a mask picks is always a copy")


@pytest.mark.concept("ops.indexing")
def test_a_mask_asks_nothing_of_the_elements(device):
    """What a row holds plays no part: zeros, NaN and repeated rows are picked like any other."""
    nan = float("nan")
    x = torch.tensor([[0.0, 0.0], [nan, 1.0], [2.0, 2.0], [2.0, 2.0], [5.0, 6.0]], device=device)
    keep = torch.tensor([True, True, True, True, False], device=device)
    expected = torch.tensor([[0.0, 0.0], [nan, 1.0], [2.0, 2.0], [2.0, 2.0]], device=device)

    def rows(*places):
        return torch.stack([expected[place] for place in places])

    check.equal(
        indexing.rows_where(x, keep),
        expected,
        mistakes={
            "a row of zeros is missing: zeros are elements like others": rows(1, 2, 3),
            "the row with NaN is missing: keep alone says which rows to take": rows(0, 2, 3),
            "equal rows were merged into one: each True picks its row": rows(0, 1, 2),
        },
    )


@pytest.mark.concept("ops.indexing")
@pytest.mark.parametrize("dtype", [torch.float32, torch.int64], ids=str)
def test_a_mask_without_a_true_picks_no_row(device, dtype):
    """Where the mask is nowhere True, the result has no rows, and still its columns and its dtype."""
    x = draw.integers((3, 4), 1, 9, device=device, dtype=dtype)
    keep = torch.zeros(3, dtype=torch.bool, device=device)
    check.equal(indexing.rows_where(x, keep), torch.empty((0, 4), dtype=dtype, device=device))


@pytest.mark.concept("ops.indexing")
@pytest.mark.parametrize("shape", [(4, 6), (6, 4), (5, 5)], ids=str)
def test_positions_for_two_axes_are_paired(device, shape):
    """Index tensors for two axes go in pairs, first with first; a colon would combine every row with every column."""
    rows, width = shape
    x = draw.distinct(shape, device=device)
    places = [1, 3, 3, *[draw.integer(0, width - 1) for _ in range(rows - 3)]]
    columns = torch.tensor(places, device=device)
    values = x.tolist()

    def vector(numbers):
        return torch.tensor(numbers, device=device)

    with check.unchanged(x, columns):
        result = indexing.one_of_each_row(x, columns)
    check.equal(
        result,
        vector([values[i][places[i]] for i in range(rows)]),
        mistakes={
            "x[:, columns] combines every row with every column; asked is one element of each row": vector(
                [[row[place] for place in places] for row in values]
            ),
            "there is one axis too many: a vector of shape (rows,) is asked": vector(
                [[values[i][places[i]]] for i in range(rows)]
            ),
            "this is the same column in every row; columns names one for each": vector(
                [row[places[0]] for row in values]
            ),
            "this is the largest of each row; columns says which to take": vector([max(row) for row in values]),
            "columns count from 0: this takes the ones before": vector([values[i][places[i] - 1] for i in range(rows)]),
        },
    )


@pytest.mark.concept("ops.indexing")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_picking_by_positions_copies_from_any_layout(device, layout):
    """What positions pick has memory of its own, however the tensor lies in its memory."""
    x = draw.laid_out(draw.distinct((4, 3), device=device), layout)
    columns = torch.tensor([2, 0, 1, 2], device=device)
    result = indexing.one_of_each_row(x, columns)
    values = x.tolist()
    check.equal(result, torch.tensor([values[0][2], values[1][0], values[2][1], values[3][2]], device=device))
    check.own_memory(result, x)


@pytest.mark.concept("ops.indexing")
@pytest.mark.parametrize("places", [[2, 0, 1, 2], [1, 1, 1, 1]], ids=str)
@pytest.mark.parametrize(("low", "dtype"), [(0.1, torch.float64), (2**53 + 1, torch.int64), (100, torch.int8)], ids=str)
def test_what_is_picked_moves_as_it_is(device, low, dtype, places):
    """Picking moves elements and computes nothing: the dtype stays, and so does every digit."""
    rows = [[low + 3 * i + j for j in range(3)] for i in range(4)]
    x = torch.tensor(rows, dtype=dtype, device=device)
    columns = torch.tensor(places, device=device)
    numbers = [row[place] for row, place in zip(rows, places, strict=True)]
    expected = torch.tensor(numbers, dtype=dtype, device=device)
    result = indexing.one_of_each_row(x, columns)
    check.equal(
        result,
        expected,
        mistakes={
            "the elements became float32 on the way: pick with index tensors, in the dtype of x": torch.tensor(
                numbers, dtype=torch.float32, device=device
            )
        },
    )
    check.own_memory(result, x, mistake="this is a column of x, a view; what positions pick is a copy")


@pytest.mark.concept("ops.indexing")
def test_elements_that_are_not_picked_play_no_part(device):
    """What is not picked plays no part; in a product with 0 and 1 it would: NaN times 0 is NaN."""
    x = torch.tensor([[float("nan"), 1.0], [2.0, float("inf")]], device=device)
    columns = torch.tensor([1, 0], device=device)
    check.equal(
        indexing.one_of_each_row(x, columns),
        torch.tensor([1.0, 2.0], device=device),
        mistakes={
            "NaN or infinity times 0 is NaN: pick the elements, do not multiply by 0 and 1 and add": torch.tensor(
                [float("nan"), float("nan")], device=device
            )
        },
    )


@pytest.mark.concept("ops.indexing")
@pytest.mark.parametrize(("shape", "places"), [((1, 4), [2]), ((4, 1), [0, 0, 0, 0]), ((0, 3), [])], ids=str)
def test_a_single_row_a_single_column_and_no_row_go_the_same_way(device, shape, places):
    """One row gives one element in a vector, no rows give an empty one."""
    x = draw.normal(shape, device=device)
    columns = torch.tensor(places, dtype=torch.int64, device=device)
    numbers = [row[place] for row, place in zip(x.tolist(), places, strict=True)]
    result = indexing.one_of_each_row(x, columns)
    check.equal(
        result,
        torch.tensor(numbers, device=device),
        mistakes={"the axis is lost where there is one row: the shape stays (rows,)": lambda: x[0, places[0]]}
        if len(places) == 1
        else {},
    )
    if numbers:
        check.own_memory(result, x)
