from collections.abc import Sequence

import torch


def _powers(x: torch.Tensor, degree: int) -> torch.Tensor:
    return x.unsqueeze(1) ** torch.arange(degree + 1, device=x.device)


def fit_polynomial(x: torch.Tensor, y: torch.Tensor, degree: int) -> torch.Tensor:
    return torch.linalg.lstsq(_powers(x, degree), y.unsqueeze(1)).solution.squeeze(1)


def mean_squared_error(coefficients: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> float:
    errors = _powers(x, len(coefficients) - 1) @ coefficients - y
    return errors.square().mean().item()


def learning_curve(
    training: tuple[torch.Tensor, torch.Tensor],
    validation: tuple[torch.Tensor, torch.Tensor],
    degree: int,
    counts: Sequence[int],
) -> tuple[list[float], list[float]]:
    training_losses, validation_losses = [], []
    for count in counts:
        x, y = training[0][:count], training[1][:count]
        coefficients = fit_polynomial(x, y, degree)
        training_losses.append(mean_squared_error(coefficients, x, y))
        validation_losses.append(mean_squared_error(coefficients, *validation))
    return training_losses, validation_losses


def diagnosis(
    training_losses: Sequence[float], validation_losses: Sequence[float], fall: float = 0.5, gap: float = 2.0
) -> str:
    if training_losses[-1] > fall * training_losses[0]:
        return "too simple"
    if validation_losses[-1] > gap * training_losses[-1]:
        return "overfitting"
    return "fits"
