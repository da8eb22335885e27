"""The page about a class: its content, its keyboard operation, and that no hand-in becomes markup."""

import base64
import hashlib
import json
import re
import statistics
from collections import Counter
from dataclasses import replace

import pytest

from dojo.course import Chapter, Course, Kata
from dojo.grading.model.labels import LABELS
from dojo.grading.model.person import Person, safe_name
from dojo.grading.model.verdicts import ReportedOutcome, VerdictState
from tests.grading import builders, made_class
from tests.grading.builders import grade, graded, verdict
from tests.grading.made_class import COURSE
from tests.grading.reports.markup import Element, tree

SMALL = builders.course(
    Kata("words", "shout", "Aloud"),
    Kata("numbers", "double", "Twice", points=2),
    Kata("numbers", "half", "Half"),
    title="A small course",
)


def page(tmp_path, grades, course=COURSE, title="Homework 3") -> Element:
    path = made_class.write(tmp_path / "class.html", grades, course, title)
    return tree(path.read_text(encoding="utf-8"))


def rows_of(root):
    """Return the words in each person's cells, by the name shown."""
    rows = root.one("table", id="map").one("tbody").all("tr")
    return [
        (row.one("bdi").text, [cell.one("b").text for cell in row.all("td") if any(cell.all("b"))], row) for row in rows
    ]


def data_of(root):
    return json.loads(root.one("script", type="application/json").text)


def numbers_of(root):
    places = root.one("section", **{"class": "counts"}).one("dl").all("div")
    return {place.one("dt").text: place.one("dd").text for place in places}


def of_three(name, *states, **fields):
    """Return a grade on the course with three katas."""
    return graded(SMALL, *states, person=name, graded="2026-11-24T02:03:04+00:00", **fields)


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
    assert words == {LABELS[state].name: count for state, count in expected.items()}
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
    data, order = data_of(shown), list(LABELS)
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
    unstable = verdict(katas[1], VerdictState.FAILED, unstable=("test_two[cpu]",))
    cheat = verdict(katas[0], VerdictState.TAMPERING, "torch.allclose was replaced.", "1 of 2")
    fault = verdict(katas[2], VerdictState.INFRASTRUCTURE_ERROR, "the disk is full")
    solved = [verdict(kata) for kata in katas]
    root = page(
        tmp_path,
        [
            grade(cheat, *solved[1:], person="Cheat"),
            grade(solved[0], unstable, solved[2], person="Shaky"),
            grade(*solved[:2], fault, person="Unlucky"),
            of_three("Locked", *[VerdictState.UNGRADABLE] * 3, ungradable="the archive is locked"),
            of_three("Fine", *[VerdictState.SOLVED] * 3),
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
    lost = of_three("Lost", *[VerdictState.UNGRADABLE] * 3, ungradable="it is empty")
    root = page(tmp_path, [of_three("A", done, left, wrong), of_three("B", done, left, left), lost], SMALL)
    told = [item.text for item in next(root.one("section", id="katas").all("ul", **{"class": "remarks"})).all("li")]
    assert told == ["Everybody solves: words/shout", "Nobody solves: numbers/half", "Nobody attempted: numbers/double"]


def test_the_first_statement_that_fails_is_counted_by_people(tmp_path):
    kata = next(SMALL.katas())
    tests = (
        ReportedOutcome("a", "passed", statement="It is a word."),
        ReportedOutcome("b", "failed", statement="It is loud.", mistake="too quiet"),
        ReportedOutcome("c", "failed", statement="It ends.", mistake="too quiet"),
    )
    others = [verdict(each) for each in SMALL.katas()][1:]
    wrong = grade(verdict(kata, VerdictState.FAILED, tests=tests), *others, person="A")
    root = page(tmp_path, [wrong, replace(wrong, person=Person("B"))], SMALL)
    *_, mistakes, statements = root.one("tr", id="words/shout").all("td")
    assert (mistakes.text.strip(), statements.text.strip()) == ("2 too quiet", "2 It is loud.")
    assert rows_of(root)[0][1][0] == "failed, 1 of 3 tests pass"


@pytest.mark.parametrize("hostile", made_class.HOSTILE)
def test_what_is_handed_in_makes_no_markup(tmp_path, hostile):
    def made(text):
        said = ReportedOutcome(f"test {text}", "failed", "cpu", f"statement {text}", f"said {text}", f"mistake {text}")
        states = (VerdictState.FAILED, VerdictState.TAMPERING, VerdictState.FAILED)
        verdicts = [
            verdict(kata, state, f"evidence {text}", tests=(said,), unstable=(f"test {text}",))
            for kata, state in zip(SMALL.katas(), states, strict=True)
        ]
        foreign = replace(verdicts[0], name=f"foreign {text}")
        one = grade(*verdicts, foreign, person=text, notes=(f"note {text}",))
        why = builders.said(f"why {text}")
        return [one, replace(one, person=Person(text, canvas="1"), ungradable=why, graded=f"{text}")]

    def skeleton(element):
        kept = {name: value for name, value in element.attributes.items() if name not in ("href", "content")}
        return element.tag, kept, [skeleton(each) for each in element.elements]

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
    for element in shown.all():
        assert not {"src", "style", "onclick", "onload"} & element.attributes.keys()
        assert "//" not in (element.attributes.get("href") or "")


def test_every_state_has_words_and_a_mark_of_its_own(tmp_path):
    chapter = Chapter("all", "All", tuple(Kata("all", state.value, state.value) for state in VerdictState))
    course = Course("All states", (chapter,))
    root = page(tmp_path, [graded(course, *VerdictState)], course)
    ((_, words, row),) = rows_of(root)
    assert words == ["no grade", *(LABELS[state].name for state in VerdictState)]
    marks = [cell.one("i").text for cell in list(row.all("td"))[1:]]
    assert len(set(marks)) == len(list(VerdictState))


def test_an_empty_class_and_a_class_of_one_are_pages_too(tmp_path):
    assert "There is no hand-in." in page(tmp_path, [], SMALL).one("section", id="people").text
    root = page(tmp_path, [of_three("Ann", *[VerdictState.SOLVED] * 3)], SMALL)
    assert [numbers_of(root)[name] for name in ("people", "graded", "median of the graded")] == ["1", "1", "4 of 4"]
    assert "Nothing: no tampering" in root.one("section", id="first").text


def test_a_kata_without_a_verdict_has_an_empty_cell_and_one_too_many_is_told(tmp_path):
    few = grade(verdict(Kata("old", "gone", "Gone")))
    root = page(tmp_path, [few], SMALL)
    assert rows_of(root)[0][1] == ["no verdict"] * 3
    assert "old/gone (1)" in " ".join(root.one("section", id="first").text.split())


def test_conditions_are_told_and_where_they_differ_by_how_many(tmp_path):
    conditions = replace(builders.CONDITIONS, seed=42, refuses=("network", "signals"))
    grades = [of_three(str(number), *[VerdictState.SOLVED] * 3, conditions=conditions) for number in range(3)]
    others = replace(conditions, torch="2.12.0", sandbox="weak", refuses=(), seed=43)
    grades[0] = replace(grades[0], conditions=others)
    root = page(tmp_path, grades, SMALL)
    told = {
        place.one("dt").text: [value.text for value in place.all("dd")]
        for place in root.one("section", id="conditions").all("div")
    }
    assert told["torch-katas"] == ["0.1.0"]
    assert told["PyTorch"] == ["2.11.0 (2 people)", "2.12.0 (1 person)"]
    assert told["seed"] == ["42 (2 people)", "43 (1 person)"]
    assert told["it was seen to refuse"] == ["connections; signals to the grader (2 people)", "nothing (1 person)"]
    assert "20 s a kata" in told["limits"][0]
    assert "without a sandbox that holds" in root.one("p", **{"class": "warning"}).text


def test_two_of_one_name_are_told_apart(tmp_path):
    one = of_three("Ann Lee", *[VerdictState.SOLVED] * 3)
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
                    reason=builders.said(f"{number} {'<' * 3000}"),
                    failure=None,
                    tests=tuple(
                        ReportedOutcome(str(n), "failed", mistake=f"{number} {n} {'<' * 900}") for n in range(6)
                    ),
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
