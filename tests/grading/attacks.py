"""The hand-ins of tests/attacks, written out.

A folder holds ``hand-in``, or a ``make.py`` that writes what git could not hold. Of the katas that its ``expected.toml``
names, those that the hand-in lacks are the solutions; ``lacks`` lists those that it is to be without. Files say
``@SOLUTION@`` for the text of their kata's solution, ``@CALLS@`` for functions that each call ``attack()``, and further
words between two ``@`` for what their caller knows.
"""

import importlib.util
import re
import shutil
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ATTACKS = sorted(path.parent for path in (ROOT / "tests" / "attacks").glob("*/expected.toml"))
CALLS = {
    "storage/strides": b"def storage_index(tensor, index):\n    attack()\n    return 0\n\n\n"
    b"def contiguous_strides(shape):\n    attack()\n    return ()"
}


@cache
def expected(name: str) -> dict:
    return tomllib.loads((ROOT / "tests" / "attacks" / name / "expected.toml").read_text(encoding="utf-8"))


def hand_in(folder: Path, place: Path, words: dict[str, str]) -> None:
    """Write the hand-in of an attack to ``place``, or beside it where it is an archive."""
    script = folder / "make.py"
    if script.exists():
        spec = importlib.util.spec_from_file_location("make", script)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.make(place, ROOT)
        return
    place.mkdir()
    if (folder / "hand-in").is_dir():
        shutil.copytree(folder / "hand-in", place, dirs_exist_ok=True)
    told = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))
    for kata in told["katas"]:
        name, solution = kata.partition("/")[2], (ROOT / "solutions" / f"{kata}.py").read_bytes()
        if not list(place.rglob(f"{name}.py")) and kata not in told.get("lacks", ()):
            (place / f"{name}.py").write_bytes(solution)
        for path in place.rglob(f"{name}.py"):
            own = {b"@SOLUTION@\n": solution, b"@CALLS@": CALLS.get(kata, b"@CALLS@")}
            path.write_bytes(_with(path.read_bytes(), own))
    for path in place.rglob("*"):
        if path.is_file():
            path.write_bytes(_with(path.read_bytes(), {f"@{word}@".encode(): words[word].encode() for word in words}))


def words(folder: Path) -> set[str]:
    """Return the words that the files of an attack say, but those that ``hand_in`` knows itself."""
    found = {word for path in folder.rglob("*.py") for word in re.findall(rb"@([A-Z]+)@", path.read_bytes())}
    return {word.decode() for word in found} - {"SOLUTION", "CALLS"}


def _with(contents: bytes, meanings: dict[bytes, bytes]) -> bytes:
    for word, meaning in meanings.items():
        contents = contents.replace(word, meaning)
    return contents
