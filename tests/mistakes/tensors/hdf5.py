"""Wrong answers to tensors/hdf5."""

import h5py
import numpy as np
import torch

from dojo.runner.variants import edit, replaces

LEFT_OPEN = []


StoresFromTheDeviceItself = edit("store", "tensor.detach().cpu()", "tensor.detach()", "can't convert")


@replaces("store", "other datasets are gone")
def WipesTheFile(path, name, tensor):
    with h5py.File(path, "w") as file:
        file[name] = tensor.detach().cpu().numpy()


@replaces("store", "the dtype is lost")
def StoresDoubles(path, name, tensor):
    with h5py.File(path, "a") as file:
        file[name] = np.array(tensor.tolist(), dtype=np.float64)


@replaces("store", "the shape is lost")
def StoresFlat(path, name, tensor):
    with h5py.File(path, "a") as file:
        file[name] = tensor.detach().cpu().flatten().numpy()


@replaces("store", "there is no dataset of the name")
def IgnoresTheName(path, name, tensor):
    with h5py.File(path, "a") as file:
        file["data"] = tensor.detach().cpu().numpy()


@replaces("store", "there is no dataset of the name")
def StoresAnAttribute(path, name, tensor):
    with h5py.File(path, "a") as file:
        file.attrs[name] = tensor.detach().cpu().numpy()


@replaces("store", "Can't call numpy() on Tensor that requires grad")
def ForgetsToDetach(path, name, tensor):
    with h5py.File(path, "a") as file:
        file[name] = tensor.cpu().numpy()


@replaces("store", "the file is still open")
def LeavesTheFileOpen(path, name, tensor):
    file = h5py.File(path, "a")
    LEFT_OPEN.append(file)
    file[name] = tensor.detach().cpu().numpy()
    file.flush()


@replaces("store")
def NeedsAFile(path, name, tensor):
    with h5py.File(path, "r+") as file:
        file[name] = tensor.detach().cpu().numpy()


@replaces("store", "no dataset layer1/weights in the file")
def FlattensTheName(path, name, tensor):
    with h5py.File(path, "a") as file:
        file.create_dataset(name.replace("/", "_"), data=tensor.detach().cpu().numpy())


@replaces("store", "no dataset layer1/weights in the file")
def EmptiesTheGroup(path, name, tensor):
    with h5py.File(path, "a") as file:
        top = name.split("/")[0]
        if top in file:
            del file[top]
        file.create_dataset(name, data=tensor.detach().cpu().numpy())


@replaces("store", "the dataset that had this name before")
def ReplacesWhatHasTheName(path, name, tensor):
    with h5py.File(path, "a") as file:
        if name in file:
            del file[name]
        file[name] = tensor.detach().cpu().numpy()


@replaces("store", "the dataset that had this name before")
def WritesOverWhatHasTheName(path, name, tensor):
    with h5py.File(path, "a") as file:
        if name in file and file[name].shape == tuple(tensor.shape):
            file[name][...] = tensor.detach().cpu().numpy()
        else:
            file[name] = tensor.detach().cpu().numpy()


@replaces("store", "raised nothing, though the file has a dataset of this name")
def SkipsWhatHasTheName(path, name, tensor):
    with h5py.File(path, "a") as file:
        if name not in file:
            file[name] = tensor.detach().cpu().numpy()


@replaces("store", "the file is still open")
def LeavesTheFileOpenWhereTheNameIsTaken(path, name, tensor):
    file = h5py.File(path, "a")
    file[name] = tensor.detach().cpu().numpy()
    file.close()


@replaces("store", "expected (): it has none either")
def AtLeastOneAxis(path, name, tensor):
    with h5py.File(path, "a") as file:
        file.create_dataset(name, data=np.atleast_1d(tensor.detach().cpu().numpy()))


IncludesTheStop = edit("read_rows", "start:stop", "start:stop + 1", "the row at stop is not wanted")
ReadsFromTheFirstRow = edit("read_rows", "start:stop", ": stop - start", "from row 0")
ReadsColumns = edit("read_rows", "start:stop", ":, start:stop", "these are columns")
MakesEverythingFloat = edit(
    "read_rows", ".from_numpy(file[name][start:stop])", ".from_numpy(file[name][start:stop]).float()", "expected int16"
)
UsesTheTensorClass = edit("read_rows", "torch.from_numpy", "torch.Tensor", "expected int16")
ReturnsAnArray = edit(
    "read_rows", "torch.from_numpy(file[name][start:stop])", "file[name][start:stop]", "expected a torch.Tensor"
)


@replaces("read_rows", "rows were read that nobody asked for")
def ReadsAllThenSlices(path, name, start, stop):
    with h5py.File(path, "r") as file:
        return torch.from_numpy(file[name][:])[start:stop].clone()


@replaces("read_rows", "rows were read that nobody asked for")
def ReadsAllByValue(path, name, start, stop):
    with h5py.File(path, "r") as file:
        return torch.tensor(np.array(file[name])[start:stop])


@replaces("read_rows", "rows were read that nobody asked for")
def ReadsUpToTheStop(path, name, start, stop):
    with h5py.File(path, "r") as file:
        return torch.from_numpy(file[name][:stop])[start:]


@replaces("read_rows", "the file is still open")
def LeavesTheFileOpenOnErrors(path, name, start, stop):
    file = h5py.File(path, "r")
    rows = torch.from_numpy(file[name][start:stop])
    file.close()
    return rows


@replaces("read_rows", "it must raise KeyError")
def GivesNothingForAnUnknownName(path, name, start, stop):
    with h5py.File(path, "r") as file:
        return torch.from_numpy(file[name][start:stop]) if name in file else torch.empty(0)


@replaces("read_rows", "the file is still open")
def NeverClosesTheFile(path, name, start, stop):
    file = h5py.File(path, "r")
    LEFT_OPEN.append(file)
    return torch.from_numpy(file[name][start:stop])


@replaces("read_rows", "it must raise KeyError when the file has no dataset of this name")
def RaisesAnotherError(path, name, start, stop):
    with h5py.File(path, "r") as file:
        if name not in file:
            raise ValueError(f"no dataset {name}")
        return torch.from_numpy(file[name][start:stop])


@replaces("read_batch", "Indexing elements must be in increasing order")
def HandsTheRowsToH5py(path, name, rows):
    with h5py.File(path, "r") as file:
        return torch.from_numpy(file[name][list(rows)])


@replaces("read_batch", "in increasing order: bring them")
def SortsTheRows(path, name, rows):
    with h5py.File(path, "r") as file:
        return torch.from_numpy(np.stack([file[name][row] for row in sorted(rows)]))


@replaces("read_batch", "a row that comes twice is wanted twice")
def DropsRepeatedRows(path, name, rows):
    with h5py.File(path, "r") as file:
        return torch.from_numpy(np.stack([file[name][row] for row in dict.fromkeys(rows)]))


@replaces("read_batch", "rows were read that nobody asked for")
def ReadsTheSpanOfTheRows(path, name, rows):
    first = min(rows)
    with h5py.File(path, "r") as file:
        span = torch.from_numpy(file[name][first : max(rows) + 1])
    return span[[row - first for row in rows]]


@replaces("read_batch", "rows were read that nobody asked for")
def ReadsTheWholeDataset(path, name, rows):
    with h5py.File(path, "r") as file:
        return torch.from_numpy(file[name][:])[list(rows)]


@replaces("read_batch", "argsort")
def OrdersTheWrongWay(path, name, rows):
    order = np.argsort(rows, kind="stable")
    with h5py.File(path, "r") as file:
        dataset = file[name]
        found = np.stack([dataset[rows[place]] for place in order])
    return torch.from_numpy(found[order])


@replaces("read_batch", "expected uint8")
def BatchOfFloats(path, name, rows):
    with h5py.File(path, "r") as file:
        return torch.tensor([file[name][row].tolist() for row in rows])


@replaces("read_batch", "expected a torch.Tensor")
def GivesAListOfRows(path, name, rows):
    with h5py.File(path, "r") as file:
        return [torch.from_numpy(file[name][row]) for row in rows]


@replaces("read_batch", "rows was changed")
def SortsTheCallersRows(path, name, rows):
    wanted = list(rows)
    if isinstance(rows, list):
        rows.sort()
    with h5py.File(path, "r") as file:
        found = {row: file[name][row] for row in rows}
    return torch.from_numpy(np.stack([found[row] for row in wanted]))


@replaces("read_batch", "the file is still open")
def LeavesTheFileOpenForAMissingRow(path, name, rows):
    file = h5py.File(path, "r")
    batch = torch.from_numpy(np.stack([file[name][row] for row in rows]))
    file.close()
    return batch


@replaces("read_batch", "raised nothing for row 8")
def CutsOffRowsBeyondTheEnd(path, name, rows):
    with h5py.File(path, "r") as file:
        dataset = file[name]
        return torch.from_numpy(np.stack([dataset[min(row, len(dataset) - 1)] for row in rows]))
