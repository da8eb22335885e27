from collections.abc import Callable

import torch


def minibatches(samples: torch.Tensor, size: int, generator: torch.Generator) -> list[torch.Tensor]:
    order = torch.randperm(len(samples), generator=generator).to(samples.device)
    return [samples[part] for part in order.split(size)]


def descend(
    loss: Callable[[torch.Tensor], torch.Tensor],
    parameter: torch.Tensor,
    samples: torch.Tensor,
    size: int,
    learning_rate: float,
    epochs: int,
    generator: torch.Generator,
) -> None:
    optimizer = torch.optim.SGD([parameter], lr=learning_rate)
    for _ in range(epochs):
        for batch in minibatches(samples, size, generator):
            optimizer.zero_grad()
            loss(batch).backward()
            optimizer.step()
