"""Whose a hand-in is."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_MARKED = re.compile(r".*-[0-9a-f]{12}")
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")  # on Windows


@dataclass(frozen=True, order=True)
class Person:
    """Whose a hand-in is.

    Args:
        name: as the file or folder tells it; it may hold anything, line ends and markup too.
        canvas: the user's number in Canvas, or nothing.
        moodle: the participant's number in Moodle, or nothing.
    """

    name: str
    canvas: str = ""
    moodle: str = ""


def safe_name(person: Person) -> str:
    """Return a name for the folder of a person's results, which no other person's is, on any file system.

    It has small letters, digits, ``-`` and ``_`` only. A name of these stays as it is. Any other gets a digest of all
    that is known of the person, so that two that look alike differ.
    """
    name = person.name
    is_plain = _PLAIN.fullmatch(name) and not _MARKED.fullmatch(name) and not _RESERVED.fullmatch(name)
    if is_plain and not (person.canvas or person.moodle):
        return name
    known = "\0".join(f"{len(each)} {each}" for each in (name, person.canvas, person.moodle))
    digest = hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(filter(None, (re.sub(r"[^a-z0-9]+", "-", letters)[:40].strip("-") or "someone", digest)))
