"""The import hook: where answers come from."""

import importlib
import sys

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


def test_a_variant_that_is_not_there_is_told(served):
    module = served("tests/mistakes::Sideways")("katas.numbers.half")
    with pytest.raises(answers.UnusableAnswer, match="half.py has no class Sideways"):
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
