"""Wrong answers to storage/strides."""

import torch


class LeavesTheOffsetOut:
    """the offset is left out"""

    def storage_index(tensor, index):
        return sum(i * stride for i, stride in zip(index, tensor.stride(), strict=True))


class StepsByOneAlongTheLastAxis:
    """right for contiguous tensors only"""

    def storage_index(tensor, index):
        if len(index) != 2:
            return tensor.storage_offset() + sum(i * s for i, s in zip(index, tensor.stride(), strict=True))
        return tensor.storage_offset() + index[0] * max(tensor.stride()) + index[1]


class TakesTheStridesOfAContiguousTensor:
    """the strides of a contiguous tensor of y's shape"""

    def storage_index(tensor, index):
        place = 0
        for i, size in zip(index, tensor.shape, strict=True):
            place = place * size + i
        return tensor.storage_offset() + place


class AddsTheIndices:
    """this is the sum of the indices"""

    def storage_index(tensor, index):
        return tensor.storage_offset() + sum(index)


class PairsStridesInReverse:
    """pairs the strides with the axes in reverse"""

    def storage_index(tensor, index):
        return tensor.storage_offset() + sum(i * s for i, s in zip(index, reversed(tensor.stride()), strict=True))


class KnowsMatricesOnly:
    def storage_index(tensor, index):
        return tensor.storage_offset() + tensor.stride(0) * index[0] + tensor.stride(1) * index[1]


class GivesTheSizes:
    """these are the sizes"""

    def contiguous_strides(shape):
        return tuple(shape)


class GivesTheStridesInReverse:
    """the strides are in reverse"""

    def contiguous_strides(shape):
        strides, step = [], 1
        for size in reversed(shape):
            strides.append(step)
            step *= size
        return tuple(strides)


class MultipliesFromTheFront:
    """the products are taken from the front"""

    def contiguous_strides(shape):
        strides, step = [], 1
        for size in shape:
            strides.append(step)
            step *= size
        return tuple(strides)


class TakesTheNextSizeOnly:
    """the size of the next axis only"""

    def contiguous_strides(shape):
        return (*shape[1:], 1)


class CountsItsOwnAxisToo:
    """each stride counts its own axis as well"""

    def contiguous_strides(shape):
        strides, step = [], 1
        for size in reversed(shape):
            step *= size
            strides.append(step)
        return tuple(reversed(strides))


class LooksForTheElement:
    def storage_index(tensor, index):
        row = tensor.as_strided((tensor.untyped_storage().nbytes() // tensor.element_size(),), (1,), 0).tolist()
        return row.index(tensor[tuple(index)].item(), tensor.storage_offset() + min(sum(index), 0))


class CountsInBytes:
    """these are bytes"""

    def storage_index(tensor, index):
        place = tensor.storage_offset() + sum(i * s for i, s in zip(index, tensor.stride(), strict=True))
        return place * tensor.element_size()


class TakesAStrideOfZeroForOne:
    """a step along an expanded axis moves by 0"""

    def storage_index(tensor, index):
        return tensor.storage_offset() + sum(i * (s or 1) for i, s in zip(index, tensor.stride(), strict=True))


class GivesAxesOfSizeOneAStrideOfOne:
    def contiguous_strides(shape):
        strides, step = [], 1
        for size in reversed(shape):
            strides.append(step if size > 1 else 1)
            step *= size
        return tuple(reversed(strides))


class FloatPrecision:
    """the digits were lost in float32"""

    def storage_index(tensor, index):
        steps = torch.tensor([float(i) for i in index]) * torch.tensor([float(s) for s in tensor.stride()])
        return int(tensor.storage_offset() + steps.sum().item())
