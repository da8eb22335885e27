"""``result.json``: codes with sentences beside them, and the version of the format."""

import json
from dataclasses import replace

import pytest

from dojo.course import Kata
from dojo.grading.model.grades import FORMAT, NewerFormat, Unreadable, decode, encode, read
from dojo.grading.model.messages import Message
from dojo.grading.model.verdicts import ReportedOutcome, VerdictState
from tests.grading import builders
from tests.grading.builders import grade, verdict
from tests.results.builders import failure

KATA = Kata("storage", "strides", "Strides", points=2)
FAILED = verdict(
    KATA,
    VerdictState.FAILED,
    Message.of("failed", passed=1, tests=2, on="", statement="It lies there."),
    tests=(ReportedOutcome("test_a", "failed", "cpu", "It lies there.", "gave 3", "the offset is left out"),),
)
SOME = grade(
    replace(FAILED, failure=failure("gave 3, expected 9", "the offset is left out", call="half(3)")),
    conditions=replace(builders.CONDITIONS, refuses=("network",)),
    notes=(Message.of("late"), Message.of("kata_too_large", names="a.py, b.py", most=1)),
    graded=builders.GRADED,
)


def test_format_2_is_written_with_sentences_beside_the_codes():
    told = json.loads(encode(SOME))
    assert (told["format"], FORMAT) == (2, 2)
    assert (told["points"], told["max_points"], told["solved"]) == (0, 2, 0)
    assert told["notes"] == ["Canvas says that it is late", "a.py, b.py: larger than 1 MiB, and left out"]
    assert [note["code"] for note in told["messages"]["notes"]] == ["late", "kata_too_large"]
    assert (told["conditions"]["refuses"], told["conditions"]["holds"]) == (["network"], ["connections"])
    assert (told["ungradable"], told["messages"]["ungradable"]) == (None, None)
    assert told["katas"][0]["evidence"] == (
        "1 of 2 tests pass. The first that does not: It lies there.\nhalf(3) gave 3, expected 9\nthe offset is left out"
    )


def test_a_call_is_joined_to_its_message_as_on_the_screen():
    apart = replace(FAILED, failure=failure("this is no half", call="half(3)"))
    assert json.loads(encode(grade(apart)))["katas"][0]["evidence"].endswith("\nhalf(3): this is no half")


def test_what_is_written_is_read_back(tmp_path):
    lost = grade(verdict(KATA, VerdictState.UNGRADABLE), ungradable=Message.of("locked", where="ann.zip"))
    for each in (SOME, lost):
        (tmp_path / "result.json").write_bytes(encode(each))
        assert read(tmp_path / "result.json") == each
    assert json.loads(encode(lost))["ungradable"] == "ann.zip is locked with a password: pack it without one"


@pytest.mark.parametrize("rest", [{}, json.loads(encode(SOME))], ids=["nothing else", "all that there is now"])
def test_a_later_format_is_named(rest, tmp_path):
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann/result.json").write_text(json.dumps({**rest, "format": 3}))
    with pytest.raises(NewerFormat) as told:
        read(tmp_path / "ann/result.json")
    said = "ann/result.json is of a later version of torch-katas, with format 3: install that version"
    assert str(told.value) == said


@pytest.mark.parametrize(
    "text",
    [b"", b"{}", b"[]", b"null", b'{"format": 2}', b'{"format": "2"}', b'{"format": 1}', b"\xff", b"[" * 99_999],
    ids=range(9),
)
def test_what_is_no_grade_is_refused(text):
    with pytest.raises(Unreadable, match=r"^result\.json holds no grade: ") as told:
        decode(text)
    assert not isinstance(told.value, NewerFormat)
