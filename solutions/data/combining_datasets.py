from collections.abc import Sequence
from typing import Any

import torch
from torch.utils.data import ChainDataset, ConcatDataset, Dataset, IterableDataset, Subset
from torch.utils.data import random_split as split


def subset(items: Dataset[Any], indices: Sequence[int]) -> Dataset[Any]:
    return Subset(items, indices)


def random_split(items: Dataset[Any], shares: Sequence[float], generator: torch.Generator) -> Sequence[Dataset[Any]]:
    return split(items, shares, generator)


def concat(datasets: Sequence[Dataset[Any]]) -> Dataset[Any]:
    return ConcatDataset(datasets)


def chain(streams: Sequence[IterableDataset[Any]]) -> IterableDataset[Any]:
    return ChainDataset(streams)
