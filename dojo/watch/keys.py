"""Read single keys from the terminal, without waiting for Enter, and restore the terminal afterwards."""

import codecs
import contextlib
import re
import sys
import threading
from collections.abc import Callable, Iterator

_ESCAPE = "\x1b"
_INCOMPLETE_KEY = re.compile(r"\x1b(O|\[\[?[^@-~]*)")
"""The first characters of a key that sends several, such as an arrow."""


@contextlib.contextmanager
def read_keys(on_key: Callable[[str], None]) -> Iterator[None]:
    """Call ``on_key`` in another thread with each key pressed in the block; ``""`` is the end of input."""
    with _unbuffered_keys():
        # A daemon: it waits for a key that may never come.
        threading.Thread(target=_read, args=(on_key,), name="keys", daemon=True).start()
        yield


class KeyDecoder:
    """Split what a terminal sends into keys, in chunks of any size. An arrow is one key of several characters."""

    def __init__(self) -> None:
        self._utf8 = codecs.getincrementaldecoder("utf-8")(errors="ignore")
        self._pending = ""
        self._escape_was_yielded = False

    def feed(self, data: bytes) -> Iterator[str]:
        """Yield each complete key. Escape counts as one, though it may turn out to begin an arrow."""
        for character in self._utf8.decode(data):
            yield from self._add(character)
        if self._pending == _ESCAPE and not self._escape_was_yielded:
            self._escape_was_yielded = True
            yield _ESCAPE

    def _add(self, character: str) -> Iterator[str]:
        pending, escape_was_yielded = self._pending, self._escape_was_yielded
        self._pending, self._escape_was_yielded = "", False
        if character == _ESCAPE:
            self._pending = character
        elif _INCOMPLETE_KEY.fullmatch(pending + character):
            self._pending = pending + character
        else:
            yield character if escape_was_yielded else pending + character


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    _unbuffered_keys = contextlib.nullcontext

    def _read(on_key: Callable[[str], None]) -> None:
        while True:
            key = msvcrt.getwch()
            if key in ("\x00", "\xe0"):
                msvcrt.getwch()  # an arrow or a function key sends two characters
            else:
                on_key(key)

else:
    import os
    import signal
    import termios
    import tty

    @contextlib.contextmanager
    def _unbuffered_keys() -> Iterator[None]:
        with _restored_terminal():
            tty.setcbreak(0)  # Ctrl-C stays a signal
            yield

    @contextlib.contextmanager
    def _restored_terminal() -> Iterator[None]:
        """Restore the terminal's settings after the block."""
        before = termios.tcgetattr(0)
        try:
            yield
        finally:
            termios.tcsetattr(0, termios.TCSADRAIN, before)

    def suspend() -> None:
        """Stop this process, as Ctrl-Z does, with a usual terminal; return when the process is continued."""
        with _restored_terminal():
            cooked = termios.tcgetattr(0)
            cooked[3] |= termios.ECHO | termios.ICANON
            termios.tcsetattr(0, termios.TCSADRAIN, cooked)
            os.kill(os.getpid(), signal.SIGSTOP)

    def _read(on_key: Callable[[str], None]) -> None:
        decoder = KeyDecoder()
        while True:
            try:
                data = os.read(0, 64)
            except OSError:  # the terminal was closed
                data = b""
            if not data:
                on_key("")
                return
            for key in decoder.feed(data):
                on_key(key)
