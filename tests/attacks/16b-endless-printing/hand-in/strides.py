def storage_index(tensor, index):
    while True:
        print("a" * 1000)


def contiguous_strides(shape):
    return ()
