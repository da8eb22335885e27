"""The process that a kata of a hand-in runs in: tests collected before, a report that is signed, and then no more."""

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

_LEFT_ON = "leaves a mode of torch switched on, by which it can answer for torch"


@dataclass(frozen=True)
class TrustedState:
    """What was so before any hand-in came.

    Args:
        session: that has collected all tests.
        items: the tests by their names.
        everything: says what of all that is watched means something else now.
        narrow: by the file of the specification, the same for what it is written with.
        overridden: operators that had kernels from Python.
        modules: that were loaded.
        trusted: prefixes of the files that no hand-in can have written.
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
        """Return what is so now. What is made here costs no fork anything."""
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


# Generators, since nobody gets at their variables without an audit event.


def _report_writer(handle: int, secret: bytes) -> Generator[None, Mapping[str, Any], None]:
    """Write what is sent as lines, each with a code that takes the secret to make, and that holds its place."""
    code, process, count = hashlib.blake2b(key=secret, digest_size=32), os.getpid(), 0
    encode, write, getpid, end, view = msgspec.json.encode, os.write, os.getpid, os._exit, memoryview
    length = len
    while True:
        fields = yield
        if getpid() != process:  # a child that an answer has forked goes on here as if it were us
            end(0)
        line = encode(fields)
        own = code.copy()
        own.update(count.to_bytes(4, "big") + line)
        count += 1
        left = view(own.hexdigest().encode() + b" " + line + b"\n")
        while length(left):
            left = left[write(handle, left) :]


def _tampering_reporter(write: Callable[[Mapping[str, Any]], None]) -> Generator[None, str, None]:
    """Write what is sent as signs of tampering, and nothing else: an answer that comes to this accuses itself."""
    told: set[str] = set()
    kind, words = type, str  # not by names that an answer could bind anew
    while True:
        what = yield
        if kind(what) is not words:  # nobody of ours sends anything else
            what = "writes into the report"
        if what not in told:
            told.add(what)
            write({"tampering": f"the answer {what}"})


def _blame(
    write: Callable[[Mapping[str, Any]], None],
    accuse: Callable[[str], None],
    run: FrameType,
    reporting: tuple[CodeType, ...],
    caller: CodeType,
) -> Generator[None, Mapping[str, Any], None]:
    """Write what comes from ``run`` itself, or from who reports tests when pluggy calls him; else that it is forged."""
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
    """Run the tests of ``request`` on the file in ``folder``, write the report to ``handle``, and end the process."""
    pen = _report_writer(handle, request.secret)
    next(pen)
    accuser = _tampering_reporter(pen.send)
    next(accuser)
    author = _blame(pen.send, accuser.send, sys._getframe(), _REPORTING, _multicall.__code__)
    next(author)
    tell, write, end = accuser.send, author.send, os._exit
    del pen
    config = known.session.config
    config.option.seed = seed
    katas: Any = config.pluginmanager.get_plugin("katas")
    source = answers.Source(folder)
    katas.source = source
    module = sys.modules[f"{answers.PACKAGE}.{request.kata.replace('/', '.')}"]
    items = [known.items[test] for test in request.tests]
    everything, narrow, works = known.everything, known.narrow[items[0].path], tampering.comparisons_work
    overridden, before = global_state.overridden_operators, known.overridden
    tests, modes = global_state.change_finder(_of_tests(items)), global_state.mode_counter()

    look = MethodType(_check_names, (narrow, tests, tell))
    look_outside = MethodType(_check_surroundings, (look, modes, modes(), tell))
    look_at_all = MethodType(_check_names, (everything, tests, tell))

    may = f"{Path(torch.__file__).parent}/", f"{Path(check.__file__).parent}/"
    audit.install_hook(known.trusted, may, tell)
    audit.guard_signal_handlers(known.trusted, tell)
    write({"begun": True})
    answers.reload_from(module, source)
    look_at_all()
    look_outside()
    if any("processes" in getattr(item, "fixturenames", ()) for item in items):
        config.stash[HELPER] = Processes()  # before the first backward(), and after the answer is there
    told_of = _Reporter(write, look_outside, request.output << 20)
    config.pluginmanager.register(told_of)
    gc.freeze()
    plain, module.__class__ = module.__class__, _guard_calls(module, look, modes, tell)
    _run_all(items)
    module.__class__ = plain
    config.pluginmanager.unregister(told_of)
    look_at_all()
    look_outside()
    for operator in overridden() - before:
        tell(f"gave torch another kernel for {operator}")
        break
    if not works():
        tell("made the comparisons of the specification accept what is wrong")
    passed = _passing_controls(config, module, [known.items[test] for test in request.controls])
    imported = sorted(sys.modules.keys() - known.modules) if request.imports else []
    write({"done": True, "controls": passed, "imported": imported})
    end(0)


def _of_tests(items: Sequence[pytest.Item]) -> global_state.Names:
    """Return the tests' functions, which pytest holds where an answer can come to by what is hidden from it only."""
    return tuple(global_state.Namespace(item.nodeid, vars(item), {"_obj": item.obj}) for item in items)  # type: ignore[attr-defined]


# What looks is a method of a tuple: the cells of a closure, or the names of a module, anybody may fill anew.


def _check_names(held: tuple[Any, ...]) -> None:
    first, second, tell = held
    name = first() or second()
    if name:
        tell(f"changed what {name} is")


def _check_surroundings(held: tuple[Any, ...]) -> None:
    """Look while no test is on its way, when no mode of torch may be switched on that was not before."""
    look, modes, before, tell = held
    look()
    if modes() != before:
        tell(_LEFT_ON)


def _guard_calls(
    module: Any, look: Callable[[], None], modes: Callable[[], int], tell: Callable[[str], None]
) -> type[answers.AnswerModule]:
    """Return a class for a module whose functions are looked after: each time that one of them is done.

    So an answer cannot put a comparison right again which it has put wrong, before anybody looks.
    """
    after: tuple[Any, ...] = look, modes, tell
    held: tuple[Any, ...] = module, answers.AnswerModule.__getattribute__, after, FunctionType, type, _wrap, {}
    return type("Answer", (answers.AnswerModule,), {"__getattribute__": MethodType(_attribute, held)})


def _attribute(held: tuple[Any, ...], name: str) -> Any:
    __tracebackhide__ = True
    module, plain, after, function, kind, wrapped, kept = held
    value = plain(module, name)
    if kind(value) is not function:
        return value
    if value not in kept:
        kept[value] = wrapped(value, after)
    guarded = kept[value]
    if kind(guarded) is not function or [each.cell_contents for each in guarded.__closure__] != [after, value]:
        after[-1]("changed what looks after its functions")
    return guarded


def _wrap(value: Any, after: tuple[Any, ...]) -> Any:
    @functools.wraps(value)
    def guarded(*arguments: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        look, modes, tell = after  # now: the answer could fill the cell with something else
        before = modes()
        try:
            return value(*arguments, **named)
        finally:
            look()
            if modes() != before:
                tell(_LEFT_ON)

    return guarded


def _run_all(items: Sequence[pytest.Item]) -> None:
    for item, following in zip(items, [*items[1:], None], strict=False):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


class _Reporter:
    def __init__(self, write: Callable[[Mapping[str, Any]], None], look: Callable[[], None], longest: int) -> None:
        self.write = write
        self.look = look
        self.longest = longest

    @pytest.hookimpl(tryfirst=True, wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Any:
        if call.excinfo is not None and _length(call.excinfo.value) > self.longest:
            self.write({"too_long": True})
            os._exit(0)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.look()
        if hasattr(report, "kata"):
            self.write({"result": msgspec.convert(report.kata, Result)})


_REPORTING = (_Reporter.pytest_runtest_makereport.__code__, _Reporter.pytest_runtest_logreport.__code__)


def _length(error: BaseException) -> int:
    try:
        return len(str(error))
    except Exception:  # an answer's own exception may refuse to be shown
        return 0


class _Outcomes:
    def __init__(self) -> None:
        self.passed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.passed.append(report.nodeid)


def _passing_controls(config: pytest.Config, module: Any, items: Sequence[pytest.Item]) -> list[str]:
    """Return the tests that pass although every function of the answer gives nothing back."""
    for name, value in list(vars(module).items()):
        if not name.startswith("__") and callable(value):
            vars(module)[name] = _nothing
    outcomes = _Outcomes()
    config.pluginmanager.register(outcomes)
    config.pluginmanager.unregister(name="katas")  # nobody reads why they fail, and to find it out takes longest
    _run_all(items)
    return outcomes.passed


def _nothing(*_: object, **__: object) -> None:
    return None


def by_kata(items: Iterable[pytest.Item], kata_of: Callable[[str], str | None]) -> dict[str, Any]:
    """Return by kata the names of its tests, each with its device."""
    found: dict[str, list[tuple[str, str | None]]] = {}
    for item in items:
        kata = kata_of(item.nodeid)
        callspec = getattr(item, "callspec", None)
        if kata:
            found.setdefault(kata, []).append((item.nodeid, callspec.params.get("device") if callspec else None))
    return {kata: tuple(tests) for kata, tests in found.items()}
