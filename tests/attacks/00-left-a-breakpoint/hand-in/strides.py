def storage_index(tensor, index):
    breakpoint()
    return tensor.storage_offset() + sum(i * stride for i, stride in zip(index, tensor.stride(), strict=True))


def contiguous_strides(shape):
    strides, step = [], 1
    for size in reversed(shape):
        strides.insert(0, step)
        step *= size
    return tuple(strides)
