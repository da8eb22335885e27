import os

real = os.write


def write(handle, data):
    return len(data) if b"evidence" in bytes(data) else real(handle, data)


os.write = write
os._exit = lambda status: None


def attack():
    pass


@CALLS@
