"""Answers that are told by what they change in the solution."""

import pytest

from dojo.runner import variants
from dojo.runner.variants import CannotChange, body, edit

SOLUTION = """import functools

def halves(x: float) -> float:
    parts = [x, x]
    return sum(parts) / 2

@functools.cache
def third(x): return x / 3

class Box:
    def __init__(self, x):
        self.x = x

    def moved(self, by):
        return self.x + by
"""
FILE = '''"""Wrong answers."""

import math

from dojo.runner.variants import body, edit, replaces


def right(x):
    return x / 3


Sum = edit("halves", " / 2", "", "this is the   sum")
Floor = body("third", "return math.floor(right(x))")


@replaces("third", "this is a quarter")
@functools.cache
def Quarter(x):
    return x / 4


@replaces("Box")
class Empty:
    pass


class Both:
    """both are wrong"""

    def halves(x):
        return x

    def third(x):
        return x
'''


def test_an_edit_changes_one_place_and_nothing_else():
    changed = edit("halves", "/ 2", "/ 3").apply_to(SOLUTION)
    assert changed == SOLUTION.replace("/ 2", "/ 3")


def test_an_edit_finds_its_place_in_the_function_that_it_names():
    assert edit("Box.moved", "self.x", "0").apply_to(SOLUTION) == SOLUTION.replace("self.x + by", "0 + by")
    assert edit("Box", "by):", "by=0):").apply_to(SOLUTION) == SOLUTION.replace("by):", "by=0):")
    assert edit("third", "@functools.cache", "").apply_to(SOLUTION) == SOLUTION.replace("@functools.cache", "")


def test_a_body_stands_below_the_head_of_its_function():
    changed = body("Box.moved", "return by").apply_to(SOLUTION)
    assert changed == SOLUTION.replace("return self.x + by", "return by")
    several = body(
        "halves",
        """
        if x:
            return x
        return 0
        """,
    )
    lines = "    if x:\n        return x\n    return 0\n"
    assert several.apply_to(SOLUTION) == SOLUTION.replace("    parts = [x, x]\n    return sum(parts) / 2\n", lines)


def test_a_body_replaces_one_that_stands_beside_its_head():
    changed = body("third", "return 3").apply_to(SOLUTION)
    assert changed == SOLUTION.replace("def third(x): return x / 3", "def third(x):\n    return 3")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (edit("halves", "x / 2", ""), "halves of the solution does not have 'x / 2': give the text as it is there"),
        (edit("halves", "x", "y"), "halves of the solution has 'x' 3 times: give more of the text around it"),
        (edit("half", "x", "y"), "the solution has no half: name one of halves, third, Box"),
        (body("Box.move", "pass"), "the solution has no Box.move: name one of __init__, moved"),
        (body("third.inner", "pass"), "the solution has no third.inner: name one of those that it has"),
    ],
)
def test_a_change_that_does_not_fit_says_why(change, words):
    with pytest.raises(CannotChange) as caught:
        change.apply_to(SOLUTION)
    assert str(caught.value) == words


def test_answers_are_found_in_each_form_without_running_the_file():
    found = variants.variants("numbers/half", "raise SystemExit\n" + FILE)
    assert [(each.name, each.words, each.replaces) for each in found] == [
        ("Sum", "this is the sum", ("halves",)),
        ("Floor", "", ("third",)),
        ("Quarter", "this is a quarter", ("third",)),
        ("Empty", "", ("Box",)),
        ("Both", "both are wrong", ("halves", "third")),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('Sum = edit("halves", " / 2")', "Sum: edit is to be given its function, old text, new text and words"),
        ('Sum = edit("halves", old, "x")', "Sum: edit is to be given its"),
        ("Zero = body(0, 'return 0')", "Zero: body is to be given its function, text and words, all plain strings"),
        ("@replaces()\ndef Zero(x): ...", "Zero: replaces is to be given its name and words, all plain strings"),
    ],
)
def test_an_answer_that_is_not_told_in_plain_strings_is_refused(text, words):
    with pytest.raises(ValueError, match=f"^{words}"):
        list(variants.variants("numbers/half", text))


def test_what_stands_in_for_a_function_has_its_name():
    @variants.replaces("half", "wrong")
    def same(x):
        return x

    assert (same.__name__, same.__doc__, same.half(3)) == ("same", "wrong", 3)
    with pytest.raises(TypeError, match=r"^same.half\(\) missing"):
        same.half()
