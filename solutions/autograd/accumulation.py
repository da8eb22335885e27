from collections.abc import Callable, Sequence

import torch


def fresh_gradient(loss: torch.Tensor, parameter: torch.Tensor) -> torch.Tensor:
    parameter.grad = None
    loss.backward()
    assert parameter.grad is not None
    return parameter.grad


def accumulate(
    mean_loss: Callable[[torch.Tensor], torch.Tensor], micro_batches: Sequence[torch.Tensor], parameter: torch.Tensor
) -> torch.Tensor:
    samples = sum(len(batch) for batch in micro_batches)
    total = torch.zeros((), dtype=parameter.dtype, device=parameter.device)
    for batch in micro_batches:
        share = mean_loss(batch) * (len(batch) / samples)
        share.backward()
        total += share.detach()
    return total


def train(
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    batches: Sequence[torch.Tensor],
    parameter: torch.Tensor,
    learning_rate: float,
) -> list[float]:
    losses = []
    for batch in batches:
        value = loss(parameter, batch)
        parameter.grad = None
        value.backward()
        assert parameter.grad is not None
        with torch.no_grad():
            parameter -= learning_rate * parameter.grad
        losses.append(value.item())
    return losses
