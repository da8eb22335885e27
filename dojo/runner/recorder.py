"""Write the results of ``pytest katas`` to the learner's record, which ``kata list`` reads."""

from pathlib import Path

import pytest

from dojo.results.progress import Progress
from dojo.workspace import record


class Recorder:
    """Records each kata of a run, unless only some of the tests were selected. ``-p no:record`` turns it off."""

    def __init__(self, root: Path, progress: Progress) -> None:
        self.root = root
        self.progress = progress
        self.is_partial = False
        self.problem = ""

    def pytest_deselected(self) -> None:
        self.is_partial = True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        option = session.config.option
        chosen = self.is_partial or option.keyword or option.markexpr or getattr(option, "lf", False)
        if chosen or option.collectonly or any("::" in argument for argument in session.config.args):
            return  # some of a kata's tests cannot show that it is solved
        try:
            record.note_run(self.root, self.progress.states_by_device(), self.progress.answers())
        except record.RecordNotWritten as error:
            self.problem = str(error)

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        if self.problem and config.pluginmanager.has_plugin("terminalreporter"):
            config.get_terminal_writer().line(f"! {self.problem}", red=True)
