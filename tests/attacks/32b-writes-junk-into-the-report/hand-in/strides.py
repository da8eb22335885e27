import os


def attack():
    os.write(3, bytes(range(256)) * 16)


def storage_index(tensor, index):
    attack()
    return 0


def contiguous_strides(shape):
    attack()
    return ()
