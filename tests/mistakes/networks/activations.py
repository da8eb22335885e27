"""Wrong answers to networks/activations."""

import math

import torch
from torch import nn

from dojo.runner.variants import body, edit, replaces

OverflowsFarRight = body("sigmoid", "return torch.exp(x) / (1 + torch.exp(x))", "exp(x) overflows")
OverflowsOnTheWayBack = edit("sigmoid", "x.clamp(min=-85)", "x", "the gradient is NaN")
ForgetsTheMinus = edit("sigmoid", "-x.clamp(min=-85)", "x.clamp(max=85)", "the sign of x is lost")
GivesTanh = body("sigmoid", "return 2 / (1 + torch.exp(-2 * x.clamp(min=-40))) - 1", "from -1 to 1")
ForgetsTheOne = body("sigmoid", "return 1 / torch.exp(-x)", "the 1 below the line is left out")
LosesTheSmallResults = body("sigmoid", "return 1 - 1 / (1 + torch.exp(x.clamp(max=85)))", "loses all digits")
TakesTheHardSigmoid = body("sigmoid", "return (x / 4 + 0.5).clamp(0, 1)", "a straight piece")
CallsTorchsSigmoid = body("sigmoid", "return torch.special.expit(x)", "ran torch's own sigmoid")
CallsTheSigmoidModule = body("sigmoid", "return nn.Sigmoid()(x)", "ran torch's own sigmoid")
CallsSoftmax = body(
    "sigmoid", "return torch.stack([x, torch.zeros_like(x)]).softmax(dim=0)[0]", "ran torch's own softmax"
)
CallsTanh = body("sigmoid", "return (1 + torch.tanh(x / 2)) / 2", "ran torch's own tanh")
CallsSigmoidInPlace = body("sigmoid", "return x.clone().sigmoid_()", "ran torch's own sigmoid")
KnowsContiguousTensorsOnly = body(
    "sigmoid", "return (1 / (1 + torch.exp(-x.view(-1).clamp(min=-85)))).view(x.shape)", "view size is not compatible"
)


@replaces("sigmoid", "the gradient is NaN")
def ChoosesBetweenTwoPiecesOfWhichOneOverflows(x):
    return torch.where(x >= 0, 1 / (1 + torch.exp(-x)), torch.exp(x) / (1 + torch.exp(x)))


@replaces("sigmoid", "abs() has a kink at 0")
def HasAKinkAtZero(x):
    z = torch.exp(-x.abs())
    return torch.where(x >= 0, torch.ones_like(x), z) / (1 + z)


@replaces("sigmoid", "NumPy")
def ComputesTheSigmoidWithNumPy(x):
    import numpy

    return torch.from_numpy(1 / (1 + numpy.exp(-numpy.clip(x.detach().cpu().numpy(), -85, None)))).to(x.device)


@replaces("sigmoid", "changed its input")
def OverwritesX(x):
    if x.requires_grad:
        x = x.clone()
    return x.clamp_(min=-85).neg_().exp_().add_(1).reciprocal_()


KnowsNoLargeValues = body("softplus", "return torch.log1p(torch.exp(x))", "infinite")
ChoosesButOverflowsOnTheWayBack = body(
    "softplus", "return torch.where(x > 20, x, torch.log1p(torch.exp(x)))", "the gradient is NaN"
)
LosesTheSmallSoftplus = edit(
    "softplus", ".log1p(torch.exp(x.clamp(max=40)))", ".log(1 + torch.exp(x.clamp(max=30)))", "loses all digits"
)
StopsAtThirty = body("softplus", "return torch.log1p(torch.exp(x.clamp(max=30)))", "the values above are cut off")
HasASoftplusWithAKinkAtZero = body(
    "softplus", "return x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))", "abs() has a kink at 0"
)
GivesTheSigmoidForSoftplus = body("softplus", "return 1 / (1 + torch.exp(-x.clamp(min=-85)))", "this is the derivative")
GivesReluForSoftplus = body("softplus", "return x.clamp(min=0)", "this is ReLU")
CallsLogaddexp = body("softplus", "return torch.logaddexp(x, torch.zeros_like(x))", "ran torch's own logaddexp")
CallsTheLogSigmoid = body("softplus", "return -nn.functional.logsigmoid(-x)", "ran torch's own log_sigmoid_forward")
CallsTorchsSoftplus = body("softplus", "return nn.Softplus()(x)", "ran torch's own softplus")


@replaces("softplus", "ran torch's own binary_cross_entropy_with_logits")
def CallsALoss(x):
    return nn.functional.binary_cross_entropy_with_logits(x, torch.zeros_like(x), reduction="none")


@replaces("softplus", "where two pieces meet")
def HasNoGradientWhereThePiecesMeet(x):
    below = torch.where(x < 20, torch.log1p(torch.exp(x.clamp(max=25))), 20.0)
    return torch.where(x > 20, x, below)


LeaksOnBothSides = body("leaky_relu", "return slope * x", "it is linear")
ForgetsToLeak = body("leaky_relu", "return x.clamp(min=0)", "this is ReLU")
TakesTheLarger = body("leaky_relu", "return torch.maximum(x, slope * x)", "the larger of x and slope * x")
LeaksOnTheRight = body(
    "leaky_relu", "return torch.where(x > 0, slope * x, x)", "the slope belongs to the elements below 0"
)
GivesTheSlopeBelowZero = edit("leaky_relu", "slope * x", "torch.full_like(x, slope)", "slope itself")
CallsTorchsLeakyRelu = body("leaky_relu", "return nn.functional.leaky_relu(x, slope)", "ran torch's own leaky_relu")
CallsTorchsRelu = body("leaky_relu", "return x.relu() - slope * (-x).relu()", "ran torch's own relu")
LeaksInPlace = body("leaky_relu", "x.detach()[x.detach() < 0] *= slope; return x.clone()", "changed its input")


@replaces("leaky_relu", "same device")
def FillsZerosOnTheCpu(x, slope):
    zeros = torch.zeros(x.shape, dtype=x.dtype)
    return torch.maximum(x, zeros) + slope * torch.minimum(x, zeros)


@replaces("leaky_relu", "same device")
def ChoosesWithAMaskFromTheCpu(x, slope):
    below = torch.tensor((x < 0).tolist(), dtype=torch.bool)
    return torch.where(below, slope * x, x)


@replaces("leaky_relu", "ran torch's own prelu")
def CallsPrelu(x, slope):
    return nn.functional.prelu(x, torch.tensor([slope], dtype=x.dtype, device=x.device))


IsAlwaysFromMinusOneToOne = body("hardtanh", "return x.clamp(-1, 1)", "from -1 to 1, whatever low and high")
CutsTheUpperEndOnly = body("hardtanh", "return x.clamp(max=high)", "the lower end is not cut off")
CutsTheLowerEndOnly = body("hardtanh", "return x.clamp(min=low)", "the upper end is not cut off")
StretchesAHardtanh = body("hardtanh", "return low + (high - low) * (x.clamp(-1, 1) + 1) / 2", "keep their values")
CallsTorchsHardtanh = body("hardtanh", "return nn.Hardtanh(low, high)(x)", "ran torch's own hardtanh")
CutsOffInPlace = body(
    "hardtanh", "return x.clamp_(low, high) if not x.requires_grad else x.clamp(low, high)", "changed its input"
)
NeedsElements = body(
    "hardtanh", "return x.clamp(low, high) if x.min() < low or x.max() > high else x.clone()", "raised"
)


@replaces("hardtanh", "elements beyond the bounds become 0")
def SetsTheOutsideToZero(x, low, high):
    return torch.where((x < low) | (x > high), torch.zeros_like(x), x)


@replaces("hardtanh", "autograd did not record")
def CutsOffWithoutAGradient(x, low, high):
    return torch.tensor(
        [min(max(value, low), high) for value in x.flatten().tolist()], dtype=x.dtype, device=x.device
    ).reshape(x.shape)


GivesALargeNumberForInfinity = body(
    "limits", "return tuple(activation(torch.tensor([-1e30, 1e30], dtype=torch.float64)).tolist())", "math.inf"
)


@replaces("limits", "infinity times 0")
def LooksAtInfinity(activation):
    left, right = activation(torch.tensor([-math.inf, math.inf])).tolist()
    return left, right


@replaces("limits", "a limit may be large and finite")
def LooksNotFarEnough(activation):
    left, right = activation(torch.tensor([-100.0, 100.0], dtype=torch.float64)).tolist()
    return (left if abs(left) < 10 else math.copysign(math.inf, left)), (
        right if abs(right) < 10 else math.copysign(math.inf, right)
    )


@replaces("limits", "ReLU has no upper bound")
def BelievesThatAllAreBounded(activation):
    far = activation(torch.tensor([-1e30, 1e30], dtype=torch.float64)).tolist()
    return tuple(math.copysign(1.0, value) if abs(value) > 1e15 else value for value in far)


@replaces("limits", "the two limits are swapped")
def SwapsTheLimits(activation):
    far = activation(torch.tensor([1e30, -1e30], dtype=torch.float64)).tolist()
    return tuple(math.copysign(math.inf, value) if abs(value) > 1e15 else value for value in far)


@replaces("limits", "not the smaller one first")
def SortsTheLimits(activation):
    far = activation(torch.tensor([-1e30, 1e30], dtype=torch.float64)).tolist()
    return tuple(sorted(math.copysign(math.inf, value) if abs(value) > 1e15 else value for value in far))


@replaces("limits", "-inf")
def ForgetsTheSignOfInfinity(activation):
    far = activation(torch.tensor([-1e30, 1e30], dtype=torch.float64)).tolist()
    return tuple(math.inf if abs(value) > 1e15 else value for value in far)


@replaces("limits", "hardtanh(-2.5, 3.5)")
def RoundsTheLimits(activation):
    far = activation(torch.tensor([-1e30, 1e30], dtype=torch.float64)).tolist()
    return tuple(math.copysign(math.inf, value) if abs(value) > 1e15 else float(round(value)) for value in far)


@replaces("limits", "a limit may be large and finite all the same")
def TakesLargeForInfinite(activation):
    far = activation(torch.tensor([-1e30, 1e30], dtype=torch.float64)).tolist()
    return tuple(value if abs(value) < 1e3 else math.copysign(math.inf, value) for value in far)


@replaces("limits", "two Python floats are asked")
def GivesTheLimitsAsTensors(activation):
    far = activation(torch.tensor([-1e30, 1e30], dtype=torch.float64))
    return tuple(torch.where(far.abs() > 1e15, far.sign() * math.inf, far))


LeavesTheLowerBoundOut = body("confined", "return (high - low) * torch.sigmoid(x)", "runs from 0")
StretchesToTheUpperBound = edit("confined", "high - low", "high", "stretched by high")
StretchesTanh = edit("confined", "torch.sigmoid(x)", "torch.tanh(x)", "tanh runs from -1")
StretchesTanhRight = body("confined", "return low + (high - low) * (torch.tanh(x) + 1) / 2", "twice as steep")
CutsTheOutputOff = body("confined", "return x.clamp(low, high)", "cut off, not confined")
StretchesTheInput = body("confined", "return torch.sigmoid(low + (high - low) * x)", "before the sigmoid")
ConfinesFromHighToLow = body("confined", "return high + (low - high) * torch.sigmoid(x)", "the bounds are swapped")
ConfinesBetweenZeroAndOne = edit("confined", "low + (high - low) * ", "", "the sigmoid as it is")


@replaces("confined", "same device")
def PutsTheBoundsOnTheCpu(x, low, high):
    bounds = torch.tensor([low, high], dtype=x.dtype)
    return torch.lerp(bounds[:1], bounds[1:], torch.sigmoid(x))


@replaces("confined", "gave dtype float64")
def MakesTheBoundsFloat64(x, low, high):
    low = torch.full(x.shape, low, dtype=torch.float64, device=x.device)
    return low + (high - low) * torch.sigmoid(x)
