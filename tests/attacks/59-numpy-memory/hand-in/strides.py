import numpy


def attack():
    array = numpy.zeros(1)
    numpy.lib.stride_tricks.as_strided(array, (1 << 40,), (1 << 20,)).sum()


@CALLS@
