from collections.abc import Callable, Iterable
from copy import deepcopy

import torch
from torch import nn

Batches = Iterable[tuple[torch.Tensor, torch.Tensor]]
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def split(count: int, held_out: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    if not 0 <= held_out <= count:
        raise ValueError(f"cannot hold out {held_out} of {count} samples")
    order = torch.randperm(count, generator=generator)
    return order[held_out:], order[:held_out]


def evaluate(model: nn.Module, loss: Loss, batches: Batches) -> float:
    device = next(model.parameters()).device
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for inputs, targets in batches:
            total += loss(model(inputs.to(device)), targets.to(device)).item() * len(inputs)
            count += len(inputs)
    for part, training in modes:  # train() would change the parts of each part too
        part.training = training
    return total / count


def fit(
    model: nn.Module,
    loss: Loss,
    optimizer: torch.optim.Optimizer,
    training: Batches,
    validation: Batches,
    epochs: int,
    patience: int,
) -> tuple[list[float], list[float]]:
    device = next(model.parameters()).device
    training_losses: list[float] = []
    validation_losses: list[float] = []
    for epoch in range(epochs):
        model.train()
        for inputs, targets in training:
            optimizer.zero_grad()
            loss(model(inputs.to(device)), targets.to(device)).backward()
            optimizer.step()
        training_losses.append(evaluate(model, loss, training))
        validation_losses.append(evaluate(model, loss, validation))
        best_epoch = validation_losses.index(min(validation_losses))
        if best_epoch == epoch:
            best = deepcopy(model.state_dict())
        elif epoch - best_epoch >= patience:
            break
    model.load_state_dict(best)
    model.eval()
    return training_losses, validation_losses
