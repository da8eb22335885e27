"""Results in format 1, as the previous version wrote them, can be read, count as results, and look the same in reports.

The previous version wrote the files in format_1, for the hand-ins in hand_ins.json and for dan's, which has a link. Only
the first tests of each kata were kept, before all other files were written from these results.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dojo.course import Kata
from dojo.grading.engine.batch import Batch, ResultsFolder
from dojo.grading.intake import handins
from dojo.grading.model.grades import FILE, FORMAT, Grade, decode, encode, read
from dojo.grading.model.messages import REFUSED
from dojo.grading.model.person import safe_name
from dojo.grading.reports.feedback import markdown
from dojo.grading.reports.write import write_class
from tests.grading import builders
from tests.grading.reports.markup import tree

FORMER = Path(__file__).parent / "format_1"
COURSE = builders.course(Kata("tensors", "comparison", "Comparison"), Kata("storage", "strides", "Strides"))
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="there is no grading on Windows")
LATE = "mueller-381c680a9d62"
NAMES = ("ann", "bob", "cleo", "dan", "eve", LATE)
LABELS = {  # the only labels that have changed
    "not solved": "failed",
    "Not gradable": "Ungradable",
    "? not gradable": "– ungradable",
    "✘ out of time": "T timeout",
    "✘ Strides (`storage/strides`): out of time": "T Strides (`storage/strides`): timeout",
}


def of(name: str) -> Grade:
    return read(FORMER / name / FILE)


@pytest.mark.parametrize("name", NAMES)
def test_a_former_result_is_read_with_its_sentences(name):
    found, told = of(name), json.loads((FORMER / name / FILE).read_bytes())
    assert "format" not in told
    assert (found.points, found.max_points, found.solved) == (told["points"], told["max_points"], told["solved"])
    assert [note.text() for note in found.notes] == told["notes"]
    assert (None if found.ungradable is None else found.ungradable.text()) == told["ungradable"]
    assert found.conditions.refuses == REFUSED
    assert found.conditions.refused == told["conditions"]["holds"]
    assert [each.evidence() for each in found.katas] == [each["evidence"] for each in told["katas"]]
    assert [each.mistakes for each in found.katas] == [
        tuple(dict.fromkeys(test["mistake"] for test in each["tests"] if test["mistake"])) for each in told["katas"]
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_former_result_that_is_written_again_is_of_this_format_and_the_same_grade(name):
    again = encode(of(name))
    assert json.loads(again)["format"] == FORMAT == 2
    assert decode(again) == of(name)


def laid(folder: Path) -> Path:
    for name, text in json.loads((FORMER / "hand_ins.json").read_text(encoding="utf-8")).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "dan").mkdir()
    (folder / "dan/strides.py").symlink_to("nowhere")
    return folder


def regraded(folder: Path, results: Path = FORMER) -> tuple[list[str], int]:
    """Return whose hand-ins would be graded again, and how many results are unchanged."""
    asked: list[str] = []

    def submit(setup, hand_in):
        asked.append(safe_name(hand_in.person))
        raise KeyboardInterrupt

    setup = builders.setup(COURSE, replace(of("ann").conditions, seed=3))
    batch = Batch(handins.read(folder, COURSE), ResultsFolder(results, 3), setup, submit, 1)
    try:
        return asked, batch.grade().unchanged
    except KeyboardInterrupt:
        return asked, -1


@on_posix
def test_a_former_result_counts_as_unchanged(tmp_path):
    assert regraded(laid(tmp_path)) == ([], len(NAMES))


@on_posix
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("ann", lambda folder: (folder / "ann/strides.py").write_text("x = 1\n")),
        ("eve", lambda folder: (folder / "eve/more.txt").touch()),
        ("dan", lambda folder: (folder / "dan/strides.py").rename(folder / "dan/views.py")),
    ],
    ids=["another file", "another note", "another reason"],
)
def test_what_a_former_result_does_not_say_is_graded(tmp_path, name, change):
    change(laid(tmp_path))
    assert regraded(tmp_path) == ([name], -1)


@pytest.mark.parametrize("name", NAMES)
def test_feedback_on_a_former_result_is_as_it_was_but_for_labels(name):
    was = (FORMER / name / "feedback.md").read_text(encoding="utf-8")
    for label, now in LABELS.items():
        was = was.replace(label, now)
    # The order of the state labels has changed.
    assert sorted(markdown(of(name), COURSE).splitlines()) == sorted(was.splitlines())


def test_what_tells_of_a_class_is_as_it_was_but_for_marks(tmp_path):
    write_class(tmp_path, map(of, NAMES), COURSE)
    was = json.loads((FORMER / "reports.json").read_text(encoding="utf-8"))
    for name in ("grades.csv", "junit.xml"):
        assert (tmp_path / name).read_bytes().decode() == was[name]
    root = tree((tmp_path / "class.html").read_text(encoding="utf-8"))
    shown = [each.text for each in root.one("body").elements if each.tag != "script"]
    assert " ".join(" ".join(shown).split()) == was["class.html"].replace("✓", "✔")
    assert json.loads(root.one("script", type="application/json").text) == was["class.html's data"]
