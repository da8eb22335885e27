"""Draw docs/screen.svg and docs/list.svg from a real run: a few katas solved, one mistake made.

Run: python docs/picture.py [FOLDER].
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

ROOT = Path(__file__).parent.parent
KATA = "import sys, click; sys.stdout.isatty = lambda: True; from dojo.cli import main; main(prog_name='kata')"
COMMANDS = {
    "pytest katas": (
        *("-m", "pytest", "katas", "--seed", "20418", "--device", "cpu", "--device", "sim", "--color=yes"),
    ),
    "kata list tensors storage": ("-c", KATA, "list", "tensors", "storage"),
}
SOLVED = ("tensors/dtypes", "tensors/creation", "tensors/indexing", "storage/storage", "storage/views")
MISTAKE = """

def storage_index(tensor, index):
    return index[0] * tensor.stride(0) + index[1]
"""


def written() -> dict[str, str]:
    """Return what each command writes, with its colours, in a copy of the katas where some are solved."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for name in ("katas", "conftest.py", "pyproject.toml"):
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, project / name)
        for kata in SOLVED:
            shutil.copy(ROOT / "solutions" / f"{kata}.py", project / "katas" / f"{kata}.py")
        (project / "katas/storage/strides.py").write_text(MISTAKE, encoding="utf-8")
        return {command: _run(project, *words) for command, words in COMMANDS.items()}


def _run(project: Path, *words: str) -> str:
    return subprocess.run(
        [sys.executable, *words],
        cwd=project,
        env={**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    ).stdout


def main() -> None:
    """Write the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    for (command, text), name in zip(written().items(), ("screen", "list"), strict=True):
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            console = Console(width=80, record=True, file=nowhere, force_terminal=True)
            console.print(Text.from_ansi(f"$ {command}\n{text}"))
            svg = console.export_svg(title=command, theme=MONOKAI, unique_id=name)
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
