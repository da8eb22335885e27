"""Feedback for learners: it says what happened, and nothing from a hand-in becomes markup."""

import base64
import hashlib
import html
import itertools
import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from dojo.course import Kata
from dojo.grading.model.grades import Grade
from dojo.grading.model.labels import LABELS, format_count, format_number, format_points
from dojo.grading.model.verdicts import ReportedOutcome, VerdictState
from dojo.grading.reports.feedback import markdown, page
from tests.grading import builders
from tests.grading.builders import grade, verdict
from tests.grading.reports.markup import tree

KATAS = (
    Kata("storage", "strides", "Strides: `x[_i_]`"),
    Kata("storage", "views", "Views"),
    Kata("data", "rows", "Rows"),
)
COURSE = builders.course(*KATAS, title="1. A *course*", storage="In <memory>")
CONDITIONS = replace(builders.CONDITIONS, seed=4711, refuses=("network",))
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}{% x %}",
    "```\n# heading\n```",
    "`` ` ``` ````````",
    "`",
    "a ` <b>bold</b> ` c",
    "[a](javascript:alert(1)) ![b](http://evil.example/x.png) <http://evil.example>",
    "a\n\n# heading\n\n- item\n\n<b>bold</b>",
    "</pre></style></title><!-- --><![CDATA[",
    "~~~\n\n    code\n***\n---\n> quote",
    "=cmd|'/C calc'!A0",
    '" onmouseover="alert(1)" x="',
    "\x1b[31m\u202e\x00\r\n",
    "",
    " ",
    "w" * 200,
)


FAILED = verdict(
    KATAS[0],
    VerdictState.FAILED,
    "1 of 4 tests pass. The first that does not [sim]: It lies there.",
    "storage_index(y) gave 3, expected 9\n 1 2\n 3 4",
    "the offset is left out",
    devices={"cpu": VerdictState.SOLVED, "sim": VerdictState.FAILED},
    tests=(
        ReportedOutcome("test_a[sim]", "failed", "sim", "It lies there.", "gave 3", "the offset is left out"),
        ReportedOutcome("test_b", "failed", None, "Bytes are not counted.", "gave 4", "bytes are counted"),
    ),
    unstable=("test_b",),
)
SOME = grade(
    FAILED,
    verdict(KATAS[1]),
    verdict(KATAS[2], VerdictState.NOT_ATTEMPTED, "the stub"),
    conditions=CONDITIONS,
    notes=("conftest.py is no kata",),
    graded="2026-11-23T12:00:00+00:00",
)


def read(markup: str) -> list[tuple[str, str]]:
    """Return the tokens of a Markdown text: the type and content of each."""
    tokens = MarkdownIt("commonmark", {"html": True}).parse(markup)
    return [(each.type, each.content) for token in tokens for each in (token, *(token.children or ()))]


def of(pieces: list[tuple[str, str]], kind: str) -> list[str]:
    return [content for each, content in pieces if each == kind]


def test_a_page_tells_points_states_evidence_mistakes_devices_and_conditions():
    found = tree(page(SOME, COURSE))
    body = " ".join(found.one("body").text.split())
    for said in (
        "Feedback for Ann Lee", "1 of 3 points", "1 of 3 katas solved.", "kata hint storage/strides",
        "In <memory> 1 of 2 katas solved", "1 of 4 tests pass. The first that does not [sim]: It lies there.",
        "Mistake: the offset is left out", "Mistake: bytes are counted", "Bytes are not counted.",
        "By device: cpu: solved; sim: failed.", "run again on the same inputs: test_b.",
        "pytest katas/storage/test_strides.py --seed 4711", "Not attempted: Rows", "conftest.py is no kata",
        LABELS[VerdictState.NOT_ATTEMPTED].meaning, "sandbox landlock", "connections", "2.11.0",
    ):  # fmt: skip
        assert said in body
    assert [each.text for each in found.all("pre")] == ["\nstorage_index(y) gave 3, expected 9\n 1 2\n 3 4"]


def test_a_page_needs_nothing_else_and_runs_nothing():
    text = page(SOME, COURSE)
    elements = list(tree(text).all())
    assert {each.tag for each in elements}.isdisjoint(
        {"script", "link", "img", "iframe", "a", "form", "object", "base"}
    )
    assert not {name for each in elements for name in each.attributes} & {"src", "href", "style"}
    assert not re.search(r"url\(|@import|https?:", text)
    policy = tree(text).one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    digest = base64.b64encode(hashlib.sha256(tree(text).one("style").text.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_a_page_has_headings_in_order_and_words_for_each_mark():
    text = page(SOME, COURSE)
    levels = [int(each.tag[1]) for each in tree(text).all() if re.fullmatch(r"h\d", each.tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for mark in "✔✘·":
        assert text.count(f'<span aria-hidden="true">{mark}</span>') == text.count(mark) > 0


def test_markdown_tells_the_same():
    pieces = read(markdown(SOME, COURSE))
    text = " ".join(of(pieces, "text"))
    for said in (
        "1 of 3 points",
        ", 1 of 3 katas solved.",
        "Course: 1. A *course*",
        "In <memory>",
        "Rows",
        ": solved; ",
    ):
        assert said in text
    assert of(pieces, "fence") == [
        "1 of 4 tests pass. The first that does not [sim]: It lies there.\n"
        "storage_index(y) gave 3, expected 9\n 1 2\n 3 4\n"
    ]
    for said in ("Ann Lee", "the offset is left out", "bytes are counted", "Bytes are not counted.", "test_b"):
        assert said in of(pieces, "code_inline")


def told_of(text: str) -> Grade:
    """Return a grade with this text in every place that a hand-in can influence."""
    tests = tuple(ReportedOutcome(f"t{each}", "failed", "cpu", f"{each}{text}", text, text) for each in range(9))
    devices = FAILED.devices
    strange = verdict(
        KATAS[0], VerdictState.FAILED, text, f"{text}\nmore", devices=devices, tests=tests, unstable=(text,)
    )
    return grade(strange, verdict(KATAS[1], reason=text), person=text, notes=(text,), ungradable=text)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_hand_in_becomes_markup(text):
    hostile, like = told_of(text), told_of("word")
    pieces = read(markdown(hostile, COURSE))
    assert not {"html_block", "html_inline", "image", "link_open", "code_block", "hr"} & {kind for kind, _ in pieces}
    kinds = ("heading_open", "list_item_open", "fence", "paragraph_open", "blockquote_open")
    if text.split():  # without text there are fewer paragraphs
        expected = read(markdown(like, COURSE))
        assert [len(of(pieces, kind)) for kind in kinds] == [len(of(expected, kind)) for kind in kinds]
        assert [each.tag for each in tree(page(hostile, COURSE)).all()] == [
            each.tag for each in tree(page(like, COURSE)).all()
        ]
    allowed = {"class", "aria-label", "aria-hidden", "role", "tabindex", "max", "value"}
    for each in tree(page(hostile, COURSE)).all():
        assert each.tag in ("meta", "html") or set(each.attributes) <= allowed
    assert not set("\x1b\u202e\x00\r") & set(page(hostile, COURSE) + markdown(hostile, COURSE))


def test_what_is_shown_of_a_hand_in_is_what_it_said():
    text = "`` a ` <b> & ` ``` c"
    shown = verdict(KATAS[0], VerdictState.FAILED, text, text)
    pieces = read(markdown(grade(shown, person=text), COURSE))
    assert of(pieces, "code_inline")[0] == text
    assert of(pieces, "fence")[0] == f"{text}\n{text}\n"
    found = tree(page(grade(shown, person=text), COURSE))
    assert (found.one("bdi").text, found.one("pre").text) == (text, f"\n{text}")


@pytest.mark.parametrize("state", VerdictState)
def test_every_state_has_words_in_both(state):
    found = grade(
        verdict(KATAS[0], state, "the reason"), ungradable="a link" if state is VerdictState.UNGRADABLE else None
    )
    assert LABELS[state].name in html.unescape(page(found, COURSE)).lower()
    assert LABELS[state].meaning in " ".join(of(read(markdown(found, COURSE)), "text"))


def test_where_the_grader_failed_it_is_no_grade():
    broken = grade(verdict(KATAS[0], VerdictState.INFRASTRUCTURE_ERROR, "the disk is full"), verdict(KATAS[1]))
    for text in (page(broken, COURSE), markdown(broken, COURSE)):
        assert "This is no grade yet." in text
        assert "no grade yet, of 2 points" in text
        assert "0 of" not in text


def test_a_learner_who_solved_all_is_told_no_next_kata():
    done = grade(*(verdict(kata) for kata in KATAS))
    for text in (page(done, COURSE), markdown(done, COURSE)):
        assert "3 of 3 points" in text
        assert "To go on" not in text


def test_katas_that_the_course_does_not_have_are_told_by_name():
    other = grade(verdict(Kata("old", "gone", "Gone")))
    assert "old/gone" in page(other, COURSE)
    assert "`old/gone`" in markdown(other, COURSE)


@pytest.mark.parametrize(("value", "text"), [(3.0, "3"), (2.5, "2.5"), (2.666, "2.67"), (0.0, "0"), (100.0, "100")])
def test_numbers_are_written_as_people_do(value, text):
    assert format_number(value) == text
    assert format_count(value, "point") == f"{text} points"
    assert format_points(value, 1) == f"{text} of 1 point"
