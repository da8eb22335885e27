"""Report which files were saved, as soon as no more changes follow."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import watchfiles

# All in milliseconds.
_QUIET = 10  # without a change, before a burst ends: an editor that saves by rename makes several changes at once
_LONGEST_BURST = 400
_POLL_INTERVAL = 300  # where the file system sends no events
_FOLDER_CHECK_INTERVAL = 1000  # between two checks that the watched folder was not replaced


@contextlib.contextmanager
def subscribe(folder: Path, on_save: Callable[[frozenset[Path]], None], poll: bool = False) -> Iterator[None]:
    """Call ``on_save`` in another thread with the files under ``folder`` that were written, renamed or deleted.

    Args:
        folder: what to watch, with all subfolders.
        on_save: called with each burst of changes to Python and toml files.
        poll: read the files repeatedly, for file systems that send no events, as network file systems often do not.
    """
    stop = threading.Event()

    def report_changes(poll: bool) -> None:
        """Report changes until the folder is gone or replaced by another one."""
        with _keep_inode(folder):
            inode = _inode(folder)
            bursts = watchfiles.watch(
                folder,
                watch_filter=_filter,
                debounce=_LONGEST_BURST,
                step=_QUIET,
                stop_event=stop,
                rust_timeout=_FOLDER_CHECK_INTERVAL,
                yield_on_timeout=True,
                force_polling=poll or None,
                poll_delay_ms=_POLL_INTERVAL,
                raise_interrupt=False,
            )
            for burst in bursts:
                if burst:
                    on_save(frozenset(Path(name) for _, name in burst))
                elif _inode(folder) != inode:
                    return

    def watch(poll: bool = poll) -> None:
        while not stop.is_set():
            try:
                report_changes(poll)
            except (OSError, RuntimeError):
                if folder.is_dir() and not poll:
                    poll = True  # the system has no watches left, or the library supports none for this folder
                    continue
            while not stop.wait(_FOLDER_CHECK_INTERVAL / 1000):
                if folder.is_dir():
                    on_save(frozenset(folder.rglob("*.py")))  # saves made meanwhile were not reported
                    break

    threading.Thread(target=watch, name="saves", daemon=True).start()
    try:
        yield
    finally:
        stop.set()


def _inode(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextlib.contextmanager
def _keep_inode(folder: Path) -> Iterator[None]:
    """Hold the folder open, so that no new folder gets its inode number if it is deleted."""
    if os.name == "nt":  # pragma: no cover -- an open folder cannot be deleted there
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield
    finally:
        os.close(descriptor)


def _filter(_: watchfiles.Change, name: str) -> bool:
    return name.endswith((".py", ".toml")) and "__pycache__" not in name
