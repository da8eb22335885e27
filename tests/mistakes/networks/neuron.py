"""Wrong answers to networks/neuron."""

import torch
from torch import nn


class LeavesTheBiasOut:
    """the bias is left out"""

    def response(sample, weight, bias, activation):
        return activation(sample @ weight)


class LeavesTheActivationOut:
    """the activation is left out"""

    def response(sample, weight, bias, activation):
        return sample @ weight + bias


class AddsTheBiasAfterTheActivation:
    """the bias is added after the activation"""

    def response(sample, weight, bias, activation):
        return activation(sample @ weight) + bias


class ActivatesTheInputs:
    """the activation comes before the linear part"""

    def response(sample, weight, bias, activation):
        return activation(sample) @ weight + bias


class ActivatesEachProduct:
    """the activation was applied to each product"""

    def response(sample, weight, bias, activation):
        return activation(sample * weight + bias).sum()


class ActivatesTwice:
    """the activation is applied twice"""

    def response(sample, weight, bias, activation):
        return activation(activation(sample @ weight + bias))


class AddsTheBiasToEachProduct:
    """the bias is added once for each input"""

    def response(sample, weight, bias, activation):
        return activation((sample * weight + bias).sum())


class TakesTheMeanOfTheProducts:
    """the mean of the products"""

    def response(sample, weight, bias, activation):
        return activation((sample * weight).mean() + bias)


class SubtractsTheBias:
    """the bias is subtracted"""

    def response(sample, weight, bias, activation):
        return activation(sample @ weight - bias)


class AlwaysTakesTanh:
    """use the activation that was passed"""

    def response(sample, weight, bias, activation):
        return torch.tanh(sample @ weight + bias)


class GivesAnAxisOfSizeOne:
    """gave shape (1,), expected shape ()"""

    def response(sample, weight, bias, activation):
        return activation(sample.unsqueeze(0) @ weight + bias)


class GivesAPythonFloat:
    """a torch.Tensor"""

    def response(sample, weight, bias, activation):
        return float(activation(sample @ weight + bias))


class CutsTheNeuronFromTheGraph:
    """cuts the response off from the weights"""

    def response(sample, weight, bias, activation):
        total = sum(x * w for x, w in zip(sample.tolist(), weight.tolist(), strict=True)) + bias.item()
        return activation(torch.tensor(total, dtype=sample.dtype, device=sample.device))


class MakesTheSumOnTheCpu:
    """same device"""

    def response(sample, weight, bias, activation):
        total = torch.zeros(1, dtype=sample.dtype)
        for x, w in zip(sample, weight, strict=True):
            total = total + (x * w).reshape(1)
        return activation(total + bias).squeeze()


class DoesNotTransposeTheWeight:
    """the weight is not transposed"""

    def responses(samples, weight, bias, activation):
        if weight.shape[0] == weight.shape[1]:
            return activation(samples @ weight + bias)
        return activation(samples @ weight.T + bias)


class AddsTheBiasPerSample:
    """the bias is added along the wrong axis"""

    def responses(samples, weight, bias, activation):
        total = samples @ weight.T
        return activation(total + (bias[:, None] if len(bias) == len(samples) else bias))


class GivesTheTransposed:
    """gave shape"""

    def responses(samples, weight, bias, activation):
        return activation(weight @ samples.T + bias[:, None])


class LeavesTheBiasesOut:
    """the bias is left out"""

    def responses(samples, weight, bias, activation):
        return activation(samples @ weight.T)


class LeavesTheLayersActivationOut:
    """the activation is left out"""

    def responses(samples, weight, bias, activation):
        return samples @ weight.T + bias


class AddsTheBiasesAfterTheActivation:
    """the bias is added after the activation"""

    def responses(samples, weight, bias, activation):
        return activation(samples @ weight.T) + bias


class ActivatesTheSamples:
    """the activation comes before the linear part"""

    def responses(samples, weight, bias, activation):
        return activation(samples) @ weight.T + bias


class ActivatesTheLayerTwice:
    """the activation is applied twice"""

    def responses(samples, weight, bias, activation):
        return activation(activation(samples @ weight.T + bias))


class AddsTheBiasToTheFirstSampleOnly:
    """the bias reaches the first sample only"""

    def responses(samples, weight, bias, activation):
        total = samples @ weight.T
        total = torch.cat([total[:1] + bias, total[1:]])
        return activation(total)


class AddsTheSameBiasToAllNeurons:
    """each neuron has a bias of its own"""

    def responses(samples, weight, bias, activation):
        return activation(samples @ weight.T + bias[0])


class AlwaysTakesTanhInTheLayer:
    """use the activation that was passed"""

    def responses(samples, weight, bias, activation):
        return torch.tanh(samples @ weight.T + bias)


class SqueezesAxesOfSizeOne:
    """this squeezes away"""

    def responses(samples, weight, bias, activation):
        return activation(samples @ weight.T + bias).squeeze()


class TransposesTheWeightInPlace:
    """changed its input"""

    def responses(samples, weight, bias, activation):
        return (
            activation(samples @ weight.detach().t_() + bias)
            if weight.requires_grad
            else activation(samples @ weight.t_() + bias)
        )


class ComputesInFloat32:
    """expected float64"""

    def responses(samples, weight, bias, activation):
        return activation(samples.float() @ weight.float().T + bias.float())


class RoundsThroughFloat32:
    """lost in float32"""

    def responses(samples, weight, bias, activation):
        return activation(samples.float() @ weight.float().T + bias.float()).to(samples.dtype)


class CutsTheLayerFromTheGraph:
    """cuts the responses off from the weights"""

    def responses(samples, weight, bias, activation):
        return activation(samples @ weight.detach().T + bias.detach())


class FillsATableOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def responses(samples, weight, bias, activation):
        table = torch.zeros(len(samples), len(weight), dtype=samples.dtype)
        for i, sample in enumerate(samples):
            for k, row in enumerate(weight):
                table[i, k] = activation(sample @ row + bias[k])
        return table


class CallsTheLinearLayer:
    """ran torch's own linear()"""

    def responses(samples, weight, bias, activation):
        return activation(nn.functional.linear(samples, weight, bias))


class CallsTheModule:
    """ran torch's own linear()"""

    def responses(samples, weight, bias, activation):
        layer = nn.Linear(weight.shape[1], weight.shape[0], device=weight.device, dtype=weight.dtype)
        layer.weight.data, layer.bias.data = weight, bias
        return activation(layer(samples))


class CallsAConvolution:
    """ran torch's own convolution"""

    def responses(samples, weight, bias, activation):
        return activation(nn.functional.conv1d(samples[:, :, None], weight[:, :, None], bias).squeeze(2))


class LooksForTheStrongestSample:
    """the sample to which each neuron responds most"""

    def strongest(samples, weight, bias, activation):
        return activation(samples @ weight.T + bias).argmax(dim=0)


class CountsThroughTheWholeBatch:
    """the whole batch was searched at once"""

    def strongest(samples, weight, bias, activation):
        return activation(samples @ weight.T + bias).argmax()


class GivesTheResponses:
    """these are the responses themselves"""

    def strongest(samples, weight, bias, activation):
        return activation(samples @ weight.T + bias).amax(dim=1)


class LooksForTheWeakest:
    """the neuron that responds least"""

    def strongest(samples, weight, bias, activation):
        return activation(samples @ weight.T + bias).argmin(dim=1)


class LooksBeforeTheActivation:
    """before the activation"""

    def strongest(samples, weight, bias, activation):
        return (samples @ weight.T + bias).argmax(dim=1)


class LooksForTheLargestWeights:
    """gave the wrong values"""

    def strongest(samples, weight, bias, activation):
        return weight.norm(dim=1).argmax().expand(len(samples)).clone()


class LooksForTheLargestAbsoluteValue:
    """a strongly negative response is a small one"""

    def strongest(samples, weight, bias, activation):
        return activation(samples @ weight.T + bias).abs().argmax(dim=1)


class CountsFromOne:
    """neurons are counted from 0"""

    def strongest(samples, weight, bias, activation):
        return activation(samples @ weight.T + bias).argmax(dim=1) + 1


class CountsInInt32:
    """gave dtype int32, expected int64"""

    def strongest(samples, weight, bias, activation):
        return activation(samples @ weight.T + bias).argmax(dim=1).int()


class KeepsTheAxis:
    """has an axis too many"""

    def strongest(samples, weight, bias, activation):
        return activation(samples @ weight.T + bias).argmax(dim=1, keepdim=True)


class StartsTheSearchAt0:
    """must not begin at 0"""

    def strongest(samples, weight, bias, activation):
        best, number = torch.zeros_like(samples[:, 0]), torch.zeros(len(samples), dtype=torch.int64).to(samples.device)
        for k, response in enumerate(activation(samples @ weight.T + bias).T):
            number = torch.where(response > best, k, number)
            best = torch.maximum(response, best)
        return number


class SharesOneBias:
    """each neuron has a bias of its own"""

    def responses(samples, weight, bias, activation):
        return activation(samples @ weight.T + bias.mean())
