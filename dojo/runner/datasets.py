"""Fixtures with small real data sets, which are shipped with the katas and read once per process.

``katas/data/SOURCES.md`` gives their sources. Each test gets its own copies, on the CPU.
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

NUMBERS = ("mpg", "cylinders", "displacement", "horsepower", "weight", "acceleration")


@cache
def _cars(file: Path) -> dict[str, torch.Tensor | list[str]]:
    with file.open(encoding="ascii", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns: dict[str, torch.Tensor | list[str]] = {
        name: torch.tensor([float(row[name]) for row in rows]) for name in NUMBERS
    }
    return columns | {name: [row[name] for row in rows] for name in ("origin", "name")}


@cache
def _digits(file: Path) -> tuple[torch.Tensor, torch.Tensor]:
    with np.load(file) as arrays:
        return torch.from_numpy(arrays["images"]), torch.from_numpy(arrays["labels"]).to(torch.int64)


@pytest.fixture
def cars(pytestconfig: pytest.Config) -> dict[str, torch.Tensor | list[str]]:
    """The table of 392 cars: columns by name, each float32 of shape (392,) or a list of strings."""
    columns = _cars(pytestconfig.rootpath / "katas/data/auto_mpg.csv")
    return {name: column.clone() if isinstance(column, torch.Tensor) else [*column] for name, column in columns.items()}


@pytest.fixture
def digits(pytestconfig: pytest.Config) -> tuple[torch.Tensor, torch.Tensor]:
    """Images of handwritten digits, uint8 of shape (1797, 8, 8) from 0 to 16, and their labels, int64 of (1797,)."""
    images, labels = _digits(pytestconfig.rootpath / "katas/data/digits.npz")
    return images.clone(), labels.clone()
