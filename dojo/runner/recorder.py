"""Keeps the learner's record: what a run of ``pytest katas`` found goes into the file that ``kata list`` reads."""

from pathlib import Path

import pytest

from dojo.results.progress import Progress
from dojo.workspace import record


class Recorder:
    """Notes each kata of a run, where the run was of the learner's own answers and of the whole kata.

    ``-p no:record`` leaves it out.
    """

    def __init__(self, root: Path, progress: Progress) -> None:
        self.root = root
        self.progress = progress
        self.partly = False
        self.problem = ""

    def pytest_deselected(self) -> None:
        self.partly = True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        option = session.config.option
        chosen = self.partly or option.keyword or option.markexpr or getattr(option, "lf", False)
        if chosen or option.collectonly or any("::" in argument for argument in session.config.args):
            return  # who runs some of a kata's tests learns about these, and not whether it is solved
        try:
            record.note_run(self.root, self.progress.states_by_device(), self.progress.answers())
        except record.RecordNotWritten as error:
            self.problem = str(error)

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        if self.problem and config.pluginmanager.has_plugin("terminalreporter"):
            config.get_terminal_writer().line(f"! {self.problem}", red=True)
