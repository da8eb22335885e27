def storage_index(tensor, index):
    while True:
        pass


def contiguous_strides(shape):
    return ()
