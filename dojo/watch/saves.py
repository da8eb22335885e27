"""Which files were saved, told as soon as they are quiet."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import watchfiles

_QUIET = 10  # milliseconds without a change: an editor that saves by rename makes several at once
_LONGEST = 400  # milliseconds that a burst of changes may last before it is told
_POLL = 300  # milliseconds between two looks, where the file system does not tell
_LOOK = 1000  # milliseconds between two looks whether the folder is still the one that is watched


@contextlib.contextmanager
def subscribe(folder: Path, tell: Callable[[frozenset[Path]], None], poll: bool = False) -> Iterator[None]:
    """Call ``tell`` with the files under ``folder`` that were written, renamed or deleted, from a thread of its own.

    Args:
        folder: what to watch, with all below.
        tell: is called with each burst of changes, Python and toml files alone.
        poll: look at the files again and again, for file systems that do not tell, as networks' often do not.
    """
    stop = threading.Event()

    def changes(poll: bool) -> None:
        """Tell until another folder, or none, is in the place of this one."""
        with _held(folder):
            here = _identity(folder)
            bursts = watchfiles.watch(
                folder,
                watch_filter=_filter,
                debounce=_LONGEST,
                step=_QUIET,
                stop_event=stop,
                rust_timeout=_LOOK,
                yield_on_timeout=True,
                force_polling=poll or None,
                poll_delay_ms=_POLL,
                raise_interrupt=False,
            )
            for burst in bursts:
                if burst:
                    tell(frozenset(Path(name) for _, name in burst))
                elif _identity(folder) != here:
                    return

    def watch(poll: bool = poll) -> None:
        while not stop.is_set():
            try:
                changes(poll)
            except (OSError, RuntimeError):
                if folder.is_dir() and not poll:
                    poll = True  # the system has no more watches to give, or the library none for this place
                    continue
            while not stop.wait(_LOOK / 1000):
                if folder.is_dir():
                    tell(frozenset(folder.rglob("*.py")))  # of what was saved meanwhile, nobody told
                    break

    threading.Thread(target=watch, name="saves", daemon=True).start()
    try:
        yield
    finally:
        stop.set()


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keep a folder's number from being given to another one, should it be deleted."""
    if os.name == "nt":  # pragma: no cover -- where what is open is not deleted either
        yield
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        yield
    finally:
        os.close(number)


def _filter(_: watchfiles.Change, name: str) -> bool:
    return name.endswith((".py", ".toml")) and "__pycache__" not in name
