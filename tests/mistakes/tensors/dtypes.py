"""Wrong answers to tensors/dtypes."""

import math

import numpy
import torch

from dojo.runner.variants import body, edit, replaces

IgnoresTheName = body("tensor_of", "return torch.tensor(values)", "dtype")


@replaces("tensor_of", "NumPy makes floats 64 bits wide")
def FollowsNumPysDefaults(values, name=None):
    x = torch.from_numpy(numpy.array(values))
    return x if name is None else x.to(getattr(torch, name))


@replaces("tensor_of", "torch.Tensor(values) makes floats of everything")
def MakesEveryTensorOfFloats(values, name=None):
    return torch.Tensor(values) if name is None else torch.tensor(values, dtype=getattr(torch, name))


@replaces("tensor_of", "expected float32")
def TakesPythonsWidthForFloat(values, name=None):
    names = {None: None, "float": torch.float64, "int": torch.int64}
    return torch.tensor(values, dtype=names[name] if name in names else getattr(torch, name))


@replaces("tensor_of", "expected int64")
def TakesTheWidthsOfC(values, name=None):
    names = {None: None, "long": torch.int32}
    return torch.tensor(values, dtype=names[name] if name in names else getattr(torch, name))


@replaces("tensor_of", "expected float16")
def TakesHalfForAnInteger(values, name=None):
    names = {None: None, "half": torch.int16}
    return torch.tensor(values, dtype=names[name] if name in names else getattr(torch, name))


@replaces("tensor_of", "expected float16")
def TakesBfloat16ForHalf(values, name=None):
    names = {None: None, "half": torch.bfloat16, "float16": torch.bfloat16}
    return torch.tensor(values, dtype=names[name] if name in names else getattr(torch, name))


@replaces("tensor_of", "made in float32 first")
def WidensTooLate(values, name=None):
    x = torch.tensor(values)
    return x if name is None else x.to(getattr(torch, name))


@replaces("tensor_of", "through float32")
def GoesThroughFloat(values, name=None):
    if name in (None, "double", "float64"):
        return torch.tensor(values, dtype=None if name is None else torch.float64)
    return torch.tensor(values, dtype=torch.float32).to(getattr(torch, name))


@replaces("tensor_of", "picked by the first number")
def GoesByTheFirstNumber(values, name=None):
    kinds = {bool: torch.bool, int: torch.int64, float: torch.float32}
    if name is None:
        return torch.tensor(values, dtype=kinds[type(values[0])] if values else None)
    return torch.tensor(values, dtype=getattr(torch, name))


@replaces("tensor_of", "the dtype goes by their kind")
def SavesSpaceForSmallIntegers(values, name=None):
    x = torch.tensor(values, dtype=None if name is None else getattr(torch, name))
    small = name is None and x.dtype == torch.int64 and all(abs(value) < 2**31 for value in values)
    return x.int() if small else x


@replaces("tensor_of", "one value is a list of one")
def SqueezesASingleValue(values, name=None):
    return torch.tensor(values, dtype=None if name is None else getattr(torch, name)).squeeze()


@replaces("tensor_of", "the integers went through float64")
def GoesThroughFloat64(values, name=None):
    if name is None:
        return torch.tensor(values)
    return torch.tensor(values, dtype=torch.float64).to(getattr(torch, name))


AlwaysSaysInt64 = body("smallest_integer_dtype", "return torch.int64", "int64 holds them, and so does a narrower dtype")


@replaces("smallest_integer_dtype", "the signs were dropped")
def DropsTheSigns(low, high):
    low, high = (-high, -low) if high < 0 else (low, high)
    for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64):
        limits = torch.iinfo(dtype)
        if limits.min <= low and high <= limits.max:
            return dtype
    raise OverflowError


@replaces("smallest_integer_dtype", "zero is in the range of uint8")
def CountsFromOne(low, high):
    for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64):
        limits = torch.iinfo(dtype)
        if max(limits.min, 1 if dtype is torch.uint8 else limits.min) <= low and high <= limits.max:
            return dtype
    raise OverflowError


@replaces("smallest_integer_dtype", "the highest value itself is held")
def EndsOneTooEarly(low, high):
    for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64):
        limits = torch.iinfo(dtype)
        if limits.min <= low and high < limits.max:
            return dtype
    raise OverflowError


@replaces("smallest_integer_dtype", "zero takes one of the 256 values")
def EndsOneTooLate(low, high):
    for dtype, bits in ((torch.int8, 8), (torch.int16, 16), (torch.int32, 32), (torch.int64, 64)):
        if bits == 8 and low >= 0 and high <= 2**8 - 1:
            return torch.uint8
        if -(2 ** (bits - 1)) <= low and high <= 2 ** (bits - 1):
            return dtype
    raise OverflowError


@replaces("smallest_integer_dtype", "low was not looked at")
def LooksAtTheHighestOnly(low, high):
    for dtype in (torch.uint8, torch.int16, torch.int32, torch.int64):
        if high <= torch.iinfo(dtype).max:
            return torch.int8 if dtype is torch.uint8 and low < 0 and high < 128 else dtype
    raise OverflowError


@replaces("smallest_integer_dtype", "both dtypes of 8 bits would do here")
def PrefersTheSignedOne(low, high):
    for dtype in (torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64):
        limits = torch.iinfo(dtype)
        if limits.min <= low and high <= limits.max:
            return dtype
    raise OverflowError


@replaces("smallest_integer_dtype", "it must raise OverflowError")
def FallsBackToInt64(low, high):
    for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32):
        limits = torch.iinfo(dtype)
        if limits.min <= low and high <= limits.max:
            return dtype
    return torch.int64


AddsInUint8 = body("brighten", "return image + amount", "the sum wrapped around")
ClampsAfterWrapping = body("brighten", "return (image + amount).clamp(0, 255)", "the sum wrapped around")
CastsInsteadOfClamping = body(
    "brighten", "return (image.to(torch.int64) + amount).to(torch.uint8)", "the sum wrapped around"
)
StaysWide = body("brighten", "return (image.to(torch.int64) + amount).clamp(0, 255)", "expected uint8")
LimitsTheTopOnly = body(
    "brighten", "return (image.to(torch.int64) + amount).clamp(max=255).to(torch.uint8)", "limited at both ends"
)
LimitsToInt8 = body(
    "brighten", "return (image.to(torch.int64) + amount).clamp(-128, 127).to(torch.uint8)", "that is the range of int8"
)
BrightensInPlace = body(
    "brighten", "return image.copy_((image.to(torch.int16) + amount).clamp(0, 255))", "changed its input"
)
LeavesTheImageAsItIs = body("brighten", "return image", "the image was given back as it came")
AddsTheAmountOnTheCpu = edit(
    "brighten", "+ amount", "+ torch.full(image.shape, amount, dtype=torch.int16)", "same device"
)


@replaces("brighten", "the image itself was given back")
def GivesTheImageBackForZero(image, amount):
    return image if amount == 0 else (image.to(torch.int16) + amount).clamp(0, 255).to(torch.uint8)


@replaces("brighten", "view size is not compatible")
def BrightensContiguousImagesOnly(image, amount):
    return (image.view(-1).to(torch.int16) + amount).clamp(0, 255).to(torch.uint8).view(image.shape)


GivesTheCount = body(
    "share_above", "return (x > threshold).sum().to(torch.float32)", "this is how many elements are above"
)
CountsEqualOnesToo = body(
    "share_above", "return (x >= threshold).float().mean()", "an element that equals the threshold does not count"
)
AveragesTheElements = body(
    "share_above", "return x[x > threshold].float().mean()", "this is the mean of the elements above"
)
CountsThoseBelow = body("share_above", "return (x < threshold).float().mean()", "this is the share of those below")
AveragesTruthValues = edit("share_above", "dtype=torch.float32", "", "could not infer output dtype")
GivesAPythonNumber = body("share_above", "return (x > threshold).float().mean().item()", "expected a torch.Tensor")
CutsTheElementsToIntegers = body(
    "share_above", "return (x.to(torch.int64) > threshold).float().mean()", "cut to integers"
)
ComparesTheAbsoluteValues = body("share_above", "return (x.abs() > threshold).float().mean()", "the signs were dropped")
CountsWhatIsNotBelow = body("share_above", "return (~(x <= threshold)).float().mean()", "NaN was counted")
ComparesInFloat32 = body("share_above", "return (x.float() > threshold).float().mean()", "the elements lost digits")


@replaces("share_above", "expected float32")
def KeepsTheDtypeOfX(x, threshold):
    above = x > threshold
    return above.to(x.dtype).mean() if x.is_floating_point() else above.float().mean()


@replaces("share_above", "the threshold was cut to an integer")
def CutsTheThreshold(x, threshold):
    return (x > torch.tensor(threshold, device=x.device).to(x.dtype)).float().mean()


@replaces("share_above")
def AveragesInTheDtypeOfX(x, threshold):
    above = x > threshold
    return (above.to(x.dtype) if x.is_floating_point() else above.float()).mean().float()


@replaces("share_above", "a tensor made without device= lies on the CPU")
def PutsTheShareOnTheCpu(x, threshold):
    return torch.tensor((x > threshold).sum().item() / x.numel() if x.numel() else float("nan"))


@replaces("share_above", "rounded down to -1")
def FloorBelowTheRange(x, threshold):
    if not x.is_floating_point():
        threshold = math.floor(threshold)
    return (x > threshold).float().mean()


class MasksInPlace:
    """"""

    def brighten(image, amount):
        wide = image.int() + amount
        image[wide > 255] = 255
        image[wide < 0] = 0
        inside = (wide >= 0) & (wide <= 255)
        return torch.where(inside, wide.to(torch.uint8), image)
