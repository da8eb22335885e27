"""What anybody says can be shown anywhere."""

import pytest

from dojo.screen.sanitize import sanitize


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\r\nb\tc", "a\nb    c"),
        ("\x1b[31mred\x07", "�[31mred�"),
        ("abc\u202edef\u200b", "abc�def�"),
        ("\ud800", "�"),
        ("é ✘ 漢", "é ✘ 漢"),
    ],
)
def test_what_an_answer_says_is_made_legible(text, shown):
    assert sanitize(text) == shown


def test_what_an_answer_says_is_cut():
    assert sanitize("x" * 5000, 10) == "x" * 9 + "…"
