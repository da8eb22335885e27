"""Answers in notebook cells: write a cell to a file for the run, and show the results as results of the cell."""

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
        file: the file written for a run.
        is_untouched: whether the cell is empty, so that the file holds the stub.
    """

    file: Path
    is_untouched: bool

    def show_as_cell(self, run: Run, notebook_names: Container[str]) -> Run:
        """Return the run with "the cell" in place of the file; ``notebook_names`` are the names defined in any cell."""
        results = [
            msgspec.structs.replace(each, failure=self._failure_in_cell(each.failure, notebook_names))
            for each in run.results
        ]
        return replace(run, results=tuple(results))

    def _failure_in_cell(self, failure: Failure | None, notebook_names: Container[str]) -> Failure | None:
        if failure is None:
            return None
        values = {name: value.replace(str(self.file), "the cell") for name, value in failure.values.items()}
        template, mistake, path = failure.template, failure.mistake, failure.path
        if failure.outcome is Outcome.UNUSABLE:
            template = NOT_RUN if template == NOT_IMPORTED else template
            values = {name: value.replace(self.file.name, "the cell") for name, value in values.items()}
        missing = failure.raised.name if failure.raised else ""
        if missing and missing in notebook_names:
            mistake = f"{missing} is of another cell: import or define in this one all that the answer uses"
        if path == str(self.file):
            path = None if self.is_untouched else "cell"
        return msgspec.structs.replace(failure, template=template, values=values, mistake=mistake, path=path)


def write(answers: Path, kata: Kata, body: str, stub: Callable[[], str]) -> CellAnswer:
    """Write the answer of a cell to ``answers/<chapter>/<kata>.py``.

    Args:
        answers: the folder of answers.
        kata: the kata that the cell answers.
        body: the cell from its second line on; the first line is left empty, so that line numbers stay the same.
        stub: returns the text to use if the body has only blanks and comments.
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
