"""Wrong answers to tensors/in_place."""

import torch


class HalvesInPlace:
    """can't be cast"""

    def halved(x):
        x /= 2
        return x


class HalvesFloatsInPlace:
    """changed its input"""

    def halved(x):
        return x.div_(2) if x.is_floating_point() else x / 2


class RoundsDown:
    """rounds down"""

    def halved(x):
        return x // 2 if not x.is_floating_point() else x / 2


class CutsTheHalvesOff:
    """cuts the fraction off"""

    def halved(x):
        return (x / 2).to(x.dtype)


class MakesFloat32OfEverything:
    """expected float64"""

    def halved(x):
        return x.float() / 2


class KeepsTheWhole:
    """not halved"""

    def halved(x):
        return x.float()


class TakesTheSquareRoot:
    def halved(x):
        return x**0.5


class ScalesANewTensor:
    """x still has its old elements"""

    def scale_(x, factor):
        return x * factor


class RebindsTheName:
    """x still has its old elements"""

    def scale_(x, factor):
        x = x * factor
        return x


class ScalesTheRawMemory:
    def scale_(x, factor):
        x.set_(x * factor)
        return x


class GivesNothingBack:
    """is there a `return`?"""

    def scale_(x, factor):
        x.mul_(factor)


class GivesACopyBack:
    """must be x itself"""

    def scale_(x, factor):
        return x.mul_(factor).clone()


class ScalesTwice:
    """scaled twice"""

    def scale_(x, factor):
        x.mul_(factor)
        return x.mul_(factor)


class AddsTheFactor:
    """added, not multiplied"""

    def scale_(x, factor):
        return x.add_(factor)


class ReplacesTheData:
    """must show in views"""

    def scale_(x, factor):
        x.data = x.data * factor
        return x


class ScalesTheFlattened:
    """x still has its old elements"""

    def scale_(x, factor):
        x.reshape(-1).mul_(factor)
        return x


class ClipsANewTensor:
    """x still has its old elements"""

    def clip_negatives_(x):
        return x.clamp(min=0)


class ChangesTheCopyThatAMaskGives:
    """x[mask] is a copy"""

    def clip_negatives_(x):
        x[x < 0].zero_()
        return x


class TurnsTheSign:
    """the sign was turned"""

    def clip_negatives_(x):
        return x.abs_()


class ClipsThePositives:
    """the positive elements"""

    def clip_negatives_(x):
        return x.clamp_(max=0)


class ClipsSmallOnesToo:
    """also below 1"""

    def clip_negatives_(x):
        x[x < 1] = 0
        return x


class ClearsAll:
    """all elements"""

    def clip_negatives_(x):
        return x.zero_()


class GivesTheClippedBackButKeepsX:
    """x still has its old elements"""

    def clip_negatives_(x):
        x = torch.where(x < 0, torch.zeros_like(x), x)
        return x


class SwapsTwoViews:
    """overwritten before it was read"""

    def swap_columns_(x, first, second):
        x[:, first], x[:, second] = x[:, second], x[:, first]
        return x


class KeepsAViewForLater:
    """overwritten before it was read"""

    def swap_columns_(x, first, second):
        kept = x[:, first]
        x[:, first] = x[:, second]
        x[:, second] = kept
        return x


class SwapsRows:
    """the rows changed places"""

    def swap_columns_(x, first, second):
        x[[first, second]] = x[[second, first]]
        return x


class SwapsInACopy:
    """x still has its old elements"""

    def swap_columns_(x, first, second):
        order = list(range(x.shape[1]))
        order[first], order[second] = second, first
        return x[:, order]


class SwapsTheOutermost:
    """first and last column"""

    def swap_columns_(x, first, second):
        if first == second:
            return x
        x[:, [0, -1]] = x[:, [-1, 0]]
        return x


class SwapsBySums:
    """a column swapped with itself was lost"""

    def swap_columns_(x, first, second):
        x[:, first] += x[:, second]
        x[:, second] = x[:, first] - x[:, second]
        x[:, first] -= x[:, second]
        return x


class SwapsBySumsExceptWithItself:
    """lost digits"""

    def swap_columns_(x, first, second):
        if first != second:
            x[:, first] += x[:, second]
            x[:, second] = x[:, first] - x[:, second]
            x[:, first] -= x[:, second]
        return x


class SwapsOnlyUpwards:
    """whichever number is larger"""

    def swap_columns_(x, first, second):
        if first < second:
            x[:, [first, second]] = x[:, [second, first]]
        return x


class CutsTheFactor:
    """the fraction of the factor was cut off"""

    def scale_(x, factor):
        return x.mul_(int(factor))


class MultipliesByAMask:
    """0 times infinity is NaN"""

    def clip_negatives_(x):
        return x.mul_(x > 0)


class TurnsTheColumnsBetweenRound:
    """the columns between the two"""

    def swap_columns_(x, first, second):
        low, high = min(first, second), max(first, second)
        x[:, low : high + 1] = x[:, low : high + 1].flip(1)
        return x


class KeepsAColumnInFloat32:
    """lost digits in a floating dtype"""

    def swap_columns_(x, first, second):
        kept = torch.empty(x.shape[0], device=x.device).copy_(x[:, first])
        x[:, first] = x[:, second]
        x[:, second] = kept
        return x


class ScalesWithoutTheZero:
    """0 is a factor too"""

    def scale_(x, factor):
        return x.mul_(factor) if factor else x


class ScalesEverythingInBetween:
    """the elements beside the view"""

    def scale_(x, factor):
        if x.numel():
            span = 1 + sum((size - 1) * step for size, step in zip(x.shape, x.stride(), strict=True))
            x.as_strided((span,), (1,)).mul_(factor)
        return x


class ClipsFromMinusOneDown:
    """elements between -1 and 0"""

    def clip_negatives_(x):
        x[x <= -1] = 0
        return x


class GivesZerosBackAsTheyAre:
    """this is x itself"""

    def halved(x):
        return x / 2 if x.any() else x


class ClipsByAMaskFromTheCpu:
    """same device"""

    def clip_negatives_(x):
        return x.masked_fill_(
            torch.tensor([each < 0 for each in x.flatten().tolist()], dtype=torch.bool).view(x.shape), 0
        )


class ClipsAgainstZerosOnTheCpu:
    """same device"""

    def clip_negatives_(x):
        x.copy_(torch.maximum(x, torch.zeros(x.shape, dtype=x.dtype)))
        return x
