"""``kata grade`` as an instructor runs it: a small class, in the best sandbox that this machine has."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner

from dojo.cli import grading, main
from dojo.grading.engine import replay
from dojo.grading.intake.handins import HandIn
from dojo.grading.model.grades import Grade, encode, read
from dojo.grading.model.person import Person, safe_name
from tests.grading import builders

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="hand-ins are graded on Linux only"),
    pytest.mark.one_python,
]
ROOT = Path(__file__).parents[2]
STRIDES, COMPARISON = "storage/strides", "tensors/comparison"
HOSTILE = "=cmd|' calc'!A1 <b>\x1b[31m"
ONLY = ("--only", STRIDES, "--only", COMPARISON, "--device", "cpu", "--timeout", "5", "--allow-weak-sandbox")
EXPECTED = {  # by person: points, and the states of the two katas
    "ann": (1, "solved", "not_attempted"),
    "bob": (1, "not_attempted", "solved"),
    "cleo": (1, "crashed", "solved"),
    "dan": (0, "timeout", "not_attempted"),
    "eve": (0, "not_attempted", "not_attempted"),
    HOSTILE: (0, "failed", "failed"),
}


def solution(kata: str) -> str:
    return (ROOT / "solutions" / f"{kata}.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def hand_ins(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hand-ins")
    files = {
        "ann/storage/strides.py": solution(STRIDES),
        "bob/comparison.py": solution(COMPARISON),
        "bob/katas/storage/strides.py": stub(STRIDES).replace("\n", "\r\n"),
        "cleo/strides.py": "import os\nprint('2 passed')\nos._exit(0)\n",
        "cleo/comparison.py": solution(COMPARISON),
        "dan/strides.py": "while True:\n    pass\n",
        "eve/README.txt": "I have been ill.\n",
        f"{HOSTILE}/strides.py": "def storage_index(tensor, index):\n    return 0\n",
        f"{HOSTILE}/comparison.py": "def (\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder


def stub(kata: str) -> str:
    from dojo import course
    from dojo.course import suite

    return suite.original_stub(ROOT, course.load(ROOT / "katas").find(kata))


def started(*options: object, **environment: object) -> subprocess.Popen[str]:
    code = "from dojo.cli import main; main(prog_name='kata')"
    return subprocess.Popen(
        [sys.executable, "-c", code, "grade", *map(str, options)],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "200",
            **{name: str(value) for name, value in environment.items()},
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )


def ran(*options: object) -> subprocess.CompletedProcess[str]:
    with started(*options) as process:
        said, errors = process.communicate(timeout=240)
    return subprocess.CompletedProcess(process.args, process.returncode, said, errors)


@pytest.fixture(scope="module")
def graded(hand_ins, tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The folder of results of one run, and what the run said."""
    out = tmp_path_factory.mktemp("graded") / "out"
    done = ran(hand_ins, "--out", out, *ONLY, "--seed", 3, "--jobs", 2)
    assert done.returncode == 0, done.stderr
    return out, done


def result(out: Path, name: str) -> dict[str, object]:
    return json.loads((out / safe_name(Person(name)) / "result.json").read_bytes())


def without_times(out: Path) -> dict[str, object]:
    """Return all that the results hold but when they were found, and how long that took."""
    found = {path.parent.name: json.loads(path.read_bytes()) for path in out.glob("*/result.json")}
    for each in found.values():
        assert each.pop("graded")
        assert each.pop("seconds") >= 0
    return found


# --- one run


def test_each_verdict_is_right(graded):
    out, _ = graded
    for name, (points, strides, comparison) in EXPECTED.items():
        found = result(out, name)
        assert (name, found["points"], found["max_points"]) == (name, points, 2)
        assert {kata["name"]: kata["state"] for kata in found["katas"]} == {STRIDES: strides, COMPARISON: comparison}
        assert all(kata["evidence"] for kata in found["katas"])


def test_a_result_tells_under_what_it_was_found(graded):
    found = result(graded[0], "ann")["conditions"]
    assert found["devices"] == ["cpu"]
    assert found["limits"]["seconds"] == 5
    assert found["sandbox"] in ("bubblewrap", "landlock", "weak")
    assert {result(graded[0], name)["conditions"]["seed"] for name in EXPECTED} != {found["seed"]}


def test_each_person_gets_feedback_and_what_was_graded(graded):
    out, _ = graded
    for name in EXPECTED:
        own = out / safe_name(Person(name))
        assert {path.name for path in own.iterdir()} - {"katas"} == {
            "feedback.md",
            "feedback.html",
            "gradescope.json",
            "result.json",
        }
    assert json.loads((out / "ann/gradescope.json").read_bytes())["score"] == 1
    assert (out / "ann/katas/storage/strides.py").read_text(encoding="utf-8") == solution(STRIDES)


def test_the_class_is_told_of_in_files_that_others_read(graded):
    out, _ = graded
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 6
    assert {row["person"]: float(row["points"]) for row in rows}["cleo"] == 1
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    suites = list(ET.parse(out / "junit.xml").getroot())
    assert sum(len(suite.findall("testcase")) for suite in suites) == 12
    page = (out / "class.html").read_text(encoding="utf-8")
    assert "<b>\x1b" not in page
    assert "\x1b" not in page


def test_the_command_says_what_it_did_and_where_it_is(graded):
    out, done = graded
    assert done.stdout.splitlines() == [str(out / "class.html"), str(out / "grades.csv")]
    assert "6 hand-ins; trying the sandbox and the reference solutions" in done.stderr
    assert "sandbox: " in done.stderr
    assert "torch " in done.stderr
    assert "6 graded, 0 unchanged since the last time" in done.stderr
    assert "\x1b[31m" not in done.stderr


# --- once more


def test_a_second_run_grades_nothing(hand_ins, graded):
    out, _ = graded
    before = {path: path.stat().st_mtime_ns for path in out.glob("*/*")}
    done = ran(hand_ins, "--out", out, *ONLY)
    assert done.returncode == 0
    assert "0 graded, 6 unchanged since the last time" in done.stderr
    assert "seed 3" in done.stderr
    assert {path: path.stat().st_mtime_ns for path in out.glob("*/*")} == before


def stopped(command: tuple[object, ...], by: signal.Signals, when, folder: Path) -> None:
    """Run the command until ``when`` says so; then it ends soon, says so in a line, and leaves nothing in ``folder``."""
    with started(*command, TMPDIR=folder) as process:
        until = time.monotonic() + 120
        while not when() and time.monotonic() < until and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(by)
        since = time.monotonic()
        _, errors = process.communicate(timeout=60)
        assert time.monotonic() - since < 10
    assert process.returncode == 1
    assert errors.splitlines()[-1].startswith("Error: stopped. What is graded is in ")
    assert errors.splitlines()[-1].endswith("; the same command goes on from there")
    assert "Traceback" not in errors
    assert list(folder.iterdir()) == []


def test_what_was_stopped_goes_on_and_comes_to_equal_grades(hand_ins, graded, tmp_path):
    out, temporary = tmp_path / "out", tmp_path / "tmp"
    temporary.mkdir()
    command = (hand_ins, "--out", out, *ONLY, "--seed", 3, "--jobs", 2)
    stopped(command, signal.SIGTERM, lambda: len([*temporary.glob("*/suite")]) == 1, temporary)
    assert without_times(out) == {}
    stopped(command, signal.SIGINT, lambda: len([*out.glob("*/result.json")]) >= 1, temporary)
    before = without_times(out)
    assert 1 <= len(before) < 6
    done = ran(*command)
    assert done.returncode == 0
    assert f"{6 - len(before)} graded, {len(before)} unchanged" in done.stderr
    assert without_times(out) == without_times(graded[0])


def test_a_grade_can_be_replayed(graded):
    done = ran("--replay", graded[0] / "cleo/result.json", "--allow-weak-sandbox")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "the same grade: 1.0 of 2.0 points, 1 of 2 katas solved\n"


# --- what is refused, each in a line


def refused(*options: object) -> str:
    """Return the one line that the command says, which ends in failure and not in a traceback."""
    done = CliRunner().invoke(main, ["grade", *map(str, options)])
    assert done.exit_code in (1, 2)
    assert isinstance(done.exception, SystemExit)
    line = done.output.splitlines()[-1]
    assert line.startswith("Error: ")
    assert [each for each in done.output.splitlines() if each.startswith("Error")] == [line]
    return line.removeprefix("Error: ")


@pytest.fixture
def copied(graded, tmp_path) -> Path:
    """Cleo's result and files, to be changed."""
    from shutil import copytree

    return Path(copytree(graded[0] / "cleo", tmp_path / "cleo"))


def test_a_file_that_changed_since_is_not_replayed(copied):
    (copied / "katas/storage/strides.py").write_text("import os\n")
    assert refused("--replay", copied / "result.json").endswith(
        "strides.py is another file than the one that was graded"
    )
    (copied / "katas/storage/strides.py").unlink()
    assert refused("--replay", copied / "result.json").endswith("which was graded, is not there any more")


def test_a_result_that_is_none_is_not_replayed(copied):
    (copied / "result.json").write_text("{}")
    assert "holds no grade" in refused("--replay", copied / "result.json")
    (copied / "result.json").unlink()
    assert refused("--replay", copied / "result.json").endswith("cannot be read: No such file or directory")


@pytest.mark.parametrize(
    ("place", "value", "why"),
    [
        (("conditions", "sandbox"), "\x1b[2Jjail", "there is no sandbox"),
        (("conditions", "course"), "abc", "the specifications are others than those it was graded by"),
        (("katas", 0, "name"), "storage/nothing", "there is no kata storage/nothing here: install torch-katas"),
    ],
)
def test_a_result_from_elsewhere_is_not_replayed(copied, place, value, why):
    told = json.loads((copied / "result.json").read_bytes())
    within = told
    for key in place[:-1]:
        within = within[key]
    within[place[-1]] = value
    (copied / "result.json").write_text(json.dumps(told))
    line = refused("--replay", copied / "result.json")
    assert why in line
    assert "\x1b" not in line


def test_a_grade_that_comes_out_otherwise_is_told_of_whatever_the_order_of_its_katas(copied, monkeypatch):
    from dojo import course

    old = read(copied / "result.json")
    told = json.loads(encode(old))
    told["katas"].reverse()
    told["katas"].append(told["katas"][0])
    (copied / "result.json").write_text(json.dumps(told))
    monkeypatch.setattr(replay, "prepare", lambda options, seed: builders.setup(options.course, old.conditions))
    monkeypatch.setattr(replay, "Worker", lambda setup: Same(old))
    found = replay.replay(copied / "result.json", course.load(ROOT / "katas"), weak_is_allowed=True)
    assert found.differences == ()


class Same:
    """A worker that comes to the same grade whatever is handed in."""

    def __init__(self, old: Grade) -> None:
        self.old = old

    def grade(self, hand_in: HandIn, seed: int) -> Grade:
        return self.old

    def close(self) -> None:
        pass


@pytest.fixture
def bad(hand_ins, tmp_path):
    """Say what the command says to hand-ins or options that make no sense."""

    def say(*options: object, hand_ins: Path = hand_ins, out: Path = tmp_path / "out") -> str:
        return refused(hand_ins, "--out", out, *ONLY, *options)

    return say


def test_hand_ins_where_each_could_read_the_others_are_refused(hand_ins, tmp_path, monkeypatch):
    monkeypatch.setattr("dojo.grading.sandbox.readable.readable_paths", lambda: [tmp_path])
    said = refused(hand_ins, "--out", tmp_path / "out", "--only", STRIDES)
    assert said == f"{tmp_path / 'out'} lies in {tmp_path}, which every hand-in may read: move it elsewhere"
    assert not (tmp_path / "out").exists()


def test_hand_ins_that_are_none_are_told_of(bad, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "holds no hand-ins" in bad(hand_ins=tmp_path / "empty")
    assert str(tmp_path / "nowhere") in bad(hand_ins=tmp_path / "nowhere")
    assert not (tmp_path / "out").exists()


def test_a_folder_for_results_that_cannot_be_one_is_told_of(bad, tmp_path, hand_ins):
    (tmp_path / "file").write_text("mine")
    assert bad(out=tmp_path / "file").endswith("is a file: name a folder with --out")
    assert (tmp_path / "file").read_text() == "mine"
    (tmp_path / "other").mkdir()
    (tmp_path / "other/.grading.json").write_text('{"course": "Knitting", "seed": 1}')
    assert "holds results of another course, Knitting" in bad(out=tmp_path / "other")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.tex").touch()
    assert "holds other files" in bad(out=tmp_path / "mine")
    for among in (hand_ins, hand_ins / "results", hand_ins / "ann/../results"):
        assert "lies among the hand-ins: name a folder elsewhere with --out" in bad(out=among)
    assert not (hand_ins / "results").exists()


def test_options_that_make_no_sense_are_told_of(bad, tmp_path, hand_ins):
    assert "there is no kata strydes" in bad("--only", "strydes")
    (tmp_path / "points.toml").write_text('"storage/strydes" = 3')
    assert "gives points to storage/strydes, which is no kata" in bad("--points", tmp_path / "points.toml")
    (tmp_path / "points.toml").write_text('"storage/strides" = "many"')
    assert "is no number of points" in bad("--points", tmp_path / "points.toml")
    (tmp_path / "points.toml").write_bytes(b"\xff")
    assert "cannot be read" in bad("--points", tmp_path / "points.toml")
    assert "cannot be read" in bad("--points", tmp_path / "nowhere.toml")
    canvas = tmp_path / "canvas.csv"
    canvas.write_text("Student,ID,SIS User ID,SIS Login ID,Section,Essay (9)\n    Points Possible,,,,,10\n")
    assert "Essay" in bad("--canvas", canvas, "--assignment", "Tensors")
    assert "nowhere.csv cannot be read" in bad("--moodle", tmp_path / "nowhere.csv")
    (tmp_path / "room.toml").write_text('colour = "blue"')
    assert "does not tell what Classroom 50 wants to know" in bad("--classroom50", tmp_path / "room.toml")
    names = ("classroom", "assignment", "submission", "release", "review")
    for commit in ('""', "5"):
        (tmp_path / "room.toml").write_text("".join(f'{name} = "x"\n' for name in names) + f"commit = {commit}\n")
        assert "commit is to be some text, in quotes" in bad("--classroom50", tmp_path / "room.toml")
    assert not (tmp_path / "out").exists()


def test_what_is_missing_is_told_of(hand_ins):
    assert refused(hand_ins) == "say where the results go: kata grade HAND-INS --out DIR"
    assert refused() == "name the folder of hand-ins: kata grade HAND-INS --out DIR"


def test_no_room_for_temporary_files_is_told_of(bad, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    assert "let TMPDIR name one" in bad()


def test_a_file_of_points_for_the_whole_course_goes_with_a_choice_of_katas(tmp_path):
    (tmp_path / "points.toml").write_text('"tensors/dtypes" = 2\n"storage/strides" = 3\n')
    chosen = grading._course({"only": (STRIDES,), "points": tmp_path / "points.toml"})
    assert [(kata.id, kata.points) for kata in chosen.katas()] == [(STRIDES, 3)]
