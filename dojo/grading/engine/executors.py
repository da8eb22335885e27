"""Executors for a batch: threads of this process, or the workers of a cluster."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from dojo.grading.engine.setup import Setup
from dojo.grading.engine.worker import Workers
from dojo.grading.intake.handins import HandIn
from dojo.grading.model.grades import Grade

_TIMEOUT = 20  # seconds for the scheduler to answer, and for the first worker to connect
Submit = Callable[[Setup, HandIn], "Future[Grade]"]


class ClusterUnavailable(RuntimeError):
    """The cluster cannot be used: the message says why and what to do."""


@contextmanager
def threads(workers: Workers, jobs: int) -> Iterator[tuple[Submit, int]]:
    """Yield a function that submits a hand-in to a pool of threads, and the number of threads."""
    pool = ThreadPoolExecutor(jobs)
    try:
        yield lambda setup, hand_in: pool.submit(workers.grade, setup, hand_in), jobs
    finally:
        workers.stop()  # so that no thread waits for its sandbox any longer
        pool.shutdown(cancel_futures=True)


@contextmanager
def cluster(address: str) -> Iterator[tuple[Submit, int]]:
    """Yield a function that submits a hand-in to a dask cluster, and the number of threads there.

    Raises:
        ClusterUnavailable: if the scheduler cannot be reached, has no workers, or goes away.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ClusterUnavailable("--cluster needs dask: pip install 'torch-katas[cluster]'") from None
    try:
        client = Client(address, timeout=_TIMEOUT)
    except (OSError, ValueError) as error:
        raise ClusterUnavailable(f"there is no scheduler at {address}: {error}") from None
    # A cluster that goes away would log tracebacks, for what is one line of error below.
    logging.disable(logging.ERROR)
    try:
        with client:
            try:
                client.wait_for_workers(1, timeout=_TIMEOUT)
            except TimeoutError:
                raise ClusterUnavailable(
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
        raise ClusterUnavailable(
            f"the scheduler at {address} is gone: start one, and run the same command again, which goes on"
        ) from None
    finally:
        logging.disable(logging.NOTSET)


# A global, because a cluster process has no other object that could keep its sandboxes between two hand-ins.
_cluster_worker = Workers()


def _grade_on_cluster(setup: Setup, hand_in: HandIn) -> Grade:
    return _cluster_worker.grade(setup, hand_in)
