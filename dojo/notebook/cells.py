"""Answers that are cells of a notebook: a file for the run, and what the run tells, as if the file were the cell."""

import ast
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from dojo.course import Kata
from dojo.results.failure import Failure, Outcome
from dojo.results.run import Run
from dojo.runner.answers import NOT_IMPORTED

NOT_RUN = "{file} cannot be run{at}: {why}"


@dataclass(frozen=True)
class CellAnswer:
    """The answer of one cell.

    Args:
        file: where it lies for a run.
        untouched: whether nothing is tried yet, and the stub lies there.
    """

    file: Path
    untouched: bool

    def as_cell(self, run: Run, elsewhere: Container[str]) -> Run:
        """Return the run with the cell in place of the file; ``elsewhere`` are the names that any cell knows."""
        results = [
            msgspec.structs.replace(each, failure=self._in_cell(each.failure, elsewhere)) for each in run.results
        ]
        return replace(run, results=tuple(results))

    def _in_cell(self, failure: Failure | None, elsewhere: Container[str]) -> Failure | None:
        if failure is None:
            return None
        values = {name: value.replace(str(self.file), "the cell") for name, value in failure.values.items()}
        template, mistake, path = failure.template, failure.mistake, failure.path
        if failure.outcome is Outcome.UNUSABLE:
            template = NOT_RUN if template == NOT_IMPORTED else template
            values = {name: value.replace(self.file.name, "the cell") for name, value in values.items()}
        missing = failure.raised.name if failure.raised else ""
        if missing and missing in elsewhere:
            mistake = f"{missing} is of another cell: import or define in this one all that the answer uses"
        if path == str(self.file):
            path = None if self.untouched else "cell"
        return msgspec.structs.replace(failure, template=template, values=values, mistake=mistake, path=path)


def write(answers: Path, kata: Kata, body: str, stub: Callable[[], str]) -> CellAnswer:
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
    return CellAnswer(file, untouched)


def _is_empty(body: str) -> bool:
    try:
        return not ast.parse(body).body
    except (SyntaxError, ValueError):
        return False
