"""Wrong answers to tensors/hdf5."""

import h5py
import numpy as np
import torch

LEFT_OPEN = []


class WipesTheFile:
    """other datasets are gone"""

    def store(path, name, tensor):
        with h5py.File(path, "w") as file:
            file[name] = tensor.detach().cpu().numpy()


class StoresDoubles:
    """the dtype is lost"""

    def store(path, name, tensor):
        with h5py.File(path, "a") as file:
            file[name] = np.array(tensor.tolist(), dtype=np.float64)


class StoresFlat:
    """the shape is lost"""

    def store(path, name, tensor):
        with h5py.File(path, "a") as file:
            file[name] = tensor.detach().cpu().flatten().numpy()


class IgnoresTheName:
    """there is no dataset of the name"""

    def store(path, name, tensor):
        with h5py.File(path, "a") as file:
            file["data"] = tensor.detach().cpu().numpy()


class StoresAnAttribute:
    """there is no dataset of the name"""

    def store(path, name, tensor):
        with h5py.File(path, "a") as file:
            file.attrs[name] = tensor.detach().cpu().numpy()


class ForgetsToDetach:
    """Can't call numpy() on Tensor that requires grad"""

    def store(path, name, tensor):
        with h5py.File(path, "a") as file:
            file[name] = tensor.cpu().numpy()


class LeavesTheFileOpen:
    """the file is still open"""

    def store(path, name, tensor):
        file = h5py.File(path, "a")
        LEFT_OPEN.append(file)
        file[name] = tensor.detach().cpu().numpy()
        file.flush()


class NeedsAFile:
    def store(path, name, tensor):
        with h5py.File(path, "r+") as file:
            file[name] = tensor.detach().cpu().numpy()


class ReadsAllThenSlices:
    """rows were read that nobody asked for"""

    def read_rows(path, name, start, stop):
        with h5py.File(path, "r") as file:
            return torch.from_numpy(file[name][:])[start:stop].clone()


class ReadsAllByValue:
    """rows were read that nobody asked for"""

    def read_rows(path, name, start, stop):
        with h5py.File(path, "r") as file:
            return torch.tensor(np.array(file[name])[start:stop])


class ReadsUpToTheStop:
    """rows were read that nobody asked for"""

    def read_rows(path, name, start, stop):
        with h5py.File(path, "r") as file:
            return torch.from_numpy(file[name][:stop])[start:]


class IncludesTheStop:
    """the row at stop is not wanted"""

    def read_rows(path, name, start, stop):
        with h5py.File(path, "r") as file:
            return torch.from_numpy(file[name][start : stop + 1])


class ReadsFromTheFirstRow:
    """from row 0"""

    def read_rows(path, name, start, stop):
        with h5py.File(path, "r") as file:
            return torch.from_numpy(file[name][: stop - start])


class ReadsColumns:
    """these are columns"""

    def read_rows(path, name, start, stop):
        with h5py.File(path, "r") as file:
            return torch.from_numpy(file[name][:, start:stop])


class MakesEverythingFloat:
    """expected int16"""

    def read_rows(path, name, start, stop):
        with h5py.File(path, "r") as file:
            return torch.from_numpy(file[name][start:stop]).float()


class UsesTheTensorClass:
    """expected int16"""

    def read_rows(path, name, start, stop):
        with h5py.File(path, "r") as file:
            return torch.Tensor(file[name][start:stop])


class ReturnsAnArray:
    """expected a torch.Tensor"""

    def read_rows(path, name, start, stop):
        with h5py.File(path, "r") as file:
            return file[name][start:stop]


class LeavesTheFileOpenOnErrors:
    """the file is still open"""

    def read_rows(path, name, start, stop):
        file = h5py.File(path, "r")
        rows = torch.from_numpy(file[name][start:stop])
        file.close()
        return rows


class GivesNothingForAnUnknownName:
    """it must raise KeyError"""

    def read_rows(path, name, start, stop):
        with h5py.File(path, "r") as file:
            return torch.from_numpy(file[name][start:stop]) if name in file else torch.empty(0)


class NeverClosesTheFile:
    """the file is still open"""

    def read_rows(path, name, start, stop):
        file = h5py.File(path, "r")
        LEFT_OPEN.append(file)
        return torch.from_numpy(file[name][start:stop])


class HandsTheRowsToH5py:
    """Indexing elements must be in increasing order"""

    def read_batch(path, name, rows):
        with h5py.File(path, "r") as file:
            return torch.from_numpy(file[name][list(rows)])


class SortsTheRows:
    """in increasing order: bring them"""

    def read_batch(path, name, rows):
        with h5py.File(path, "r") as file:
            return torch.from_numpy(np.stack([file[name][row] for row in sorted(rows)]))


class DropsRepeatedRows:
    """a row that comes twice is wanted twice"""

    def read_batch(path, name, rows):
        with h5py.File(path, "r") as file:
            return torch.from_numpy(np.stack([file[name][row] for row in dict.fromkeys(rows)]))


class ReadsTheSpanOfTheRows:
    """rows were read that nobody asked for"""

    def read_batch(path, name, rows):
        first = min(rows)
        with h5py.File(path, "r") as file:
            span = torch.from_numpy(file[name][first : max(rows) + 1])
        return span[[row - first for row in rows]]


class ReadsTheWholeDataset:
    """rows were read that nobody asked for"""

    def read_batch(path, name, rows):
        with h5py.File(path, "r") as file:
            return torch.from_numpy(file[name][:])[list(rows)]


class OrdersTheWrongWay:
    """argsort"""

    def read_batch(path, name, rows):
        order = np.argsort(rows, kind="stable")
        with h5py.File(path, "r") as file:
            dataset = file[name]
            found = np.stack([dataset[rows[place]] for place in order])
        return torch.from_numpy(found[order])


class BatchOfFloats:
    """expected uint8"""

    def read_batch(path, name, rows):
        with h5py.File(path, "r") as file:
            return torch.tensor([file[name][row].tolist() for row in rows])


class GivesAListOfRows:
    """expected a torch.Tensor"""

    def read_batch(path, name, rows):
        with h5py.File(path, "r") as file:
            return [torch.from_numpy(file[name][row]) for row in rows]


class FlattensTheName:
    """no dataset layer1/weights in the file"""

    def store(path, name, tensor):
        with h5py.File(path, "a") as file:
            file.create_dataset(name.replace("/", "_"), data=tensor.detach().cpu().numpy())


class EmptiesTheGroup:
    """no dataset layer1/weights in the file"""

    def store(path, name, tensor):
        with h5py.File(path, "a") as file:
            top = name.split("/")[0]
            if top in file:
                del file[top]
            file.create_dataset(name, data=tensor.detach().cpu().numpy())


class ReplacesWhatHasTheName:
    """the dataset that had this name before"""

    def store(path, name, tensor):
        with h5py.File(path, "a") as file:
            if name in file:
                del file[name]
            file[name] = tensor.detach().cpu().numpy()


class WritesOverWhatHasTheName:
    """the dataset that had this name before"""

    def store(path, name, tensor):
        with h5py.File(path, "a") as file:
            if name in file and file[name].shape == tuple(tensor.shape):
                file[name][...] = tensor.detach().cpu().numpy()
            else:
                file[name] = tensor.detach().cpu().numpy()


class SkipsWhatHasTheName:
    """raised nothing, though the file has a dataset of this name"""

    def store(path, name, tensor):
        with h5py.File(path, "a") as file:
            if name not in file:
                file[name] = tensor.detach().cpu().numpy()


class LeavesTheFileOpenWhereTheNameIsTaken:
    """the file is still open"""

    def store(path, name, tensor):
        file = h5py.File(path, "a")
        file[name] = tensor.detach().cpu().numpy()
        file.close()


class SortsTheCallersRows:
    """rows was changed"""

    def read_batch(path, name, rows):
        wanted = list(rows)
        if isinstance(rows, list):
            rows.sort()
        with h5py.File(path, "r") as file:
            found = {row: file[name][row] for row in rows}
        return torch.from_numpy(np.stack([found[row] for row in wanted]))


class LeavesTheFileOpenForAMissingRow:
    """the file is still open"""

    def read_batch(path, name, rows):
        file = h5py.File(path, "r")
        batch = torch.from_numpy(np.stack([file[name][row] for row in rows]))
        file.close()
        return batch


class CutsOffRowsBeyondTheEnd:
    """raised nothing for row 8"""

    def read_batch(path, name, rows):
        with h5py.File(path, "r") as file:
            dataset = file[name]
            return torch.from_numpy(np.stack([dataset[min(row, len(dataset) - 1)] for row in rows]))


class RaisesAnotherError:
    """it must raise KeyError when the file has no dataset of this name"""

    def read_rows(path, name, start, stop):
        with h5py.File(path, "r") as file:
            if name not in file:
                raise ValueError(f"no dataset {name}")
            return torch.from_numpy(file[name][start:stop])


class StoresFromTheDeviceItself:
    """can't convert"""

    def store(path, name, tensor):
        with h5py.File(path, "a") as file:
            file.create_dataset(name, data=tensor.detach().numpy())


class AtLeastOneAxis:
    """expected (): it has none either"""

    def store(path, name, tensor):
        with h5py.File(path, "a") as file:
            file.create_dataset(name, data=np.atleast_1d(tensor.detach().cpu().numpy()))
