"""A small project to run pytest and ``kata`` in, as a user does."""

import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dojo.forkserver.client import can_fork

ROOT = Path(__file__).parent.parent

# A script that runs us in the background has SIGINT ignored, which whatever a test starts would inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

collect_ignore = ["attacks"]  # hand-ins that bring tests of their own

FILES = {
    "katas/course.toml": 'title = "A small course"\nchapters = ["words", "numbers"]\n',
    "katas/concepts.toml": (
        '[numbers]\ndouble = { claim = "twice is x + x" }\nhalf = { claim = "half is x / 2", erratum = "the notes say x // 2" }\n'
        '[words]\nshout = { claim = "shouting is upper case" }\nwhisper = { claim = "nobody shows this" }\n'
    ),
    "katas/numbers/chapter.toml": (
        'title = "Numbers"\n'
        '[katas.double]\ntitle = "Twice"\nhints = ["How often?", "Two times.", "return x * 2"]\npoints = 2\n'
        '[katas.half]\ntitle = "Half"\nhints = ["How much?", "Divide.", "return x / 2"]\n'
    ),
    "katas/words/chapter.toml": (
        'title = "Words"\n[katas.shout]\ntitle = "Aloud"\nhints = ["How loud?", "A method of str.", "return word.upper()"]\n'
    ),
    "katas/numbers/double.py": (
        '"""Twice a number."""\n\n\ndef double(x: float) -> float:\n    """Return x twice."""\n'
        '    raise NotImplementedError("add x to itself")\n'
    ),
    "katas/numbers/half.py": (
        '"""Half a number."""\n\n\ndef half(x: float) -> float:\n    """Return half of x."""\n'
        '    raise NotImplementedError("divide x")\n'
    ),
    "katas/words/shout.py": (
        '"""Aloud."""\n\n\ndef shout(word: str) -> str:\n    """Return word aloud."""\n'
        '    raise NotImplementedError("raise your voice")\n'
    ),
    "katas/numbers/test_double.py": '''
import pytest
from dojo import check
from katas.numbers import double

@pytest.mark.concept("numbers.double")
def test_two_gives_four(device):
    """Twice two is four."""
    number = 2
    check.equal(double.double(number), 4, mistakes={"this is the square plus one": 5})

def test_half_gives_one():
    """Twice a half is one."""
    check.close(double.double(0.5), 1.0)
''',
    "katas/numbers/test_half.py": '''
import pytest
from dojo import check
from katas.numbers import half

@pytest.mark.concept("numbers.half")
def test_three_gives_one_and_a_half(device):
    """Half of three is one and a half."""
    check.close(half.half(3), 1.5, mistakes={"this rounds down": 1})
''',
    "katas/words/test_shout.py": '''
import pytest
from dojo import check
from katas.words import shout

@pytest.mark.concept("words.shout")
def test_shouting_is_upper_case():
    """Shouting is upper case."""
    check.equal(shout.shout("tensor"), "TENSOR", mistakes={"this is a title": "Tensor"})
''',
    "solutions/numbers/double.py": "def double(x: float) -> float:\n    return x + x\n",
    "solutions/numbers/half.py": "def half(x: float) -> float:\n    return x / 2\n",
    "solutions/words/shout.py": "def shout(word: str) -> str:\n    return word.upper()\n",
    "tests/mistakes/numbers/double.py": (
        'class Square:\n    """the square plus one"""\n    def double(x):\n        return x * x + 1\n'
        "class Same:\n    def double(x):\n        return x\n"
        "class Zero:\n    def double(x):\n        return 0\n"
        "class Four:\n    def double(x):\n        return 4\n"
    ),
    "tests/mistakes/numbers/half.py": (
        'class Down:\n    """this rounds down"""\n    def half(x):\n        return x // 2\n'
        "class Same:\n    def half(x):\n        return x\n"
        "class Zero:\n    def half(x):\n        return 0\n"
        "class Nothing:\n    def half(x):\n        pass\n"
    ),
    "tests/mistakes/words/shout.py": (
        'class Title:\n    """this is a title"""\n    def shout(word):\n        return word.title()\n'
        "class Same:\n    def shout(word):\n        return word\n"
        "class Low:\n    def shout(word):\n        return word.lower()\n"
        "class Nothing:\n    def shout(word):\n        pass\n"
    ),
    "tests/guesses.toml": (
        '["numbers/half"]\n"half: the first answer again" = "there is one test"\n'
        '["words/shout"]\n"shout: the first answer again" = "there is one test"\n'
    ),
    "tests/alternatives/numbers/double.py": "class Times:\n    def double(x):\n        return x * 2\n",
    "tests/alternatives/numbers/half.py": "class Times:\n    def half(x):\n        return x * 0.5\n",
    "tests/alternatives/words/shout.py": "class Swap:\n    def shout(word):\n        return word.swapcase()\n",
}


@dataclass(frozen=True)
class Outcome:
    """The exit status of a command and all that it wrote."""

    status: int
    text: str

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.text.splitlines()]


@dataclass(frozen=True)
class Project:
    """A folder with three katas, none of them solved."""

    root: Path

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def solve(self, *katas: str) -> None:
        for kata in katas:
            self.write(f"katas/{kata}.py", (self.root / f"solutions/{kata}.py").read_text(encoding="utf-8"))

    def pytest(self, *options: str, **environment: str) -> Outcome:
        """Run pytest as from a shell: in a fork where there is one, since torch is loaded here already."""
        if can_fork():
            return _in_fork(self.root, options, environment)
        return self.shell(sys.executable, "-m", "pytest", *options, **environment)

    def kata(self, *options: str, **environment: str) -> Outcome:
        return self.shell(
            sys.executable, "-c", "from dojo.cli import main; main(prog_name='kata')", *options, **environment
        )

    def shell(self, *command: str, **environment: str) -> Outcome:
        done = subprocess.run(
            command,
            cwd=self.root,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            check=False,
        )
        return Outcome(done.returncode, done.stdout)


def _in_fork(folder: Path, options: tuple[str, ...], environment: dict[str, str]) -> Outcome:
    log = folder.parent / f"{folder.name}.log"
    with warnings.catch_warnings():
        # xdist's worker has threads that wait for messages; the child has none, and needs none of their locks.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        status = 70
        try:
            os.chdir(folder)
            os.environ.pop("PYTEST_CURRENT_TEST", None)
            os.environ.update({"COLUMNS": "80", **environment})
            encoding = os.environ.get("PYTHONIOENCODING", "utf-8")
            fd = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(fd, 1)
            os.dup2(fd, 2)
            sys.stdout = sys.__stdout__ = open(1, "w", encoding=encoding, buffering=1)  # noqa: SIM115
            sys.stderr = sys.__stderr__ = open(2, "w", encoding=encoding, buffering=1)  # noqa: SIM115
            for name in [name for name in sys.modules if name.partition(".")[0] in ("katas", "conftest", "tests")]:
                del sys.modules[name]
            status = int(pytest.main(["-p", "no:cacheprovider", *options]))
            sys.stdout.flush()
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(status)
    _, raw = os.waitpid(pid, 0)
    return Outcome(os.waitstatus_to_exitcode(raw), log.read_text(encoding=environment.get("PYTHONIOENCODING", "utf-8")))


def _made(folder: Path) -> Project:
    small = Project(folder)
    for name, text in FILES.items():
        small.write(name, text)
    small.write("conftest.py", (ROOT / "conftest.py").read_text(encoding="utf-8"))
    small.write(
        "pyproject.toml", '[tool.pytest.ini_options]\ntestpaths = ["katas"]\naddopts = "--import-mode=importlib"\n'
    )
    return small


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small course in a folder of its own."""
    return _made(tmp_path / "project")


@pytest.fixture(scope="module")
def shared_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One such course for all tests of a file, where it is dear to begin with a new one."""
    return _made(tmp_path_factory.mktemp("shared") / "project")


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of this very project."""
    return ROOT


@pytest.fixture
def this_project() -> Project:
    """This very project, to run commands in that change nothing."""
    return Project(ROOT)


@pytest.fixture
def practised(project: Project) -> Callable[..., Outcome]:
    """Run ``pytest katas`` in the small project."""

    def run(*options: str, **environment: str) -> Outcome:
        return project.pytest("katas", *options, **environment)

    return run
