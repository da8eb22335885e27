"""Other right answers to networks/neuron."""

import torch


class LoopsOverNeuronsAndSamples:
    def response(sample, weight, bias, activation):
        total = bias
        for x, w in zip(sample, weight, strict=True):
            total = total + x * w
        return activation(total)

    def responses(samples, weight, bias, activation):
        rows = [
            torch.stack([activation((sample * w).sum() + b) for w, b in zip(weight, bias, strict=True)])
            for sample in samples
        ]
        return torch.stack(rows)

    def strongest(samples, weight, bias, activation):
        best = []
        for sample in samples:
            heights = activation((weight * sample).sum(dim=1) + bias).tolist()
            best.append(heights.index(max(heights)))
        return torch.tensor(best, device=samples.device)


class WritesEinsum:
    def response(sample, weight, bias, activation):
        return activation(torch.einsum("i,i->", sample, weight).add(bias))

    def responses(samples, weight, bias, activation):
        return activation(torch.einsum("bi,ki->bk", samples, weight).add_(bias))

    def strongest(samples, weight, bias, activation):
        return activation(torch.einsum("bi,ki->bk", samples, weight) + bias).max(dim=-1).indices


class BroadcastsAndSums:
    def response(sample, weight, bias, activation):
        return activation(torch.dot(sample, weight) + bias)

    def responses(samples, weight, bias, activation):
        return activation((samples[:, None, :] * weight).sum(dim=-1) + bias)

    def strongest(samples, weight, bias, activation):
        linear = torch.nn.functional.linear(samples, weight, bias)
        return activation(linear).topk(1, dim=1).indices[:, 0]


class TakesTheBiasAsOneMoreWeight:
    def response(sample, weight, bias, activation):
        one = torch.ones(1, dtype=sample.dtype, device=sample.device)
        return activation(torch.cat([sample, one]) @ torch.cat([weight, bias.reshape(1)]))

    def responses(samples, weight, bias, activation):
        ones = samples.new_ones(len(samples), 1)
        return activation(torch.hstack([samples, ones]) @ torch.hstack([weight, bias[:, None]]).mT)

    def strongest(samples, weight, bias, activation):
        ones = samples.new_ones(len(samples), 1)
        heights = activation(torch.hstack([weight, bias[:, None]]) @ torch.hstack([samples, ones]).T)
        return torch.sort(heights, dim=0, descending=True).indices[0]


class ComputesInFloat64:
    def responses(samples, weight, bias, activation):
        return activation(samples.double().matmul(weight.double().t()) + bias.double()).to(samples.dtype)
