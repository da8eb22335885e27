"""``kata list``, next, show, hint, solution, reset: what a learner asks between two saves."""

import os
import sys

import pytest

from dojo.runner import devices
from dojo.workspace import record

DEVICES = devices.choose(()).names
SQUARE = "def double(x):\n    return x * x + 1\n"


def test_pytest_katas_keeps_the_record_that_kata_list_shows(project):
    project.solve("words/shout")
    project.write("katas/numbers/double.py", SQUARE)
    project.pytest("katas")
    assert project.kata("list").lines == [
        "words: Words  1 of 1",
        "  ✔ shout   cpu  Aloud",
        "numbers: Numbers  0 of 2",
        "  ✘ double       Twice",
        "  · half         Half",
        "",
        "✔ solved   ✘ wrong   · to do",
        "1 of 3 katas solved: 1 on cpu",
        "next  katas/numbers/double.py",
    ]


def test_a_kata_solved_on_one_device_is_not_shown_as_solved_on_another(project):
    project.solve("numbers/half")
    project.pytest("katas", "--device", "cpu")
    assert "  ✔ half    cpu  Half" in project.kata("list").lines
    project.write(
        "katas/numbers/test_half.py",
        "from katas.numbers import half\n\ndef test_half(device):\n    '''Half.'''\n    assert device.type == 'cpu' and half.half(2) == 1\n",
    )
    project.pytest("katas")
    if len(DEVICES) > 1:
        assert "  ✘ half    cpu  Half" in project.kata("list").lines
        assert "0 of 3 katas solved: 1 on cpu" in project.kata("list").lines


def test_an_answer_edited_since_does_not_count(project):
    project.solve("words/shout")
    project.pytest("katas")
    project.write("katas/words/shout.py", "def shout(word):\n    return word\n")
    lines = project.kata("list").lines
    assert "  ◐ shout   Aloud" in lines
    assert "◐ begun, or edited since   · to do" in lines


@pytest.mark.parametrize(
    "options",
    [
        ("-k", "two"),
        ("katas/words/test_shout.py::test_shouting_is_upper_case",),
        ("--collect-only",),
        ("--answers", "solutions"),
        ("--lf",),
        ("-p", "no:record"),
    ],
    ids=" ".join,
)
def test_what_is_no_run_of_whole_katas_on_the_learners_answers_is_not_recorded(project, options):
    project.solve("words/shout", "numbers/double", "numbers/half")
    project.pytest("katas", *options) if "::" not in options[0] else project.pytest(*options)
    assert record.read(project.root) == record.Record()


def test_a_run_that_stops_at_the_first_failure_says_nothing_of_the_rest(project):
    project.solve("words/shout", "numbers/half")
    project.write("katas/numbers/double.py", SQUARE)
    project.pytest("katas", "-x")
    assert set(record.read(project.root).entries) == {"numbers/double"}


def test_under_xdist_the_record_is_the_same(project):
    project.solve("words/shout", "numbers/half")
    project.pytest("katas", "-n", "2")
    assert {kata for kata, entry in record.read(project.root).entries.items() if entry.is_solved} == {
        "words/shout",
        "numbers/half",
    }


def test_a_record_that_cannot_be_written_does_not_stop_the_run(project):
    (project.root / f".{record.FILE}.lock").mkdir()
    project.solve("words/shout", "numbers/half", "numbers/double")
    outcome = project.pytest("katas")
    assert outcome.status == 0
    assert any("! progress.json cannot be written" in line for line in outcome.lines), outcome.text


def test_what_was_tried_comes_next_and_the_list_agrees(project):
    project.write("katas/numbers/double.py", SQUARE)
    project.pytest("katas")
    assert project.kata("next").lines[0] == "numbers/double  Twice"
    assert project.kata("list").lines[-1] == "next  katas/numbers/double.py"
    record.note_current(project.root, "numbers/half")
    assert project.kata("next").lines[0] == "numbers/half  Half"
    assert project.kata("list").lines[-1] == "next  katas/numbers/half.py"


def test_list_in_a_narrow_terminal_without_unicode(project):
    project.write("katas/words/chapter.toml", f'title = "{"W" * 80}"\n[katas.shout]\ntitle = "{"S" * 80}"\n')
    lines = project.kata("list", COLUMNS="60", PYTHONIOENCODING="ascii").lines
    assert lines[0] == f"words: {'W' * 42}...  0 of 1"
    assert lines[1] == f"  . shout   {'S' * 45}..."
    assert max(map(len, lines)) <= 60


def test_list_of_one_chapter(project):
    assert project.kata("list", "words").lines == [
        "words: Words  0 of 1",
        "  · shout   Aloud",
        "",
        "· to do",
        "0 of 3 katas solved",
        "next  katas/words/shout.py",
    ]
    outcome = project.kata("list", "wodrs")
    assert (outcome.status, outcome.lines) == (
        1,
        ["Error: there is no chapter wodrs: the chapters are words, numbers"],
    )


def test_the_command_is_a_module_too(project):
    assert project.shell(sys.executable, "-m", "dojo", "next").lines == project.kata("next").lines


def test_next_is_the_first_that_is_not_solved(project):
    assert project.kata("next").lines == [
        "words/shout  Aloud",
        "edit   katas/words/shout.py",
        "check  pytest katas/words/test_shout.py",
    ]
    project.solve("words/shout")
    project.pytest("katas")
    assert project.kata("next").lines[0] == "numbers/double  Twice"
    assert project.kata("hint").lines[0] == "numbers/double, hint 1 of 3"
    project.solve("numbers/double", "numbers/half")
    project.pytest("katas")
    assert project.kata("next").lines == ["all 3 katas are solved"]
    assert project.kata("show").lines == ["Error: all katas are solved: name one"]


def test_show_tells_the_idea_the_notes_and_how_far_one_is(project):
    assert project.kata("show", "half").lines == [
        "numbers/half",
        "",
        "Half a number.",
        "",
        "the notes say: half is x / 2",
        "  but: the notes say x // 2",
        "",
        "now: to do",
        "hints shown: 0 of 3",
        "edit   katas/numbers/half.py",
    ]
    project.kata("hint", "half", "-n", "2")
    project.solve("numbers/half")
    project.pytest("katas", "--device", "cpu")
    shown = project.kata("show", "half").lines
    assert "now: solved" in shown
    assert "hints shown: 2 of 3" in shown
    assert any(line.startswith("first solved on cpu: 20") for line in shown)


def test_a_solution_is_shown_once_it_is_solved_as_a_difference(project):
    project.write(
        "katas/numbers/double.py",
        '"""Twice."""\n\n\ndef double(x: float) -> float:\n    """Return it."""\n    return x * 2\n',
    )
    outcome = project.kata("solution", "double")
    assert outcome.status == 1
    assert outcome.lines == [
        "Error: numbers/double is not solved yet: `kata hint double` helps, and --force shows the solution all the same"
    ]
    project.pytest("katas")
    assert project.kata("solution", "double").lines == [
        "numbers/double: from your answer (-) to the reference (+)",
        " def double(x: float) -> float:",
        "-    return x * 2",
        "+    return x + x",
    ]


def test_a_solution_by_force_also_beside_an_answer_that_is_no_python(project):
    project.write("katas/numbers/double.py", "def double(x:\n")
    lines = project.kata("solution", "double", "--force").lines
    assert lines[1:] == ["-def double(x:", "+def double(x: float) -> float:", "+    return x + x"]


def test_an_answer_like_the_reference(project):
    project.solve("numbers/double")
    assert project.kata("solution", "double", "--force").lines == [
        "numbers/double: your answer is the reference, word for word"
    ]


def committed(project):
    for command in (
        ("init", "-q"),
        ("add", "katas"),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"),
    ):
        assert project.shell("git", *command).status == 0


def test_reset_keeps_the_answer_and_brings_the_stub_back(project):
    stub = (project.root / "katas/numbers/double.py").read_text(encoding="utf-8")
    committed(project)
    project.write("katas/numbers/double.py", SQUARE)
    project.pytest("katas")
    outcome = project.kata("reset", "double")
    assert outcome.status == 0, outcome.text
    (kept,) = (project.root / "katas/numbers").glob("double.20*.py")
    assert kept.read_text(encoding="utf-8") == SQUARE
    assert (project.root / "katas/numbers/double.py").read_text(encoding="utf-8") == stub
    assert outcome.lines == [
        f"your answer is kept as katas/numbers/{kept.name}",
        "katas/numbers/double.py is the stub again",
    ]
    assert "  · double  Twice" in project.kata("list").lines
    assert project.kata("reset", "double").lines == ["katas/numbers/double.py is the untouched stub already"]
    assert project.pytest("katas").lines[-1] == "0 of 3 katas solved"


def test_reset_brings_back_a_stub_that_was_deleted(project):
    committed(project)
    (project.root / "katas/numbers/double.py").unlink()
    assert project.kata("reset", "double").lines == ["katas/numbers/double.py is the stub again"]


def test_reset_without_a_stub_to_bring_back_leaves_the_answer(project):
    project.write("katas/numbers/double.py", SQUARE)
    outcome = project.kata("reset", "double")
    assert outcome.status == 1
    assert outcome.lines[0].startswith("Error: the stub of numbers/double as it was is not known here: `kata init DIR`")
    assert (project.root / "katas/numbers/double.py").read_text(encoding="utf-8") == SQUARE


@pytest.mark.parametrize("command", ["show", "hint", "solution", "reset"])
def test_a_mistyped_name_suggests_the_nearest_in_one_line(project, command):
    outcome = project.kata(command, "duoble")
    assert (outcome.status, outcome.lines) == (
        1,
        ["Error: there is no kata duoble: did you mean numbers/double? `kata list` shows all"],
    )


@pytest.mark.parametrize("command", ["list", "next", "update", "show", "hint"])
def test_outside_of_a_practice_folder_one_line_says_what_to_do(project, tmp_path, command):
    outcome = project.shell(
        sys.executable, "-c", f"import os; os.chdir({str(tmp_path)!r}); from dojo.cli import main; main(['{command}'])"
    )
    assert (outcome.status, len(outcome.lines)) == (1, 1)
    assert "make one with `kata init DIR`" in outcome.text


def test_a_damaged_record_is_told_and_everything_works(project):
    project.write("progress.json", "{")
    outcome = project.kata("list")
    assert outcome.status == 0
    assert (
        "! progress.json is damaged; it is kept under a dated name, and the next run starts a new one" in outcome.lines
    )
    assert project.kata("hint", "half").status == 0
    assert len(list(project.root.glob("progress.*.json"))) == 1


@pytest.mark.skipif(os.name == "nt", reason="bash's completion")
@pytest.mark.parametrize(
    ("words", "completions"),
    [
        ("hint ha", ["half"]),
        ("show numbers/", ["numbers/double", "numbers/half"]),
        ("reset x", [""]),
        ("so", ["solution"]),
    ],
)
def test_names_complete_in_the_shell(project, words, completions):
    outcome = project.shell(
        sys.executable,
        "-c",
        "from dojo.cli import main; main(prog_name='kata')",
        _KATA_COMPLETE="bash_complete",
        COMP_WORDS=f"kata {words}",
        COMP_CWORD=str(len(words.split())),
    )
    assert [line.partition(",")[2] for line in outcome.lines] == completions
