"""Files that are written whole: whoever reads one finds the old contents or the new ones, whatever happens."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: Path, synced: bool = True) -> Iterator[Path]:
    """Give a path to write to, which takes the place of ``path`` when the block ends well, and else is no more.

    Args:
        path: of the file; folders above it are made where they are missing.
        synced: whether the contents are on the disk then, though the machine should break down; it takes time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    # As open() makes it: to ask for the umask would change it for a moment, for all threads and what they start.
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
    """Write a file whole; as for ``replacing``."""
    with replacing(path, synced) as temporary:
        temporary.write_bytes(contents)
