"""Tensors in an HDF5 file.

An HDF5 file holds named arrays, its datasets, each with a shape and a dtype. h5py opens the file, and looks at a
dataset without reading it: only what is indexed comes into memory, as a NumPy array. So a program can take a few rows
at a time from a dataset that is far larger than its memory.

    with h5py.File("climate.h5", "r") as file:
        temperature = file["temperature"]      a dataset of shape (1000000, 24): nothing is read yet
        temperature[40:43]                     reads 3 rows: a NumPy array of shape (3, 24)
        temperature[:]                         reads 24 million numbers

How a file is opened matters: "r" reads, "a" adds to what is there, and "w" makes an empty file, whatever was in it.
An open file is closed by the with statement, also where an error ends it.

Check with:  pytest katas/tensors/test_hdf5.py
"""

from collections.abc import Sequence
from pathlib import Path

import h5py
import torch


def store(path: Path, name: str, tensor: torch.Tensor) -> None:
    """Write a tensor into an HDF5 file as a new dataset, and close the file.

    Args:
        path: a file, which may be there already, with other datasets: they stay.
        name: the name of the new dataset, for example "weights" or "layer1/weights".
        tensor: on any device, with or without requires_grad, of a dtype that NumPy has. It is left alone.

    The dataset has the tensor's shape, dtype and elements.

    Raises:
        Exception: if the file has something of this name already: any error, h5py's own will do. The file stays as it
            was, and is closed.
    """
    raise NotImplementedError("open the file so that its datasets stay, and add the tensor as a dataset")


def read_rows(path: Path, name: str, start: int, stop: int) -> torch.Tensor:
    """Return the rows from ``start`` to before ``stop`` of a dataset, and read no others.

    Args:
        path: an HDF5 file; it is closed again, also where an error comes.
        name: the name of a dataset with at least one axis, perhaps too large for the memory.
        start: the first row.
        stop: the row after the last, greater than start; at most the number of rows.

    Returns:
        A CPU tensor of shape (stop - start, ...) with the dtype of the dataset.

    Raises:
        KeyError: if the file has no dataset of this name.
    """
    raise NotImplementedError("read these rows alone, as a tensor")


def read_batch(path: Path, name: str, rows: Sequence[int]) -> torch.Tensor:
    """Return some rows of a dataset in the order in which they are named, and read no others.

    h5py takes a list of rows as an index only if they increase and none comes twice. A shuffled batch does not.

    Args:
        path: an HDF5 file; it is closed again, also where an error comes.
        name: the name of a dataset with at least one axis, perhaps too large for the memory.
        rows: one or more numbers of rows from 0 on, in any order; a row may come more than once. It is left alone.

    Returns:
        A CPU tensor of shape (number of rows, ...) with the dtype of the dataset.

    Raises:
        Exception: if a row is not there: any error, h5py's own will do.
    """
    raise NotImplementedError("read these rows alone, and bring them into the order that was asked for")
