"""A timeout for an answer, so that a loop without end gets a message instead of a learner waiting."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 20.0


class NoAnswer(Exception):
    """An answer did not come back in time."""


@contextmanager
def limit() -> Iterator[None]:
    """Raise ``NoAnswer`` in the block, at the line where it is, once ``SECONDS`` of wall time are over.

    Native code cannot be interrupted so, only Python between two calls of it. Where there is no such timer (Windows) or
    this is not the main thread, there is no limit.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise NoAnswer(f"no answer after {SECONDS:g} s: is there a loop without end?")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
