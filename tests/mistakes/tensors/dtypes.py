"""Wrong answers to tensors/dtypes."""

import math

import numpy
import torch


class FollowsNumPysDefaults:
    """NumPy makes floats 64 bits wide"""

    def tensor_of(values, name=None):
        x = torch.from_numpy(numpy.array(values))
        return x if name is None else x.to(getattr(torch, name))


class MakesEveryTensorOfFloats:
    """torch.Tensor(values) makes floats of everything"""

    def tensor_of(values, name=None):
        return torch.Tensor(values) if name is None else torch.tensor(values, dtype=getattr(torch, name))


class TakesPythonsWidthForFloat:
    """expected float32"""

    def tensor_of(values, name=None):
        names = {None: None, "float": torch.float64, "int": torch.int64}
        return torch.tensor(values, dtype=names[name] if name in names else getattr(torch, name))


class TakesTheWidthsOfC:
    """expected int64"""

    def tensor_of(values, name=None):
        names = {None: None, "long": torch.int32}
        return torch.tensor(values, dtype=names[name] if name in names else getattr(torch, name))


class TakesHalfForAnInteger:
    """expected float16"""

    def tensor_of(values, name=None):
        names = {None: None, "half": torch.int16}
        return torch.tensor(values, dtype=names[name] if name in names else getattr(torch, name))


class TakesBfloat16ForHalf:
    """expected float16"""

    def tensor_of(values, name=None):
        names = {None: None, "half": torch.bfloat16, "float16": torch.bfloat16}
        return torch.tensor(values, dtype=names[name] if name in names else getattr(torch, name))


class WidensTooLate:
    """made in float32 first"""

    def tensor_of(values, name=None):
        x = torch.tensor(values)
        return x if name is None else x.to(getattr(torch, name))


class GoesThroughFloat:
    """through float32"""

    def tensor_of(values, name=None):
        if name in (None, "double", "float64"):
            return torch.tensor(values, dtype=None if name is None else torch.float64)
        return torch.tensor(values, dtype=torch.float32).to(getattr(torch, name))


class IgnoresTheName:
    """dtype"""

    def tensor_of(values, name=None):
        return torch.tensor(values)


class GoesByTheFirstNumber:
    """picked by the first number"""

    def tensor_of(values, name=None):
        kinds = {bool: torch.bool, int: torch.int64, float: torch.float32}
        if name is None:
            return torch.tensor(values, dtype=kinds[type(values[0])] if values else None)
        return torch.tensor(values, dtype=getattr(torch, name))


class SavesSpaceForSmallIntegers:
    """the dtype goes by their kind"""

    def tensor_of(values, name=None):
        x = torch.tensor(values, dtype=None if name is None else getattr(torch, name))
        small = name is None and x.dtype == torch.int64 and all(abs(value) < 2**31 for value in values)
        return x.int() if small else x


class SqueezesASingleValue:
    """one value is a list of one"""

    def tensor_of(values, name=None):
        return torch.tensor(values, dtype=None if name is None else getattr(torch, name)).squeeze()


class GoesThroughFloat64:
    """the integers went through float64"""

    def tensor_of(values, name=None):
        if name is None:
            return torch.tensor(values)
        return torch.tensor(values, dtype=torch.float64).to(getattr(torch, name))


class DropsTheSigns:
    """the signs were dropped"""

    def smallest_integer_dtype(low, high):
        low, high = (-high, -low) if high < 0 else (low, high)
        for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64):
            limits = torch.iinfo(dtype)
            if limits.min <= low and high <= limits.max:
                return dtype
        raise OverflowError


class CountsFromOne:
    """zero is in the range of uint8"""

    def smallest_integer_dtype(low, high):
        for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64):
            limits = torch.iinfo(dtype)
            if max(limits.min, 1 if dtype is torch.uint8 else limits.min) <= low and high <= limits.max:
                return dtype
        raise OverflowError


class EndsOneTooEarly:
    """the highest value itself is held"""

    def smallest_integer_dtype(low, high):
        for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64):
            limits = torch.iinfo(dtype)
            if limits.min <= low and high < limits.max:
                return dtype
        raise OverflowError


class EndsOneTooLate:
    """zero takes one of the 256 values"""

    def smallest_integer_dtype(low, high):
        for dtype, bits in ((torch.int8, 8), (torch.int16, 16), (torch.int32, 32), (torch.int64, 64)):
            if bits == 8 and low >= 0 and high <= 2**8 - 1:
                return torch.uint8
            if -(2 ** (bits - 1)) <= low and high <= 2 ** (bits - 1):
                return dtype
        raise OverflowError


class LooksAtTheHighestOnly:
    """low was not looked at"""

    def smallest_integer_dtype(low, high):
        for dtype in (torch.uint8, torch.int16, torch.int32, torch.int64):
            if high <= torch.iinfo(dtype).max:
                return torch.int8 if dtype is torch.uint8 and low < 0 and high < 128 else dtype
        raise OverflowError


class PrefersTheSignedOne:
    """both dtypes of 8 bits would do here"""

    def smallest_integer_dtype(low, high):
        for dtype in (torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64):
            limits = torch.iinfo(dtype)
            if limits.min <= low and high <= limits.max:
                return dtype
        raise OverflowError


class AlwaysSaysInt64:
    """int64 holds them, and so does a narrower dtype"""

    def smallest_integer_dtype(low, high):
        return torch.int64


class FallsBackToInt64:
    """it must raise OverflowError"""

    def smallest_integer_dtype(low, high):
        for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32):
            limits = torch.iinfo(dtype)
            if limits.min <= low and high <= limits.max:
                return dtype
        return torch.int64


class AddsInUint8:
    """the sum wrapped around"""

    def brighten(image, amount):
        return image + amount


class ClampsAfterWrapping:
    """the sum wrapped around"""

    def brighten(image, amount):
        return (image + amount).clamp(0, 255)


class CastsInsteadOfClamping:
    """the sum wrapped around"""

    def brighten(image, amount):
        return (image.to(torch.int64) + amount).to(torch.uint8)


class StaysWide:
    """expected uint8"""

    def brighten(image, amount):
        return (image.to(torch.int64) + amount).clamp(0, 255)


class LimitsTheTopOnly:
    """limited at both ends"""

    def brighten(image, amount):
        return (image.to(torch.int64) + amount).clamp(max=255).to(torch.uint8)


class LimitsToInt8:
    """that is the range of int8"""

    def brighten(image, amount):
        return (image.to(torch.int64) + amount).clamp(-128, 127).to(torch.uint8)


class BrightensInPlace:
    """changed its input"""

    def brighten(image, amount):
        return image.copy_((image.to(torch.int16) + amount).clamp(0, 255))


class LeavesTheImageAsItIs:
    """the image was given back as it came"""

    def brighten(image, amount):
        return image


class GivesTheCount:
    """this is how many elements are above"""

    def share_above(x, threshold):
        return (x > threshold).sum().to(torch.float32)


class CountsEqualOnesToo:
    """an element that equals the threshold does not count"""

    def share_above(x, threshold):
        return (x >= threshold).float().mean()


class AveragesTheElements:
    """this is the mean of the elements above"""

    def share_above(x, threshold):
        return x[x > threshold].float().mean()


class CountsThoseBelow:
    """this is the share of those below"""

    def share_above(x, threshold):
        return (x < threshold).float().mean()


class AveragesTruthValues:
    """could not infer output dtype"""

    def share_above(x, threshold):
        return (x > threshold).mean()


class KeepsTheDtypeOfX:
    """expected float32"""

    def share_above(x, threshold):
        above = x > threshold
        return above.to(x.dtype).mean() if x.is_floating_point() else above.float().mean()


class GivesAPythonNumber:
    """expected a torch.Tensor"""

    def share_above(x, threshold):
        return (x > threshold).float().mean().item()


class CutsTheElementsToIntegers:
    """cut to integers"""

    def share_above(x, threshold):
        return (x.to(torch.int64) > threshold).float().mean()


class GivesTheImageBackForZero:
    """the image itself was given back"""

    def brighten(image, amount):
        return image if amount == 0 else (image.to(torch.int16) + amount).clamp(0, 255).to(torch.uint8)


class BrightensContiguousImagesOnly:
    """view size is not compatible"""

    def brighten(image, amount):
        return (image.view(-1).to(torch.int16) + amount).clamp(0, 255).to(torch.uint8).view(image.shape)


class ComparesTheAbsoluteValues:
    """the signs were dropped"""

    def share_above(x, threshold):
        return (x.abs() > threshold).float().mean()


class CountsWhatIsNotBelow:
    """NaN was counted"""

    def share_above(x, threshold):
        return (~(x <= threshold)).float().mean()


class ComparesInFloat32:
    """the elements lost digits"""

    def share_above(x, threshold):
        return (x.float() > threshold).float().mean()


class CutsTheThreshold:
    """the threshold was cut to an integer"""

    def share_above(x, threshold):
        return (x > torch.tensor(threshold, device=x.device).to(x.dtype)).float().mean()


class AveragesInTheDtypeOfX:
    def share_above(x, threshold):
        above = x > threshold
        return (above.to(x.dtype) if x.is_floating_point() else above.float()).mean().float()


class AddsTheAmountOnTheCpu:
    """same device"""

    def brighten(image, amount):
        return (
            (image.to(torch.int16) + torch.full(image.shape, amount, dtype=torch.int16)).clamp(0, 255).to(torch.uint8)
        )


class PutsTheShareOnTheCpu:
    """a tensor made without device= lies on the CPU"""

    def share_above(x, threshold):
        return torch.tensor((x > threshold).sum().item() / x.numel() if x.numel() else float("nan"))


class MasksInPlace:
    """"""

    def brighten(image, amount):
        wide = image.int() + amount
        image[wide > 255] = 255
        image[wide < 0] = 0
        inside = (wide >= 0) & (wide <= 255)
        return torch.where(inside, wide.to(torch.uint8), image)


class FloorBelowTheRange:
    """rounded down to -1"""

    def share_above(x, threshold):
        if not x.is_floating_point():
            threshold = math.floor(threshold)
        return (x > threshold).float().mean()
