"""Run tests in the background, one kata at a time, in a fork server that is restarted if it dies."""

import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import IO

from dojo.forkserver.client import ForkServer, ForkServerEnded
from dojo.forkserver.protocol import RunRequest
from dojo.results.run import Run
from dojo.screen.sanitize import sanitize

RUN_TIMEOUT = 120.0  # seconds for all tests of one kata; each test has a shorter timeout of its own
_STOP_TIMEOUT = 0.5  # seconds for the last run to stop


def why_it_ended(errors: IO[bytes], error: ForkServerEnded) -> str:
    """Return in one line why the fork server ended: the last line that it wrote to ``errors``, if there is one."""
    errors.seek(0)
    last_line = errors.read().decode(errors="replace").strip().rpartition("\n")[2].strip()
    return f"the process that checks answers ended: {sanitize(last_line, 300) or error}"


class Judge:
    """A context that judges one kata at a time.

    Args:
        root: the practice folder.
        first: the test that will probably run first, or "".
        devices: as for ``--device``.
        errors: receives the fork server's standard error.
        on_result: called in another thread with each run, or with the error if the fork server died twice.
        on_failure: called in another thread with the results so far, at the first failure of a run.
    """

    def __init__(
        self,
        root: Path,
        first: str,
        devices: tuple[str, ...],
        errors: IO[bytes],
        on_result: Callable[[Run | ForkServerEnded], None],
        on_failure: Callable[[Run], None] | None = None,
    ) -> None:
        self.devices = devices
        self.on_result = on_result
        self.on_failure = on_failure
        self._make_server: Callable[[], ForkServer] = lambda: ForkServer(root, [first] if first else [], errors=errors)
        self._server = self._make_server()
        self._thread = ThreadPoolExecutor(1, "judge")
        self._last_run: Future[None] | None = None
        self._is_closing = False

    def __enter__(self) -> "Judge":
        self._server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_closing = True
        self.stop()
        if self._last_run is not None:
            wait([self._last_run], _STOP_TIMEOUT)
        self._server.kill()
        self._thread.shutdown()
        self._server.__exit__(*error)

    def judge(self, test: str) -> None:
        """Run the tests of a specification."""
        self.ask(RunRequest((test,), devices=self.devices, timeout=RUN_TIMEOUT))

    def ask(self, request: RunRequest) -> None:
        """Run a request."""
        self._last_run = self._thread.submit(self._run, request)

    def stop(self) -> None:
        """Stop the current run."""
        with contextlib.suppress(ForkServerEnded):  # the run reports the same error
            self._server.stop()

    def prepare(self, test: str) -> None:
        """Import a specification, so that its run starts faster."""
        with contextlib.suppress(ForkServerEnded):  # the next run reports it
            self._server.load([test])

    def _run(self, request: RunRequest) -> None:
        for attempt in (1, 2):
            try:
                self.on_result(self._server.run(request, self.on_failure))
            except ForkServerEnded as error:
                if self._is_closing:
                    return
                self._server.__exit__()
                self._server = self._make_server()
                self._server.__enter__()
                if attempt == 2:
                    self.on_result(error)
            else:
                return
