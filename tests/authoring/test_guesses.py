"""The answers without understanding that ``kata check`` tries are made, and are what their names say."""

from pathlib import Path

import pytest
import torch

from dojo.authoring import guesses
from dojo.runner import guessing

SOLUTION = """
import torch

class Box:
    def __init__(self, x: torch.Tensor) -> None:
        self.x = x

    def moved(self, by: float) -> torch.Tensor:
        return self.x + by

def twice(x: torch.Tensor) -> torch.Tensor:
    return x * 2

def double_(x: torch.Tensor) -> torch.Tensor:
    return x.mul_(2)

def clear(x: torch.Tensor) -> None:
    x.zero_()

def parts(x: torch.Tensor, name: str) -> tuple[torch.Tensor, int, dict[str, str], list[bool]]:
    return x, 7, {"name": name}, [True]

def each(count: int):
    yield from range(count)

def _own(x):
    return x
"""


@pytest.fixture
def solution(tmp_path: Path) -> Path:
    file = tmp_path / "solution.py"
    file.write_text(SOLUTION)
    return file


@pytest.fixture
def guessed(solution):
    def make(function, kind):
        namespace = {}
        exec(guesses.Guess(function, kind).source(solution), namespace)
        return namespace

    return make


def test_every_kind_can_be_made():
    assert list(guessing.KINDS) == [guesses.NOTHING, *guesses.CONSTANTS, *guesses.PARTIAL]


def test_a_guess_is_made_where_it_can_be_wrong(solution):
    found = {}
    for guess in guesses.guesses(solution):
        found.setdefault(guess.function, []).append(guess.kind)
    one_argument = [kind for kind in guesses.CONSTANTS if kind != "the second argument"]
    assert found == {
        "Box.__init__": [guesses.NOTHING, *guesses.PARTIAL],
        "Box.moved": [guesses.NOTHING, *one_argument],
        "twice": [guesses.NOTHING, *one_argument, *guesses.PARTIAL],
        "double_": [guesses.NOTHING, *one_argument, *guesses.PARTIAL],
        "clear": [guesses.NOTHING, *guesses.PARTIAL],
        "parts": [guesses.NOTHING, *guesses.CONSTANTS, *guesses.PARTIAL],
        "each": [guesses.NOTHING],
    }


def test_constants_have_the_shape_of_the_answer(guessed):
    x = torch.tensor([[1, 2, 3]])
    assert torch.equal(guessed("twice", "zeros")["twice"](x), torch.zeros(1, 3, dtype=torch.int64))
    assert torch.equal(guessed("twice", "ones")["twice"](x), torch.ones(1, 3, dtype=torch.int64))
    drawn = guessed("twice", "random values")["twice"](x)
    assert (drawn.shape, drawn.dtype) == (x.shape, x.dtype)
    first, number, words, truth = guessed("parts", "zeros")["parts"](x, "a")
    assert (first.tolist(), number, words, truth) == ([[0, 0, 0]], 0, {"name": ""}, [False])
    assert list(guessed("each", "ones")["each"](3)) == [1, 1, 1]


def test_arguments_are_handed_back(guessed):
    x = torch.tensor([1.0])
    assert guessed("twice", "the first argument")["twice"](x) is x
    assert guessed("parts", "the second argument")["parts"](x, name="a") == "a"
    assert guessed("Box.moved", "the first argument")["Box"](x).moved(5) == 5


def test_what_was_right_once_is_given_again(guessed):
    twice = guessed("twice", "the first answer again")["twice"]
    assert [twice(torch.tensor([n])).item() for n in (1, 2, 3)] == [2, 2, 2]


def test_nothing_is_done(guessed):
    x = torch.tensor([1.0])
    assert guessed("clear", guesses.NOTHING)["clear"](x) is None
    assert x.tolist() == [1.0]


WRONG = {
    "right for contiguous input only": torch.arange(8.0).reshape(4, 2).T,
    "right for square input only": torch.zeros(3, 2),
    "right for a batch of one only": torch.zeros(2),
    "right for float32 only": torch.zeros(1, dtype=torch.float64),
    "right on the CPU only": torch.zeros(1, device="meta"),
}


@pytest.mark.parametrize("kind", guesses.PARTIAL)
def test_half_of_the_inputs_are_wrong(guessed, kind):
    twice = guessed("twice", kind)["twice"]
    right = torch.ones(1, 1)
    assert torch.equal(twice(right), 2 * right)
    wrong = WRONG[kind]
    if wrong.is_meta:
        assert twice(wrong).is_meta
    else:
        assert torch.equal(twice(wrong), 2 * wrong + 1)


def test_what_works_in_place_is_wrong_in_place(guessed):
    x = torch.zeros(2)
    assert guessed("double_", "right for a batch of one only")["double_"](x) is x
    assert x.tolist() == [1.0, 1.0]
    x = torch.ones(2)
    guessed("clear", "right for a batch of one only")["clear"](x)
    assert x.tolist() == [1.0, 1.0]
