"""Wrong answers to storage/storage."""

import math

import torch

from dojo.runner.variants import body, edit, replaces


def row_of(tensor):
    return tensor.as_strided((tensor.untyped_storage().nbytes() // tensor.element_size(),), (1,), 0)


FlattensTheTensor = body("whole_storage", "return tensor.flatten()", "these are the slice's own elements")
CopiesTheStorage = body("whole_storage", "return row_of(tensor).clone()", "a view of the same storage")
BuildsFromAList = body(
    "whole_storage", "return torch.tensor(row_of(tensor).tolist(), device=tensor.device)", "expected int16"
)
ReturnsTheStorageItself = body("whole_storage", "return tensor.untyped_storage()", "expected a torch.Tensor")


@replaces("whole_storage", "this begins at the tensor's offset")
def BeginsAtTheOffset(tensor):
    count = tensor.untyped_storage().nbytes() // tensor.element_size() - tensor.storage_offset()
    return tensor.as_strided((count,), (1,))


@replaces("whole_storage", "this stops where the slice stops")
def StopsAtTheLastElement(tensor):
    return tensor.as_strided((tensor.storage_offset() + tensor.numel(),), (1,), 0)


@replaces("whole_storage", "these are single bytes")
def ReadsTheBytes(tensor):
    return torch.tensor(list(tensor.untyped_storage()), dtype=torch.uint8, device=tensor.device)


@replaces("whole_storage", "each byte of the storage became a number")
def ReadsTheBytesAsNumbers(tensor):
    return torch.tensor(list(tensor.untyped_storage()), dtype=tensor.dtype, device=tensor.device)


@replaces("whole_storage", "in the order of the storage")
def FlattensTheBase(tensor):
    base = tensor if tensor._base is None else tensor._base
    return base.reshape(-1)


AssumesFourBytes = edit(
    "memory_use", "tensor.element_size()", "4", "an element of float32 has 4 bytes, but not of every dtype"
)
CountsTheSliceTwice = body("memory_use", "return tensor.nbytes, tensor.nbytes", "the storage holds more than the slice")
SwapsTheTwo = body("memory_use", "return tensor.untyped_storage().nbytes(), tensor.nbytes", "in reverse")
CountsTheStorageInElements = body(
    "memory_use", "return tensor.nbytes, tensor.untyped_storage().nbytes() * tensor.element_size()", "UntypedStorage"
)
CountsTheFirstAxisOnly = edit(
    "memory_use", "tensor.numel()", "len(tensor)", "len(x) is the size of the first axis only"
)
ThinksNoAxesMeanNoElements = edit(
    "memory_use", "tensor.numel() * tensor.element_size()", "tensor.nbytes if tensor.dim() else 0", "expected (4,"
)


@replaces("memory_use", "these are counts of elements")
def CountsElements(tensor):
    return tensor.numel(), tensor.untyped_storage().nbytes() // tensor.element_size()


@replaces("memory_use", "the first number is that of the slice's own elements")
def CountsTheStorageTwice(tensor):
    return tensor.untyped_storage().nbytes(), tensor.untyped_storage().nbytes()


@replaces("memory_use", "each element of the tensor counts")
def LeavesRepeatedElementsOut(tensor):
    own = min(tensor.nbytes, tensor.untyped_storage().nbytes())
    return own, tensor.untyped_storage().nbytes()


@replaces("memory_use", "ask the storage itself")
def SizeOfTheBase(tensor):
    base = tensor if tensor._base is None else tensor._base
    return tensor.numel() * tensor.element_size(), base.numel() * base.element_size()


@replaces("look_as", "a view of the same storage")
def CopiesIntoTheShape(tensor, shape):
    places = math.prod(shape)
    row = row_of(tensor)
    if places > row.numel():
        raise ValueError
    return row[:places].clone().view(tuple(shape))


@replaces("look_as", "this reads the tensor's own elements")
def ReshapesTheTensor(tensor, shape):
    places = math.prod(shape)
    if places > row_of(tensor).numel():
        raise ValueError
    return tensor.reshape(-1)[:places].reshape(tuple(shape))


@replaces("look_as", "this begins at the tensor's offset")
def BeginsTheViewAtTheOffset(tensor, shape):
    if math.prod(shape) > row_of(tensor).numel():
        raise ValueError
    return torch.as_strided(tensor, tuple(shape), torch.empty(tuple(shape)).stride())


@replaces("look_as", "the first axis is the one that runs without gaps")
def FillsTheColumnsFirst(tensor, shape):
    places = math.prod(shape)
    row = row_of(tensor)
    if places > row.numel():
        raise ValueError
    return row[:places].view(tuple(reversed(shape))).permute(*reversed(range(len(shape))))


@replaces("look_as", "changed its input")
def ResizesTheInput(tensor, shape):
    if math.prod(shape) > row_of(tensor).numel():
        raise ValueError
    return tensor.set_(tensor.untyped_storage(), 0, tuple(shape), torch.empty(tuple(shape)).stride())


@replaces("look_as", "it must raise ValueError when the storage has too few elements")
def LetsTorchRefuse(tensor, shape):
    return row_of(tensor)[: math.prod(shape)].view(tuple(shape))


@replaces("look_as", "the storage is large enough")
def RefusesByTheTensorsOwnSize(tensor, shape):
    places = math.prod(shape)
    if places > tensor.numel():
        raise ValueError(f"{tensor.numel()} elements are too few")
    return row_of(tensor)[:places].view(tuple(shape))


@replaces("look_as", "the storage is large enough")
def RefusesALargerStorage(tensor, shape):
    if math.prod(shape) != row_of(tensor).numel():
        raise ValueError("the number of elements differs")
    return row_of(tensor).view(tuple(shape))


@replaces("look_as")
def KnowsMatricesOnly(tensor, shape):
    rows, columns = shape
    if rows * columns > row_of(tensor).numel():
        raise ValueError
    return tensor.as_strided((rows, columns), (columns, 1), 0)


@replaces("look_as")
def CountsPlacesOfFourBytes(tensor, shape):
    if math.prod(shape) > tensor.untyped_storage().nbytes() // 4:
        raise ValueError("the storage is too small")
    row = tensor.as_strided((tensor.untyped_storage().nbytes() // tensor.element_size(),), (1,), 0)
    return row[: math.prod(shape)].view(tuple(shape))


@replaces("look_as", "a tensor made without device= lies on the CPU")
def ReadsTheStorageIntoTheCpu(tensor, shape):
    places = math.prod(shape)
    count = tensor.untyped_storage().nbytes() // tensor.element_size()
    if places > count:
        raise ValueError(f"a storage of {count} elements cannot fill the shape {tuple(shape)}")
    row = tensor.as_strided((count,), (1,), 0)
    return row[:places].cpu().view(tuple(shape))
