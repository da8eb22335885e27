"""Wrong answers to networks/batch_norm."""

import torch
from torch import nn


def right_module():
    """Return a right answer in steps, each of which a mistake may take otherwise."""

    class Steps(nn.Module):
        def __init__(self, features, momentum=0.1, eps=1e-5):
            super().__init__()
            self.momentum, self.eps = momentum, eps
            self.weight = nn.Parameter(torch.ones(features))
            self.bias = nn.Parameter(torch.zeros(features))
            self.make_buffers(features)

        def make_buffers(self, features):
            self.register_buffer("running_mean", torch.zeros(features))
            self.register_buffer("running_var", torch.ones(features))

        def axes(self, x):
            return [axis for axis in range(x.dim()) if axis != 1]

        def statistics(self, x):
            return x.mean(self.axes(x)), x.var(self.axes(x), correction=0)

        def update(self, x):
            with torch.no_grad():
                mean, var = x.mean(self.axes(x)), x.var(self.axes(x))
                self.running_mean += self.momentum * (mean - self.running_mean)
                self.running_var += self.momentum * (var - self.running_var)

        def check(self, x):
            if x.numel() == x.shape[1]:
                raise ValueError("one number of each feature")

        def chosen(self, x):
            if not self.training:
                return self.running_mean, self.running_var
            self.check(x)
            mean, var = self.statistics(x)
            self.update(x)
            return mean, var

        def wide(self, values, x):
            return values.reshape(1, -1, *[1] * (x.dim() - 2))

        def finish(self, x, mean, var):
            scaled = (x - self.wide(mean, x)) / (self.wide(var, x) + self.eps).sqrt()
            return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)

        def forward(self, x):
            return self.finish(x, *self.chosen(x))

    return Steps


Steps = right_module()


class CallsTheLayerForEachSample:
    """the layer was called"""

    def in_one_call(layer, samples):
        return torch.cat([layer(sample.unsqueeze(0)) for sample in samples])


class StacksAlongTheWrongAxis:
    """raised RuntimeError"""

    def in_one_call(layer, samples):
        return layer(torch.stack(samples, dim=1))


class JoinsTheSamples:
    """raised RuntimeError"""

    def in_one_call(layer, samples):
        return layer(torch.cat(samples).unsqueeze(0))


class PassesTheFirstOnly:
    """gave shape"""

    def in_one_call(layer, samples):
        return layer(samples[0].unsqueeze(0))


class AveragesTheSamples:
    """gave shape"""

    def in_one_call(layer, samples):
        return layer(torch.stack(samples).mean(0, keepdim=True))


class SqueezesOneSample:
    """squeeze() drops every axis of size 1"""

    def in_one_call(layer, samples):
        return layer(torch.stack(samples)).squeeze()


class StacksOnTheCpu:
    """same device"""

    def in_one_call(layer, samples):
        return layer(torch.stack([sample.cpu() for sample in samples]))


class WrapsTorchsOwn:
    """ran torch's own"""

    class BatchNorm(nn.BatchNorm1d):
        def __init__(self, features, momentum=0.1, eps=1e-5):
            super().__init__(features, momentum=momentum, eps=eps)

        def _check_input_dim(self, x):
            if self.training and x.numel() == x.shape[1]:
                raise ValueError("one number of each feature")


class CallsBatchNorm:
    """ran torch's own"""

    class BatchNorm(Steps):
        def forward(self, x):
            return nn.functional.batch_norm(
                x, self.running_mean, self.running_var, self.weight, self.bias, self.training, self.momentum, self.eps
            )


class CallsLayerNormOfTheTransposed:
    """ran torch's own"""

    class BatchNorm(Steps):
        def finish(self, x, mean, var):
            if self.training and x.dim() == 2:
                scaled = nn.functional.layer_norm(x.T.contiguous(), (len(x),), eps=self.eps).T
                return scaled * self.weight + self.bias
            return super().finish(x, mean, var)


class CallsInstanceNorm:
    """ran torch's own"""

    class BatchNorm(Steps):
        def finish(self, x, mean, var):
            if self.training:
                rows = x.transpose(0, 1).reshape(1, x.shape[1], -1)
                scaled = (
                    nn.functional.instance_norm(rows, eps=self.eps).reshape(x.transpose(0, 1).shape).transpose(0, 1)
                )
                return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)
            return super().finish(x, mean, var)


class NormalizesEachSample:
    """each sample was normalised"""

    class BatchNorm(Steps):
        def forward(self, x):
            if not self.training:
                return super().forward(x)
            self.check(x)
            self.update(x)
            axes = list(range(1, x.dim()))
            mean, var = x.mean(axes, keepdim=True), x.var(axes, correction=0, keepdim=True)
            scaled = (x - mean) / (var + self.eps).sqrt()
            return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)


class NormalizesTheWholeBatch:
    """all features together"""

    class BatchNorm(Steps):
        def statistics(self, x):
            return x.mean().expand(x.shape[1]), x.var(correction=0).expand(x.shape[1])


class NormalizesWithTheUnbiasedVariance:
    """n - 1 below the line"""

    class BatchNorm(Steps):
        def statistics(self, x):
            return x.mean(self.axes(x)), x.var(self.axes(x))


class DividesByTheVariance:
    """divided by the variance"""

    class BatchNorm(Steps):
        def finish(self, x, mean, var):
            scaled = (x - self.wide(mean, x)) / (self.wide(var, x) + self.eps)
            return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)


class AddsEpsOutsideTheRoot:
    """outside the root"""

    class BatchNorm(Steps):
        def finish(self, x, mean, var):
            scaled = (x - self.wide(mean, x)) / (self.wide(var, x).sqrt() + self.eps)
            return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)


class ForgetsEps:
    """eps is left out"""

    class BatchNorm(Steps):
        def finish(self, x, mean, var):
            scaled = (x - self.wide(mean, x)) / self.wide(var, x).sqrt()
            return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)


class ForgetsTheMean:
    """the mean was not subtracted"""

    class BatchNorm(Steps):
        def finish(self, x, mean, var):
            return super().finish(x, torch.zeros_like(mean), var)


class TrainsWithRunningStatistics:
    """the running statistics were used in training"""

    class BatchNorm(Steps):
        def chosen(self, x):
            if self.training:
                self.check(x)
                mean, var = self.running_mean.clone(), self.running_var.clone()
                self.update(x)
                return mean, var
            return self.running_mean, self.running_var


class UpdatesFirstAndUsesThese:
    """the running statistics were used in training"""

    class BatchNorm(Steps):
        def chosen(self, x):
            if self.training:
                self.check(x)
                self.update(x)
            return self.running_mean.clone(), self.running_var.clone()


class IgnoresTheWeight:
    """the weight is left out"""

    class BatchNorm(Steps):
        def finish(self, x, mean, var):
            return (x - self.wide(mean, x)) / (self.wide(var, x) + self.eps).sqrt() + self.wide(self.bias, x)


class IgnoresTheBias:
    """the bias is left out"""

    class BatchNorm(Steps):
        def finish(self, x, mean, var):
            return (x - self.wide(mean, x)) / (self.wide(var, x) + self.eps).sqrt() * self.wide(self.weight, x)


class AddsTheBiasFirst:
    """multiply first"""

    class BatchNorm(Steps):
        def finish(self, x, mean, var):
            scaled = (x - self.wide(mean, x)) / (self.wide(var, x) + self.eps).sqrt()
            return (scaled + self.wide(self.bias, x)) * self.wide(self.weight, x)


class KnowsMatricesOnly:
    class BatchNorm(Steps):
        def wide(self, values, x):
            return values


class NormalizesEachPixel:
    class BatchNorm(Steps):
        def forward(self, x):
            if x.dim() == 2 or not self.training:
                return super().forward(x)
            self.check(x)
            self.update(x)
            scaled = (x - x.mean(0)) / (x.var(0, correction=0) + self.eps).sqrt()
            return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)


class NormalizesEachImage:
    """each image by itself"""

    class BatchNorm(Steps):
        def forward(self, x):
            if x.dim() == 2 or not self.training:
                return super().forward(x)
            self.check(x)
            self.update(x)
            mean, var = x.mean((2, 3), keepdim=True), x.var((2, 3), correction=0, keepdim=True)
            scaled = (x - mean) / (var + self.eps).sqrt()
            return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)


class NeverUpdates:
    """the running mean was not updated"""

    class BatchNorm(Steps):
        def update(self, x):
            pass


class UpdatesWithTheBiasedVariance:
    """the variance with n below the line"""

    class BatchNorm(Steps):
        def update(self, x):
            with torch.no_grad():
                mean, var = self.statistics(x)
                self.running_mean += self.momentum * (mean - self.running_mean)
                self.running_var += self.momentum * (var - self.running_var)


class CountsSamplesInsteadOfNumbers:
    """the number of samples"""

    class BatchNorm(Steps):
        def update(self, x):
            with torch.no_grad():
                mean, var = self.statistics(x)
                var = var * len(x) / (len(x) - 1)
                self.running_mean += self.momentum * (mean - self.running_mean)
                self.running_var += self.momentum * (var - self.running_var)


class ReversesTheMomentum:
    """momentum is the share of the new batch"""

    class BatchNorm(Steps):
        def update(self, x):
            with torch.no_grad():
                mean, var = x.mean(self.axes(x)), x.var(self.axes(x))
                self.running_mean.copy_(self.momentum * self.running_mean + (1 - self.momentum) * mean)
                self.running_var.copy_(self.momentum * self.running_var + (1 - self.momentum) * var)


class KeepsTheLastBatchOnly:
    """the last batch's"""

    class BatchNorm(Steps):
        def update(self, x):
            with torch.no_grad():
                self.running_mean.copy_(x.mean(self.axes(x)))
                self.running_var.copy_(x.var(self.axes(x)))


class AddsWithoutForgetting:
    """its old value must count less"""

    class BatchNorm(Steps):
        def update(self, x):
            with torch.no_grad():
                self.running_mean.add_(x.mean(self.axes(x)) * self.momentum)
                self.running_var.add_(x.var(self.axes(x)) * self.momentum)


class RunsTheDeviation:
    """the standard deviation"""

    class BatchNorm(Steps):
        def update(self, x):
            with torch.no_grad():
                mean, std = x.mean(self.axes(x)), x.std(self.axes(x))
                self.running_mean += self.momentum * (mean - self.running_mean)
                self.running_var += self.momentum * (std - self.running_var)


class EvaluatesWithTheBatch:
    """the batch's statistics were used in evaluation"""

    class BatchNorm(Steps):
        def chosen(self, x):
            if self.training:
                return super().chosen(x)
            return self.statistics(x)


class UpdatesInEvaluation:
    """evaluation changed the running statistics"""

    class BatchNorm(Steps):
        def chosen(self, x):
            if self.training:
                return super().chosen(x)
            mean, var = self.running_mean.clone(), self.running_var.clone()
            if len(x) > 1:
                self.update(x)
            return mean, var


class IgnoresTheMode:
    """the batch's statistics were used in evaluation"""

    class BatchNorm(Steps):
        def chosen(self, x):
            mean, var = self.statistics(x)
            if self.training:
                self.check(x)
                self.update(x)
            return mean, var


class AcceptsOneNumber:
    """raised nothing"""

    class BatchNorm(Steps):
        def check(self, x):
            pass


class RefusesOneImage:
    """raised ValueError"""

    class BatchNorm(Steps):
        def check(self, x):
            if len(x) == 1:
                raise ValueError("one sample")


class RefusesOneSampleInEvaluation:
    """raised ValueError"""

    class BatchNorm(Steps):
        def forward(self, x):
            self.check(x)
            return super().forward(x)


class KeepsPlainTensors:
    """no buffer"""

    class BatchNorm(Steps):
        def make_buffers(self, features):
            self.running_mean = torch.zeros(features)
            self.running_var = torch.ones(features)


class LeavesPlainTensorsOutOfTo:
    """no buffer"""

    class BatchNorm(Steps):
        def make_buffers(self, features):
            self.register_buffer("running_mean", torch.zeros(features), persistent=False)
            self.register_buffer("running_var", torch.ones(features), persistent=False)


class MakesTheStatisticsParameters:
    """no parameter"""

    class BatchNorm(Steps):
        def make_buffers(self, features):
            self.running_mean = nn.Parameter(torch.zeros(features), requires_grad=False)
            self.running_var = nn.Parameter(torch.ones(features), requires_grad=False)


class StartsWithAVarianceOfZero:
    """running_var"""

    class BatchNorm(Steps):
        def make_buffers(self, features):
            self.register_buffer("running_mean", torch.zeros(features))
            self.register_buffer("running_var", torch.zeros(features))


class ReplacesBuffersByOnesOnTheCpu:
    """same device"""

    class BatchNorm(Steps):
        def update(self, x):
            with torch.no_grad():
                mean, var = x.mean(self.axes(x)), x.var(self.axes(x))
                mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
                var = (1 - self.momentum) * self.running_var + self.momentum * var
                self.running_mean = torch.tensor(mean.tolist(), dtype=mean.dtype)
                self.running_var = torch.tensor(var.tolist(), dtype=var.dtype)


class MakesACorrectionOnTheCpu:
    """same device"""

    class BatchNorm(Steps):
        def wide(self, values, x):
            return torch.ones(1, x.shape[1], *[1] * (x.dim() - 2), dtype=x.dtype).mul(
                values.reshape(-1, *[1] * (x.dim() - 2))
            )


class LeavesTheGraphOnTheStatistics:
    """hang on the graph"""

    class BatchNorm(Steps):
        def update(self, x):
            mean, var = x.mean(self.axes(x)), x.var(self.axes(x))
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var


class DetachesTheStatistics:
    """depend on the inputs"""

    class BatchNorm(Steps):
        def statistics(self, x):
            return super().statistics(x.detach())


class DetachesTheVariance:
    class BatchNorm(Steps):
        def statistics(self, x):
            return x.mean(self.axes(x)), x.detach().var(self.axes(x), correction=0)


class NormalizesInPlace:
    """changed its input"""

    class BatchNorm(Steps):
        def finish(self, x, mean, var):
            x.data.sub_(self.wide(mean, x))
            return super().finish(x, torch.zeros_like(mean), var)


class TakesTheCorrectionOfTheFirstAxisOnly:
    class BatchNorm(Steps):
        def forward(self, x):
            return super().forward(torch.as_strided(x, x.shape, torch.empty(x.shape).stride()))


class TakesMomentum0ForTheDefault:
    """`momentum or 0.1` makes 0.1 of it"""

    class BatchNorm(Steps):
        def __init__(self, features, momentum=0.1, eps=1e-5):
            super().__init__(features, momentum or 0.1, eps)


class TakesSquaresLessTheSquare:
    """loses its digits"""

    class BatchNorm(Steps):
        def statistics(self, x):
            mean = x.mean(self.axes(x))
            return mean, (x.square().mean(self.axes(x)) - mean.square()).clamp(min=0)


class CallsUnderNoGrad:
    """something cuts the result off"""

    def in_one_call(layer, samples):
        with torch.no_grad():
            return layer(torch.stack(list(samples)))


class DoublesTheBatch:
    """one row a sample and no more"""

    def in_one_call(layer, samples):
        return layer(torch.stack([*samples, *samples]))[: len(samples)]
