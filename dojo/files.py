"""Write files atomically: a reader finds the old contents or the new ones, whatever happens."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: Path, synced: bool = True) -> Iterator[Path]:
    """Yield a temporary path, which replaces ``path`` after the block, or is deleted if the block raises an error.

    Args:
        path: the file; missing folders are created.
        synced: whether to wait until the contents are on the disk, safe from a crash of the machine; this takes time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    # os.open applies the umask. Reading the umask would change it for a moment, for all threads and child processes.
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        yield temporary
        if synced:
            with temporary.open("rb+") as stream:
                os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_whole(path: Path, contents: bytes, synced: bool = True) -> None:
    """Write a file atomically; arguments as for ``replacing``."""
    with replacing(path, synced) as temporary:
        temporary.write_bytes(contents)
