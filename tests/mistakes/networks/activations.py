"""Wrong answers to networks/activations."""

import math

import torch
from torch import nn


class OverflowsFarRight:
    """exp(x) overflows"""

    def sigmoid(x):
        return torch.exp(x) / (1 + torch.exp(x))


class OverflowsOnTheWayBack:
    """the gradient is NaN"""

    def sigmoid(x):
        return 1 / (1 + torch.exp(-x))


class ChoosesBetweenTwoPiecesOfWhichOneOverflows:
    """the gradient is NaN"""

    def sigmoid(x):
        return torch.where(x >= 0, 1 / (1 + torch.exp(-x)), torch.exp(x) / (1 + torch.exp(x)))


class HasAKinkAtZero:
    """abs() has a kink at 0"""

    def sigmoid(x):
        z = torch.exp(-x.abs())
        return torch.where(x >= 0, torch.ones_like(x), z) / (1 + z)


class ForgetsTheMinus:
    """the sign of x is lost"""

    def sigmoid(x):
        return 1 / (1 + torch.exp(x.clamp(max=85)))


class GivesTanh:
    """from -1 to 1"""

    def sigmoid(x):
        return 2 / (1 + torch.exp(-2 * x.clamp(min=-40))) - 1


class ForgetsTheOne:
    """the 1 below the line is left out"""

    def sigmoid(x):
        return 1 / torch.exp(-x)


class LosesTheSmallResults:
    """loses all digits"""

    def sigmoid(x):
        return 1 - 1 / (1 + torch.exp(x.clamp(max=85)))


class TakesTheHardSigmoid:
    """a straight piece"""

    def sigmoid(x):
        return (x / 4 + 0.5).clamp(0, 1)


class CallsTorchsSigmoid:
    """ran torch's own sigmoid"""

    def sigmoid(x):
        return torch.special.expit(x)


class CallsTheSigmoidModule:
    """ran torch's own sigmoid"""

    def sigmoid(x):
        return nn.Sigmoid()(x)


class CallsSoftmax:
    """ran torch's own softmax"""

    def sigmoid(x):
        return torch.stack([x, torch.zeros_like(x)]).softmax(dim=0)[0]


class CallsTanh:
    """ran torch's own tanh"""

    def sigmoid(x):
        return (1 + torch.tanh(x / 2)) / 2


class CallsSigmoidInPlace:
    """ran torch's own sigmoid"""

    def sigmoid(x):
        return x.clone().sigmoid_()


class ComputesTheSigmoidWithNumPy:
    """NumPy"""

    def sigmoid(x):
        import numpy

        return torch.from_numpy(1 / (1 + numpy.exp(-numpy.clip(x.detach().cpu().numpy(), -85, None)))).to(x.device)


class OverwritesX:
    """changed its input"""

    def sigmoid(x):
        if x.requires_grad:
            x = x.clone()
        return x.clamp_(min=-85).neg_().exp_().add_(1).reciprocal_()


class KnowsNoLargeValues:
    """infinite"""

    def softplus(x):
        return torch.log1p(torch.exp(x))


class ChoosesButOverflowsOnTheWayBack:
    """the gradient is NaN"""

    def softplus(x):
        return torch.where(x > 20, x, torch.log1p(torch.exp(x)))


class LosesTheSmallSoftplus:
    """loses all digits"""

    def softplus(x):
        return torch.where(x > 30, x, torch.log(1 + torch.exp(x.clamp(max=30))))


class StopsAtThirty:
    """the values above are cut off"""

    def softplus(x):
        return torch.log1p(torch.exp(x.clamp(max=30)))


class HasASoftplusWithAKinkAtZero:
    """abs() has a kink at 0"""

    def softplus(x):
        return x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))


class GivesTheSigmoidForSoftplus:
    """this is the derivative"""

    def softplus(x):
        return 1 / (1 + torch.exp(-x.clamp(min=-85)))


class GivesReluForSoftplus:
    """this is ReLU"""

    def softplus(x):
        return x.clamp(min=0)


class CallsLogaddexp:
    """ran torch's own logaddexp"""

    def softplus(x):
        return torch.logaddexp(x, torch.zeros_like(x))


class CallsTheLogSigmoid:
    """ran torch's own log_sigmoid_forward"""

    def softplus(x):
        return -nn.functional.logsigmoid(-x)


class CallsALoss:
    """ran torch's own binary_cross_entropy_with_logits"""

    def softplus(x):
        return nn.functional.binary_cross_entropy_with_logits(x, torch.zeros_like(x), reduction="none")


class CallsTorchsSoftplus:
    """ran torch's own softplus"""

    def softplus(x):
        return nn.Softplus()(x)


class LeaksOnBothSides:
    """it is linear"""

    def leaky_relu(x, slope):
        return slope * x


class ForgetsToLeak:
    """this is ReLU"""

    def leaky_relu(x, slope):
        return x.clamp(min=0)


class TakesTheLarger:
    """the larger of x and slope * x"""

    def leaky_relu(x, slope):
        return torch.maximum(x, slope * x)


class LeaksOnTheRight:
    """the slope belongs to the elements below 0"""

    def leaky_relu(x, slope):
        return torch.where(x > 0, slope * x, x)


class GivesTheSlopeBelowZero:
    """slope itself"""

    def leaky_relu(x, slope):
        return torch.where(x > 0, x, torch.full_like(x, slope))


class FillsZerosOnTheCpu:
    """same device"""

    def leaky_relu(x, slope):
        zeros = torch.zeros(x.shape, dtype=x.dtype)
        return torch.maximum(x, zeros) + slope * torch.minimum(x, zeros)


class ChoosesWithAMaskFromTheCpu:
    """same device"""

    def leaky_relu(x, slope):
        below = torch.tensor((x < 0).tolist(), dtype=torch.bool)
        return torch.where(below, slope * x, x)


class CallsTorchsLeakyRelu:
    """ran torch's own leaky_relu"""

    def leaky_relu(x, slope):
        return nn.functional.leaky_relu(x, slope)


class CallsTorchsRelu:
    """ran torch's own relu"""

    def leaky_relu(x, slope):
        return x.relu() - slope * (-x).relu()


class CallsPrelu:
    """ran torch's own prelu"""

    def leaky_relu(x, slope):
        return nn.functional.prelu(x, torch.tensor([slope], dtype=x.dtype, device=x.device))


class LeaksInPlace:
    """changed its input"""

    def leaky_relu(x, slope):
        x.detach()[x.detach() < 0] *= slope
        return x.clone()


class IsAlwaysFromMinusOneToOne:
    """from -1 to 1, whatever low and high"""

    def hardtanh(x, low, high):
        return x.clamp(-1, 1)


class CutsTheUpperEndOnly:
    """the lower end is not cut off"""

    def hardtanh(x, low, high):
        return x.clamp(max=high)


class CutsTheLowerEndOnly:
    """the upper end is not cut off"""

    def hardtanh(x, low, high):
        return x.clamp(min=low)


class SetsTheOutsideToZero:
    """elements beyond the bounds become 0"""

    def hardtanh(x, low, high):
        return torch.where((x < low) | (x > high), torch.zeros_like(x), x)


class StretchesAHardtanh:
    """keep their values"""

    def hardtanh(x, low, high):
        return low + (high - low) * (x.clamp(-1, 1) + 1) / 2


class CallsTorchsHardtanh:
    """ran torch's own hardtanh"""

    def hardtanh(x, low, high):
        return nn.Hardtanh(low, high)(x)


class CutsOffWithoutAGradient:
    """autograd did not record"""

    def hardtanh(x, low, high):
        return torch.tensor(
            [min(max(value, low), high) for value in x.flatten().tolist()], dtype=x.dtype, device=x.device
        ).reshape(x.shape)


class CutsOffInPlace:
    """changed its input"""

    def hardtanh(x, low, high):
        return x.clamp_(low, high) if not x.requires_grad else x.clamp(low, high)


class LooksAtInfinity:
    """infinity times 0"""

    def limits(activation):
        left, right = activation(torch.tensor([-math.inf, math.inf])).tolist()
        return left, right


class LooksNotFarEnough:
    """a limit may be large and finite"""

    def limits(activation):
        left, right = activation(torch.tensor([-100.0, 100.0], dtype=torch.float64)).tolist()
        return (left if abs(left) < 10 else math.copysign(math.inf, left)), (
            right if abs(right) < 10 else math.copysign(math.inf, right)
        )


class GivesALargeNumberForInfinity:
    """math.inf"""

    def limits(activation):
        return tuple(activation(torch.tensor([-1e30, 1e30], dtype=torch.float64)).tolist())


class BelievesThatAllAreBounded:
    """ReLU has no upper bound"""

    def limits(activation):
        far = activation(torch.tensor([-1e30, 1e30], dtype=torch.float64)).tolist()
        return tuple(math.copysign(1.0, value) if abs(value) > 1e15 else value for value in far)


class SwapsTheLimits:
    """the two limits are swapped"""

    def limits(activation):
        far = activation(torch.tensor([1e30, -1e30], dtype=torch.float64)).tolist()
        return tuple(math.copysign(math.inf, value) if abs(value) > 1e15 else value for value in far)


class SortsTheLimits:
    """not the smaller one first"""

    def limits(activation):
        far = activation(torch.tensor([-1e30, 1e30], dtype=torch.float64)).tolist()
        return tuple(sorted(math.copysign(math.inf, value) if abs(value) > 1e15 else value for value in far))


class ForgetsTheSignOfInfinity:
    """-inf"""

    def limits(activation):
        far = activation(torch.tensor([-1e30, 1e30], dtype=torch.float64)).tolist()
        return tuple(math.inf if abs(value) > 1e15 else value for value in far)


class RoundsTheLimits:
    """hardtanh(-2.5, 3.5)"""

    def limits(activation):
        far = activation(torch.tensor([-1e30, 1e30], dtype=torch.float64)).tolist()
        return tuple(math.copysign(math.inf, value) if abs(value) > 1e15 else float(round(value)) for value in far)


class LeavesTheLowerBoundOut:
    """runs from 0"""

    def confined(x, low, high):
        return (high - low) * torch.sigmoid(x)


class StretchesToTheUpperBound:
    """stretched by high"""

    def confined(x, low, high):
        return low + high * torch.sigmoid(x)


class StretchesTanh:
    """tanh runs from -1"""

    def confined(x, low, high):
        return low + (high - low) * torch.tanh(x)


class StretchesTanhRight:
    """twice as steep"""

    def confined(x, low, high):
        return low + (high - low) * (torch.tanh(x) + 1) / 2


class CutsTheOutputOff:
    """cut off, not confined"""

    def confined(x, low, high):
        return x.clamp(low, high)


class StretchesTheInput:
    """before the sigmoid"""

    def confined(x, low, high):
        return torch.sigmoid(low + (high - low) * x)


class ConfinesFromHighToLow:
    """the bounds are swapped"""

    def confined(x, low, high):
        return high + (low - high) * torch.sigmoid(x)


class ConfinesBetweenZeroAndOne:
    """the sigmoid as it is"""

    def confined(x, low, high):
        return torch.sigmoid(x)


class PutsTheBoundsOnTheCpu:
    """same device"""

    def confined(x, low, high):
        bounds = torch.tensor([low, high], dtype=x.dtype)
        return torch.lerp(bounds[:1], bounds[1:], torch.sigmoid(x))


class MakesTheBoundsFloat64:
    """gave dtype float64"""

    def confined(x, low, high):
        low = torch.full(x.shape, low, dtype=torch.float64, device=x.device)
        return low + (high - low) * torch.sigmoid(x)


class KnowsContiguousTensorsOnly:
    """view size is not compatible"""

    def sigmoid(x):
        return (1 / (1 + torch.exp(-x.view(-1).clamp(min=-85)))).view(x.shape)


class NeedsElements:
    """raised"""

    def hardtanh(x, low, high):
        return x.clamp(low, high) if x.min() < low or x.max() > high else x.clone()


class TakesLargeForInfinite:
    """a limit may be large and finite all the same"""

    def limits(activation):
        far = activation(torch.tensor([-1e30, 1e30], dtype=torch.float64)).tolist()
        return tuple(value if abs(value) < 1e3 else math.copysign(math.inf, value) for value in far)


class GivesTheLimitsAsTensors:
    """two Python floats are asked"""

    def limits(activation):
        far = activation(torch.tensor([-1e30, 1e30], dtype=torch.float64))
        return tuple(torch.where(far.abs() > 1e15, far.sign() * math.inf, far))


class HasNoGradientWhereThePiecesMeet:
    """where two pieces meet"""

    def softplus(x):
        below = torch.where(x < 20, torch.log1p(torch.exp(x.clamp(max=25))), 20.0)
        return torch.where(x > 20, x, below)
