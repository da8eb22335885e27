"""Hand-ins as they come: packed and named in every way, honest, careless and hostile."""

import gzip
import io
import os
import socket
import stat
import subprocess
import sys
import tarfile
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from dojo.course import Chapter, Course, Kata
from dojo.grading.intake import handins, limits, zips
from dojo.grading.intake.handins import HandIn, NoHandIns
from dojo.grading.intake.people import label
from dojo.grading.model.person import Person, safe_name

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no grading on Windows")

COURSE = Course(
    "A small course",
    (
        Chapter("numbers", "Numbers", (Kata("numbers", "double", "Twice"), Kata("numbers", "half", "Half"))),
        Chapter("words", "Words", (Kata("words", "shout", "Aloud"),)),
    ),
)
IN_TWO_CHAPTERS = Course(
    "Names twice",
    (
        Chapter("numbers", "Numbers", (Kata("numbers", "add", "Plus"),)),
        Chapter("words", "Words", (Kata("words", "add", "Join"),)),
    ),
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


@pytest.fixture
def inbox(tmp_path):
    """The folder that hand-ins are put into."""
    folder = tmp_path / "hand-ins"
    folder.mkdir()
    return folder


def laid(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, contents in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(contents)


def zip_of(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, contents in files.items():
            info = zipfile.ZipInfo()  # with its name set later, as whoever writes it likes
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


# What a hand-in may be.


def test_a_practice_folder_gives_its_katas_as_they_are_and_ignores_the_rest(inbox):
    laid(inbox / "ann", PRACTICE)
    one = only(inbox)
    assert one.person == Person("ann")
    assert one.files == ALL
    assert one.ungradable is None
    assert one.notes == ("7 files are no kata's, and ignored",)


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
    assert (one.person, one.files, one.ungradable) == (Person("ann"), ALL, None)


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
    assert (ann.files, ann.notes) == ({}, ("there is no file of a kata", said))
    assert (bob.files, bob.notes) == ({"words/add": b"joins"}, (said,))


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
    assert one.notes == ("old/half.py, older/half.py: left out, since another file of that kata is meant before",)


def test_a_long_list_of_what_is_left_out_is_cut(inbox):
    laid(inbox / "ann", {f"{number}/half.py": b"" for number in range(9)})
    assert only(inbox).notes[0].startswith("1/half.py, 2/half.py, 3/half.py, 4/half.py, 5/half.py and 3 more: left out")


def test_other_capitals_are_taken_and_told_where_there_is_no_better_one(inbox):
    laid(inbox / "ann", {"Katas/Numbers/Half.PY": b"half"})
    laid(inbox / "bob", {"Half.py": b"wrong", "half.py": b"right"})
    ann, bob = read(inbox)
    assert ann.files == {"numbers/half": b"half"}
    assert ann.notes == ("Katas/Numbers/Half.PY: taken, though it is spelt otherwise",)
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
    assert (one.files, one.ungradable) == ({}, None)
    assert one.notes == ("there is no file of a kata", "6 files are no kata's, and ignored")


def test_a_hand_in_of_nothing_has_no_files_and_says_so(inbox):
    (inbox / "ann").mkdir()
    (inbox / "bob.zip").write_bytes(zip_of({}))
    (inbox / "eve.tar").write_bytes(tar_of({}))
    assert {(tuple(each.files), each.notes, each.ungradable) for each in read(inbox)} == {
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
    assert [each.ungradable for each in (ann, bob, eve)] == [None, None, None]


# Canvas and Moodle.


def test_canvas_puts_the_files_of_all_into_one_folder(inbox):
    laid(
        inbox,
        {
            "leeann_101_9001_half.py": b"half",
            "leeann_101_9002_shout.py": b"shout",
            "muellerzoë_LATE_102_9003_work.zip": zip_of(within("practice", PRACTICE)),
            "poebob_103_9004_report.pdf": b"%PDF",
            "poeeve_104_text.html": b"<p>my answers</p>",
            "anon_x7Kp2_9005_half.py": b"half",
        },
    )
    found = {each.person: each for each in read(inbox)}
    assert found[Person("leeann", canvas="101")].files == {"numbers/half": b"half", "words/shout": b"shout"}
    late = found[Person("muellerzoë", canvas="102")]
    assert late.files == ALL
    assert late.notes[0] == "Canvas says that it is late"
    assert found[Person("poebob", canvas="103")].notes[0] == "there is no file of a kata"
    assert found[Person("poeeve", canvas="104")].notes == (
        "text that was typed into a form is not looked at",
        "there is no file of a kata",
    )
    assert found[Person("anon_x7Kp2")].files == {"numbers/half": b"half"}
    assert len(found) == 5


def test_of_files_that_canvas_numbered_the_last_one_counts(inbox):
    random = "half-7c6cf3a2-9f0f-4d38-9a55-0b6f0c1a2b3c.py"
    laid(
        inbox,
        {
            "leeann_101_9001_half.py": b"0",
            "leeann_101_9002_half-1.py": b"1",
            "leeann_101_9007_half-10.py": b"10",
            "leeann_101_9004_half-2.py": b"2",
            "poebob_103_9011_work-2.tar.gz": tar_of({"half.py": b"new"}, "w:gz"),
            "poebob_103_9010_work-1.tar.gz": tar_of({"numbers/half.py": b"old", "shout.py": b"kept"}, "w:gz"),
            f"roeeve_104_9013_{random}": b"random",
            "roeeve_104_9012_half-7.py": b"7",
        },
    )
    ann, bob, eve = read(inbox)
    assert ann.files == {"numbers/half": b"10"}
    assert bob.files == {"numbers/half": b"new", "words/shout": b"kept"}
    assert eve.files == {"numbers/half": b"random"}


def test_one_number_of_canvas_under_two_names_stays_two_people_and_is_told(inbox):
    # Who is called bob_101 looks like 101 in Canvas's names.
    laid(inbox, {"leeann_101_9001_half.py": b"hers", "bob_101_202_9002_half.py": b"his"})
    bob, ann = read(inbox)
    assert ann.files == {"numbers/half": b"hers"}
    assert ann.notes == ("in Canvas, bob has the number 101 too: see which grade counts",)
    assert bob.notes[0] == "in Canvas, leeann has the number 101 too: see which grade counts"


def test_names_with_numbers_that_are_not_canvass_are_no_one_persons(inbox):
    laid(inbox, {"hw_3_2026_ann.zip": zip_of(PRACTICE), "hw_3_2026_bob.zip": zip_of({"half.py": b"bob"})})
    assert names(inbox) == ["hw_3_2026_ann", "hw_3_2026_bob"]


def test_moodle_makes_a_folder_of_each_person(inbox):
    laid(inbox / "Ann Lee_201_assignsubmission_file", within("practice", PRACTICE))
    laid(inbox / "Bob Poe_202_assignsubmission_file_", {"work.zip": zip_of(PRACTICE)})
    laid(inbox / "Bob Poe_202_assignsubmission_onlinetext_", {"onlinetext.html": b"", "half.py": b"not this"})
    laid(inbox / "Default group_assignsubmission_file", {"half.py": b"half"})
    laid(inbox / "Participant_77_assignsubmission_file", {"half.py": b"half"})
    found = {each.person: each for each in read(inbox)}
    assert found[Person("Ann Lee", moodle="201")].files == ALL
    assert found[Person("Bob Poe", moodle="202")].files == ALL
    assert found[Person("Bob Poe", moodle="202")].notes[0] == "text that was typed into a form is not looked at"
    assert found[Person("Default group")].files == {"numbers/half": b"half"}
    assert found[Person("Participant", moodle="77")].files == {"numbers/half": b"half"}


def test_moodle_puts_the_files_of_all_into_one_folder_where_that_was_chosen(inbox):
    laid(
        inbox,
        {
            "Ann Lee_201_assignsubmission_file_half.py": b"half",
            "Ann Lee_201_assignsubmission_file_shout.py": b"shout",
            "Ann Lee_201_assignsubmission_onlinetext_onlinetext.html": b"",
            "Zoë D'Arc_202_assignsubmission_file_my_1_2_work.zip": zip_of(PRACTICE),
        },
    )
    ann, zoe = read(inbox)
    assert ann.person == Person("Ann Lee", moodle="201")
    assert ann.files == {"numbers/half": b"half", "words/shout": b"shout"}
    assert (zoe.person, zoe.files) == (Person("Zoë D'Arc", moodle="202"), ALL)


BULKS = {
    "canvas": {
        "leeann_101_9001_half.py": b"half",
        "muellerzoë_102_9002_work.zip": zip_of(PRACTICE),
        "poebob_103_9003_work.tar.gz": tar_of(PRACTICE, "w:gz"),
    },
    "moodle": within("Ann Lee_201_assignsubmission_file", PRACTICE)
    | {"Bob Poe_202_assignsubmission_file/work.zip": zip_of(PRACTICE)},
    "by hand": within("ann", PRACTICE) | {"bob.zip": zip_of(PRACTICE), "eve/half.py": b"half"},
}


@pytest.mark.parametrize("kind", BULKS)
def test_a_bulk_download_is_read_as_a_zip_or_unpacked_with_a_folder_around_it_or_without(inbox, tmp_path, kind):
    laid(inbox, BULKS[kind])
    as_folder = [(each.person, each.files) for each in read(inbox)]
    for name, files in (("bare", BULKS[kind]), ("around", within("submissions", BULKS[kind]))):
        zipped = tmp_path / f"{name}.zip"
        zipped.write_bytes(zip_of(files | {"__MACOSX/._x": b"", ".DS_Store": b""}))
        assert [(each.person, each.files) for each in read(zipped)] == as_folder


def test_names_in_a_zip_that_macos_made_are_utf_8_though_it_does_not_say_so(tmp_path):
    packed = zip_of({"Zoé/half.py": b"half", "ann/half.py": b""}).replace("Zoé".encode(), b"Zo\xc3\xa9")
    stream = bytearray(packed)
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        place = stream.index(start)
        stream[place + (6 if start[2] == 3 else 8) + 1] &= ~0x08  # the flag that says so
    (tmp_path / "all.zip").write_bytes(stream)
    assert names(tmp_path / "all.zip") == ["Zoé", "ann"]


def test_one_person_in_the_zip_of_all_is_that_person(tmp_path):
    (tmp_path / "all.zip").write_bytes(zip_of(within("ann", PRACTICE)))
    assert only(tmp_path / "all.zip").person == Person("ann")


@pytest.mark.parametrize("files", [PRACTICE, {"half.py": b"half\n"}, {"numbers/half.py": b"half\n", "README.md": b""}])
def test_ones_own_folder_or_zip_goes_by_its_name(inbox, tmp_path, files):
    laid(inbox, files)
    (tmp_path / "mine.zip").write_bytes(zip_of(files))
    assert [read(each)[0].person for each in (inbox, tmp_path / "mine.zip")] == [Person("hand-ins"), Person("mine")]
    assert only(inbox).files == only(tmp_path / "mine.zip").files
    assert only(inbox).files["numbers/half"] == b"half\n"


def test_a_kata_that_lies_beside_the_hand_ins_takes_nobody_elses_place(inbox):
    laid(inbox, {"half.py": b"stray", "katas/words/shout.py": b"stray", "ann/half.py": b"ann"})
    assert {each.person.name: each.files.get("numbers/half") for each in read(inbox)} == {
        "ann": b"ann",
        "hand-ins": b"stray",
    }


def test_what_nobody_handed_in_is_no_hand_in(inbox):
    laid(inbox, {"ann/half.py": b"", "grades.csv": b"", ".DS_Store": b"", "conftest.py": b"", "Thumbs.db": b""})
    assert names(inbox) == ["ann"]


# Two of one person.


def test_a_folder_and_an_archive_of_one_name_are_one_hand_in_and_the_folder_counts_first(inbox):
    laid(inbox / "ann", {"half.py": b"folder"})
    (inbox / "ann.zip").write_bytes(zip_of({"katas/numbers/half.py": b"zip", "katas/words/shout.py": b"zip"}))
    one = only(inbox)
    assert one.files == {"numbers/half": b"folder", "words/shout": b"zip"}
    assert one.notes == (
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


# What is refused, with all others graded.


def with_others(inbox: Path) -> str:
    """Return why the hand-in of mallory cannot be graded, once that of ann was."""
    laid(inbox / "ann", PRACTICE)
    found = {each.person.name: each for each in read(inbox)}
    assert found["ann"].files == ALL
    mallory = found["mallory"]
    assert mallory.files == {}
    assert mallory.ungradable is not None
    assert "\n" not in mallory.ungradable
    return mallory.ungradable


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
    assert "a name that leads outside of it" in str(mallory.ungradable)


@pytest.mark.parametrize("name", ["mallory", "mallory.zip", "mallory_1_2_half.py", "mallory/half.py"])
def test_a_link_in_the_zip_of_all_is_refused_for_its_person_only(tmp_path, name):
    packed = tmp_path / "all.zip"
    packed.write_bytes(zip_with_mode(stat.S_IFLNK, name))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("ann/half.py", b"half")
    ann, mallory = read(packed)
    assert (ann.files, mallory.person.name, mallory.files) == ({"numbers/half": b"half"}, "mallory", {})
    assert mallory.ungradable == f"all.zip holds a link, {name}: hand in plain files and folders"


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
        assert one.ungradable is None or one.ungradable.startswith(("ann.zip", "katas/"))


def test_a_tar_with_any_byte_changed_is_read_or_refused_in_a_sentence(inbox):
    whole = tar_of({"half.py": b"half", "numbers/double.py": b"double"})[:3072]
    for place in range(0, len(whole), 3):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        (inbox / "ann.tar").write_bytes(changed)
        one = only(inbox)
        assert one.ungradable is None or one.ungradable.startswith("ann.tar")


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
    assert ann.ungradable is None
    assert mallory.ungradable == "half.py changed while it was read: grade it again"


# Limits.


def test_a_file_larger_than_any_kata_is_left_out_and_told(inbox):
    large = b"# " + os.urandom(limits.KATA)
    laid(inbox / "ann", {"half.py": large, "shout.py": b"shout", "old/half.py": b"half"})
    (inbox / "bob.zip").write_bytes(zip_of({"half.py": large, "shout.py": b"shout"}))
    (inbox / "eve.tgz").write_bytes(tar_of({"half.py": large, "shout.py": b"x" * limits.KATA}, "w:gz"))
    ann, bob, eve = read(inbox)
    assert ann.files == {"numbers/half": b"half", "words/shout": b"shout"}
    assert ann.notes == ("half.py: larger than 1 MiB, and left out",)
    assert (tuple(bob.files), tuple(eve.files)) == (("words/shout",), ("words/shout",))
    assert bob.notes == ("bob.zip/half.py: larger than 1 MiB, and left out",)


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
    monkeypatch.setattr(limits, "UNPACKED", 4 << 20)
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
    monkeypatch.setattr(zips.opened, "__defaults__", (1000,))
    (inbox / "mallory.zip").write_bytes(zip_of({f"{number}.txt": b"" for number in range(100)}))
    assert "is broken" in with_others(inbox)


@pytest.mark.parametrize("pack", [None, zip_of, tar_of])
def test_too_many_files_are_refused(inbox, monkeypatch, pack):
    monkeypatch.setattr(limits, "ENTRIES", 50)
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
    assert ann.notes == ("ann.zip/inner.zip: not opened: an archive in another one, or of a kind that is not read",)
    assert bob.ungradable == ("bob.zip/inner.zip is not opened: hand in a zip or tar.gz archive, with no other in it")
    assert eve.ungradable == "eve.rar is not opened: hand in a zip or tar.gz archive, with no other in it"


def test_an_archive_in_the_zip_of_all_is_held_in_memory_up_to_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "PACKED", 1 << 20)
    large = zip_of({"half.py": b"half", "data": os.urandom(2 << 20)}, zipfile.ZIP_STORED)
    (tmp_path / "all.zip").write_bytes(zip_of(within("ann", PRACTICE) | {"mallory.zip": large}))
    ann, mallory = read(tmp_path / "all.zip")
    assert ann.files == ALL
    assert "mallory.zip has more than 1 MiB" in str(mallory.ungradable)


def test_only_one_hand_in_is_in_memory_at_a_time(inbox):
    for number in range(40):
        laid(inbox / f"{number:02}", {"half.py": bytes(limits.KATA)})
    tracemalloc.start()
    try:
        for one in handins.read(inbox, COURSE):
            assert len(one.files["numbers/half"]) == limits.KATA
        assert tracemalloc.get_traced_memory()[1] < 8 * limits.KATA
    finally:
        tracemalloc.stop()


def test_nothing_is_written_or_run(inbox, tmp_path, monkeypatch):
    laid(inbox, BULKS["by hand"])
    before, loaded = sorted(tmp_path.rglob("*")), set(sys.modules)
    monkeypatch.chdir(tmp_path)
    read(inbox)
    assert sorted(tmp_path.rglob("*")) == before
    assert not {name.partition(".")[0] for name in sys.modules.keys() - loaded} & {"half", "katas", "numbers"}


# Names.

ODD = ["a\nb", 'a"b', "=1+1", "<script>", "\x1b[31mred", "@x", "a'b;--", "a,b", "‮abc", " ", "con", "a" * 200, "ß", "ss"]


def test_names_are_kept_as_they_are_and_stay_on_one_line_in_notes(inbox):
    for name in ODD:
        laid(inbox / name, {"x/half.py": b"", "x\x1b[2J\n/half.py": b""})
    found = read(inbox)
    assert sorted(each.person.name for each in found) == sorted(ODD)
    for each in found:
        assert all(note.isprintable() for note in each.notes)
    assert all("x\\x1b[2J\\n/half.py" in each.notes[0] for each in found)


@pytest.mark.skipif(sys.platform == "darwin", reason="its file system takes UTF-8 only")
def test_names_that_are_no_utf_8_can_be_written_all_the_same(inbox):
    for name in (b"Zo\xeb", b"Zo\xe9"):
        (inbox / os.fsdecode(name)).mkdir()
    assert names(inbox) == ["Zo\\xe9", "Zo\\xeb"]
    for each in read(inbox):
        each.person.name.encode()
        safe_name(each.person)


def test_a_safe_name_is_one_on_any_file_system_and_no_two_people_share_one():
    people = [Person(name) for name in [*ODD, "ann", "Ann", "ANN", "ann.", "..", ".", "", "a/b", "a\\b", "nul", "a-b"]]
    people += [Person("ann", canvas="1"), Person("ann", moodle="1"), Person("ann", canvas="11"), Person("ann_1")]
    people += [
        Person("ann", canvas="1", moodle="1"),
        Person("ann1"),
        Person("ann\0", "1"),
        Person("Zoë"),
        Person("zoe"),
    ]
    people += [Person(safe_name(each)) for each in people]
    made = {safe_name(each).lower() for each in people}
    assert len(made) == len(set(people))
    for each in made:
        assert each.isascii()
        assert len(each) <= 60
        assert set(each) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
        assert each not in ("con", "nul")


def test_a_plain_name_stays_as_it_is():
    assert [safe_name(Person(name)) for name in ("ann", "lee-ann_2", "a" * 60)] == ["ann", "lee-ann_2", "a" * 60]
    assert safe_name(Person("Zoë Müller", canvas="102")).startswith("zoe-muller-")
    assert safe_name(Person("李")).startswith("someone-")


def test_long_names_are_looked_at_in_little_time():
    for name in ("_1" * 100_000, "_" + "1" * 200_000, "a_" * 100_000, "_assignsubmission_" * 10_000):
        assert label(name, False).by_hand


# What is the same again.


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


# Where there is nothing to grade.


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
