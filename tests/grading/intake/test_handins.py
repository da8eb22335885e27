"""The forms of a hand-in: a folder, files or archives. Only kata files are taken."""

import stat
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from dojo.course import Kata
from dojo.grading.intake import handins
from dojo.grading.intake.handins import NoHandIns
from dojo.grading.model.person import Person
from tests.grading import builders
from tests.grading.intake.packs import (
    ALL,
    COURSE,
    PRACTICE,
    laid,
    notes,
    only,
    read,
    tar_of,
    tar_with,
    why,
    within,
    zip_of,
    zip_with_mode,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no grading on Windows")

IN_TWO_CHAPTERS = builders.course(Kata("numbers", "add", "Plus"), Kata("words", "add", "Join"), title="Names twice")


def test_a_practice_folder_gives_its_katas_as_they_are_and_ignores_the_rest(inbox):
    laid(inbox / "ann", PRACTICE)
    one = only(inbox)
    assert one.person == Person("ann")
    assert one.files == ALL
    assert why(one) is None
    assert notes(one) == ("7 files are no kata's, and ignored",)


@pytest.mark.parametrize("top", ["", "ann/", "./", "homework/ann lee/final/"])
@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("ann.zip", zip_of),
        ("ann.tar", tar_of),
        ("ann.tar.gz", lambda files: tar_of(files, "w:gz")),
        ("ann.TGZ", lambda files: tar_of(files, "w:gz")),
    ],
)
def test_an_archive_holds_a_practice_folder_or_what_is_in_one(inbox, name, pack, top):
    (inbox / name).write_bytes(pack({top + each: contents for each, contents in PRACTICE.items()}))
    one = only(inbox)
    assert (one.person, one.files, why(one)) == (Person("ann"), ALL, None)


@pytest.mark.parametrize("top", ["", "a/b/c/", "words/"])
def test_a_flat_folder_is_taken_at_any_depth(inbox, top):
    laid(inbox / "ann", {top + "half.py": b"half", top + "shout.py": b"shout"})
    assert only(inbox).files == {"numbers/half": b"half", "words/shout": b"shout"}


def test_an_archive_in_a_folder_is_opened(inbox):
    laid(inbox / "ann", {"half.py": b"half", "work.zip": zip_of({"katas/words/shout.py": b"shout"})})
    assert only(inbox).files == {"numbers/half": b"half", "words/shout": b"shout"}


def test_an_archive_is_known_by_what_is_in_it_rather_than_by_its_name(inbox):
    (inbox / "ann.zip").write_bytes(tar_of(PRACTICE, "w:gz"))
    (inbox / "bob.tar").write_bytes(zip_of(PRACTICE))
    assert [each.files for each in read(inbox)] == [ALL, ALL]


def test_a_name_of_two_chapters_counts_in_the_folder_of_one_only(inbox):
    laid(inbox / "ann", {"add.py": b"flat"})
    laid(inbox / "bob", {"words/add.py": b"joins", "old/add.py": b"flat"})
    ann, bob = read(inbox, IN_TWO_CHAPTERS)
    said = "add.py may be numbers/add or words/add: it counts in the folder of its chapter"
    assert (ann.files, notes(ann)) == ({}, ("there is no file of a kata", said))
    assert (bob.files, notes(bob)) == ({"words/add": b"joins"}, (said,))


def test_a_kata_in_its_place_is_meant_before_one_elsewhere_and_a_shallow_one_before_a_deep_one(inbox):
    tries = ["half.py", "x/half.py", "x/y/numbers/half.py", "numbers/half.py", "x/katas/numbers/half.py"]
    for count in range(1, len(tries) + 1):
        laid(inbox / str(count), {name: name.encode() for name in tries[:count]})
    found = [each.files["numbers/half"].decode() for each in read(inbox)]
    assert found == ["half.py", "half.py", "x/y/numbers/half.py", "numbers/half.py", "x/katas/numbers/half.py"]


def test_what_is_left_out_is_told(inbox):
    laid(inbox / "ann", {"half.py": b"1", "old/half.py": b"2", "older/half.py": b"3"})
    one = only(inbox)
    assert one.files == {"numbers/half": b"1"}
    assert notes(one) == ("old/half.py, older/half.py: left out, since another file of that kata is meant before",)


def test_a_long_list_of_what_is_left_out_is_cut(inbox):
    laid(inbox / "ann", {f"{number}/half.py": b"" for number in range(9)})
    assert notes(only(inbox))[0].startswith(
        "1/half.py, 2/half.py, 3/half.py, 4/half.py, 5/half.py and 3 more: left out"
    )


def test_other_capitals_are_taken_and_told_where_there_is_no_better_one(inbox):
    laid(inbox / "ann", {"Katas/Numbers/Half.PY": b"half"})
    laid(inbox / "bob", {"Half.py": b"wrong", "half.py": b"right"})
    ann, bob = read(inbox)
    assert ann.files == {"numbers/half": b"half"}
    assert notes(ann) == ("Katas/Numbers/Half.PY: taken, though it is spelt otherwise",)
    assert bob.files == {"numbers/half": b"right"}


def test_of_two_entries_of_one_name_the_later_counts_as_when_it_is_unpacked(inbox):
    first, second = (tar_of({"half.py": contents}) for contents in (b"old", b"new"))
    (inbox / "ann.tar").write_bytes(first[:1024] + second)
    with zipfile.ZipFile(inbox / "bob.zip", "w") as archive:
        archive.writestr("half.py", b"old")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("half.py", b"new")
    assert [each.files["numbers/half"] for each in read(inbox)] == [b"new", b"new"]


def test_files_that_would_change_python_or_pytest_are_never_taken(inbox):
    hostile = ["conftest.py", "pytest.ini", "sitecustomize.py", "torch.py", "x.pth", "katas/numbers/test_half.py"]
    laid(inbox / "ann", dict.fromkeys(hostile, b"") | {"__pycache__/half.cpython-311.pyc": b""})
    one = only(inbox)
    assert (one.files, why(one)) == ({}, None)
    assert notes(one) == ("there is no file of a kata", "6 files are no kata's, and ignored")


def test_a_hand_in_of_nothing_has_no_files_and_says_so(inbox):
    (inbox / "ann").mkdir()
    (inbox / "bob.zip").write_bytes(zip_of({}))
    (inbox / "eve.tar").write_bytes(tar_of({}))
    assert {(tuple(each.files), notes(each), why(each)) for each in read(inbox)} == {
        ((), ("there is no file of a kata",), None)
    }


def test_bytes_stay_as_they_were_handed_in(inbox):
    odd = b"\xff\xfe\x00\r\n\r\x1a\x00"
    laid(inbox / "ann", {"half.py": odd, "shout.py": b""})
    assert only(inbox).files == {"numbers/half": odd, "words/shout": b""}


def test_environments_and_caches_of_tools_are_not_looked_into_and_their_links_do_no_harm(inbox):
    laid(inbox / "ann", {"half.py": b"half", ".venv/half.py": b"no", "__pycache__/half.py": b"no"})
    (inbox / "ann/.venv/python").symlink_to("/usr/bin/python3")
    (inbox / "bob.zip").write_bytes(zip_with_mode(stat.S_IFLNK, "venv/bin/python"))
    (inbox / "eve.tar").write_bytes(tar_with(tarfile.SYMTYPE, name="ann/.venv/bin/python"))
    ann, bob, eve = read(inbox)
    assert ann.files == {"numbers/half": b"half"}
    assert [why(each) for each in (ann, bob, eve)] == [None, None, None]


def test_a_folder_and_an_archive_of_one_name_are_one_hand_in_and_the_folder_counts_first(inbox):
    laid(inbox / "ann", {"half.py": b"folder"})
    (inbox / "ann.zip").write_bytes(zip_of({"katas/numbers/half.py": b"zip", "katas/words/shout.py": b"zip"}))
    one = only(inbox)
    assert one.files == {"numbers/half": b"folder", "words/shout": b"zip"}
    assert notes(one) == (
        "ann and ann.zip are taken as one hand-in: where both hold a kata, the first counts",
        "ann.zip/katas/numbers/half.py: left out, since another file of that kata is meant before",
    )


def test_one_name_in_two_spellings_of_unicode_is_one_person(inbox):
    laid(inbox, {"Zoe\u0308/half.py": b"half", "Zo\u00eb.zip": zip_of({"shout.py": b"shout"})})
    assert only(inbox).files == {"numbers/half": b"half", "words/shout": b"shout"}


def test_names_that_differ_in_capitals_or_numbers_are_different_people(inbox):
    laid(inbox, {"Ann/half.py": b"1", "ann/half.py": b"2"})
    laid(inbox / "Ann Lee_1_assignsubmission_file", {"half.py": b"3"})
    laid(inbox / "Ann Lee_2_assignsubmission_file", {"half.py": b"4"})
    assert [each.files["numbers/half"] for each in read(inbox)] == [b"1", b"3", b"4", b"2"]


def test_the_order_is_by_name_and_then_by_number(inbox):
    for name in ("bob", "Ann_2_assignsubmission_file", "Ann_10_assignsubmission_file", "Ann", "ann"):
        laid(inbox / name, {"half.py": b""})
    found = handins.read(inbox, COURSE)
    expected = [Person("Ann"), Person("Ann", moodle="10"), Person("Ann", moodle="2"), Person("ann"), Person("bob")]
    assert [each.person for each in found] == [each.person for each in found] == expected
    assert len(found) == 5


def test_the_digest_tells_a_changed_hand_in_from_an_unchanged_one_however_it_is_packed(inbox):
    laid(inbox / "a", PRACTICE)
    (inbox / "b.zip").write_bytes(zip_of(within("x", PRACTICE) | {"x/more.txt": b"changed"}))
    laid(inbox / "c", PRACTICE | {"katas/words/shout.py": b"shout\n"})
    laid(inbox / "d", {"half.py": b"half"})
    laid(inbox / "e", {"double.py": b"half"})
    laid(inbox / "f", {})
    (inbox / "f").mkdir()
    (inbox / "g.zip").write_bytes(b"")
    digests = [each.digest for each in read(inbox)]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 6


def test_what_is_nobodys_is_told_by_name(inbox):
    laid(inbox / "ann", {"half.py": b"half"})
    for name in ("bob.ipynb", "essay.docx", "conftest.py", ".DS_Store"):
        (inbox / name).write_bytes(b"")
    found = handins.read(inbox, COURSE)
    assert [each.name for each in found.people] == ["ann"]
    assert found.left_out == ("bob.ipynb", "essay.docx")


def test_where_there_are_no_hand_ins_that_is_told_in_a_line(inbox, tmp_path):
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "empty.zip").write_bytes(zip_of({}))
    (tmp_path / "broken.zip").write_bytes(b"PK")
    (tmp_path / "all.tar.gz").write_bytes(tar_of(PRACTICE, "w:gz"))
    for path, said in {
        inbox: "holds no hand-ins: put in a folder or an archive for each person",
        tmp_path / "empty.zip": "holds no hand-ins: put in a folder or an archive for each person",
        tmp_path / "nowhere": "cannot be read: No such file or directory",
        tmp_path / "notes.txt": "is no folder and no zip archive: give the folder that the hand-ins lie in",
        tmp_path / "all.tar.gz": "is no folder and no zip archive: give the folder that the hand-ins lie in",
        tmp_path / "broken.zip": "is no zip archive, or is broken: download it anew, or give what it unpacks to",
    }.items():
        with pytest.raises(NoHandIns) as told:
            handins.read(path, COURSE)
        assert str(told.value) == f"{path} {said}"


def test_a_folder_of_hand_ins_that_cannot_be_read_is_told(inbox, monkeypatch):
    def listing(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", listing)
    with pytest.raises(NoHandIns, match="cannot be read: Permission denied"):
        handins.read(inbox, COURSE)


def test_torch_is_not_imported():
    code = "import sys, dojo.grading.intake.handins; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
