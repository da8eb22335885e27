"""Refused hand-ins: each gets a reason, and all others are graded."""

import gzip
import os
import socket
import stat
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.grading.intake.packs import (
    ALL,
    PRACTICE,
    laid,
    only,
    read,
    tar_of,
    tar_with,
    why,
    with_others,
    within,
    zip_of,
    zip_with_mode,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no grading on Windows")


def test_links_out_of_a_folder_are_not_followed(inbox, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/half.py").write_bytes(b"the solution")
    (inbox / "mallory").mkdir()
    for target in ("secret", "secret/half.py", "nowhere"):
        link = inbox / "mallory/half.py"
        link.symlink_to(tmp_path / target)
        assert with_others(inbox) == "mallory holds a link, half.py: hand in plain files and folders"
        link.unlink()


@pytest.mark.parametrize("name", ["mallory", "mallory.zip", "mallory_1_2_half.py"])
def test_a_hand_in_that_is_a_link_is_not_followed(inbox, tmp_path, name):
    laid(tmp_path / "secret", PRACTICE)
    (inbox / name).symlink_to(tmp_path / "secret")
    assert with_others(inbox) == f"{name} is a link: hand in plain files and folders"


def test_a_hard_link_to_a_file_elsewhere_is_not_read(inbox, tmp_path):
    (tmp_path / "solution.py").write_bytes(b"the solution")
    (inbox / "mallory").mkdir()
    os.link(tmp_path / "solution.py", inbox / "mallory/half.py")
    assert with_others(inbox) == "half.py is a hard link, another name of a file elsewhere: hand in a copy"


@pytest.mark.parametrize("name", ["mallory", "mallory/half.py", "mallory/work.zip", "mallory/deep/x"])
def test_pipes_and_sockets_are_never_opened(inbox, name):
    (inbox / name).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(inbox / name)
    assert "a pipe" in with_others(inbox)
    (inbox / name).unlink()
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir((inbox / name).parent)  # a socket's path is short
        try:
            listening.bind(Path(name).name)
        finally:
            os.chdir(here)
        assert "a socket" in with_others(inbox)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, b"Z"]
)
def test_a_tar_with_what_is_no_plain_file_is_refused(inbox, kind):
    (inbox / "mallory.tar").write_bytes(tar_with(kind))
    said = with_others(inbox)
    what = "a link" if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else "what is no file"
    assert said == f"mallory.tar holds {what}, katas/numbers/half.py: hand in plain files and folders"


@pytest.mark.parametrize(
    ("mode", "what"), [(stat.S_IFLNK, "a link"), (stat.S_IFIFO, "a pipe"), (stat.S_IFCHR, "a device")]
)
def test_a_zip_with_what_is_no_plain_file_is_refused(inbox, mode, what):
    (inbox / "mallory.zip").write_bytes(zip_with_mode(mode))
    assert with_others(inbox) == (f"mallory.zip holds {what}, katas/numbers/half.py: hand in plain files and folders")


HOSTILE = [
    "../half.py",
    "katas/../../half.py",
    "/etc/half.py",
    "//server/half.py",
    "..\\half.py",
    "C:\\half.py",
    "c:half.py",
    "\\half.py",
    "half.py\0.txt",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_lead_out_of_an_archive_are_refused(inbox, name):
    (inbox / "mallory.zip").write_bytes(zip_of({"shout.py": b"", name: b"out"}))
    assert "a name that leads outside of it" in with_others(inbox)
    assert not (inbox.parent / "half.py").exists()


@pytest.mark.parametrize("name", HOSTILE[:-1])
def test_names_that_lead_out_of_a_tar_are_refused(inbox, name):
    (inbox / "mallory.tgz").write_bytes(tar_of({"shout.py": b"", name: b"out"}, "w:gz"))
    assert "a name that leads outside of it" in with_others(inbox)


@pytest.mark.parametrize("name", ["mallory/../../half.py", "/mallory/half.py", "mallory/../../../etc/half.py"])
def test_such_names_in_the_zip_of_all_cost_nobody_else_a_grade(tmp_path, name):
    (tmp_path / "all.zip").write_bytes(zip_of(within("ann", PRACTICE) | {name: b"out"}))
    ann, mallory = read(tmp_path / "all.zip")
    assert (ann.files, mallory.person.name, mallory.files) == (ALL, "mallory", {})
    assert "a name that leads outside of it" in str(why(mallory))


@pytest.mark.parametrize("name", ["mallory", "mallory.zip", "mallory_1_2_half.py", "mallory/half.py"])
def test_a_link_in_the_zip_of_all_is_refused_for_its_person_only(tmp_path, name):
    packed = tmp_path / "all.zip"
    packed.write_bytes(zip_with_mode(stat.S_IFLNK, name))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("ann/half.py", b"half")
    ann, mallory = read(packed)
    assert (ann.files, mallory.person.name, mallory.files) == ({"numbers/half": b"half"}, "mallory", {})
    assert why(mallory) == f"all.zip holds a link, {name}: hand in plain files and folders"


def test_a_zip_that_windows_packed_with_backslashes_is_read(inbox):
    (inbox / "ann.zip").write_bytes(zip_of({"katas\\numbers\\half.py": b"half"}))
    assert only(inbox).files == {"numbers/half": b"half"}


def test_a_zip_with_a_password_is_refused(inbox):
    packed = bytearray(zip_of({"half.py": b"half"}))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    (inbox / "mallory.zip").write_bytes(packed)
    assert with_others(inbox) == "mallory.zip is locked with a password: pack it without one"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_of_an_uncommon_method_is_refused(inbox, method):
    (inbox / "mallory.zip").write_bytes(zip_of({"half.py": b"half"}, method))
    assert "packed by an uncommon method" in with_others(inbox)


WHOLE = zip_of(PRACTICE)
BROKEN = {
    "nothing.zip": b"",
    "text.zip": b"this is no archive\n" * 100,
    "half.zip": WHOLE[: len(WHOLE) // 2],
    "start.zip": b"PK",
    "changed.zip": zip_of({"half.py": b"half of what it was"}, zipfile.ZIP_STORED).replace(b"half of", b"none of"),
    "names.zip": WHOLE.replace(b"katas/words/shout.py", b"katas/words/SHOUT.PY", 1),
    "nothing.tar": b"",
    "text.tar": b"this is no archive\n" * 100,
    "cut.tar": tar_of(PRACTICE)[:1100],
    "cut between.tar": tar_of({"half.py": b"half"})[:1024],
    "ends in what is no entry.tar": tar_of({"half.py": b"half"})[:1024] + b"x" * 512,
    "half.tar.gz": tar_of(PRACTICE, "w:gz")[:-30],
    "without its check sum.tgz": tar_of(PRACTICE, "w:gz")[:-8],
    "with a wrong one.tgz": tar_of(PRACTICE, "w:gz")[:-8] + bytes(8),
    "text.tgz": gzip.compress(b"this is no archive\n" * 100),
    "no tar.gz.tar.gz": gzip.compress(b""),
    "many.tgz": gzip.compress(b"") * 200,
    "rar.zip": b"Rar!\x1a\x07\x00" + bytes(100),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_archive_is_told_and_holds_up_nobody(inbox, name):
    laid(inbox / "mallory", {f"sub/{name}": BROKEN[name], "shout.py": b""})
    said = with_others(inbox)
    assert "is broken" in said
    assert said.endswith("hand it in anew")


def test_a_zip_with_any_byte_changed_is_read_or_refused_in_a_sentence(inbox):
    for place in range(0, len(WHOLE), 3):
        changed = bytearray(WHOLE)
        changed[place] ^= 0xFF
        (inbox / "ann.zip").write_bytes(changed)
        one = only(inbox)
        assert why(one) is None or why(one).startswith(("ann.zip", "katas/"))


def test_a_tar_with_any_byte_changed_is_read_or_refused_in_a_sentence(inbox):
    whole = tar_of({"half.py": b"half", "numbers/double.py": b"double"})[:3072]
    for place in range(0, len(whole), 3):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        (inbox / "ann.tar").write_bytes(changed)
        one = only(inbox)
        assert why(one) is None or why(one).startswith("ann.tar")


def test_what_cannot_be_read_is_told(inbox, monkeypatch):
    laid(inbox / "mallory", {"half.py": b"half"})
    really = os.open

    def opening(path, *args, **kwargs):
        if str(path).endswith("mallory/half.py"):
            raise PermissionError(13, "Permission denied")
        return really(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", opening)
    assert with_others(inbox) == "half.py cannot be read: Permission denied; hand it in anew"


def test_a_folder_that_cannot_be_listed_is_told(inbox, monkeypatch):
    laid(inbox / "mallory", {"deep/half.py": b"half"})
    really = os.scandir

    def listing(path):
        if str(path).endswith("deep"):
            raise PermissionError(13, "Permission denied")
        return really(path)

    monkeypatch.setattr(os, "scandir", listing)
    assert with_others(inbox) == "deep cannot be read: Permission denied; hand it in anew"


def test_a_file_that_becomes_another_while_it_is_read_is_refused(inbox, monkeypatch):
    laid(inbox / "mallory", {"half.py": b"half"})
    monkeypatch.setattr(os.path, "samestat", lambda one, other: False)
    laid(inbox / "ann", {"README.md": b""})
    ann, mallory = read(inbox)
    assert why(ann) is None
    assert why(mallory) == "half.py changed while it was read: grade it again"
