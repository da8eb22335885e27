"""Processes that a test looks at from outside."""

import time
from collections.abc import Collection

import psutil


def alive(pid: int) -> bool:
    """Say whether a process runs: one that has ended, but was not waited for, does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def gone(pids: Collection[int], seconds: float = 5.0) -> bool:
    """Wait until none of the processes runs; say whether that came to be in time."""
    end = time.monotonic() + seconds
    while any(map(alive, pids)):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
