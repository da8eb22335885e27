"""Other right answers to losses/cross_entropy."""

import torch
from torch import nn


class SelectsWithWhere:
    def expected_loss(logits, targets):
        logs = torch.sub(logits, torch.logsumexp(logits, 1).unsqueeze(1))
        return torch.where(targets == 0, 0, -targets * logs).sum(dim=1)

    def label_loss(logits, labels, class_weights=None):
        one_hot = nn.functional.one_hot(labels, logits.shape[1]).movedim(-1, 1)
        logs = logits - logits.logsumexp(1, keepdim=True)
        if class_weights is None:
            class_weights = torch.ones(logits.shape[1], dtype=logits.dtype, device=logits.device)
        weights = torch.einsum("c,nc...->n...", class_weights, one_hot.to(logits.dtype))
        return -(weights * (one_hot * logs).sum(1)).sum() / weights.sum()

    def label_loss_ignoring(logits, labels, ignore_index, class_weights=None):
        used = torch.where(labels == ignore_index, 0, labels)
        losses = logits.logsumexp(1) - torch.take_along_dim(logits, used.unsqueeze(1), 1).squeeze(1)
        weights = torch.ones_like(losses) if class_weights is None else class_weights[used]
        weights = torch.where(labels == ignore_index, 0, weights)
        return (weights * losses).sum() / weights.sum()

    def loss_module(ends_with):
        losses = {"logits": nn.CrossEntropyLoss, "log-probabilities": nn.NLLLoss}
        if ends_with not in losses:
            raise ValueError(ends_with)
        return losses[ends_with](reduction="mean")

    def with_last_layer(network):
        class Logs(nn.Module):
            def __init__(self):
                super().__init__()
                self.network = network

            def forward(self, inputs):
                return torch.log_softmax(self.network(inputs), dim=-1)

        return Logs()


class Loops:
    def expected_loss(logits, targets):
        losses = []
        for row, target in zip(logits, targets, strict=True):
            logs = row - row.logsumexp(0)
            used = target > 0
            losses.append(-(target[used] @ logs[used]))
        return torch.stack(losses)

    def label_loss(logits, labels, class_weights=None):
        columns = logits.unsqueeze(2) if logits.dim() == 2 else logits
        places = labels.unsqueeze(1) if labels.dim() == 1 else labels
        total, weight = 0.0, 0.0
        for i in range(columns.shape[0]):
            for j in range(columns.shape[2]):
                column, label = columns[i, :, j], int(places[i, j])
                shifted = column - column.max()
                w = 1.0 if class_weights is None else class_weights[label]
                total = total + w * (shifted.exp().sum().log() - shifted[label])
                weight = weight + w
        return total / weight

    def label_loss_ignoring(logits, labels, ignore_index, class_weights=None):
        total, weight = 0.0, 0.0
        for sample, label in zip(logits.movedim(1, -1).reshape(-1, logits.shape[1]), labels.flatten().tolist()):
            if label != ignore_index:
                w = 1.0 if class_weights is None else class_weights[label]
                total = total - w * (sample - sample.logsumexp(0))[label]
                weight = weight + w
        return total / weight

    def loss_module(ends_with):
        if ends_with == "logits":
            return nn.CrossEntropyLoss()
        if ends_with == "log-probabilities":
            return nn.CrossEntropyLoss()  # softmax of log-probabilities leaves them as they are
        raise ValueError("logits or log-probabilities")

    def with_last_layer(network):
        result = nn.Module()
        result.add_module("network", network)
        result.forward = lambda inputs: nn.LogSoftmax(1)(network(inputs))
        return result


class ReplacesNaN:
    def expected_loss(logits, targets):
        return (targets * (logits.logsumexp(1, keepdim=True) - logits)).nansum(dim=1)

    def label_loss(logits, labels, class_weights=None):
        classes = logits.movedim(1, -1).reshape(-1, logits.shape[1])
        flat = labels.flatten()
        losses = classes.logsumexp(-1) - classes[torch.arange(len(flat), device=flat.device), flat]
        if class_weights is None:
            return losses.sum() / len(flat)
        weights = class_weights.index_select(0, flat)
        return torch.dot(weights, losses) / weights.sum()

    def loss_module(ends_with):
        class Picks(nn.Module):
            def forward(self, outputs, labels):
                return -outputs[range(len(labels)), labels].mean()

        if ends_with == "logits":
            return nn.CrossEntropyLoss()
        if ends_with == "log-probabilities":
            return Picks()
        raise ValueError(ends_with)

    def with_last_layer(network):
        if isinstance(network, nn.Sequential):
            return nn.Sequential(*network, nn.LogSoftmax(1))
        layers = nn.ModuleList([network, nn.LogSoftmax(1)])
        return nn.Sequential(*layers)
