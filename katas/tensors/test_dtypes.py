"""A tensor's dtype says how many bits an element has and which values it can hold."""

import pytest
import torch

from dojo import check, draw
from katas.tensors import dtypes


@pytest.mark.concept("dtype.float32")
def test_floating_literals_become_float32():
    """Floating literals become float32, though Python's own floats have 64 bits."""
    values = [0.5 + draw.integer(1, 9), -0.25, 2.0]
    check.equal(
        dtypes.tensor_of(values),
        torch.tensor(values, dtype=torch.float32),
        mistakes={
            "NumPy makes floats 64 bits wide, torch 32: give the numbers to torch.tensor directly": torch.tensor(
                values, dtype=torch.float64
            )
        },
    )


@pytest.mark.concept("dtype.int64")
def test_integer_literals_become_int64():
    """Integer literals become int64."""
    values = [draw.integer(1, 9), -7, 2**40 + 1]
    check.equal(
        dtypes.tensor_of(values),
        torch.tensor(values, dtype=torch.int64),
        mistakes={
            "torch.Tensor(values) makes floats of everything; torch.tensor(values) looks at the numbers": torch.tensor(
                values, dtype=torch.float32
            )
        },
    )


@pytest.mark.concept("dtype.bool")
def test_truth_values_become_bool():
    """Truth values become bool, not numbers 0 and 1."""
    values = [True, False, True]
    check.equal(dtypes.tensor_of(values), torch.tensor(values, dtype=torch.bool))


@pytest.mark.concept("dtype.float32")
@pytest.mark.concept("dtype.int64")
@pytest.mark.parametrize(
    ("values", "dtype", "mistake"),
    [
        ([1, 2.5], torch.float32, "the dtype was picked by the first number: one float among them makes all floats"),
        ([3, 4], torch.int64, "the numbers are small, but the dtype goes by their kind: integers become int64"),
        ([7], torch.int64, "one value is a list of one: shape (1,), not ()"),
        ((1, 2), torch.int64, "the dtype goes by the kind of numbers, in a tuple as in a list"),
        ([], torch.float32, "of no numbers torch makes float32, its default"),
    ],
    ids=str,
)
def test_the_dtype_goes_by_the_kind_of_all_the_numbers(values, dtype, mistake):
    """The dtype goes by the kind of all the numbers: one float among integers makes float32, size plays no part."""
    wrong = {(1, 2.5): [1, 2], (3, 4): torch.tensor([3, 4], dtype=torch.int32), (7,): torch.tensor(7)}
    check.equal(
        dtypes.tensor_of(values),
        torch.tensor(values, dtype=dtype),
        mistakes={mistake: torch.as_tensor(wrong.get(tuple(values), torch.tensor(values, dtype=torch.int32)))},
    )


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        pytest.param("float", torch.float32, marks=pytest.mark.concept("dtype.float32")),
        pytest.param("double", torch.float64, marks=pytest.mark.concept("dtype.float64")),
        pytest.param("half", torch.float16, marks=pytest.mark.concept("dtype.float16")),
        pytest.param("short", torch.int16, marks=pytest.mark.concept("dtype.int16")),
        pytest.param("int", torch.int32, marks=pytest.mark.concept("dtype.int32")),
        pytest.param("long", torch.int64, marks=pytest.mark.concept("dtype.int64")),
    ],
    ids=str,
)
def test_the_short_names_are_other_names_of_the_dtypes_with_a_width(name, dtype):
    """Among the names, float has 32 bits and double 64, half 16; short has 16 bits, int 32 and long 64."""
    values = [draw.integer(0, 9), 100, -3]
    check.equal(dtypes.tensor_of(values, name), torch.tensor(values, dtype=dtype), what=f"the tensor for {name!r}")


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        pytest.param("int8", torch.int8, marks=pytest.mark.concept("dtype.int8")),
        pytest.param("uint8", torch.uint8, marks=pytest.mark.concept("dtype.uint8")),
        pytest.param("float16", torch.float16, marks=pytest.mark.concept("dtype.float16")),
        pytest.param("int32", torch.int32, marks=pytest.mark.concept("dtype.int32")),
        pytest.param("float64", torch.float64, marks=pytest.mark.concept("dtype.float64")),
        ("bfloat16", torch.bfloat16),
    ],
    ids=str,
)
def test_a_name_with_a_width_says_kind_and_bits(name, dtype):
    """A name with a width says the kind of number and its bits: int8, uint8, float64."""
    values = [0, draw.integer(1, 99), 127]
    check.equal(dtypes.tensor_of(values, name), torch.tensor(values, dtype=dtype), what=f"the tensor for {name!r}")


@pytest.mark.concept("dtype.bool")
def test_bool_is_a_dtype_with_a_name_of_its_own():
    """The name bool stands for truth values; uint8 takes a byte for each too, but holds numbers."""
    values = [True, False, bool(draw.integer(0, 1))]
    check.equal(dtypes.tensor_of(values, "bool"), torch.tensor(values, dtype=torch.bool))


@pytest.mark.concept("dtype.float64")
def test_float64_keeps_the_digits_that_float32_loses():
    """float64 keeps about 16 digits, float32 about 7; digits once lost do not come back."""
    values = [0.1, 1.0 / draw.integer(3, 6) + 0.1, 123456789.123]
    check.equal(
        dtypes.tensor_of(values, "double"),
        torch.tensor(values, dtype=torch.float64),
        mistakes={
            "the tensor was made in float32 first and widened too late: name the dtype when you make it": torch.tensor(
                values, dtype=torch.float32
            ).to(torch.float64)
        },
    )


@pytest.mark.concept("dtype.int64")
def test_int64_keeps_integers_that_no_float_holds():
    """int64 keeps every integer up to 2**63 - 1; float32 keeps them all only up to 2**24, float64 up to 2**53."""
    values = [2**24 + 1, 2**53 + 1, 2**63 - 1 - draw.integer(0, 9)]
    check.equal(
        dtypes.tensor_of(values, "long"),
        torch.tensor(values, dtype=torch.int64),
        mistakes={
            "the integers went through float32, which has no room for all their digits": lambda: torch.tensor(
                values, dtype=torch.float32
            ).to(torch.int64),
            "the integers went through float64, which holds them all only up to 2**53": lambda: torch.tensor(
                values, dtype=torch.float64
            ).to(torch.int64),
        },
    )


@pytest.mark.concept("dtype.float16")
def test_float16_counts_in_twos_beyond_2048():
    """float16 keeps about 3 digits: beyond 2048 it counts in twos, and beyond 65504 comes infinity."""
    values = [0.5, 2048.0, 2050.0, 2049.0]
    expected = torch.tensor([0.5, 2048.0, 2050.0, 2048.0], dtype=torch.float16)
    check.equal(dtypes.tensor_of(values, "half"), expected)


@pytest.mark.concept("dtype.uint8")
@pytest.mark.parametrize(("low", "high"), [(1, 100), (0, 0), (0, 255)])
def test_uint8_holds_zero_to_255(low, high):
    """uint8 holds 0 to 255: zero is included."""
    mistakes = {
        (1, 100): {"both dtypes of 8 bits would do here: the stub asks for uint8 then": torch.int8},
        (0, 0): {"zero is in the range of uint8: unsigned means not negative": torch.int8},
        (0, 255): {"the highest value itself is held: 8 bits tell 256 values apart, 0 to 255": torch.int16},
    }
    wide = {"int64 holds them, and so does a narrower dtype: begin with the fewest bits": torch.int64}
    check.equal(dtypes.smallest_integer_dtype(low, high), torch.uint8, mistakes=mistakes[low, high] | wide)


@pytest.mark.concept("dtype.uint8")
@pytest.mark.parametrize(("low", "high"), [(0, 256), (-1, 128), (-1, 255)])
def test_uint8_holds_neither_256_nor_a_negative_number(low, high):
    """uint8 holds neither 256 nor a negative number, and int8 ends at 127."""
    check.equal(
        dtypes.smallest_integer_dtype(low, high),
        torch.int16,
        mistakes={
            "low was not looked at: uint8 has no negative numbers": torch.uint8 if low < 0 else torch.int16,
            "zero takes one of the 256 values, so uint8 ends at 255": torch.uint8,
            "zero takes one of the 256 values, so int8 ends at 127": torch.int8,
        },
    )


@pytest.mark.parametrize(
    ("dtype", "bits", "wider"),
    [
        pytest.param(torch.int8, 8, torch.int16, marks=pytest.mark.concept("dtype.int8")),
        pytest.param(torch.int16, 16, torch.int32, marks=pytest.mark.concept("dtype.int16")),
        pytest.param(torch.int32, 32, torch.int64, marks=pytest.mark.concept("dtype.int32")),
    ],
    ids=str,
)
def test_a_signed_integer_of_n_bits_holds_two_to_the_n_values(dtype, bits, wider):
    """A signed integer of n bits holds -2**(n-1) to 2**(n-1) - 1."""
    lowest, highest = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    one_more, one_less = highest + 1, lowest - 1
    early = {"the highest value itself is held: with n bits and a sign it is 2**(n-1) - 1": wider}
    late = {"zero takes one of the values: the highest is 2**(n-1) - 1, not 2**(n-1)": dtype}
    below = {"low was not looked at: the lowest value is -2**(n-1)": dtype}
    check.equal(dtypes.smallest_integer_dtype(lowest, highest), dtype, mistakes=early)
    check.equal(dtypes.smallest_integer_dtype(lowest, one_more), wider, mistakes=late)
    check.equal(dtypes.smallest_integer_dtype(one_less, highest), wider, mistakes=below)


@pytest.mark.parametrize(
    ("low", "high", "dtype"),
    [
        pytest.param(-5, -3, torch.int8, marks=pytest.mark.concept("dtype.int8")),
        pytest.param(-128, -1, torch.int8, marks=pytest.mark.concept("dtype.int8")),
        pytest.param(-200, -150, torch.int16, marks=pytest.mark.concept("dtype.int16")),
    ],
)
def test_a_range_below_zero_needs_a_sign(low, high, dtype):
    """Where both ends are negative the dtype still needs a sign; how large the numbers are without it says nothing."""
    mistakes = {"the signs were dropped: uint8 holds no negative number": torch.uint8}
    check.equal(dtypes.smallest_integer_dtype(low, high), dtype, mistakes=mistakes)


@pytest.mark.concept("dtype.int64")
def test_what_int64_cannot_hold_no_integer_dtype_holds():
    """int64 ends at 2**63 - 1, and no signed integer dtype is wider."""
    low, high = -(2**63), 2**63 - 1
    check.equal(dtypes.smallest_integer_dtype(low, high), torch.int64)
    with check.raises(OverflowError, "high is 2**63"):
        dtypes.smallest_integer_dtype(0, 2**63)
    with check.raises(OverflowError, "low is -2**63 - 1"):
        dtypes.smallest_integer_dtype(-(2**63) - 1, 0)


@pytest.mark.concept("dtype.uint8")
@pytest.mark.parametrize("amount", [100, -100, 300, -300, 0])
def test_uint8_wraps_around_where_a_sum_leaves_its_range(device, amount):
    """uint8 wraps around without an error: compute in a wider dtype, limit, then come back."""
    shape = draw.sizes(2, low=3)
    image = draw.integers(shape, 0, 255, device=device, dtype=torch.uint8)
    image[0, :3] = torch.tensor([1, 130, 250], dtype=torch.uint8)
    summed = [[value + amount for value in row] for row in image.tolist()]

    def of(rule):
        return torch.tensor([[rule(value) for value in row] for row in summed], device=device).to(torch.uint8)

    check.equal(
        dtypes.brighten(image, amount),
        of(lambda value: min(max(value, 0), 255)),
        mistakes={
            "the image was given back as it came": image,
            "the sum wrapped around: it went into 8 bits before it was limited at both ends, 0 and 255": of(
                lambda value: value % 256
            ),
            "this is limited to -128 and 127; that is the range of int8": of(
                lambda value: min(max(value, -128), 127) % 256
            ),
        },
    )


@pytest.mark.concept("dtype.uint8")
@pytest.mark.parametrize("amount", [50, 0])
def test_adding_to_an_image_leaves_the_image_alone(device, amount):
    """A sum is a new tensor, even where 0 is added: the image keeps its elements and its dtype."""
    image = draw.integers(draw.sizes(2, low=3), 0, 255, device=device, dtype=torch.uint8)
    with check.unchanged(image):
        brighter = dtypes.brighten(image, amount)
    check.own_memory(brighter, image, mistake="the image itself was given back: a new tensor is asked, for 0 as well")


@pytest.mark.concept("dtype.uint8")
@pytest.mark.parametrize("shape", [(0,), (1, 5), (3, 1), (2, 3, 4)], ids=str)
def test_elements_are_added_to_in_any_shape_and_layout(device, shape):
    """What is done to each element keeps the shape, and asks nothing of the layout in memory."""
    image = draw.laid_out(draw.integers(shape, 0, 255, device=device, dtype=torch.uint8), "transposed")
    limited = [min(value + 90, 255) for value in image.flatten().tolist()]
    expected = torch.tensor(limited, dtype=torch.uint8, device=device).reshape(shape)
    check.equal(dtypes.brighten(image, 90), expected)


@pytest.mark.concept("dtype.bool")
@pytest.mark.parametrize("dtype", [torch.float32, torch.int64, torch.uint8, torch.float64, torch.float16], ids=str)
def test_a_comparison_gives_bool_which_has_no_mean_until_it_is_converted(device, dtype):
    """A comparison gives bool, which has no mean until it is converted to a float dtype, to 0 and 1."""
    threshold, rest = 4, draw.integer(1, 2)
    above = [5, 6, 9, 7, 8][: draw.integer(3, 5)]
    x = torch.tensor([*above, threshold, *range(rest)], device=device).to(dtype)

    def scalar(value):
        return torch.tensor(value, dtype=torch.float32, device=device)

    check.close(
        dtypes.share_above(x, threshold),
        scalar(len(above) / len(x)),
        mistakes={
            "this is how many elements are above; the share is the mean of the truth values": scalar(float(len(above))),
            "an element that equals the threshold does not count": scalar((len(above) + 1) / len(x)),
            "this is the share of those below the threshold": scalar(rest / len(x)),
            "this is the mean of the elements above; asked is the mean of the truth values": scalar(
                sum(above) / len(above)
            ),
        },
    )


@pytest.mark.concept("dtype.bool")
@pytest.mark.parametrize("layout", draw.LAYOUTS)
def test_the_share_counts_all_elements_of_any_layout(device, layout):
    """The elements are compared as they are, fractions included, with any number of axes."""
    x = draw.laid_out(draw.distinct(draw.sizes(3), device=device) / 4, layout)
    threshold = 1.25
    share = sum(value > threshold for value in x.flatten().tolist()) / x.numel()
    cut = sum(int(value) > threshold for value in x.flatten().tolist()) / x.numel()
    check.close(
        dtypes.share_above(x, threshold),
        torch.tensor(share, device=device),
        mistakes={"the elements were cut to integers before they were compared": torch.tensor(cut, device=device)},
    )


COMPARISONS = {
    "negative": ([-5.0, 1.0], torch.float32, 2, 0.0, {"the signs were dropped: -5 is below 2": 0.5}),
    "not a number": (
        [float("nan"), float("inf"), 1.0],
        torch.float32,
        2,
        1 / 3,
        {
            "NaN was counted: `not x <= threshold` is not `x > threshold`, for NaN both comparisons are False": 2 / 3,
            "NaN was left out of the count of all elements: it is an element that is not above": 1 / 2,
            "infinity was left out: it is greater than every number": 0.0,
        },
    ),
    "float64": (
        [1.0, 1.0 + 1e-12],
        torch.float64,
        1.0,
        0.5,
        {"the elements lost digits before they were compared: compare them in their own dtype": 0.0},
    ),
    "int64": (
        [2**24, 2**24 + 1],
        torch.int64,
        2**24,
        0.5,
        {"the elements lost digits before they were compared: compare them in their own dtype": 0.0},
    ),
    "fraction": (
        [-2, 0],
        torch.int64,
        -2.5,
        1.0,
        {"the threshold was cut to an integer: -2 is above -2.5, but not above -2": 0.5},
    ),
    "below all": (
        [0, 7],
        torch.uint8,
        -0.5,
        1.0,
        {"the threshold was rounded down to -1, which uint8 does not hold: 0 is above -0.5": 0.0},
    ),
    "a third": ([0.0, 0.0, 1.0], torch.float16, 0, 1 / 3, {"the mean was taken in float16: it has 3 digits": 0.33325}),
    "many": ([0.0] * 2000 + [1.0] * 1000, torch.float16, 0, 1 / 3, {}),
}


@pytest.mark.concept("dtype.bool")
@pytest.mark.parametrize("case", COMPARISONS)
def test_a_comparison_takes_each_element_as_it_is(device, case):
    """A comparison takes each element as it is, with its sign and all its digits; NaN is greater than nothing."""
    values, dtype, threshold, share, mistakes = COMPARISONS[case]
    x = torch.tensor(values, dtype=dtype, device=device)
    check.close(
        dtypes.share_above(x, threshold),
        torch.tensor(share, device=device),
        mistakes={words: torch.tensor(wrong, device=device) for words, wrong in mistakes.items()},
    )
