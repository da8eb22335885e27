"""All hand-ins together: as Canvas and Moodle deliver them, in a folder or in one zip archive."""

import os
import sys

import pytest

from dojo.grading.intake.people import parse_upload_name
from dojo.grading.model.person import Person, safe_name
from tests.grading.intake.packs import ALL, PRACTICE, laid, names, notes, only, read, tar_of, within, zip_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no grading on Windows")

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
    assert notes(late)[0] == "Canvas says that it is late"
    assert notes(found[Person("poebob", canvas="103")])[0] == "there is no file of a kata"
    assert notes(found[Person("poeeve", canvas="104")]) == (
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
    # A person called bob_101 looks like the user 101 in Canvas's file names.
    laid(inbox, {"leeann_101_9001_half.py": b"hers", "bob_101_202_9002_half.py": b"his"})
    bob, ann = read(inbox)
    assert ann.files == {"numbers/half": b"hers"}
    assert notes(ann) == ("in Canvas, bob has the number 101 too: see which grade counts",)
    assert notes(bob)[0] == "in Canvas, leeann has the number 101 too: see which grade counts"


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
    assert notes(found[Person("Bob Poe", moodle="202")])[0] == "text that was typed into a form is not looked at"
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


def test_nothing_is_written_or_run(inbox, tmp_path, monkeypatch):
    laid(inbox, BULKS["by hand"])
    before, loaded = sorted(tmp_path.rglob("*")), set(sys.modules)
    monkeypatch.chdir(tmp_path)
    read(inbox)
    assert sorted(tmp_path.rglob("*")) == before
    assert not {name.partition(".")[0] for name in sys.modules.keys() - loaded} & {"half", "katas", "numbers"}


ODD = ["a\nb", 'a"b', "=1+1", "<script>", "\x1b[31mred", "@x", "a'b;--", "a,b", "‮abc", " ", "con", "a" * 200, "ß", "ss"]


def test_names_are_kept_as_they_are_and_stay_on_one_line_in_notes(inbox):
    for name in ODD:
        laid(inbox / name, {"x/half.py": b"", "x\x1b[2J\n/half.py": b""})
    found = read(inbox)
    assert sorted(each.person.name for each in found) == sorted(ODD)
    for each in found:
        assert all(note.isprintable() for note in notes(each))
    assert all("x\\x1b[2J\\n/half.py" in notes(each)[0] for each in found)


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
        assert parse_upload_name(name, False).is_plain
