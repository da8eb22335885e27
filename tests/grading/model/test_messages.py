"""Messages of the grader: codes with values, and one sentence for each."""

from string import Formatter

import pytest

from dojo.grading.model import messages
from dojo.grading.model.messages import REFUSED, WORDS, Message, refusal, same_messages

LATE = Message.of("late")
LARGE = Message.of("kata_too_large", names="a.py", most=1)


def test_a_message_takes_the_values_that_its_sentence_has():
    assert Message.of("kata_too_large", names="a.py", most=1, other=2).values == {"names": "a.py", "most": "1"}
    with pytest.raises(KeyError):
        Message.of("kata_too_large", names="a.py")
    with pytest.raises(KeyError):
        Message.of("no_such_code")


@pytest.mark.parametrize("code", WORDS)
def test_each_sentence_has_plain_names_only(code):
    for _, name, form, conversion in Formatter().parse(WORDS[code]):
        assert name is None or name.isidentifier()
        assert not form
        assert conversion is None


def test_a_value_is_sanitized_and_is_no_template():
    hostile = Message.of("kata_too_large", names="\x1b[2J{most}{names.__class__}", most=1)
    assert hostile.text() == "�[2J{most}{names.__class__}: larger than 1 MiB, and left out"


def test_an_unknown_code_shows_its_words():
    assert Message("of_another_version", {"words": "so it is"}).text() == "so it is"


def test_a_message_says_what_its_sentence_does():
    assert LARGE.means_same_as(LARGE)
    assert LARGE.means_same_as(Message.prose("a.py: larger than 1 MiB, and left out"))
    for other in (LATE, Message.of("kata_too_large", names="b.py", most=1), Message.prose("a.py: larger")):
        assert not LARGE.means_same_as(other)


def test_a_message_says_what_its_former_words_do(monkeypatch):
    reworded = Message.prose("a.py is above 1 MiB")
    assert not LARGE.means_same_as(reworded)
    monkeypatch.setitem(messages.FORMER_WORDS, "kata_too_large", ("{names}: too large", "{names} is above {most} MiB"))
    assert LARGE.means_same_as(reworded)
    assert LARGE.means_same_as(Message.prose("a.py: too large"))
    assert LARGE.means_same_as(Message.prose(LARGE.text()))
    assert not LARGE.means_same_as(Message.prose("b.py: too large"))
    assert not LATE.means_same_as(reworded)


def test_messages_say_the_same_one_by_one():
    sentences = tuple(Message.prose(each.text()) for each in (LATE, LARGE))
    assert same_messages((LATE, LARGE), sentences)
    assert not same_messages((LATE, LARGE), sentences[::-1])
    assert not same_messages((LATE, LARGE), sentences[:1])
    assert same_messages((), ())


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_sandbox_refuses_has_words(name):
    assert refusal(name) == WORDS[f"refuses_{name}"]
    assert refusal("something else") == "something else"
