"""What the hand-ins of a batch are graded by: threads here, or the workers of a cluster."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from dojo.grading.engine.setup import Setup
from dojo.grading.engine.worker import Workers
from dojo.grading.intake.handins import HandIn
from dojo.grading.model.grades import Grade

_PATIENCE = 20  # seconds for a scheduler to answer, and for a worker to come
Submit = Callable[[Setup, HandIn], "Future[Grade]"]


class NoCluster(RuntimeError):
    """The cluster cannot be used: the message says why and what to do."""


@contextmanager
def threads(workers: Workers, jobs: int) -> Iterator[tuple[Submit, int]]:
    """Give what starts to grade a hand-in in one of ``jobs`` threads, and how many there are."""
    pool = ThreadPoolExecutor(jobs)
    try:
        yield lambda setup, hand_in: pool.submit(workers.grade, setup, hand_in), jobs
    finally:
        workers.stop()  # whoever still waits for a sandbox waits no longer
        pool.shutdown(cancel_futures=True)


@contextmanager
def cluster(address: str) -> Iterator[tuple[Submit, int]]:
    """Give what starts to grade a hand-in on a dask cluster, and how many it works on at once.

    Raises:
        NoCluster: in one line, where it is not there, has no workers or goes away.
    """
    try:
        from distributed import Client
    except ImportError:
        raise NoCluster("--cluster needs dask: pip install 'torch-katas[cluster]'") from None
    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise NoCluster(f"there is no scheduler at {address}: {error}") from None
    # What a cluster that goes away logs, with tracebacks, is said below in one line.
    logging.disable(logging.ERROR)
    try:
        with client:
            try:
                client.wait_for_workers(1, timeout=_PATIENCE)
            except TimeoutError:
                raise NoCluster(
                    f"no worker has come to the scheduler at {address}: start some with `dask worker {address}`"
                ) from None
            executor = client.get_executor(pure=False)
            yield (
                lambda setup, hand_in: executor.submit(_grade_on_cluster, setup, hand_in),
                max(sum(client.nthreads().values()), 1),
            )
    except Exception as error:
        if not type(error).__module__.startswith("distributed"):
            raise
        raise NoCluster(
            f"the scheduler at {address} is gone: start one, and run the same command again, which goes on"
        ) from None
    finally:
        logging.disable(logging.NOTSET)


# A cluster's process has nobody who hands it an object of ours: its sandboxes stay here until it ends.
_cluster_worker = Workers()


def _grade_on_cluster(setup: Setup, hand_in: HandIn) -> Grade:
    return _cluster_worker.grade(setup, hand_in)
