"""Code that runs on any device asks its inputs where they are."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch

from dojo import check, draw
from katas.tensors import devices


@contextmanager
def default_device(place: str) -> Iterator[None]:
    """Make ``place`` the default device, and refuse the answer if the block makes it another one."""
    __tracebackhide__ = True
    torch.set_default_device(place)
    try:
        yield
        try:
            now = torch.get_default_device()
        except Exception:  # a device that this machine lacks
            now = "another one"
        assert str(now) == place, (
            f"the default device of the whole process was {place}, and is now {now}: set_default_device changes it for"
            " everybody, `with table.device:` for a few lines"
        )
    finally:
        torch.set_default_device(None)


@pytest.mark.concept("ops.creation")
def test_a_new_tensor_is_made_where_its_input_is():
    """Tensors that meet lie on one device: make the new one where the other is."""
    table = torch.empty(4, 3, device="meta", dtype=torch.float64)
    left = None
    with default_device("cpu"):
        try:
            column = devices.column_of(table, 2.5)
        except NotImplementedError as error:
            if "meta" not in str(error):
                raise
            left = error
    if left is not None:
        raise check.Failure(
            "device",
            f"copied a tensor from its device to the CPU: {left}",
            "read the table's shape, dtype and device, which every tensor has, and leave its numbers where they are",
        )
    check.tensor(column, device="meta")


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize(
    ("dtype", "value"),
    [
        (torch.int16, 7),
        (torch.float32, -2),
        (torch.float16, 0.5),
        (torch.float64, 0.1),
        (torch.int64, 2**53 + 2**20 + 1),
        (torch.uint8, 255),
        (torch.float32, 0.0),
    ],
    ids=str,
)
def test_a_column_has_the_device_the_dtype_and_the_rows_of_its_table(device, dtype, value):
    """A factory takes the device and the dtype of the tensor that the new one will meet."""
    rows, columns = draw.sizes(2, low=3)
    table = draw.distinct((rows, columns), device=device, dtype=dtype) + 20
    if dtype.is_floating_point:
        table[1, 0], table[2] = float("nan"), float("inf")
    first = table[:, :1].clone()
    with check.unchanged(table):
        column = devices.column_of(table, value)
    expected = torch.tensor([[value] for _ in range(rows)], dtype=dtype, device=device)
    check.equal(
        column,
        expected,
        mistakes={
            "make it with dtype=table.dtype: a factory takes the dtype from the value, or float32": (
                expected.float() if isinstance(column, torch.Tensor) and column.is_floating_point() else expected.long()
            ),
            "the value went through float32, and lost digits: name the dtype at once": expected.float().to(dtype),
            "the value went through float64, which cannot hold all of int64: leave it as it is": (
                expected.double().to(dtype)
            ),
            "this was computed from the table's numbers: NaN times zero is NaN": lambda: first * 0 + value,
            "torch.cat needs two axes: the rows, and one column": expected[:, 0],
            "this is a row: a column has as many rows as the table": expected[:1].expand(1, columns),
            "these are ones: fill it with the value": torch.ones_like(expected),
            "give the column alone: the caller puts it beside the table": lambda: torch.cat([table, expected], dim=1),
        },
    )
    check.own_memory(column, table)
    column[0] = 5
    assert torch.equal(column[1:], expected[1:]), (
        "row 0 was set to 5, and with it the other rows: expand repeats one element, fill a column of elements instead"
    )


@pytest.mark.concept("ops.creation")
def test_a_column_has_as_many_rows_as_even_an_empty_table(device):
    """A table without rows gets a column without rows; one without columns gets its first."""
    table = torch.zeros(0, 3, device=device)
    column = devices.column_of(table, 1.0)
    check.equal(torch.cat([table, column], dim=1), torch.zeros(0, 4, device=device), what="the table with its column")
    table = torch.zeros(3, 0, device=device)
    column = devices.column_of(table, 2.0)
    check.equal(
        column,
        torch.tensor([[2.0], [2.0], [2.0]], device=device),
        what="the column of a table that has three rows, and no columns yet,",
        mistakes={"this is like the table's first column, which there need not be: take its rows alone": table},
    )


@pytest.mark.concept("ops.creation")
def test_constants_are_made_where_their_table_is():
    """A tensor of constants is made on the device of the tensor that it meets."""
    table = torch.empty(5, 3, device="meta", dtype=torch.float32)
    with default_device("cpu"):
        constants = devices.constants_for(table, (0.5, 1.5, 2.5))
    check.tensor(constants, device="meta")


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize(
    ("dtype", "values"),
    [
        (torch.float16, [0.1, -1.2, 3.3]),
        (torch.float32, (0.1, -1.2, 3.3)),
        (torch.float64, [0.1, -1.2, 3.3]),
        (torch.float64, [0, 2**53 - 1, -3]),
    ],
    ids=str,
)
@pytest.mark.parametrize("rows", [5, 1, 0])
def test_constants_meet_a_table_with_its_dtype(device, dtype, values, rows):
    """A tensor of constants gets the dtype of the tensor that it meets, or the sum takes the wider one."""
    table = draw.normal((rows, 3), device=device, dtype=dtype)
    table[1:2] = float("nan")
    with check.unchanged(table):
        constants = devices.constants_for(table, values)
    expected = torch.tensor(values, dtype=dtype, device=device)
    check.equal(
        constants,
        expected,
        mistakes={
            "make it with dtype=table.dtype: Python's numbers become float32 unless told": (
                lambda: torch.tensor(values, device=device)
            ),
            "the numbers went through float32, which cannot hold 0.1 as float64 does": (
                lambda: torch.tensor(values, device=device).to(dtype)
            ),
            "this was computed from the table's numbers: NaN times zero is NaN": torch.full_like(expected, torch.nan),
            "these are integers: keep what is behind the point": expected.trunc(),
            "give the numbers alone: the caller adds them": lambda: table + expected,
        },
    )


def test_a_tensor_that_is_there_already_is_not_copied(device):
    """to() gives the tensor itself where it lies there already."""
    x = draw.normal((3, 2), device=device)
    for place in (x.device, str(x.device)):
        with check.unchanged(x):
            moved = devices.move(x, place)
        check.equal(moved, x, mistakes={"the elements are lost: copy them with the tensor": torch.zeros_like(x)})
        assert moved is x, "gave another tensor: the tensor lies there already, and to() then gives the tensor itself"
    for view in (x.T, x[:, 1], x[1, 1], x[:0]):
        with check.unchanged(view):
            moved = devices.move(view, device)
        assert moved is view, (
            "gave another tensor: the tensor lies there already, and to() then gives the tensor itself, however it lies"
        )


def test_a_tensor_is_moved_by_a_copy(device):
    """A tensor never changes its device: what is moved is a copy, and the tensor stays where it was."""
    x = draw.normal((4, 3), device=device, dtype=torch.float64)
    with check.unchanged(x):
        moved = devices.move(x, "meta")
    check.tensor(moved, device="meta")
    check.tensor(moved, shape=(4, 3), dtype=torch.float64)
    x = draw.integers((5,), 0, 9, device=device)
    check.tensor(devices.move(x, torch.device("meta")), shape=(5,), dtype=torch.int64, device="meta")
    check.tensor(x, device=device, what="the input, afterwards,")
    assert devices.move(moved, "meta") is moved, (
        "gave another tensor: also on meta, a tensor that is there is not copied"
    )
    here = draw.normal((4, 3), dtype=torch.float64)
    expected = here.to(device, copy=True)
    check.equal(devices.move(here, device), expected)


def test_cuda_comes_before_mps_and_mps_before_cpu():
    """A program asks once which device to take, and takes the CPU if there is nothing better."""
    for names, expected in (
        (("meta", "mps", "cpu", "cuda"), "cuda"),
        (("cpu", "mps"), "mps"),
        (("mps", "cpu", "cuda"), "cuda"),
        (["cpu"], "cpu"),
        (["meta", "cpu"], "cpu"),
        (["xpu", "cpu", "meta"], "cpu"),
        (["cpu", "mps", "xpu:1"], "mps"),
    ):
        given = names.copy() if isinstance(names, list) else names
        best = devices.best_device(given)
        assert given == names, f"the list was {names}, and is now {given}: leave it as it is"
        check.equal(
            best,
            torch.device(expected),
            what=f"of {', '.join(names)}, the choice",
            mistakes={
                "give a device, not its name: torch.device(name)": expected,
                "a number was made up: give the device as it is named": torch.device(expected, 0),
                "this is the last by the alphabet, and mps is not better than cuda": torch.device(max(names)),
                "the list names what is there, and not what this machine happens to have": (
                    lambda: torch.device("cuda" if torch.cuda.is_available() else "cpu")
                ),
                "this is the first of the list: look for the best": torch.device(names[0]),
            },
        )


def test_a_device_may_have_a_number():
    """cuda:1 is a cuda device, the one with number 1."""
    first = draw.integer(1, 4)
    for names, expected in (
        (("cpu", f"cuda:{first}", f"cuda:{first - 1}"), f"cuda:{first}"),
        (("cpu:0", "cuda:0", "cuda:1"), "cuda:0"),
        (("cuda:2", "cuda:10"), "cuda:2"),
        (("cuda:10", "cuda:2"), "cuda:10"),
        (("cuda:1", "cuda"), "cuda:1"),
        (("cuda", "cuda:1", "mps"), "cuda"),
        (("cpu", "mps:0"), "mps:0"),
        (("mps:0", "mps"), "mps:0"),
        (("meta", "cpu:0"), "cpu:0"),
    ):
        kind = torch.device(expected).type
        alike = [torch.device(name) for name in names if torch.device(name).type == kind]
        check.equal(
            devices.best_device(names),
            torch.device(expected),
            what=f"of {', '.join(names)}, the choice",
            mistakes={
                "of two of the same kind, take the one that comes first, whatever their numbers": alike[-1],
                "the number of the device is lost: give the device as it is named": torch.device(kind),
                "a device with a number is of the kind before the colon: torch.device(name).type": torch.device("cpu"),
                "a number was made up: give the device as it is named": torch.device(kind, 0),
            },
        )


def test_without_a_known_device_there_is_nothing_to_choose():
    """Where there is nothing to choose from, an error says so at once."""
    with check.raises(ValueError, "no cuda, mps or cpu device is named"):
        devices.best_device(["meta"])
    with check.raises(ValueError, "the list is empty"):
        devices.best_device([])


@pytest.mark.concept("ops.creation")
def test_the_default_device_plays_no_part_and_stays_what_it_is(device):
    """The default device belongs to the whole process: a function asks its inputs, and leaves it as it was."""
    table = draw.laid_out(draw.normal((3, 2), device=device), "transposed")
    with default_device("meta"):
        column = devices.column_of(table, 0.5)
    check.equal(column, torch.tensor([[0.5], [0.5], [0.5]], device=device))
    with default_device("meta"):
        constants = devices.constants_for(table, [0.5, 1.5])
    check.equal(constants, torch.tensor([0.5, 1.5], device=device))
    with default_device("meta"):
        moved = devices.move(table, device)
    check.tensor(moved, device=device)
    with default_device("meta"):
        best = devices.best_device(["meta", "cpu"])
    check.equal(best, torch.device("cpu"))
