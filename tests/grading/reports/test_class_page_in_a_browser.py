"""The page about a class in Chromium, by Playwright: it works by keyboard, loads nothing and logs no errors."""

import re
import shutil

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from dojo.grading.model.labels import LABELS
from dojo.grading.model.person import safe_name
from dojo.grading.model.verdicts import VerdictState
from dojo.screen.sanitize import sanitize
from tests.grading import made_class
from tests.grading.made_class import COURSE

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
    pytest.mark.one_python,
]
ROWS = "#map tbody tr"
FOCUS = "document.activeElement.cellIndex ?? document.activeElement.tagName"
PERSON = "document.activeElement.closest('tr').dataset.person"


@pytest.fixture(scope="module")
def many():
    return list(made_class.grades(COURSE, 60))


@pytest.fixture(scope="module")
def path(many, tmp_path_factory):
    return made_class.write(tmp_path_factory.mktemp("many") / "class.html", many, COURSE, "Homework 3")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as driver, driver.chromium.launch(executable_path=CHROMIUM) as browser:
        yield browser


@pytest.fixture
def opened(browser, path):
    with browser.new_page(viewport={"width": 1300, "height": 1000}) as page:
        complaints, asked = [], []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        yield page
        assert complaints == []
        assert asked == [path.as_uri()]
        assert page.evaluate("window.broken === undefined")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def column(page: Page, number: int, within: str = "") -> list[str]:
    """Return a column of the rows of people, counted from 1."""
    return page.locator(f"{ROWS} > :nth-child({number}) {within}").all_text_contents()


def test_heads_sort(opened, many):
    points = [one.points for one in many if one.points is not None and one.ungradable is None]
    opened.locator("#map thead button").nth(1).focus()
    press(opened, "Enter")
    shown = column(opened, 2)
    assert [float(each) for each in shown[: len(points)]] == sorted(points, reverse=True)
    assert shown[len(points) :] == ["–no grade"] * (len(many) - len(points))
    press(opened, "Enter")
    assert [float(each) for each in column(opened, 2)[: len(points)]] == sorted(points)
    sorting = opened.locator("#map [aria-sort]")
    assert sorting.evaluate_all("(heads) => heads.map((head) => [head.cellIndex, head.ariaSort])") == [[1, "ascending"]]
    press(opened, "ArrowRight", "Enter")
    words = column(opened, 3, "b")
    states = [each.split(",")[0] for each in words]
    assert states == sorted(states, key=[label.name for label in LABELS.values()].index)
    passed = [int(found[1]) / int(found[2]) for each in words if (found := re.match(r"failed, (\d+) of (\d+)", each))]
    assert passed == sorted(passed, reverse=True)


def test_filters_leave_those_that_fit_and_say_how_many(opened, many):
    status, names = opened.locator("output"), opened.locator(f"{ROWS}:not([hidden]) bdi")
    expect(status).to_have_text(f"{len(many)} of {len(many)} people shown")
    opened.get_by_role("searchbox").press_sequentially("kaya")
    expected = sorted(one.person.name for one in many if "kaya" in one.person.name.lower())
    assert names.all_text_contents() == expected
    assert expected
    opened.locator("#filter").evaluate("(form) => form.reset()")
    expect(status).to_have_text(f"{len(many)} of {len(many)} people shown")
    opened.locator("[name=chapter]").select_option("1")
    opened.locator("[name=state]").select_option(str(list(LABELS).index(VerdictState.TIMEOUT)))
    late = [
        any(each.state is VerdictState.TIMEOUT and each.name.startswith("storage/") for each in one.katas)
        for one in many
    ]
    expect(names).to_have_count(sum(late))
    heads = opened.locator("#map thead tr:last-child th:visible").all_inner_texts()
    assert [each.strip() for each in heads[2:]] == [kata.name for kata in COURSE.chapters[1].katas]


def test_a_cell_opens_and_closes_by_keys_and_has_the_focus_again(opened, many):
    details = opened.locator("#details")
    opened.locator("#filter button").focus()
    press(opened, "Tab")
    assert opened.evaluate(PERSON) == "0"
    press(opened, "ArrowRight", "ArrowRight", "ArrowRight")
    assert opened.evaluate(FOCUS) == 3
    press(opened, "Enter")
    expect(details).to_be_visible()
    folder = details.locator("a").get_attribute("href").removesuffix("/feedback.html")
    (one,) = [one for one in many if safe_name(one.person) == folder]
    assert details.locator("h2").text_content().endswith(one.katas[1].name)
    assert details.locator("pre").text_content() == sanitize(one.katas[1].evidence(), 400)
    expect(details.locator("pre > *")).to_have_count(0)
    press(opened, "Escape")
    expect(details).to_be_hidden()
    assert opened.evaluate(FOCUS) == 3
    press(opened, "End")
    assert opened.evaluate(FOCUS) == 57
    press(opened, "ArrowDown", "Home")
    assert opened.evaluate(PERSON) == "1"
    assert opened.evaluate(FOCUS) == "A"
    press(opened, "ArrowUp", "ArrowUp")
    assert opened.evaluate(FOCUS) == "BUTTON"
    expect(opened.locator('#map [tabindex="0"]')).to_have_count(1)


def test_without_a_script_it_is_a_plain_table(browser, many, path):
    with browser.new_page(java_script_enabled=False) as page:
        page.goto(path.as_uri())
        expect(page.locator("#filter")).to_be_hidden()
        expect(page.locator(ROWS)).to_have_count(len(many))
        assert page.locator("#map").get_attribute("role") is None
        expect(page.locator("#map thead button")).to_have_count(0)
