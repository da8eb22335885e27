import os
import time


def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            import ctypes

            ctypes.CDLL(None).prctl(15, b"@MARK@", 0, 0, 0)
            time.sleep(300)
        os._exit(0)


daemon()

@SOLUTION@
