"""Wrong answers to storage/transpose."""

import torch

from dojo.runner.variants import body, edit, replaces


def swapped(numbers, first, second):
    numbers = list(numbers)
    numbers[first], numbers[second] = numbers[second], numbers[first]
    return numbers


CallsTranspose = body("swap_axes", "return tensor.transpose(first, second)", "ran torch's own transpose")
TransposesInPlace = body("swap_axes", "return tensor.transpose_(first, second)", "ran torch's own transpose")
ReversesAllAxes = body(
    "swap_axes", "return tensor.as_strided(tensor.shape[::-1], tensor.stride()[::-1])", "all axes are reversed"
)
ReturnsTheInput = body("swap_axes", "return tensor", "this is the input")


@replaces("swap_axes", "the sizes are swapped and the strides are not")
def SwapsTheSizesOnly(tensor, first, second):
    sizes = swapped(tensor.shape, first, second)
    return tensor.as_strided(sizes, torch.empty(sizes).stride())


@replaces("swap_axes", "the sizes are swapped and the strides are not")
def ReshapesInstead(tensor, first, second):
    return tensor.reshape(swapped(tensor.shape, first, second))


@replaces("swap_axes", "ran torch's own permute")
def CallsEinsum(tensor, first, second):
    letters = "abcdefgh"[: tensor.dim()]
    return torch.einsum(f"{letters}->{''.join(swapped(letters, first, second))}", tensor)


@replaces("swap_axes", "changed its input")
def ChangesTheInputItself(tensor, first, second):
    return tensor.as_strided_(swapped(tensor.shape, first, second), swapped(tensor.stride(), first, second))


@replaces("swap_axes", "the offset is lost")
def LosesTheOffset(tensor, first, second):
    return tensor.as_strided(swapped(tensor.shape, first, second), swapped(tensor.stride(), first, second), 0)


@replaces("swap_axes", "expected a view of the same storage")
def CopiesTheElements(tensor, first, second):
    return tensor.as_strided(swapped(tensor.shape, first, second), swapped(tensor.stride(), first, second)).clone()


@replaces("swap_axes", "the last two axes are swapped")
def SwapsTheLastTwo(tensor, first, second):
    if tensor.dim() < 2:
        return tensor
    first, second = tensor.dim() - 2, tensor.dim() - 1
    return tensor.as_strided(swapped(tensor.shape, first, second), swapped(tensor.stride(), first, second))


@replaces("swap_axes", "these are the strides of a contiguous tensor")
def StridesOfAContiguousTensor(tensor, first, second):
    strides = torch.empty(tensor.shape).stride()
    return tensor.as_strided(swapped(tensor.shape, first, second), swapped(strides, first, second))


@replaces("swap_axes", "contiguous() copies what is not contiguous")
def CopiesIntoOrderBeforeItSwaps(tensor, first, second):
    tensor = tensor.contiguous()
    sizes, strides = list(tensor.shape), list(tensor.stride())
    for numbers in (sizes, strides):
        numbers[first], numbers[second] = numbers[second], numbers[first]
    return tensor.as_strided(sizes, strides, tensor.storage_offset())


@replaces("swap_axes", "also where an axis is swapped with itself")
def CopiesForTheSameAxis(tensor, first, second):
    if first == second:
        return tensor.clone()
    size, stride = list(tensor.shape), list(tensor.stride())
    size[first], size[second] = size[second], size[first]
    stride[first], stride[second] = stride[second], stride[first]
    return torch.as_strided(tensor, size, stride)


ReadsByRows = body("read_by_columns", "return matrix.reshape(-1)", "this reads row by row")
ViewsTheTransposed = body(
    "read_by_columns", "return matrix.T.view(-1)", "raised RuntimeError: view size is not compatible"
)
MakesTheMatrixContiguousFirst = body(
    "read_by_columns", "return matrix.contiguous().T.view(-1)", "raised RuntimeError: view size is not compatible"
)
ReadsTheStorage = body(
    "read_by_columns", "return matrix.T.as_strided((matrix.numel(),), (1,))", "this reads row by row"
)
AlwaysCopies = edit(
    "read_by_columns", ".reshape(-1)", ".clone(memory_format=torch.contiguous_format).view(-1)", "no copy is needed"
)
CopiesByContiguous = edit("read_by_columns", ".reshape(-1)", ".contiguous().view(-1)", "no copy is needed")
ConcatenatesColumns = body(
    "read_by_columns", "return torch.cat([matrix[:, j] for j in range(matrix.shape[1])])", "no copy is needed"
)
KeepsTheMatrix = body("read_by_columns", "return matrix.T", "expected shape")
ChangesTheMatrix = body("read_by_columns", "return matrix.t_().reshape(-1)", "changed its input")


@replaces("read_by_columns", "same device")
def ListsThePlacesOnTheCpu(matrix):
    rows, columns = matrix.shape
    try:
        return matrix.T.view(-1)
    except RuntimeError:
        return matrix.take(torch.arange(rows * columns).view(rows, columns).T.reshape(-1))


@replaces("read_by_columns", "this begins at the start of the storage")
def ViewFromTheStart(matrix):
    rows, columns = matrix.shape
    if rows * columns and matrix.stride(1) == rows * matrix.stride(0):
        return matrix.as_strided((rows * columns,), (matrix.stride(0),), 0)
    return matrix.T.reshape(-1)


AsksIsContiguous = body(
    "flatten_copies", "return not tensor.is_contiguous()", "not contiguous does not mean that flatten() must copy"
)
LooksAtTheLastStride = body("flatten_copies", "return tensor.stride(-1) != 1", "the last stride alone does not tell")
AlwaysSaysYes = body("flatten_copies", "return True", "flatten() makes a view of a contiguous tensor")
AlwaysSaysNo = body("flatten_copies", "return False", "other order")


@replaces("flatten_copies", "the answer is the other way round")
def SaysTheOpposite(tensor):
    try:
        tensor.view(-1)
    except RuntimeError:
        return False
    return True


@replaces("flatten_copies", "an axis of size 1")
def CountsAxesOfSizeOne(tensor):
    if tensor.numel() == 0:
        return False
    pairs = list(zip(tensor.shape, tensor.stride()))
    return any(outer != size * inner for (_, outer), (size, inner) in zip(pairs, pairs[1:]))


@replaces("flatten_copies", "gaps")
def ComparesNeighboursByOrderOnly(tensor):
    strides = [stride for size, stride in zip(tensor.shape, tensor.stride()) if size > 1]
    return tensor.numel() > 0 and strides != sorted(strides, reverse=True)


@replaces("flatten_copies", "with three axes")
def LooksAtTwoAxesOnly(tensor):
    if tensor.numel() == 0:
        return False
    axes = [(size, stride) for size, stride in zip(tensor.shape, tensor.stride()) if size > 1][-2:]
    return any(outer != size * inner for (_, outer), (size, inner) in zip(axes, axes[1:]))


@replaces("flatten_copies", "without elements")
def ForgetsEmptyTensors(tensor):
    axes = [(size, stride) for size, stride in zip(tensor.shape, tensor.stride()) if size > 1]
    return any(outer != size * inner for (_, outer), (size, inner) in zip(axes, axes[1:]))


@replaces("flatten_copies")
def ComparesTheOutermostSpanOnly(tensor):
    axes = [(size, stride) for size, stride in zip(tensor.shape, tensor.stride(), strict=True) if size > 1]
    return bool(tensor.numel()) and len(axes) > 1 and axes[0][0] * axes[0][1] != tensor.numel() * axes[-1][1]
