import torch
from torch.nn import functional


def fits_one_number(has_order: bool, has_distance: bool) -> bool:
    return has_order and has_distance


def encode(labels: torch.Tensor, classes: int, as_number: bool) -> torch.Tensor:
    if as_number:
        return labels.unsqueeze(1).to(torch.float32)
    return functional.one_hot(labels, classes).to(torch.float32)


def losses(outputs: torch.Tensor, labels: torch.Tensor, as_number: bool) -> torch.Tensor:
    if as_number:
        return (outputs.squeeze(1) - labels).square()
    return functional.cross_entropy(outputs, labels, reduction="none")


def decode(outputs: torch.Tensor, classes: int, as_number: bool) -> torch.Tensor:
    if as_number:
        # Clamped first: a float beyond int64 has no integer to become.
        return outputs.squeeze(1).clamp(0, classes - 1).round().to(torch.int64)
    return outputs.argmax(dim=1)
