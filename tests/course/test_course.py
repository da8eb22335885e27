"""The toml files of the course."""

import pytest

from dojo import course


def test_chapters_and_katas_come_in_the_order_that_the_files_give(project):
    whole = course.load(project.root / "katas")
    assert whole.problems == ()
    assert [kata.id for kata in whole.katas()] == ["words/shout", "numbers/double", "numbers/half"]
    double = whole.find("double")
    assert (double.title, double.points, double.hints) == ("Twice", 2, ("How often?", "Two times.", "return x * 2"))


@pytest.mark.parametrize(
    "name",
    ["double", "numbers/double", "katas/numbers/double.py", "numbers/test_double", "katas/numbers/test_double.py"],
)
def test_a_kata_is_found_by_any_of_its_names(project, name):
    assert course.load(project.root / "katas").find(name).id == "numbers/double"


def test_a_name_that_two_chapters_have_is_refused_with_both(project):
    project.write("katas/words/test_half.py", "")
    with pytest.raises(LookupError, match="half is the name of 2 katas: words/half, numbers/half"):
        course.load(project.root / "katas").find("half")


def test_the_nearest_names_are_suggested(project):
    whole = course.load(project.root / "katas")
    with pytest.raises(LookupError, match=r"there is no kata shuot: did you mean words/shout\? `kata list` shows all"):
        whole.find("shuot")
    with pytest.raises(LookupError, match="there is no kata zzz: `kata list` shows all"):
        whole.find("zzz")


PROBLEMS = {
    "a chapter that is not there": (
        "katas/course.toml",
        'title = "A"\nchapters = ["words", "numbers", "letters"]\n',
        "katas/course.toml: there is no chapter letters",
    ),
    "a chapter that is not listed": (
        "katas/course.toml",
        'title = "A"\nchapters = ["words"]\n',
        "katas/course.toml does not list the chapter numbers",
    ),
    "chapters that are no list": (
        "katas/course.toml",
        'title = "A"\nchapters = "words"\n',
        "katas/course.toml: chapters must be a list of names",
    ),
    "no title": ("katas/course.toml", 'chapters = ["words", "numbers"]\n', "katas/course.toml needs a title in words"),
    "a kata without a title": (
        "katas/words/chapter.toml",
        'title = "W"\n[katas.shout]\nhints = []\n',
        "words/chapter.toml: [katas.shout] needs a title in words",
    ),
    "a kata that is not there": (
        "katas/words/chapter.toml",
        'title = "W"\n[katas.shout]\ntitle = "S"\n[katas.whisper]\ntitle = "W"\n',
        "words/chapter.toml: whisper has no test_whisper.py beside it",
    ),
    "a kata that is not listed": (
        "katas/words/chapter.toml",
        'title = "W"\n',
        "words/chapter.toml does not list shout",
    ),
    "hints that are no list": (
        "katas/words/chapter.toml",
        'title = "W"\n[katas.shout]\ntitle = "S"\nhints = "loud"\n',
        "words/chapter.toml: [katas.shout] hints must be a list of sentences",
    ),
    "points that are no number": (
        "katas/words/chapter.toml",
        'title = "W"\n[katas.shout]\ntitle = "S"\npoints = true\n',
        "words/chapter.toml: [katas.shout] points must be a whole number from 1 up",
    ),
    "a kata that is no table": (
        "katas/words/chapter.toml",
        'title = "W"\n[katas]\nshout = 3\n',
        "words/chapter.toml: [katas.shout] must be a table",
    ),
    "not toml": ("katas/words/chapter.toml", 'title = "W"\nkatas = {\n', "words/chapter.toml, line 2: "),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_is_wrong_with_a_file_is_told_and_every_kata_is_still_there(project, name):
    file, text, words = PROBLEMS[name]
    project.write(file, text)
    whole = course.load(project.root / "katas")
    assert len(whole.problems) == 1
    assert whole.problems[0].startswith(words)
    assert sorted(kata.id for kata in whole.katas()) == ["numbers/double", "numbers/half", "words/shout"]


def test_a_missing_file_is_told(project):
    (project.root / "katas/words/chapter.toml").unlink()
    whole = course.load(project.root / "katas")
    assert whole.problems == ("words/chapter.toml cannot be read: No such file or directory",)


def test_a_file_that_is_not_utf8_is_told(project):
    (project.root / "katas/words/chapter.toml").write_bytes('title = "Wörter"\n'.encode("latin-1"))
    whole = course.load(project.root / "katas")
    assert whole.problems == ("words/chapter.toml is not UTF-8 text: byte 10 cannot be read",)


def test_the_ledger_is_read_in_its_order_with_errata(project):
    rows = course.concepts(project.root / "katas")
    assert [row.id for row in rows] == ["numbers.double", "numbers.half", "words.shout", "words.whisper"]
    assert rows[1].erratum == "the notes say x // 2"
    assert rows[0].erratum is None


def test_this_projects_ledger_has_its_128_rows(root):
    assert len(course.concepts(root / "katas")) == 128
