"""Other right answers to networks/modules."""

import copy
import math

import torch
from torch import nn


class RestoresTheGlobalGenerator:
    class Network(nn.Module):
        def __init__(self, sizes, dropout, generator):
            nn.Module.__init__(self)
            self.dropout = dropout
            self.layers = nn.ModuleList()
            with torch.random.fork_rng(devices=[]):
                for inputs, outputs in zip(sizes, sizes[1:]):
                    self.layers.append(nn.Linear(inputs, outputs))
            for layer in self.layers:
                bound = layer.in_features**-0.5
                layer.weight.data.uniform_(-bound, bound, generator=generator)
                layer.bias.data.zero_()
            self.register_buffer("center", torch.zeros(sizes[0]))

        def forward(self, samples):
            x = samples - self.center
            for number, layer in enumerate(self.layers, start=1):
                x = layer(x)
                if number < len(self.layers):
                    x = nn.functional.dropout(nn.functional.relu(x), self.dropout, self.training)
            return x

    def count_parameters(module, trainable_only=False):
        total = 0
        for parameter in module.parameters():
            if trainable_only and not parameter.requires_grad:
                continue
            total += math.prod(parameter.shape)
        return total

    def freeze(module):
        for parameter in module.parameters():
            parameter.requires_grad = False

    def snapshot(module):
        return copy.deepcopy(module.state_dict())


def _own_layer():
    class Layer(nn.Module):
        def __init__(self, inputs, outputs, generator):
            super().__init__()
            draws = torch.rand(outputs, inputs, generator=generator)
            self.weight = nn.Parameter((2 * draws - 1) / math.sqrt(inputs))
            self.bias = nn.Parameter(torch.zeros(outputs))

        def forward(self, x):
            return x @ self.weight.T + self.bias

    return Layer


class WritesItsOwnLayers:
    class Network(nn.Module):
        def __init__(self, sizes, dropout, generator):
            super().__init__()
            Layer = _own_layer()
            self.layers = nn.Sequential(*[Layer(a, b, generator) for a, b in zip(sizes[:-1], sizes[1:])])
            self.center = nn.Buffer(torch.zeros(sizes[0]))
            self.drop = nn.Dropout(dropout)

        def forward(self, samples):
            x = samples.sub(self.center)
            for layer in self.layers[:-1]:
                x = self.drop(layer(x).clamp(min=0))
            return self.layers[-1](x)

    def count_parameters(module, trainable_only=False):
        found = {id(each): each for part in module.modules() for each in part.parameters(recurse=False)}
        return sum(each.numel() for each in found.values() if not trainable_only or each.requires_grad)

    def freeze(module):
        for part in module.modules():
            for parameter in part.parameters(recurse=False):
                parameter.requires_grad_(False)

    def snapshot(module):
        with torch.no_grad():
            return {name: torch.empty_like(each).copy_(each) for name, each in module.state_dict().items()}


class DropsByHand:
    class Network(nn.Module):
        def __init__(self, sizes, dropout, generator):
            super().__init__()
            self.keep = 1 - dropout
            pairs = [sizes[i : i + 2] for i in range(len(sizes) - 1)]
            self.layers = nn.ModuleDict({str(i): nn.utils.skip_init(nn.Linear, *pair) for i, pair in enumerate(pairs)})
            self.register_buffer("center", torch.zeros(sizes[0]))
            with torch.no_grad():
                for layer in self.layers.values():
                    layer.weight.copy_(torch.empty_like(layer.weight).uniform_(-1, 1, generator=generator))
                    layer.weight /= layer.in_features**0.5
                    layer.bias.fill_(0)

        def forward(self, samples):
            x = samples - self.center
            for name, layer in self.layers.items():
                x = layer(x)
                if name != str(len(self.layers) - 1):
                    x = torch.relu(x)
                    if self.training:
                        x = x * (torch.rand_like(x) < self.keep) / self.keep
            return x

    def snapshot(module):
        state = {name: each.detach().clone() for name, each in module.named_parameters(remove_duplicate=False)}
        kept = module.state_dict()
        state |= {name: each.clone() for name, each in module.named_buffers(remove_duplicate=False) if name in kept}
        return state


class SeedsWithinAFork:
    class Network(nn.Module):
        def __init__(self, sizes, dropout, generator):
            super().__init__()
            self.layers = nn.ModuleList()
            with torch.random.fork_rng(devices=[]):
                torch.default_generator.manual_seed(torch.randint(2**40, (), generator=generator).item())
                for k in range(1, len(sizes)):
                    layer = nn.Linear(sizes[k - 1], sizes[k])  # uniform within 1 / sqrt(inputs) already
                    nn.init.zeros_(layer.bias)
                    self.layers.append(layer)
            self.register_buffer("center", torch.zeros(sizes[0]))
            self.p = dropout

        def forward(self, samples):
            *hidden, last = self.layers
            x = samples - self.center
            for layer in hidden:
                x = torch.dropout(torch.relu(layer(x)), self.p, self.training)
            return last(x)
