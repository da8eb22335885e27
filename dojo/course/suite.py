"""Find the installed suite: original stubs, specifications and solutions."""

import itertools
import subprocess
from collections.abc import Iterator
from pathlib import Path

from dojo.course import Kata, Places

PACKAGE = Path(__file__).parent.parent
"""The folder of ``dojo``."""

# In a clone it holds only the settings file, which practice folders get too.
_INSTALLED_SUITE = PACKAGE / "suite"
SETTINGS = _INSTALLED_SUITE / "pytest.ini"
_CLONE = PACKAGE.parent


class NoStub(LookupError):
    """The original stub cannot be found: the message says what to do."""


def home() -> Path:
    """Return the folder that holds ``katas`` and ``solutions``: inside the package if it has them, else the clone."""
    return _INSTALLED_SUITE if (_INSTALLED_SUITE / "katas").is_dir() else _CLONE


def solutions(root: Path) -> Path:
    """Return the folder of solutions: that of ``root`` if it has one, else that of the installed suite."""
    own = root / "solutions"
    return own if own.is_dir() else home() / "solutions"


def original_stub(root: Path, kata: Kata) -> str:
    """Return the original text of a kata's stub.

    Raises:
        NoStub: if it cannot be found.
    """
    for text in _possible_stubs(root, kata):
        if is_stub(text):
            return text
    raise NoStub(f"the stub of {kata.id} as it was is not known here: `kata init DIR` makes a folder with all stubs")


def _possible_stubs(root: Path, kata: Kata) -> Iterator[str]:
    installed = Places(home()).stub(kata)
    if home() == _INSTALLED_SUITE and installed.is_file():
        yield installed.read_text(encoding="utf-8")
    # In a clone, the file may hold an answer. Look at the published version first, then at the committed one.
    for folder, commit in itertools.product(dict.fromkeys((root, home())), ("origin/HEAD", "HEAD")):
        yield _committed_text(folder, f"{commit}:./katas/{kata.id}.py")
    if not root.samefile(home()) and installed.is_file():
        yield installed.read_text(encoding="utf-8")


def is_stub(text: str) -> bool:
    """Say whether ``text`` is a stub, not an answer."""
    return "raise NotImplementedError(" in text


def _committed_text(root: Path, name: str) -> str:
    try:
        done = subprocess.run(["git", "show", name], cwd=root, capture_output=True, check=False)
    except OSError:  # git is not installed
        return ""
    return done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else ""
