"""The fork server of a sandbox: torch and all tests are loaded once, then it forks for each hand-in and each kata.

It never holds the file of a hand-in in memory: only the fork reads what is sent for a hand-in.
"""

import contextlib
import gc
import json
import linecache
import os
import selectors
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest
import torch

from dojo.forkserver.fork import load
from dojo.forkserver.protocol import encode, write_all
from dojo.grading.sandbox import confine, kata_process, session, tampering
from dojo.grading.sandbox.protocol import HandInEnded, Ready
from dojo.grading.sandbox.session import SandboxOptions
from dojo.plugin import kata_of

_OPTIONS = ("-s", "--collect-only", "--import-mode=importlib")
_PLUGINS_OFF = (
    *("cacheprovider", "debugging", "doctest", "faulthandler", "junitxml", "logging", "record", "setuponly"),
    *("setupplan", "stepwise", "terminal", "threadexception", "unraisableexception"),
)


def main(arguments: list[str]) -> None:
    """Serve; the only argument is ``SandboxOptions`` as JSON."""
    options = SandboxOptions(**json.loads(arguments[0]))
    replies = os.dup(1)
    os.dup2(2, 1)  # printed text must not mix with the replies
    confine.prefer_for_oom_kill()
    if options.level != "bubblewrap":
        confine.enter_namespaces()
    confine.hide_memory()
    confine.adopt_orphans()
    arguments = [*_OPTIONS, *(option for name in _PLUGINS_OFF for option in ("-p", f"no:{name}"))]
    for device in options.devices:
        arguments += ["--device", device]
    server = _Server(options, replies)
    status = pytest.main([*arguments, "katas"], plugins=[server])
    sys.stderr.write(f"the specifications could not be collected: pytest ended with status {status}\n")
    os._exit(1)


def _preload(modules: tuple[str, ...]) -> None:
    """Import what runs will need, and let torch inspect the machine while ``/proc`` is still visible."""
    load(modules)
    torch.set_num_threads(1)  # fork() needs a process without threads
    torch.vmap(torch.clone)(torch.ones(1))  # the first vmap registers more kernels, which must not look like tampering
    for kind in vars(torch.optim).values():  # each class wraps its own methods when it is first instantiated
        with contextlib.suppress(TypeError, ValueError):
            kind([torch.ones(1, requires_grad=True)], lr=0.1)
    sys.breakpointhook = _no_debugger
    # No backward pass: it starts threads, and then the process must not be forked.
    for dtype in (torch.float32, torch.float64, torch.float16, torch.bfloat16):
        image = torch.ones(1, 1, 4, 4, dtype=dtype) + 1
        torch.nn.functional.conv2d(image, image) @ torch.softmax(image, -1)[..., :1, :1]


def _no_debugger(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("there is a breakpoint() left: nobody is here to debug")


def _hide_tests(items: Iterable[Any]) -> None:
    """Remove the names by which an answer could find the tests, pytest's session, or this module."""
    # Functions that are sent to other processes are pickled by module name, so that these modules must stay.
    sent = {item.module.__name__ for item in items if "processes" in item.fixturenames}
    for name in {item.module.__name__ for item in items} - sent | {"conftest"}:
        sys.modules.pop(name, None)
    # Formatting a stack, as torch.manual_seed does, would read the source of the tests into this readable cache.
    linecache.cache.update({str(item.path): (0, None, [], str(item.path)) for item in items})
    sys.meta_path[:] = [each for each in sys.meta_path if not hasattr(each, "session")]
    sys.modules["__main__"] = ModuleType("__main__")


class _Server:
    """A pytest plugin that takes over once all tests are collected, and never returns to pytest."""

    def __init__(self, options: SandboxOptions, replies: int) -> None:
        self.options = options
        self.replies = replies

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> NoReturn:
        if session.testsfailed:
            os._exit(1)
        session.config.option.tbstyle = "no"  # pytest's own tracebacks are not used
        _preload(self.options.preload)
        katas: Any = session.config.pluginmanager.get_plugin("katas")
        known = kata_process.TrustedState.now(session, tampering.trusted_files(Path.cwd()))
        tests = kata_process.tests_by_kata(known.items.values(), kata_of)
        _hide_tests(known.items.values())
        gc.collect()
        gc.freeze()
        ready = Ready(str(torch.__version__), katas.devices.names, katas.devices.notes, tests)
        write_all(self.replies, encode(ready))
        self._serve(known)

    def _serve(self, known: kata_process.TrustedState) -> NoReturn:
        """Fork for each hand-in until the input ends."""
        selector = selectors.DefaultSelector()
        selector.register(0, selectors.EVENT_READ)
        while True:
            selector.select()
            with tempfile.TemporaryDirectory(dir=self.options.folder, ignore_cleanup_errors=True) as folder:
                pid = os.fork()
                if pid == 0:
                    session.serve(self.options, known, self.replies, Path(folder))
                _, status = os.waitpid(pid, 0)
                confine.end_descendants()
            exit_status = os.waitstatus_to_exitcode(status)
            if exit_status == session.NO_HAND_IN:
                os._exit(0)
            write_all(self.replies, encode(HandInEnded(exit_status)))


if __name__ == "__main__":
    main(sys.argv[1:])
