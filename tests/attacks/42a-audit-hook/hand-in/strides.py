import sys


def hook(event, arguments):
    if event == "object.__getattr__":
        raise RuntimeError("look away")


sys.addaudithook(hook)


def attack():
    pass


def storage_index(tensor, index):
    attack()
    return 0


def contiguous_strides(shape):
    attack()
    return ()
