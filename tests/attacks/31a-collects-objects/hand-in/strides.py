import gc
import os


def attack():
    gc.unfreeze()
    for each in gc.get_objects():
        if type(each).__name__ == "_Reporter":
            each.write({"done": True})
            os._exit(0)


@CALLS@
