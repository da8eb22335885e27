"""Wrong answers to tensors/pointwise."""

import math

import torch


class TakesTheSine:
    """this is the sine"""

    def wave(t, amplitude, frequency, phase):
        return amplitude * torch.sin(2 * math.pi * frequency * t + phase)


class ForgetsTheFullTurn:
    """a full turn is 2 * pi"""

    def wave(t, amplitude, frequency, phase):
        return amplitude * torch.cos(frequency * t + phase)


class TakesHalfATurn:
    """a full turn is 2 * pi"""

    def wave(t, amplitude, frequency, phase):
        return amplitude * torch.cos(math.pi * frequency * t + phase)


class MultipliesThePhase:
    """the phase is added to the time"""

    def wave(t, amplitude, frequency, phase):
        return amplitude * torch.cos(2 * math.pi * frequency * (t + phase))


class LeavesThePhaseOut:
    """the phase is left out"""

    def wave(t, amplitude, frequency, phase):
        return amplitude * torch.cos(2 * math.pi * frequency * t)


class LeavesTheAmplitudeOut:
    """the amplitude is left out"""

    def wave(t, amplitude, frequency, phase):
        return torch.cos(2 * math.pi * frequency * t + phase)


class AddsThePhaseOutside:
    """outside the cosine"""

    def wave(t, amplitude, frequency, phase):
        return amplitude * torch.cos(2 * math.pi * frequency * t) + phase


class TakesAShortPi:
    """3.14"""

    def wave(t, amplitude, frequency, phase):
        return amplitude * torch.cos(2 * 3.14 * frequency * t + phase)


class ComputesInFloat32:
    """float32"""

    def wave(t, amplitude, frequency, phase):
        return (amplitude * torch.cos(2 * math.pi * frequency * t.float() + phase)).to(t.dtype)


class TurnsTheTimesInPlace:
    """changed its input"""

    def wave(t, amplitude, frequency, phase):
        return t.mul_(2 * math.pi * frequency).add_(phase).cos_().mul_(amplitude)


class GivesAPlainList:
    """expected a torch.Tensor"""

    def wave(t, amplitude, frequency, phase):
        return [amplitude * math.cos(2 * math.pi * frequency * v + phase) for v in t.flatten().tolist()]


class ForgetsTheAbsoluteValue:
    """without the absolute value"""

    def softsign(x):
        return x / (1 + x)


class GivesNoSign:
    """the sign is lost"""

    def softsign(x):
        return x.abs() / (1 + x.abs())


class AddsAfterDividing:
    """divides by |x| first"""

    def softsign(x):
        return x / x.abs() + 1


class TakesTheNorm:
    """the norm of the whole tensor"""

    def softsign(x):
        return x / (1 + x.norm())


class TakesTheTanh:
    """this is tanh"""

    def softsign(x):
        return torch.tanh(x)


class ForgetsTheOne:
    """the 1 is left out"""

    def softsign(x):
        return x / x.abs()


class TakesTheAbsoluteValueInPlace:
    """changed its input"""

    def softsign(x):
        sign = x.sign()
        return sign * x.abs_() / (1 + x)


class FlattensTheResult:
    """shape"""

    def softsign(x):
        return (x / (1 + x.abs())).flatten()


class OnlySetsTheSmallOnesToZero:
    """were not moved"""

    def shrink(x, width):
        return torch.where(x.abs() > width, x, 0)


class LosesTheSign:
    """the sign is lost"""

    def shrink(x, width):
        return (x.abs() - width).clamp(min=0)


class MovesPastZero:
    """went past 0"""

    def shrink(x, width):
        return x - width * x.sign()


class ClampsToTheWidth:
    """limited to -width and width"""

    def shrink(x, width):
        return x.clamp(-width, width)


class SubtractsFromAll:
    """negative elements moved away from 0"""

    def shrink(x, width):
        return torch.where(x.abs() > width, x - width, 0)


class TakesTheReluOnly:
    """negative elements became 0"""

    def shrink(x, width):
        return (x - width).clamp(min=0)


class ShrinksByOne:
    """width was not used"""

    def shrink(x, width):
        return x.sign() * (x.abs() - 1).clamp(min=0)


class ShrinksInPlace:
    """changed its input"""

    def shrink(x, width):
        return x.sub_(x.clamp(-width, width))


class TakesTheLogOfZero:
    """0 times minus infinity is NaN"""

    def x_log_x(x):
        return x * x.log()


class MultipliesByAMask:
    """0 times minus infinity is NaN"""

    def x_log_x(x):
        return (x > 0) * x * x.log()


class ClampsAwayFromZero:
    """a small number was put in for 0"""

    def x_log_x(x):
        return (x + 1e-3) * (x + 1e-3).log()


class AddsASmallNumber:
    """a small number was added"""

    def x_log_x(x):
        return x * (x + 1e-3).log()


class TakesTheLogOfTwo:
    """log2"""

    def x_log_x(x):
        return torch.where(x > 0, x * x.log2(), 0)


class TakesTheLogOfTen:
    """log10"""

    def x_log_x(x):
        return torch.where(x > 0, x * x.log10(), 0)


class TakesLogOfOnePlusX:
    """log1p"""

    def x_log_x(x):
        return x * x.log1p()


class TakesTheNegative:
    """the sign is flipped"""

    def x_log_x(x):
        return torch.special.entr(x)


class DropsTheZeros:
    """shape"""

    def x_log_x(x):
        return x[x > 0] * x[x > 0].log()


class CallsSmallNumbersZero:
    """expected -"""

    def x_log_x(x):
        return torch.where(x > 1e-2, x * x.log(), 0)


class LimitsTheLogarithm:
    """a lower limit of 1e-12"""

    def x_log_x(x):
        return x * x.clamp(min=1e-12).log()


class DropsTheSignOfTheAmplitude:
    """the sign of the amplitude was dropped"""

    def wave(t, amplitude, frequency, phase):
        return abs(amplitude) * torch.cos(2 * math.pi * frequency * t + phase)


class SqueezesTheResult:
    """shape"""

    def softsign(x):
        return (x / (1 + x.abs())).squeeze()


class GivesItsInputBackForZeros:
    """this is the input itself"""

    def softsign(x):
        return x / (1 + x.abs()) if x.any() else x


class DropsTheSignOfTheFrequency:
    """the sign of the frequency was dropped"""

    def wave(t, amplitude, frequency, phase):
        return amplitude * torch.cos(2 * math.pi * abs(frequency) * t + phase)


class MakesFloat64OfATensorWithoutAxes:
    """expected float32"""

    def wave(t, amplitude, frequency, phase):
        return amplitude * torch.cos(torch.tensor(2 * math.pi * frequency, dtype=torch.float64) * t + phase)


class SubtractsFromOne:
    """has no digits left near 0"""

    def softsign(x):
        return x.sign() * (1 - 1 / (1 + x.abs()))


class TakesTheWidthInFloat32:
    """expected"""

    def shrink(x, width):
        return torch.nn.functional.softshrink(x, torch.tensor(width).item())


class TakesTheLogarithmOfThePower:
    """to the power of x"""

    def x_log_x(x):
        return (x**x).log()


class TakesTinyNumbersForZero:
    """were taken for 0"""

    def x_log_x(x):
        return torch.where(x < 1e-6, 0, x * x.log())


class ChoosesZerosOnTheCpu:
    """same device"""

    def x_log_x(x):
        return torch.where(x > 0, x * x.log(), torch.zeros(x.shape, dtype=x.dtype))


class ShrinksAgainstZerosOnTheCpu:
    """same device"""

    def shrink(x, width):
        return x.sign() * torch.maximum(x.abs() - width, torch.zeros(x.shape, dtype=x.dtype))


class ShrinkByAFactor:
    """subtract"""

    def shrink(x, width):
        return x * (1 - width / x.abs().clamp(min=1e-12)).clamp(min=0)
