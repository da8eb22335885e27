from collections.abc import Callable, Sequence
from typing import Any

import torch

Loss = Callable[[Any], torch.Tensor]


def full_batch(loss: Loss, optimizer: torch.optim.Optimizer, samples: Sequence[Any], epochs: int) -> None:
    mini_batch(loss, optimizer, samples, len(samples), epochs)


def per_sample(loss: Loss, optimizer: torch.optim.Optimizer, samples: Sequence[Any], epochs: int) -> None:
    mini_batch(loss, optimizer, samples, 1, epochs)


def mini_batch(loss: Loss, optimizer: torch.optim.Optimizer, samples: Sequence[Any], size: int, epochs: int) -> None:
    for _ in range(epochs):
        for start in range(0, len(samples), size):
            batch = samples[start : start + size]
            optimizer.zero_grad()
            for sample in batch:
                (loss(sample) / len(batch)).backward()
            optimizer.step()


def count_updates(samples: int, size: int, epochs: int) -> int:
    return epochs * -(-samples // size)
