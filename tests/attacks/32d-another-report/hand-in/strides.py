import os


def attack():
    os.dup2(os.open(os.devnull, os.O_WRONLY), 3)


@CALLS@
