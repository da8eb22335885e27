"""Katas in a notebook: ``%load_ext dojo.notebook``, then ``%%kata storage/strides`` above an answer.

The cell runs as usual, and is then judged like a file, in a process that is kept for the next cell.
"""

import atexit
import contextlib
import re
import sys
import tempfile
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from random import SystemRandom
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic_arguments import MagicArgumentParser
from IPython.display import display

from dojo import course
from dojo.course import Course, Kata, Places, suite
from dojo.forkserver.client import ForkServerEnded
from dojo.forkserver.judge import RUN_TIMEOUT, Judge, why_it_ended
from dojo.forkserver.protocol import RunRequest
from dojo.notebook import cells
from dojo.results.run import Ended, Run
from dojo.results.state import State
from dojo.screen import listing, styles, verdict
from dojo.screen.html_lines import HtmlLines
from dojo.screen.practice import Screen
from dojo.screen.styles import Line
from dojo.workspace import folder, record

_WIDTH = 80
_STOP_TIMEOUT = 1.0  # seconds
_USAGE = "%kata [NAME] puts a stub into a new cell; and there are %kata list and %kata hint [NAME] [-n 1, 2 or 3]"


class Notebook:
    """The katas in one session of IPython: those of the practice folder at ``start``, else the installed ones."""

    def __init__(self, shell: Any, start: Path) -> None:
        self.shell = shell
        found = folder.find(start)
        self.root = found or suite.home()
        self.katas = self.root / "katas"
        self.places = Places(self.root)
        self._temporary = tempfile.TemporaryDirectory(prefix="katas-")
        self.answers = Path(self._temporary.name).resolve()
        # Without a practice folder, the record lasts as long as the session.
        self.record_folder = found or self.answers
        self.current = ""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by close()
        self._start_judge()
        self._check_parser = MagicArgumentParser("%%kata")
        self._check_parser.add_argument("name")
        self._check_parser.add_argument("--device", action="append", default=[])
        self._check_parser.add_argument("--seed", type=int, choices=range(2**63), metavar="N")
        self._line_parser = MagicArgumentParser("%kata")
        self._line_parser.add_argument("words", nargs="*")
        self._line_parser.add_argument("-n", "--number", type=int, default=1)

    def close(self) -> None:
        """End the judge, and delete the answers."""
        self._judge.__exit__()
        self._errors.close()
        self._temporary.cleanup()

    def kata(self, line: str, cell: str | None = None) -> None:
        """Practise katas.

        %%kata NAME [--device NAME ...] [--seed N]   above an answer: runs the cell, and checks it
        %kata [NAME]                                 puts the stub of a kata, by default the next, into a new cell
        %kata hint [NAME] [-n 1, 2 or 3]             shows a hint
        %kata list                                   lists the katas, and which of them you have solved
        """
        if cell is not None:
            self._check_cell(line, cell)
            return
        options = self._line_parser.parse_args(line.split())
        match options.words:
            case ["list"]:
                whole, kept = course.load(self.katas), self._record()
                lines = listing.lines(whole, kept, self.katas, _WIDTH, _can_show_marks())
                _show(lines, [*whole.problems, *_as_list(kept.problem)])
            case ["hint", *names] if len(names) < 2:
                self._hint(self._named_or_next_kata(*names), options.number)
            case [*names] if len(names) < 2:
                kata = self._named_or_next_kata(*names)
                # The stub says how to check a file, which is not how to check a cell.
                stub = re.sub(r"\n+Check with:.*\n", "\n", self._stub(kata), count=1)
                self.shell.set_next_input(f"%%kata {kata.id}\n{stub}")
            case _:
                raise UsageError(_USAGE)

    def _check_cell(self, line: str, cell: str) -> None:
        options = self._check_parser.parse_args(line.split())
        kata = self._named_or_next_kata(options.name)
        self.current = kata.id
        # The magic's line counts as line 1, in tracebacks and on the screen.
        result = self.shell.run_cell(f"# %%kata {line}\n{cell}")
        if isinstance(result.error_in_exec, KeyboardInterrupt):
            return
        answer = cells.write(self.answers, kata, cell, lambda: self._stub(kata))
        seed = SystemRandom().randrange(100_000) if options.seed is None else options.seed
        run = self._run(RunRequest((self._test(kata),), (str(self.answers),), tuple(options.device), seed, RUN_TIMEOUT))
        if isinstance(run, ForkServerEnded):
            _show([], [why_it_ended(self._errors, run)])
        elif run.ended is Ended.STOPPED:
            _show([[(f"{kata.id}: the check was stopped", "strong")]])
        else:
            self._print(answer.show_as_cell(run, self.shell.user_ns), kata, seed, answer.is_untouched)

    def _print(self, run: Run, kata: Kata, seed: int, untouched: bool) -> None:
        whole, notes, problems = (
            course.load(self.katas),
            run.notes,
            _as_list(record.read(self.record_folder).problem),
        )
        if self.record_folder == self.answers:
            notes += ("the installed katas; no katas folder here nor above, so no record is kept",)
        screen = Screen(
            whole, self.root, self.root, run.devices, notes, seed=seed, width=_WIDTH, unicode=_can_show_marks()
        )
        lines = [*screen.header(), []] if run.selected else []
        lines += verdict.lines(run, kata, screen)
        progress = run.progress()
        if progress.state(kata.id) is State.SOLVED:
            lines.append([(f"   solved on {' and '.join(run.devices)}", "good")])
            try:
                record.note_solved(self.record_folder, kata.id, progress.device_states(kata.id))
                lines += self._next_kata_lines(whole)
            except record.RecordNotWritten as error:
                problems.append(str(error))
        elif run.selected:
            lines += [[], [("   hint   ", "faint"), (f"%kata hint {kata.name}", "plain")]]
            if untouched:
                lines.append([("   stub   ", "faint"), (f"%kata {kata.name}", "plain")])
        _show(lines, problems)

    def _next_kata_lines(self, whole: Course) -> list[Line]:
        upcoming = listing.next_kata(whole, self._record(), self.katas)
        if upcoming is None:
            return [[], [(f" all {len(list(whole.katas()))} katas are solved", "good")]]
        return [[], [("   next   ", "faint"), (f"%kata {upcoming.name}", "plain"), (f"   {upcoming.title}", "faint")]]

    def _hint(self, kata: Kata, number: int) -> None:
        if not 1 <= number <= len(kata.hints):
            raise UsageError(f"{kata.id} has {len(kata.hints)} hints, and no hint {number}")
        problems = []
        try:
            record.note_hint(self.record_folder, kata.id, number)
        except record.RecordNotWritten as error:
            problems.append(str(error))
        lines: list[Line] = [[(f"{kata.id}, hint {number} of {len(kata.hints)}", "strong")]]
        lines += [[(text, "plain")] for text in textwrap.wrap(kata.hints[number - 1], _WIDTH)]
        if number < len(kata.hints):
            lines.append([(f"plainer: %kata hint {kata.name} -n {number + 1}", "faint")])
        _show(lines, problems)

    def _start_judge(self) -> None:
        self._runs: SimpleQueue[Run | ForkServerEnded] = SimpleQueue()
        upcoming = listing.next_kata(course.load(self.katas), self._record(), self.katas)
        first = self._test(upcoming) if upcoming else ""
        self._judge = Judge(self.root, first, (), self._errors, self._runs.put).__enter__()

    def _run(self, request: RunRequest) -> Run | ForkServerEnded:
        """Run a request, and return ``Ended.STOPPED`` if it was interrupted."""
        self._judge.ask(request)
        try:
            while True:
                with contextlib.suppress(Empty):
                    return self._runs.get(timeout=0.1)  # Windows delivers interrupts between two waits only
        except KeyboardInterrupt:
            self._judge.stop()
            try:
                self._runs.get(timeout=_STOP_TIMEOUT)
            except (Empty, KeyboardInterrupt):  # it is loading torch
                self._judge.__exit__()
                self._start_judge()
            return Run(Ended.STOPPED)

    def _stub(self, kata: Kata) -> str:
        try:
            return suite.original_stub(self.root, kata)
        except suite.NoStub as error:
            with contextlib.suppress(OSError, UnicodeDecodeError):
                if suite.is_stub(text := self.places.stub(kata).read_text(encoding="utf-8")):
                    return text
            raise UsageError(str(error)) from None

    def _named_or_next_kata(self, name: str | None = None) -> Kata:
        """Return the kata called ``name``, by default the next one."""
        whole = course.load(self.katas)
        try:
            found = whole.find(name) if name else listing.next_kata(whole, self._record(), self.katas)
        except LookupError as error:
            raise UsageError(str(error).replace("`kata list`", "`%kata list`")) from None
        if found is None:
            raise UsageError("all katas are solved: name one")
        return found

    def _record(self) -> record.Record:
        kept = listing.count_ever_solved(record.read(self.record_folder), self.katas)
        return replace(kept, current=self.current or kept.current)

    def _test(self, kata: Kata) -> str:
        return self.places.specification(kata).relative_to(self.root).as_posix()


def _show(lines: Sequence[Line], problems: Sequence[str] = ()) -> None:
    display(HtmlLines([*([("! ", "bad"), (problem, "plain")] for problem in problems), *lines]))


def _as_list(problem: str) -> list[str]:
    return [problem] if problem else []


def _can_show_marks() -> bool:
    return styles.can_show_marks(getattr(sys.stdout, "encoding", None))


_open_notebooks: list[Notebook] = []  # one at most


def load_ipython_extension(ipython: Any) -> None:
    """Start the judge, and add ``%%kata`` and ``%kata``."""
    unload_ipython_extension(ipython)
    notebook = Notebook(ipython, Path.cwd())
    _open_notebooks.append(notebook)
    atexit.register(notebook.close)
    ipython.register_magic_function(notebook.kata, "line_cell", "kata")


def unload_ipython_extension(ipython: Any) -> None:
    """End the judge, and remove the magics."""
    while _open_notebooks:
        notebook = _open_notebooks.pop()
        atexit.unregister(notebook.close)
        notebook.close()
        for kind in ("line", "cell"):
            ipython.magics_manager.magics[kind].pop("kata", None)
