"""Write docs/concepts.md: each statement of the notes, whether the notes were right, and what shows it.

Run: python docs/concepts.py [FILE]. Everything comes from katas/concepts.toml and the marks of the tests; that these
tests pass on the solutions, `kata concepts` says.
"""

import sys
from pathlib import Path

from dojo import course
from dojo.authoring import manifest
from dojo.course import Concept

ROOT = Path(__file__).parent.parent

TITLES = {
    "setup": "Setting up",
    "system": "What torch brings",
    "dtype": "Element types",
    "ops": "Operations",
    "onehot": "One-hot rows",
    "autograd": "Gradients",
    "optim": "Optimisers",
    "dataset": "Datasets",
    "loss": "Losses",
    "learning": "Learning",
    "storage": "Storage and strides",
    "numpy": "NumPy",
    "represent": "Representing data",
    "broadcast": "Broadcasting",
    "fit": "Fitting and overfitting",
    "neuron": "Neurons",
    "batch": "Batches",
    "softmax": "Softmax",
    "loop": "Training loops",
    "vision": "Images",
}


def shown_by(root: Path) -> dict[str, dict[str, int]]:
    """Return, for each statement, the test files that show it, each with the number of its tests that do."""
    found: dict[str, dict[str, int]] = {}
    tests = [root / f"katas/{kata.chapter}/test_{kata.name}.py" for kata in course.load(root / "katas").katas()]
    for file in [*tests, *manifest.tests_of_suite(root)]:
        if file.is_file():
            for concept in manifest.concept_marks(file):
                files = found.setdefault(concept, {})
                files[file.relative_to(root).as_posix()] = files.get(file.relative_to(root).as_posix(), 0) + 1
    return found


def _verdict(row: Concept) -> str:
    if row.erratum:
        return f"**no**: {row.erratum}"
    return "they are silent" if "(beyond the notes)" in row.claim else "yes"


def _links(files: dict[str, int]) -> str:
    links = []
    for file, count in files.items():
        name = file.removeprefix("katas/").removesuffix(".py").replace("/test_", "/")
        links.append(f"[{name}](../{file}){f' ({count} tests)' if count > 1 else ''}")
    return "<br>".join(links) or "no test yet"


def page(root: Path = ROOT) -> str:
    """Return the page."""
    rows, files = course.concepts(root / "katas"), shown_by(root)
    wrong = sum(row.erratum is not None for row in rows)
    shown = sum(row.id in files for row in rows)
    lines = [
        "# The statements of the notes",
        "",
        "Written by `docs/concepts.py` from `katas/concepts.toml` and the tests; a test keeps it so.",
        "",
        f"The notes make {len(rows)} statements. {shown} of them are shown by tests, which pass on the solutions.",
        f"{wrong} are wrong in the notes, or out of date: there the tests show what is true.",
    ]
    for group in dict.fromkeys(row.id.partition(".")[0] for row in rows):
        lines += [
            "",
            f"## {TITLES[group]}",
            "",
            "| statement | are the notes right? | shown by |",
            "| --- | --- | --- |",
        ]
        for row in rows:
            if row.id.partition(".")[0] == group:
                claim = row.claim.replace(" (beyond the notes)", "")
                cells = (f"`{row.id}` {claim}", _verdict(row), _links(files.get(row.id, {})))
                lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    target = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "docs/concepts.md"
    target.write_text(page(), encoding="utf-8")
