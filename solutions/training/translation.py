from collections.abc import Callable

import torch
from torch import nn


def fully_connected(height: int, width: int, hidden: int, classes: int) -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(height * width, hidden), nn.ReLU(), nn.Linear(hidden, classes))


def convolutional(features: int, size: int, classes: int) -> nn.Module:
    return nn.Sequential(
        nn.Unflatten(1, (1, -1)),
        nn.Conv2d(1, features, size, padding=size - 1),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(features, classes),
    )


def train(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    images: torch.Tensor,
    labels: torch.Tensor,
    epochs: int,
    change: Callable[[torch.Tensor], torch.Tensor] | None = None,
) -> list[float]:
    model.train()
    losses = []
    for _ in range(epochs):
        inputs = images if change is None else change(images)
        loss = nn.functional.cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
