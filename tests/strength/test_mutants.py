"""The mutants are what they are said to be, and what survives is not passed over."""

import ast
import sys
from pathlib import Path

import pytest

pytest.importorskip("cosmic_ray", reason="tox -e mutation has cosmic-ray")
sys.path.insert(0, str(Path(__file__).parent))

import mutants
from cosmic_ray.mutating import mutate_code
from operators import OPERATORS

from dojo.course import Kata

KATA = Kata("words", "shout", "Aloud", (), 1)
SOURCE = """
import torch

class Box:
    x: torch.Tensor

def middle(x: torch.Tensor | None, low: int = 1) -> torch.Tensor:
    if low > 3:
        raise ValueError(f"{low} is above 3")
    with torch.no_grad():
        x = x.abs()
    assert x is not None
    return torch.sum(x - low, dim=0, keepdim=True)
"""


@pytest.mark.parametrize(
    ("operator", "example"),
    [(operator, example) for operator in OPERATORS for example in operator.examples()],
    ids=lambda value: getattr(value, "__name__", None) or value.pre_mutation_code.replace("\n", " "),
)
def test_each_operator_makes_its_examples(operator, example):
    changed = mutate_code(example.pre_mutation_code, operator(), example.occurrence)
    assert changed == example.post_mutation_code


def test_each_mutant_is_made_once_and_is_python():
    found = list(mutants.mutants("words/shout", SOURCE))
    assert len({each.source for each in found}) == len(found)
    for each in found:
        ast.parse(each.source)
    own = {(each.operator, each.becomes) for each in found if each.own}
    assert own == {
        ("LeaveArgumentOut", "return torch.sum(x - low, keepdim=True)"),
        ("LeaveArgumentOut", "return torch.sum(x - low, dim=0)"),
        ("LeaveCallOut", "x = x"),
        ("LeaveFunctionOut", "return (x - low)"),
        ("LeaveStatementOut", "pass"),
        ("LeaveWithOut", "if True:"),
        ("SwapOperands", "return torch.sum(low - x, dim=0, keepdim=True)"),
        ("ReplaceName", "return torch.mean(x - low, dim=0, keepdim=True)"),
    }


def test_what_means_the_same_is_no_mutant():
    found = list(mutants.mutants("words/shout", SOURCE))
    assert not any(each.line.startswith(("raise", "x: torch")) for each in found)
    assert all("torch.Tensor | None" in each.becomes for each in found if each.line.startswith("def"))


def survivor(becomes="return word"):
    return mutants.Mutant("words/shout", "core/AddNot", "return word.upper()", becomes, "")


ENTRY = '[["words/shout"]]\nline = "return word.upper()"\nbecomes = ["return word"]\nreason = "{}"\n'


@pytest.mark.parametrize(
    ("listed", "outcome", "good", "words"),
    [
        ("", "killed", True, "of 1 mutants by cosmic-ray's operators, 100.0% are killed"),
        ("", "late", True, "1 without end"),
        ("", "survived", False, "SURVIVED words/shout (AddNot)\n  - return word.upper()\n  + return word"),
        (
            ENTRY.format("why"),
            "survived",
            True,
            "survivors listed as equivalent, each with its reason: 1; not listed: 0",
        ),
        (ENTRY.format("why"), "killed", False, "LISTED, yet killed or not made any more: words/shout"),
    ],
    ids=["killed", "late", "unexplained", "listed", "stale"],
)
def test_a_survivor_needs_a_reason_and_a_reason_a_survivor(tmp_path, monkeypatch, capsys, listed, outcome, good, words):
    file = tmp_path / "equivalents.toml"
    file.write_text(listed)
    monkeypatch.setattr(mutants, "LISTED", file)
    assert mutants.report([KATA], [survivor()], [outcome]) is good
    assert words in capsys.readouterr().out


def test_too_few_killed_is_not_good(tmp_path, monkeypatch):
    file = tmp_path / "equivalents.toml"
    file.write_text(ENTRY.format("why"))
    monkeypatch.setattr(mutants, "LISTED", file)
    other = Kata("words", "whisper", "Low", (), 1)
    assert not mutants.report([KATA, other], [survivor(), survivor("return 1")], ["survived", "killed"])


def test_an_empty_reason_is_none(tmp_path, monkeypatch):
    file = tmp_path / "equivalents.toml"
    file.write_text(ENTRY.format(" "))
    monkeypatch.setattr(mutants, "LISTED", file)
    with pytest.raises(SystemExit, match="an entry without a reason"):
        mutants.listed([KATA])
