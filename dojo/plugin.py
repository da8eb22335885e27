"""pytest's hooks: the options, the import hook, a Result for each test, the practice screen.

pytest's own reporter is used, not replaced. If the user asks for another output (-v, -q, --tb, --collect-only, tests
other than the katas), pytest reports as usual, and only the last lines are ours.
"""

import gc
import sys
from collections.abc import Generator
from contextlib import nullcontext
from pathlib import Path
from random import SystemRandom
from typing import Any

import msgspec
import pytest
from _pytest.outcomes import Exit, OutcomeException

from dojo import course
from dojo.results.progress import Progress, Result
from dojo.runner import answers, devices, diagnosis, no_compiler, timeout
from dojo.runner.datasets import cars, digits  # noqa: F401 -- fixtures
from dojo.runner.processes import HELPER, Processes, can_fork, processes  # noqa: F401 -- a fixture
from dojo.runner.recorder import Recorder
from dojo.runner.seeding import reset_state
from dojo.screen import practice, styles
from dojo.workspace import record


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --answers, --device and --seed."""
    group = parser.getgroup("katas")
    group.addoption("--answers", default="katas", metavar="DIR", help="take each answer from DIR instead of katas/")
    group.addoption(
        "--device",
        action="append",
        default=[],
        metavar="NAME",
        help=f"run on this device ({', '.join(devices.NAMES)}); repeat it for several; by default on all that are here",
    )
    group.addoption(
        "--seed", type=int, metavar="N", help="draw the same inputs again: the header prints each run's seed"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Read the options, serve the answers, and register the run."""
    config.addinivalue_line("markers", "concept(id): the row of katas/concepts.toml that this test shows")
    config.addinivalue_line("markers", "storage: a failure shows how the inputs of the call lie in their storage")
    no_compiler.postpone_compiler()
    gc.freeze()  # pytest collects garbage at its end, which would take 0.3 s for all objects of torch
    katas = Katas(config)
    config.pluginmanager.register(katas, "katas")
    if not hasattr(config, "workerinput") and config.option.answers == "katas":
        config.pluginmanager.register(Recorder(config.rootpath, katas.progress), "record")


def _specification_of(config: pytest.Config, argument: str) -> str:
    """Return the specification if ``argument`` is a stub: learners name the file that they have open."""
    path = config.invocation_params.dir / argument
    test = path.with_name(f"test_{path.name}")
    is_stub = (config.rootpath / "katas") in path.parents and path.is_file() and test.is_file()
    return str(test) if is_stub else argument


def _kata_ids(root: Path) -> list[str]:
    return sorted(
        path.relative_to(root / "katas").as_posix().removesuffix(".py").replace("/test_", "/")
        for path in (root / "katas").glob("*/test_*.py")
    )


class Katas:
    """One run of the katas."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.root = config.rootpath
        self.begin()

    def begin(self) -> None:
        """Read the options, and install the import hook for the answers.

        Raises:
            pytest.UsageError: if there are no such devices or answers.
        """
        config = self.config
        if config.option.seed is None:
            config.option.seed = SystemRandom().randrange(100_000)  # before xdist copies the options to its workers
        try:
            self.devices = devices.choose(config.option.device)
            self.source = answers.Source.parse(config.option.answers, self.root, _kata_ids(self.root))
        except (devices.NoSuchDevice, answers.NoAnswers) as error:
            raise pytest.UsageError(str(error)) from None
        answers.install(self.source, timeout.limit)
        config.args[:] = [_specification_of(config, argument) for argument in config.args]
        self.progress = Progress()
        self.collection_failures: list[pytest.CollectReport] = []
        self.skipped: dict[str, str] = {}
        # Under xdist, only the controller reports.
        self.writes_report = not hasattr(config, "workerinput") and not config.pluginmanager.is_blocked("terminal")
        self.shows_practice_screen = self.writes_report and self._only_katas() and _has_default_look(config)
        if self.shows_practice_screen:
            # Quieter than -q: pytest prints nothing, and there is only our screen.
            config.option.verbose = -2
            config.option.tbstyle = "no"
            config.option.reportchars = ""
            config.option.disable_warnings = True

    def answer_from(self, text: str) -> None:
        """Let the collected tests judge other answers; ``text`` is as for ``--answers``."""
        self.source = answers.Source.parse(text, self.root, _kata_ids(self.root))
        for module in answers.loaded_answers():
            answers.reload_from(module, self.source, timeout.limit)
        if (helper := self.config.stash.get(HELPER, None)) is not None:
            helper.close()
            self.config.stash[HELPER] = Processes()  # the old helper has the old answers

    def _only_katas(self) -> bool:
        paths = [self.config.invocation_params.dir / arg.partition("::")[0] for arg in self.config.args]
        return all(path.resolve().is_relative_to(self.root / "katas") for path in paths)

    def _screen(self) -> practice.Screen:
        return practice.Screen(
            course=course.load(self.root / "katas"),
            root=self.root,
            working_directory=self.config.invocation_params.dir,
            devices=self.devices.names,
            notes=self.devices.notes,
            answers=None if self.config.option.answers == "katas" else self.config.option.answers,
            seed=self.config.option.seed,
            width=self.config.get_terminal_writer().fullwidth,
            unicode=styles.can_show_marks(getattr(sys.stdout, "encoding", None)),
        )

    def _write(self, lines: list[styles.Line]) -> None:
        writer = self.config.get_terminal_writer()
        for line in lines:
            writer.line(styles.ansi(line) if writer.hasmarkup else "".join(text for text, _ in line))

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "device" in metafunc.fixturenames:
            metafunc.parametrize("device", self.devices.names, indirect=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        # All tests of a kata run on the first device, then on the next: first make it right, then right everywhere.
        files = {path: place for place, path in enumerate(dict.fromkeys(item.path for item in items))}
        places = {name: place for place, name in enumerate(self.devices.names)}
        items.sort(key=lambda item: (files[item.path], places.get(_device_of(item) or "", 0)))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._select([item.nodeid for item in session.items])
        needs_helper = any("processes" in getattr(item, "fixturenames", ()) for item in session.items)
        if needs_helper and can_fork() and not self.config.option.collectonly:
            self.config.stash[HELPER] = Processes()  # now, before the first backward()

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        if (helper := config.stash.get(HELPER, None)) is not None:
            helper.close()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._select(ids)

    def _select(self, ids: list[str]) -> None:
        self.progress.select((kata, test) for test in ids if (kata := kata_of(test)))

    @pytest.fixture(autouse=True)
    def _reset_state(self, request: pytest.FixtureRequest) -> None:
        if kata_of(request.node.nodeid):
            device = _device_of(request.node)
            test = request.node.nodeid
            if device:
                test = test.replace(f"[{device}", "[").replace(f"-{device}", "")
            reset_state(self.config.option.seed, test)

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        try:
            with timeout.limit() if kata_of(pyfuncitem.nodeid) else nullcontext():
                return (yield)
        except (OutcomeException, Exit) as error:
            # The specification may skip a test; an answer must neither skip a test nor end the run.
            traceback = error.__traceback__
            while traceback is not None:
                file = Path(traceback.tb_frame.f_code.co_filename)
                if self.source.directory in file.parents and file != pyfuncitem.path:
                    what = f"raised pytest's {type(error).__name__}: an answer cannot end its own check"
                    raise AssertionError(what) from None
                traceback = traceback.tb_next
            raise

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        kata, concepts = kata_of(item.nodeid), tuple(mark.args[0] for mark in item.iter_markers("concept"))
        if (kata or concepts) and not report.skipped and (report.when == "call" or report.failed):
            result = self._result(kata or "", item, call, report, concepts)
            report.kata = msgspec.to_builtins(result)  # type: ignore[attr-defined]
        return report

    def _result(
        self,
        kata: str,
        item: pytest.Item,
        call: pytest.CallInfo[None],
        report: pytest.TestReport,
        concepts: tuple[str, ...],
    ) -> Result:
        failure = None
        if call.excinfo is not None:
            storage = item.get_closest_marker("storage") is not None
            directory = self.source.directory
            failure = diagnosis.collect(call.excinfo.value, item.path, directory, report.capstdout, storage)
        doc = getattr(getattr(item, "function", None), "__doc__", None)
        statement = doc.strip().partition("\n\n")[0] if doc else item.name.partition("[")[0].replace("_", " ")
        contents = answers.source_of(kata)
        answer = "" if contents is None else record.digest(contents)
        return Result(
            test=item.nodeid,
            kata=kata,
            statement=" ".join(statement.split()),
            device=_device_of(item),
            failure=failure,
            seconds=report.duration,
            concepts=concepts,
            answer=answer,
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if hasattr(report, "kata"):
            self.progress.add(msgspec.convert(report.kata, Result))
        elif report.skipped and isinstance(report.longrepr, tuple):
            self.skipped[report.nodeid] = report.longrepr[2].removeprefix("Skipped: ")
            self.progress.skip(kata_of(report.nodeid) or "", report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.collection_failures.append(report)

    def pytest_report_header(self) -> list[str]:
        return practice.plain_text(self._screen().header()).splitlines()

    def pytest_sessionstart(self) -> None:
        if self.shows_practice_screen:
            self._write(self._screen().header())

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        return (report.outcome, "", "") if self.shows_practice_screen else None

    def pytest_terminal_summary(self) -> None:
        if self.shows_practice_screen:
            for report in self.collection_failures:
                self._write([[(f"{report.nodeid} cannot be collected", "bad")], [(str(report.longrepr), "plain")], []])
            self._write([*self._screen().body(self.progress), []])

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        solved = self.progress.solved() == len(self.progress.selected)
        if self.writes_report and not solved and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        yield
        if self.writes_report and self.progress.selected and not self.config.option.collectonly:
            for test, reason in self.skipped.items():
                if kata_of(test):
                    self._write([[(f" skipped {test}: {reason}", "faint")]])
            self._write(practice.summary(self.progress, self.devices.names))


def _has_default_look(config: pytest.Config) -> bool:
    """Say whether the user chose no other output."""
    option = config.option
    changed = option.verbose != 0 or option.tbstyle != "auto" or option.collectonly or getattr(option, "usepdb", False)
    return not changed


def kata_of(test: str) -> str | None:
    """Return ``storage/strides`` for a test of ``katas/storage/test_strides.py``, None for any other test."""
    parts = test.partition("::")[0].split("/")
    if len(parts) == 3 and parts[0] == "katas" and parts[2].startswith("test_"):
        return f"{parts[1]}/{parts[2].removeprefix('test_').removesuffix('.py')}"
    return None


def _device_of(item: Any) -> str | None:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("device") if callspec else None
