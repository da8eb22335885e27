import torch
from torch import nn


def expected_loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    logs = logits - logits.logsumexp(dim=1, keepdim=True)
    # Taken out before the product, as 0 * -inf is NaN.
    return -(targets * logs.masked_fill(targets == 0, 0.0)).sum(dim=1)


def label_loss(logits: torch.Tensor, labels: torch.Tensor, class_weights: torch.Tensor | None = None) -> torch.Tensor:
    losses = logits.logsumexp(dim=1) - logits.gather(1, labels.unsqueeze(1)).squeeze(1)
    if class_weights is None:
        return losses.mean()
    weights = class_weights[labels]
    return (weights * losses).sum() / weights.sum()


def label_loss_ignoring(
    logits: torch.Tensor, labels: torch.Tensor, ignore_index: int, class_weights: torch.Tensor | None = None
) -> torch.Tensor:
    kept = labels != ignore_index
    return label_loss(logits.movedim(1, -1)[kept], labels[kept], class_weights)


def loss_module(ends_with: str) -> nn.Module:
    match ends_with:
        case "logits":
            return nn.CrossEntropyLoss()
        case "log-probabilities":
            return nn.NLLLoss()
    raise ValueError(f"no loss for outputs that are {ends_with}")


def with_last_layer(network: nn.Module) -> nn.Module:
    return nn.Sequential(network, nn.LogSoftmax(dim=1))
