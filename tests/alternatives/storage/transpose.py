"""Other right answers to storage/transpose."""

import torch


class PicksByOrder:
    def swap_axes(tensor, first, second):
        order = list(range(tensor.dim()))
        order[first], order[second] = second, first
        sizes = [tensor.size(axis) for axis in order]
        strides = [tensor.stride(axis) for axis in order]
        return torch.as_strided(tensor, sizes, strides, tensor.storage_offset())

    def read_by_columns(matrix):
        try:
            return matrix.T.view(-1)
        except RuntimeError:
            return matrix.T.contiguous().view(-1)

    def flatten_copies(tensor):
        try:
            tensor.view(-1)
        except RuntimeError:
            return True
        return False


class SetsANewTensor:
    def swap_axes(tensor, first, second):
        sizes, strides = list(tensor.shape), list(tensor.stride())
        sizes[first], sizes[second] = tensor.shape[second], tensor.shape[first]
        strides[first], strides[second] = tensor.stride(second), tensor.stride(first)
        view = torch.empty(0, dtype=tensor.dtype, device=tensor.device)
        return view.set_(tensor.untyped_storage(), tensor.storage_offset(), sizes, strides)

    def read_by_columns(matrix):
        return matrix.t().flatten()

    def flatten_copies(tensor):
        return tensor.numel() > 0 and tensor.flatten().data_ptr() != tensor.data_ptr()


class LooksWithoutCopying:
    def swap_axes(tensor, first, second):
        def axis(i):
            return {first: second, second: first}.get(i, i)

        count = tensor.dim()
        return tensor.as_strided(
            [tensor.shape[axis(i)] for i in range(count)], [tensor.stride()[axis(i)] for i in range(count)]
        )

    def read_by_columns(matrix):
        return torch.reshape(torch.permute(matrix, (1, 0)), (matrix.numel(),))

    def flatten_copies(tensor):
        flat = tensor.detach().reshape(-1)
        return flat.numel() > 0 and flat.untyped_storage().data_ptr() != tensor.untyped_storage().data_ptr()
