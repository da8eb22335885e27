"""Single keys from the terminal, without waiting for Enter, and the terminal left as it was."""

import codecs
import contextlib
import re
import sys
import threading
from collections.abc import Callable, Iterator

_ESCAPE = "\x1b"
_GOES_ON = re.compile(r"\x1b(O|\[\[?[^@-~]*)")
"""What begins a key of more than one character, and does not end it."""


@contextlib.contextmanager
def read_keys(tell: Callable[[str], None]) -> Iterator[None]:
    """Call ``tell`` with each key that is pressed in the block, from another thread; ``""`` is the end of input."""
    with _keys_at_once():
        # A daemon: it waits for a key that may never come.
        threading.Thread(target=_read, args=(tell,), name="keys", daemon=True).start()
        yield


class Keys:
    """Tells keys apart in what a terminal sends, however it is cut: an arrow is one key, of several characters."""

    def __init__(self) -> None:
        self._text = codecs.getincrementaldecoder("utf-8")(errors="ignore")
        self._begun = ""
        self._alone = False

    def feed(self, data: bytes) -> Iterator[str]:
        """Yield each key that has come to its end. Escape counts as one, though an arrow may yet become of it."""
        for each in self._text.decode(data):
            yield from self._take(each)
        if self._begun == _ESCAPE and not self._alone:
            self._alone = True
            yield _ESCAPE

    def _take(self, each: str) -> Iterator[str]:
        begun, alone = self._begun, self._alone
        self._begun, self._alone = "", False
        if each == _ESCAPE or _GOES_ON.fullmatch(begun + each):
            self._begun = each if each == _ESCAPE else begun + each
        else:
            yield each if alone else begun + each


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
        told = Keys()
        while True:
            try:
                data = os.read(0, 64)
            except OSError:  # the terminal was closed
                data = b""
            if not data:
                tell("")
                return
            for key in told.feed(data):
                tell(key)
