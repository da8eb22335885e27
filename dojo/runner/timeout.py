"""A timeout for answers, so that an endless loop gives a message."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 20.0


class NoAnswer(Exception):
    """An answer did not return in time."""


@contextmanager
def limit() -> Iterator[None]:
    """Raise ``NoAnswer`` at the current line of the block after ``SECONDS`` of wall time.

    Python code is interrupted, native code is not. There is no limit on systems without the timer (Windows) and in
    other threads than the main one.
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
