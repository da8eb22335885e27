"""``%%kata`` and ``%kata``: what a cell's answer, its mistakes and its names bring on the screen, without a kernel."""

import json
import os
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dojo import course
from dojo.course import suite
from dojo.forkserver.client import can_fork
from dojo.runner import devices
from dojo.screen import html_lines, listing
from dojo.workspace import record

pytest.importorskip("IPython")

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from dojo.notebook import magic

DEVICES = devices.choose(()).names
DOUBLE = "def double(x):\n    return x + x\n"


@dataclass
class Cells:
    """An IPython in a folder, with the extension loaded."""

    shell: Any
    root: Path
    errors: str = field(default="", init=False)
    """What was written to standard error, and tracebacks."""
    bundles: list[dict[str, str]] = field(default_factory=list, init=False)

    def run(self, text: str) -> str:
        """Run a cell and return the screens and the text that it brought."""
        with capture_output() as captured:
            self.shell.run_cell(text)
        self.errors = re.sub(r"\x1b\[[0-9;]*m", "", captured.stderr + captured.stdout)
        self.bundles = [each.data for each in captured.outputs if "text/html" in each.data]
        return "\n".join(bundle["text/plain"] for bundle in self.bundles)

    def record(self) -> record.Record:
        return record.read(self.root)


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
    shell = InteractiveShell.instance(user_module=ModuleType("cells"))
    yield shell
    magic.unload_ipython_extension(shell)
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()
    patch.undo()


def loaded(shell, folder: Path) -> Cells:
    before = Path.cwd()
    os.chdir(folder)
    try:
        magic.load_ipython_extension(shell)
    finally:
        os.chdir(before)
    return Cells(shell, folder)


@pytest.fixture(scope="module")
def shared(shell, shared_project):
    """The same process for all tests that leave the folder as it is."""
    return loaded(shell, shared_project.root)


@pytest.fixture
def cells(shared):
    if magic._open_notebooks[0].root != shared.root:
        loaded(shared.shell, shared.root)
    (shared.root / record.FILE).unlink(missing_ok=True)
    magic._open_notebooks[0].current = ""
    return shared


@pytest.fixture
def begin(shell) -> Callable[[Path], Cells]:
    return lambda folder: loaded(shell, folder)


def test_a_wrong_answer_shows_the_screen_of_the_katas(cells):
    screen = cells.run("%%kata numbers/double --seed 7\n\ndef double(x):\n    return x * x + 1\n").splitlines()
    assert screen[0] == f"katas  {' and '.join(DEVICES)}   seed 7"
    assert " x numbers/double: twice two is four  [cpu]" in screen
    assert "   cell:4   return x * x + 1" in screen
    assert "   double(number) gave 5, expected 4" in screen
    assert "   this is the square plus one" in screen
    assert screen[-1] == "   hint   %kata hint double"
    assert cells.record().entry("numbers/double") == record.Entry()


def test_a_right_answer_is_told_in_green_with_the_next_kata(cells):
    screen = cells.run(f"%%kata double\n{DOUBLE}")
    assert " + numbers/double: Twice\n" in screen
    assert f"   solved on {' and '.join(DEVICES)}\n" in screen
    assert screen.endswith("\n   next   %kata half   Half")
    assert re.search(
        r'<span class="kata-good" style="[^"]+"> \+ numbers/double: Twice</span>', cells.bundles[0]["text/html"]
    )


def test_the_last_one_says_that_all_are_solved(cells):
    cells.run(f"%%kata double\n{DOUBLE}")
    cells.run("%%kata half\ndef half(x):\n    return x / 2\n")
    screen = cells.run("%%kata shout\ndef shout(word):\n    return word.upper()\n")
    assert screen.endswith("\n all 3 katas are solved")
    cells.run("%kata")
    assert cells.errors == "UsageError: all katas are solved: name one\n"


def test_a_solved_cell_is_dated_and_what_is_known_of_the_file_stays(cells):
    file = cells.root / "katas/numbers/double.py"
    double = record.fingerprint(cells.root / "katas/numbers/double.py")
    record.note_run(cells.root, {"numbers/double": {"cpu": "wrong"}}, {"numbers/double": double})
    before = cells.record().entry("numbers/double")
    cells.run(f"%%kata double\n{DOUBLE}")
    after = cells.record().entry("numbers/double")
    assert set(after.solved) == set(DEVICES)
    assert (after.states, after.answer) == (before.states, record.fingerprint(file))
    whole = course.load(cells.root / "katas")
    assert listing.next_kata(whole, cells.record(), cells.root / "katas").id == "numbers/double"  # in its file
    cells.run("%%kata double\ndef double(x):\n    return x\n")
    assert cells.record().entry("numbers/double") == after


def test_the_list_counts_what_was_solved_in_a_cell(cells):
    cells.run(f"%%kata double\n{DOUBLE}")
    listed = cells.run("%kata list")
    assert "numbers: Numbers  1 of 2" in listed
    assert "1 of 3 katas solved" in listed


def test_the_functions_of_a_cell_are_there_in_the_next_one(cells):
    cells.run(f"%%kata double\n{DOUBLE}")
    cells.run("assert double(4) == 8\nprint('eight')")
    assert cells.errors == "eight\n"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "%%kata doubel\nx = 1",
            "there is no kata doubel: did you mean numbers/double or words/shout? `%kata list` shows all",
        ),
        ("%%kata ÿ\nx = 1", "there is no kata ÿ: `%kata list` shows all"),
        ("%kata hint dubble", "there is no kata dubble: did you mean numbers/double? `%kata list` shows all"),
        ("%kata hint double -n 4", "numbers/double has 3 hints, and no hint 4"),
        ("%kata hint double -n x", "argument -n/--number: invalid int value: 'x'"),
        ("%%kata\nx = 1", "the following arguments are required: name"),
        ("%%kata double half\nx = 1", "unrecognized arguments: half"),
        ("%kata double half", magic._USAGE),
    ],
)
def test_what_is_mistyped_is_one_line(cells, line, sentence):
    cells.shell.user_ns.pop("x", None)
    assert cells.run(line) == ""
    words = re.escape(sentence).replace(r"\ or\ words/shout", r"(\ or\ words/shout)?")
    assert re.fullmatch(f"UsageError: {words}\n", cells.errors), cells.errors
    assert "x" not in cells.shell.user_ns


def test_an_error_in_the_cell_is_shown_once_with_its_line_and_the_check_tells_too(cells):
    screen = cells.run(f"%%kata double\n\nx = 1\n\n1 / 0\n\n\n{DOUBLE}")
    assert cells.errors.count("Traceback (most recent call last)") == 1
    assert "----> 5 1 / 0" in cells.errors
    assert "   cell:5   1 / 0" in screen
    assert "the cell cannot be run (line 5): ZeroDivisionError: division by zero" in screen


def test_a_cell_that_is_no_python(cells):
    screen = cells.run("%%kata double\n\ndef double(x:\n    return x\n")
    assert cells.errors.count("SyntaxError") == 1
    assert "   cell:3   def double(x:\n   the cell is not valid Python in line 3: '(' was never closed" in screen


def test_a_function_that_is_missing(cells):
    screen = cells.run("%%kata double\n\ndef duble(x):\n    return x\n")
    assert "double is missing from the cell: the specification needs a function or class" in screen


def test_a_name_of_another_cell_is_told(cells):
    cells.run("import math")
    screen = cells.run("%%kata double\n\ndef double(x):\n    return math.fsum([x, x])\n")
    assert "raised NameError: name 'math' is not defined" in screen
    assert "math is of another cell: import or define in this one all that the answer" in screen
    assert "of another cell" not in cells.run("%%kata double\ndef double(x):\n    return nowhere\n")


def test_a_stub_is_to_do(cells):
    screen = cells.run("%%kata double\n" + (cells.root / "katas/numbers/double.py").read_text(encoding="utf-8"))
    assert "-> numbers/double: twice two is four" in screen
    assert "   cell:7\n   add x to itself\n" in screen
    assert cells.errors == ""


@pytest.mark.parametrize("body", ["\n", "  \n\n", "# nothing yet\n"])
def test_a_cell_with_nothing_in_it_is_to_do_and_says_where_the_stub_is(cells, body):
    screen = cells.run(f"%%kata double\n{body}")
    assert "-> numbers/double: twice two is four" in screen
    assert "add x to itself" in screen
    assert "cell:" not in screen
    assert screen.endswith("\n   hint   %kata hint double\n   stub   %kata double")


def test_the_stub_comes_into_a_new_cell(cells, monkeypatch):
    came = []
    monkeypatch.setattr(cells.shell, "set_next_input", came.append)
    stub = '"""Aloud.\n\nCheck with:  pytest katas/words/test_shout.py\n"""\n\nraise NotImplementedError("louder")\n'
    monkeypatch.setattr(suite, "original_stub", lambda root, kata: stub if kata.name == "shout" else "")
    cells.run("%kata shout")
    cells.run("%kata")
    assert came == ['%%kata words/shout\n"""Aloud.\n"""\n\nraise NotImplementedError("louder")\n'] * 2


def test_a_stub_that_is_not_known_any_more(cells):
    file = cells.root / "katas/numbers/half.py"
    stub = file.read_text(encoding="utf-8")
    try:
        file.write_text("def half(x):\n    return x\n", encoding="utf-8")
        cells.run("%kata half")
        assert cells.errors.startswith("UsageError: the stub of numbers/half as it was is not known here")
        assert "numbers/half: " in cells.run("%%kata half\ndef half(x):\n    return x\n")
    finally:
        file.write_text(stub, encoding="utf-8")


def test_hints_are_shown_and_noted(cells):
    assert cells.run("%kata hint double") == (
        "numbers/double, hint 1 of 3\nHow often?\nplainer: %kata hint double -n 2"
    )
    assert cells.run("%kata hint -n 3") == "words/shout, hint 3 of 3\nreturn word.upper()"
    assert (cells.record().entry("numbers/double").hints, cells.record().entry("words/shout").hints) == (1, 3)


def test_it_runs_on_the_devices_that_are_asked_for(cells):
    assert "solved on cpu\n" in cells.run(f"%%kata double --device cpu\n{DOUBLE}")
    assert list(cells.record().entry("numbers/double").solved) == ["cpu"]
    screen = cells.run(f"%%kata double --device cpu --device sim\n{DOUBLE}")
    assert screen.startswith("katas  cpu and sim   seed ")


def test_a_device_that_is_not_there(cells):
    screen = cells.run(f"%%kata double --device nope\n{DOUBLE}")
    assert "numbers/double could not be run" in screen
    assert "there is no device of that name" in screen


def test_nothing_of_an_answer_is_taken_for_html(cells):
    cells.run(
        "%%kata double\ndef double(x):\n    print('<b>bold</b>')\n    raise ValueError('<script>alert(1)</script> & co')\n"
    )
    (bundle,) = cells.bundles
    assert "<script>alert(1)</script> & co" in bundle["text/plain"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in bundle["text/html"]
    assert set(re.findall(r"</?(\w+)", bundle["text/html"])) == {"pre", "span"}


def luminance(colour: tuple[float, ...]) -> float:
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def rgb(text: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(text.removeprefix("#")))


@pytest.mark.parametrize("style", ["good", "bad", "faint"])
@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("#000000", "#ffffff"),
        ("#212121", "#ffffff"),
        ("#3b3b3b", "#f8f8f8"),
        ("#ffffff", "#000000"),
        ("#e0e0e0", "#111111"),
        ("#cccccc", "#1e1e1e"),
    ],
)
def test_each_colour_reads_on_light_and_on_dark_paper(style, ink, paper):
    """By the contrast of at least 4.5 that WCAG 2 asks for at level AA; browsers mix as is done here."""
    html = html_lines.HtmlLines([[("text", style)]])._repr_html_()
    share, colour = re.search(r"color:color-mix\(in srgb, currentColor (\d+)%, (#[0-9a-f]{6})\)", html).groups()
    part = int(share) / 100
    mixed = tuple(part * one + (1 - part) * other for one, other in zip(rgb(ink), rgb(colour), strict=True))
    darker, lighter = sorted((luminance(mixed), luminance(rgb(paper))))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_what_is_wrong_with_the_folder_is_told(cells):
    file = cells.root / "katas/numbers/chapter.toml"
    whole = file.read_text(encoding="utf-8")
    try:
        file.write_text("title = \n", encoding="utf-8")
        screen = cells.run(f"%%kata double\n{DOUBLE}")
        assert "\n! numbers/chapter.toml, line 1: " in screen
        assert "solved on cpu" in screen
        assert cells.run("%kata list").startswith("! numbers/chapter.toml, line 1: ")
    finally:
        file.write_text(whole, encoding="utf-8")


def test_a_specification_that_does_not_load_is_told(cells):
    file = cells.root / "katas/numbers/test_double.py"
    whole = file.read_text(encoding="utf-8")
    try:
        file.write_text("import nowhere\n", encoding="utf-8")
        screen = cells.run(f"%%kata double\n{DOUBLE}")
        assert screen.startswith(" numbers/double could not be run\n")
        assert "No module named 'nowhere'" in screen
    finally:
        file.write_text(whole, encoding="utf-8")


def test_a_damaged_record_is_told_and_made_anew(cells):
    (cells.root / record.FILE).write_text("{", encoding="utf-8")
    assert cells.run("%kata list").startswith("! progress.json is damaged")
    assert cells.run(f"%%kata double\n{DOUBLE}").startswith("! progress.json is damaged")
    assert json.loads((cells.root / record.FILE).read_text(encoding="utf-8"))["katas"]["numbers/double"]["solved"]


def test_a_record_that_cannot_be_written_is_told(cells, monkeypatch):
    def refuse(*_):
        raise record.RecordNotWritten("progress.json cannot be written: it is full")

    monkeypatch.setattr(record, "_change", refuse)
    screen = cells.run(f"%%kata double\n{DOUBLE}")
    assert screen.startswith("! progress.json cannot be written: it is full\n")
    assert "solved on cpu" in screen
    assert cells.run("%kata hint double").startswith("! progress.json cannot be written: it is full\n")


def test_an_answer_that_ends_its_process(cells):
    screen = cells.run("%%kata double\nimport os\n\n\ndef double(x):\n    os._exit(3)\n")
    assert "numbers/double: its process died" in screen
    assert "solved on cpu" in cells.run(f"%%kata double\n{DOUBLE}")


@pytest.mark.skipif(not can_fork(), reason="there is no such process")
def test_a_process_that_died_is_started_anew(cells):
    server = magic._open_notebooks[0]._judge._server._server
    server.kill()
    assert "solved on cpu" in cells.run(f"%%kata double\n{DOUBLE}")


def test_without_a_practice_folder_the_installed_katas_are_checked_and_no_file_is_written(
    begin, project, tmp_path, monkeypatch
):
    monkeypatch.setattr(suite, "_INSTALLED_SUITE", project.root)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    cells = begin(elsewhere)
    screen = cells.run(f"%%kata double\n{DOUBLE}")
    assert "the installed katas; no katas folder here nor above, so no record is kept" in screen
    assert "1 of 3 katas solved" in cells.run("%kata list")
    assert not (project.root / record.FILE).exists()
    assert list(elsewhere.iterdir()) == []


def test_the_installed_katas_are_pytests_root_whatever_project_lies_around_them(root):
    build = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    brought = build["targets"]["wheel"]["force-include"]
    assert (root / brought["katas"]).parent == suite.SETTINGS.parent
    assert suite.SETTINGS.is_file()


def test_a_folder_without_katas_says_so(begin, tmp_path):
    (tmp_path / "katas").mkdir()
    (tmp_path / "conftest.py").write_text("", encoding="utf-8")
    cells = begin(tmp_path)
    cells.run("%%kata double\nx = 1")
    assert cells.errors == "UsageError: there is no kata double: `%kata list` shows all\n"
    cells.run(f"%%kata double\n{DOUBLE}")
    assert "0 of 0 katas solved" in cells.run("%kata list")


@pytest.mark.skipif(not can_fork(), reason="the process is warm for the tests of others only")
def test_where_no_process_can_be_kept_alive(begin, project):
    project.write("conftest.py", "raise SystemExit('this conftest is broken')\n")
    cells = begin(project.root)
    screen = cells.run(f"%%kata double\n{DOUBLE}")
    assert screen == "! the process that checks answers ended: SystemExit: this conftest is broken"
    assert "0 of 3 katas solved" in cells.run("%kata list")


# In an IPython of its own, whose imports and processes can be counted, and whose Ctrl-C is nobody else's.

BEGIN = """
import os, signal, sys, threading, time
import psutil
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("%load_ext dojo.notebook")
me = psutil.Process()
"""
RIGHT = f"shell.run_cell({f'%%kata double{chr(10)}{DOUBLE}'!r})\n"


@pytest.fixture
def script(project):
    pytest.importorskip("psutil")

    def run(text: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", BEGIN + text],
            cwd=project.root,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "IPYTHONDIR": str(project.root / "ipython")},
            capture_output=True,
            encoding="utf-8",
            timeout=100,
            check=False,
        )

    return run


def runs(pid: int) -> bool:
    import psutil

    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_the_extension_imports_no_torch_and_unloaded_leaves_no_process(script):
    done = script(
        RIGHT
        + "print('torch' in sys.modules, len(me.children()) > 0)\n"
        + "answers = __import__('dojo.notebook.magic').notebook.magic._open_notebooks[0].answers\n"
        + "shell.run_cell('%unload_ext dojo.notebook')\n"
        + "print(len(me.children()), answers.exists())\n"
        + "shell.run_cell('%kata list')\n"
    )
    assert "solved on cpu" in done.stdout
    lines = done.stdout.splitlines()
    assert f"False {can_fork()}" in lines, done.stdout + done.stderr
    assert "0 False" in lines
    assert "Line magic function `%kata` not found" in done.stdout + done.stderr


@pytest.mark.skipif(not can_fork(), reason="there is no such process")
def test_when_ipython_ends_so_does_the_process(script):
    done = script("print(*[child.pid for child in me.children()])\n")
    (pid,) = map(int, done.stdout.split())
    assert done.returncode == 0, done.stderr
    end = time.monotonic() + 10
    while runs(pid) and time.monotonic() < end:
        time.sleep(0.1)
    assert not runs(pid)


@pytest.mark.skipif(os.name == "nt", reason="an interrupt is sent otherwise there")
def test_an_interrupt_stops_the_check_and_nothing_else(script):
    loops = "%%kata double\nimport time\n\n\ndef double(x):\n    open('begun', 'w').close()\n    while True:\n        time.sleep(1)\n"
    done = script(
        "def interrupt(ready):\n"
        "    while not ready():\n"
        "        time.sleep(0.05)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "start = time.monotonic()\n"
        "threading.Thread(target=interrupt, args=(lambda: time.monotonic() > start + 0.3,)).start()\n"
        + RIGHT  # while torch is being loaded
        + "threading.Thread(target=interrupt, args=(lambda: os.path.exists('begun'),)).start()\n"
        f"shell.run_cell({loops!r})\n" + RIGHT
    )
    told = [line for line in done.stdout.splitlines() if "stopped" in line or "solved on" in line]
    assert told[:2] == ["numbers/double: the check was stopped"] * 2, done.stdout + done.stderr
    assert told[2].startswith("   solved on cpu")
    assert "Traceback" not in done.stdout + done.stderr
