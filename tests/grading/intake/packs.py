"""Write hand-ins to a folder, packed in every way, and read them back."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from dojo.course import Course, Kata
from dojo.grading.intake import handins
from dojo.grading.intake.handins import HandIn
from tests.grading import builders

COURSE = builders.course(
    Kata("numbers", "double", "Twice"),
    Kata("numbers", "half", "Half"),
    Kata("words", "shout", "Aloud"),
    title="A small course",
)
PRACTICE = {
    "README.md": b"",
    "conftest.py": b"raise SystemExit\n",
    "pytest.ini": b"[pytest]\n",
    "progress.json": b"{}",
    "katas/course.toml": b"",
    "katas/numbers/double.py": b"double\n",
    "katas/numbers/double.2026-11-23-142501.py": b"an older one\n",
    "katas/numbers/half.py": b"half\n",
    "katas/numbers/test_half.py": b"",
    "katas/words/shout.py": b"shout\r\n",
}
ALL = {"numbers/double": b"double\n", "numbers/half": b"half\n", "words/shout": b"shout\r\n"}


def laid(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, contents in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(contents)


def zip_of(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, contents in files.items():
            info = zipfile.ZipInfo()  # its name is set later, because the constructor would normalize it
            info.filename = name
            info.compress_type = method
            archive.writestr(info, contents)
    return stream.getvalue()


def tar_of(files: Mapping[str, bytes], mode: str = "w") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, contents in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(contents)
            archive.addfile(member, io.BytesIO(contents))
    return stream.getvalue()


def tar_with(kind: bytes, target: str = "/etc/passwd", name: str = "katas/numbers/half.py") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, target
        archive.addfile(member)
    return stream.getvalue()


def zip_with_mode(mode: int, name: str = "katas/numbers/half.py", contents: bytes = b"/etc/passwd") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, mode << 16
        archive.writestr(info, contents)
    return stream.getvalue()


def within(top: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{top}/{name}": contents for name, contents in files.items()}


def read(path: Path, course: Course = COURSE) -> list[HandIn]:
    return list(handins.read(path, course))


def only(path: Path, course: Course = COURSE) -> HandIn:
    (one,) = read(path, course)
    return one


def names(path: Path) -> list[str]:
    return [each.person.name for each in read(path)]


def notes(one: HandIn) -> tuple[str, ...]:
    """Return the notes on a hand-in as sentences."""
    return tuple(note.text() for note in one.notes)


def why(one: HandIn) -> str | None:
    """Return why a hand-in cannot be graded."""
    return None if one.ungradable is None else one.ungradable.text()


def with_others(inbox: Path) -> str:
    """Return why mallory's hand-in cannot be graded, after checking that ann's can."""
    laid(inbox / "ann", PRACTICE)
    found = {each.person.name: each for each in read(inbox)}
    assert found["ann"].files == ALL
    mallory = found["mallory"]
    assert mallory.files == {}
    assert mallory.ungradable is not None
    assert "\n" not in str(why(mallory))
    return str(why(mallory))
