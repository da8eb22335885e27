import torch


def storage_index(tensor, index):
    kept = []
    while True:
        kept.append(torch.ones(1 << 24))


def contiguous_strides(shape):
    return ()
