"""``kata watch`` in a terminal, as a learner has it: the real katas, a real editor's saves, keys, and the way out."""

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from dojo.forkserver.client import can_fork
from dojo.workspace import record
from tests.processes import gone

pexpect = pytest.importorskip("pexpect")
pyte = pytest.importorskip("pyte")
pytestmark = pytest.mark.skipif(not can_fork(), reason="needs a pseudo-terminal, and a fork to be quick enough to wait")

PATIENCE = 90  # seconds; a verdict takes a fraction of one, but this machine may be busy


class Terminal:
    """A pseudo-terminal with ``kata watch`` in it, and what its screen shows."""

    def __init__(self, folder: Path, *options: str, columns: int = 60, rows: int = 24, **environment: str) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.child = pexpect.spawn(
            sys.executable,
            ["-c", "from dojo.cli import main; main(prog_name='kata')", "watch", *options],
            cwd=str(folder),
            dimensions=(rows, columns),
            env={**os.environ, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **environment},
        )

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def pump(self, seconds: float = 0.05) -> bool:
        """Take in what was written; say whether there may be more."""
        try:
            data = self.child.read_nonblocking(1 << 16, seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        self._stream.feed(data)
        return True

    def sees(self, *words: str) -> str:
        """Wait until all ``words`` are on the screen, and return it."""
        end = time.monotonic() + PATIENCE
        while not all(each in self.text for each in words):
            if time.monotonic() > end or not self.pump():
                raise AssertionError(f"{words} not seen on\n{self.text}")
        return self.text

    def press(self, key: str) -> None:
        self.child.send(key)

    def ends(self) -> int | None:
        """Wait for the end, and return the exit status."""
        end = time.monotonic() + PATIENCE
        while self.pump() and time.monotonic() < end:
            pass
        self.child.close(force=False)
        return self.child.exitstatus


@pytest.fixture
def open_terminal():
    terminals = []

    def open_(*arguments, **options):
        terminals.append(Terminal(*arguments, **options))
        return terminals[-1]

    yield open_
    for each in terminals:
        each.child.close(force=True)


@pytest.fixture
def practice(this_project, tmp_path):
    """A practice folder of the whole course."""
    this_project.kata("init", str(tmp_path / "mine"))
    return type(this_project)(tmp_path / "mine")


def answer(root: Path, kata: str) -> str:
    return (root / "solutions" / f"{kata}.py").read_text(encoding="utf-8")


def save_by_rename(folder: Path, kata: str, text: str) -> None:
    """Save as editors do that never leave a half: a new file takes the old one's place."""
    file = folder / "katas" / f"{kata}.py"
    new = file.with_name(f".{file.name}.swp")
    new.write_text(text, encoding="utf-8")
    new.replace(file)


def test_a_learners_hour(practice, open_terminal, root):
    """Solve three katas, take hints, break the file, mend it, reset, quit, and start again where it was."""
    folder = practice.root
    stub = (folder / "katas/tensors/creation.py").read_text(encoding="utf-8")
    terminal = open_terminal(folder)
    terminal.sees("→ tensors/dtypes", "katas/tensors/dtypes.py", "0 of 56", "q quit")

    save_by_rename(folder, "tensors/dtypes", answer(root, "tensors/dtypes"))
    terminal.sees("✔ tensors/dtypes is solved", "1 of 56", "→ tensors/creation")

    terminal.press("h")
    terminal.sees("hint 1 of 3")
    terminal.press("h")
    terminal.sees("hint 2 of 3")

    practice.write("katas/tensors/creation.py", "def filled_like(:\n")
    terminal.sees("✘ tensors/creation", "creation.py is not valid Python in line 1")
    practice.write("katas/tensors/creation.py", answer(root, "tensors/creation").replace("def ", "def no_"))
    terminal.sees("is missing from creation.py")
    (folder / "katas/tensors/creation.py").unlink()
    terminal.sees("creation.py is not there", "press r to bring the stub back")
    save_by_rename(folder, "tensors/creation", answer(root, "tensors/creation"))
    terminal.sees("✔ tensors/creation is solved", "2 of 56", "→ tensors/indexing")

    terminal.press("p")
    terminal.sees("✔ tensors/creation: ", "solved; n goes on")
    terminal.press("r")
    terminal.sees("press y to start creation over")
    terminal.press("y")
    terminal.sees("→ tensors/creation", "1 of 56", "is the stub again")
    assert (folder / "katas/tensors/creation.py").read_text(encoding="utf-8") == stub
    (kept,) = (folder / "katas/tensors").glob("creation.20*.py")
    assert kept.read_text(encoding="utf-8") == answer(root, "tensors/creation")
    save_by_rename(folder, "tensors/creation", kept.read_text(encoding="utf-8"))
    terminal.sees("✔ tensors/creation is solved", "2 of 56", "→ tensors/indexing")

    for half in ("", "import torch\n"):  # as an editor that writes in two steps
        practice.write("katas/tensors/indexing.py", half + answer(root, "tensors/indexing")[: len(half) * 3])
    practice.write("katas/tensors/indexing.py", answer(root, "tensors/indexing"))
    terminal.sees("✔ tensors/indexing is solved", "3 of 56", "→ tensors/in_place")
    terminal.press("s")
    terminal.sees("your answer is the reference, word for word")
    terminal.press("s")
    terminal.press("l")
    terminal.sees("solved: 3 on cpu", "at tensors/in_place", "✔ dtypes  ✔ creation  ✔ indexing  · in_place")
    terminal.press("n")
    terminal.sees("→ tensors/pointwise")
    terminal.press("q")
    assert terminal.ends() == 0
    assert "3 of 56 katas solved; kata watch goes on with tensors/p" in terminal.text

    kept = record.read(folder)
    assert {kata for kata, entry in kept.entries.items() if entry.is_solved} == {
        "tensors/dtypes",
        "tensors/creation",
        "tensors/indexing",
    }
    assert kept.entry("tensors/creation").hints == 2
    again = open_terminal(folder)
    again.sees("→ tensors/pointwise", "3 of 56")


@pytest.mark.parametrize("how", ["Ctrl-C", "Ctrl-C at once", "SIGTERM", "SIGHUP", "SIGQUIT", "q at once"])
def test_every_way_out_leaves_the_terminal_as_it_was_and_no_process_behind(project, open_terminal, how):
    terminal = open_terminal(project.root)
    if "at once" in how:
        while b"\x1b[?1049h" not in terminal.raw:
            assert terminal.pump()
    else:
        terminal.sees("→ words/shout")
    children = [each.pid for each in psutil.Process(terminal.child.pid).children(recursive=True)]
    assert children
    match how.split()[0]:
        case "Ctrl-C":
            terminal.child.sendintr()
        case "q":
            terminal.press("q")
        case name:
            os.kill(terminal.child.pid, getattr(signal, name))
    assert terminal.ends() == 0
    assert terminal.raw.rindex(b"\x1b[?1049l") > terminal.raw.rindex(b"\x1b[?1049h")  # the other screen was left
    assert terminal.raw.rindex(b"\x1b[?25h") > terminal.raw.rindex(b"\x1b[?25l")  # the cursor is back
    assert b"Traceback" not in terminal.raw
    assert "0 of 3 katas solved; kata watch goes on with words/shout" in terminal.text
    assert gone(children, 20)


def test_ctrl_z_gives_the_terminal_back_until_it_is_continued(project, open_terminal):
    terminal = open_terminal(project.root)
    terminal.sees("→ words/shout")
    terminal.press("\x1a")
    watch = psutil.Process(terminal.child.pid)
    end = time.monotonic() + PATIENCE
    while watch.status() != psutil.STATUS_STOPPED:
        assert time.monotonic() < end
        terminal.pump()
    terminal.pump()
    assert terminal.raw.rindex(b"\x1b[?1049l") > terminal.raw.rindex(b"\x1b[?1049h")
    assert terminal.raw.rindex(b"\x1b[?25h") > terminal.raw.rindex(b"\x1b[?25l")
    terminal.screen.reset()
    os.kill(terminal.child.pid, signal.SIGCONT)
    terminal.sees("→ words/shout")
    terminal.press("n")
    terminal.sees("→ numbers/double")


def test_keys_are_echoed_again_afterwards(project, open_terminal):
    program = (
        "import termios\nbefore = termios.tcgetattr(0)\nfrom dojo.cli import main\n"
        "main(['watch'], standalone_mode=False)\nprint('the same' if termios.tcgetattr(0) == before else 'changed')"
    )
    terminal = open_terminal(project.root)
    terminal.child.close(force=True)
    terminal.child = pexpect.spawn(
        sys.executable, ["-c", program], cwd=str(project.root), dimensions=(24, 60), env={**os.environ, "TERM": "xterm"}
    )
    terminal.sees("→ words/shout")
    terminal.press("q")
    terminal.sees("the same")


def test_a_loop_without_end_does_not_keep_the_next_save_waiting(project, open_terminal):
    terminal = open_terminal(project.root)
    terminal.sees("→ words/shout")
    project.write("katas/words/shout.py", "def shout(word):\n    while True:\n        pass\n")
    time.sleep(0.5)
    start = time.monotonic()
    project.solve("words/shout")
    terminal.sees("✔ words/shout is solved")
    assert time.monotonic() - start < 15  # and not the 20 s that one test may take


def test_it_goes_on_when_the_warm_process_dies(project, open_terminal):
    terminal = open_terminal(project.root)
    terminal.sees("→ words/shout")
    children = psutil.Process(terminal.child.pid).children(recursive=True)
    (server,) = (each.pid for each in children if "dojo.forkserver.server" in each.cmdline())
    os.kill(server, signal.SIGKILL)
    project.solve("words/shout")
    terminal.sees("✔ words/shout is solved", "→ numbers/double")


def test_a_burst_of_saves_ends_with_the_verdict_on_the_last(project, open_terminal):
    terminal = open_terminal(project.root)
    terminal.sees("→ words/shout")
    for number in range(25):
        project.write("katas/words/shout.py", f"def shout(word):\n    return {number}\n")
        time.sleep(0.01)
    project.write("katas/words/shout.py", "def shout(word):\n    return word.title()\n")
    terminal.sees("this is a title")


def test_polling_sees_a_save_too(project, open_terminal):
    terminal = open_terminal(project.root, "--poll")
    terminal.sees("→ words/shout")
    time.sleep(0.5)
    project.solve("words/shout")
    terminal.sees("✔ words/shout is solved")


def test_another_size_is_drawn_anew_whatever_the_environment_says(project, open_terminal):
    terminal = open_terminal(project.root, COLUMNS="80", LINES="50")
    terminal.sees("→ words/shout", "s solution   a all   q quit")
    terminal.screen.resize(24, 100)
    terminal.screen.reset()
    terminal.child.setwinsize(24, 100)
    terminal.sees("n next   p previous   h hint   l list   r reset   s solution   a all   q quit")


def test_a_dumb_terminal_gets_plain_lines(project, open_terminal):
    terminal = open_terminal(project.root, TERM="dumb")
    terminal.sees("→ words/shout")
    terminal.press("q")
    assert terminal.ends() == 0
    assert b"\x1b[" not in terminal.raw


def test_a_name_begins_there_and_a_device_is_run_alone(project, open_terminal):
    terminal = open_terminal(project.root, "half", "--device", "cpu")
    assert "sim" not in terminal.sees("→ numbers/half", "cpu")


def test_a_device_that_is_not_here_is_told(project, open_terminal):
    terminal = open_terminal(project.root, "--device", "nonsense")
    terminal.sees("words/shout could not be run", "there is no device of that")


def test_without_a_terminal_one_line_says_what_to_do(project):
    outcome = project.kata("watch")
    assert (outcome.status, outcome.lines) == (
        1,
        ["Error: kata watch needs a terminal for its keys and its screen: run `pytest katas` instead"],
    )


def test_colours_that_are_forced_make_no_terminal(project):
    outcome = project.kata("watch", FORCE_COLOR="1")
    assert "kata watch needs a terminal" in outcome.text
    assert "Traceback" not in outcome.text
    closed = project.shell("sh", "-c", f"{sys.executable} -m dojo watch <&- 2>&1")
    assert closed.lines == outcome.lines


def test_what_keeps_tests_from_being_run_is_told_in_a_line(project, open_terminal):
    project.write("conftest.py", "import no_such_module\n")
    terminal = open_terminal(project.root, columns=200)
    assert terminal.ends() == 1
    assert "the process that checks answers ended: " in terminal.text
    assert "No module named 'no_such_module'" in terminal.text
    assert b"Traceback" not in terminal.raw


def test_a_terminal_that_shows_ascii_alone(project, open_terminal):
    terminal = open_terminal(project.root, PYTHONIOENCODING="ascii")
    terminal.sees("-> words/shout", "q quit")
    project.write("katas/words/shout.py", "def shout(word):\n    print('\\x1b[?1049l\\x1b[2J')\n    return 'é'\n")
    terminal.sees("x words/shout", "printed", "q quit")
    terminal.press("q")
    assert terminal.ends() == 0
    assert terminal.raw.count(b"\x1b[?1049l") == 1


def test_a_terminal_that_does_not_know_its_size(project, open_terminal):
    terminal = open_terminal(project.root, rows=24, columns=80)
    terminal.sees("→ words/shout")
    terminal.child.setwinsize(0, 0)
    terminal.screen.reset()
    project.write("katas/words/shout.py", "def shout(word):\n    return word.title()\n")
    terminal.sees("this is a title", "q quit")


def test_a_verdict_that_is_long_in_coming_is_awaited_for_all_to_see(project, open_terminal):
    terminal = open_terminal(project.root)
    terminal.sees("→ words/shout")
    project.write("katas/words/shout.py", "import time\ndef shout(word):\n    time.sleep(3)\n    return word.title()\n")
    terminal.sees("judging", "before, it was:", "→ words/shout")
    assert "before, it was" not in terminal.sees("this is a title")


def test_without_any_kata(project):
    for file in project.root.glob("katas/*/*.py"):
        file.unlink()
    outcome = project.kata("watch")
    assert outcome.status == 1
    assert outcome.lines[-1].startswith("Error: there is no kata in ")
