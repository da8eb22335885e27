import os


def attack():
    os.close(3)


def storage_index(tensor, index):
    attack()
    return 0


def contiguous_strides(shape):
    attack()
    return ()
