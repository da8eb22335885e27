import threading
import time

from dojo import check


def late():
    real = check.equal
    time.sleep(0.01)
    check.equal = lambda *_, **__: None
    time.sleep(2)
    check.equal = real


threading.Thread(target=late, daemon=True).start()
time.sleep(0.005)


def attack():
    pass


@CALLS@
