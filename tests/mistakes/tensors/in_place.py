"""Wrong answers to tensors/in_place."""

import torch

from dojo.runner.variants import body, edit, replaces

HalvesInPlace = body("halved", "x /= 2; return x", "can't be cast")
HalvesFloatsInPlace = edit("halved", "x / 2", "x.div_(2) if x.is_floating_point() else x / 2", "changed its input")
RoundsDown = edit("halved", "x / 2", "x // 2 if not x.is_floating_point() else x / 2", "rounds down")
CutsTheHalvesOff = edit("halved", "x / 2", "(x / 2).to(x.dtype)", "cuts the fraction off")
MakesFloat32OfEverything = edit("halved", "x / 2", "x.float() / 2", "expected float64")
KeepsTheWhole = edit("halved", "x / 2", "x.float()", "not halved")
TakesTheSquareRoot = edit("halved", "x / 2", "x**0.5")
GivesZerosBackAsTheyAre = edit("halved", "x / 2", "x / 2 if x.any() else x", "this is x itself")

ScalesANewTensor = edit("scale_", "x.mul_(factor)", "x * factor", "x still has its old elements")
RebindsTheName = body("scale_", "x = x * factor; return x", "x still has its old elements")
ScalesTheRawMemory = body("scale_", "x.set_(x * factor); return x")
GivesNothingBack = body("scale_", "x.mul_(factor)", "is there a `return`?")
GivesACopyBack = edit("scale_", "x.mul_(factor)", "x.mul_(factor).clone()", "must be x itself")
ScalesTwice = body("scale_", "x.mul_(factor); return x.mul_(factor)", "scaled twice")
AddsTheFactor = edit("scale_", "x.mul_(factor)", "x.add_(factor)", "added, not multiplied")
ReplacesTheData = body("scale_", "x.data = x.data * factor; return x", "must show in views")
ScalesTheFlattened = body("scale_", "x.reshape(-1).mul_(factor); return x", "x still has its old elements")
CutsTheFactor = edit("scale_", "x.mul_(factor)", "x.mul_(int(factor))", "the fraction of the factor was cut off")
ScalesWithoutTheZero = edit("scale_", "x.mul_(factor)", "x.mul_(factor) if factor else x", "0 is a factor too")


@replaces("scale_", "the elements beside the view")
def ScalesEverythingInBetween(x, factor):
    if x.numel():
        span = 1 + sum((size - 1) * step for size, step in zip(x.shape, x.stride(), strict=True))
        x.as_strided((span,), (1,)).mul_(factor)
    return x


ClipsANewTensor = edit("clip_negatives_", "x.clamp_(min=0)", "x.clamp(min=0)", "x still has its old elements")
ChangesTheCopyThatAMaskGives = body("clip_negatives_", "x[x < 0].zero_(); return x", "x[mask] is a copy")
TurnsTheSign = edit("clip_negatives_", "x.clamp_(min=0)", "x.abs_()", "the sign was turned")
ClipsThePositives = edit("clip_negatives_", "min=0", "max=0", "the positive elements")
ClipsSmallOnesToo = body("clip_negatives_", "x[x < 1] = 0; return x", "also below 1")
ClearsAll = edit("clip_negatives_", "x.clamp_(min=0)", "x.zero_()", "all elements")
GivesTheClippedBackButKeepsX = body(
    "clip_negatives_", "x = torch.where(x < 0, torch.zeros_like(x), x); return x", "x still has its old elements"
)
MultipliesByAMask = edit("clip_negatives_", "x.clamp_(min=0)", "x.mul_(x > 0)", "0 times infinity is NaN")
ClipsFromMinusOneDown = body("clip_negatives_", "x[x <= -1] = 0; return x", "elements between -1 and 0")
ClipsByAMaskFromTheCpu = edit(
    "clip_negatives_",
    "x.clamp_(min=0)",
    "x.masked_fill_(torch.tensor([each < 0 for each in x.flatten().tolist()], dtype=torch.bool).view(x.shape), 0)",
    "same device",
)
ClipsAgainstZerosOnTheCpu = body(
    "clip_negatives_", "x.copy_(torch.maximum(x, torch.zeros(x.shape, dtype=x.dtype))); return x", "same device"
)

SwapsTwoViews = body(
    "swap_columns_", "x[:, first], x[:, second] = x[:, second], x[:, first]; return x", "overwritten before it was read"
)
SwapsRows = body("swap_columns_", "x[[first, second]] = x[[second, first]]; return x", "the rows changed places")


@replaces("swap_columns_", "overwritten before it was read")
def KeepsAViewForLater(x, first, second):
    kept = x[:, first]
    x[:, first] = x[:, second]
    x[:, second] = kept
    return x


@replaces("swap_columns_", "x still has its old elements")
def SwapsInACopy(x, first, second):
    order = list(range(x.shape[1]))
    order[first], order[second] = second, first
    return x[:, order]


@replaces("swap_columns_", "first and last column")
def SwapsTheOutermost(x, first, second):
    if first == second:
        return x
    x[:, [0, -1]] = x[:, [-1, 0]]
    return x


@replaces("swap_columns_", "a column swapped with itself was lost")
def SwapsBySums(x, first, second):
    x[:, first] += x[:, second]
    x[:, second] = x[:, first] - x[:, second]
    x[:, first] -= x[:, second]
    return x


@replaces("swap_columns_", "lost digits")
def SwapsBySumsExceptWithItself(x, first, second):
    if first != second:
        x[:, first] += x[:, second]
        x[:, second] = x[:, first] - x[:, second]
        x[:, first] -= x[:, second]
    return x


@replaces("swap_columns_", "whichever number is larger")
def SwapsOnlyUpwards(x, first, second):
    if first < second:
        x[:, [first, second]] = x[:, [second, first]]
    return x


@replaces("swap_columns_", "the columns between the two")
def TurnsTheColumnsBetweenRound(x, first, second):
    low, high = min(first, second), max(first, second)
    x[:, low : high + 1] = x[:, low : high + 1].flip(1)
    return x


@replaces("swap_columns_", "lost digits in a floating dtype")
def KeepsAColumnInFloat32(x, first, second):
    kept = torch.empty(x.shape[0], device=x.device).copy_(x[:, first])
    x[:, first] = x[:, second]
    x[:, second] = kept
    return x
