"""What the screen makes of the pictures in failures."""

import json
import math
from pathlib import Path

import msgspec
import pytest
import torch

from dojo import check
from dojo.check._pictures import curves, matrices
from dojo.course import Chapter, Course, Kata
from dojo.results.failure import Input
from dojo.results.progress import Progress, Result
from dojo.screen.practice import Screen, plain_text
from tests.results.builders import failure

X = torch.arange(12.0).reshape(3, 4)


def screen(words: str, picture=(), *inputs: Input, unicode: bool = True) -> list:
    """Return the lines about one failure, from its message on."""
    progress = Progress()
    progress.select([("numbers/half", "test")])
    result = Result("test", "numbers/half", "A half.", failure=failure(words, picture=picture, inputs=inputs))
    progress.add(msgspec.convert(json.loads(msgspec.json.encode(result)), Result))
    course = Course("", (Chapter("numbers", "", (Kata("numbers", "half", ""),)),))
    lines = Screen(course, Path("/"), Path("/"), unicode=unicode).body(progress)
    return lines[lines.index([]) + 3 : -3]


def of_a_slice(tensor: torch.Tensor) -> Input:
    return Input("x", "a slice", check.storage_picture(tensor))


def styles(lines: list) -> dict[str, str]:
    """Return the text in each style, without the spaces."""
    found: dict[str, str] = {}
    for text, style in (piece for line in lines for piece in line):
        found[style] = " ".join([*found.get(style, "").split(), *text.split()])
    return found


def test_what_a_view_shows_is_strong_in_the_row_of_boxes():
    lines = screen("gave 1", (), of_a_slice(torch.arange(4)[1:3]))
    assert plain_text(lines).splitlines() == [
        "   gave 1",
        "     x = a slice",
        "     place  0 1 2 3",
        "     value |0|1|2|3|",
        "     index    0 1",
    ]
    assert styles(lines[3:])["strong"] == "1 2 0 1"
    empty = screen("gave 1", (), of_a_slice(torch.arange(2)[1:1]))
    assert styles(empty[3:4])["faint"] == "value |0 |1 |"


def test_elements_that_differ_are_bad_and_those_in_their_place_good():
    actual = X.clone()
    actual[1, 2], actual[2, 0] = -7, 9
    lines = screen("gave this", matrices(actual, X, actual != X))
    assert styles(lines)["bad"] == "-7.0* 9.0*"
    assert styles(lines)["good"] == "6.0 8.0"


def test_marks_of_curves_that_differ_are_bad_and_good():
    lines = screen("gave this", curves([8.0, 7.0, 6.0, 5.0, 4.0, 8.0, 8.0], [8.0, 7.0, 6.0, 5.0, 4.0, 3.0]))
    assert plain_text(lines).splitlines()[1:] == [
        "     actual    █▇▅▄▂██",
        "     expected  █▇▅▄▂▁",
        "               from 3 to 8",
    ]
    assert styles(lines)["bad"] == "█ █"
    assert styles(lines)["good"] == "▁"


def test_a_terminal_without_unicode_gets_readable_pictures():
    lines = screen("gave this", curves([8.0, 7.0, 6.0, 5.0, math.nan, 1.0], [8.0] * 6), unicode=False)
    assert plain_text(lines).splitlines()[1:3] == ["     actual    #*+=x_", "     expected  ######"]
    assert plain_text(screen("gave 1", (), of_a_slice(torch.arange(100)[7:70]), unicode=False)).isascii()


@pytest.mark.parametrize(
    "message",
    [
        "raised X: one\nplace\nvalue",
        "raised X: one\nplace 1\nvalue |",
        "raised X: one\nactual\nexpected",
        "raised X: one\nactual 1\nexpected 2 3",
        "raised X: one\nactual   expected\n1 2 3\n\n*",
        "raised X: one\n\n\n",
        "",
    ],
)
def test_what_only_looks_like_a_picture_is_shown_as_it_is(message):
    shown = plain_text(screen(message, (), Input("x", message)))
    for line in message.splitlines():
        assert line in shown


SPECIFICATION = '''
import pytest
import torch
from dojo import check
from katas.numbers import half

{mark}
def test_half():
    """A half."""
    {body}
'''


def run(project, body: str, mark: str = "", **environment: str) -> str:
    project.write("katas/numbers/test_half.py", SPECIFICATION.format(body=body.replace("\n", "\n    "), mark=mark))
    project.write("katas/numbers/half.py", "def half(x):\n    return x\n")
    outcome = project.pytest("katas/numbers/test_half.py", **{"COLUMNS": "60", **environment})
    assert max(map(len, outcome.lines)) <= 60
    return "\n".join(outcome.lines)


def test_a_marked_specification_draws_the_storage_of_the_inputs(project):
    body = "x = torch.arange(5)[2:4]\ncheck.equal(half.half(x), 1)"
    picture = "     place  0 1 2 3 4\n     value |0|1|2|3|4|\n     index      0 1\n"
    assert picture in run(project, body, "@pytest.mark.storage")
    unmarked = run(project, body)
    assert "x = tensor([2, 3]) with offset 2" in unmarked
    assert "place" not in unmarked


def test_a_small_matrix_is_drawn_beside_the_expected_one(project):
    shown = run(project, "x = torch.ones(2, 2)\ncheck.equal(half.half(x), torch.eye(2))")
    assert "       actual    expected\n     1.0  1.0*   1.0  0.0\n     1.0* 1.0    0.0  1.0\n" in shown


def test_a_list_of_losses_is_drawn_as_a_curve(project):
    body = (
        "losses = [float(each) for each in range(8)]\ncheck.close(half.half(losses), losses[::-1], what='the losses')"
    )
    assert "     actual    ▁▂▃▄▅▆▇█\n     expected  █▇▆▅▄▃▂▁\n               from 0 to 7\n" in run(project, body)
    assert "     actual    _.:-=+*#\n     expected  #*+=-:._\n" in run(project, body, PYTHONIOENCODING="ascii")
