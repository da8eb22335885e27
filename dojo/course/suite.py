"""What came with the installation: the stubs as they were, the specifications, the solutions."""

import itertools
import subprocess
from pathlib import Path

from dojo.course import Kata, Places

PACKAGE = Path(__file__).parent.parent
"""The folder of ``dojo``."""

# In a clone it holds no more than the settings that a practice folder gets, too.
_PACKAGED = PACKAGE / "suite"
SETTINGS = _PACKAGED / "pytest.ini"
_CLONE = PACKAGE.parent


class NoStub(LookupError):
    """The stub as it was given out is not known here: the message says what to do."""


def home() -> Path:
    """Return the folder that holds ``katas`` and ``solutions`` as installed: in a wheel, or the clone itself."""
    return _PACKAGED if (_PACKAGED / "katas").is_dir() else _CLONE


def solutions(root: Path) -> Path:
    """Return where the solutions lie for the practice folder ``root``: there, or where the suite is installed."""
    own = root / "solutions"
    return own if own.is_dir() else home() / "solutions"


def original_stub(root: Path, kata: Kata) -> str:
    """Return the text of a kata's stub as it was given out.

    Raises:
        NoStub: in one sentence, where it is not known.
    """
    installed = Places(home()).stub(kata)
    if home() == _PACKAGED and installed.is_file() and is_stub(text := installed.read_text(encoding="utf-8")):
        return text
    # In a clone, an answer may lie where the stub was: what was published comes first, then what is committed.
    path = f"katas/{kata.chapter}/{kata.name}.py"
    for folder, commit in itertools.product(dict.fromkeys((root, home())), ("origin/HEAD", "HEAD")):
        if is_stub(text := _committed(folder, f"{commit}:./{path}")):
            return text
    if not root.samefile(home()) and installed.is_file() and is_stub(text := installed.read_text(encoding="utf-8")):
        return text
    raise NoStub(f"the stub of {kata.id} as it was is not known here: `kata init DIR` makes a folder with all stubs")


def is_stub(text: str) -> bool:
    """Say whether a file's text is a stub rather than an answer."""
    return "raise NotImplementedError(" in text


def _committed(root: Path, name: str) -> str:
    try:
        done = subprocess.run(["git", "show", name], cwd=root, capture_output=True, check=False)
    except OSError:  # there is no git
        return ""
    return done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else ""
