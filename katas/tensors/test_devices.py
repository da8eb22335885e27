"""Code that runs on any device asks its inputs where they are."""

import pytest
import torch

from dojo import check, draw
from katas.tensors import devices


@pytest.mark.concept("ops.creation")
def test_a_new_tensor_is_made_where_its_input_is():
    """Tensors that meet lie on one device: make the new one where the other is."""
    table = torch.empty(4, 3, device="meta", dtype=torch.float64)
    left = None
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
    place = torch.empty(0).device
    assert place.type == "cpu", (
        f"the default device of the whole process is now {place}: set_default_device changes it for everybody,"
        " `with table.device:` for a few lines"
    )


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize("dtype", [torch.int16, torch.float32, torch.float16, torch.float64])
def test_a_column_has_the_device_the_dtype_and_the_rows_of_its_table(device, dtype):
    """A factory takes the device and the dtype of the tensor that the new one will meet."""
    rows, columns = draw.sizes(2, low=3)
    table = draw.distinct((rows, columns), device=device, dtype=dtype) + 20
    value = draw.integer(2, 9)
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
            "torch.cat needs two axes: the rows, and one column": expected[:, 0],
            "this is a row: a column has as many rows as the table": expected[:1].expand(1, columns),
            "these are ones: fill it with the value": torch.ones_like(expected),
            "give the column alone: the caller puts it beside the table": lambda: torch.cat([table, expected], dim=1),
        },
    )
    check.own_memory(column, table)


@pytest.mark.concept("ops.creation")
def test_a_table_without_rows_gets_a_column_without_rows(device):
    """A table without rows has a column without rows."""
    table = torch.zeros(0, 3, device=device)
    column = devices.column_of(table, 1.0)
    check.equal(torch.cat([table, column], dim=1), torch.zeros(0, 4, device=device), what="the table with its column")


@pytest.mark.concept("ops.creation")
def test_constants_are_made_where_their_table_is():
    """A tensor of constants is made on the device of the tensor that it meets."""
    table = torch.empty(5, 3, device="meta", dtype=torch.float32)
    constants = devices.constants_for(table, [0.5, 1.5, 2.5])
    check.tensor(constants, device="meta")


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_constants_meet_a_table_with_its_dtype(device, dtype):
    """A tensor of constants gets the dtype of the tensor that it meets, or the sum takes the wider one."""
    values = [0.1, -1.2, 3.3]
    table = draw.normal((5, 3), device=device, dtype=dtype)
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
            "these are integers: keep what is behind the point": expected.trunc(),
            "give the numbers alone: the caller adds them": lambda: table + expected,
        },
    )


def test_a_tensor_that_is_there_already_is_not_copied(device):
    """to() gives the tensor itself where it lies there already."""
    x = draw.normal((3, 2), device=device)
    for place in (x.device, str(x.device)):
        moved = devices.move(x, place)
        check.equal(moved, x, mistakes={"the elements are lost: copy them with the tensor": torch.zeros_like(x)})
        assert moved is x, "gave another tensor: the tensor lies there already, and to() then gives the tensor itself"


def test_a_tensor_is_moved_by_a_copy(device):
    """A tensor never changes its device: what is moved is a copy, and the tensor stays where it was."""
    x = draw.normal((4, 3), device=device, dtype=torch.float64)
    moved = devices.move(x, "meta")
    check.tensor(moved, device="meta")
    check.tensor(moved, shape=(4, 3), dtype=torch.float64)
    check.tensor(devices.move(x, torch.device("meta")), shape=(4, 3), dtype=torch.float64, device="meta")
    check.tensor(x, device=device, what="the input, afterwards,")
    here = draw.normal((4, 3))
    check.equal(devices.move(here, device), here.to(device))


def test_cuda_comes_before_mps_and_mps_before_cpu():
    """A program asks once which device to take, and takes the CPU if there is nothing better."""
    for names, expected in (
        (("meta", "mps", "cpu", "cuda"), "cuda"),
        (("cpu", "mps"), "mps"),
        (("mps", "cpu", "cuda"), "cuda"),
        (["cpu"], "cpu"),
        (["meta", "cpu"], "cpu"),
    ):
        check.equal(
            devices.best_device(names),
            torch.device(expected),
            what=f"of {', '.join(names)}, the choice",
            mistakes={
                "give a device, not its name: torch.device(name)": expected,
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
    names = ("cpu", f"cuda:{first}", f"cuda:{first - 1}")
    check.equal(
        devices.best_device(names),
        torch.device("cuda", first),
        what=f"of {', '.join(names)}, the choice",
        mistakes={
            "a device with a number is of the kind before the colon: torch.device(name).type": torch.device("cpu"),
            "the number of the device is lost: give the device as it is named": torch.device("cuda"),
            "of two that are equally good, take the one that comes first": torch.device("cuda", first - 1),
        },
    )


def test_without_a_known_device_there_is_nothing_to_choose():
    """Where there is nothing to choose from, an error says so at once."""
    with check.raises(ValueError, "no cuda, mps or cpu device is named"):
        devices.best_device(["meta"])
    with check.raises(ValueError, "the list is empty"):
        devices.best_device([])
