"""Sentences of failures are filled with words, whoever wrote their templates."""

import msgspec
import pytest

from dojo.results.failure import Failure, Outcome, fill_template
from dojo.screen.message import message, message_with_call
from tests.results.builders import failure

VALUES = {"gave": "3", "x": "1"}
HOSTILE = [
    "{gave.__class__}",
    "{gave.__class__.__mro__[1].__subclasses__}",
    "{gave[0]}",
    "{gave!r}",
    "{x:>99999999}",
    "{x:{gave}}",
    "{{",
    "}}",
    "{",
    "{}",
    "{0}",
    "{gave",
    "{ gave }",
    "{other}",
    "%(gave)s",
    "$gave",
]


def test_names_in_braces_are_filled_in():
    assert fill_template("{gave}, {x} and {gave}", VALUES) == "3, 1 and 3"


@pytest.mark.parametrize("template", HOSTILE)
def test_nothing_but_plain_names_is_filled_in(template):
    left = {"{x:{gave}}": "{x:3}"}.get(template, template)
    assert fill_template(template, VALUES) == left
    hostile = Failure(outcome=Outcome.REFUSED, template=template, values={"x": "1"}, gave="3", expected="9")
    assert message(hostile) == [left]


def test_what_is_filled_in_is_no_template():
    assert fill_template("{gave}{x}", {"gave": "{x}", "x": "{gave}"}) == "{x}{gave}"


def test_a_failure_says_what_it_gave_and_what_was_expected():
    one = Failure(outcome=Outcome.REFUSED, template="{what} is {gave}, expected {expected}", values={"what": "it"})
    assert message(msgspec.structs.replace(one, gave="3", expected="9")) == ["it is 3, expected 9"]
    assert message(one) == ["it is , expected "]


def test_a_call_goes_before_what_is_said_of_it():
    assert message_with_call(failure("gave 3, expected 1.5", call="half(3)")) == ["half(3) gave 3, expected 1.5"]
    assert message_with_call(failure("this is no half\nbut a third", call="half(3)")) == [
        "half(3): this is no half",
        "but a third",
    ]
    for outcome in (Outcome.TODO, Outcome.UNUSABLE):
        assert message_with_call(failure("divide x", outcome=outcome, call="half(3)")) == ["divide x"]


def test_a_failure_travels_whole():
    one = failure("gave 3", "a mistake", picture=((("3", "bad"), (" ", "faint")),), printed=("a", "b"), line=3)
    assert msgspec.json.decode(msgspec.json.encode(one), type=Failure) == one
    assert msgspec.convert(msgspec.to_builtins(one), Failure) == one


def test_a_template_with_a_long_value_in_many_places_stays_small():
    assert len(fill_template("{a}" * 20_000, {"a": "x" * 20_000})) < 2 << 20
