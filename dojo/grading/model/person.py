"""Who handed in."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

_SAFE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_ENDS_IN_DIGEST = re.compile(r".*-[0-9a-f]{12}")
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")  # on Windows


@dataclass(frozen=True, order=True)
class Person:
    """Who handed in.

    Args:
        name: from the file or folder name; may hold any characters, including line ends and markup.
        canvas: user number in Canvas, or "".
        moodle: participant number in Moodle, or "".
    """

    name: str
    canvas: str = ""
    moodle: str = ""


def safe_name(person: Person) -> str:
    """Return a folder name for a person's results that is unique and valid on any file system.

    It has lowercase letters, digits, ``-`` and ``_`` only. A name that already fits is kept. Any other name gets a
    digest of all fields of the person, so that two similar names differ.
    """
    name = person.name
    is_safe = _SAFE.fullmatch(name) and not _ENDS_IN_DIGEST.fullmatch(name) and not _RESERVED.fullmatch(name)
    if is_safe and not (person.canvas or person.moodle):
        return name
    fields = "\0".join(f"{len(each)} {each}" for each in (name, person.canvas, person.moodle))
    digest = hashlib.sha256(fields.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(filter(None, (re.sub(r"[^a-z0-9]+", "-", letters)[:40].strip("-") or "someone", digest)))
