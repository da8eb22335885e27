"""Other right answers to storage/storage."""

import math

import torch


class SetsANewTensorOnTheStorage:
    def whole_storage(tensor):
        return torch.empty(0, dtype=tensor.dtype, device=tensor.device).set_(tensor.untyped_storage())

    def memory_use(tensor):
        return tensor.nbytes, tensor.untyped_storage().size()

    def look_as(tensor, shape):
        row = torch.empty(0, dtype=tensor.dtype, device=tensor.device).set_(tensor.untyped_storage())
        try:
            return row[: math.prod(shape)].reshape(list(shape))
        except RuntimeError as error:
            raise ValueError("too few elements") from error


class ComputesTheStrides:
    def whole_storage(tensor):
        return torch.as_strided(tensor, (tensor.untyped_storage().nbytes() // tensor.dtype.itemsize,), (1,), 0)

    def memory_use(tensor):
        elements = 1
        for size in tensor.shape:
            elements *= size
        return [elements * tensor.dtype.itemsize, len(tensor.untyped_storage())]

    def look_as(tensor, shape):
        strides, step = [], 1
        for size in reversed(shape):
            strides.insert(0, step)
            step *= size
        if step * tensor.dtype.itemsize > len(tensor.untyped_storage()):
            raise ValueError("too few elements")
        return torch.as_strided(tensor, tuple(shape), strides, storage_offset=0)


class UsesAnEmptySliceOfTheTensor:
    def whole_storage(tensor):
        return tensor.new_empty(0).set_(tensor.untyped_storage())

    def memory_use(tensor):
        return math.prod(tensor.size()) * tensor.itemsize, tensor.untyped_storage().nbytes()

    def look_as(tensor, shape):
        row = tensor.new_empty(0).set_(tensor.untyped_storage())
        if len(row) < math.prod(shape):
            raise ValueError("too few elements")
        return row.narrow(0, 0, math.prod(shape)).unflatten(0, tuple(shape))
