"""A method whose name ends in _ changes the tensor; everything else makes a new one."""

import math

import pytest
import torch

from dojo import check, draw
from katas.tensors import in_place

OLD = "x still has its old elements: the result went into another tensor, which is what x * 2 and x = x * 2 do"
COPY = "x still has its old elements: a method without the last _ makes a new tensor, and x[mask] is a copy as well"
COPIED = "x still has its old elements: what reshape or a mask gives may be a copy, and the copy was changed"
AROUND = "the elements beside the view changed as well: they lie in the same storage, but are no part of the view"
WHOLE = "all elements of the storage changed, not just those that the view shows"


@pytest.mark.concept("ops.in-place")
def test_integers_cannot_become_fractions_in_place(device):
    """A change in place keeps the dtype; halves of integers need a new tensor, of a floating dtype."""
    values = [-7, 3, draw.integer(4, 9), 1]
    x = torch.tensor(values, device=device)
    check.equal(
        in_place.halved(x),
        torch.tensor([value / 2 for value in values], device=device),
        mistakes={
            "// rounds down to integers; / keeps the halves": torch.tensor(
                [value // 2 for value in values], device=device
            ),
            "going back to integers cuts the fraction off: leave the result in its floating dtype": torch.tensor(
                [int(value / 2) for value in values], device=device
            ),
            "these are the elements of x, not halved": torch.tensor([float(value) for value in values], device=device),
        },
    )


@pytest.mark.concept("ops.in-place")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int32, torch.uint8], ids=str
)
def test_what_is_not_in_place_leaves_the_tensor_alone(device, dtype, layout):
    """An operation without _ gives a new tensor and leaves its input alone, with memory of its own."""
    values = draw.integers(draw.sizes(2, low=3), 0 if dtype is torch.uint8 else -9, 9, device=device).to(dtype)
    # The smallest number of float64 does not survive halving, so that x cannot be halved and doubled again.
    first_two = {torch.uint8: [200, 251], torch.float64: [0.1, 5e-324]}.get(dtype, [3, -5])
    values[0, :2] = torch.tensor(first_two, dtype=dtype)
    x = draw.laid_out(values, layout)
    floating = dtype if dtype.is_floating_point else torch.float32
    halves = torch.tensor([[value / 2 for value in row] for row in x.tolist()], dtype=floating, device=device)
    mistakes = {}
    if dtype is torch.uint8:
        mistakes["the elements were read as int8, in which there is no number above 127"] = x.to(torch.int8) / 2
    if dtype is torch.float64:
        mistakes["the digits were lost in float32: stay in the dtype of x"] = (x.float() / 2).to(dtype)
    with check.unchanged(x):
        half = in_place.halved(x)
    check.own_memory(half, x)
    check.equal(half, halves, mistakes=mistakes)


@pytest.mark.concept("ops.in-place")
@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 0), (1, 4)], ids=str)
def test_a_new_tensor_is_new_even_where_there_is_nothing_to_change(device, shape):
    """The result is a tensor of its own in every case, or a later change of one would show in the other."""
    x = torch.zeros(shape, device=device)
    with check.unchanged(x):
        half = in_place.halved(x)
    check.equal(half, torch.zeros(shape, device=device))
    own = "this is x itself: give a new tensor, also where all elements are 0 or there are none"
    check.own_memory(half, x, mistake=own)


@pytest.mark.concept("ops.in-place")
@pytest.mark.parametrize("dtype", [torch.float32, torch.int64, torch.bfloat16, torch.float16, torch.uint8], ids=str)
def test_a_change_in_place_shows_in_the_tensor_itself(device, dtype):
    """In place means that the caller's tensor has the new elements, not just the result."""
    x = draw.integers(draw.sizes(2), 2, 9, device=device, dtype=dtype)
    factor, before = draw.integer(3, 5), x.clone()
    rows = before.tolist()

    def each(rule):
        return torch.tensor([[rule(value) for value in row] for row in rows], dtype=dtype, device=device)

    _, after = in_place.scale_(x, factor), x
    check.equal(
        after,
        each(lambda value: value * factor),
        what="x after the call",
        mistakes={
            OLD: before,
            "x was scaled twice": each(lambda value: value * factor * factor),
            "the factor was added, not multiplied": each(lambda value: value + factor),
        },
    )


@pytest.mark.concept("ops.in-place")
@pytest.mark.parametrize(
    ("values", "factor", "dtype"),
    [
        ([1.0, -3.0], 0.1, torch.float64),
        ([1.0, -3.0], 0, torch.float64),
        ([2.0, 0.5], -0.25, torch.float32),
        ([0.7, 1.1], 3, torch.float64),
        ([2**53 + 1, -1, 2**24 + 1], 3, torch.int64),
    ],
    ids=["tenth", "nothing", "minus_quarter", "many_digits", "large_integers"],
)
def test_a_product_in_place_is_as_exact_as_one_in_a_new_tensor(device, values, factor, dtype):
    """A product in place is computed in the dtype of the tensor, with the factor as it is, a fraction or 0."""
    x = torch.tensor(values, dtype=dtype, device=device)
    expected = torch.tensor([value * factor for value in values], dtype=dtype, device=device)
    single = torch.tensor(factor, dtype=torch.float32).item()
    mistakes = {
        "the fraction of the factor was cut off": x * int(factor),
        "x was left as it is: 0 is a factor too, and makes all elements 0": x.clone(),
        "the elements lost their digits in float32: stay in the dtype of x": (x.float() * factor).to(dtype),
        "the factor lost its digits in float32, which is the dtype of torch.tensor(factor)": (x * single).to(dtype),
    }
    _, after = in_place.scale_(x, factor), x
    check.equal(after, expected, what="x after the call", mistakes=mistakes)


@pytest.mark.concept("ops.in-place")
@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 0, 3), (4, 1)], ids=str)
def test_a_product_in_place_takes_any_shape(device, shape):
    """A change in place reaches every element, in a tensor without axes as well, and keeps the shape."""
    x = torch.full(shape, 1.5, device=device)
    old = {"x still has its old elements: every shape is scaled, also ()": x.clone()}
    _, after = in_place.scale_(x, -3), x
    check.equal(after, torch.full(shape, -4.5, device=device), what="x after the call", mistakes=old)


@pytest.mark.concept("ops.in-place")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.int64], ids=str)
def test_assigning_through_a_mask_changes_the_tensor(device, layout, dtype):
    """x[mask] = 0 changes x in place, but x[mask] alone is a copy, and a change of that copy is lost."""
    values = draw.integers(draw.sizes(2, low=3), -9, 9, device=device)
    values[0, :3] = torch.tensor([-1, 1, 0])
    values[1, 0] = -5
    x = draw.laid_out(values.to(dtype) / 2 if dtype.is_floating_point else values, layout)
    before = x.clone()
    rows = before.tolist()

    def each(rule):
        return torch.tensor([[rule(value) for value in row] for row in rows], dtype=dtype, device=device)

    _, after = in_place.clip_negatives_(x), x
    check.equal(
        after,
        each(lambda value: max(value, 0)),
        what="x after the call",
        mistakes={
            COPY: before,
            "the sign was turned: negative elements become 0": each(abs),
            "the positive elements became 0, the negative ones must": each(lambda value: min(value, 0)),
            "all elements became 0, the negative ones must": torch.zeros_like(before),
            "elements that are not negative became 0 as well, also below 1": each(
                lambda value: value if value >= 1 else 0
            ),
            "elements between -1 and 0 are negative too; they did not become 0": each(
                lambda value: value if value > -1 else 0
            ),
        },
    )


@pytest.mark.concept("ops.in-place")
@pytest.mark.parametrize(
    ("values", "expected", "dtype"),
    [
        ([1e-6, -1e-6, 1e6, -math.inf, math.nan], [1e-6, 0.0, 1e6, 0.0, math.nan], torch.float32),
        ([1e-12, -1e-12, 0.1, math.inf], [1e-12, 0.0, 0.1, math.inf], torch.float64),
        ([2**53 + 1, -1, 1000], [2**53 + 1, 0, 1000], torch.int64),
        ([100, -100, 127, -128, 0], [100, 0, 127, 0, 0], torch.int8),
    ],
    ids=["float32", "float64", "int64", "int8"],
)
def test_only_negative_elements_change_however_small_or_large(device, values, expected, dtype):
    """Elements from 0 up stay exactly as they are, the tiny and the huge; those below 0 become 0, also -inf."""
    x = torch.tensor(values, dtype=dtype, device=device)
    wanted = torch.tensor(expected, dtype=dtype, device=device)
    mistakes = {
        "an element multiplied by a mask: 0 times infinity is NaN": torch.tensor(
            [value * (value > 0) for value in values], dtype=dtype, device=device
        ),
        "small elements above 0 became 0 as well: only those below 0 change": torch.tensor(
            [0 if value < 1e-3 else value for value in values], dtype=dtype, device=device
        ),
        "NaN became 0; it is not negative, and stays": wanted.nan_to_num(nan=0.0, posinf=math.inf),
        "large elements were cut off: only those below 0 change": torch.tensor(
            [min(max(value, 0), 127) for value in values], dtype=dtype, device=device
        ),
        "the digits were lost in float32: stay in the dtype of x": wanted.float().to(dtype),
    }
    _, after = in_place.clip_negatives_(x), x
    check.equal(after, wanted, what="x after the call", mistakes=mistakes)


@pytest.mark.concept("ops.in-place")
@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 0, 3), (4, 1)], ids=str)
def test_clipping_takes_any_shape(device, shape):
    """A tensor of shape () has one element, which is clipped like any other."""
    x = torch.full(shape, -2.5, device=device)
    old = {"x still has its old elements: every shape is clipped, also ()": x.clone()}
    _, after = in_place.clip_negatives_(x), x
    check.equal(after, torch.zeros(shape, device=device), what="x after the call", mistakes=old)


@pytest.mark.concept("ops.in-place")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_a_view_does_not_keep_what_is_overwritten(device, layout):
    """A slice is a view: once its elements are overwritten, the old ones are gone, so keep a copy to swap."""
    before = draw.distinct((7, 6), device=device)
    rows = before.tolist()

    def columns(*order):
        return torch.tensor([[row[place] for place in order] for row in rows], device=device)

    def order(changes, count=6):
        return [changes.get(place, place) for place in range(count)]

    for first, second in ((draw.integer(1, 2), draw.integer(3, 4)), (4, 1), (0, 5), (5, 0)):
        x = draw.laid_out(before, layout)
        swap, between = {first: second, second: first}, range(min(first, second), max(first, second) + 1)
        _, after = in_place.swap_columns_(x, first, second), x
        check.equal(
            after,
            columns(*order(swap)),
            what="x after the call",
            mistakes={
                "a slice is a view, and one column was overwritten before it was read: keep a copy of it": columns(
                    *order({first: second})
                ),
                "the second column was overwritten before it was read: keep a copy of it": columns(
                    *order({second: first})
                ),
                "the rows changed places: the first index counts rows, the second columns": torch.tensor(
                    [rows[place] for place in order(swap, 7)], device=device
                ),
                "the first and last column changed places": columns(*order({0: 5, 5: 0})),
                "the columns between the two were turned round as well; they must stay": columns(
                    *order(dict(zip(between, reversed(between), strict=True)))
                ),
                "x still has its old elements: swap the columns in x itself, whichever number is larger": before,
            },
        )


@pytest.mark.concept("ops.in-place")
def test_a_column_that_is_swapped_with_itself_stays(device):
    """The smallest case of a swap: a column with itself changes nothing."""
    x = draw.normal((4, 3), device=device)
    before = x.clone()
    _, after = in_place.swap_columns_(x, 1, 1), x
    lost = before.clone()
    lost[:, 1] = 0
    check.equal(after, before, what="x after the call", mistakes={"a column swapped with itself was lost": lost})


@pytest.mark.concept("ops.in-place")
def test_a_swap_moves_the_elements_as_they_are(device):
    """A swap computes nothing, so no digit is lost, however different the two columns are."""
    x = torch.tensor([[1e8, 1.0], [2.0, 3e8]], device=device)
    sums = torch.tensor([[0.0, 1e8], [3e8, 0.0]], device=device)
    _, after = in_place.swap_columns_(x, 0, 1), x
    check.equal(
        after,
        torch.tensor([[1.0, 1e8], [3e8, 2.0]], device=device),
        what="x after the call",
        mistakes={"adding and subtracting the columns lost digits: move the elements as they are": sums},
    )
    whole = torch.tensor([[2**53 + 1, 7], [2**62 + 3, -8]], device=device)
    swapped = torch.tensor([[7, 2**53 + 1], [-8, 2**62 + 3]], device=device)
    rounded = {"the kept column lost digits in a floating dtype: keep it in the dtype of x": swapped.float().long()}
    _, after = in_place.swap_columns_(whole, 0, 1), whole
    check.equal(after, swapped, what="the integers after the call", mistakes=rounded)


@pytest.mark.concept("ops.in-place")
@pytest.mark.parametrize("rows", [0, 1])
def test_a_swap_takes_any_number_of_rows(device, rows):
    """Columns are there even where there are no rows, and a swap of them is then no work, but no error either."""
    x = draw.distinct((rows, 3), device=device)
    swapped = torch.tensor([[c, b, a] for a, b, c in x.tolist()], device=device).reshape(rows, 3)
    _, after = in_place.swap_columns_(x, 2, 0), x
    check.equal(after, swapped, what="x after the call")


@pytest.mark.concept("ops.in-place")
def test_a_method_in_place_returns_the_tensor_that_it_changed(device):
    """A method that ends in _ returns the changed tensor itself, so that calls can be chained."""
    x = draw.normal((3, 4), device=device)
    result = in_place.scale_(x, 2.0)
    check.tensor(result, shape=(3, 4))
    assert result is x, "scale_ gave another tensor back; it must be x itself: `return x`"
    clipped = in_place.clip_negatives_(x)
    check.tensor(clipped, shape=(3, 4))
    assert clipped is x, "clip_negatives_ gave another tensor back; it must be x itself: `return x`"
    swapped = in_place.swap_columns_(x, 0, 2)
    check.tensor(swapped, shape=(3, 4))
    assert swapped is x, "swap_columns_ gave another tensor back; it must be x itself: `return x`"


@pytest.mark.concept("ops.in-place")
def test_a_change_in_place_shows_in_every_view(device):
    """A change in place happens in the storage, so every view of the tensor shows it."""
    x = draw.normal((4, 5), device=device)
    view, before = x.T, x.clone()
    _, seen = in_place.scale_(x, 3.0), view
    stale = {"the change must show in views of x: its storage was replaced, not its elements changed": before.T}
    check.close(seen, before.T * 3.0, what="the view x.T after the call", mistakes=stale)


@pytest.mark.concept("ops.in-place")
@pytest.mark.storage
def test_scaling_a_view_goes_no_further_than_the_view(device):
    """In place in a view changes exactly the elements that the view shows; the rest of the tensor stays."""
    x = draw.distinct((5, 8), device=device) - 20
    part, before, expected = x[1:4, 2:8:2], x.clone(), x.clone()
    inside = [[value * 4.0 for value in row[2:8:2]] for row in before.tolist()[1:4]]
    expected[1:4, 2:8:2] = torch.tensor(inside, device=device)
    span = torch.cat([before.flatten()[:10], before.flatten()[10:31] * 4.0, before.flatten()[31:]]).reshape(5, 8)
    around = {AROUND: span, WHOLE: before * 4.0}
    _, after = in_place.scale_(part, 4.0), part
    check.equal(after, expected[1:4, 2:8:2], what="part after the call", mistakes={COPIED: before[1:4, 2:8:2]})
    check.equal(x, expected, what="the tensor around part", mistakes=around)


@pytest.mark.concept("ops.in-place")
@pytest.mark.storage
def test_clipping_a_view_goes_no_further_than_the_view(device):
    """A view of every other column is clipped in these columns; the negative elements beside them stay."""
    x = draw.distinct((5, 8), device=device) - 20
    part, before, expected = x[1:4, 2:8:2], x.clone(), x.clone()
    inside = [[max(value, 0.0) for value in row[2:8:2]] for row in before.tolist()[1:4]]
    expected[1:4, 2:8:2] = torch.tensor(inside, device=device)
    _, after = in_place.clip_negatives_(part), part
    check.equal(after, expected[1:4, 2:8:2], what="part after the call", mistakes={COPIED: before[1:4, 2:8:2]})
    check.equal(x, expected, what="the tensor around part", mistakes={WHOLE: before.clamp(min=0)})


@pytest.mark.concept("ops.in-place")
@pytest.mark.storage
def test_a_swap_in_a_view_goes_no_further_than_the_view(device):
    """The columns of a view are counted in the view, and only their elements in its rows change places."""
    x = draw.distinct((5, 8), device=device) - 20
    part, before, expected = x[1:4, 2:8:2], x.clone(), x.clone()
    inside = [[c, b, a] for a, b, c in (row[2:8:2] for row in before.tolist()[1:4])]
    expected[1:4, 2:8:2] = torch.tensor(inside, device=device)
    _, after = in_place.swap_columns_(part, 0, 2), part
    check.equal(after, expected[1:4, 2:8:2], what="part after the call", mistakes={COPIED: before[1:4, 2:8:2]})
    check.equal(x, expected, what="the tensor around part")
