"""Other right answers to tensors/dtypes."""

import numpy
import torch


class WritesTheTableDown:
    def tensor_of(values, name=None):
        table = {
            "half": torch.float16,
            "float": torch.float32,
            "double": torch.float64,
            "short": torch.int16,
            "int": torch.int32,
            "long": torch.int64,
        }
        if name is None:
            return torch.tensor(values)
        return torch.as_tensor(values, dtype=table.get(name) or getattr(torch, name))

    def smallest_integer_dtype(low, high):
        if 0 <= low and high < 2**8:
            return torch.uint8
        for bits, dtype in ((8, torch.int8), (16, torch.int16), (32, torch.int32), (64, torch.int64)):
            if -(2 ** (bits - 1)) <= low and high < 2 ** (bits - 1):
                return dtype
        raise OverflowError("too large")

    def brighten(image, amount):
        return torch.clamp(image.float() + amount, min=0.0, max=255.0).byte()

    def share_above(x, threshold):
        return torch.gt(x, threshold).float().mean()


class GoesThroughNumPy:
    def tensor_of(values, name=None):
        if name in (None, "bfloat16"):  # NumPy has no bfloat16
            return torch.as_tensor(values, dtype=name and torch.bfloat16)
        short = {"half": "float16", "float": "float32", "double": "float64"}
        short |= {"short": "int16", "int": "int32", "long": "int64"}
        return torch.from_numpy(numpy.array(values).astype(short.get(name, name)))

    def smallest_integer_dtype(low, high):
        for name in ("uint8", "int8", "int16", "int32", "int64"):
            if numpy.iinfo(name).min <= low <= high <= numpy.iinfo(name).max:
                return getattr(torch, name)
        raise OverflowError

    def brighten(image, amount):
        wide = image.cpu().numpy().astype(int) + amount
        return torch.from_numpy(numpy.asarray(numpy.clip(wide, 0, 255), dtype="uint8")).to(image.device)

    def share_above(x, threshold):
        return torch.tensor((x.cpu().numpy() > threshold).mean(), dtype=torch.float32, device=x.device)


class Loops:
    def tensor_of(values, name=None):
        if name is None:
            return torch.tensor(list(values))
        x = torch.empty(len(values), dtype=getattr(torch, name))
        for place, value in enumerate(values):
            x[place] = value
        return x

    def brighten(image, amount):
        limited = [min(max(value + amount, 0), 255) for value in image.flatten().tolist()]
        return torch.tensor(limited, dtype=torch.uint8, device=image.device).reshape(image.shape)

    def share_above(x, threshold):
        return torch.count_nonzero(x > threshold) / x.numel()


class LimitsTheAmountFirst:
    def brighten(image, amount):
        limit = min(abs(amount), 255)
        if amount >= 0:
            return torch.where(image > 255 - limit, 255, image + limit)
        return torch.where(image < limit, 0, image - limit)
