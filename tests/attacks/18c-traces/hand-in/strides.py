import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for pid in (os.getppid(), 1):
    if libc.ptrace(16, pid, None, None) == 0:
        raise RuntimeError("traces another process")

@SOLUTION@
