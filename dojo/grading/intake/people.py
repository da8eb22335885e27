"""Find out who handed in a file, by the names that Canvas and Moodle give to files and folders.

Canvas puts all files into one folder, as ``leeann_LATE_<user>_<upload>_strides.py``: the sortable name without blanks
and commas, then the learner's file name. If the learner had uploaded a file of that name before, Canvas calls it
``strides-1.py``. Moodle makes one folder each, ``Ann Lee_<participant>_assignsubmission_file``. Older versions add
another ``_``, or append the learner's file name to it.
"""

import re
import unicodedata
from dataclasses import dataclass

from dojo.grading.model.person import Person

_CANVAS = re.compile(
    r"(?:(?P<name>.*?)_(?P<late>LATE_)?(?P<user>\d+)|(?P<hidden_late>LATE_)?(?P<hidden>anon_[^\W_]+))_"
    r"(?:(?P<upload>\d+)_(?P<original>.+)|(?:text|link)\.html)",
    re.DOTALL,
)
# After seven used numbers, Canvas appends a random UUID.
_RENAMED_COPY = re.compile(
    r"(?P<stem>.+)-(?:(?P<number>[1-9]\d?)|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?P<suffix>(?:\.[A-Za-z]\w*)+)"
)
_TRIES_BEFORE_RANDOM = 8
# Moodle replaces underscores in names of people with blanks.
_MOODLE = re.compile(
    r"(?P<name>[^_]*)(?:_(?P<participant>\d+))?_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<original>.*))?", re.DOTALL
)
_PACKED_NAME = re.compile(r"(?P<stem>.+?)(?:\.tar)?\.(?:zip|tar|tgz|gz|bz2|xz|zst|7z|rar|tbz2?|txz|py)", re.IGNORECASE)
_MAX_NAME = 255  # characters of a file name on most file systems


@dataclass(frozen=True)
class UploadName:
    """What the name of a file or folder says.

    Args:
        original: the learner's name for the file, or "".
        earlier_copies: how many files of that name were uploaded before, according to Canvas.
        upload: Canvas's number of the upload, or 0.
        late: whether Canvas marks it as late.
        online: whether it was typed into a form, and is not a file.
        is_plain: whether the name comes neither from Canvas nor from Moodle.
    """

    person: Person
    original: str = ""
    earlier_copies: int = 0
    upload: int = 0
    late: bool = False
    online: bool = False
    is_plain: bool = False


def parse_upload_name(name: str, is_folder: bool) -> UploadName:
    """Parse the name of a file or folder among the hand-ins."""
    if len(name) <= _MAX_NAME:
        if found := _MOODLE.fullmatch(name):
            original = found["original"] or ""
            person = Person(_normalize(found["name"]), moodle=found["participant"] or "")
            if found["kind"] != "file":
                return UploadName(person, original, online=True)
            if original or is_folder:
                return UploadName(person, original)
        if not is_folder and (found := _CANVAS.fullmatch(name)):
            return _parse_canvas_name(found)
    return plain_name(name, is_folder)


def plain_name(name: str, is_folder: bool) -> UploadName:
    """Return the label of a file or folder that has the name of its person."""
    packed = None if is_folder else _PACKED_NAME.fullmatch(name)
    return UploadName(Person(_normalize(packed["stem"] if packed else name)), "" if is_folder else name, is_plain=True)


def _parse_canvas_name(found: re.Match[str]) -> UploadName:
    person = Person(_normalize(found["name"] if found["user"] else found["hidden"]), canvas=found["user"] or "")
    late = bool(found["late"] or found["hidden_late"])
    if found["upload"] is None:
        return UploadName(person, late=late, online=True)
    original, earlier_copies = found["original"], 0
    if copy := _RENAMED_COPY.fullmatch(original):
        original, earlier_copies = copy["stem"] + copy["suffix"], int(copy["number"] or _TRIES_BEFORE_RANDOM)
    return UploadName(person, original, earlier_copies, int(found["upload"]), late)


def _normalize(name: str) -> str:
    """Normalize Unicode; bytes that are not UTF-8 become escapes."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
