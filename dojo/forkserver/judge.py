"""Runs that are asked for now and told of later, one at a time, in a fork server that is started anew if it dies."""

import contextlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import IO

from dojo.forkserver.client import ForkServer, ForkServerEnded
from dojo.forkserver.protocol import RunRequest
from dojo.results.run import Run
from dojo.screen.sanitize import sanitize

LIMIT = 120.0  # seconds for all tests of one kata; each test has a shorter limit of its own
_PATIENCE = 0.5  # seconds for a run to be stopped when all is over


def why_it_ended(errors: IO[bytes], error: ForkServerEnded) -> str:
    """Return in a line why no process can be kept alive: the last that it wrote to ``errors``, if it wrote anything."""
    errors.seek(0)
    said = errors.read().decode(errors="replace").strip().rpartition("\n")[2].strip()
    return f"the process that checks answers ended: {sanitize(said, 300) or error}"


class Judge:
    """A context that judges one kata at a time.

    Args:
        root: the practice folder.
        first: the test that is likely to be run first, if there is any.
        devices: as for ``--device``.
        errors: where the fork server writes what is wrong with it.
        tell: is called from another thread with each run, or with the error where no process can be kept alive.
        early: is called so too, as soon as a test has failed, with what there is until then.
    """

    def __init__(
        self,
        root: Path,
        first: str,
        devices: tuple[str, ...],
        errors: IO[bytes],
        tell: Callable[[Run | ForkServerEnded], None],
        early: Callable[[Run], None] | None = None,
    ) -> None:
        self.devices = devices
        self.tell = tell
        self.early = early
        self._make: Callable[[], ForkServer] = lambda: ForkServer(root, [first] if first else [], errors=errors)
        self._server = self._make()
        self._thread = ThreadPoolExecutor(1, "judge")
        self._last: Future[None] | None = None
        self._over = False

    def __enter__(self) -> "Judge":
        self._server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._over = True
        self.stop()
        if self._last is not None:
            wait([self._last], _PATIENCE)
        self._server.kill()
        self._thread.shutdown()
        self._server.__exit__(*error)

    def judge(self, test: str) -> None:
        """Run the tests of a specification."""
        self.ask(RunRequest((test,), devices=self.devices, timeout=LIMIT))

    def ask(self, request: RunRequest) -> None:
        """Run what the request says."""
        self._last = self._thread.submit(self._run, request)

    def stop(self) -> None:
        """End the run that goes on."""
        with contextlib.suppress(ForkServerEnded):  # the run finds that out too, and says so
            self._server.stop()

    def prepare(self, test: str) -> None:
        """Load what a specification imports."""
        with contextlib.suppress(ForkServerEnded):  # the next run finds that out
            self._server.load([test])

    def _run(self, request: RunRequest) -> None:
        for attempt in (1, 2):
            try:
                self.tell(self._server.run(request, self.early))
            except ForkServerEnded as error:
                if self._over:
                    return
                self._server.__exit__()
                self._server = self._make()
                self._server.__enter__()
                if attempt == 2:
                    self.tell(error)
            else:
                return
