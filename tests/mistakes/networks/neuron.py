"""Wrong answers to networks/neuron."""

import torch
from torch import nn

from dojo.runner.variants import body, edit, replaces

LeavesTheBiasOut = edit("response", "sample @ weight + bias", "sample @ weight", "the bias is left out")
LeavesTheActivationOut = body("response", "return sample @ weight + bias", "the activation is left out")
AddsTheBiasAfterTheActivation = body(
    "response", "return activation(sample @ weight) + bias", "the bias is added after the activation"
)
ActivatesTheInputs = body(
    "response", "return activation(sample) @ weight + bias", "the activation comes before the linear part"
)
ActivatesEachProduct = body(
    "response", "return activation(sample * weight + bias).sum()", "the activation was applied to each product"
)
ActivatesTwice = edit(
    "response", "sample @ weight + bias", "activation(sample @ weight + bias)", "the activation is applied twice"
)
AddsTheBiasToEachProduct = edit(
    "response", "sample @ weight + bias", "(sample * weight + bias).sum()", "the bias is added once for each input"
)
TakesTheMeanOfTheProducts = edit("response", "sample @ weight", "(sample * weight).mean()", "the mean of the products")
SubtractsTheBias = edit("response", "sample @ weight + bias", "sample @ weight - bias", "the bias is subtracted")
AlwaysTakesTanh = body("response", "return torch.tanh(sample @ weight + bias)", "use the activation that was passed")
GivesAnAxisOfSizeOne = edit("response", "sample @", "sample.unsqueeze(0) @", "gave shape (1,), expected shape ()")
GivesAPythonFloat = body("response", "return float(activation(sample @ weight + bias))", "a torch.Tensor")


@replaces("response", "cuts the response off from the weights")
def CutsTheNeuronFromTheGraph(sample, weight, bias, activation):
    total = sum(x * w for x, w in zip(sample.tolist(), weight.tolist(), strict=True)) + bias.item()
    return activation(torch.tensor(total, dtype=sample.dtype, device=sample.device))


@replaces("response", "same device")
def MakesTheSumOnTheCpu(sample, weight, bias, activation):
    total = torch.zeros(1, dtype=sample.dtype)
    for x, w in zip(sample, weight, strict=True):
        total = total + (x * w).reshape(1)
    return activation(total + bias).squeeze()


GivesTheTransposed = edit("responses", "samples @ weight.T + bias", "weight @ samples.T + bias[:, None]", "gave shape")
LeavesTheBiasesOut = edit("responses", "samples @ weight.T + bias", "samples @ weight.T", "the bias is left out")
LeavesTheLayersActivationOut = body("responses", "return samples @ weight.T + bias", "the activation is left out")
AddsTheBiasesAfterTheActivation = body(
    "responses", "return activation(samples @ weight.T) + bias", "the bias is added after the activation"
)
ActivatesTheSamples = body(
    "responses", "return activation(samples) @ weight.T + bias", "the activation comes before the linear part"
)
ActivatesTheLayerTwice = edit(
    "responses", "samples @ weight.T + bias", "activation(samples @ weight.T + bias)", "the activation is applied twice"
)
AddsTheSameBiasToAllNeurons = edit("responses", "+ bias", "+ bias[0]", "each neuron has a bias of its own")
AlwaysTakesTanhInTheLayer = body(
    "responses", "return torch.tanh(samples @ weight.T + bias)", "use the activation that was passed"
)
SqueezesAxesOfSizeOne = body(
    "responses", "return activation(samples @ weight.T + bias).squeeze()", "this squeezes away"
)
ComputesInFloat32 = edit(
    "responses", "samples @ weight.T + bias", "samples.float() @ weight.float().T + bias.float()", "expected float64"
)
CallsTheLinearLayer = edit(
    "responses", "samples @ weight.T + bias", "nn.functional.linear(samples, weight, bias)", "ran torch's own linear()"
)
SharesOneBias = edit("responses", "+ bias", "+ bias.mean()", "each neuron has a bias of its own")


@replaces("responses", "the weight is not transposed")
def DoesNotTransposeTheWeight(samples, weight, bias, activation):
    if weight.shape[0] == weight.shape[1]:
        return activation(samples @ weight + bias)
    return activation(samples @ weight.T + bias)


@replaces("responses", "the bias is added along the wrong axis")
def AddsTheBiasPerSample(samples, weight, bias, activation):
    total = samples @ weight.T
    return activation(total + (bias[:, None] if len(bias) == len(samples) else bias))


@replaces("responses", "the bias reaches the first sample only")
def AddsTheBiasToTheFirstSampleOnly(samples, weight, bias, activation):
    total = samples @ weight.T
    total = torch.cat([total[:1] + bias, total[1:]])
    return activation(total)


@replaces("responses", "changed its input")
def TransposesTheWeightInPlace(samples, weight, bias, activation):
    return (
        activation(samples @ weight.detach().t_() + bias)
        if weight.requires_grad
        else activation(samples @ weight.t_() + bias)
    )


@replaces("responses", "lost in float32")
def RoundsThroughFloat32(samples, weight, bias, activation):
    return activation(samples.float() @ weight.float().T + bias.float()).to(samples.dtype)


@replaces("responses", "cuts the responses off from the weights")
def CutsTheLayerFromTheGraph(samples, weight, bias, activation):
    return activation(samples @ weight.detach().T + bias.detach())


@replaces("responses", "a tensor made without device= lies on the CPU")
def FillsATableOnTheCpu(samples, weight, bias, activation):
    table = torch.zeros(len(samples), len(weight), dtype=samples.dtype)
    for i, sample in enumerate(samples):
        for k, row in enumerate(weight):
            table[i, k] = activation(sample @ row + bias[k])
    return table


@replaces("responses", "ran torch's own linear()")
def CallsTheModule(samples, weight, bias, activation):
    layer = nn.Linear(weight.shape[1], weight.shape[0], device=weight.device, dtype=weight.dtype)
    layer.weight.data, layer.bias.data = weight, bias
    return activation(layer(samples))


@replaces("responses", "ran torch's own convolution")
def CallsAConvolution(samples, weight, bias, activation):
    return activation(nn.functional.conv1d(samples[:, :, None], weight[:, :, None], bias).squeeze(2))


CountsThroughTheWholeBatch = body(
    "strongest", "return activation(samples @ weight.T + bias).argmax()", "the whole batch was searched at once"
)
GivesTheResponses = body(
    "strongest", "return activation(samples @ weight.T + bias).amax(dim=1)", "these are the responses themselves"
)
LooksForTheWeakest = body(
    "strongest", "return activation(samples @ weight.T + bias).argmin(dim=1)", "the neuron that responds least"
)
LooksBeforeTheActivation = body(
    "strongest", "return (samples @ weight.T + bias).argmax(dim=1)", "before the activation"
)
LooksForTheLargestWeights = body(
    "strongest", "return weight.norm(dim=1).argmax().expand(len(samples)).clone()", "gave the wrong values"
)
CountsFromOne = body(
    "strongest", "return activation(samples @ weight.T + bias).argmax(dim=1) + 1", "neurons are counted from 0"
)
CountsInInt32 = body(
    "strongest", "return activation(samples @ weight.T + bias).argmax(dim=1).int()", "gave dtype int32, expected int64"
)
KeepsTheAxis = body(
    "strongest", "return activation(samples @ weight.T + bias).argmax(dim=1, keepdim=True)", "has an axis too many"
)


@replaces("strongest", "the sample to which each neuron responds most")
def LooksForTheStrongestSample(samples, weight, bias, activation):
    return activation(samples @ weight.T + bias).argmax(dim=0)


@replaces("strongest", "a strongly negative response is a small one")
def LooksForTheLargestAbsoluteValue(samples, weight, bias, activation):
    return activation(samples @ weight.T + bias).abs().argmax(dim=1)


@replaces("strongest", "must not begin at 0")
def StartsTheSearchAt0(samples, weight, bias, activation):
    best, number = torch.zeros_like(samples[:, 0]), torch.zeros(len(samples), dtype=torch.int64).to(samples.device)
    for k, response in enumerate(activation(samples @ weight.T + bias).T):
        number = torch.where(response > best, k, number)
        best = torch.maximum(response, best)
    return number
