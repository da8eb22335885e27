"""Wrong answers to tensors/pointwise."""

import math

from dojo.runner.variants import body, edit, replaces

TakesTheSine = edit("wave", "torch.cos", "torch.sin", "this is the sine")
ForgetsTheFullTurn = edit("wave", "2 * math.pi * frequency", "frequency", "a full turn is 2 * pi")
TakesHalfATurn = edit("wave", "2 * math.pi", "math.pi", "a full turn is 2 * pi")
MultipliesThePhase = body(
    "wave", "return amplitude * torch.cos(2 * math.pi * frequency * (t + phase))", "the phase is added to the time"
)
LeavesThePhaseOut = edit("wave", " + phase", "", "the phase is left out")
LeavesTheAmplitudeOut = edit("wave", "amplitude * ", "", "the amplitude is left out")
AddsThePhaseOutside = body(
    "wave", "return amplitude * torch.cos(2 * math.pi * frequency * t) + phase", "outside the cosine"
)
TakesAShortPi = edit("wave", "2 * math.pi", "2 * 3.14", "3.14")
ComputesInFloat32 = body(
    "wave", "return (amplitude * torch.cos(2 * math.pi * frequency * t.float() + phase)).to(t.dtype)", "float32"
)
TurnsTheTimesInPlace = body(
    "wave", "return t.mul_(2 * math.pi * frequency).add_(phase).cos_().mul_(amplitude)", "changed its input"
)
DropsTheSignOfTheAmplitude = edit("wave", "amplitude *", "abs(amplitude) *", "the sign of the amplitude was dropped")
DropsTheSignOfTheFrequency = edit("wave", "* frequency", "* abs(frequency)", "the sign of the frequency was dropped")
MakesFloat64OfATensorWithoutAxes = edit(
    "wave", "2 * math.pi * frequency", "torch.tensor(2 * math.pi * frequency, dtype=torch.float64)", "expected float32"
)


@replaces("wave", "expected a torch.Tensor")
def GivesAPlainList(t, amplitude, frequency, phase):
    return [amplitude * math.cos(2 * math.pi * frequency * v + phase) for v in t.flatten().tolist()]


ForgetsTheAbsoluteValue = edit("softsign", "x.abs()", "x", "without the absolute value")
GivesNoSign = edit("softsign", "x / (1 + x.abs())", "x.abs() / (1 + x.abs())", "the sign is lost")
AddsAfterDividing = edit("softsign", "x / (1 + x.abs())", "x / x.abs() + 1", "divides by |x| first")
TakesTheNorm = edit("softsign", "x.abs()", "x.norm()", "the norm of the whole tensor")
TakesTheTanh = edit("softsign", "x / (1 + x.abs())", "torch.tanh(x)", "this is tanh")
ForgetsTheOne = edit("softsign", "1 + x.abs()", "x.abs()", "the 1 is left out")
TakesTheAbsoluteValueInPlace = body(
    "softsign", "sign = x.sign(); return sign * x.abs_() / (1 + x)", "changed its input"
)
FlattensTheResult = edit("softsign", "x / (1 + x.abs())", "(x / (1 + x.abs())).flatten()", "shape")
SqueezesTheResult = edit("softsign", "x / (1 + x.abs())", "(x / (1 + x.abs())).squeeze()", "shape")
GivesItsInputBackForZeros = body("softsign", "return x / (1 + x.abs()) if x.any() else x", "this is the input itself")
SubtractsFromOne = body("softsign", "return x.sign() * (1 - 1 / (1 + x.abs()))", "has no digits left near 0")

OnlySetsTheSmallOnesToZero = body("shrink", "return torch.where(x.abs() > width, x, 0)", "were not moved")
LosesTheSign = body("shrink", "return (x.abs() - width).clamp(min=0)", "the sign is lost")
MovesPastZero = body("shrink", "return x - width * x.sign()", "went past 0")
ClampsToTheWidth = body("shrink", "return x.clamp(-width, width)", "limited to -width and width")
SubtractsFromAll = body(
    "shrink", "return torch.where(x.abs() > width, x - width, 0)", "negative elements moved away from 0"
)
TakesTheReluOnly = body("shrink", "return (x - width).clamp(min=0)", "negative elements became 0")
ShrinksByOne = edit("shrink", "x.abs() - width", "x.abs() - 1", "width was not used")
ShrinksInPlace = body("shrink", "return x.sub_(x.clamp(-width, width))", "changed its input")
TakesTheWidthInFloat32 = body(
    "shrink", "return torch.nn.functional.softshrink(x, torch.tensor(width).item())", "expected"
)
ShrinksAgainstZerosOnTheCpu = body(
    "shrink", "return x.sign() * torch.maximum(x.abs() - width, torch.zeros(x.shape, dtype=x.dtype))", "same device"
)
ShrinkByAFactor = body("shrink", "return x * (1 - width / x.abs().clamp(min=1e-12)).clamp(min=0)", "subtract")

TakesTheLogOfZero = body("x_log_x", "return x * x.log()", "0 times minus infinity is NaN")
MultipliesByAMask = body("x_log_x", "return (x > 0) * x * x.log()", "0 times minus infinity is NaN")
ClampsAwayFromZero = body("x_log_x", "return (x + 1e-3) * (x + 1e-3).log()", "a small number was put in for 0")
AddsASmallNumber = body("x_log_x", "return x * (x + 1e-3).log()", "a small number was added")
TakesTheLogOfTwo = edit("x_log_x", "x.log()", "x.log2()", "log2")
TakesTheLogOfTen = edit("x_log_x", "x.log()", "x.log10()", "log10")
TakesLogOfOnePlusX = body("x_log_x", "return x * x.log1p()", "log1p")
TakesTheNegative = body("x_log_x", "return torch.special.entr(x)", "the sign is flipped")
DropsTheZeros = body("x_log_x", "return x[x > 0] * x[x > 0].log()", "shape")
CallsSmallNumbersZero = edit("x_log_x", "x > 0", "x > 1e-2", "expected -")
LimitsTheLogarithm = body("x_log_x", "return x * x.clamp(min=1e-12).log()", "a lower limit of 1e-12")
TakesTheLogarithmOfThePower = body("x_log_x", "return (x**x).log()", "to the power of x")
TakesTinyNumbersForZero = edit("x_log_x", "> 0, x * x.log(), 0", "< 1e-6, 0, x * x.log()", "were taken for 0")
ChoosesZerosOnTheCpu = body(
    "x_log_x", "return torch.where(x > 0, x * x.log(), torch.zeros(x.shape, dtype=x.dtype))", "same device"
)
