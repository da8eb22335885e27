import os
import signal

for pid in (os.getppid(), 1, -1):
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        continue
    raise RuntimeError("killed somebody")

@SOLUTION@
