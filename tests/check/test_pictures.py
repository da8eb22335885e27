"""Pictures in failures: what is drawn, how wide, and when nothing is."""

import math
import re

import pytest
import torch

from dojo import check
from dojo.check import _pictures
from dojo.runner import devices
from dojo.screen.message import plain_lines

X = torch.arange(12.0).reshape(3, 4)


def drawn(value) -> list[str]:
    return plain_lines(check.storage_picture(value))


def matrices(*tensors) -> tuple[str, ...]:
    return tuple(plain_lines(_pictures.matrices(*tensors)))


def curves(*numbers) -> tuple[str, ...]:
    return tuple(plain_lines(_pictures.curves(*numbers)))


# A storage


def test_a_slice_marks_the_places_from_its_offset_on():
    assert drawn(torch.arange(6.0)[2:5]) == [
        "place  0  1  2  3  4  5",
        "value |0.|1.|2.|3.|4.|5.|",
        "index        0  1  2",
    ]


def test_a_transposed_matrix_has_its_indices_in_another_order_than_the_storage():
    assert drawn(torch.arange(6).reshape(2, 3).T) == [
        "place   0   1   2   3   4   5",
        "value | 0 | 1 | 2 | 3 | 4 | 5 |",
        "index  0,0 1,0 2,0 0,1 1,1 2,1",
    ]


def test_a_part_of_a_transposed_matrix_shows_the_offset_and_both_strides():
    assert drawn(X[1:, 1:].T) == [
        "place   0   1   2   3   4   5   6   7   8   9   10  11",
        "value | 0.| 1.| 2.| 3.| 4.| 5.| 6.| 7.| 8.| 9.|10.|11.|",
        "index                      0,0 1,0 2,0     0,1 1,1 2,1",
    ]


def test_elements_of_an_expanded_tensor_stand_below_one_box():
    assert drawn(torch.tensor([[7], [8]]).expand(2, 3)) == [
        "place   0   1",
        "value | 7 | 8 |",
        "index  0,0 1,0",
        "       0,1 1,1",
        "       0,2 1,2",
    ]
    assert drawn(torch.tensor([7, 8]).expand(9, 2)) == [
        "place   0   1",
        "value | 7 | 8 |",
        "index  0,0 0,1",
        "       1,0 1,1",
        "       2,0 2,1",
        "        ..  ..",
    ]


def test_a_tensor_without_axes_has_the_index_of_no_numbers():
    assert drawn(torch.arange(4)[3]) == ["place  0  1  2  3", "value |0 |1 |2 |3 |", "index           ()"]


def test_an_empty_view_has_a_storage_and_no_index():
    assert drawn(torch.arange(3)[1:1]) == ["place  0 1 2", "value |0|1|2|", "index  there is no element"]


def test_truth_values_and_complex_numbers_fit_into_boxes():
    assert drawn(torch.tensor([True, False, True])[1:]) == [
        "place    0     1     2",
        "value | True|False| True|",
        "index          0     1",
    ]
    assert drawn(torch.tensor([1 + 2j, -0.5, 3])[::2]) == [
        "place     0       1       2",
        "value |  1+2j |-0.5+0j|  3+0j |",
        "index     0               1",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2.0, "2."),
        (-0.0, "-0."),
        (0.123, "0.12"),
        (-71.26, "-71.3"),
        (1e-10, "1e-10"),
        (0.00251, "3e-03"),
        (123456.7, "1e+05"),
        (1e30, "1e+30"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
    ],
)
def test_numbers_in_boxes_are_short(value, shown):
    assert drawn(torch.tensor([value, value], dtype=torch.float64)[1:])[1] == f"value |{shown}|{shown}|"


def test_of_a_large_storage_the_places_that_tell_most_are_shown():
    assert drawn(torch.arange(96).reshape(8, 12)[3:, 8:].T) == [
        "place   0  ..  44  45  46  47  48  49 ..  56 ..  95",
        "value | 0 |..| 44| 45| 46| 47| 48| 49|..| 56|..| 95|",
        "index         0,0 1,0 2,0 3,0            0,1    3,4",
    ]
    assert drawn(torch.arange(1000)[400:700:100]) == [
        "place   0  .. 400 401 402 403 404 .. 500 .. 600 .. 999",
        "value | 0 |..|400|401|402|403|404|..|500|..|600|..|999|",
        "index          0                      1      2",
    ]


@pytest.mark.parametrize("layout", ["slice", "transposed", "expanded", "three axes"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.complex128, torch.bool], ids=str)
def test_a_picture_is_at_most_55_wide_and_6_high(layout, dtype):
    base = torch.randn(7, 13, dtype=torch.float64).mul(1e3).to(dtype)
    tensor = {
        "slice": base[2:6, 3:],
        "transposed": base.T,
        "expanded": base[0, :4].expand(50, 4),
        "three axes": base[:6].reshape(2, 3, 13).permute(2, 0, 1),
    }[layout]
    lines = drawn(tensor)
    assert 3 <= len(lines) <= 6
    assert max(map(len, lines)) <= 55


def test_a_tensor_on_the_simulated_device_is_drawn_alike():
    if reason := devices.missing("sim"):
        pytest.skip(reason)
    for view in (X[1:, 1:].T, X[:, 1], X[0, :1].expand(3, 4)):
        moved = X.to("sim").as_strided(view.shape, view.stride(), view.storage_offset())
        assert drawn(moved) == drawn(view) != []


def test_a_view_of_another_dtype_is_counted_in_its_own_elements():
    narrow = torch.zeros(2, dtype=torch.int32).view(torch.int16)[1:]
    assert drawn(narrow) == ["place  0 1 2 3", "value |0|0|0|0|", "index    0 1 2"]


def test_what_simply_shows_its_storage_is_not_drawn():
    for whole in (X, torch.tensor(3.0), X.view(2, 6), torch.empty(0, 3), torch.nn.Parameter(X.clone())):
        assert drawn(whole) == []


class AnyTensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        raise RuntimeError


def test_what_cannot_be_drawn_gives_no_lines():
    freed = torch.arange(6.0)[2:]
    freed.untyped_storage().resize_(0)
    beyond = torch.arange(6.0)[2:]
    beyond.untyped_storage().resize_(12)
    sparse = torch.eye(3).to_sparse()
    for odd in (X.T.to("meta"), X.T.as_subclass(AnyTensor), sparse, freed, beyond, X.numpy(), [X.T], None):
        assert drawn(odd) == []
    assert drawn(torch.zeros(40, 50).T) == []


def test_a_conjugate_is_drawn_as_it_reads():
    assert drawn(torch.tensor([1j, 2j]).conj()[1:])[1] == "value |0-1j|0-2j|"


def test_drawing_leaves_a_tensor_that_is_tracked_as_it_is():
    x = X.clone().requires_grad_()
    turned = x.T
    assert drawn(turned)
    assert turned.grad_fn is not None
    turned.sum().backward()
    assert x.grad is not None


# Two matrices


def test_of_a_larger_matrix_the_part_around_the_first_difference_is_shown():
    expected = torch.arange(48.0).reshape(6, 8)
    actual = expected.clone()
    actual[3, 6] = -1
    assert matrices(actual, expected, actual != expected) == (
        "       actual[2:6,4:8]         expected[2:6,4:8]",
        "20.0  21.0  22.0  23.0    20.0  21.0  22.0  23.0",
        "28.0  29.0  -1.0* 31.0    28.0  29.0  30.0  31.0",
        "36.0  37.0  38.0  39.0    36.0  37.0  38.0  39.0",
        "44.0  45.0  46.0  47.0    44.0  45.0  46.0  47.0",
    )


def test_of_a_longer_vector_the_part_around_the_first_difference_is_shown():
    expected = torch.arange(8)
    actual = expected.clone()
    actual[7] = 70
    assert matrices(actual, expected, actual != expected) == (
        "   actual[3:8]     expected[3:8]",
        "3  4  5  6  70*   3  4  5  6   7",
    )


def test_elements_are_rounded_unless_they_would_look_alike():
    expected = torch.tensor([0.123456789, 0.5, 2 / 3], dtype=torch.float64)
    actual = torch.tensor([0.123456799, 0.5, 0.6], dtype=torch.float64)
    assert matrices(actual, expected, actual != expected) == (
        "                  actual                    expected",
        "0.123456799* 0.5     0.6*   0.123456789  0.5  0.6667",
    )


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128, torch.int64], ids=str)
def test_matrices_are_at_most_55_wide(dtype):
    expected = (torch.randn(8, 10, dtype=torch.float64) * 1e4).to(dtype)
    lines = matrices(expected * 3 + 1, expected, torch.ones(8, 10, dtype=torch.bool))
    assert len(lines) == 5
    assert max(map(len, lines)) <= 55


# Curves


def test_two_lists_of_floats_are_drawn_on_one_scale():
    assert curves([8.0, 7.0, 6.0, 5.0, 4.0, 3.0], [4.0, 3.0, 2.0, 1.0, 1.0, 1.0]) == (
        "actual    █▇▆▅▄▃",
        "expected  ▄▃▂▁▁▁",
        "          from 1 to 8",
    )


def test_numbers_that_are_not_finite_have_no_height():
    assert curves([0.0, 1.0, math.inf, math.nan, -math.inf, 7.0], [0.0] * 6) == (
        "actual    ▁▂×××█",
        "expected  ▁▁▁▁▁▁",
        "          from 0 to 7",
    )


def test_curves_that_do_not_change_lie_in_the_middle():
    assert curves([0.5] * 7, [0.5] * 6)[0::2] == ("actual    ▅▅▅▅▅▅▅", "          all 0.5")
    assert curves([math.nan] * 6, [2.0] * 6) == ("actual    ××××××", "expected  ▅▅▅▅▅▅", "          all 2")


def test_many_numbers_are_drawn_as_means():
    falling = [float(each) for each in range(100, 0, -1)]
    mine, theirs, scale = curves(falling, falling[::-1])
    assert mine == "actual    ███▇▇▇▇▆▆▆▆▆▅▅▅▅▅▄▄▄▄▃▃▃▃▃▂▂▂▂▂▁▁▁"
    assert theirs == "expected  ▁▁▁▂▂▂▂▃▃▃▃▃▄▄▄▄▄▅▅▅▅▆▆▆▆▆▇▇▇▇▇███"
    assert scale == "          from 1 to 100, 3 a mark"
    assert max(map(len, curves([-1e-5 / 3, *falling * 20], falling))) <= 55


def test_curves_on_an_enormous_or_a_tiny_scale_are_drawn_all_the_same():
    assert curves([1e308, -1e308, 0.0, 0.0, 0.0, 0.0], [0.0] * 6)[0] == "actual    █▁▅▅▅▅"
    assert curves([5e-324] * 7, [0.0] * 6)[0] == "actual    ▅▅▅▅▅▅▅"


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ([1.0, 2.0], [2.0, 1.0]),
        ([1.0] * 6, []),
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.001]),
        ([1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]),
        ([torch.tensor(1.0)] * 6, [2.0] * 6),
        ([10**400] * 6, [2.0] * 6),
        (["1"] * 6, [2.0] * 6),
    ],
    ids=["short", "nothing", "alike", "integers", "tensors", "huge", "strings"],
)
def test_what_is_no_curve_is_not_drawn(actual, expected):
    assert curves(actual, expected) == ()


def test_lists_and_long_vectors_that_differ_show_their_curves():
    wave = torch.arange(20.0).sin()
    for actual, expected in (
        (wave.tolist(), [0.0] * 20),
        (wave.tolist()[:-1], [0.0] * 20),
        (wave, torch.zeros(20)),
    ):
        with pytest.raises(check.Failure) as caught:
            check.close(actual, expected)
        assert re.search("\nactual    [▁-█]+\nexpected  ▅{20}\n          from -1 to 0.9906$", str(caught.value))
