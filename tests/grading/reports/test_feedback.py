"""Feedback for learners: it tells what happened, and nothing of a hand-in becomes markup."""

import base64
import csv
import hashlib
import itertools
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from dojo.course import Chapter, Course, Kata
from dojo.grading.model import grades
from dojo.grading.model.grades import Conditions, Grade
from dojo.grading.model.labels import LABELS, MEANINGS, counted, number, points_of
from dojo.grading.model.person import Person
from dojo.grading.model.verdicts import Reported, Verdict, VerdictState
from dojo.grading.reports import write
from dojo.grading.reports.feedback import markdown, page

KATAS = (
    Kata("storage", "strides", "Strides: `x[_i_]`"),
    Kata("storage", "views", "Views"),
    Kata("data", "rows", "Rows"),
)
COURSE = Course("1. A *course*", (Chapter("storage", "In <memory>", KATAS[:2]), Chapter("data", "Data", KATAS[2:])))
CONDITIONS = Conditions("0.1.0", "2.11.0", "3.11.2", ("cpu", "sim"), 4711, "landlock", ("the network",))
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


def verdict(kata: Kata, state: VerdictState, said: str = "all 3 tests pass", **options) -> Verdict:
    points = None if state is VerdictState.INFRASTRUCTURE_ERROR else kata.points if state is VerdictState.SOLVED else 0
    devices = options.pop("devices", {"cpu": state, "sim": state})
    return Verdict(kata.id, state, points, kata.points, said, devices, **options)


def grade(*verdicts: Verdict, name: str = "Ann Lee", **options) -> Grade:
    return Grade(Person(name), CONDITIONS, verdicts, **options)


FAILED = verdict(
    KATAS[0],
    VerdictState.FAILED,
    "1 of 4 tests pass. The first that does not [sim]: It lies there.\nstorage_index(y) gave 3, expected 9\n"
    " 1 2\n 3 4\nthe offset is left out",
    devices={"cpu": VerdictState.SOLVED, "sim": VerdictState.FAILED},
    tests=(
        Reported("test_a[sim]", "failed", "sim", "It lies there.", "gave 3", "the offset is left out"),
        Reported("test_b", "failed", None, "Bytes are not counted.", "gave 4", "bytes are counted"),
    ),
    unstable=("test_b",),
)
SOME = grade(
    FAILED,
    verdict(KATAS[1], VerdictState.SOLVED),
    verdict(KATAS[2], VerdictState.NOT_ATTEMPTED, "the stub"),
    notes=("conftest.py is no kata",),
    graded="2026-11-23T12:00:00+00:00",
)


class Page(HTMLParser):
    """The elements of a page with their attributes, its text, and the text by element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self._open.append(tag)
            self.text.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        for tag in set(self._open):
            self.text[tag][-1] += data


def read(markup: str) -> list[tuple[str, str]]:
    """Return the pieces of a Markdown text: the type and the content of each."""
    tokens = MarkdownIt("commonmark", {"html": True}).parse(markup)
    return [(each.type, each.content) for token in tokens for each in (token, *(token.children or ()))]


def of(pieces: list[tuple[str, str]], kind: str) -> list[str]:
    return [content for each, content in pieces if each == kind]


def test_a_page_tells_points_states_evidence_mistakes_devices_and_conditions():
    found = Page(page(SOME, COURSE))
    body = " ".join(" ".join(found.text["body"]).split())
    for said in (
        "Feedback for Ann Lee", "1 of 3 points", "1 of 3 katas solved.", "kata hint storage/strides",
        "In <memory> 1 of 2 katas solved", "1 of 4 tests pass. The first that does not [sim]: It lies there.",
        "Mistake: the offset is left out", "Mistake: bytes are counted", "Bytes are not counted.",
        "By device: cpu: solved; sim: not solved.", "run again on the same inputs: test_b.",
        "pytest katas/storage/test_strides.py --seed 4711", "Not attempted: Rows", "conftest.py is no kata",
        MEANINGS[VerdictState.NOT_ATTEMPTED], "sandbox landlock", "the network", "2.11.0",
    ):  # fmt: skip
        assert said in body
    assert found.text["pre"] == ["\nstorage_index(y) gave 3, expected 9\n 1 2\n 3 4"]


def test_a_page_needs_nothing_else_and_runs_nothing():
    text = page(SOME, COURSE)
    found = Page(text)
    assert {tag for tag, _ in found.tags}.isdisjoint({"script", "link", "img", "iframe", "a", "form", "object", "base"})
    assert not {name for _, attributes in found.tags for name in attributes} & {"src", "href", "style"}
    assert not re.search(r"url\(|@import|https?:", text)
    [policy] = [each["content"] for tag, each in found.tags if each.get("http-equiv") == "Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256(found.text["style"][0].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_a_page_has_headings_in_order_and_words_for_each_mark():
    text = page(SOME, COURSE)
    levels = [int(tag[1]) for tag, _ in Page(text).tags if re.fullmatch(r"h\d", tag)]
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


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_hand_in_becomes_markup(text):
    tests = tuple(Reported(f"t{each}", "failed", "cpu", f"{each}{text}", text, text) for each in range(9))
    strange = replace(FAILED, evidence=f"{text}\n{text}\nmore", tests=tests, unstable=(text,))
    hostile = grade(strange, verdict(KATAS[1], VerdictState.SOLVED, text), name=text, notes=(text,), ungradable=text)
    plain = replace(strange, evidence="word\nword\nmore", tests=tests, unstable=("word",))
    plain = replace(
        plain, tests=tuple(replace(each, statement=f"{i}word", mistake="word") for i, each in enumerate(tests))
    )
    like = grade(plain, verdict(KATAS[1], VerdictState.SOLVED, "word"), name="word", notes=("word",), ungradable="word")

    pieces = read(markdown(hostile, COURSE))
    assert not {"html_block", "html_inline", "image", "link_open", "code_block", "hr"} & {kind for kind, _ in pieces}
    kinds = ("heading_open", "list_item_open", "fence", "paragraph_open", "blockquote_open")
    if text.split():  # where there is nothing to tell there are fewer paragraphs
        expected = read(markdown(like, COURSE))
        assert [len(of(pieces, kind)) for kind in kinds] == [len(of(expected, kind)) for kind in kinds]
        assert [tag for tag, _ in Page(page(hostile, COURSE)).tags] == [tag for tag, _ in Page(page(like, COURSE)).tags]
    allowed = {"class", "aria-label", "aria-hidden", "role", "tabindex", "max", "value"}
    for tag, attributes in Page(page(hostile, COURSE)).tags:
        assert tag in ("meta", "html") or set(attributes) <= allowed
    assert not set("\x1b\u202e\x00\r") & set(page(hostile, COURSE) + markdown(hostile, COURSE))


def test_what_is_shown_of_a_hand_in_is_what_it_said():
    text = "`` a ` <b> & ` ``` c"
    pieces = read(markdown(grade(replace(FAILED, evidence=f"{text}\n{text}"), name=text), COURSE))
    assert of(pieces, "code_inline")[0] == text
    assert of(pieces, "fence")[0] == f"{text}\n{text}\n"
    found = Page(page(grade(replace(FAILED, evidence=f"x\n{text}"), name=text), COURSE))
    assert (found.text["bdi"], found.text["pre"]) == ([text], [f"\n{text}"])


@pytest.mark.parametrize("state", VerdictState)
def test_every_state_has_words_in_both(state):
    found = grade(
        verdict(KATAS[0], state, "the reason"), ungradable="a link" if state is VerdictState.UNGRADABLE else None
    )
    assert LABELS[state] in page(found, COURSE).lower()
    assert MEANINGS[state] in " ".join(of(read(markdown(found, COURSE)), "text"))


def test_where_the_grader_failed_it_is_no_grade():
    broken = grade(
        verdict(KATAS[0], VerdictState.INFRASTRUCTURE_ERROR, "the disk is full"), verdict(KATAS[1], VerdictState.SOLVED)
    )
    for text in (page(broken, COURSE), markdown(broken, COURSE)):
        assert "This is no grade yet." in text
        assert "no grade yet, of 2 points" in text
        assert "0 of" not in text


def test_a_learner_who_solved_all_is_told_no_next_kata():
    done = grade(*(verdict(kata, VerdictState.SOLVED) for kata in KATAS))
    for text in (page(done, COURSE), markdown(done, COURSE)):
        assert "3 of 3 points" in text
        assert "To go on" not in text


def test_katas_that_the_course_does_not_have_are_told_by_name():
    other = grade(verdict(Kata("old", "gone", "Gone"), VerdictState.SOLVED))
    assert "old/gone" in page(other, COURSE)
    assert "`old/gone`" in markdown(other, COURSE)


@pytest.mark.parametrize(("value", "text"), [(3.0, "3"), (2.5, "2.5"), (2.666, "2.67"), (0.0, "0"), (100.0, "100")])
def test_numbers_are_written_as_people_do(value, text):
    assert number(value) == text
    assert counted(value, "point") == f"{text} points"
    assert points_of(value, 1) == f"{text} of 1 point"


def test_the_files_of_a_person_are_all_there_and_read_back(tmp_path):
    write.write_person(tmp_path / "ann", SOME, COURSE)
    names = {each.name for each in (tmp_path / "ann").iterdir()}
    assert names == {"result.json", "gradescope.json", "feedback.md", "feedback.html"}
    assert grades.read(tmp_path / "ann" / "result.json") == SOME
    assert json.loads((tmp_path / "ann" / "gradescope.json").read_bytes())["score"] == 1
    assert (tmp_path / "ann" / "feedback.html").read_text(encoding="utf-8") == page(SOME, COURSE)
    assert (tmp_path / "ann" / "feedback.md").read_text(encoding="utf-8") == markdown(SOME, COURSE)


def test_where_the_grader_failed_no_earlier_result_for_gradescope_stays(tmp_path):
    write.write_person(tmp_path, SOME, COURSE)
    write.write_person(tmp_path, grade(verdict(KATAS[0], VerdictState.INFRASTRUCTURE_ERROR)), COURSE)
    assert {each.name for each in tmp_path.iterdir()} == {"result.json", "feedback.md", "feedback.html"}


def test_result_json_comes_last(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(write, "write_whole", lambda path, contents: written.append(path.name))
    write.write_person(tmp_path, SOME, COURSE)
    assert written[-1] == "result.json"


def test_the_files_of_a_class_are_written_from_one_pass(tmp_path):
    people = (replace(SOME, person=Person(f"person {each}")) for each in range(200))
    write.write_class(tmp_path, people, COURSE)
    with (tmp_path / "grades.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row["person"] for row in csv.DictReader(stream)] == [f"person {each}" for each in range(200)]
    assert len(ET.parse(tmp_path / "junit.xml").getroot()) == 200


def test_a_class_that_stops_in_the_middle_leaves_the_files_as_they_were(tmp_path):
    write.write_class(tmp_path, [SOME], COURSE)
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}

    def stopped():
        yield replace(SOME, person=Person("Bo"))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write.write_class(tmp_path, stopped(), COURSE)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before
