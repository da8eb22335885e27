"""The page on a class: what it says, that nothing handed in becomes markup, and that it works by keys."""

import base64
import hashlib
import json
import re
import statistics
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dojo.course import Chapter, Course, Kata, load
from dojo.grading.model.grades import Conditions, Grade
from dojo.grading.model.person import Person, safe_name
from dojo.grading.model.verdicts import Reported, Verdict, VerdictState
from dojo.grading.reports.class_page import LOOKS, write
from dojo.screen.sanitize import sanitized
from tests.grading import made_class
from tests.grading.reports import browser as browsers

ROOT = Path(__file__).parents[3]
COURSE = load(ROOT / "katas")
SMALL = Course(
    "A small course",
    (
        Chapter("words", "Words", (Kata("words", "shout", "Aloud"),)),
        Chapter("numbers", "Numbers", (Kata("numbers", "double", "Twice", points=2), Kata("numbers", "half", "Half"))),
    ),
)
CONDITIONS = Conditions("0.2.0", "2.11.0", "3.13.1", ("cpu", "sim"), 42, "bubblewrap", ("the network", "the solutions"))
WITHOUT_END = {"meta", "rect", "br", "input", "col", "link", "img"}


class Element:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent, self.children = tag, attributes, parent, []

    @property
    def text(self):
        return "".join(each if isinstance(each, str) else each.text for each in self.children)

    def all(self, tag, **attributes):
        for each in self.children:
            if isinstance(each, Element):
                if each.tag == tag and attributes.items() <= each.attributes.items():
                    yield each
                yield from each.all(tag, **attributes)

    def one(self, tag, **attributes):
        (found,) = self.all(tag, **attributes)
        return found


class Tree(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = self.at = Element("", {}, None)

    def handle_starttag(self, tag, attributes):
        element = Element(tag, dict(attributes), self.at)
        self.at.children.append(element)
        if tag not in WITHOUT_END:
            self.at = element

    def handle_startendtag(self, tag, attributes):
        self.at.children.append(Element(tag, dict(attributes), self.at))

    def handle_endtag(self, tag):
        assert self.at.tag == tag, f"</{tag}> within <{self.at.tag}>"
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.children.append(data)

    def handle_comment(self, data):
        self.at.children.append(Element("comment", {}, self.at))


def tree(path):
    parser = Tree()
    parser.feed(path.read_text(encoding="utf-8"))
    parser.close()
    assert parser.at is parser.root
    return parser.root


def page(tmp_path, grades, course=COURSE, title="Homework 3"):
    path = tmp_path / "class.html"
    write(path, iter(grades), course, title)
    return tree(path)


def rows_of(root):
    """Return the words of each person's cells, by the name that is shown."""
    rows = root.one("table", id="map").one("tbody").all("tr")
    return [
        (row.one("bdi").text, [cell.one("b").text for cell in row.all("td") if any(cell.all("b"))], row) for row in rows
    ]


def data_of(root):
    return json.loads(root.one("script", type="application/json").text)


def numbers_of(root):
    places = root.one("section", **{"class": "counts"}).one("dl").all("div")
    return {place.one("dt").text: place.one("dd").text for place in places}


def verdict(kata, state, evidence="it is so", tests=(), **others):
    points = {VerdictState.SOLVED: kata.points, VerdictState.INFRASTRUCTURE_ERROR: None}.get(state, 0)
    return Verdict(kata.id, state, points, kata.points, evidence, {"cpu": state}, tests, **others)


def grade(name, *states, course=SMALL, **others):
    verdicts = tuple(verdict(kata, state) for kata, state in zip(course.katas(), states, strict=True))
    return Grade(Person(name), CONDITIONS, verdicts, graded="2026-11-24T02:03:04+00:00", **others)


@pytest.fixture(scope="module")
def many():
    return list(made_class.grades(COURSE, 60))


@pytest.fixture(scope="module")
def shown(many, tmp_path_factory):
    return page(tmp_path_factory.mktemp("many"), many)


def test_the_table_has_a_row_a_person_and_a_column_a_kata(many, shown):
    katas = list(COURSE.katas())
    table = shown.one("table", id="map")
    groups, heads = table.one("thead").all("tr")
    assert [head.text for head in heads.all("th")][2:] == [kata.name for kata in katas]
    assert all(head.attributes["scope"] == "col" for head in heads.all("th"))
    told = [(head.text, head.attributes["scope"], int(head.attributes["colspan"])) for head in groups.all("th")]
    assert told == [(chapter.name, "colgroup", len(chapter.katas)) for chapter in COURSE.chapters]
    assert table.one("caption").text.strip()
    rows = rows_of(shown)
    assert len(rows) == len(many)
    for _, _, row in rows:
        assert row.one("th").attributes["scope"] == "row"
        assert len(list(row.all("td"))) == len(katas) + 1


def test_each_cell_has_its_state_in_words_and_a_mark_that_is_not_read_out(many, shown):
    expected = Counter(each.state for one in many for each in one.katas)
    cells = [cell for _, _, row in rows_of(shown) for cell in list(row.all("td"))[1:]]
    words = Counter(re.split(", ", cell.one("b").text)[0] for cell in cells)
    assert words == {LOOKS[state].words: count for state, count in expected.items()}
    assert all(cell.one("i").text and cell.one("i").attributes["aria-hidden"] == "true" for cell in cells)


def test_the_numbers_are_right(many, shown):
    graded = [one.points for one in many if one.ungradable is None and one.points is not None]
    assert len(graded) < len(many)
    numbers = numbers_of(shown)
    assert numbers["people"] == str(len(many))
    assert numbers["graded"] == str(len(graded))
    assert numbers["ungradable"] == str(sum(one.ungradable is not None for one in many))
    assert numbers["incomplete"] == str(sum(one.points is None and one.ungradable is None for one in many))
    assert float(numbers["median of the graded"].split()[0]) == statistics.median(graded)
    bars = [int(bar.text.split()[0]) for bar in shown.one("ol", **{"class": "bars"}).all("span", **{"class": "value"})]
    assert bars == [sum(min(int(points / 56 * 10), 9) == part for points in graded) for part in range(10)]


def test_each_kata_tells_its_share_and_its_commonest_mistakes(many, shown):
    for number, kata in enumerate(COURSE.katas()):
        verdicts = [one.katas[number] for one in many]
        counted = [
            each for each in verdicts if each.state not in (VerdictState.UNGRADABLE, VerdictState.INFRASTRUCTURE_ERROR)
        ]
        solved = sum(each.state is VerdictState.SOLVED for each in counted)
        mistakes = Counter(mistake for each in verdicts for mistake in set(each.mistakes))
        row = shown.one("table", id="by-kata").one("tr", id=kata.id)
        share, tried, _, told, _ = row.all("td")
        assert f"{solved} of {len(counted)}" in share.text
        assert int(tried.text) == sum(each.state is not VerdictState.NOT_ATTEMPTED for each in counted)
        found = [item.text.split(" ", 1) for item in told.all("li")]
        assert [int(count) for count, _ in found] == sorted(mistakes.values(), reverse=True)[:3]
        assert all(mistakes[mistake] == int(count) for count, mistake in found)


def test_the_data_of_the_script_is_that_of_the_table(many, shown):
    data, order = data_of(shown), list(LOOKS)
    by_folder = {safe_name(one.person): one for one in many}
    for (_, _, row), (points, _, _, cells) in zip(rows_of(shown), data["people"], strict=True):
        one = by_folder[row.one("a").attributes["href"].removesuffix("/feedback.html")]
        assert points == (None if one.ungradable is not None else one.points)
        details = [data["details"][index] for index in cells]
        assert [order[detail[0]] for detail in details] == [each.state for each in one.katas]
        assert [detail[3:5] for detail in details] == [
            [sum(test.outcome == "passed" for test in each.tests), len(each.tests)] for each in one.katas
        ]


def test_what_needs_a_look_comes_first(tmp_path):
    katas = list(SMALL.katas())
    unstable = replace(verdict(katas[1], VerdictState.FAILED), unstable=("test_two[cpu]",))
    cheat = [verdict(katas[0], VerdictState.TAMPERING, "torch.allclose was replaced.\n1 of 2")]
    fault = replace(verdict(katas[2], VerdictState.INFRASTRUCTURE_ERROR), evidence="the disk is full")
    solved = [verdict(kata, VerdictState.SOLVED) for kata in katas]
    root = page(
        tmp_path,
        [
            Grade(Person("Cheat"), CONDITIONS, (*cheat, *solved[1:])),
            Grade(Person("Shaky"), CONDITIONS, (solved[0], unstable, solved[2])),
            Grade(Person("Unlucky"), CONDITIONS, (*solved[:2], fault)),
            grade("Locked", *[VerdictState.UNGRADABLE] * 3, ungradable="the archive is locked"),
            grade("Fine", *[VerdictState.SOLVED] * 3),
        ],
        SMALL,
    )
    first = root.one("section", id="first")
    heads = [head.text.rsplit(" ", 1) for head in first.all("h3")]
    assert heads == [
        ["Suspected tampering", "1"],
        ["Unstable tests", "1"],
        ["The grader's own faults", "1"],
        ["Ungradable", "1"],
    ]
    assert [" ".join(item.text.split()) for item in first.all("li")] == [
        "Cheat · words/shout: torch.allclose was replaced.",
        "numbers/double · test_two[cpu]: Shaky",
        "Unlucky · numbers/half: the disk is full",
        "Locked: the archive is locked",
    ]
    rows = {name: words for name, words, _ in rows_of(root)}
    assert rows["Shaky"] == ["solved", "failed, unstable", "solved"]
    assert rows["Unlucky"] == ["no grade", "solved", "solved", "grader's fault"]
    look = {name: each[1] for (name, _, _), each in zip(rows_of(root), data_of(root)["people"], strict=True)}
    assert look == {"Cheat": True, "Shaky": True, "Unlucky": True, "Locked": True, "Fine": False}


def test_katas_that_nobody_or_everybody_solves_are_told(tmp_path):
    done, left, wrong = VerdictState.SOLVED, VerdictState.NOT_ATTEMPTED, VerdictState.FAILED
    lost = grade("Lost", *[VerdictState.UNGRADABLE] * 3, ungradable="it is empty")
    root = page(tmp_path, [grade("A", done, left, wrong), grade("B", done, left, left), lost], SMALL)
    told = [item.text for item in next(root.one("section", id="katas").all("ul", **{"class": "remarks"})).all("li")]
    assert told == ["Everybody solves: words/shout", "Nobody solves: numbers/half", "Nobody attempted: numbers/double"]


def test_the_first_statement_that_fails_is_counted_by_people(tmp_path):
    kata = next(SMALL.katas())
    tests = (
        Reported("a", "passed", statement="It is a word."),
        Reported("b", "failed", statement="It is loud.", mistake="too quiet"),
        Reported("c", "failed", statement="It ends.", mistake="too quiet"),
    )
    others = [verdict(each, VerdictState.SOLVED) for each in SMALL.katas()][1:]
    wrong = Grade(Person("A"), CONDITIONS, (verdict(kata, VerdictState.FAILED, tests=tests), *others))
    root = page(tmp_path, [wrong, replace(wrong, person=Person("B"))], SMALL)
    *_, mistakes, statements = root.one("tr", id="words/shout").all("td")
    assert (mistakes.text.strip(), statements.text.strip()) == ("2 too quiet", "2 It is loud.")
    assert rows_of(root)[0][1][0] == "failed, 1 of 3 tests pass"


@pytest.mark.parametrize("hostile", made_class.HOSTILE)
def test_what_is_handed_in_makes_no_markup(tmp_path, hostile):
    def made(text):
        said = Reported(f"test {text}", "failed", "cpu", f"statement {text}", f"said {text}", f"mistake {text}")
        verdicts = [
            verdict(kata, state, f"evidence {text}", (said,), unstable=(f"test {text}",))
            for kata, state in zip(
                SMALL.katas(), (VerdictState.FAILED, VerdictState.TAMPERING, VerdictState.FAILED), strict=True
            )
        ]
        foreign = replace(verdicts[0], name=f"foreign {text}")
        notes = (f"note {text}",)
        graded = Grade(Person(text), CONDITIONS, (*verdicts, foreign), notes=notes)
        return [graded, replace(graded, person=Person(text, canvas="1"), ungradable=f"why {text}", graded=f"{text}")]

    def skeleton(element):
        kept = {name: value for name, value in element.attributes.items() if name not in ("href", "content")}
        children = [skeleton(each) for each in element.children if isinstance(each, Element)]
        return element.tag, kept, children

    plain = page(tmp_path, made("plain"), SMALL)
    root = page(tmp_path, made(hostile), SMALL, title=hostile)
    assert skeleton(root) == skeleton(plain)
    name = " ".join(hostile.split())[:100].replace("\x1b", "�").replace("\u202e", "�").replace("\u202c", "�")
    assert rows_of(root)[0][0].startswith(name)
    assert root.one("h1").text.startswith(name)
    assert any(text.startswith("evidence") and name[:20].split(" ")[0] in text for text in data_of(root)["texts"])
    assert "<" not in root.one("script", type="application/json").text
    raw = (tmp_path / "class.html").read_text(encoding="utf-8")
    assert not {"\x1b", "\u202e", "\r"} & set(raw)
    links = {link.attributes["href"] for link in root.all("a") if not link.attributes["href"].startswith("#")}
    assert links == {f"{safe_name(one.person)}/feedback.html" for one in made(hostile)}


def test_nothing_is_fetched_and_only_its_own_script_may_run(shown, many, tmp_path):
    policy = shown.one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    (style,), (script,) = list(shown.all("style")), [each for each in shown.all("script") if not each.attributes]
    for name, element in (("style", style), ("script", script)):
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "url(" not in style.text
    assert "@import" not in style.text
    stack = [shown]
    while stack:
        element = stack.pop()
        assert not {"src", "style", "onclick", "onload"} & element.attributes.keys()
        assert "//" not in element.attributes.get("href", "")
        stack += [each for each in element.children if isinstance(each, Element)]


def test_every_state_has_words_and_a_mark_of_its_own(tmp_path):
    chapter = Chapter("all", "All", tuple(Kata("all", state.value, state.value) for state in VerdictState))
    course = Course("All states", (chapter,))
    root = page(tmp_path, [grade("Ann", *VerdictState, course=course)], course)
    ((_, words, row),) = rows_of(root)
    assert words == ["no grade", *(LOOKS[state].words for state in VerdictState)]
    marks = [cell.one("i").text for cell in list(row.all("td"))[1:]]
    assert len(set(marks)) == len(list(VerdictState))


def test_an_empty_class_and_a_class_of_one_are_pages_too(tmp_path):
    assert "There is no hand-in." in page(tmp_path, [], SMALL).one("section", id="people").text
    root = page(tmp_path, [grade("Ann", *[VerdictState.SOLVED] * 3)], SMALL)
    assert [numbers_of(root)[name] for name in ("people", "graded", "median of the graded")] == ["1", "1", "4 of 4"]
    assert "Nothing: no tampering" in root.one("section", id="first").text


def test_a_kata_without_a_verdict_has_an_empty_cell_and_one_too_many_is_told(tmp_path):
    few = Grade(Person("Ann"), CONDITIONS, (verdict(Kata("old", "gone", "Gone"), VerdictState.SOLVED),))
    root = page(tmp_path, [few], SMALL)
    assert rows_of(root)[0][1] == ["no verdict"] * 3
    assert "old/gone (1)" in " ".join(root.one("section", id="first").text.split())


def test_conditions_are_told_and_where_they_differ_by_how_many(tmp_path):
    grades = [grade(str(number), *[VerdictState.SOLVED] * 3) for number in range(3)]
    grades[0] = replace(grades[0], conditions=replace(CONDITIONS, torch="2.12.0", sandbox="weak", holds=(), seed=43))
    root = page(tmp_path, grades, SMALL)
    told = {
        place.one("dt").text: [value.text for value in place.all("dd")]
        for place in root.one("section", id="conditions").all("div")
    }
    assert told["torch-katas"] == ["0.2.0"]
    assert told["PyTorch"] == ["2.11.0 (2 people)", "2.12.0 (1 person)"]
    assert told["seed"] == ["42 (2 people)", "43 (1 person)"]
    assert told["it was seen to refuse"] == ["the network; the solutions (2 people)", "nothing (1 person)"]
    assert "20 s a kata" in told["limits"][0]
    assert "without a sandbox that holds" in root.one("p", **{"class": "warning"}).text


def test_two_of_one_name_are_told_apart(tmp_path):
    one = grade("Ann Lee", *[VerdictState.SOLVED] * 3)
    two = [replace(one, person=Person("Ann Lee", canvas=number)) for number in ("17", "18")]
    root = page(tmp_path, two, SMALL)
    assert [row.one("th").text for _, _, row in rows_of(root)] == ["Ann Lee (17)", "Ann Lee (18)"]


def test_a_class_of_200_has_less_than_two_megabytes(tmp_path):
    page(tmp_path, made_class.grades(COURSE, 200))
    assert (tmp_path / "class.html").stat().st_size < 2e6


def test_long_messages_that_all_differ_do_not_bloat_the_page(tmp_path):
    def flooded():
        for number, one in enumerate(made_class.grades(COURSE, 200)):
            verdicts = [
                replace(
                    each,
                    state=VerdictState.FAILED,
                    evidence=f"{number} {'<' * 3000}",
                    tests=tuple(Reported(str(n), "failed", mistake=f"{number} {n} {'<' * 900}") for n in range(6)),
                )
                for each in one.katas
            ]
            yield replace(one, katas=tuple(verdicts), ungradable=None)

    root = page(tmp_path, flooded())
    assert (tmp_path / "class.html").stat().st_size < 5e6
    assert any("<<<<" in text for text in data_of(root)["texts"])


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(shown, scheme):
    parts = shown.one("style").text.split("prefers-color-scheme: dark")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", parts[scheme == "dark"]))
    pairs = [(name, name.removeprefix("on-")) for name in colours if name.startswith("on-")]
    pairs += [("on-soft", "page"), ("on-link", "soft"), ("on-page", "soft"), ("on-warn", "page")]
    assert len(pairs) > 15
    for text, behind in pairs:
        light, dark = sorted((luminance(colours[text]), luminance(colours[behind])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{text} on {behind}"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if not browsers.found():
        pytest.skip("there is no Chromium on this machine")
    browser = browsers.Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


@pytest.fixture
def opened(browser, many, tmp_path):
    path = tmp_path / "class.html"
    write(path, many, COURSE, "Homework 3")
    browser.complaints.clear()
    browser.open(path)
    yield browser
    assert browser.complaints == []
    assert browser.value("window.broken === undefined")


NAMES_SHOWN = "[...document.querySelectorAll('#map tbody tr:not([hidden]) bdi')].map((each) => each.textContent)"
FOCUS = "document.activeElement.cellIndex ?? document.activeElement.tagName"


def test_heads_sort(opened, many):
    opened.value("document.querySelectorAll('#map thead button')[1].focus()")
    opened.press("Enter")
    shown = opened.value("[...document.querySelectorAll('#map tbody tr')].map((row) => row.cells[1].textContent)")
    points = [one.points for one in many if one.points is not None and one.ungradable is None]
    assert [float(each) for each in shown[: len(points)]] == sorted(points, reverse=True)
    assert shown[len(points) :] == ["–no grade"] * (len(many) - len(points))
    opened.press("Enter")
    shown = opened.value("[...document.querySelectorAll('#map tbody tr')].map((row) => row.cells[1].textContent)")
    assert [float(each) for each in shown[: len(points)]] == sorted(points)
    sort = "[...document.querySelectorAll('#map [aria-sort]')].map((head) => [head.cellIndex, head.ariaSort])"
    assert opened.value(sort) == [[1, "ascending"]]
    opened.press("ArrowRight", "Enter")
    words = opened.value(
        "[...document.querySelectorAll('#map tbody tr')].map((row) => row.cells[2].querySelector('b').textContent)"
    )
    states = [each.split(",")[0] for each in words]
    assert states == sorted(states, key=[look.words for look in LOOKS.values()].index)
    passed = [int(found[1]) / int(found[2]) for each in words if (found := re.match(r"failed, (\d+) of (\d+)", each))]
    assert passed == sorted(passed, reverse=True)


def test_filters_leave_those_that_fit_and_say_how_many(opened, many):
    status = "document.querySelector('output').textContent"
    assert opened.value(status) == f"{len(many)} of {len(many)} people shown"
    opened.value("document.querySelector('[type=search]').focus()")
    opened.type("kaya")
    expected = sorted(one.person.name for one in many if "kaya" in one.person.name.lower())
    assert opened.value(NAMES_SHOWN) == expected
    assert expected
    opened.value("document.getElementById('filter').reset()")
    assert (
        opened.value(f"new Promise((done) => setTimeout(() => done({status}), 50))")
        == f"{len(many)} of {len(many)} people shown"
    )
    for name, value in (("chapter", 1), ("state", list(LOOKS).index(VerdictState.TIMEOUT))):
        opened.value(
            f"(() => {{ const form = document.getElementById('filter'); form.elements.{name}.value = '{value}'; "
            "form.dispatchEvent(new Event('input')); })()"
        )
    late = [
        any(each.state is VerdictState.TIMEOUT and each.name.startswith("storage/") for each in one.katas)
        for one in many
    ]
    assert len(opened.value(NAMES_SHOWN)) == sum(late)
    heads = "[...document.querySelectorAll('#map thead tr:last-child th')].filter((each) => each.offsetWidth).map((each) => each.innerText.trim())"
    assert opened.value(heads)[2:] == [kata.name for kata in COURSE.chapters[1].katas]


def test_a_cell_opens_and_closes_by_keys_and_has_the_focus_again(opened, many):
    opened.value("document.querySelector('#filter button').focus()")
    opened.press("Tab")
    assert opened.value("document.activeElement.closest('tr').dataset.person") == "0"
    opened.press("ArrowRight", "ArrowRight", "ArrowRight")
    assert opened.value(FOCUS) == 3
    opened.press("Enter")
    assert opened.value("document.getElementById('details').open")
    folder = opened.value("document.querySelector('#details a').getAttribute('href')").removesuffix("/feedback.html")
    (one,) = [one for one in many if safe_name(one.person) == folder]
    assert opened.value("document.querySelector('#details h2').textContent").endswith(one.katas[1].name)
    said = opened.value("document.querySelector('#details pre').textContent")
    assert said == sanitized(one.katas[1].evidence, 400)
    assert opened.value("document.querySelector('#details pre').children.length") == 0
    opened.press("Escape")
    assert not opened.value("document.getElementById('details').open")
    assert opened.value(FOCUS) == 3
    opened.press("End")
    assert opened.value(FOCUS) == 57
    opened.press("ArrowDown", "Home")
    assert opened.value("document.activeElement.closest('tr').dataset.person") == "1"
    assert opened.value(FOCUS) == "A"
    opened.press("ArrowUp", "ArrowUp")
    assert opened.value(FOCUS) == "BUTTON"
    assert opened.value("document.querySelectorAll('#map [tabindex=\"0\"]').length") == 1


def test_without_a_script_it_is_a_plain_table(browser, many, tmp_path):
    path = tmp_path / "plain.html"
    write(path, many, COURSE, "Homework 3")
    browser.open(path, script=False)
    assert browser.value("document.getElementById('filter').offsetWidth") == 0
    assert browser.value("document.querySelectorAll('#map tbody tr').length") == len(many)
    assert browser.value("document.querySelector('#map').getAttribute('role')") is None
    assert browser.value("document.querySelectorAll('#map thead button').length") == 0
