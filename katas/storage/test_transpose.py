"""Transposing swaps strides; only a new order in memory takes a copy."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch

from dojo import check, draw
from katas.storage import transpose

pytestmark = pytest.mark.storage

BY_HAND = "the sizes and strides, with torch.as_strided"
TRANSPOSE = ("transpose", "transpose_", "t", "t_", "permute", "transpose_copy", "t_copy", "permute_copy", "numpy_T")


@contextmanager
def by_hand() -> Iterator[None]:
    """Refuse to transpose with torch's own operation, by whatever name it is called, or with NumPy's."""
    __tracebackhide__ = True
    with check.built_without(*TRANSPOSE, instead=BY_HAND), check.built_without_numpy(instead=BY_HAND):
        yield


@pytest.mark.concept("storage.transpose")
@pytest.mark.concept("ops.indexing")
def test_element_i_j_of_the_transposed_matrix_is_element_j_i(device):
    """Element (i, j) of the transposed matrix is element (j, i) of the matrix."""
    x = draw.distinct((3, 5), device=device)
    listed = x.tolist()
    in_place = "as_strided makes a new tensor; as_strided_ and transpose_ change the one they are called on"
    with check.unchanged(x, mistake=in_place), by_hand():
        turned = transpose.swap_axes(x, 0, 1)
    check.equal(
        turned,
        torch.tensor([[listed[j][i] for j in range(3)] for i in range(5)], device=device),
        mistakes={
            "the sizes are swapped and the strides are not: the numbers fill the new shape row by row": x.reshape(5, 3),
            "this is the input: swap the two sizes and the two strides": x,
        },
    )


@pytest.mark.concept("storage.transpose")
@pytest.mark.concept("storage.no-copy")
def test_transposing_swaps_the_strides_and_moves_no_number(device):
    """To transpose swaps two sizes and two strides; the storage and the offset stay."""
    rows, columns = draw.sizes(2, low=3)
    x = draw.normal((rows, columns), device=device)
    turned = transpose.swap_axes(x, 0, 1)
    check.shares_memory(turned, x, mistake="transposing copies nothing: what is written to one is seen by the other")
    check.equal(turned.stride(), (1, columns), what="the stride")
    turned[2, 1] = 70.0
    check.equal(x[1, 2].item(), 70.0, what="x[1, 2], after 70.0 was written to [2, 1] of the transposed,")


@pytest.mark.concept("storage.transpose")
@pytest.mark.concept("storage.offset")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_transposed_view_keeps_its_offset_and_its_own_strides(device, layout):
    """A view of any layout is transposed alike: its own strides are swapped, and its offset stays."""
    x = draw.laid_out(draw.distinct((4, 6), device=device) + 1, layout)
    listed = x.tolist()
    check.equal(
        transpose.swap_axes(x, 1, 0),
        torch.tensor([[listed[j][i] for j in range(4)] for i in range(6)], device=device),
        mistakes={
            "the offset is lost: as_strided begins at 0 only where you say so, and x begins further on": (
                lambda: x.as_strided((6, 4), x.stride()[::-1], 0)
            ),
            "these are the strides of a contiguous tensor; x has its own, x.stride()": (
                lambda: x.as_strided((6, 4), (1, 6))
            ),
            "the sizes are swapped and the strides are not: the numbers fill the new shape row by row": (
                lambda: x.reshape(6, 4)
            ),
        },
    )
    copied = "contiguous() copies what is not contiguous; swap the strides that are there, and nothing is copied"
    check.shares_memory(transpose.swap_axes(x, 1, 0), x, mistake=copied)


@pytest.mark.concept("storage.transpose")
@pytest.mark.concept("ops.indexing")
def test_any_two_axes_can_be_swapped_and_the_others_stay(device):
    """Of three axes any two can be swapped; the third stays where it is."""
    x = draw.distinct((2, 3, 4), device=device, dtype=torch.int64)
    listed = x.tolist()
    with by_hand():
        turned = transpose.swap_axes(x, 0, 1)
    reverse = "all axes are reversed: swap the two that are named"
    last = "the last two axes are swapped, not those that are named"
    check.equal(
        turned,
        torch.tensor([[listed[j][i] for j in range(2)] for i in range(3)], device=device),
        mistakes={
            reverse: lambda: x.as_strided((4, 3, 2), (1, 4, 12)),
            last: lambda: x.as_strided((2, 4, 3), (12, 1, 4)),
        },
    )
    check.equal(
        transpose.swap_axes(x, 2, 0),
        torch.tensor([[[listed[k][j][i] for k in range(2)] for j in range(3)] for i in range(4)], device=device),
        mistakes={last: lambda: x.as_strided((2, 4, 3), (12, 1, 4))},
    )
    same = transpose.swap_axes(x, 1, 1)
    check.equal(same, x, what="with the axes 1 and 1, the result")
    check.shares_memory(same, x, mistake="transposing copies nothing, also where an axis is swapped with itself")
    row = draw.distinct((5,), device=device)
    check.equal(transpose.swap_axes(row, 0, 0), row)


@pytest.mark.concept("storage.transpose")
@pytest.mark.concept("ops.indexing")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_matrix_can_be_read_column_by_column(device, layout):
    """Flattening reads row by row; to read by columns, transpose first."""
    matrix = draw.laid_out(draw.distinct((3, 5), device=device), layout)
    listed = matrix.tolist()
    with check.unchanged(matrix, mistake="t() gives a new view; t_() transposes the matrix itself"):
        flat = transpose.read_by_columns(matrix)
    check.equal(
        flat,
        torch.tensor([listed[i][j] for j in range(5) for i in range(3)], device=device),
        mistakes={
            "this reads row by row: the last axis runs fastest, so transpose first": matrix.reshape(-1),
            "this is the order of the storage, which is not that of the columns here": (
                lambda: matrix.as_strided((15,), (1,))
            ),
        },
    )


@pytest.mark.concept("storage.no-copy")
@pytest.mark.concept("storage.transpose")
def test_columns_that_lie_in_order_are_read_without_a_copy(device):
    """Where the columns lie in order in the storage, reading them takes no copy, even with equal gaps."""
    needless = (
        "no copy is needed here: reshape() and flatten() make a view where strides fit, contiguous() and cat() copy"
    )
    base = draw.distinct((5, 3), device=device)
    matrix = base.T
    check.shares_memory(transpose.read_by_columns(matrix), base, mistake=needless)
    later = base[2:].T
    flat = transpose.read_by_columns(later)
    check.equal(
        flat,
        base[2:].reshape(-1),
        what="of a matrix that begins further on in its storage, the result",
        mistakes={"this begins at the start of the storage, not at the offset": base.reshape(-1)[:9]},
    )
    check.shares_memory(flat, base, mistake=needless)
    wide = draw.distinct((5, 6), device=device, dtype=torch.int64)
    matrix = wide[:, ::2].T
    flat = transpose.read_by_columns(matrix)
    check.equal(flat, torch.tensor([row[j] for row in wide.tolist() for j in (0, 2, 4)], device=device))
    check.shares_memory(flat, wide, mistake=needless)


@pytest.mark.concept("storage.no-copy")
@pytest.mark.concept("storage.contiguous")
def test_flatten_copies_what_is_transposed_and_not_what_is_contiguous(device):
    """flatten() gives a view of a contiguous tensor and a copy of a transposed one."""
    x = draw.normal(draw.sizes(2), device=device)
    copied = transpose.flatten_copies(x)
    turned = transpose.flatten_copies(x.T)
    opposite = "the answer is the other way round: True where flatten() must copy"
    check.equal(
        [copied, turned],
        [False, True],
        what="of a contiguous matrix and of its transposed, the answer",
        mistakes={
            opposite: [True, False],
            "flatten() makes a view of a contiguous tensor, and copies nothing": [True, True],
            "a transposed matrix lies in another order than its rows read: no one stride fits": [False, False],
        },
    )


@pytest.mark.concept("storage.no-copy")
def test_one_stride_may_reach_all_elements_of_a_tensor_that_is_not_contiguous(device):
    """A tensor that is not contiguous can be flattened without a copy if its steps are all equal."""
    table = draw.normal((4, 6), device=device)
    every_second = table[:, ::2]
    check.equal(
        transpose.flatten_copies(every_second),
        False,
        what="of table[:, ::2], with 6 columns, the answer",
        mistakes={
            "not contiguous does not mean that flatten() must copy: here every element is 2 places after the one before"
            " (and the last stride alone does not tell: 2 is as good as 1)": True,
        },
    )
    part = table[:, :4]
    check.equal(
        transpose.flatten_copies(part),
        True,
        what="of table[:, :4], with 6 columns, the answer",
        mistakes={"there are gaps after each row (so the last stride alone does not tell): no one stride fits": False},
    )
    turned = draw.normal((2, 3), device=device).T
    check.equal(
        transpose.flatten_copies(turned),
        True,
        what="of a transposed tensor of shape (2, 3), the answer",
        mistakes={"an axis of size 2 has a step as well; only an axis of size 1 has none": False},
    )
    long = draw.normal((3, 400), device=device)
    check.equal(
        transpose.flatten_copies(long),
        False,
        what="of a contiguous tensor of shape (3, 400), the answer",
        mistakes={"it is contiguous; were numbers compared with `is`, which holds for small ints alone?": True},
    )
    column = table[:, 1]
    check.equal(transpose.flatten_copies(column), False, what="of one column, whose elements are 6 apart, the answer")
    repeated = table[:1, :3].expand(4, 3)
    check.equal(transpose.flatten_copies(repeated), True, what="of 3 elements expanded to 4 rows, the answer")


@pytest.mark.concept("storage.no-copy")
def test_all_axes_must_fit_one_stride(device):
    """Each axis must begin where the one inside it ends; axes of size 1 do not count, and nothing needs no copy."""
    cube = draw.normal((3, 4, 5), device=device, dtype=torch.float64)
    for x, expected, name in (
        (cube, False, "of a contiguous tensor with three axes, the answer"),
        (cube[:, :2], True, "with three axes, of which the first two do not fit (cube[:, :2]), the answer"),
        (cube.transpose(0, 1), True, "with three axes, of which the first two are swapped, the answer"),
        (cube[:, :1, :], True, "of cube[:, :1, :], where a gap follows each of the rows, the answer"),
        (cube[1:2, :, :].transpose(0, 1), False, "with an axis of size 1, which never takes a step, the answer"),
        (draw.normal((2, 3, 4, 5), device=device).transpose(1, 2), True, "with four axes, two swapped, the answer"),
        (cube[0, 0, 0].expand(2, 3), False, "of one element expanded to (2, 3), with steps of 0, the answer"),
        (cube[:0].permute(2, 0, 1), False, "without elements, the answer"),
        (cube[:, :0].permute(2, 0, 1), False, "without elements, the answer"),
    ):
        check.equal(transpose.flatten_copies(x), expected, what=name)
