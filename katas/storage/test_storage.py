"""A storage is one row of numbers; tensors are ways to look at it."""

import pytest
import torch

from dojo import check, draw
from katas.storage import storage

pytestmark = pytest.mark.storage


@pytest.mark.concept("storage.contiguous")
def test_a_slice_keeps_the_whole_storage_behind_it(device):
    """A slice still has the whole storage behind it, from before its first element to after its last."""
    row = draw.distinct((draw.integer(9, 14),), device=device, dtype=torch.int16)
    x = row[2:6]
    check.equal(
        storage.whole_storage(x),
        row,
        mistakes={
            "these are the slice's own elements: its storage holds those before and after it as well": row[2:6],
            "this begins at the tensor's offset: the storage begins at 0": row[2:],
            "this stops where the slice stops: the storage goes on": row[:6],
            "these are single bytes: the storage's numbers have the tensor's dtype": lambda: row.view(torch.uint8),
            "each byte of the storage became a number: one number takes as many bytes as its dtype says": (
                lambda: row.view(torch.uint8).to(torch.int16)
            ),
        },
    )


@pytest.mark.concept("storage.contiguous")
@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32, torch.float64])
def test_all_numbers_of_a_storage_have_one_dtype(device, dtype):
    """All numbers of a storage have one dtype, and lie side by side without gaps."""
    row = draw.distinct((11,), device=device, dtype=dtype)
    x = row[1::3]
    check.equal(
        storage.whole_storage(x),
        row,
        mistakes={"these are the slice's own elements: between them lie others of the same storage": row[1::3]},
    )


@pytest.mark.concept("storage.contiguous")
def test_the_storage_has_one_axis_however_many_the_tensor_has(device):
    """Tensors have any number of axes; the storage has one, and the order of its numbers is its own."""
    a, b, c = draw.sizes(3)
    row = draw.distinct((a * b * c,), device=device)
    for x in (row.view(a, b, c), row.view(a, b, c).permute(2, 0, 1), row.view(a, b, c)[1:, :, 1], row[3]):
        check.equal(
            storage.whole_storage(x),
            row,
            mistakes={
                "these are the tensor's elements row by row; in the storage they lie in another order": x.reshape(-1),
            },
        )
    turned = row.view(a * b, c).T
    kept = turned.detach()  # knows nothing of the tensor that it was made from
    check.equal(
        storage.whole_storage(kept),
        row,
        mistakes={"these are the elements row by row; they must come in the order of the storage": kept.reshape(-1)},
    )


@pytest.mark.concept("storage.contiguous")
def test_the_storage_of_an_empty_slice_is_not_empty(device):
    """A slice without elements has a storage too; a tensor made with no elements has an empty one."""
    row = draw.distinct((5,), device=device)
    x = row[2:2]
    check.equal(storage.whole_storage(x), row)
    empty = torch.empty((0, 3), device=device)
    check.equal(storage.whole_storage(empty), torch.empty(0, device=device))


@pytest.mark.concept("storage.contiguous")
def test_reading_the_storage_copies_nothing(device):
    """To read the storage is to look at it: what is written there is seen by every tensor over it."""
    row = draw.distinct((7,), device=device)
    x = row[4:]
    with check.unchanged(x, row):
        whole = storage.whole_storage(x)
    check.shares_memory(whole, row, mistake="this is a copy: writing to it would not reach x")
    whole[5] = -1.0
    check.equal(x[1].item(), -1.0, what="x[1], after -1.0 was written to place 5 of the storage,")


@pytest.mark.concept("storage.size")
@pytest.mark.parametrize("dtype", [torch.float32, torch.uint8, torch.float64, torch.bool, torch.complex64])
def test_a_tensor_has_as_many_elements_as_the_product_of_its_sizes(device, dtype):
    """A tensor has as many elements as the product of its sizes; how many bytes each takes, its dtype says."""
    rows, columns = draw.sizes(2, low=3)
    x = draw.distinct((rows, columns), device=device, dtype=dtype)
    each = {torch.float32: 4, torch.uint8: 1, torch.float64: 8, torch.bool: 1, torch.complex64: 8}[dtype]
    count = rows * columns
    check.equal(
        storage.memory_use(x),
        (count * each, count * each),
        mistakes={
            "an element of float32 has 4 bytes, but not of every dtype": (count * 4, count * each),
            "these are counts of elements: each takes as many bytes as its dtype says": (count, count),
            "len(x) is the size of the first axis only: multiply all sizes": (rows * each, count * each),
            "UntypedStorage counts in bytes already: do not multiply by the bytes of an element": (
                count * each,
                count * each * each,
            ),
        },
    )


@pytest.mark.concept("storage.contiguous")
@pytest.mark.concept("storage.size")
def test_a_small_slice_keeps_a_large_storage_in_memory(device):
    """A small slice keeps the whole storage in memory, however few of its numbers it shows."""
    rows = draw.integer(20, 40)
    table = draw.normal((rows, 10), device=device, dtype=torch.float64)
    x = table[3:5, :4]
    check.equal(
        storage.memory_use(x),
        (2 * 4 * 8, rows * 10 * 8),
        mistakes={
            "the storage holds more than the slice: all of the table": (64, 64),
            "the first number is that of the slice's own elements": (rows * 80, rows * 80),
            "the two are in reverse: first the elements, then the storage": (rows * 80, 64),
            "these are counts of elements: each takes as many bytes as its dtype says": (8, rows * 10),
        },
    )


@pytest.mark.concept("storage.size")
@pytest.mark.concept("storage.many-views")
def test_a_view_of_a_view_has_the_whole_storage_behind_it(device):
    """The storage says how large it is; no tensor over it need show all of it."""
    table = draw.normal((6, 5), device=device)
    part = table[1:4].detach()
    x = part[1, :2]
    check.equal(
        storage.memory_use(x),
        (2 * 4, 30 * 4),
        mistakes={
            "the tensor that this is a view of shows a part of the storage only: ask the storage itself": (8, 15 * 4),
        },
    )


@pytest.mark.concept("storage.size")
def test_a_tensor_without_axes_has_one_element_and_an_empty_slice_none(device):
    """The product of no sizes is 1: a tensor without axes has one element. An empty slice has none, and a storage."""
    row = draw.normal((draw.integer(5, 9),), device=device)
    length = len(row)
    x = row[2]
    check.equal(storage.memory_use(x), (4, length * 4))
    x = row[3:3]
    check.equal(storage.memory_use(x), (0, length * 4))


@pytest.mark.concept("storage.many-views")
@pytest.mark.concept("storage.size")
def test_a_tensor_may_have_more_elements_than_its_storage_has_numbers(device):
    """expand() shows one number many times: the tensor then has more elements than its storage has numbers."""
    columns = draw.integer(3, 6)
    row = draw.normal((columns,), device=device)
    x = row.expand(100, columns)
    check.equal(
        storage.memory_use(x),
        (100 * columns * 4, columns * 4),
        mistakes={"each element of the tensor counts, though several lie in one place": (columns * 4, columns * 4)},
    )


@pytest.mark.concept("storage.many-views")
@pytest.mark.concept("storage.size")
def test_one_storage_can_be_seen_with_sizes_3_and_2_or_2_and_3(device):
    """The same six numbers are a (3, 2) tensor to one view and a (2, 3) tensor to another."""
    a, b, c, d, e, f = row = draw.distinct((6,), device=device).tolist()
    tall = torch.tensor([[a, b], [c, d], [e, f]], device=device)
    across = "the first axis is the one that runs without gaps here; in a contiguous tensor it is the last"
    in_place = "make another tensor over the storage (as_strided, view), do not turn this one into it"
    with check.unchanged(tall, mistake=in_place):
        wide = storage.look_as(tall, (2, 3))
    check.equal(
        wide,
        torch.tensor([[a, b, c], [d, e, f]], device=device),
        mistakes={across: torch.tensor([[a, c, e], [b, d, f]], device=device)},
    )
    x = torch.tensor([[a, b, c], [d, e, f]], device=device)
    check.equal(storage.look_as(x, (3, 2)), torch.tensor([[a, b], [c, d], [e, f]], device=device))
    check.equal(storage.look_as(x, (6,)), torch.tensor(row, device=device))
    check.equal(storage.look_as(x, [1, 6, 1]), torch.tensor(row, device=device)[None, :, None])


@pytest.mark.concept("storage.many-views")
def test_another_view_looks_at_the_storage_and_not_at_the_tensor(device):
    """A view is made of a storage: in what order the tensor at hand shows its numbers does not matter."""
    row = draw.distinct((12,), device=device)
    x = row.view(3, 4).T
    check.equal(
        storage.look_as(x, (2, 6)),
        row.view(2, 6),
        mistakes={
            "this reads the tensor's own elements, row by row; read the storage from its start": x.reshape(2, 6),
        },
    )


@pytest.mark.concept("storage.many-views")
def test_another_view_begins_where_it_likes(device):
    """Each view has an offset of its own, and need not show all that the storage holds."""
    row = draw.distinct((12,), device=device)
    x = row[2:10]
    try:
        y = storage.look_as(x, (2, 3))
    except ValueError:
        raise check.Failure(
            "raises", "refused 6 of 12 elements: the storage is large enough, it may hold more"
        ) from None
    check.equal(
        y,
        row[:6].view(2, 3),
        mistakes={"this begins at the tensor's offset: begin at place 0 of the storage": row[2:8].view(2, 3)},
    )


@pytest.mark.concept("storage.many-views")
def test_all_views_of_a_storage_see_what_one_of_them_writes(device):
    """All views of a storage see what one of them writes, for it is written once."""
    rows, columns = draw.sizes(2, low=3)
    x = draw.normal((rows, columns), device=device)
    with check.unchanged(x):
        y = storage.look_as(x, (columns, rows))
    check.shares_memory(y, x, mistake="this is a copy: both must look at one storage")
    check.equal(y.is_contiguous(), True, what="is_contiguous() of the view")
    y[0, 1] = 100.0
    check.equal(x[0, 1].item(), 100.0, what="x[0, 1], after 100.0 was written to the view's [0, 1],")


@pytest.mark.concept("storage.many-views")
def test_a_view_can_be_as_large_as_its_storage_and_no_larger(device):
    """A view can be as large as its storage, larger than the slice it came from, and no larger."""
    row = draw.distinct((8,), device=device)
    x = row[3:5]
    try:
        y = storage.look_as(x, (2, 4))
    except ValueError:
        raise check.Failure("raises", "refused (2, 4): the storage is large enough, with 8 elements") from None
    check.equal(y, row.view(2, 4))
    check.equal(storage.look_as(x, (3, 0)), row[:0].view(3, 0))
    narrow = row.to(torch.int16)
    check.equal(storage.look_as(narrow[5:], (4, 2)), narrow.view(4, 2))
    with check.raises(ValueError, "the storage has too few elements for the shape, here 8 for (3, 3)"):
        storage.look_as(x, (3, 3))
