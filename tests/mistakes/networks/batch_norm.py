"""Wrong answers to networks/batch_norm."""

import torch
from torch import nn

from dojo.runner.variants import body, edit, replaces


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


CallsTheLayerForEachSample = body(
    "in_one_call", "return torch.cat([layer(sample.unsqueeze(0)) for sample in samples])", "the layer was called"
)
StacksAlongTheWrongAxis = edit("in_one_call", ".stack(list(samples))", ".stack(samples, dim=1)", "raised RuntimeError")
JoinsTheSamples = edit("in_one_call", ".stack(list(samples))", ".cat(samples).unsqueeze(0)", "raised RuntimeError")
PassesTheFirstOnly = body("in_one_call", "return layer(samples[0].unsqueeze(0))", "gave shape")
AveragesTheSamples = edit("in_one_call", ".stack(list(samples))", ".stack(samples).mean(0, keepdim=True)", "gave shape")
SqueezesOneSample = body(
    "in_one_call", "return layer(torch.stack(samples)).squeeze()", "squeeze() drops every axis of size 1"
)
StacksOnTheCpu = edit("in_one_call", "list(samples)", "[sample.cpu() for sample in samples]", "same device")
DoublesTheBatch = body(
    "in_one_call", "return layer(torch.stack([*samples, *samples]))[: len(samples)]", "one row a sample and no more"
)


@replaces("in_one_call", "something cuts the result off")
def CallsUnderNoGrad(layer, samples):
    with torch.no_grad():
        return layer(torch.stack(list(samples)))


@replaces("BatchNorm", "ran torch's own")
class WrapsTorchsOwn(nn.BatchNorm1d):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__(features, momentum=momentum, eps=eps)

    def _check_input_dim(self, x):
        if self.training and x.numel() == x.shape[1]:
            raise ValueError("one number of each feature")


@replaces("BatchNorm", "ran torch's own")
class CallsBatchNorm(Steps):
    def forward(self, x):
        return nn.functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, self.momentum, self.eps
        )


@replaces("BatchNorm", "ran torch's own")
class CallsLayerNormOfTheTransposed(Steps):
    def finish(self, x, mean, var):
        if self.training and x.dim() == 2:
            scaled = nn.functional.layer_norm(x.T.contiguous(), (len(x),), eps=self.eps).T
            return scaled * self.weight + self.bias
        return super().finish(x, mean, var)


@replaces("BatchNorm", "ran torch's own")
class CallsInstanceNorm(Steps):
    def finish(self, x, mean, var):
        if self.training:
            rows = x.transpose(0, 1).reshape(1, x.shape[1], -1)
            scaled = nn.functional.instance_norm(rows, eps=self.eps).reshape(x.transpose(0, 1).shape).transpose(0, 1)
            return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)
        return super().finish(x, mean, var)


@replaces("BatchNorm", "each sample was normalised")
class NormalizesEachSample(Steps):
    def forward(self, x):
        if not self.training:
            return super().forward(x)
        self.check(x)
        self.update(x)
        axes = list(range(1, x.dim()))
        mean, var = x.mean(axes, keepdim=True), x.var(axes, correction=0, keepdim=True)
        scaled = (x - mean) / (var + self.eps).sqrt()
        return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)


@replaces("BatchNorm", "all features together")
class NormalizesTheWholeBatch(Steps):
    def statistics(self, x):
        return x.mean().expand(x.shape[1]), x.var(correction=0).expand(x.shape[1])


@replaces("BatchNorm", "n - 1 below the line")
class NormalizesWithTheUnbiasedVariance(Steps):
    def statistics(self, x):
        return x.mean(self.axes(x)), x.var(self.axes(x))


@replaces("BatchNorm", "divided by the variance")
class DividesByTheVariance(Steps):
    def finish(self, x, mean, var):
        scaled = (x - self.wide(mean, x)) / (self.wide(var, x) + self.eps)
        return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)


@replaces("BatchNorm", "outside the root")
class AddsEpsOutsideTheRoot(Steps):
    def finish(self, x, mean, var):
        scaled = (x - self.wide(mean, x)) / (self.wide(var, x).sqrt() + self.eps)
        return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)


@replaces("BatchNorm", "eps is left out")
class ForgetsEps(Steps):
    def finish(self, x, mean, var):
        scaled = (x - self.wide(mean, x)) / self.wide(var, x).sqrt()
        return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)


@replaces("BatchNorm", "the mean was not subtracted")
class ForgetsTheMean(Steps):
    def finish(self, x, mean, var):
        return super().finish(x, torch.zeros_like(mean), var)


@replaces("BatchNorm", "the running statistics were used in training")
class TrainsWithRunningStatistics(Steps):
    def chosen(self, x):
        if self.training:
            self.check(x)
            mean, var = self.running_mean.clone(), self.running_var.clone()
            self.update(x)
            return mean, var
        return self.running_mean, self.running_var


@replaces("BatchNorm", "the running statistics were used in training")
class UpdatesFirstAndUsesThese(Steps):
    def chosen(self, x):
        if self.training:
            self.check(x)
            self.update(x)
        return self.running_mean.clone(), self.running_var.clone()


@replaces("BatchNorm", "the weight is left out")
class IgnoresTheWeight(Steps):
    def finish(self, x, mean, var):
        return (x - self.wide(mean, x)) / (self.wide(var, x) + self.eps).sqrt() + self.wide(self.bias, x)


@replaces("BatchNorm", "the bias is left out")
class IgnoresTheBias(Steps):
    def finish(self, x, mean, var):
        return (x - self.wide(mean, x)) / (self.wide(var, x) + self.eps).sqrt() * self.wide(self.weight, x)


@replaces("BatchNorm", "multiply first")
class AddsTheBiasFirst(Steps):
    def finish(self, x, mean, var):
        scaled = (x - self.wide(mean, x)) / (self.wide(var, x) + self.eps).sqrt()
        return (scaled + self.wide(self.bias, x)) * self.wide(self.weight, x)


@replaces("BatchNorm")
class KnowsMatricesOnly(Steps):
    def wide(self, values, x):
        return values


@replaces("BatchNorm")
class NormalizesEachPixel(Steps):
    def forward(self, x):
        if x.dim() == 2 or not self.training:
            return super().forward(x)
        self.check(x)
        self.update(x)
        scaled = (x - x.mean(0)) / (x.var(0, correction=0) + self.eps).sqrt()
        return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)


@replaces("BatchNorm", "each image by itself")
class NormalizesEachImage(Steps):
    def forward(self, x):
        if x.dim() == 2 or not self.training:
            return super().forward(x)
        self.check(x)
        self.update(x)
        mean, var = x.mean((2, 3), keepdim=True), x.var((2, 3), correction=0, keepdim=True)
        scaled = (x - mean) / (var + self.eps).sqrt()
        return scaled * self.wide(self.weight, x) + self.wide(self.bias, x)


@replaces("BatchNorm", "the running mean was not updated")
class NeverUpdates(Steps):
    def update(self, x):
        pass


@replaces("BatchNorm", "the variance with n below the line")
class UpdatesWithTheBiasedVariance(Steps):
    def update(self, x):
        with torch.no_grad():
            mean, var = self.statistics(x)
            self.running_mean += self.momentum * (mean - self.running_mean)
            self.running_var += self.momentum * (var - self.running_var)


@replaces("BatchNorm", "the number of samples")
class CountsSamplesInsteadOfNumbers(Steps):
    def update(self, x):
        with torch.no_grad():
            mean, var = self.statistics(x)
            var = var * len(x) / (len(x) - 1)
            self.running_mean += self.momentum * (mean - self.running_mean)
            self.running_var += self.momentum * (var - self.running_var)


@replaces("BatchNorm", "momentum is the share of the new batch")
class ReversesTheMomentum(Steps):
    def update(self, x):
        with torch.no_grad():
            mean, var = x.mean(self.axes(x)), x.var(self.axes(x))
            self.running_mean.copy_(self.momentum * self.running_mean + (1 - self.momentum) * mean)
            self.running_var.copy_(self.momentum * self.running_var + (1 - self.momentum) * var)


@replaces("BatchNorm", "the last batch's")
class KeepsTheLastBatchOnly(Steps):
    def update(self, x):
        with torch.no_grad():
            self.running_mean.copy_(x.mean(self.axes(x)))
            self.running_var.copy_(x.var(self.axes(x)))


@replaces("BatchNorm", "its old value must count less")
class AddsWithoutForgetting(Steps):
    def update(self, x):
        with torch.no_grad():
            self.running_mean.add_(x.mean(self.axes(x)) * self.momentum)
            self.running_var.add_(x.var(self.axes(x)) * self.momentum)


@replaces("BatchNorm", "the standard deviation")
class RunsTheDeviation(Steps):
    def update(self, x):
        with torch.no_grad():
            mean, std = x.mean(self.axes(x)), x.std(self.axes(x))
            self.running_mean += self.momentum * (mean - self.running_mean)
            self.running_var += self.momentum * (std - self.running_var)


@replaces("BatchNorm", "the batch's statistics were used in evaluation")
class EvaluatesWithTheBatch(Steps):
    def chosen(self, x):
        if self.training:
            return super().chosen(x)
        return self.statistics(x)


@replaces("BatchNorm", "evaluation changed the running statistics")
class UpdatesInEvaluation(Steps):
    def chosen(self, x):
        if self.training:
            return super().chosen(x)
        mean, var = self.running_mean.clone(), self.running_var.clone()
        if len(x) > 1:
            self.update(x)
        return mean, var


@replaces("BatchNorm", "the batch's statistics were used in evaluation")
class IgnoresTheMode(Steps):
    def chosen(self, x):
        mean, var = self.statistics(x)
        if self.training:
            self.check(x)
            self.update(x)
        return mean, var


@replaces("BatchNorm", "raised nothing")
class AcceptsOneNumber(Steps):
    def check(self, x):
        pass


@replaces("BatchNorm", "raised ValueError")
class RefusesOneImage(Steps):
    def check(self, x):
        if len(x) == 1:
            raise ValueError("one sample")


@replaces("BatchNorm", "raised ValueError")
class RefusesOneSampleInEvaluation(Steps):
    def forward(self, x):
        self.check(x)
        return super().forward(x)


@replaces("BatchNorm", "no buffer")
class KeepsPlainTensors(Steps):
    def make_buffers(self, features):
        self.running_mean = torch.zeros(features)
        self.running_var = torch.ones(features)


@replaces("BatchNorm", "no buffer")
class LeavesPlainTensorsOutOfTo(Steps):
    def make_buffers(self, features):
        self.register_buffer("running_mean", torch.zeros(features), persistent=False)
        self.register_buffer("running_var", torch.ones(features), persistent=False)


@replaces("BatchNorm", "no parameter")
class MakesTheStatisticsParameters(Steps):
    def make_buffers(self, features):
        self.running_mean = nn.Parameter(torch.zeros(features), requires_grad=False)
        self.running_var = nn.Parameter(torch.ones(features), requires_grad=False)


@replaces("BatchNorm", "running_var")
class StartsWithAVarianceOfZero(Steps):
    def make_buffers(self, features):
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.zeros(features))


@replaces("BatchNorm", "same device")
class ReplacesBuffersByOnesOnTheCpu(Steps):
    def update(self, x):
        with torch.no_grad():
            mean, var = x.mean(self.axes(x)), x.var(self.axes(x))
            mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
            var = (1 - self.momentum) * self.running_var + self.momentum * var
            self.running_mean = torch.tensor(mean.tolist(), dtype=mean.dtype)
            self.running_var = torch.tensor(var.tolist(), dtype=var.dtype)


@replaces("BatchNorm", "same device")
class MakesACorrectionOnTheCpu(Steps):
    def wide(self, values, x):
        return torch.ones(1, x.shape[1], *[1] * (x.dim() - 2), dtype=x.dtype).mul(
            values.reshape(-1, *[1] * (x.dim() - 2))
        )


@replaces("BatchNorm", "hang on the graph")
class LeavesTheGraphOnTheStatistics(Steps):
    def update(self, x):
        mean, var = x.mean(self.axes(x)), x.var(self.axes(x))
        self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
        self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var


@replaces("BatchNorm", "depend on the inputs")
class DetachesTheStatistics(Steps):
    def statistics(self, x):
        return super().statistics(x.detach())


@replaces("BatchNorm")
class DetachesTheVariance(Steps):
    def statistics(self, x):
        return x.mean(self.axes(x)), x.detach().var(self.axes(x), correction=0)


@replaces("BatchNorm", "changed its input")
class NormalizesInPlace(Steps):
    def finish(self, x, mean, var):
        x.data.sub_(self.wide(mean, x))
        return super().finish(x, torch.zeros_like(mean), var)


@replaces("BatchNorm")
class TakesTheCorrectionOfTheFirstAxisOnly(Steps):
    def forward(self, x):
        return super().forward(torch.as_strided(x, x.shape, torch.empty(x.shape).stride()))


@replaces("BatchNorm", "`momentum or 0.1` makes 0.1 of it")
class TakesMomentum0ForTheDefault(Steps):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__(features, momentum or 0.1, eps)


@replaces("BatchNorm", "loses its digits")
class TakesSquaresLessTheSquare(Steps):
    def statistics(self, x):
        mean = x.mean(self.axes(x))
        return mean, (x.square().mean(self.axes(x)) - mean.square()).clamp(min=0)
