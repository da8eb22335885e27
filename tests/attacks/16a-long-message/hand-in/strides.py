def storage_index(tensor, index):
    raise ValueError("a" * 200_000_000)


def contiguous_strides(shape):
    return ()
