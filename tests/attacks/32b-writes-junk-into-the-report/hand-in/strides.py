import os


def attack():
    os.write(3, bytes(range(256)) * 16)


@CALLS@
