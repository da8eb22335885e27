from collections.abc import Callable

import torch
from torch import nn


def collapse(network: nn.Sequential) -> nn.Linear:
    if not all(isinstance(layer, nn.Linear) for layer in network):
        raise ValueError("only linear layers collapse into one")
    first, *others = network
    with torch.no_grad():
        weight = first.weight
        bias = weight.new_zeros(len(weight)) if first.bias is None else first.bias
        for layer in others:
            weight = layer.weight @ weight
            bias = layer.weight @ bias
            if layer.bias is not None:
                bias = bias + layer.bias
        collapsed = nn.Linear(weight.shape[1], weight.shape[0], device=weight.device, dtype=weight.dtype)
        collapsed.weight.copy_(weight)
        collapsed.bias.copy_(bias)
    return collapsed


def is_affine(function: Callable[[torch.Tensor], torch.Tensor], example: torch.Tensor) -> bool:
    generator = torch.Generator()
    zero = function(torch.zeros_like(example).unsqueeze(0)).detach()
    for size in torch.logspace(-1, 3, 9).tolist():
        draws = (2 * torch.rand(2, 64, len(example), generator=generator, dtype=torch.float64) - 1) * size
        a, b = draws.to(example)
        outputs = [function(x).detach() for x in (a + b, a, b)]
        largest = max(each.abs().max() for each in (*outputs, zero))
        missed = outputs[0] - outputs[1] - outputs[2] + zero
        if missed.abs().max() > 1e-3 * largest:
            return False
    return True
