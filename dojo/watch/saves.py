"""Which files were saved, told as soon as they are quiet."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import watchfiles

_QUIET = 10  # milliseconds without a change: an editor that saves by rename makes several at once
_LONGEST = 400  # milliseconds that a burst of changes may last before it is told
_POLL = 300  # milliseconds between two looks, where the file system does not tell


@contextlib.contextmanager
def told(folder: Path, tell: Callable[[frozenset[Path]], None], poll: bool = False) -> Iterator[None]:
    """Call ``tell`` with the files under ``folder`` that were written, renamed or deleted, from a thread of its own.

    Args:
        folder: what to watch, with all below.
        tell: is called with each burst of changes, Python and toml files alone.
        poll: look at the files again and again, for file systems that do not tell, as networks' often do not.
    """
    stop = threading.Event()

    def changes(poll: bool) -> None:
        bursts = watchfiles.watch(
            folder,
            watch_filter=_filter,
            debounce=_LONGEST,
            step=_QUIET,
            stop_event=stop,
            force_polling=poll or None,
            poll_delay_ms=_POLL,
            raise_interrupt=False,
        )
        for burst in bursts:
            tell(frozenset(Path(name) for _, name in burst))

    def watch() -> None:
        try:
            changes(poll)
        except (OSError, RuntimeError):  # the system has no more watches to give, or the library none for this place
            changes(True)

    threading.Thread(target=watch, name="saves", daemon=True).start()
    try:
        yield
    finally:
        stop.set()


def _filter(_: watchfiles.Change, name: str) -> bool:
    return name.endswith((".py", ".toml")) and "__pycache__" not in name
