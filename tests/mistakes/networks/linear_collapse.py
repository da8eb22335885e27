"""Wrong answers to networks/linear_collapse."""

import copy

import torch
from torch import nn


def layer_of(weight, bias):
    layer = nn.Linear(weight.shape[1], weight.shape[0], device=weight.device, dtype=weight.dtype)
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    return layer


def bias_of(layer):
    return torch.zeros_like(layer.weight[:, 0]) if layer.bias is None else layer.bias


def refuse_others(network):
    if not all(isinstance(layer, nn.Linear) for layer in network):
        raise ValueError("not linear")


def collapse_all(network):
    weight, bias = network[0].weight, bias_of(network[0])
    for layer in network[1:]:
        weight, bias = layer.weight @ weight, layer.weight @ bias + bias_of(layer)
    return layer_of(weight, bias)


def right(network):
    refuse_others(network)
    return collapse_all(network)


def misses(function, a, b):
    zero = function(torch.zeros_like(a))
    together = function(a + b)
    missed = together - function(a) - function(b) + zero
    return missed.abs().max() / max(together.abs().max(), function(a).abs().max(), zero.abs().max()).clamp(min=1e-30)


def probes(example, size=1.0, count=64):
    return ((torch.rand(2, count, len(example), dtype=torch.float64) * 2 - 1) * size).to(example)


class MultipliesInTheOrderOfTheLayers:
    """in the wrong order"""

    def collapse(network):
        refuse_others(network)
        weight, bias = network[0].weight, bias_of(network[0])
        for layer in network[1:]:
            square = weight.shape[0] == weight.shape[1] == layer.weight.shape[0] == layer.weight.shape[1]
            weight = weight @ layer.weight if square else layer.weight @ weight
            bias = layer.weight @ bias + bias_of(layer)
        return layer_of(weight, bias)


class TransposesTheWeights:
    """transposed"""

    def collapse(network):
        layer = right(network)
        if layer.in_features == layer.out_features:
            layer.weight.data = layer.weight.data.T.contiguous()
        return layer


class AddsTheBiasesUp:
    """the biases are added up"""

    def collapse(network):
        layer = right(network)
        total = sum(
            each.bias.sum() if len(each.bias) != layer.out_features else each.bias
            for each in network
            if each.bias is not None
        )
        layer.bias.data = torch.zeros_like(layer.bias.data) + total
        return layer


class KeepsTheLastBiasOnly:
    """the bias of the last layer alone"""

    def collapse(network):
        layer = right(network)
        layer.bias.data = bias_of(network[-1]).detach().clone()
        return layer


class LeavesTheBiasRandom:
    """the bias is left out"""

    def collapse(network):
        layer = right(network)
        layer.bias.data.zero_()
        return layer


class CarriesTheBiasOneLayerOnly:
    """through all the weights behind it"""

    def collapse(network):
        layer = right(network)
        if len(network) > 1:
            layer.bias.data = (network[-1].weight @ bias_of(network[-2]) + bias_of(network[-1])).detach()
        return layer


class KnowsTwoLayers:
    """raised ValueError"""

    def collapse(network):
        refuse_others(network)
        first, second = network
        return layer_of(second.weight @ first.weight, second.weight @ bias_of(first) + bias_of(second))


class TakesTheFirstTwoLayers:
    """has shape"""

    def collapse(network):
        return right(network[:2])


class NeedsABiasInEachLayer:
    """NoneType"""

    def collapse(network):
        refuse_others(network)
        weight, bias = network[0].weight, network[0].bias
        for layer in network[1:]:
            weight, bias = layer.weight @ weight, layer.weight @ bias + layer.bias
        return layer_of(weight, bias)


class GivesNoBiasWhereNoLayerHasOne:
    """always has a bias"""

    def collapse(network):
        layer = right(network)
        if all(each.bias is None for each in network):
            layer.bias = None
        return layer


class GivesNoBiasWhereTheLastLayerHasNone:
    """always has a bias"""

    def collapse(network):
        layer = right(network)
        if network[-1].bias is None:
            layer.bias = None
        return layer


class LeavesARandomBias:
    """the bias is 0"""

    def collapse(network):
        layer = right(network)
        if all(each.bias is None for each in network):
            layer.bias.data = torch.full_like(layer.bias.data, 0.25)
        return layer


class GivesTheNetworkBack:
    """a torch.nn.Linear"""

    def collapse(network):
        refuse_others(network)
        return network


class GivesWeightAndBias:
    """a torch.nn.Linear"""

    def collapse(network):
        layer = right(network)
        return layer.weight, layer.bias


class HandsASingleLayerBack:
    """memory of its own"""

    def collapse(network):
        return network[0] if len(network) == 1 else right(network)


class CollapsesInPlace:
    """changed its input"""

    def collapse(network):
        layer = right(network)
        if network[0].weight.shape == layer.weight.shape:
            network[0].weight.data.copy_(layer.weight.data)
            network[0].bias.data.copy_(layer.bias.data) if network[0].bias is not None else None
            return copy.deepcopy(network[0]) if network[0].bias is not None else layer
        return layer


class FreezesTheNetwork:
    """changed its input"""

    def collapse(network):
        network.requires_grad_(False)
        return right(network)


class PutsPlainTensorsInTheLayer:
    """is no parameter"""

    def collapse(network):
        refuse_others(network)
        weight, bias = network[0].weight, bias_of(network[0])
        for layer in network[1:]:
            weight, bias = layer.weight @ weight, layer.weight @ bias + bias_of(layer)
        result = nn.Linear(weight.shape[1], weight.shape[0])
        del result.weight, result.bias
        result.weight, result.bias = weight, bias
        return result


class FreezesTheLayer:
    """requires_grad=False"""

    def collapse(network):
        return right(network).requires_grad_(False)


class TakesRequiresGradFromTheNetwork:
    """requires_grad=False"""

    def collapse(network):
        layer = right(network)
        layer.weight.requires_grad_(network[0].weight.requires_grad)
        return layer


class BuildsTheLayerOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def collapse(network):
        layer = right(network)
        result = nn.Linear(layer.in_features, layer.out_features, dtype=layer.weight.dtype)
        result.load_state_dict(layer.state_dict())
        return result


class StartsWithIdentityOnTheCpu:
    """same device"""

    def collapse(network):
        refuse_others(network)
        weight = torch.eye(network[0].in_features, dtype=network[0].weight.dtype)
        bias = torch.zeros(network[0].in_features, dtype=weight.dtype)
        for layer in network:
            weight, bias = layer.weight @ weight, layer.weight @ bias + bias_of(layer)
        return layer_of(weight, bias)


class BuildsTheLayerInFloat32:
    """dtype float32, expected float64"""

    def collapse(network):
        layer = right(network)
        result = nn.Linear(layer.in_features, layer.out_features, device=layer.weight.device)
        result.load_state_dict(layer.state_dict())
        return result


class CollapsesPastActivations:
    """ValueError"""

    def collapse(network):
        return right(nn.Sequential(*[layer for layer in network if isinstance(layer, nn.Linear)]))


class SwapsInAndOut:
    """in_features"""

    def collapse(network):
        layer = right(network)
        layer.in_features, layer.out_features = layer.out_features, layer.in_features
        return layer


class ProbesWithPositiveNumbersOnly:
    """positive"""

    def is_affine(function, example):
        return all(misses(function, *probes(example, size).abs()) < 1e-3 for size in (0.1, 1, 10, 100, 500))


class ProbesWithNegativeNumbersOnly:
    """negative"""

    def is_affine(function, example):
        return all(misses(function, *-probes(example, size).abs()) < 1e-3 for size in (0.1, 1, 10, 100, 500))


class ProbesWithSmallNumbersOnly:
    """large inputs"""

    def is_affine(function, example):
        return bool(misses(function, *probes(example, 1.0)) < 1e-3)


class ProbesWithLargeNumbersOnly:
    """small inputs"""

    def is_affine(function, example):
        return bool(misses(function, *probes(example, 500.0)) < 1e-3)


class ForgetsTheBias:
    """f(0)"""

    def is_affine(function, example):
        a, b = probes(example)
        gap = function(a + b) - function(a) - function(b)
        return bool(gap.abs().max() < 1e-3 * function(a + b).abs().max())


class MeasuresAbsolutely:
    """rounding grows with the outputs"""

    def is_affine(function, example):
        for size in (0.1, 1, 10, 100, 500):
            a, b = probes(example, size)
            zero = function(torch.zeros_like(a))
            if (function(a + b) - function(a) - function(b) + zero).abs().max() > 1e-3:
                return False
        return True


class DemandsExactness:
    """rounding"""

    def is_affine(function, example):
        for size in (0.1, 1, 10, 100, 500):
            a, b = probes(example, size)
            if not torch.equal(function(a + b) + function(torch.zeros_like(a)), function(a) + function(b)):
                return False
        return True


class LooksAtTheFirstOutput:
    """a single output"""

    def is_affine(function, example):
        return all(
            misses(lambda x: function(x)[:, :1], *probes(example, size)) < 1e-3 for size in (0.1, 1, 10, 100, 500)
        )


class ChangesOneInputAtATime:
    """several inputs change together"""

    def is_affine(function, example):
        for size in (0.1, 1, 10, 100, 500):
            for k in range(len(example)):
                mask = torch.zeros_like(example)
                mask[k] = 1
                a, b = probes(example, size) * mask
                if misses(function, a, b) > 1e-3:
                    return False
        return True


class ProbesOnlyTheOriginLine:
    """powers"""

    def is_affine(function, example):
        for size in (0.1, 1, 10, 100, 500):
            a, _ = probes(example, size)
            zero = function(torch.zeros_like(a))
            gap = function(a) + function(-a) - 2 * zero
            if gap.abs().max() > 1e-3 * max(function(a).abs().max(), zero.abs().max()):
                return False
        return True


class LooksAtTheLayers:
    """a function that is not a module"""

    def is_affine(function, example):
        return isinstance(function, nn.Module) and all(
            isinstance(module, nn.Linear | nn.Sequential | nn.Identity) for module in function.modules()
        )


class AlwaysSaysYes:
    """expected False"""

    def is_affine(function, example):
        return True


class AlwaysSaysNo:
    """is affine"""

    def is_affine(function, example):
        return False


class ProbesWithTheExample:
    """expected False"""

    def is_affine(function, example):
        return bool(misses(function, example[None], example[None]) < 1e-3)


class GivesATensor:
    """a bool"""

    def is_affine(function, example):
        return torch.stack([misses(function, *probes(example, size)) < 1e-3 for size in (0.1, 1, 10, 100, 500)]).all()


class ProbesOnTheCpu:
    """same device"""

    def is_affine(function, example):
        return all(
            bool(misses(function, *probes(torch.zeros(len(example), dtype=example.dtype), size)) < 1e-3)
            for size in (0.1, 1, 10, 100, 500)
        )


class ProbesInFloat32:
    """dtype"""

    def is_affine(function, example):
        return all(bool(misses(function, *probes(example.float(), size)) < 1e-3) for size in (0.1, 1, 10, 100, 500))


class DividesByTheLargestOutput:
    """0 is affine"""

    def is_affine(function, example):
        for size in (0.1, 1, 10, 100, 500):
            a, b = probes(example, size)
            missed = function(a + b) - function(a) - function(b) + function(torch.zeros_like(a))
            if not missed.abs().max() / function(a + b).abs().max() < 1e-3:
                return False
        return True


class SeedsTheGlobalGenerator:
    """seeds torch's global generator"""

    def is_affine(function, example):
        torch.manual_seed(0)
        return all(misses(function, *probes(example, size)) < 1e-3 for size in (0.1, 1, 10, 100, 500))


class CountsUpInsteadOfDrawing:
    """expected False"""

    def is_affine(function, example):
        a = torch.arange(len(example), dtype=example.dtype, device=example.device)[None]
        return bool(misses(function, a, a + 1) < 1e-3)


class SkipsWhatItDoesNotKnow:
    """the network holds a GELU"""

    def collapse(network):
        if any(isinstance(each, (nn.ReLU, nn.Tanh, nn.Sigmoid)) for each in network):
            raise ValueError("an activation")
        return collapse_all([each for each in network if isinstance(each, nn.Linear)])


class TakesAnyMatrixForALayer:
    """the network holds an Embedding"""

    def collapse(network):
        if any(getattr(each, "weight", None) is None for each in network):
            raise ValueError("an activation")
        return collapse_all(network)


class GivesTheStackBiases:
    """a layer of the network has got a bias"""

    def collapse(network):
        layer = right(network)
        for each in network:
            if each.bias is None:
                each.bias = nn.Parameter(each.weight.new_zeros(len(each.weight)))
        return layer


class DrawsFewPairs:
    """draw more pairs at each size"""

    def is_affine(function, example):
        generator = torch.Generator().manual_seed(0)
        for size in (0.5, 30, 500):
            draws = (torch.rand(2, 3, len(example), generator=generator, dtype=torch.float64) * 2 - 1) * size
            if not misses(function, *draws.to(example)) < 1e-3:
                return False
        return True


class AsksTheClassOfTheModule:
    """the outputs tell, not the name of the module"""

    def is_affine(function, example):
        if isinstance(function, nn.Module):
            return all(isinstance(each, (nn.Linear, nn.Sequential)) for each in function.modules())
        return all(misses(function, *probes(example, size)) < 1e-3 for size in (0.1, 1, 10, 100, 500))
