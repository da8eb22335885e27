"""Wrong answers to networks/linear_collapse."""

import copy

import torch
from torch import nn

from dojo.runner.variants import body, replaces


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


TakesTheFirstTwoLayers = body("collapse", "return right(network[:2])", "has shape")
GivesTheNetworkBack = body("collapse", "refuse_others(network); return network", "a torch.nn.Linear")
GivesWeightAndBias = body("collapse", "layer = right(network); return layer.weight, layer.bias", "a torch.nn.Linear")
HandsASingleLayerBack = body(
    "collapse", "return network[0] if len(network) == 1 else right(network)", "memory of its own"
)
FreezesTheNetwork = body("collapse", "network.requires_grad_(False); return right(network)", "changed its input")
FreezesTheLayer = body("collapse", "return right(network).requires_grad_(False)", "requires_grad=False")


@replaces("collapse", "in the wrong order")
def MultipliesInTheOrderOfTheLayers(network):
    refuse_others(network)
    weight, bias = network[0].weight, bias_of(network[0])
    for layer in network[1:]:
        square = weight.shape[0] == weight.shape[1] == layer.weight.shape[0] == layer.weight.shape[1]
        weight = weight @ layer.weight if square else layer.weight @ weight
        bias = layer.weight @ bias + bias_of(layer)
    return layer_of(weight, bias)


@replaces("collapse", "transposed")
def TransposesTheWeights(network):
    layer = right(network)
    if layer.in_features == layer.out_features:
        layer.weight.data = layer.weight.data.T.contiguous()
    return layer


@replaces("collapse", "the biases are added up")
def AddsTheBiasesUp(network):
    layer = right(network)
    total = sum(
        each.bias.sum() if len(each.bias) != layer.out_features else each.bias
        for each in network
        if each.bias is not None
    )
    layer.bias.data = torch.zeros_like(layer.bias.data) + total
    return layer


@replaces("collapse", "the bias of the last layer alone")
def KeepsTheLastBiasOnly(network):
    layer = right(network)
    layer.bias.data = bias_of(network[-1]).detach().clone()
    return layer


@replaces("collapse", "the bias is left out")
def LeavesTheBiasRandom(network):
    layer = right(network)
    layer.bias.data.zero_()
    return layer


@replaces("collapse", "through all the weights behind it")
def CarriesTheBiasOneLayerOnly(network):
    layer = right(network)
    if len(network) > 1:
        layer.bias.data = (network[-1].weight @ bias_of(network[-2]) + bias_of(network[-1])).detach()
    return layer


@replaces("collapse", "raised ValueError")
def KnowsTwoLayers(network):
    refuse_others(network)
    first, second = network
    return layer_of(second.weight @ first.weight, second.weight @ bias_of(first) + bias_of(second))


@replaces("collapse", "NoneType")
def NeedsABiasInEachLayer(network):
    refuse_others(network)
    weight, bias = network[0].weight, network[0].bias
    for layer in network[1:]:
        weight, bias = layer.weight @ weight, layer.weight @ bias + layer.bias
    return layer_of(weight, bias)


@replaces("collapse", "always has a bias")
def GivesNoBiasWhereNoLayerHasOne(network):
    layer = right(network)
    if all(each.bias is None for each in network):
        layer.bias = None
    return layer


@replaces("collapse", "always has a bias")
def GivesNoBiasWhereTheLastLayerHasNone(network):
    layer = right(network)
    if network[-1].bias is None:
        layer.bias = None
    return layer


@replaces("collapse", "the bias is 0")
def LeavesARandomBias(network):
    layer = right(network)
    if all(each.bias is None for each in network):
        layer.bias.data = torch.full_like(layer.bias.data, 0.25)
    return layer


@replaces("collapse", "changed its input")
def CollapsesInPlace(network):
    layer = right(network)
    if network[0].weight.shape == layer.weight.shape:
        network[0].weight.data.copy_(layer.weight.data)
        network[0].bias.data.copy_(layer.bias.data) if network[0].bias is not None else None
        return copy.deepcopy(network[0]) if network[0].bias is not None else layer
    return layer


@replaces("collapse", "is no parameter")
def PutsPlainTensorsInTheLayer(network):
    refuse_others(network)
    weight, bias = network[0].weight, bias_of(network[0])
    for layer in network[1:]:
        weight, bias = layer.weight @ weight, layer.weight @ bias + bias_of(layer)
    result = nn.Linear(weight.shape[1], weight.shape[0])
    del result.weight, result.bias
    result.weight, result.bias = weight, bias
    return result


@replaces("collapse", "requires_grad=False")
def TakesRequiresGradFromTheNetwork(network):
    layer = right(network)
    layer.weight.requires_grad_(network[0].weight.requires_grad)
    return layer


@replaces("collapse", "a tensor made without device= lies on the CPU")
def BuildsTheLayerOnTheCpu(network):
    layer = right(network)
    result = nn.Linear(layer.in_features, layer.out_features, dtype=layer.weight.dtype)
    result.load_state_dict(layer.state_dict())
    return result


@replaces("collapse", "same device")
def StartsWithIdentityOnTheCpu(network):
    refuse_others(network)
    weight = torch.eye(network[0].in_features, dtype=network[0].weight.dtype)
    bias = torch.zeros(network[0].in_features, dtype=weight.dtype)
    for layer in network:
        weight, bias = layer.weight @ weight, layer.weight @ bias + bias_of(layer)
    return layer_of(weight, bias)


@replaces("collapse", "dtype float32, expected float64")
def BuildsTheLayerInFloat32(network):
    layer = right(network)
    result = nn.Linear(layer.in_features, layer.out_features, device=layer.weight.device)
    result.load_state_dict(layer.state_dict())
    return result


@replaces("collapse", "ValueError")
def CollapsesPastActivations(network):
    return right(nn.Sequential(*[layer for layer in network if isinstance(layer, nn.Linear)]))


@replaces("collapse", "in_features")
def SwapsInAndOut(network):
    layer = right(network)
    layer.in_features, layer.out_features = layer.out_features, layer.in_features
    return layer


@replaces("collapse", "the network holds a GELU")
def SkipsWhatItDoesNotKnow(network):
    if any(isinstance(each, (nn.ReLU, nn.Tanh, nn.Sigmoid)) for each in network):
        raise ValueError("an activation")
    return collapse_all([each for each in network if isinstance(each, nn.Linear)])


@replaces("collapse", "the network holds an Embedding")
def TakesAnyMatrixForALayer(network):
    if any(getattr(each, "weight", None) is None for each in network):
        raise ValueError("an activation")
    return collapse_all(network)


@replaces("collapse", "a layer of the network has got a bias")
def GivesTheStackBiases(network):
    layer = right(network)
    for each in network:
        if each.bias is None:
            each.bias = nn.Parameter(each.weight.new_zeros(len(each.weight)))
    return layer


ProbesWithSmallNumbersOnly = body(
    "is_affine", "return bool(misses(function, *probes(example, 1.0)) < 1e-3)", "large inputs"
)
ProbesWithLargeNumbersOnly = body(
    "is_affine", "return bool(misses(function, *probes(example, 500.0)) < 1e-3)", "small inputs"
)
AlwaysSaysYes = body("is_affine", "return True", "expected False")
AlwaysSaysNo = body("is_affine", "return False", "is affine")
ProbesWithTheExample = body(
    "is_affine", "return bool(misses(function, example[None], example[None]) < 1e-3)", "expected False"
)


@replaces("is_affine", "positive")
def ProbesWithPositiveNumbersOnly(function, example):
    return all(misses(function, *probes(example, size).abs()) < 1e-3 for size in (0.1, 1, 10, 100, 500))


@replaces("is_affine", "negative")
def ProbesWithNegativeNumbersOnly(function, example):
    return all(misses(function, *-probes(example, size).abs()) < 1e-3 for size in (0.1, 1, 10, 100, 500))


@replaces("is_affine", "f(0)")
def ForgetsTheBias(function, example):
    a, b = probes(example)
    gap = function(a + b) - function(a) - function(b)
    return bool(gap.abs().max() < 1e-3 * function(a + b).abs().max())


@replaces("is_affine", "rounding grows with the outputs")
def MeasuresAbsolutely(function, example):
    for size in (0.1, 1, 10, 100, 500):
        a, b = probes(example, size)
        zero = function(torch.zeros_like(a))
        if (function(a + b) - function(a) - function(b) + zero).abs().max() > 1e-3:
            return False
    return True


@replaces("is_affine", "rounding")
def DemandsExactness(function, example):
    for size in (0.1, 1, 10, 100, 500):
        a, b = probes(example, size)
        if not torch.equal(function(a + b) + function(torch.zeros_like(a)), function(a) + function(b)):
            return False
    return True


@replaces("is_affine", "a single output")
def LooksAtTheFirstOutput(function, example):
    return all(misses(lambda x: function(x)[:, :1], *probes(example, size)) < 1e-3 for size in (0.1, 1, 10, 100, 500))


@replaces("is_affine", "several inputs change together")
def ChangesOneInputAtATime(function, example):
    for size in (0.1, 1, 10, 100, 500):
        for k in range(len(example)):
            mask = torch.zeros_like(example)
            mask[k] = 1
            a, b = probes(example, size) * mask
            if misses(function, a, b) > 1e-3:
                return False
    return True


@replaces("is_affine", "powers")
def ProbesOnlyTheOriginLine(function, example):
    for size in (0.1, 1, 10, 100, 500):
        a, _ = probes(example, size)
        zero = function(torch.zeros_like(a))
        gap = function(a) + function(-a) - 2 * zero
        if gap.abs().max() > 1e-3 * max(function(a).abs().max(), zero.abs().max()):
            return False
    return True


@replaces("is_affine", "a function that is not a module")
def LooksAtTheLayers(function, example):
    return isinstance(function, nn.Module) and all(
        isinstance(module, nn.Linear | nn.Sequential | nn.Identity) for module in function.modules()
    )


@replaces("is_affine", "a bool")
def GivesATensor(function, example):
    return torch.stack([misses(function, *probes(example, size)) < 1e-3 for size in (0.1, 1, 10, 100, 500)]).all()


@replaces("is_affine", "same device")
def ProbesOnTheCpu(function, example):
    return all(
        bool(misses(function, *probes(torch.zeros(len(example), dtype=example.dtype), size)) < 1e-3)
        for size in (0.1, 1, 10, 100, 500)
    )


@replaces("is_affine", "dtype")
def ProbesInFloat32(function, example):
    return all(bool(misses(function, *probes(example.float(), size)) < 1e-3) for size in (0.1, 1, 10, 100, 500))


@replaces("is_affine", "0 is affine")
def DividesByTheLargestOutput(function, example):
    for size in (0.1, 1, 10, 100, 500):
        a, b = probes(example, size)
        missed = function(a + b) - function(a) - function(b) + function(torch.zeros_like(a))
        if not missed.abs().max() / function(a + b).abs().max() < 1e-3:
            return False
    return True


@replaces("is_affine", "seeds torch's global generator")
def SeedsTheGlobalGenerator(function, example):
    torch.manual_seed(0)
    return all(misses(function, *probes(example, size)) < 1e-3 for size in (0.1, 1, 10, 100, 500))


@replaces("is_affine", "expected False")
def CountsUpInsteadOfDrawing(function, example):
    a = torch.arange(len(example), dtype=example.dtype, device=example.device)[None]
    return bool(misses(function, a, a + 1) < 1e-3)


@replaces("is_affine", "draw more pairs at each size")
def DrawsFewPairs(function, example):
    generator = torch.Generator().manual_seed(0)
    for size in (0.5, 30, 500):
        draws = (torch.rand(2, 3, len(example), generator=generator, dtype=torch.float64) * 2 - 1) * size
        if not misses(function, *draws.to(example)) < 1e-3:
            return False
    return True


@replaces("is_affine", "the outputs tell, not the name of the module")
def AsksTheClassOfTheModule(function, example):
    if isinstance(function, nn.Module):
        return all(isinstance(each, (nn.Linear, nn.Sequential)) for each in function.modules())
    return all(misses(function, *probes(example, size)) < 1e-3 for size in (0.1, 1, 10, 100, 500))
