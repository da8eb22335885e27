"""Offset and strides say where each element lies."""

import itertools

import pytest
import torch

from dojo import check, draw
from katas.storage import strides

pytestmark = pytest.mark.storage


def last_place(tensor: torch.Tensor) -> tuple[int, ...]:
    """Return the index of the last element: every step along every axis counts there."""
    return tuple(size - 1 for size in tensor.shape)


@pytest.mark.concept("storage.stride")
def test_in_a_contiguous_matrix_the_next_row_begins_one_row_length_further(device):
    """In a contiguous matrix the next row begins one row's length further on."""
    rows, columns = draw.sizes(2, low=3)
    x = draw.normal((rows, columns), device=device)
    index = (1, columns - 1)
    check.equal(
        strides.storage_index(x, index),
        columns + columns - 1,
        mistakes={
            "these are bytes: count in elements, as offset and strides do": 4 * (columns + columns - 1),
            "this is the sum of the indices: one step along an axis moves by that axis's stride": sum(index),
            "this pairs the strides with the axes in reverse": columns * (columns - 1) + 1,
            "this steps by the number of rows: the stride of a row is how many elements a row has": rows + columns - 1,
        },
    )


@pytest.mark.concept("storage.offset")
@pytest.mark.parametrize("dtype", [torch.float32, torch.int8, torch.float64])
def test_the_first_element_of_a_slice_lies_at_the_offset(device, dtype):
    """The offset is the place of the first element; a slice need not begin at 0."""
    start, columns = draw.sizes(2)
    x = draw.normal((start + 3, columns), device=device, dtype=dtype)
    y = x[start:]
    check.equal(
        strides.storage_index(y, (0, 0)),
        start * columns,
        mistakes={
            "the offset is left out: y is a slice, and begins further on in x's storage": 0,
            "these are bytes: count in elements, as offset and strides do": start * columns * x.element_size(),
        },
    )


@pytest.mark.concept("storage.formula")
@pytest.mark.concept("storage.transpose")
def test_the_element_lies_at_the_offset_plus_each_index_times_its_stride(device):
    """The element (i, j) lies at offset + stride[0]*i + stride[1]*j, in a transposed slice as well."""
    rows, columns, first = draw.sizes(3)
    width = columns + 8  # more than rows, so that the stride of y is not that of a contiguous tensor
    x = draw.normal((rows + first, width), device=device)
    y = x[first:, 8:].T
    index = last_place(y)
    offset = first * width + 8
    check.equal(
        strides.storage_index(y, index),
        offset + index[0] + width * index[1],
        mistakes={
            "this steps by 1 along the last axis, which is right for contiguous tensors only": offset
            + width * index[0]
            + index[1],
            "these are the strides of a contiguous tensor of y's shape; y's own are y.stride()": offset
            + rows * index[0]
            + index[1],
            "the offset is left out: y is a slice, and begins further on in x's storage": index[0] + width * index[1],
            "these are the strides of a contiguous tensor, and the offset is left out": rows * index[0] + index[1],
        },
    )


@pytest.mark.concept("storage.formula")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_the_formula_holds_for_every_element_with_any_number_of_axes(device, layout):
    """The formula holds for every element, with any number of axes and any layout."""
    for count in (1, 3):
        x = draw.laid_out(draw.distinct(draw.sizes(count, high=5), device=device), layout)
        stored = torch.as_strided(x, (x.untyped_storage().nbytes() // x.element_size(),), (1,), 0).tolist()
        for index in itertools.product(*map(range, x.shape)):
            place = strides.storage_index(x, index)
            check.equal(place, x.storage_offset() + sum(i * s for i, s in zip(index, x.stride(), strict=True)))
            check.equal(stored[place], x[index].item(), what="the element at that place")


@pytest.mark.concept("storage.formula")
def test_the_place_follows_without_a_look_at_the_elements():
    """The place follows from offset and strides alone: a tensor on meta has these, and no elements at all."""
    x = torch.empty(5, 6, device="meta")
    y = x[1:, 2:].T
    check.equal(strides.storage_index(y, (3, 2)), 8 + 3 + 6 * 2)
    x = torch.empty(5, 2**26 + 1, device="meta")
    check.equal(
        strides.storage_index(x, (3, 2**25 + 1)),
        3 * (2**26 + 1) + 2**25 + 1,
        mistakes={"the digits were lost in float32, which holds integers up to 2**24: stay with ints": 234881024},
    )


@pytest.mark.concept("storage.stride")
def test_a_stride_of_0_moves_nowhere(device):
    """A stride may be 0: an expanded axis shows the same place again and again."""
    x = draw.normal((3, 1), device=device).expand(3, 4)
    index = (2, 3)
    check.equal(strides.storage_index(x, index), 2, mistakes={"a step along an expanded axis moves by 0": 5})


@pytest.mark.concept("storage.offset")
def test_a_tensor_without_axes_lies_at_its_offset(device):
    """A tensor without axes has no strides: its one element lies at the offset."""
    x = draw.normal((5,), device=device)
    y = x[3]
    check.equal(strides.storage_index(y, ()), 3)


@pytest.mark.concept("storage.stride")
def test_the_strides_of_a_contiguous_tensor_follow_from_its_shape():
    """One step along an axis of a contiguous tensor passes over everything behind that axis."""
    a, b, c = draw.sizes(3)
    check.equal(
        strides.contiguous_strides((a, b, c)),
        (b * c, c, 1),
        mistakes={
            "these are the sizes: a stride is the product of the sizes of all axes behind it": (a, b, c),
            "the strides are in reverse: the last axis is the one with stride 1": (1, c, b * c),
            "the products are taken from the front: a stride counts what lies behind its axis": (1, a, a * b),
            "each stride is the size of the next axis only, not the product of all behind it": (b, c, 1),
            "each stride counts its own axis as well: one step passes over what lies behind": (a * b * c, b * c, c),
        },
    )


@pytest.mark.concept("storage.stride")
def test_the_strides_agree_with_torch_for_any_number_of_axes():
    """The rule holds for any number of axes, none included."""
    for shape in ((), (5,), [4, 3], (2, 1, 3), torch.Size([2, 5, 3, 4, 6])):
        check.equal(strides.contiguous_strides(shape), torch.empty(shape).stride())
