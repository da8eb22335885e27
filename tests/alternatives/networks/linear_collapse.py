"""Other right answers to networks/linear_collapse."""

import torch
from torch import nn


class AsksForOutputsOfUnitVectors:
    def collapse(network):
        if [layer for layer in network if type(layer) is not nn.Linear]:
            raise ValueError("not linear")
        weight = network[0].weight
        with torch.no_grad():
            bias = network(torch.zeros(1, weight.shape[1], dtype=weight.dtype, device=weight.device))[0]
            columns = network(torch.eye(weight.shape[1], dtype=weight.dtype, device=weight.device)) - bias
        layer = nn.Linear(weight.shape[1], len(bias)).to(weight)
        layer.weight = nn.Parameter(columns.T.contiguous())
        layer.bias = nn.Parameter(bias.clone())
        return layer

    def is_affine(function, example):
        n = len(example)
        for size in (1000.0, 150.0, 30.0, 5.0, 1.0, 0.1):
            x = (torch.rand(400, n, dtype=torch.float64) * 2 - 1).mul(size).to(example)
            zero = function(torch.zeros(1, n).to(example))
            columns = (function(size * torch.eye(n).to(example)) - zero) / size
            y = function(x)
            if (y - x @ columns - zero).abs().max() > 2e-3 * torch.cat([y, zero]).abs().max():
                return False
        return True


class MultipliesHomogeneousMatrices:
    def collapse(network):
        whole = None
        for layer in network:
            if not isinstance(layer, nn.Linear):
                raise ValueError(f"{layer} is not linear")
            w = layer.weight.detach().double()
            b = torch.zeros_like(w[:, 0]) if layer.bias is None else layer.bias.detach().double()
            matrix = torch.zeros(w.shape[0] + 1, w.shape[1] + 1, dtype=torch.float64, device=w.device)
            matrix[:-1, :-1], matrix[:-1, -1], matrix[-1, -1] = w, b, 1
            whole = matrix if whole is None else matrix @ whole
        like = network[0].weight
        result = nn.Linear(whole.shape[1] - 1, whole.shape[0] - 1, dtype=like.dtype, device=like.device)
        result.load_state_dict({"weight": whole[:-1, :-1], "bias": whole[:-1, -1]})
        return result

    def is_affine(function, example):
        generator = torch.Generator(example.device).manual_seed(1)
        with torch.no_grad():
            for power in range(-1, 4):
                for _ in range(40):
                    x = torch.randn(3, len(example), generator=generator, dtype=example.dtype, device=example.device)
                    a, b, share = x[0:1] * 10.0**power / 2, x[1:2] * 10.0**power / 2, torch.rand(()).item()
                    fa, fb = function(a), function(b)
                    between = function(share * a + (1 - share) * b)
                    gap = (between - share * fa - (1 - share) * fb).abs().max()
                    if gap > 1e-3 * torch.cat([fa, fb, between]).abs().max():
                        return False
        return True


class ComposesFromTheBack:
    def collapse(network):
        for module in network.children():
            if not isinstance(module, nn.Linear):
                raise ValueError("an activation stands between the layers")
        layers = list(network)[::-1]
        weight = torch.eye(layers[0].out_features, dtype=layers[0].weight.dtype, device=layers[0].weight.device)
        bias = torch.zeros(layers[0].out_features, dtype=weight.dtype, device=weight.device)
        for layer in layers:
            if layer.bias is not None:
                bias = bias + weight @ layer.bias
            weight = weight @ layer.weight
        result = nn.Linear(layers[-1].in_features, layers[0].out_features, device=weight.device, dtype=weight.dtype)
        result.weight.data.copy_(weight)
        result.bias.data.copy_(bias)
        return result


class FollowsGradients:
    def collapse(network):
        if any(not isinstance(layer, nn.Linear) for layer in network):
            raise ValueError("not linear")
        like = network[0].weight
        zero = torch.zeros(network[0].in_features, dtype=like.dtype, device=like.device)
        layer = nn.utils.skip_init(nn.Linear, len(zero), network[-1].out_features, device=like.device, dtype=like.dtype)
        with torch.no_grad():
            layer.bias.copy_(network(zero))
        layer.weight.data = torch.autograd.functional.jacobian(network, zero)
        return layer
