import os


def attack():
    os.close(3)


@CALLS@
