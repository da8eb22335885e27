"""The import hook: where answers come from."""

import importlib
import sys
import traceback

import pytest

from dojo.runner import answers


@pytest.fixture
def served(project):
    """Serve answers from a directory of the small project; afterwards all is as it was."""
    before = [finder for finder in sys.meta_path if isinstance(finder, answers.AnswersFinder)]
    modules = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "katas"}

    def serve(text: str):
        answers.install(answers.Source.parse(text, project.root))
        return importlib.import_module

    yield serve
    answers.install(answers.Source(project.root))
    sys.meta_path[:] = before + [f for f in sys.meta_path if not isinstance(f, answers.AnswersFinder)]
    sys.modules.update(modules)


def test_an_answer_comes_from_the_directory_that_is_named(served):
    assert served("solutions")("katas.numbers.double").double(2) == 4
    with pytest.raises(NotImplementedError):
        served("katas")("katas.numbers.double").double(2)


def test_installing_again_forgets_the_earlier_answers(served, project):
    load = served("solutions")
    assert load("katas.numbers.half").half(3) == 1.5
    project.write("other/numbers/half.py", "def half(x):\n    return 'other'\n")
    assert served("other")("katas.numbers.half").half(3) == "other"


def test_two_saves_in_one_second_are_two_answers(served, project):
    for number in range(10, 20):
        project.write("other/numbers/half.py", f"def half(x):\n    return {number}\n")
        assert served("other")("katas.numbers.half").half(3) == number


def test_a_variant_is_the_solution_with_a_class_laid_over_it(served, project):
    project.write("solutions/numbers/half.py", "def half(x):\n    return x / 2\n\ndef third(x):\n    return x / 3\n")
    module = served("tests/mistakes::Down")("katas.numbers.half")
    assert (module.half(3), module.third(3)) == (1, 1)


FORMS = """from dojo.runner.variants import body, edit, replaces

import math

def third(x):
    return x

def rounded(x):
    return math.floor(third(x))

Edit = edit("half", "x / 2", "rounded(x / 2)")
Body = body("half", "return third(x)")
Wrong = edit("half", "x / 2", "missing(x)")
Broken = edit("half", "x / 2", "x /")
Late = edit("half", "{x} / 3", "0")

@replaces("half")
def Own(y):
    return rounded(y) + 1
"""


@pytest.fixture
def formed(served, project):
    """Serve one of the answers above."""
    project.write("solutions/numbers/half.py", "def third(x):\n    return x / 3\n\ndef half(x):\n    return x / 2\n")
    project.write("tests/mistakes/numbers/half.py", FORMS)
    return lambda name: served(f"tests/mistakes::{name}")("katas.numbers.half")


@pytest.mark.parametrize(("name", "value"), [("Edit", 1), ("Body", 1.0), ("Own", 4)])
def test_a_variant_is_the_solution_with_a_change(formed, name, value):
    module = formed(name)
    assert (module.half(3), module.third(3)) == (value, 1)


def test_a_change_is_made_in_the_solution_where_its_lines_are_found(formed, project):
    module = formed("Wrong")
    with pytest.raises(NameError) as caught:
        module.half(3)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert last.filename == str(project.root / "tests/mistakes/numbers/half.py::Wrong")
    assert last.line == "return missing(x)"


def test_a_change_that_cannot_be_made_is_told(formed):
    with pytest.raises(answers.UnusableAnswer, match="^Late: half of the solution does not have '{x} / 3': give the"):
        formed("Late").half(3)
    with pytest.raises(answers.UnusableAnswer, match="^half.py::Broken is not valid Python in line 5: .*: return x /$"):
        formed("Broken").half(3)


def test_a_variant_that_is_not_there_is_told(served):
    module = served("tests/mistakes::Sideways")("katas.numbers.half")
    with pytest.raises(answers.UnusableAnswer, match="half.py has no answer Sideways"):
        module.half(3)


def test_a_name_that_is_missing_fails_at_its_use_and_no_other(served, project):
    project.write("other/numbers/half.py", "def quarter(x):\n    return x / 4\n")
    module = served("other")("katas.numbers.half")
    assert module.quarter(4) == 1
    with pytest.raises(answers.MissingName, match="half is missing from half.py"):
        module.half(3)
    assert not hasattr(module, "half")


def test_test_files_are_not_served(served):
    served("katas")
    finder = next(finder for finder in sys.meta_path if isinstance(finder, answers.AnswersFinder))
    assert finder.find_spec("katas.numbers.test_half") is None
    assert finder.find_spec("katas.numbers.half") is not None
    assert finder.find_spec("numbers") is None


def test_a_keyboard_interrupt_at_import_ends_the_run(served, project):
    project.write("other/numbers/half.py", "raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        served("other")("katas.numbers.half")


def test_a_source_that_is_no_directory_is_refused(project):
    for text, words in (("nowhere", "is not there"), ("conftest.py", "is a file, not a directory")):
        with pytest.raises(answers.NoAnswers, match=words):
            answers.Source.parse(text, project.root)
    with pytest.raises(answers.NoAnswers, match="holds no kata: expected files such as tests/numbers/half.py"):
        answers.Source.parse("tests/", project.root, ["numbers/half"])
