"""Bad input: one clear message, nothing lost, and the other katas run on."""

import pytest


def test_an_answers_directory_that_is_not_there(practised):
    outcome = practised("--answers", "nowhere")
    assert outcome.status == 4
    assert outcome.lines == [
        "ERROR: --answers nowhere is not there: name a directory that holds <chapter>/<kata>.py",
        "",
    ] or (outcome.lines == ["ERROR: --answers nowhere is not there: name a directory that holds <chapter>/<kata>.py"])


def test_an_answers_directory_that_is_a_file(practised):
    outcome = practised("--answers", "conftest.py")
    assert outcome.status == 4
    assert "ERROR: --answers conftest.py is a file, not a directory: name a directory" in outcome.text
    assert "Traceback" not in outcome.text


def test_an_answers_directory_without_a_kata(project):
    project.write("handin/notes.txt", "sorry")
    outcome = project.pytest("katas", "--answers", "handin")
    assert outcome.status == 4
    assert "ERROR: --answers handin holds no kata: expected files such as handin/numbers/double.py" in outcome.text


def test_a_device_that_is_not_here(practised):
    outcome = practised("--device", "mps")
    assert outcome.status == 4
    assert (
        "ERROR: --device mps: no mps device on this machine; leave the option out to run on what is here"
        in outcome.text
    )


def test_a_device_that_nobody_has(practised):
    outcome = practised("--device", "abacus")
    assert outcome.status == 4
    assert "ERROR: --device abacus: there is no device of that name; choose from cpu, cuda, mps, sim" in outcome.text


def test_a_device_asked_for_by_name_is_the_only_one_and_the_header_says_so(practised):
    outcome = practised("--device", "cpu", "--seed", "5")
    assert outcome.lines[:2] == ["katas  cpu   seed 5", "  cuda not asked for"]
    assert outcome.lines[-2:] == ["on cpu:", "0 of 3 katas solved"]


BROKEN = {
    "syntax error": (
        "def double(x)\n    return 2 * x\n",
        ["katas/numbers/double.py:1", "double.py is not valid Python in line 1: expected ':': def double(x)"],
    ),
    "half-written": (
        "def double(x):\n    return (2 *\n",
        ["katas/numbers/double.py:2", "double.py is not valid Python in line 2: '(' was never closed: return (2 *"],
    ),
    "import error": (
        "import trch\n\ndef double(x):\n    return 2 * x\n",
        ["katas/numbers/double.py:1", "cannot be imported (line 1): ModuleNotFoundError: No module named 'trch'"],
    ),
    "an error below a right answer": (
        "def double(x):\n    return x + x\n\n\n1 / 0\n",
        ["katas/numbers/double.py:5", "cannot be imported (line 5): ZeroDivisionError: division by zero"],
    ),
    "exit at import": ("raise SystemExit(0)\n", ["cannot be imported (line 1): SystemExit: 0"]),
    "pytest.exit at import": (
        "import pytest\npytest.exit('bye', 0)\n",
        ["double.py cannot be imported (line 2): Exit: bye"],
    ),
    "skip at import": (
        "import pytest\npytest.skip('later', allow_module_level=True)\n",
        ["double.py cannot be imported (line 2): Skipped: later"],
    ),
    "null bytes": ("def double(x):\0\n", ["double.py is not valid Python"]),
    "empty file": ("", ["double is missing from double.py: the specification needs a function or class of that name"]),
    "missing function": (
        "def twice(x):\n    return 2 * x\n",
        ["katas/numbers/double.py", "double is missing from double.py"],
    ),
    "too few parameters": (
        "def double():\n    return 4\n",
        ["raised TypeError: double() takes 0 positional arguments", "keep the parameters of the stub"],
    ),
    "too many parameters": (
        "def double(x, y):\n    return 4\n",
        ["missing 1 required positional argument: 'y'", "keep the parameters of the stub"],
    ),
    "returns None": (
        "def double(x):\n    2 * x\n",
        ["double(number) gave None, expected an int, 4: is there a `return`?"],
    ),
    "returns a tensor": (
        "import torch\ndef double(x):\n    return torch.tensor(4)\n",
        ["gave tensor(4), expected an int, 4; .item() takes the number out of a tensor of one element"],
    ),
    "prints instead": ("def double(x):\n    print(2 * x)\n", ["gave None", "printed", "     4"]),
    "endless recursion": (
        "def double(x):\n    return double(x)\n",
        ["double(number) never came back: it calls itself without end"],
    ),
    "endless loop": (
        "def double(x):\n    while True:\n        pass\n",
        ["double(number) gave no answer after 0.2 s: is there a loop without end?", "while True:"],
    ),
    "endless loop at import": (
        "while True:\n    pass\n",
        [
            "cannot be imported (line 1): NoAnswer: no answer after 0.2 s: is there a loop without end?",
            "there is nothing",
        ],
    ),
    "escapes": (
        "def double(x):\n    print('\\x1b[2J')\n    raise ValueError('\\x1b]0;title\\x07')\n",
        ["raised ValueError: \N{REPLACEMENT CHARACTER}]0;title", "\N{REPLACEMENT CHARACTER}[2J"],
    ),
    "SystemExit": (
        "def double(x):\n    raise SystemExit(0)\n",
        ["raised SystemExit: an answer returns its result, it does not end the program"],
    ),
    "pytest.exit": (
        "import pytest\ndef double(x):\n    pytest.exit('bye', 0)\n",
        ["raised pytest's Exit: an answer cannot end its own check"],
    ),
    "pytest.skip": (
        "import pytest\ndef double(x):\n    pytest.skip('later')\n",
        ["raised pytest's Skipped: an answer cannot end its own check"],
    ),
    "pytest.xfail": (
        "import pytest\ndef double(x):\n    pytest.xfail('later')\n",
        ["raised pytest's XFailed: an answer cannot end its own check"],
    ),
    "an object equal to all": (
        "class Yes:\n    def __eq__(self, other):\n        return True\n    def __repr__(self):\n        return 'yes'\n"
        "def double(x):\n    return Yes()\n",
        ["double(number) gave yes, expected an int, 4"],
    ),
    "a repr that raises": (
        "class Odd:\n    def __repr__(self):\n        raise ValueError\ndef double(x):\n    return Odd()\n",
        ["gave a Odd, expected an int, 4"],
    ),
    "a very long message": (
        "def double(x):\n    raise ValueError('no ' * 1_000_000)\n",
        ["raised ValueError: no no"],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_fails_its_own_kata_in_clear_words(project, name):
    text, expected = BROKEN[name]
    plugin = (project.root / "conftest.py").read_text(encoding="utf-8")
    project.write(
        "conftest.py",
        plugin + "\nfrom dojo.runner import timeout\ntimeout.SECONDS = 0.2\n" if "loop" in name else plugin,
    )
    project.write("katas/numbers/double.py", text)
    project.solve("words/shout")
    outcome = project.pytest("katas")
    shown = " ".join(outcome.text.split())
    assert outcome.status == 1
    assert outcome.lines[-1] == "1 of 3 katas solved"
    assert " numbers   ✘ double  · half" in outcome.lines
    for words in expected:
        assert " ".join(words.split()) in shown
    assert "Traceback" not in outcome.text
    assert len(outcome.text) < 5000


def test_a_deleted_stub_fails_its_own_kata(project):
    (project.root / "katas/numbers/double.py").unlink()
    outcome = project.pytest("katas")
    assert "double.py is not there" in outcome.text
    assert outcome.lines[-1] == "0 of 3 katas solved"


def test_a_stub_in_an_unknown_encoding(project):
    project.write("katas/numbers/double.py", "# -*- coding: klingon -*-\ndef double(x):\n    return 2 * x\n")
    outcome = project.pytest("katas")
    assert "double.py is not valid Python: unknown encoding: klingon" in outcome.text
    assert outcome.lines[-1] == "0 of 3 katas solved"


TOMLS = {
    "katas/course.toml": ('title = "A"\nchapters = [', "! katas/course.toml, at its end: Invalid value"),
    "katas/numbers/chapter.toml": (
        'title = "Numbers"\n[katas.double]\ntitle = Twice\n',
        "! numbers/chapter.toml, line 3: Invalid value",
    ),
}


@pytest.mark.parametrize("name", TOMLS)
def test_a_broken_toml_file_is_named_with_its_line_and_stops_nothing(project, name):
    text, expected = TOMLS[name]
    project.write(name, text)
    outcome = project.pytest("katas", "--answers", "solutions")
    assert outcome.status == 0
    assert outcome.lines[1] == expected
    assert outcome.lines[-1] == "3 of 3 katas solved"


def test_a_specification_that_does_not_load_is_shown_and_the_run_fails(project):
    project.write("katas/numbers/test_half.py", "import nothing_of_that_name\n")
    outcome = project.pytest("katas", "--answers", "solutions")
    assert outcome.status != 0
    assert "katas/numbers/test_half.py cannot be collected" in outcome.text
    assert "nothing_of_that_name" in outcome.text


@pytest.mark.parametrize("command", [("hint", "doubel"), ("check", "doubel")])
def test_an_unknown_kata_suggests_the_nearest(project, command):
    outcome = project.kata(*command)
    assert outcome.status == 1
    assert outcome.lines == [
        "Error: there is no kata doubel: did you mean numbers/double? `kata list` shows all",
    ]


def test_kata_outside_of_a_project_says_where_to_go(project, tmp_path):
    project.root.joinpath("katas").rename(tmp_path / "elsewhere")
    outcome = project.kata("list")
    assert outcome.status == 1
    assert outcome.lines[0].startswith("Error: there is no katas folder here")


def test_a_broken_ledger_is_named_with_its_line(project):
    project.write("katas/concepts.toml", "[numbers]\ndouble = { claim = 3 }\n")
    outcome = project.kata("concepts")
    assert outcome.status == 1
    assert outcome.lines == ["Error: katas/concepts.toml: numbers.double needs a claim in words"]
