"""Write the hand-ins of tests/attacks.

A folder holds ``hand-in``, or a ``make.py`` that writes what git cannot store. Katas in ``expected.toml`` that the hand-in
lacks are filled with the solutions, except those in ``lacks``. In the files, ``@SOLUTION@`` stands for the solution of the
kata, ``@CALLS@`` for functions that each call ``attack()``, and other words between two ``@`` for values from the caller.
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
    """Write the hand-in of an attack to ``place``; if it is an archive, beside it."""
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
    """Return the placeholders in the files of an attack that the caller of ``hand_in`` must fill."""
    found = {word for path in folder.rglob("*.py") for word in re.findall(rb"@([A-Z]+)@", path.read_bytes())}
    return {word.decode() for word in found} - {"SOLUTION", "CALLS"}


def _with(contents: bytes, meanings: dict[bytes, bytes]) -> bytes:
    for word, meaning in meanings.items():
        contents = contents.replace(word, meaning)
    return contents
