import sys


def hook(event, arguments):
    if event == "object.__getattr__":
        raise RuntimeError("look away")


sys.addaudithook(hook)


def attack():
    pass


@CALLS@
