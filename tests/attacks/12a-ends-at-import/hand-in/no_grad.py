from collections.abc import Callable, Iterable, Sequence

import torch


@torch.no_grad()
def update_(parameters: Iterable[torch.Tensor], learning_rate: float) -> None:
    for parameter in parameters:
        if parameter.grad is not None:
            parameter -= learning_rate * parameter.grad


def predict(model: Callable[[torch.Tensor], torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return model(x)


@torch.no_grad()
def moving_average_(averages: Sequence[torch.Tensor], parameters: Sequence[torch.Tensor], decay: float) -> None:
    for average, parameter in zip(averages, parameters, strict=True):
        average.mul_(decay).add_(parameter, alpha=1 - decay)
