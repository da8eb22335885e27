"""What a batch of ``kata grade`` is run with: an executor, a bar that shows how far it is, and a way to stop it."""

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

_PATIENCE = 20  # seconds for a scheduler to answer, and for a worker to come


@contextmanager
def executor(address: str | None, jobs: int) -> Iterator[tuple[Executor, int]]:
    """Give what runs the work, and how many hand-ins it works on at once.

    Args:
        address: of a dask scheduler, or None for threads here.
        jobs: how many threads.
    """
    if address is None:
        from dojo.grading.engine import worker

        threads = ThreadPoolExecutor(jobs)
        try:
            yield threads, jobs
        finally:
            worker.stop()  # whoever still waits for a sandbox waits no longer
            threads.shutdown(cancel_futures=True)
        return
    try:
        from distributed import Client
    except ImportError:
        raise click.ClickException("--cluster needs dask: pip install 'torch-katas[cluster]'") from None
    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise click.ClickException(f"there is no scheduler at {address}: {error}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise click.ClickException(
                f"no worker has come to the scheduler at {address}: start some with `dask worker {address}`"
            ) from None
        try:
            yield client.get_executor(pure=False), max(sum(client.nthreads().values()), 1)
        except Exception as error:
            if not type(error).__module__.startswith("distributed"):
                raise
            raise click.ClickException(
                f"the scheduler at {address} is gone: start one, and run the same command again, which goes on"
            ) from None


@contextmanager
def bar(total: int) -> Iterator[Any]:
    """Give what is told how far the batch is, and shows it with the time that is left."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task("grading", total=total)
        yield lambda tally: progress.update(task, completed=tally.done)


@contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """Let SIGTERM, as a scheduler of jobs sends it, do what Ctrl-C does: no sandbox is left, and no folder of one."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)
