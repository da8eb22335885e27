"""Datasets in an HDF5 file: stored whole, read in parts."""

from collections.abc import Collection
from pathlib import Path

import h5py
import pytest
import torch

from dojo import check, draw
from katas.tensors import hdf5

UNASKED = (
    "rows were read that nobody asked for: index the dataset itself, dataset[start:stop] or dataset[row];"
    " dataset[:] reads it all"
)


def write(path: Path, name: str, values: torch.Tensor) -> None:
    """Write a dataset for an answer to read."""
    with h5py.File(path, "a") as file:
        file[name] = values.numpy()


def write_with_traps(path: Path, name: str, values: torch.Tensor, readable: Collection[int]) -> None:
    """Write a dataset in which only some rows can be read: the bytes of the others are nonsense to its decompressor."""
    with h5py.File(path, "w") as file:
        dataset = file.create_dataset(
            name, tuple(values.shape), dtype=values.numpy().dtype, chunks=(1, values.shape[1]), compression="gzip"
        )
        for row in range(len(values)):
            if row in readable:
                dataset[row] = values[row].numpy()
            else:
                dataset.id.write_direct_chunk((row, 0), b"nonsense")


def assert_closed(path: Path) -> None:
    """Refuse a file that is still open: it cannot be made anew. Its content is kept."""
    content = path.read_bytes()
    try:
        with h5py.File(path, "w"):
            pass
        path.write_bytes(content)
    except OSError:
        advice = "open it in a with statement, which closes it, also where an error comes"
        raise check.Failure("memory", "the file is still open", advice) from None


@pytest.mark.concept("system.h5py")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int16, torch.bool])
def test_a_dataset_has_the_shape_the_dtype_and_the_elements_of_its_tensor(device, tmp_path, dtype):
    """A dataset has a name, a shape and a dtype, as a tensor has a shape and a dtype."""
    path = tmp_path / "new.h5"
    x = draw.integers(draw.sizes(3), 0, 9, device=device, dtype=dtype)
    with check.unchanged(x):
        hdf5.store(path, "weights", x)
    with h5py.File(path, "r") as file:
        assert "weights" in file, f"there is no dataset of the name weights in the file: it holds {list(file)}"
        stored = file["weights"][()]
    wanted = str(dtype).removeprefix("torch.")
    shape = tuple(x.shape)
    assert stored.shape == shape, f"the dataset has shape {stored.shape}, expected {shape}: the shape is lost"
    assert str(stored.dtype) == wanted, f"the dataset has dtype {stored.dtype}, expected {wanted}: the dtype is lost"
    check.equal(torch.from_numpy(stored), x.cpu(), what="the dataset")


@pytest.mark.concept("system.h5py")
def test_a_number_has_no_axes_in_a_file_either(device, tmp_path):
    """A tensor without axes becomes a dataset without axes."""
    path = tmp_path / "new.h5"
    hdf5.store(path, "loss", torch.tensor(0.25, device=device))
    with h5py.File(path, "r") as file:
        shape, value = file["loss"].shape, file["loss"][()]
    assert shape == (), f"the dataset of a tensor without axes has shape {shape}, expected (): it has none either"
    assert value == 0.25, f"the dataset holds {value}, expected 0.25"


@pytest.mark.concept("system.h5py")
def test_a_parameter_is_stored_without_its_gradient(device, tmp_path):
    """A file knows no gradients and no devices: what is stored is detached and on the CPU."""
    path = tmp_path / "parameters.h5"
    weights = draw.normal((3, 4), device=device).requires_grad_()
    with check.unchanged(weights):
        hdf5.store(path, "layer1/weights", weights.T)
    with h5py.File(path, "r") as file:
        assert "layer1/weights" in file, f"no dataset layer1/weights in the file, which holds {list(file)}"
        stored = file["layer1/weights"][()]
    check.equal(torch.from_numpy(stored), weights.detach().T.cpu(), what="the dataset")


@pytest.mark.concept("system.h5py")
def test_a_file_holds_many_datasets(device, tmp_path):
    """A file holds many datasets, and a new one leaves the others as they are."""
    path = tmp_path / "many.h5"
    first, second = draw.normal((4,)), draw.normal((2, 3), device=device)
    write(path, "first", first)
    hdf5.store(path, "second", second)
    with h5py.File(path, "r") as file:
        names = sorted(file)
        assert "first" in names, f'the other datasets are gone, {names} is here: "w" makes a file empty, "a" adds to it'
        kept, added = file["first"][()], file["second"][()]
    check.equal(torch.from_numpy(kept), first, what="the dataset that was there before")
    check.equal(torch.from_numpy(added), second.cpu(), what="the new dataset")


@pytest.mark.concept("system.h5py")
def test_two_datasets_may_lie_in_one_group(tmp_path):
    """A name such as layer1/weights puts the dataset into a group, beside what is there already."""
    path = tmp_path / "layers.h5"
    weights, bias = draw.normal((3, 2)), draw.normal((3,))
    hdf5.store(path, "layer1/weights", weights)
    hdf5.store(path, "layer1/bias", bias)
    with h5py.File(path, "r") as file:
        names: list[str] = []
        file.visit(names.append)
        for name, tensor in (("layer1/weights", weights), ("layer1/bias", bias)):
            assert name in names, f"no dataset {name} in the file, which holds {names}: give the name to h5py as it is"
            check.equal(torch.from_numpy(file[name][()]), tensor, what=name)


@pytest.mark.concept("system.h5py")
def test_a_file_that_was_written_is_closed(tmp_path):
    """A file is closed when its with statement ends; until then, others may see half of it."""
    path = tmp_path / "closed.h5"
    hdf5.store(path, "weights", torch.zeros(3))
    assert_closed(path)


@pytest.mark.concept("system.h5py")
@pytest.mark.parametrize("shape", [(2, 3), (4,)], ids=["same shape", "other shape"])
def test_a_dataset_is_not_replaced(tmp_path, shape):
    """A name is given once: to store under it again is an error, and what was there stays."""
    path = tmp_path / "twice.h5"
    there = draw.normal((2, 3))
    write(path, "weights", there)
    try:
        hdf5.store(path, "weights", torch.zeros(shape))
    except NotImplementedError:
        raise
    except Exception:
        assert_closed(path)  # while the error, and with it all that the answer held, is still there
        raised = True
    else:
        raised = False
    with h5py.File(path, "r") as file:
        assert "weights" in file, "the dataset that had this name is gone: it must stay, and the call must fail"
        check.equal(torch.from_numpy(file["weights"][()]), there, what="the dataset that had this name before")
    assert raised, "raised nothing, though the file has a dataset of this name: let h5py's error through"


@pytest.mark.concept("system.h5py")
@pytest.mark.parametrize("dtype", [torch.int16, torch.float32, torch.float64, torch.bool])
def test_rows_of_a_dataset_become_a_tensor_of_its_dtype(tmp_path, dtype):
    """What is read has the dtype of the dataset, and so has the tensor."""
    path = tmp_path / "table.h5"
    table = draw.distinct((8, 9)).to(dtype) if dtype != torch.bool else draw.integers((8, 9), 0, 1, dtype=dtype)
    write(path, "table", table)
    check.equal(
        hdf5.read_rows(path, "table", 2, 5),
        table[2:5],
        mistakes={
            "the row at stop is not wanted: a slice leaves its stop out by itself": table[2:6],
            "these rows are counted from row 0, not from start": table[:3],
            "these are columns: rows are counted by the first index": table[:, 2:5],
        },
    )


@pytest.mark.concept("system.h5py")
def test_rows_of_a_dataset_may_have_any_number_of_axes(tmp_path):
    """Rows are what the first axis counts: numbers, vectors or images."""
    path = tmp_path / "images.h5"
    images, labels = draw.normal((6, 3, 4, 5)), draw.integers((6,), 0, 9)
    write(path, "images", images)
    write(path, "labels", labels)
    check.equal(hdf5.read_rows(path, "images", 1, 3), images[1:3])
    check.equal(hdf5.read_rows(path, "labels", 5, 6), labels[5:6])


@pytest.mark.concept("system.h5py")
def test_a_slice_is_read_without_the_rest(tmp_path):
    """A dataset is read where it is indexed: a slice comes without the rest."""
    path = tmp_path / "large.h5"
    start = draw.integer(3, 6)
    table = draw.normal((12, 4))
    write_with_traps(path, "table", table, readable=range(start, start + 3))
    try:
        rows = hdf5.read_rows(path, "table", start, start + 3)
    except OSError:
        raise check.Failure("shortcut", f"read more than the rows {start} to {start + 2}", UNASKED) from None
    check.equal(rows, table[start : start + 3])


@pytest.mark.concept("system.h5py")
def test_the_file_is_closed_after_reading_and_after_an_error(tmp_path):
    """The with statement closes the file in any case; an open file cannot be written by others."""
    path = tmp_path / "table.h5"
    write(path, "table", torch.zeros(5, 2))
    with check.raises(KeyError, when="the file has no dataset of this name"):
        try:
            hdf5.read_rows(path, "another table", 0, 2)
        except KeyError:
            assert_closed(path)  # while the error, and with it all that the answer held, is still there
            raise
    rows = hdf5.read_rows(path, "table", 0, 2)
    check.tensor(rows, shape=(2, 2), dtype=torch.float32, device="cpu")
    assert_closed(path)


@pytest.mark.concept("system.h5py")
def test_a_shuffled_batch_comes_in_the_order_that_was_asked_for(tmp_path):
    """h5py reads rows in increasing order only: a shuffled batch must be brought into its order."""
    path = tmp_path / "images.h5"
    images = draw.distinct((9, 5), dtype=torch.uint8)
    write(path, "images", images)
    rows = [6, 1, 7, 3]
    listed = images.tolist()
    expected = torch.tensor([listed[row] for row in rows], dtype=torch.uint8)
    batch = hdf5.read_batch(path, "images", rows)
    assert rows == [6, 1, 7, 3], f"rows was changed to {rows}: it is the caller's; sort a copy, sorted(rows)"
    check.equal(
        batch,
        expected,
        mistakes={
            "these are the rows in increasing order: bring them into the order asked for": images[[1, 3, 6, 7]],
            "argsort says which row comes first; to undo the sorting takes the inverse, as return_inverse gives it": (
                images[[1, 3, 6, 7]][[1, 3, 0, 2]]
            ),
        },
    )


@pytest.mark.concept("system.h5py")
def test_a_row_may_come_twice_in_a_batch(tmp_path):
    """A row may come twice in a batch, and then it is there twice."""
    path = tmp_path / "table.h5"
    table = draw.distinct((9, 2, 3), dtype=torch.float64)
    write(path, "table", table)
    check.equal(
        hdf5.read_batch(path, "table", (4, 0, 4, 8)),
        torch.stack([table[4], table[0], table[4], table[8]]),
        mistakes={"a row that comes twice is wanted twice": torch.stack([table[4], table[0], table[8]])},
    )
    check.equal(hdf5.read_batch(path, "table", [5]), table[5:6])
    labels = draw.distinct((6,), dtype=torch.int64)
    write(path, "labels", labels)
    check.equal(hdf5.read_batch(path, "labels", [3, 1]), labels[[3, 1]], what="the batch of a dataset with one axis")
    assert_closed(path)


@pytest.mark.concept("system.h5py")
def test_a_row_that_is_not_there_is_an_error_that_closes_the_file(tmp_path):
    """A row that is not there is an error, and the with statement closes the file all the same."""
    path = tmp_path / "table.h5"
    write(path, "table", torch.zeros(4, 2))
    try:
        hdf5.read_batch(path, "table", [3, 8])
    except NotImplementedError:
        raise
    except Exception:
        assert_closed(path)  # while the error, and with it all that the answer held, is still there
    else:
        raise check.Failure("raises", "raised nothing for row 8 of a dataset with 4 rows: let h5py's error through")


@pytest.mark.concept("system.h5py")
def test_a_batch_is_read_without_the_rows_between(tmp_path):
    """A batch of rows from here and there takes those rows alone, and not all between them."""
    path = tmp_path / "large.h5"
    table = draw.normal((15, 4), dtype=torch.float64)
    rows = [11, 2, 7]
    write_with_traps(path, "table", table, readable=rows)
    try:
        batch = hdf5.read_batch(path, "table", rows)
    except OSError:
        raise check.Failure("shortcut", "read more than the rows 11, 2 and 7", UNASKED) from None
    check.equal(batch, torch.stack([table[11], table[2], table[7]]))
