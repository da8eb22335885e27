"""Single keys from the terminal, without waiting for Enter, and the terminal left as it was."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def pressed(tell: Callable[[str], None]) -> Iterator[None]:
    """Call ``tell`` with each key that is pressed in the block, from another thread; ``""`` is the end of input."""
    with _keys_at_once():
        # A daemon: it waits for a key that may never come.
        threading.Thread(target=_read, args=(tell,), name="keys", daemon=True).start()
        yield


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    _keys_at_once = contextlib.nullcontext

    def _read(tell: Callable[[str], None]) -> None:
        while True:
            key = msvcrt.getwch()
            if key in ("\x00", "\xe0"):
                msvcrt.getwch()  # an arrow or a function key comes as two
            else:
                tell(key)

else:
    import os
    import signal
    import termios
    import tty

    @contextlib.contextmanager
    def _keys_at_once() -> Iterator[None]:
        with _kept():
            tty.setcbreak(0)  # Ctrl-C stays a signal
            yield

    @contextlib.contextmanager
    def _kept() -> Iterator[None]:
        """Let the terminal be after the block as it was before."""
        before = termios.tcgetattr(0)
        try:
            yield
        finally:
            termios.tcsetattr(0, termios.TCSADRAIN, before)

    def suspend() -> None:
        """Stop this process, as Ctrl-Z asks for, until it is continued; keys come at once again afterwards."""
        with _kept():
            cooked = termios.tcgetattr(0)
            cooked[3] |= termios.ECHO | termios.ICANON
            termios.tcsetattr(0, termios.TCSADRAIN, cooked)
            os.kill(os.getpid(), signal.SIGSTOP)

    def _read(tell: Callable[[str], None]) -> None:
        while True:
            try:
                data = os.read(0, 64)
            except OSError:  # the terminal was closed
                data = b""
            if not data:
                tell("")
                return
            if not data.startswith(b"\x1b"):  # an arrow or a function key, as it comes
                for key in data.decode(errors="ignore"):
                    tell(key)
