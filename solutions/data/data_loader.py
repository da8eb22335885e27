from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset


def batches(
    dataset: Dataset[tuple[torch.Tensor, int]],
    batch_size: int,
    generator: torch.Generator | None = None,
    drop_last: bool = False,
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    count = len(dataset)
    order = list(range(count)) if generator is None else torch.randperm(count, generator=generator).tolist()
    end = count - count % batch_size if drop_last else count
    for start in range(0, end, batch_size):
        features, labels = zip(*(dataset[index] for index in order[start : start + batch_size]), strict=True)
        stacked = torch.stack(features)
        yield stacked, torch.tensor(labels, dtype=torch.int64, device=stacked.device)


def pad(samples: Sequence[tuple[torch.Tensor, int]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    sequences, labels = zip(*samples, strict=True)
    device = sequences[0].device
    lengths = torch.tensor([len(sequence) for sequence in sequences], dtype=torch.int64, device=device)
    padded = torch.nn.utils.rnn.pad_sequence(sequences, batch_first=True)
    return padded, lengths, torch.tensor(labels, dtype=torch.int64, device=device)


def loader(
    dataset: Dataset[Any],
    batch_size: int,
    seed: int,
    collate: Callable[[list[Any]], Any] | None = None,
    workers: int = 0,
) -> DataLoader[Any]:
    return DataLoader(
        dataset,
        batch_size,
        shuffle=True,
        generator=torch.Generator().manual_seed(seed),
        collate_fn=collate,
        num_workers=workers,
    )
