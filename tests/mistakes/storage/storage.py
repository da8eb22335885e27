"""Wrong answers to storage/storage."""

import math

import torch


def row_of(tensor):
    return tensor.as_strided((tensor.untyped_storage().nbytes() // tensor.element_size(),), (1,), 0)


class FlattensTheTensor:
    """these are the slice's own elements"""

    def whole_storage(tensor):
        return tensor.flatten()


class BeginsAtTheOffset:
    """this begins at the tensor's offset"""

    def whole_storage(tensor):
        count = tensor.untyped_storage().nbytes() // tensor.element_size() - tensor.storage_offset()
        return tensor.as_strided((count,), (1,))


class StopsAtTheLastElement:
    """this stops where the slice stops"""

    def whole_storage(tensor):
        return tensor.as_strided((tensor.storage_offset() + tensor.numel(),), (1,), 0)


class ReadsTheBytes:
    """these are single bytes"""

    def whole_storage(tensor):
        return torch.tensor(list(tensor.untyped_storage()), dtype=torch.uint8, device=tensor.device)


class ReadsTheBytesAsNumbers:
    """each byte of the storage became a number"""

    def whole_storage(tensor):
        return torch.tensor(list(tensor.untyped_storage()), dtype=tensor.dtype, device=tensor.device)


class CopiesTheStorage:
    """a view of the same storage"""

    def whole_storage(tensor):
        return row_of(tensor).clone()


class BuildsFromAList:
    """expected int16"""

    def whole_storage(tensor):
        return torch.tensor(row_of(tensor).tolist(), device=tensor.device)


class ReturnsTheStorageItself:
    """expected a torch.Tensor"""

    def whole_storage(tensor):
        return tensor.untyped_storage()


class FlattensTheBase:
    """in the order of the storage"""

    def whole_storage(tensor):
        base = tensor if tensor._base is None else tensor._base
        return base.reshape(-1)


class AssumesFourBytes:
    """an element of float32 has 4 bytes, but not of every dtype"""

    def memory_use(tensor):
        return tensor.numel() * 4, tensor.untyped_storage().nbytes()


class CountsElements:
    """these are counts of elements"""

    def memory_use(tensor):
        return tensor.numel(), tensor.untyped_storage().nbytes() // tensor.element_size()


class CountsTheSliceTwice:
    """the storage holds more than the slice"""

    def memory_use(tensor):
        return tensor.nbytes, tensor.nbytes


class CountsTheStorageTwice:
    """the first number is that of the slice's own elements"""

    def memory_use(tensor):
        return tensor.untyped_storage().nbytes(), tensor.untyped_storage().nbytes()


class SwapsTheTwo:
    """in reverse"""

    def memory_use(tensor):
        return tensor.untyped_storage().nbytes(), tensor.nbytes


class CountsTheStorageInElements:
    """UntypedStorage"""

    def memory_use(tensor):
        return tensor.nbytes, tensor.untyped_storage().nbytes() * tensor.element_size()


class LeavesRepeatedElementsOut:
    """each element of the tensor counts"""

    def memory_use(tensor):
        own = min(tensor.nbytes, tensor.untyped_storage().nbytes())
        return own, tensor.untyped_storage().nbytes()


class CountsTheFirstAxisOnly:
    """len(x) is the size of the first axis only"""

    def memory_use(tensor):
        return len(tensor) * tensor.element_size(), tensor.untyped_storage().nbytes()


class CopiesIntoTheShape:
    """a view of the same storage"""

    def look_as(tensor, shape):
        places = math.prod(shape)
        row = row_of(tensor)
        if places > row.numel():
            raise ValueError
        return row[:places].clone().view(tuple(shape))


class ReshapesTheTensor:
    """this reads the tensor's own elements"""

    def look_as(tensor, shape):
        places = math.prod(shape)
        if places > row_of(tensor).numel():
            raise ValueError
        return tensor.reshape(-1)[:places].reshape(tuple(shape))


class BeginsTheViewAtTheOffset:
    """this begins at the tensor's offset"""

    def look_as(tensor, shape):
        if math.prod(shape) > row_of(tensor).numel():
            raise ValueError
        return torch.as_strided(tensor, tuple(shape), torch.empty(tuple(shape)).stride())


class FillsTheColumnsFirst:
    """the first axis is the one that runs without gaps"""

    def look_as(tensor, shape):
        places = math.prod(shape)
        row = row_of(tensor)
        if places > row.numel():
            raise ValueError
        return row[:places].view(tuple(reversed(shape))).permute(*reversed(range(len(shape))))


class ResizesTheInput:
    """changed its input"""

    def look_as(tensor, shape):
        if math.prod(shape) > row_of(tensor).numel():
            raise ValueError
        return tensor.set_(tensor.untyped_storage(), 0, tuple(shape), torch.empty(tuple(shape)).stride())


class LetsTorchRefuse:
    """it must raise ValueError when the storage has too few elements"""

    def look_as(tensor, shape):
        return row_of(tensor)[: math.prod(shape)].view(tuple(shape))


class RefusesByTheTensorsOwnSize:
    """the storage is large enough"""

    def look_as(tensor, shape):
        places = math.prod(shape)
        if places > tensor.numel():
            raise ValueError(f"{tensor.numel()} elements are too few")
        return row_of(tensor)[:places].view(tuple(shape))


class RefusesALargerStorage:
    """the storage is large enough"""

    def look_as(tensor, shape):
        if math.prod(shape) != row_of(tensor).numel():
            raise ValueError("the number of elements differs")
        return row_of(tensor).view(tuple(shape))


class KnowsMatricesOnly:
    def look_as(tensor, shape):
        rows, columns = shape
        if rows * columns > row_of(tensor).numel():
            raise ValueError
        return tensor.as_strided((rows, columns), (columns, 1), 0)


class ThinksNoAxesMeanNoElements:
    """expected (4,"""

    def memory_use(tensor):
        return (tensor.nbytes if tensor.dim() else 0), tensor.untyped_storage().nbytes()


class CountsPlacesOfFourBytes:
    def look_as(tensor, shape):
        if math.prod(shape) > tensor.untyped_storage().nbytes() // 4:
            raise ValueError("the storage is too small")
        row = tensor.as_strided((tensor.untyped_storage().nbytes() // tensor.element_size(),), (1,), 0)
        return row[: math.prod(shape)].view(tuple(shape))


class ReadsTheStorageIntoTheCpu:
    """a tensor made without device= lies on the CPU"""

    def look_as(tensor, shape):
        places = math.prod(shape)
        count = tensor.untyped_storage().nbytes() // tensor.element_size()
        if places > count:
            raise ValueError(f"a storage of {count} elements cannot fill the shape {tuple(shape)}")
        row = tensor.as_strided((count,), (1,), 0)
        return row[:places].cpu().view(tuple(shape))


class SizeOfTheBase:
    """ask the storage itself"""

    def memory_use(tensor):
        base = tensor if tensor._base is None else tensor._base
        return tensor.numel() * tensor.element_size(), base.numel() * base.element_size()
