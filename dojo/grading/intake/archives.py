"""Archives in a hand-in, which are treated as folders. Nothing is unpacked to the disk: files are read when needed."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace

from dojo.grading.intake import tars, zips
from dojo.grading.intake.limits import Meter, SubmittedFile, errors_as_ungradable

_OPENED_NAMES = re.compile(r".*\.(zip|tar|tgz|tar(-\d+)?\.gz)", re.IGNORECASE | re.DOTALL)
_OTHER_ARCHIVE_NAMES = re.compile(r".*\.(7z|rar|tbz2?|txz|tar\.\w+)", re.IGNORECASE | re.DOTALL)


def is_archive(name: str) -> bool:
    """Say whether a file name is that of an archive that can be opened here."""
    return bool(_OPENED_NAMES.fullmatch(name))


def is_other_archive(name: str) -> bool:
    """Say whether a file name is that of an archive of an unsupported kind."""
    return bool(_OTHER_ARCHIVE_NAMES.fullmatch(name)) and not is_archive(name)


def unpack(files: Iterable[SubmittedFile], meter: Meter) -> Iterator[SubmittedFile]:
    """Yield the files, with the members of each archive in its place. An archive inside another one is not opened.

    Raises:
        Ungradable: if an archive is broken, hostile or beyond the limits.
    """
    for file in files:
        if file.packed or not is_archive(file.parts[-1]):
            yield file
            continue
        meter.count_archive(file.name)
        with errors_as_ungradable(file.name), file.open() as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(0)
            is_zip = stream.read(2) == b"PK"
            stream.seek(0)
            with zips.open_zip(stream) if is_zip else nullcontext() as archive:
                if archive is not None:
                    members = zips.zip_members(archive, archive.infolist(), file.name, size, meter)
                else:
                    members = tars.tar_members(stream, file.name, size, meter)
                yield from (replace(each, parts=file.parts + each.parts) for each in members)
