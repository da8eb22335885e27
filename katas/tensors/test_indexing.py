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
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_permuting_the_axes_moves_each_element_to_its_permuted_index(device, layout):
    """Permuting axes moves the element [i, j, k] to [k, i, j]; reshaping moves nothing, it only cuts anew."""
    rows, columns, channels = draw.sizes(3)
    image = draw.laid_out(draw.distinct((rows, columns, channels), device=device), layout)
    values = image.tolist()
    expected = [[[values[i][j][k] for j in range(columns)] for i in range(rows)] for k in range(channels)]
    reversed_axes = [[[values[i][j][k] for i in range(rows)] for j in range(columns)] for k in range(channels)]
    last = [[[values[i][j][k] for i in range(rows)] for k in range(channels)] for j in range(columns)]
    with check.unchanged(image):
        result = indexing.channels_first(image)
    check.equal(
        result,
        torch.tensor(expected, device=device),
        mistakes={
            "reshape keeps the order of the elements and only cuts them anew: the axes must be permuted": lambda: (
                image.reshape(channels, rows, columns)
            ),
            "all three axes are reversed: rows come before columns here": torch.tensor(reversed_axes, device=device),
            "the first axis moved to the end; the last one must come to the front": torch.tensor(last, device=device),
        },
    )


@pytest.mark.concept("ops.indexing")
def test_a_transpose_is_a_view_of_the_same_elements(device):
    """A transpose copies nothing, it only looks at the elements in another order of axes."""
    image = draw.normal(draw.sizes(3), device=device)
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
def test_a_mask_without_a_true_picks_no_row(device):
    """Where the mask is nowhere True, the result has no rows, and still its columns."""
    x = draw.normal((3, 4), device=device)
    keep = torch.zeros(3, dtype=torch.bool, device=device)
    check.equal(indexing.rows_where(x, keep), torch.empty((0, 4), device=device))


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
