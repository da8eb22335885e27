"""Whose a hand-in is, by the names that Canvas and Moodle give to files and folders.

Canvas puts the files of all into one folder, as ``leeann_LATE_<user>_<upload>_strides.py``: the sortable name without
blanks and commas, and the learner's own name of the file. Where a learner has handed in a file of that name before,
it becomes ``strides-1.py``. Moodle makes a folder of each, ``Ann Lee_<participant>_assignsubmission_file``, which ends
in one more ``_`` in older versions, or puts the learner's name of the file behind that one.
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
# After seven tries at a free number, Canvas takes a random one.
_AGAIN = re.compile(
    r"(?P<stem>.+)-(?:(?P<number>[1-9]\d?)|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?P<suffix>(?:\.[A-Za-z]\w*)+)"
)
_RANDOM = 8
# There is no underscore in Moodle's names of people: it writes a blank instead.
_MOODLE = re.compile(
    r"(?P<name>[^_]*)(?:_(?P<participant>\d+))?_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<original>.*))?", re.DOTALL
)
_PACKED = re.compile(r"(?P<stem>.+?)(?:\.tar)?\.(?:zip|tar|tgz|gz|bz2|xz|zst|7z|rar|tbz2?|txz|py)", re.IGNORECASE)
_LONGEST = 255  # of a file's name, nearly everywhere


@dataclass(frozen=True)
class UploadName:
    """What the name of a file or folder tells of it.

    Args:
        person: whose it is.
        original: how the learner had called the file, or nothing.
        again: how often a file of that name was handed in before, as far as Canvas tells.
        upload: Canvas's number of the file.
        late: whether Canvas says that it is late.
        online: whether it was typed into a form, and is no file that was handed in.
        by_hand: whether neither Canvas nor Moodle named it.
    """

    person: Person
    original: str = ""
    again: int = 0
    upload: int = 0
    late: bool = False
    online: bool = False
    by_hand: bool = False


def parse_upload_name(name: str, is_folder: bool) -> UploadName:
    """Return what the name of a file or folder among the hand-ins tells."""
    if len(name) <= _LONGEST:
        if found := _MOODLE.fullmatch(name):
            original = found["original"] or ""
            person = Person(_normalize(found["name"]), moodle=found["participant"] or "")
            if found["kind"] != "file":
                return UploadName(person, original, online=True)
            if original or is_folder:
                return UploadName(person, original)
        if not is_folder and (found := _CANVAS.fullmatch(name)):
            return _by_canvas(found)
    return plain_name(name, is_folder)


def plain_name(name: str, is_folder: bool) -> UploadName:
    """Return the label of a file or folder that is called as its person is."""
    packed = None if is_folder else _PACKED.fullmatch(name)
    return UploadName(Person(_normalize(packed["stem"] if packed else name)), "" if is_folder else name, by_hand=True)


def _by_canvas(found: re.Match[str]) -> UploadName:
    person = Person(_normalize(found["name"] if found["user"] else found["hidden"]), canvas=found["user"] or "")
    late = bool(found["late"] or found["hidden_late"])
    if found["upload"] is None:
        return UploadName(person, late=late, online=True)
    original, again = found["original"], 0
    if copy := _AGAIN.fullmatch(original):
        original, again = copy["stem"] + copy["suffix"], int(copy["number"] or _RANDOM)
    return UploadName(person, original, again, int(found["upload"]), late)


def _normalize(name: str) -> str:
    """Return a name in one spelling; bytes that are no UTF-8 as the digits that stand for them."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
