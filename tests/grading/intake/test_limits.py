"""Size limits of hand-ins, and the memory that it takes to check them."""

import gzip
import io
import os
import sys
import tarfile
import tracemalloc
import zipfile

import pytest

from dojo.grading.intake import handins, limits, zips
from tests.grading.intake.packs import (
    ALL,
    COURSE,
    PRACTICE,
    laid,
    notes,
    only,
    read,
    tar_of,
    why,
    with_others,
    within,
    zip_of,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no grading on Windows")


def test_a_file_larger_than_any_kata_is_left_out_and_told(inbox):
    large = b"# " + os.urandom(limits.MAX_KATA_BYTES)
    laid(inbox / "ann", {"half.py": large, "shout.py": b"shout", "old/half.py": b"half"})
    (inbox / "bob.zip").write_bytes(zip_of({"half.py": large, "shout.py": b"shout"}))
    (inbox / "eve.tgz").write_bytes(tar_of({"half.py": large, "shout.py": b"x" * limits.MAX_KATA_BYTES}, "w:gz"))
    ann, bob, eve = read(inbox)
    assert ann.files == {"numbers/half": b"half", "words/shout": b"shout"}
    assert notes(ann) == ("half.py: larger than 1 MiB, and left out",)
    assert (tuple(bob.files), tuple(eve.files)) == (("words/shout",), ("words/shout",))
    assert notes(bob) == ("bob.zip/half.py: larger than 1 MiB, and left out",)


def test_a_file_with_a_hole_is_not_read_whole(inbox):
    laid(inbox / "ann", {"shout.py": b"shout"})
    with (inbox / "ann/half.py").open("wb") as stream:
        stream.truncate(1 << 40)
    assert tuple(only(inbox).files) == ("words/shout",)


def zip_bomb(name: str, size: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as entry:
        for _ in range(size >> 20):
            entry.write(bytes(1 << 20))
    return stream.getvalue()


@pytest.mark.parametrize("name", ["katas/numbers/half.py", "zeros.bin"])
@pytest.mark.parametrize("kind", ["zip", "tgz"])
def test_a_bomb_is_refused_in_little_memory(inbox, name, kind):
    packed = zip_bomb(name, 64 << 20) if kind == "zip" else tar_of({name: bytes(64 << 20)}, "w:gz")
    assert len(packed) < 1 << 17
    (inbox / f"mallory.{kind}").write_bytes(packed)
    del packed
    tracemalloc.start()
    try:
        assert with_others(inbox) == (
            f"mallory.{kind} unpacks to more than 200 times its size: hand in the folder katas alone"
        )
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def test_a_zip_whose_headers_lie_about_its_size_gives_no_more_than_they_say(inbox):
    packed = bytearray(zip_bomb("half.py", 32 << 20))
    for start, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        where = packed.index(start) + place
        packed[where : where + 4] = (4).to_bytes(4, "little")
    (inbox / "mallory.zip").write_bytes(packed)
    assert "mallory.zip/half.py is broken" in with_others(inbox)


def test_all_archives_of_one_hand_in_together_unpack_to_so_much_only(inbox, monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 4 << 20)
    for number in range(5):
        laid(inbox / "mallory", {f"{number}.zip": zip_bomb("zeros", 1 << 20)})
    assert "unpacks to more than 4 MiB" in with_others(inbox)


def test_a_header_that_asks_for_much_memory_gets_none(inbox):
    member = tarfile.TarInfo("x")
    member.type, member.size = tarfile.XHDTYPE, 1 << 30
    packed = gzip.compress(member.tobuf() + bytes(8 << 20))
    (inbox / "mallory.tgz").write_bytes(packed)
    assert "is broken" in with_others(inbox)


def test_a_zip_with_a_huge_list_of_entries_is_not_listed(inbox, monkeypatch):
    monkeypatch.setattr(zips.open_zip, "__defaults__", (1000,))
    (inbox / "mallory.zip").write_bytes(zip_of({f"{number}.txt": b"" for number in range(100)}))
    assert "is broken" in with_others(inbox)


@pytest.mark.parametrize("pack", [None, zip_of, tar_of])
def test_too_many_files_are_refused(inbox, monkeypatch, pack):
    monkeypatch.setattr(limits, "MAX_ENTRIES", 50)
    files = {f"{number}.txt": b"" for number in range(60)}
    if pack:
        (inbox / "mallory.zip").write_bytes(pack(files))
    else:
        laid(inbox / "mallory", files)
    assert "holds more than 50 files: hand in the folder katas alone" in with_others(inbox)


def test_too_many_archives_are_refused(inbox):
    laid(inbox / "mallory", {f"{number}.zip": zip_of({}) for number in range(30)})
    assert "is one archive too many: hand in 20 at most" in with_others(inbox)


@pytest.mark.parametrize("pack", [None, zip_of, tar_of])
def test_folders_within_folders_without_end_are_refused(inbox, pack):
    files = {"d/" * 60 + "half.py": b""}
    if pack:
        (inbox / "mallory.tar").write_bytes(pack(files))
    else:
        laid(inbox / "mallory", files)
    assert "folders within folders" in with_others(inbox)


def test_an_archive_within_an_archive_is_not_opened(inbox):
    inner = zip_of(PRACTICE)
    (inbox / "ann.zip").write_bytes(zip_of({"half.py": b"half", "inner.zip": inner}))
    (inbox / "bob.zip").write_bytes(zip_of({"inner.zip": inner}))
    (inbox / "eve.rar").write_bytes(b"Rar!")
    ann, bob, eve = read(inbox)
    assert ann.files == {"numbers/half": b"half"}
    assert notes(ann) == ("ann.zip/inner.zip: not opened: an archive in another one, or of a kind that is not read",)
    assert why(bob) == ("bob.zip/inner.zip is not opened: hand in a zip or tar.gz archive, with no other in it")
    assert why(eve) == "eve.rar is not opened: hand in a zip or tar.gz archive, with no other in it"


def test_an_archive_in_the_zip_of_all_is_held_in_memory_up_to_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "MAX_NESTED_BYTES", 1 << 20)
    large = zip_of({"half.py": b"half", "data": os.urandom(2 << 20)}, zipfile.ZIP_STORED)
    (tmp_path / "all.zip").write_bytes(zip_of(within("ann", PRACTICE) | {"mallory.zip": large}))
    ann, mallory = read(tmp_path / "all.zip")
    assert ann.files == ALL
    assert "mallory.zip has more than 1 MiB" in str(why(mallory))


def test_only_one_hand_in_is_in_memory_at_a_time(inbox):
    for number in range(40):
        laid(inbox / f"{number:02}", {"half.py": bytes(limits.MAX_KATA_BYTES)})
    tracemalloc.start()
    try:
        for one in handins.read(inbox, COURSE):
            assert len(one.files["numbers/half"]) == limits.MAX_KATA_BYTES
        assert tracemalloc.get_traced_memory()[1] < 8 * limits.MAX_KATA_BYTES
    finally:
        tracemalloc.stop()
