"""Answers that are cells of a notebook: a file for the run, and what the run tells, as if the file were the cell."""

import ast
import re
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from pathlib import Path

from dojo.course import Kata
from dojo.results.failure import Evidence
from dojo.results.run import Run


@dataclass(frozen=True)
class Answer:
    """The answer of one cell.

    Args:
        file: where it lies for a run.
        untouched: whether nothing is tried yet, and the stub lies there.
    """

    file: Path
    untouched: bool

    def as_cell(self, run: Run, elsewhere: Container[str]) -> Run:
        """Return the run with the cell in place of the file; ``elsewhere`` are the names that any cell knows."""
        results = (replace(each, evidence=self._told(each.evidence, elsewhere)) for each in run.results)
        return replace(run, results=tuple(results))

    def _told(self, told: Evidence | None, elsewhere: Container[str]) -> Evidence | None:
        if told is None:
            return None
        words, mistake, path = told.message.replace(str(self.file), "the cell"), told.mistake, told.path
        if told.outcome == "unusable":
            words = words.replace(self.file.name, "the cell").replace("cannot be imported", "cannot be run")
        missing = re.search(r"NameError: name '(\w+)' is not defined", words)
        if missing and missing[1] in elsewhere:
            mistake = f"{missing[1]} is of another cell: import or define in this one all that the answer uses"
        if path == str(self.file):
            path = None if self.untouched else "cell"
        return replace(told, message=words, mistake=mistake, path=path)


def write(answers: Path, kata: Kata, body: str, stub: Callable[[], str]) -> Answer:
    """Write the answer of a cell into the folder ``answers``.

    Args:
        answers: where answers lie as ``<chapter>/<kata>.py``.
        kata: what it answers.
        body: the cell from its second line on; the first becomes an empty one, so that lines keep their numbers.
        stub: returns what counts where the body has nothing but blanks and comments.
    """
    file = answers / f"{kata.id}.py"
    untouched = _is_empty(body)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(stub() if untouched else f"\n{body}", encoding="utf-8")
    return Answer(file, untouched)


def _is_empty(body: str) -> bool:
    try:
        return not ast.parse(body).body
    except (SyntaxError, ValueError):
        return False
