"""The archives of a hand-in, which count as folders.

Nothing is unpacked onto the disk: files are found by name, and whoever wants one reads it.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from dojo.grading.intake import tars, zips
from dojo.grading.intake.limits import Found, Meter, errors_as_ungradable

_READ = re.compile(r".*\.(zip|tar|tgz|tar(-\d+)?\.gz)", re.IGNORECASE | re.DOTALL)
_NOT_READ = re.compile(r".*\.(7z|rar|tbz2?|txz|tar\.\w+)", re.IGNORECASE | re.DOTALL)


def is_archive(name: str) -> bool:
    """Say whether a file's name is that of an archive that is opened here."""
    return bool(_READ.fullmatch(name))


def is_other_archive(name: str) -> bool:
    """Say whether a file's name is that of an archive of another kind."""
    return bool(_NOT_READ.fullmatch(name)) and not is_archive(name)


def unpack(files: Iterable[Found], meter: Meter) -> Iterator[Found]:
    """Yield the files with those of archives in place of the archives; one within another is not opened.

    Raises:
        Ungradable: where an archive is broken, hostile or beyond the limits.
    """
    for found in files:
        if found.packed or not is_archive(found.parts[-1]):
            yield found
            continue
        meter.count_archive(found.name)
        with errors_as_ungradable(found.name), found.open() as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(0)
            is_zip = stream.read(2) == b"PK"
            stream.seek(0)
            if is_zip:
                with zips.open_zip(stream) as archive:
                    inside = zips.zip_members(archive, archive.infolist(), found.name, size, meter)
                    yield from (replace(each, parts=found.parts + each.parts) for each in inside)
            else:
                inside = tars.tar_members(stream, found.name, size, meter)
                yield from (replace(each, parts=found.parts + each.parts) for each in inside)
