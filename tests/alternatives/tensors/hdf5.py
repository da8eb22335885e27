"""Other right answers to tensors/hdf5."""

import h5py
import numpy as np
import torch


class AssignsAndStacks:
    def store(path, name, tensor):
        with h5py.File(path, "a") as file:
            file[name] = tensor.numpy(force=True)

    def read_rows(path, name, start, stop):
        with h5py.File(path) as file:
            return torch.as_tensor(file[name][start:stop, ...])

    def read_batch(path, name, rows):
        with h5py.File(path, "r") as file:
            dataset = file[name]
            return torch.stack([torch.as_tensor(dataset[int(row)]) for row in rows])


class ClosesByHand:
    def store(path, name, tensor):
        file = h5py.File(str(path), mode="a")
        try:
            dataset = file.create_dataset(name, tuple(tensor.shape), dtype=str(tensor.dtype).removeprefix("torch."))
            if tensor.numel():
                dataset[...] = tensor.tolist()
        finally:
            file.close()

    def read_rows(path, name, start, stop):
        file = h5py.File(path, "r")
        try:
            return torch.tensor(np.stack([file[name][row] for row in range(start, stop)]))
        finally:
            file.close()

    def read_batch(path, name, rows):
        found = {}
        with h5py.File(path, "r") as file:
            for row in rows:
                if row not in found:
                    found[row] = torch.tensor(file[name][row])
        return torch.stack([found[row] for row in rows])


class ReadsDirectly:
    def store(path, name, tensor):
        with h5py.File(path, "a") as file:
            file.require_group("/")[name] = np.asarray(tensor.detach().to("cpu"))

    def read_rows(path, name, start, stop):
        with h5py.File(path, "r") as file:
            dataset = file[name]
            rows = np.empty((stop - start, *dataset.shape[1:]), dtype=dataset.dtype)
            dataset.read_direct(rows, np.s_[start:stop])
        return torch.from_numpy(rows)

    def read_batch(path, name, rows):
        order = np.argsort(rows, kind="stable")
        with h5py.File(path, "r") as file:
            dataset = file[name]
            result = torch.from_numpy(np.empty((len(rows), *dataset.shape[1:]), dtype=dataset.dtype))
            for place in order:
                result[place] = torch.as_tensor(dataset[rows[place]])
        return result
