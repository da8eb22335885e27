"""What a fork does: run the tests on one answer after another, and report each result."""

import contextlib
import gc
import importlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest

from dojo.course import suite
from dojo.forkserver.child import REPORT
from dojo.forkserver.protocol import (
    AnswerFinished,
    CollectionFinished,
    Report,
    ResultReady,
    RunRequest,
    encode,
    write_all,
)
from dojo.plugin import Katas, kata_of
from dojo.results.progress import Result
from dojo.runner import no_compiler
from dojo.runner.global_state import GlobalState

# No logging plugin: around each phase of a test it hooks into torch's 57 loggers, which takes a fifth of the time.
# capture=sys, because all forks would share the file of capture=fd. No record: the client decides what is recorded.
PYTEST_OPTIONS: tuple[str, ...] = ("-qq", "--tb=no", "--disable-warnings", "--capture=sys")
PYTEST_OPTIONS += ("-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:record", "-p", "no:faulthandler")
_OURS = ("katas", "test", "conftest", "__main__")


def load(names: Iterable[str]) -> None:
    """Import modules by name, so that no fork has to, and hide all objects from the forks' garbage collection.

    Nothing is run: backward() starts threads, and then the process could not be forked.
    """
    no_compiler.postpone_compiler()
    for name in names:
        if name and name not in sys.modules:
            with contextlib.suppress(Exception):  # some modules are created, not imported
                importlib.import_module(name)
    gc.collect()
    gc.freeze()


class Runner:
    """A pytest plugin that runs the tests on each answer, reports their results, and ends a fork."""

    def __init__(self, request: RunRequest, report: int, is_fork: bool = True) -> None:
        self.request = request
        self.report = report
        self.is_fork = is_fork
        self.errors: list[str] = []
        self.failed = False

    def _say(self, message: Report) -> None:
        write_all(self.report, encode(message))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(f"{report.nodeid}: {report.longrepr}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if hasattr(report, "kata"):
            self._say(ResultReady(msgspec.convert(report.kata, Result)))
        self.failed = self.failed or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        katas, several = katas_plugin(session), len(self.request.answers) > 1
        selected = tuple((kata, item.nodeid) for item in session.items if (kata := kata_of(item.nodeid)))
        self._say(CollectionFinished(katas.devices.names, katas.devices.notes, selected, tuple(self.errors)))
        before = GlobalState.now(_objects_of_tests(session.items)) if several else None
        alone = any("processes" in getattr(item, "fixturenames", ()) for item in session.items)
        for answers in self.request.answers:
            if several:
                katas.answer_from(answers)
                for item in session.items:
                    item._report_sections.clear()  # what earlier answers have printed
            self._run_tests([] if self.errors else session.items)
            session._setupstate.teardown_exact(None)
            self._say(AnswerFinished())
            # An answer that leaves something changed, or that has processes of its own, is the last one in this fork.
            if before is not None and (alone or before.has_changed()):
                break
        if self.is_fork:
            sys.stdout.flush()
            os._exit(0)
        return True

    def _run_tests(self, items: list[pytest.Item]) -> None:
        self.failed = False
        for item, following in zip(items, [*items[1:], None], strict=False):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed and self.request.first_failure:
                return


def _objects_of_tests(items: list[pytest.Item]) -> list[object]:
    """Return what tests hand to answers and all answers share: parameters, and values of the test's module."""
    found: list[object] = [
        vars(module) for module in {item.module for item in items if isinstance(item, pytest.Function)}
    ]
    return found + [
        item.callspec.params for item in items if isinstance(item, pytest.Function) and hasattr(item, "callspec")
    ]


def katas_plugin(session: pytest.Session) -> Katas:
    """Return our plugin, which holds the options of the run."""
    plugin = session.config.pluginmanager.get_plugin("katas")
    assert isinstance(plugin, Katas), "conftest.py loads it"
    return plugin


def rehearse(tests: tuple[str, ...]) -> NoReturn:
    """Run tests in a process of its own, and report which modules are loaded then."""
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    # Solutions import what right answers need, and one stub what a failure needs.
    for some, answers in ((tests, str(suite.solutions(Path.cwd()))), (tests[:1], "katas")):
        if some and Path(answers).is_dir():
            pytest.main([*PYTEST_OPTIONS, "-x", "--seed", "0", "--answers", answers, *some])
    write_all(REPORT, "\n".join(name for name in sys.modules if not name.startswith(_OURS)).encode())
    os._exit(0)
