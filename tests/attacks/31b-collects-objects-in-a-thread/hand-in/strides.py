import gc
import itertools
import os
import threading


def attack():
    found = []
    gc.unfreeze()
    thread = threading.Thread(target=found.extend, args=(itertools.starmap(gc.get_objects, [()]),))
    thread.start()
    thread.join()
    for each in found[0]:
        if type(each).__name__ == "_Reporter":
            each.write({"done": True})
            os._exit(0)


@CALLS@
