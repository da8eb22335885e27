"""``pytest katas`` from outside, as a learner runs it."""

import re
import sys

import pytest

from dojo.runner import devices

ON = " and ".join(devices.choose(()).names)


def test_untouched_stubs_show_none_solved_and_one_next_step(practised):
    outcome = practised("--seed", "7")
    assert outcome.status == 1
    assert outcome.lines == [
        f"katas  {ON}   seed 7",
        *(f"  {note}" for note in devices.choose(()).notes),
        "",
        " words     · shout",
        " numbers   · double  · half",
        "",
        " → words/shout: shouting is upper case",
        "",
        "   katas/words/shout.py:6",
        "   raise your voice",
        "",
        "   hint   kata hint shout",
        "   again  pytest katas/words/test_shout.py",
        "",
        f"on {ON}:",
        "0 of 3 katas solved",
    ]


def test_all_solved_exits_with_0(practised):
    outcome = practised("--answers", "solutions")
    assert outcome.status == 0
    assert outcome.lines[-1] == "3 of 3 katas solved"
    assert " numbers   ✔ double  ✔ half" in outcome.lines


def test_a_wrong_answer_is_shown_before_the_next_to_do_with_call_input_and_mistake(project):
    project.write("katas/numbers/double.py", "def double(x):\n    return x * x + 1\n")
    outcome = project.pytest("katas")
    shown = "\n".join(outcome.lines)
    assert outcome.status == 1
    assert " numbers   ✘ double  · half" in outcome.lines
    assert (
        " ✘ numbers/double: twice two is four  [cpu]\n\n"
        "   katas/numbers/double.py:2   return x * x + 1\n"
        "   double(number) gave 5, expected 4\n"
        "   this is the square plus one\n"
        "     number = 2\n\n"
        "   hint   kata hint double\n"
        "   again  pytest katas/numbers/test_double.py\n\n"
        f"on {ON}:\n0 of 3 katas solved"
    ) in shown


def test_an_answer_that_raises_shows_its_own_line(project):
    project.write("katas/numbers/double.py", "def double(x):\n    y = x + None\n    return y\n")
    shown = "\n".join(project.pytest("katas").lines)
    assert (
        "   katas/numbers/double.py:2   y = x + None\n   double(number) raised TypeError: unsupported operand" in shown
    )


def test_a_kata_half_right_is_begun(project):
    project.write(
        "katas/numbers/double.py",
        "def double(x):\n    if x == 2:\n        return 4\n    raise NotImplementedError('and the rest')\n",
    )
    outcome = project.pytest("katas")
    assert " numbers   ◐ double  · half" in outcome.lines
    assert " → numbers/double: twice a half is one" in outcome.lines


def test_one_solved_of_three(project):
    project.solve("words/shout")
    outcome = project.pytest("katas")
    assert outcome.status == 1
    assert outcome.lines[-1] == "1 of 3 katas solved"
    assert " → numbers/double: twice two is four" in outcome.lines


def test_what_the_answer_prints_is_shown_with_its_failure(project):
    project.write("katas/numbers/double.py", "def double(x):\n    print('x is', x)\n    return x\n")
    shown = "\n".join(project.pytest("katas").lines)
    assert "   printed\n     x is 2" in shown


def test_selecting_one_kata_counts_that_one_alone(project):
    project.solve("numbers/half")
    outcome = project.pytest("katas/numbers/test_half.py")
    assert outcome.status == 0
    assert outcome.lines[-1] == "1 of 1 kata solved"


def test_naming_the_stub_runs_its_specification(project):
    project.solve("numbers/half")
    outcome = project.pytest("katas/numbers/half.py")
    assert (outcome.status, outcome.lines[-1]) == (0, "1 of 1 kata solved")


def test_without_a_terminal_reporter_the_exit_status_still_tells(project):
    outcome = project.pytest("katas", "-p", "no:terminal")
    assert outcome.status == 1
    assert "Traceback" not in outcome.text


def test_what_the_specification_itself_skips_is_told_and_proves_nothing(project):
    skips = "import pytest\nfrom katas.numbers import half\n\ndef test_half():\n    pytest.skip('no GPU here')\n"
    project.write("katas/numbers/test_half.py", skips)
    outcome = project.pytest("katas", "--answers", "solutions")
    assert outcome.status == 1
    assert outcome.lines[-3:] == [
        " skipped katas/numbers/test_half.py::test_half: no GPU here",
        f"on {ON}:",
        "2 of 3 katas solved",
    ]
    project.write("katas/numbers/test_half.py", skips + "\ndef test_more():\n    assert half.half(3) == 1.5\n")
    outcome = project.pytest("katas", "--answers", "solutions")
    assert (outcome.status, outcome.lines[-1]) == (0, "3 of 3 katas solved")


def test_bare_pytest_practises(project):
    assert project.pytest().lines[-1] == "0 of 3 katas solved"


@pytest.mark.parametrize(
    "options",
    [("-v",), ("--tb=short",), ("-q",), ("-vv", "--tb=long"), ("-rA",)],
    ids=lambda options: " ".join(options),
)
def test_options_that_change_how_pytest_speaks_keep_our_last_line(project, options):
    project.solve("words/shout")
    outcome = project.pytest("katas", *options)
    assert outcome.status == 1
    assert outcome.lines[-1] == "1 of 3 katas solved"


def test_v_shows_each_test_and_pytests_own_report(practised):
    outcome = practised("-v")
    assert re.search(r"test_double\.py::test_two_gives_four\[cpu\] FAILED", outcome.text)
    assert f"katas  {ON}   seed" in outcome.text
    assert "NotImplementedError: add x to itself" in outcome.text


def test_x_stops_at_the_first_failure(practised):
    outcome = practised("-x")
    assert outcome.status == 1
    assert outcome.lines[-1] == "0 of 3 katas solved"


def test_k_selects_and_counts_only_what_it_selects(project):
    project.solve("numbers/half")
    outcome = project.pytest("katas", "-k", "half")
    assert (outcome.status, outcome.lines[-1]) == (1, "1 of 2 katas solved")
    outcome = project.pytest("katas", "-k", "test_three_gives_one_and_a_half")
    assert (outcome.status, outcome.lines[-1]) == (0, "1 of 1 kata solved")


def test_selecting_nothing_is_pytests_own_exit_status(practised):
    assert practised("-k", "no_such_test").status == 5


def test_junitxml_is_written_as_ever(project, tmp_path):
    report = tmp_path / "report.xml"
    outcome = project.pytest("katas", f"--junitxml={report}")
    assert outcome.lines[-1] == "0 of 3 katas solved"
    tests = 2 + 2 * len(devices.choose(()).names)  # two of the four take a device
    assert f'tests="{tests}"' in report.read_text(encoding="utf-8")
    assert f'failures="{tests}"' in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("answers", ["katas", "solutions"])
def test_two_workers_show_the_same_screen(project, answers):
    command = [sys.executable, "-m", "pytest", "katas", "--seed", "1", "--answers", answers]
    one = project.shell(*command, COLUMNS="80")
    two = project.shell(*command, "-n", "2", COLUMNS="80")
    assert two.status == one.status
    # xdist says that it starts its workers; all else is the same.
    assert [line for line in two.lines if line and "nodes..." not in line] == [line for line in one.lines if line]


def test_without_the_cache_plugin(practised):
    assert practised("-p", "no:cacheprovider").lines[-1] == "0 of 3 katas solved"


def test_sixty_columns_are_enough(project):
    project.write("katas/numbers/double.py", "def double(x):\n    return x * x + 1  # " + "a long remark " * 8 + "\n")
    outcome = project.pytest("katas", COLUMNS="60")
    assert outcome.lines[-1] == "0 of 3 katas solved"
    assert max(map(len, outcome.lines)) <= 60


def test_a_narrow_encoding_gets_plain_marks(practised):
    outcome = practised(PYTHONIOENCODING="ascii")
    assert " words     . shout" in outcome.lines
    assert " -> words/shout: shouting is upper case" in outcome.lines


def test_a_pipe_gets_no_colours_and_a_forced_colour_is_kept(practised):
    assert "\x1b[" not in practised().text
    assert "\x1b[" in practised("--color=yes").text


def test_no_color_is_honoured(practised):
    assert "\x1b[" not in practised(NO_COLOR="1").text


def test_the_same_seed_draws_the_same_inputs(project):
    project.write(
        "katas/numbers/test_half.py",
        "import torch\nfrom katas.numbers import half\n"
        "def test_draw(device):\n    '''Draws.'''\n    assert half.half(float(torch.rand(()))) < 0, 'drew'\n",
    )
    project.write("katas/numbers/half.py", "def half(x):\n    print(x)\n    return x\n")

    def drawn(*options: str) -> str:
        return re.findall(r"0\.\d+", project.pytest("katas/numbers/test_half.py", *options).text)[0]

    assert drawn("--seed", "3") == drawn("--seed", "3") != drawn("--seed", "4")


def test_nothing_that_an_answer_sets_for_the_process_reaches_the_next_kata(project):
    project.write(
        "katas/words/shout.py",
        "import torch\ndef shout(word):\n    torch.set_default_dtype(torch.float64)\n    torch.set_grad_enabled(False)\n"
        "    torch.set_num_threads(3)\n    return word.upper()\n",
    )
    project.write(
        "katas/numbers/test_half.py",
        "import torch\nfrom katas.numbers import half\n"
        "def test_alike():\n    '''All is as it was.'''\n    half.half(1)\n"
        "    assert torch.get_default_dtype() == torch.float32 and torch.is_grad_enabled()\n"
        "    assert torch.get_num_threads() == 1\n",
    )
    project.solve("numbers/half", "numbers/double")
    assert project.pytest("katas").lines[-1] == "3 of 3 katas solved"
