"""What a saved tensor brings with it: its storage, its device, and perhaps code."""

import io
import os
import pickle
import zipfile
from pathlib import Path

import pytest
import torch

from dojo import check, draw
from katas.tensors import serialization


class Trap:
    """Pickles as a call: whoever unpickles it without care makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


def written(thing: object) -> bytes:
    """Return what torch.save writes."""
    file = io.BytesIO()
    torch.save(thing, file)
    return file.getvalue()


def from_another_machine(data: bytes) -> bytes:
    """Return the bytes as a machine with 64 GPUs would have written them for CPU tensors' numbers on its last one."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("data.pkl"):
                # A pickled string is X, its length in four bytes, and its characters.
                content = content.replace(b"X\x03\0\0\0cpu", b"X\x07\0\0\0cuda:63")
            new.writestr(name, content)
    return changed.getvalue()


def read(data: object) -> object:
    """Return what the answer's bytes hold."""
    assert isinstance(data, bytes | bytearray), f"gave {check.describe(data)}, expected bytes, as getvalue() gives them"
    assert data, "gave no bytes: after writing, the file stands at the end; getvalue() gives all, wherever it stands"
    try:
        return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception:
        raise check.Failure("kind", "torch.load cannot read these bytes: write them with torch.save") from None


@pytest.mark.concept("ops.serialization")
@pytest.mark.parametrize("dtype", [torch.float32, torch.int16, torch.bool, torch.float64])
def test_what_is_saved_can_be_loaded_with_its_shape_dtype_and_elements(device, dtype):
    """save() writes a tensor, and load() reads it with its shape, dtype and elements."""
    x = draw.integers(draw.sizes(3), 0, 5, device=device, dtype=dtype)
    x = x / 7 if dtype is torch.float64 else x  # with digits that float32 has no room for
    with check.unchanged(x):
        data = serialization.to_bytes(x)
    loaded = read(data)
    assert isinstance(loaded, torch.Tensor), f"torch.load gave a {type(loaded).__name__}: save the tensor itself"
    check.equal(loaded, x.cpu(), what="what was saved, once loaded,")


@pytest.mark.concept("ops.serialization")
@pytest.mark.concept("storage.no-copy")
@pytest.mark.parametrize("part", ["rows", "first rows", "columns"])
def test_a_slice_is_cloned_before_it_is_saved(device, part):
    """save() writes the whole storage, so a slice is cloned first."""
    table = draw.normal((200, 100), device=device)
    x = {"rows": table[4:7], "first rows": table[:3], "columns": table[:3, 4:7]}[part]
    with check.unchanged(x):
        data = serialization.to_bytes(x)
    check.equal(read(data), x.cpu(), what="what was saved, once loaded,")
    assert len(data) < 10_000, (
        f"these are {len(data)} bytes for {x.numel()} elements of 4 bytes: the whole storage was saved;"
        " clone() the slice first (contiguous() copies only what is not contiguous, deepcopy copies all of the storage)"
    )


@pytest.mark.concept("ops.serialization")
def test_bytes_are_loaded_onto_the_device_that_is_named(device):
    """map_location puts what is loaded onto a device of your own choice."""
    x = draw.normal(draw.sizes(2))
    data = written(x)
    check.equal(
        serialization.from_bytes(data, device),
        x.to(device),
        mistakes={"the tensor lies where it was saved: name the device as map_location in torch.load": x},
    )


@pytest.mark.concept("ops.serialization")
def test_a_tensor_from_a_device_that_is_not_here_can_be_loaded(device):
    """load() puts a tensor where it was saved, which fails where that device is missing: map_location comes first."""
    x = draw.normal(draw.sizes(2))
    data = from_another_machine(written(x))
    try:
        loaded = serialization.from_bytes(data, device)
    except NotImplementedError:
        raise
    except RuntimeError as error:
        raise check.Failure(
            "raises",
            f"raised RuntimeError for a tensor that was saved on cuda:63: {error}",
            "name the device as map_location in torch.load: to() comes too late, when load has failed already",
        ) from None
    check.equal(loaded, x.to(device))


@pytest.mark.concept("ops.serialization")
def test_what_is_loaded_onto_meta_lies_on_meta():
    """A device is a device: on meta, a tensor has a shape and a dtype and no numbers."""
    data = written(torch.zeros(4, 2, dtype=torch.float64))
    check.tensor(serialization.from_bytes(data, "meta"), shape=(4, 2), dtype=torch.float64, device="meta")


@pytest.mark.concept("ops.serialization")
def test_bytes_that_are_not_trusted_run_no_code(tmp_path):
    """To unpickle can run any code; with weights_only=True, load() refuses what is no tensor or plain container."""
    folder = tmp_path / "made by the trap"
    data = written(Trap(folder))
    refused = None
    try:
        serialization.from_bytes(data, "cpu")
    except NotImplementedError:
        raise
    except Exception as error:
        refused = error
    assert not folder.exists(), "ran the code in the file, which here made a folder: load with weights_only=True"
    assert isinstance(refused, pickle.UnpicklingError), (
        f"raised {type(refused).__name__ if refused else 'nothing'} for bytes with code in them:"
        " let torch.load's pickle.UnpicklingError through, so that the caller hears of it"
    )


@pytest.mark.concept("ops.serialization")
def test_a_file_of_weights_is_a_dictionary_of_tensors(device, tmp_path):
    """A model's weights are saved as a dictionary: each name with its tensor."""
    weight, bias = draw.normal((4, 3)), draw.normal((4,), dtype=torch.float64)
    path = tmp_path / "weights.pt"
    torch.save({"weight": weight, "bias": bias}, path)
    weights = serialization.load_weights(path, device)
    assert isinstance(weights, dict), f"gave {check.describe(weights)}, expected a dictionary: keep the names"
    check.equal(sorted(weights), ["bias", "weight"], what="the list of the names")
    check.equal(
        weights["weight"],
        weight.to(device),
        what="weight",
        mistakes={"the tensors lie where they were saved: name the device as map_location in torch.load": weight},
    )
    check.equal(weights["bias"], bias.to(device), what="bias")


@pytest.mark.concept("ops.serialization")
def test_weights_from_a_device_that_is_not_here_can_be_loaded(device, tmp_path):
    """Weights that were trained on a GPU can be loaded without one, with map_location."""
    weight = draw.normal((4, 3))
    path = tmp_path / "weights.pt"
    path.write_bytes(from_another_machine(written({"weight": weight, "bias": weight[0].clone()})))
    try:
        weights = serialization.load_weights(path, device)
    except NotImplementedError:
        raise
    except RuntimeError as error:
        raise check.Failure(
            "raises",
            f"raised RuntimeError for weights that were saved on cuda:63: {error}",
            "name the device as map_location in torch.load: to() comes too late, when load has failed already",
        ) from None
    check.equal(weights["weight"], weight.to(device), what="weight")
    on_meta = serialization.load_weights(path, "meta")
    check.tensor(on_meta["weight"], shape=(4, 3), device="meta", what="weight, loaded onto meta,")
    check.tensor(on_meta["bias"], shape=(3,), device="meta", what="bias, loaded onto meta,")


@pytest.mark.concept("ops.serialization")
def test_a_file_that_is_not_trusted_runs_no_code(tmp_path):
    """One strange entry among good weights is enough to run code: weights_only=True refuses the whole file."""
    folder = tmp_path / "made by the trap"
    path = tmp_path / "weights.pt"
    torch.save({"weight": torch.zeros(2, 2), "extra": Trap(folder)}, path)
    refused = None
    try:
        serialization.load_weights(path, "cpu")
    except NotImplementedError:
        raise
    except Exception as error:
        refused = error
    assert not folder.exists(), "ran the code in the file, which here made a folder: load with weights_only=True"
    assert isinstance(refused, pickle.UnpicklingError), (
        f"raised {type(refused).__name__ if refused else 'nothing'} for a file with code in it:"
        " let torch.load's pickle.UnpicklingError through, so that the caller hears of it"
    )
