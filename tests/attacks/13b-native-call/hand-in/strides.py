import re


def storage_index(tensor, index):
    return re.match(r"(a+)+$", "a" * 60 + "b")


def contiguous_strides(shape):
    return ()
