"""The ``kata`` command, for learners and for contributors."""

import json
import sys

import pytest

from dojo import course
from dojo.authoring import manifest
from dojo.runner import devices


def test_list_shows_chapters_and_katas_in_order(project):
    outcome = project.kata("list")
    assert outcome.status == 0
    assert outcome.lines == [
        "words: Words  0 of 1",
        "  · shout   Aloud",
        "numbers: Numbers  0 of 2",
        "  · double  Twice",
        "  · half    Half",
        "",
        "· to do",
        "0 of 3 katas solved",
        "next  katas/words/shout.py",
    ]


def test_hint_goes_from_gentle_to_plain(project):
    assert project.kata("hint", "double").lines == [
        "numbers/double, hint 1 of 3",
        "How often?",
        "plainer: kata hint double -n 2",
    ]
    assert project.kata("hint", "numbers/double", "-n", "3").lines == ["numbers/double, hint 3 of 3", "return x * 2"]


def test_a_hint_that_is_not_there(project):
    project.write("katas/words/chapter.toml", 'title = "W"\n[katas.shout]\ntitle = "S"\n')
    outcome = project.kata("hint", "shout")
    assert (outcome.status, outcome.lines) == (1, ["Error: words/shout has 0 hints"])


def test_check_passes_on_a_whole_project(project):
    outcome = project.kata("check")
    assert outcome.lines == [
        "files, signatures, hints, concepts: good",
        "untouched stubs are all to do: 3 katas, good",
        "solutions pass: 3 katas, good",
        "mistakes are refused: 12, good",
        "alternatives are accepted: 3, good",
        "answers without understanding are refused: 18, good",
        "mistakes named by the message: 3 of 12 (25%)",
        f"katas with a mistake that is right on cpu and refused on {others}: 0 of 3,"
        " without words/shout, numbers/double, numbers/half"
        if (others := " or ".join(devices.choose(()).names[1:]))
        else "mistakes that only a second device shows: not tried, there is one device here",
        "3 katas: all is well",
    ]
    assert outcome.status == 0


def test_check_takes_names(project):
    project.write("solutions/words/shout.py", "def shout(word: str) -> str:\n    return word\n")
    outcome = project.kata("check", "half", "numbers/double")
    assert outcome.lines[-1] == "2 katas: all is well"


HALF = "def half(x: float) -> float:\n    {}\n"
STUB = '"""Half."""\n\n\n' + HALF
NO = "".join(f"class No{n}:\n    def half(x):\n        return {n}\n" for n in range(3))

# What is broken in a copy of the kata half: the file, its new text, and what kata check says of the copy.
RUNS = {
    "a stub that passes": ("katas", STUB.format("return x / 2"), "test_half[cpu] passes on the untouched stub"),
    "a stub that raises something else": (
        "katas",
        STUB.format('raise ValueError("later")'),
        "test_half[cpu] on the untouched stub: raised ValueError: later, not NotImplementedError",
    ),
    "a solution that fails": (
        "solutions",
        HALF.format("return x // 2"),
        "the solution fails test_half[cpu]: gave 1.0, expected 1.5",
    ),
    "a mistake that passes": (
        "tests/mistakes",
        NO + "class Right:\n    def half(x):\n        return x / 2\n",
        "the mistake Right passes",
    ),
    "a mistake that is not named": (
        "tests/mistakes",
        NO + 'class Up:\n    """this rounds up"""\n    def half(x):\n        return 2\n',
        "the mistake Up is refused without 'this rounds up': gave 2.0, expected 1.5",
    ),
    "a mistake that cannot be imported": (
        "tests/mistakes",
        "import nothing_of_that_name\n" + NO + "class No3:\n    def half(x):\n        return 3\n",
        "the mistake No0 does not run: broken6.py cannot be imported (line 1): ModuleNotFoundError: "
        "No module named 'nothing_of_that_name'",
    ),
    "an alternative that is refused": (
        "tests/alternatives",
        "class Wrong:\n    def half(x):\n        return x\n",
        "the alternative Wrong is refused by test_half[cpu]: gave 3.0, expected 1.5",
    ),
    "an answer without understanding that passes": (
        "test",
        "from katas.numbers import broken8\n\ndef test_half():\n    assert isinstance(broken8.half(3), float)\n",
        "an answer without understanding passes: half: ones",
    ),
    "a specification that does not load": ("test", "import nothing_of_that_name\n", "solution: "),
    "a test that is skipped": (
        "test",
        "import pytest\nfrom katas.numbers import broken10\n\ndef test_half():\n    pytest.skip('not today')\n",
        "solution: not all of its tests ran",
    ),
}


def numbered():
    return [(f"broken{number}", *case) for number, case in enumerate(RUNS.values(), 1)]


def write_copies(project):
    listed = (project.root / "katas/numbers/chapter.toml").read_text(encoding="utf-8")
    for name, folder, text, _ in numbered():
        listed += f'[katas.{name}]\ntitle = "H"\nhints = ["a", "b", "c"]\n'
        for each in ("katas", "solutions", "tests/mistakes", "tests/alternatives"):
            original = (project.root / each / "numbers/half.py").read_text(encoding="utf-8")
            project.write(f"{each}/numbers/{name}.py", text if each == folder else original)
        test = (project.root / "katas/numbers/test_half.py").read_text(encoding="utf-8")
        test = test.replace("import half", f"import {name}").replace("half.half", f"{name}.half")
        test = test.replace("test_three_gives_one_and_a_half", "test_half")
        project.write(f"katas/numbers/test_{name}.py", text if folder == "test" else test)
    project.write("katas/numbers/chapter.toml", listed)


def test_check_finds_every_answer_that_is_not_judged_as_it_should_be(project):
    write_copies(project)
    outcome = project.kata("check", "--", *(name for name, *_ in numbered()))
    assert outcome.status == 1
    for name, _, _, words in numbered():
        assert any(line.startswith(f"✘ numbers/{name}: {words}") for line in outcome.lines), (words, outcome.text)


def test_check_says_which_excuse_holds_no_more(project):
    project.write("tests/guesses.toml", '["numbers/double"]\n"double: zeros" = "it was so once"\n')
    outcome = project.kata("check", "double")
    assert outcome.status == 1
    assert (
        "✘ numbers/double: tests/guesses.toml excuses 'double: zeros', which does not pass or is not made any more"
        in outcome.lines
    )


FILES = {
    "signatures that differ": (
        "solutions/numbers/half.py",
        "def half(number: float) -> float:\n    return number / 2\n",
        "numbers/half: half is (x: float) -> float in the stub, (number: float) -> float in the solution",
    ),
    "a name more in the solution": (
        "solutions/numbers/half.py",
        "def half(x: float) -> float:\n    return x / 2\n\n\ndef third(x):\n    return x / 3\n",
        "numbers/half: third is missing in the stub, (x) in the solution",
    ),
    "a solution that is no Python": (
        "solutions/numbers/half.py",
        "def half(x)\n",
        "numbers/half: solutions/numbers/half.py is not valid Python: expected ':'",
    ),
    "a stub without its idea": (
        "katas/numbers/half.py",
        HALF.format('raise NotImplementedError("divide x")'),
        "numbers/half: the stub has no module docstring: tell the idea there",
    ),
    "two hints": (
        "katas/words/chapter.toml",
        'title = "W"\n[katas.shout]\ntitle = "S"\nhints = ["a", "b"]\n',
        "words/shout: it needs 3 different hints, from gentle to plain; it has 2",
    ),
    "the same hint twice": (
        "katas/words/chapter.toml",
        'title = "W"\n[katas.shout]\ntitle = "S"\nhints = ["a", "b", "a"]\n',
        "words/shout: it needs 3 different hints, from gentle to plain; it has 3",
    ),
    "an unknown concept": (
        "katas/concepts.toml",
        '[numbers]\ndouble = { claim = "x" }\nhalf = { claim = "y" }\n',
        "words/shout: the specification names the concept words.shout, which katas/concepts.toml does not have",
    ),
    "a broken ledger": ("katas/concepts.toml", "[numbers\n", "katas/concepts.toml, line 1: "),
    "a stray file": ("katas/numbers/notes.txt", "hm", "katas/numbers/notes.txt is a stray file: it belongs to no kata"),
    "a stray solution": (
        "solutions/numbers/third.py",
        "",
        "solutions/numbers/third.py is a stray file: it belongs to no kata",
    ),
    "a mistake that replaces nothing": (
        "tests/mistakes/numbers/half.py",
        NO + "class Typo:\n    def hafl(x):\n        return 2\n",
        "numbers/half: mistakes: Typo replaces nothing that the stub has",
    ),
    "an edit of what is not there": (
        "tests/mistakes/numbers/half.py",
        NO + 'Third = edit("half", "x / 3", "x")\n',
        "numbers/half: mistakes: Third: half of the solution does not have 'x / 3': give the text as it is there",
    ),
    "an edit of what is there twice": (
        "tests/mistakes/numbers/half.py",
        NO + 'Float = edit("half", "float", "int")\n',
        "numbers/half: mistakes: Float: half of the solution has 'float' 2 times: give more of the text around it",
    ),
    "an edit of a function that is gone": (
        "tests/alternatives/numbers/half.py",
        'Times = edit("halve", "/ 2", "* 0.5")\n',
        "numbers/half: alternatives: Times: the solution has no halve: name one of half",
    ),
    "a body that is no Python": (
        "tests/mistakes/numbers/half.py",
        NO + 'Typo = body("half", "retrun x")\n',
        "numbers/half: mistakes: Typo: with it, the solution is not valid Python: invalid syntax: retrun x",
    ),
    "an edit that is no plain text": (
        "tests/mistakes/numbers/half.py",
        NO + 'Typo = edit("half", x / 2, "x")\n',
        "numbers/half: mistakes: Typo: edit is to be given its function, old text, new text and words, all plain",
    ),
    "a function that replaces nothing": (
        "tests/mistakes/numbers/half.py",
        NO + '@replaces("hafl")\ndef Typo(x):\n    return 2\n',
        "numbers/half: mistakes: Typo replaces nothing that the stub has",
    ),
    "too few mistakes": (
        "tests/mistakes/numbers/half.py",
        NO,
        "numbers/half: it has 3 mistakes, and needs at least 4",
    ),
    "no alternative": (
        "tests/alternatives/numbers/half.py",
        "",
        "numbers/half: it has 0 alternatives, and needs at least 1",
    ),
}


def found(project) -> list[str]:
    whole = course.load(project.root / "katas")
    return list(manifest.problems(project.root, list(whole.katas()), whole))


def test_the_small_project_is_whole(project):
    assert found(project) == []


@pytest.mark.parametrize("name", FILES)
def test_the_manifest_tells_of(project, name):
    file, text, words = FILES[name]
    project.write(file, text)
    assert any(problem.startswith(words) for problem in found(project)), found(project)


@pytest.mark.parametrize("folder", ["katas", "solutions", "tests/mistakes", "tests/alternatives"])
def test_the_manifest_tells_of_a_missing_file(project, folder):
    (project.root / folder / "numbers/half.py").unlink()
    assert any(f"is missing: write {folder}/numbers/half.py" in problem for problem in found(project))


def test_methods_belong_to_the_signature_of_a_class(tmp_path):
    file = tmp_path / "module.py"
    file.write_text(
        "class Shelf(list):\n    def __init__(self, size: int) -> None: ...\n    def _hidden(self): ...\n"
        "    def take(self, n=1): ...\n\ndef _helper(): ...\n",
        encoding="utf-8",
    )
    assert manifest.signatures(file) == {
        "Shelf": "class(list)",
        "Shelf.__init__": "(self, size: int) -> None",
        "Shelf.take": "(self, n=1)",
    }


def test_concepts_shows_each_row_with_its_tests(project):
    outcome = project.kata("concepts")
    assert outcome.status == 0
    text = " ".join(outcome.text.split())
    assert "numbers.double passing twice is x + x katas/numbers/test_double.py::test_two_gives_four" in text
    assert "erratum: the notes say x // 2" in text
    assert "words.whisper no test yet" in text
    assert outcome.lines[-1] == "3 of 4 statements covered and passing"


def test_concepts_as_json(project):
    project.write("solutions/numbers/half.py", "def half(x):\n    return x // 2\n")
    rows = {row["id"]: row for row in json.loads(project.kata("concepts", "--json").text)}
    assert rows["numbers.double"] == {
        "id": "numbers.double",
        "claim": "twice is x + x",
        "erratum": None,
        "tests": [f"katas/numbers/test_double.py::test_two_gives_four[{name}]" for name in devices.choose(()).names],
        "passing": True,
    }
    assert rows["numbers.half"]["passing"] is False
    assert rows["numbers.half"]["erratum"] == "the notes say x // 2"
    assert rows["words.whisper"]["tests"] == []
    assert rows["words.whisper"]["passing"] is False


def test_concepts_counts_tests_of_the_suite_itself(project):
    project.write(
        "tests/test_setup.py",
        "import pytest\n\n@pytest.mark.concept('words.whisper')\ndef test_whisper():\n    assert True\n",
    )
    outcome = project.kata("concepts")
    assert outcome.lines[-1] == "4 of 4 statements covered and passing"


@pytest.mark.parametrize(
    "command",
    [
        ("list",),
        ("next",),
        ("show", "half"),
        ("hint", "half"),
        ("solution", "half", "--force"),
        ("update",),
        ("--help",),
    ],
    ids=" ".join,
)
def test_what_a_learner_asks_first_imports_no_torch(project, command):
    outcome = project.shell(
        sys.executable,
        "-c",
        "import sys\nfrom dojo.cli import main\n"
        f"try:\n    main({list(command)!r}, standalone_mode=False)\nexcept Exception:\n    pass\nfinally:\n    print('torch' in sys.modules, 'pytest' in sys.modules)",
    )
    assert outcome.lines[-1] == "False False"
