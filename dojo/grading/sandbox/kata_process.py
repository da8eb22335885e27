"""The process for one kata of a hand-in: it runs tests collected before, writes a signed report, and exits."""

import functools
import gc
import hashlib
import os
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, FunctionType, MethodType
from typing import Any, NoReturn

import msgspec
import pytest
import torch
from pluggy._callers import _multicall

from dojo import check
from dojo.grading.sandbox import audit, tampering
from dojo.grading.sandbox.protocol import KataRequest
from dojo.results.progress import Result
from dojo.runner import answers, global_state
from dojo.runner.processes import HELPER, Processes

_MODE_LEFT_ON = "leaves a mode of torch switched on, by which it can answer for torch"


@dataclass(frozen=True)
class TrustedState:
    """The state before any hand-in.

    Args:
        items: the tests by name.
        everything: finds a change in any watched name.
        narrow: by file of a specification, finds a change in the names that it uses.
        overridden: operators with kernels in Python.
        modules: that were loaded.
        trusted: prefixes of files that no hand-in can have written.
    """

    session: pytest.Session
    items: Mapping[str, pytest.Item]
    everything: global_state.FindChange
    narrow: Mapping[Path, global_state.FindChange]
    overridden: frozenset[str]
    modules: frozenset[str]
    trusted: tuple[str, ...]

    @classmethod
    def now(cls, session: pytest.Session, trusted: tuple[str, ...]) -> "TrustedState":
        """Capture the present state. Done before forking, so that no fork has to do it."""
        specifications = {item.path: item.module for item in session.items}  # type: ignore[attr-defined]
        names = global_state.watched_namespaces([vars(module) for module in specifications.values()])
        return cls(
            session,
            {item.nodeid: item for item in session.items},
            global_state.change_finder(names, lenient=True),
            {
                path: global_state.change_finder(global_state.narrow(names, module))
                for path, module in specifications.items()
            },
            global_state.overridden_operators(),
            frozenset(sys.modules),
            trusted,
        )


# Generators, because reading their variables causes an audit event.


def _report_writer(handle: int, secret: bytes) -> Generator[None, Mapping[str, Any], None]:
    """Write each table that is sent as a line, signed with the secret and the line's number."""
    code, process, count = hashlib.blake2b(key=secret, digest_size=32), os.getpid(), 0
    encode, write, getpid, end, view = msgspec.json.encode, os.write, os.getpid, os._exit, memoryview
    length = len
    while True:
        fields = yield
        if getpid() != process:  # a child forked by the answer, which continues here
            end(0)
        line = encode(fields)
        own = code.copy()
        own.update(count.to_bytes(4, "big") + line)
        count += 1
        left = view(own.hexdigest().encode() + b" " + line + b"\n")
        while length(left):
            left = left[write(handle, left) :]


def _tampering_reporter(write: Callable[[Mapping[str, Any]], None]) -> Generator[None, str, None]:
    """Write only signs of tampering: an answer that reaches this function accuses itself."""
    reported: set[str] = set()
    kind, text = type, str  # locals, because an answer could rebind the builtins
    while True:
        what = yield
        if kind(what) is not text:  # only an answer sends anything else
            what = "writes into the report"
        if what not in reported:
            reported.add(what)
            write({"tampering": f"the answer {what}"})


def _guarded_writer(
    write: Callable[[Mapping[str, Any]], None],
    accuse: Callable[[str], None],
    run: FrameType,
    reporting: tuple[CodeType, ...],
    caller: CodeType,
) -> Generator[None, Mapping[str, Any], None]:
    """Write what comes from ``run`` itself, or from the reporter called by pluggy; report anything else as forged."""
    getframe = sys._getframe
    while True:
        fields = yield
        frame = getframe(1)
        by_pluggy = frame.f_code in reporting and frame.f_back is not None and frame.f_back.f_code is caller
        if frame is run or (by_pluggy and "done" not in fields):
            write(fields)
        else:
            accuse("writes into the report")


def run(known: TrustedState, request: KataRequest, folder: Path, seed: int, handle: int) -> NoReturn:
    """Run the tests of ``request`` on the file in ``folder``, write the report to ``handle``, and exit."""
    signed = _report_writer(handle, request.secret)
    next(signed)
    accuser = _tampering_reporter(signed.send)
    next(accuser)
    guarded = _guarded_writer(signed.send, accuser.send, sys._getframe(), _REPORTERS, _multicall.__code__)
    next(guarded)
    accuse, write, end = accuser.send, guarded.send, os._exit
    del signed
    config = known.session.config
    config.option.seed = seed
    katas: Any = config.pluginmanager.get_plugin("katas")
    source = answers.Source(folder)
    katas.source = source
    module = sys.modules[f"{answers.PACKAGE}.{request.kata.replace('/', '.')}"]
    items = [known.items[test] for test in request.tests]
    everything, narrow, works = known.everything, known.narrow[items[0].path], tampering.comparisons_work
    overridden, before = global_state.overridden_operators, known.overridden
    tests, modes = global_state.change_finder(_test_functions(items)), global_state.mode_counter()

    check_names = MethodType(_check_names, (narrow, tests, accuse))
    check_surroundings = MethodType(_check_surroundings, (check_names, modes, modes(), accuse))
    check_everything = MethodType(_check_names, (everything, tests, accuse))

    torch_and_check = f"{Path(torch.__file__).parent}/", f"{Path(check.__file__).parent}/"
    audit.install_hook(known.trusted, torch_and_check, accuse)
    audit.guard_signal_handlers(known.trusted, accuse)
    write({"begun": True})
    answers.reload_from(module, source)
    check_everything()
    check_surroundings()
    if any("processes" in getattr(item, "fixturenames", ()) for item in items):
        config.stash[HELPER] = Processes()  # before the first backward(), and after the answer is loaded
    reporter = _Reporter(write, check_surroundings, request.output << 20)
    config.pluginmanager.register(reporter)
    gc.freeze()
    plain_class, module.__class__ = module.__class__, _guard_calls(module, check_names, modes, accuse)
    _run_all(items)
    module.__class__ = plain_class
    config.pluginmanager.unregister(reporter)
    check_everything()
    check_surroundings()
    for operator in overridden() - before:
        accuse(f"gave torch another kernel for {operator}")
        break
    if not works():
        accuse("made the comparisons of the specification accept what is wrong")
    passed = _passing_controls(config, module, [known.items[test] for test in request.controls])
    imported = sorted(sys.modules.keys() - known.modules) if request.imports else []
    write({"done": True, "controls": passed, "imported": imported})
    end(0)


def _test_functions(items: Sequence[pytest.Item]) -> global_state.Names:
    """Return the functions of the tests; an answer reaches pytest's references to them only by hidden attributes."""
    return tuple(global_state.Namespace(item.nodeid, vars(item), {"_obj": item.obj}) for item in items)  # type: ignore[attr-defined]


# The checks are methods of a tuple, because an answer could rebind the cells of a closure or the names of a module.


def _check_names(state: tuple[Any, ...]) -> None:
    first, second, accuse = state
    name = first() or second()
    if name:
        accuse(f"changed what {name} is")


def _check_surroundings(state: tuple[Any, ...]) -> None:
    """Check the names, and torch's modes: between tests, no mode may be on that was off before."""
    check_names, modes, before, accuse = state
    check_names()
    if modes() != before:
        accuse(_MODE_LEFT_ON)


def _guard_calls(
    module: Any, check_names: Callable[[], None], modes: Callable[[], int], accuse: Callable[[str], None]
) -> type[answers.AnswerModule]:
    """Return a class for the answer's module that runs the checks after each call of its functions.

    Otherwise an answer could break a comparison, and repair it before the next check.
    """
    after: tuple[Any, ...] = check_names, modes, accuse
    state: tuple[Any, ...] = module, answers.AnswerModule.__getattribute__, after, FunctionType, type, _wrap, {}
    return type("Answer", (answers.AnswerModule,), {"__getattribute__": MethodType(_get_guarded, state)})


def _get_guarded(state: tuple[Any, ...], name: str) -> Any:
    __tracebackhide__ = True
    module, plain, after, function, kind, wrap, cache = state
    value = plain(module, name)
    if kind(value) is not function:
        return value
    if value not in cache:
        cache[value] = wrap(value, after)
    guarded = cache[value]
    if kind(guarded) is not function or [each.cell_contents for each in guarded.__closure__] != [after, value]:
        after[-1]("changed what looks after its functions")
    return guarded


def _wrap(value: Any, after: tuple[Any, ...]) -> Any:
    @functools.wraps(value)
    def guarded(*arguments: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        check_names, modes, accuse = after  # read before the call, in which the answer could rebind the cell
        before = modes()
        try:
            return value(*arguments, **named)
        finally:
            check_names()
            if modes() != before:
                accuse(_MODE_LEFT_ON)

    return guarded


def _run_all(items: Sequence[pytest.Item]) -> None:
    for item, following in zip(items, [*items[1:], None], strict=False):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


class _Reporter:
    def __init__(self, write: Callable[[Mapping[str, Any]], None], check: Callable[[], None], max_length: int) -> None:
        self.write = write
        self.check = check
        self.max_length = max_length

    @pytest.hookimpl(tryfirst=True, wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Any:
        if call.excinfo is not None and _message_length(call.excinfo.value) > self.max_length:
            self.write({"too_long": True})
            os._exit(0)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.check()
        if hasattr(report, "kata"):
            self.write({"result": msgspec.convert(report.kata, Result)})


_REPORTERS = (_Reporter.pytest_runtest_makereport.__code__, _Reporter.pytest_runtest_logreport.__code__)


def _message_length(error: BaseException) -> int:
    try:
        return len(str(error))
    except Exception:  # str() of an answer's own exception may fail
        return 0


class _Outcomes:
    def __init__(self) -> None:
        self.passed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.passed.append(report.nodeid)


def _passing_controls(config: pytest.Config, module: Any, items: Sequence[pytest.Item]) -> list[str]:
    """Return the tests that pass even if every function of the answer returns None."""
    for name, value in list(vars(module).items()):
        if not name.startswith("__") and callable(value):
            vars(module)[name] = _nothing
    outcomes = _Outcomes()
    config.pluginmanager.register(outcomes)
    config.pluginmanager.unregister(name="katas")  # it explains failures, which takes longest and is not used here
    _run_all(items)
    return outcomes.passed


def _nothing(*_: object, **__: object) -> None:
    return None


def tests_by_kata(items: Iterable[pytest.Item], kata_of: Callable[[str], str | None]) -> dict[str, Any]:
    """Return for each kata the names of its tests with their devices."""
    found: dict[str, list[tuple[str, str | None]]] = {}
    for item in items:
        kata = kata_of(item.nodeid)
        callspec = getattr(item, "callspec", None)
        if kata:
            found.setdefault(kata, []).append((item.nodeid, callspec.params.get("device") if callspec else None))
    return {kata: tuple(tests) for kata, tests in found.items()}
