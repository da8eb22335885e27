import numpy


def attack():
    array = numpy.zeros(1)
    numpy.lib.stride_tricks.as_strided(array, (1 << 40,), (1 << 20,)).sum()


def storage_index(tensor, index):
    attack()
    return 0


def contiguous_strides(shape):
    attack()
    return ()
