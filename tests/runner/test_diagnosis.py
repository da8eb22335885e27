"""What a failing test tells: which call, which inputs, which line of the answer."""

import pytest

SPECIFICATION = """
import torch
from dojo import check
from katas.numbers import half

def test_half():
    '''A half.'''
    {body}
"""


@pytest.fixture
def shown(project):
    """Return the screen's block about one test whose body is given, on an answer whose text is given."""

    def run(body: str, answer: str = "def half(x, y=None):\n    return x\n") -> list[str]:
        project.write("katas/numbers/test_half.py", SPECIFICATION.format(body=body.replace("\n", "\n    ")))
        project.write("katas/numbers/half.py", answer)
        lines = project.pytest("katas/numbers/test_half.py", COLUMNS="200").lines
        title = next(place for place, line in enumerate(lines) if line.startswith((" ✘ ", " → ")))
        return [line.strip() for line in lines[title + 1 :] if line]

    return run


def test_the_call_in_the_failing_statement_is_shown_with_its_inputs(shown):
    lines = shown("x = torch.arange(20.0)[4:]\ncheck.equal(half.half(x, y=3), 1)")
    assert lines[1].startswith("half(x, y=3) gave float32 tensor of shape (16,), offset 4, expected an int, 1")
    assert "x = float32 tensor of shape (16,), offset 4" in lines


def test_a_call_above_is_found_by_the_name_that_it_gave(shown):
    lines = shown("x = 7\nresult = half.half(x)\nother = half.half(1)\ncheck.equal(result, 1)")
    assert lines[1] == "half(x) gave 7, expected 1"
    assert "x = 7" in lines


def test_a_call_above_is_found_by_the_tensor_that_it_was_given(shown):
    lines = shown("x = torch.zeros(2)\nhalf.half(x, 5)\ncheck.equal(x, torch.ones(2))")
    assert lines[1].startswith("half(x, 5) gave the wrong values: 2 of 2 differ, first at [0]: 0.0, expected 1.0")


def test_a_call_within_a_block_is_found(shown):
    lines = shown("x = torch.zeros(2)\nwith check.unchanged(x):\n    half.half(x)", "def half(x):\n    x.add_(1)\n")
    assert lines[1].startswith("half(x) changed its input: element [0] of tensor([0., 0.]) was 0.0, is now 1.0")


def test_a_check_in_a_helper_is_about_the_call_of_the_test(shown):
    lines = shown("def helper(value):\n    assert value == 1, 'this is no half'\nx = 3\nhelper(half.half(x))")
    assert lines[:3] == ["katas/numbers/half.py:2   return x", "half(x): this is no half", "x = 3"]


def test_the_only_return_of_the_function_is_shown(shown):
    answer = "def half(x):\n    def inner():\n        return 1\n    y = inner()\n    return x * y\n"
    assert shown("check.equal(half.half(2), 1)", answer)[0] == "katas/numbers/half.py:5   return x * y"


def test_of_several_returns_the_function_itself_is_shown(shown):
    answer = "def half(x):\n    if x:\n        return 2\n    return x\n"
    assert shown("check.equal(half.half(2), 1)", answer)[0] == "katas/numbers/half.py:1   def half(x):"


def test_a_plain_assert_shows_its_words_without_pytests_explanation(shown):
    lines = shown("x = 3\nassert half.half(x) == 1, 'this is no half'")
    assert lines[1] == "half(x): this is no half"


def test_an_assert_without_words_shows_pytests_explanation(shown):
    lines = shown("x = 3\nassert half.half(x) == 1")
    assert lines[1].startswith("half(x): assert 3 == 1")


def test_an_assert_in_the_answer_itself_is_an_error_of_the_answer(shown):
    lines = shown("check.equal(half.half(3), 1)", "def half(x):\n    assert x < 0, 'only negative'\n")
    assert lines[:2] == [
        "katas/numbers/half.py:2   assert x < 0, 'only negative'",
        "half(3) raised AssertionError: only negative",
    ]


def test_not_implemented_in_a_helper_of_the_answer_is_to_do(shown):
    answer = "def helper():\n    raise NotImplementedError\n\ndef half(x):\n    return helper()\n"
    assert "this is still to be written" in shown("check.equal(half.half(3), 1)", answer)


def test_not_implemented_from_torch_is_an_error_of_the_answer(shown):
    answer = "import torch\n\ndef half(x):\n    return torch.empty(2, device='meta').cpu()\n"
    lines = shown("check.equal(half.half(3), 1)", answer)
    assert lines[1].startswith("half(3) raised NotImplementedError: Cannot copy out of meta tensor")


def test_the_latest_call_is_shown_where_no_name_leads_to_one(shown):
    lines = shown("half.half(1)\nhalf.half(2)\nassert False, 'this is no half'")
    assert lines[1] == "half(2): this is no half"


def test_an_error_of_the_specification_itself_is_shown(shown):
    lines = shown("x = 3\nundefined + x")
    assert any("NameError: name 'undefined' is not defined" in line for line in lines)


def test_a_call_made_in_another_process_is_shown(project):
    project.write(
        "katas/numbers/test_half.py",
        "import torch\nfrom dojo import check\nfrom katas.numbers import half\n\n\n"
        "def halved(rank, x):\n    return half.half(x[rank])\n\n\n"
        "def test_half(processes):\n    x = [2, 4]\n    results = processes(halved, x)\n    check.equal(results, [1, 2])\n",
    )
    project.write("katas/numbers/half.py", "def half(x):\n    return x\n")
    outcome = project.pytest("katas/numbers/test_half.py", COLUMNS="200")
    assert "   katas/numbers/half.py:2   return x" in outcome.lines
    assert "half(x[rank]): " in outcome.text or "half(x[rank]) gave" in outcome.text
    assert "     x = [2, 4]" in outcome.lines
    project.write("katas/numbers/half.py", "def half(x):\n    print('so far')\n    return 1 / (x - 4)\n")
    outcome = project.pytest("katas/numbers/test_half.py", COLUMNS="200")
    assert "   katas/numbers/half.py:3   return 1 / (x - 4)" in outcome.lines
    assert "raised ZeroDivisionError: division by zero" in outcome.text


def test_a_function_beneath_a_decorator_is_shown(shown):
    answer = "import torch\n\n\n@torch.no_grad()\ndef half(x):\n    return x\n"
    assert shown("check.equal(half.half(2), 1)", answer)[0] == "katas/numbers/half.py:6   return x"
    answer = "import torch\n\n\n@torch.no_grad()\ndef half(x):\n    x + 1\n"
    assert shown("check.equal(half.half(2), 1)", answer)[0] == "katas/numbers/half.py:5   def half(x):"


def test_what_an_error_of_torch_means_is_told(shown):
    answer = "def half(x):\n    return x / x.sum(1)\n"
    lines = shown("check.equal(half.half(torch.ones(3, 2)), 1)", answer)
    assert lines[0] == "katas/numbers/half.py:2   return x / x.sum(1)"
    assert "shapes are paired from their last axes, and 2 meets 3: an axis of size 1 is missing." in (" ".join(lines))
    lines = shown("x = torch.ones(3, 2)\nhalf.half(1)\ncheck.equal(x / x.sum(1), 1)")
    assert "shapes are paired" not in " ".join(lines), "an error of the specification is not the learner's"


@pytest.mark.parametrize(
    "answer",
    [
        "def half(x):\n    return x\n\nhalf.__wrapped__ = half\n",
        "class Half:\n    def __call__(self, x):\n        return x\n"
        "    def __getattr__(self, name):\n        raise ValueError(name)\n\nhalf = Half()\n",
    ],
    ids=["wrapped in itself", "refuses to be asked"],
)
def test_an_answer_that_hides_its_code_is_told_of_all_the_same(shown, answer):
    assert "half(2) gave 2, expected 1" in shown("check.equal(half.half(2), 1)", answer)


def test_the_line_of_an_edit_is_that_of_the_solution_with_it(project):
    down = 'from dojo.runner.variants import edit\n\nDown = edit("half", "x / 2", "x // 2", "this rounds down")\n'
    project.write("tests/mistakes/numbers/half.py", down)
    project.write("solutions/numbers/half.py", "def half(x):\n    y = 2\n    return x / 2\n")
    lines = project.pytest("katas/numbers/test_half.py", "--answers", "tests/mistakes::Down").lines
    assert any("tests/mistakes/numbers/half.py::Down:3   return x // 2" in line for line in lines), lines
