"""Wrong answers to storage/transpose."""

import torch


def swapped(numbers, first, second):
    numbers = list(numbers)
    numbers[first], numbers[second] = numbers[second], numbers[first]
    return numbers


class SwapsTheSizesOnly:
    """the sizes are swapped and the strides are not"""

    def swap_axes(tensor, first, second):
        sizes = swapped(tensor.shape, first, second)
        return tensor.as_strided(sizes, torch.empty(sizes).stride())


class ReshapesInstead:
    """the sizes are swapped and the strides are not"""

    def swap_axes(tensor, first, second):
        return tensor.reshape(swapped(tensor.shape, first, second))


class CallsTranspose:
    """ran torch's own transpose"""

    def swap_axes(tensor, first, second):
        return tensor.transpose(first, second)


class CallsEinsum:
    """ran torch's own permute"""

    def swap_axes(tensor, first, second):
        letters = "abcdefgh"[: tensor.dim()]
        return torch.einsum(f"{letters}->{''.join(swapped(letters, first, second))}", tensor)


class TransposesInPlace:
    """ran torch's own transpose"""

    def swap_axes(tensor, first, second):
        return tensor.transpose_(first, second)


class ChangesTheInputItself:
    """changed its input"""

    def swap_axes(tensor, first, second):
        return tensor.as_strided_(swapped(tensor.shape, first, second), swapped(tensor.stride(), first, second))


class LosesTheOffset:
    """the offset is lost"""

    def swap_axes(tensor, first, second):
        return tensor.as_strided(swapped(tensor.shape, first, second), swapped(tensor.stride(), first, second), 0)


class CopiesTheElements:
    """expected a view of the same storage"""

    def swap_axes(tensor, first, second):
        return tensor.as_strided(swapped(tensor.shape, first, second), swapped(tensor.stride(), first, second)).clone()


class ReversesAllAxes:
    """all axes are reversed"""

    def swap_axes(tensor, first, second):
        return tensor.as_strided(tensor.shape[::-1], tensor.stride()[::-1])


class SwapsTheLastTwo:
    """the last two axes are swapped"""

    def swap_axes(tensor, first, second):
        if tensor.dim() < 2:
            return tensor
        first, second = tensor.dim() - 2, tensor.dim() - 1
        return tensor.as_strided(swapped(tensor.shape, first, second), swapped(tensor.stride(), first, second))


class StridesOfAContiguousTensor:
    """these are the strides of a contiguous tensor"""

    def swap_axes(tensor, first, second):
        strides = torch.empty(tensor.shape).stride()
        return tensor.as_strided(swapped(tensor.shape, first, second), swapped(strides, first, second))


class ReturnsTheInput:
    """this is the input"""

    def swap_axes(tensor, first, second):
        return tensor


class ReadsByRows:
    """this reads row by row"""

    def read_by_columns(matrix):
        return matrix.reshape(-1)


class ViewsTheTransposed:
    """raised RuntimeError: view size is not compatible"""

    def read_by_columns(matrix):
        return matrix.T.view(-1)


class MakesTheMatrixContiguousFirst:
    """raised RuntimeError: view size is not compatible"""

    def read_by_columns(matrix):
        return matrix.contiguous().T.view(-1)


class ReadsTheStorage:
    """this reads row by row"""

    def read_by_columns(matrix):
        return matrix.T.as_strided((matrix.numel(),), (1,))


class AlwaysCopies:
    """no copy is needed"""

    def read_by_columns(matrix):
        return matrix.T.clone(memory_format=torch.contiguous_format).view(-1)


class CopiesByContiguous:
    """no copy is needed"""

    def read_by_columns(matrix):
        return matrix.T.contiguous().view(-1)


class ConcatenatesColumns:
    """no copy is needed"""

    def read_by_columns(matrix):
        return torch.cat([matrix[:, j] for j in range(matrix.shape[1])])


class KeepsTheMatrix:
    """expected shape"""

    def read_by_columns(matrix):
        return matrix.T


class ChangesTheMatrix:
    """changed its input"""

    def read_by_columns(matrix):
        return matrix.t_().reshape(-1)


class AsksIsContiguous:
    """not contiguous does not mean that flatten() must copy"""

    def flatten_copies(tensor):
        return not tensor.is_contiguous()


class SaysTheOpposite:
    """the answer is the other way round"""

    def flatten_copies(tensor):
        try:
            tensor.view(-1)
        except RuntimeError:
            return False
        return True


class LooksAtTheLastStride:
    """the last stride alone does not tell"""

    def flatten_copies(tensor):
        return tensor.stride(-1) != 1


class AlwaysSaysYes:
    """flatten() makes a view of a contiguous tensor"""

    def flatten_copies(tensor):
        return True


class AlwaysSaysNo:
    """other order"""

    def flatten_copies(tensor):
        return False


class CountsAxesOfSizeOne:
    """an axis of size 1"""

    def flatten_copies(tensor):
        if tensor.numel() == 0:
            return False
        pairs = list(zip(tensor.shape, tensor.stride()))
        return any(outer != size * inner for (_, outer), (size, inner) in zip(pairs, pairs[1:]))


class ComparesNeighboursByOrderOnly:
    """gaps"""

    def flatten_copies(tensor):
        strides = [stride for size, stride in zip(tensor.shape, tensor.stride()) if size > 1]
        return tensor.numel() > 0 and strides != sorted(strides, reverse=True)


class LooksAtTwoAxesOnly:
    """with three axes"""

    def flatten_copies(tensor):
        if tensor.numel() == 0:
            return False
        axes = [(size, stride) for size, stride in zip(tensor.shape, tensor.stride()) if size > 1][-2:]
        return any(outer != size * inner for (_, outer), (size, inner) in zip(axes, axes[1:]))


class ForgetsEmptyTensors:
    """without elements"""

    def flatten_copies(tensor):
        axes = [(size, stride) for size, stride in zip(tensor.shape, tensor.stride()) if size > 1]
        return any(outer != size * inner for (_, outer), (size, inner) in zip(axes, axes[1:]))


class CopiesIntoOrderBeforeItSwaps:
    """contiguous() copies what is not contiguous"""

    def swap_axes(tensor, first, second):
        tensor = tensor.contiguous()
        sizes, strides = list(tensor.shape), list(tensor.stride())
        for numbers in (sizes, strides):
            numbers[first], numbers[second] = numbers[second], numbers[first]
        return tensor.as_strided(sizes, strides, tensor.storage_offset())


class ComparesTheOutermostSpanOnly:
    def flatten_copies(tensor):
        axes = [(size, stride) for size, stride in zip(tensor.shape, tensor.stride(), strict=True) if size > 1]
        return bool(tensor.numel()) and len(axes) > 1 and axes[0][0] * axes[0][1] != tensor.numel() * axes[-1][1]


class ListsThePlacesOnTheCpu:
    """same device"""

    def read_by_columns(matrix):
        rows, columns = matrix.shape
        try:
            return matrix.T.view(-1)
        except RuntimeError:
            return matrix.take(torch.arange(rows * columns).view(rows, columns).T.reshape(-1))


class CopiesForTheSameAxis:
    """also where an axis is swapped with itself"""

    def swap_axes(tensor, first, second):
        if first == second:
            return tensor.clone()
        size, stride = list(tensor.shape), list(tensor.stride())
        size[first], size[second] = size[second], size[first]
        stride[first], stride[second] = stride[second], stride[first]
        return torch.as_strided(tensor, size, stride)


class ViewFromTheStart:
    """this begins at the start of the storage"""

    def read_by_columns(matrix):
        rows, columns = matrix.shape
        if rows * columns and matrix.stride(1) == rows * matrix.stride(0):
            return matrix.as_strided((rows * columns,), (matrix.stride(0),), 0)
        return matrix.T.reshape(-1)
