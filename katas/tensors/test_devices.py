"""Code that runs on any device asks its inputs where they are."""

from collections.abc import Callable

import pytest
import torch

from dojo import check, draw
from katas.tensors import devices

FORGOTTEN = "a factory makes CPU tensors unless told where: device=table.device, or table.new_tensor()"
LEFT = (
    "copied a tensor from its device to the CPU, which meta shows, for it has no numbers to copy:"
    " make what is new on the table's device and stay there"
)


def attempt(call: Callable[[], object]) -> tuple[object, Exception | None]:
    """Return what the call gives, or the error that says that it mixed devices or left one."""
    try:
        return call(), None
    except (RuntimeError, NotImplementedError) as error:
        if "meta" not in str(error):
            raise
        return None, error


def explain(error: Exception | None) -> None:
    """Refuse the answer that raised ``error`` on meta, and say why it did."""
    __tracebackhide__ = True
    if isinstance(error, NotImplementedError):
        raise check.Failure("device", f"raised {type(error).__name__}: {error}", LEFT)
    if error is not None:
        raise check.Failure("device", f"raised {type(error).__name__}: {error}", FORGOTTEN)


@pytest.mark.concept("ops.creation")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.int16, torch.float64])
def test_a_new_column_has_the_device_and_the_dtype_of_its_table(device, dtype):
    """A factory takes the device and the dtype of the tensor that the new one will meet."""
    rows, columns = draw.sizes(2, low=3)
    table = draw.distinct((rows, columns), device=device, dtype=dtype) + 7
    listed = table.tolist()
    with check.unchanged(table):
        wider = devices.append_row_numbers(table)
    expected = torch.tensor([[*row, i] for i, row in enumerate(listed)], dtype=dtype, device=device)
    check.equal(
        wider,
        expected,
        mistakes={
            "give the new tensor the table's dtype: cat takes the wider dtype of the two": (
                expected.float() if wider.dtype == torch.float32 else expected.long()
            ),
            "count from 0: the first row has number 0": lambda: (
                expected + (torch.arange(columns + 1, device=device) == columns)
            ),
            "the numbers come first here: put them behind the other columns": lambda: expected.roll(1, 1),
            "the new column is all zeros": lambda: expected * (torch.arange(columns + 1, device=device) < columns),
        },
    )


@pytest.mark.concept("ops.creation")
def test_a_new_column_is_made_where_its_table_is():
    """Tensors that meet lie on one device: make the new one where the other is."""
    table = torch.empty(4, 3, device="meta", dtype=torch.float64)
    wider, error = attempt(lambda: devices.append_row_numbers(table))
    explain(error)
    check.tensor(wider, shape=(4, 4), dtype=torch.float64, device="meta")
    place = torch.empty(0).device
    assert place.type == "cpu", (
        f"the default device of the whole process is now {place}: set_default_device changes it for everybody,"
        " `with table.device:` for a few lines"
    )


@pytest.mark.concept("ops.creation")
def test_a_table_without_rows_gets_a_column_without_rows(device):
    """A table without rows has a new column without rows."""
    table = torch.zeros(0, 3, device=device)
    check.equal(devices.append_row_numbers(table), torch.zeros(0, 4, device=device))


@pytest.mark.concept("ops.creation")
def test_constants_meet_a_tensor_with_its_dtype(device):
    """A tensor of constants gets the dtype of the tensor that it meets, or one of the two changes."""
    floors = [0.1, -0.2, 0.3]
    for dtype in (torch.float32, torch.float64, torch.float16):
        table = draw.normal((5, 3), device=device, dtype=dtype)
        with check.unchanged(table):
            raised = devices.at_least(table, floors)
        exact = torch.tensor(floors, dtype=dtype).tolist()
        listed = [[max(value, floor) for value, floor in zip(row, exact, strict=True)] for row in table.tolist()]
        expected = torch.tensor(listed, dtype=dtype, device=device)
        check.equal(
            raised,
            expected,
            mistakes={
                "give the floors the table's dtype: here the result took that of the floors": expected.float(),
                "the floors went through float32, which cannot hold 0.1 as float64 does: make them with the table's dtype": (
                    lambda: torch.maximum(table, torch.tensor(floors, device=device).to(table.dtype))
                ),
                "this is the smaller of both: take the larger": (
                    lambda: torch.minimum(table, torch.tensor(floors, dtype=dtype, device=device))
                ),
                "one floor was taken for all columns: each has its own": lambda: table.clamp(min=floors[0]),
                "what is below its floor became 0: raise it to the floor": lambda: table * (table == expected),
            },
        )


@pytest.mark.concept("ops.creation")
def test_constants_are_made_where_the_tensor_is():
    """A tensor of constants is made on the device of the tensor that it meets."""
    table = torch.empty(5, 3, device="meta", dtype=torch.float16)
    raised, error = attempt(lambda: devices.at_least(table, [0.5, 1.5, 2.5]))
    explain(error)
    check.tensor(raised, shape=(5, 3), dtype=torch.float16, device="meta")


def test_a_tensor_that_is_there_already_is_not_copied(device):
    """to() gives the tensor itself where it lies there already."""
    x = draw.normal((3, 2), device=device)
    for place in (x.device, str(x.device)):
        moved = devices.move(x, place)
        check.equal(moved, x, mistakes={"the elements are lost: copy them with the tensor": torch.zeros_like(x)})
        assert moved is x, (
            "gave another tensor: the tensor lies there already, give itself, as to() does unless told to copy"
        )
    on_meta = torch.empty(3, device="meta")
    assert devices.move(on_meta, "meta") is on_meta, "gave another tensor: the tensor lies there already, on meta"


def test_a_tensor_is_moved_by_a_copy(device):
    """A tensor never changes its device: what is moved is a copy, and the tensor stays where it was."""
    x = draw.normal((4, 3), device=device, dtype=torch.float64)
    check.tensor(devices.move(x, "meta"), shape=(4, 3), dtype=torch.float64, device="meta")
    check.tensor(devices.move(x, torch.device("meta")), shape=(4, 3), dtype=torch.float64, device="meta")
    check.tensor(x, device=device, what="the input, afterwards,")
    here = draw.normal((4, 3))
    check.equal(devices.move(here, device), here.to(device))


def test_cuda_comes_before_mps_and_mps_before_cpu():
    """A program asks once which device to take, and takes the CPU if there is nothing better."""
    for names, expected in (
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
                "this is the first of the list: look for the best": torch.device(names[0]),
                "this is the last by the alphabet, and mps is not better than cuda": torch.device(max(names)),
                "the list names what is there, and not what this machine happens to have": (
                    lambda: torch.device("cuda" if torch.cuda.is_available() else "cpu")
                ),
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
