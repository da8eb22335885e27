import os
import time


def attack():
    if os.fork():
        time.sleep(1)
        os._exit(0)


@CALLS@
