"""Wrong answers to storage/strides."""

import torch

from dojo.runner.variants import body, edit, replaces

LeavesTheOffsetOut = edit("storage_index", "tensor.storage_offset() + ", "", "the offset is left out")
AddsTheIndices = body("storage_index", "return tensor.storage_offset() + sum(index)", "this is the sum of the indices")
KnowsMatricesOnly = body(
    "storage_index", "return tensor.storage_offset() + tensor.stride(0) * index[0] + tensor.stride(1) * index[1]"
)


@replaces("storage_index", "right for contiguous tensors only")
def StepsByOneAlongTheLastAxis(tensor, index):
    if len(index) != 2:
        return tensor.storage_offset() + sum(i * s for i, s in zip(index, tensor.stride(), strict=True))
    return tensor.storage_offset() + index[0] * max(tensor.stride()) + index[1]


@replaces("storage_index", "the strides of a contiguous tensor of y's shape")
def TakesTheStridesOfAContiguousTensor(tensor, index):
    place = 0
    for i, size in zip(index, tensor.shape, strict=True):
        place = place * size + i
    return tensor.storage_offset() + place


@replaces("storage_index", "pairs the strides with the axes in reverse")
def PairsStridesInReverse(tensor, index):
    return tensor.storage_offset() + sum(i * s for i, s in zip(index, reversed(tensor.stride()), strict=True))


@replaces("storage_index")
def LooksForTheElement(tensor, index):
    row = tensor.as_strided((tensor.untyped_storage().nbytes() // tensor.element_size(),), (1,), 0).tolist()
    return row.index(tensor[tuple(index)].item(), tensor.storage_offset() + min(sum(index), 0))


@replaces("storage_index", "these are bytes")
def CountsInBytes(tensor, index):
    place = tensor.storage_offset() + sum(i * s for i, s in zip(index, tensor.stride(), strict=True))
    return place * tensor.element_size()


@replaces("storage_index", "a step along an expanded axis moves by 0")
def TakesAStrideOfZeroForOne(tensor, index):
    return tensor.storage_offset() + sum(i * (s or 1) for i, s in zip(index, tensor.stride(), strict=True))


@replaces("storage_index", "the digits were lost in float32")
def FloatPrecision(tensor, index):
    steps = torch.tensor([float(i) for i in index]) * torch.tensor([float(s) for s in tensor.stride()])
    return int(tensor.storage_offset() + steps.sum().item())


GivesTheSizes = body("contiguous_strides", "return tuple(shape)", "these are the sizes")
TakesTheNextSizeOnly = body("contiguous_strides", "return (*shape[1:], 1)", "the size of the next axis only")


@replaces("contiguous_strides", "the strides are in reverse")
def GivesTheStridesInReverse(shape):
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step)
        step *= size
    return tuple(strides)


@replaces("contiguous_strides", "the products are taken from the front")
def MultipliesFromTheFront(shape):
    strides, step = [], 1
    for size in shape:
        strides.append(step)
        step *= size
    return tuple(strides)


@replaces("contiguous_strides", "each stride counts its own axis as well")
def CountsItsOwnAxisToo(shape):
    strides, step = [], 1
    for size in reversed(shape):
        step *= size
        strides.append(step)
    return tuple(reversed(strides))


@replaces("contiguous_strides")
def GivesAxesOfSizeOneAStrideOfOne(shape):
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step if size > 1 else 1)
        step *= size
    return tuple(reversed(strides))
