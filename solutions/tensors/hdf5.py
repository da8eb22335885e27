from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import torch


def store(path: Path, name: str, tensor: torch.Tensor) -> None:
    with h5py.File(path, "a") as file:
        file.create_dataset(name, data=tensor.detach().cpu().numpy())


def read_rows(path: Path, name: str, start: int, stop: int) -> torch.Tensor:
    with h5py.File(path, "r") as file:
        return torch.from_numpy(file[name][start:stop])


def read_batch(path: Path, name: str, rows: Sequence[int]) -> torch.Tensor:
    increasing, places = np.unique(rows, return_inverse=True)
    with h5py.File(path, "r") as file:
        return torch.from_numpy(file[name][increasing][places])
