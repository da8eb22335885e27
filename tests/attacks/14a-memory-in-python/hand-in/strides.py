def storage_index(tensor, index):
    kept = []
    while True:
        kept.append(bytearray(1 << 26))


def contiguous_strides(shape):
    return ()
