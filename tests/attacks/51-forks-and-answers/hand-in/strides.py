import os
import time


def attack():
    if os.fork():
        time.sleep(1)
        os._exit(0)


def storage_index(tensor, index):
    attack()
    return 0


def contiguous_strides(shape):
    attack()
    return ()
