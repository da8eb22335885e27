"""Grading on a cluster: a scheduler and two workers in their own processes, one of which is killed midway."""

import json
import re
import subprocess
import sys
import time

import pytest

pytest.importorskip("distributed", reason="dask.distributed is an extra")
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="hand-ins are graded on Linux"),
    pytest.mark.one_python,
]

PEOPLE = 16
WRONG = "def storage_index(tensor, index):\n    return 0\n\n\ndef contiguous_strides(shape):\n    return ()\n"


def dask(*arguments):
    return subprocess.Popen([sys.executable, "-m", *arguments], stderr=subprocess.PIPE, text=True)


def until_said(process, words):
    """Read the lines that a process logs, as far as the first one with these words."""
    return next(line for line in process.stderr if words in line)


@pytest.fixture
def cluster():
    """The address of a scheduler, its two workers, and itself."""
    scheduler = dask("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    started = [scheduler]
    try:
        address = re.findall(r"tcp://127.0.0.1:\d+", until_said(scheduler, "Scheduler at:"))[0]
        options = ("--no-nanny", "--nthreads", "1", "--memory-limit", "0", "--no-dashboard")
        workers = [dask("distributed.cli.dask_worker", address, *options) for _ in range(2)]
        started += workers
        for _ in workers:
            until_said(scheduler, "Register worker")
        yield address, workers, scheduler
    finally:
        for process in started:
            process.kill()
            process.communicate()


def laid(folder, people, right=""):
    """Write hand-ins to ``folder/in``; if there is a right answer, every second one has it."""
    for number in range(people):
        place = folder / f"in/{number:02}/strides.py"
        place.parent.mkdir(parents=True)
        place.write_text(right if right and number % 2 else WRONG)


def graded(folder, address, timeout=60):
    """Start grading ``folder/in`` on a cluster, with ``timeout`` seconds of patience."""
    start = (
        f"from dojo.cli import main; from dojo.grading.engine import executors; executors._TIMEOUT = {timeout}; main()"
    )
    options = ["--out", str(folder / "out"), "--only", "strides", "--device", "cpu", "--allow-weak-sandbox"]
    command = [sys.executable, "-c", start, "grade", str(folder / "in"), *options]
    return subprocess.Popen([*command, "--cluster", address], stderr=subprocess.PIPE, text=True)


def until_some_are_graded(process, folder):
    while process.poll() is None and not list((folder / "out").glob("*/result.json")):
        time.sleep(0.02)


def test_a_worker_that_dies_loses_nothing(tmp_path, root, cluster):
    address, workers, _ = cluster
    laid(tmp_path, PEOPLE, (root / "solutions/storage/strides.py").read_text())
    process = graded(tmp_path, address)
    until_some_are_graded(process, tmp_path)
    workers[0].kill()
    before = len(list((tmp_path / "out").glob("*/result.json")))
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert before < PEOPLE, "the worker was killed too late"
    states = [
        json.loads((tmp_path / f"out/{number:02}/result.json").read_bytes())["katas"][0]["state"]
        for number in range(PEOPLE)
    ]
    assert states == ["solved" if number % 2 else "failed" for number in range(PEOPLE)]


@pytest.mark.parametrize("gone", ["the scheduler, midway", "the workers"])
def test_what_is_gone_of_a_cluster_is_told_in_one_line(tmp_path, cluster, gone):
    address, workers, scheduler = cluster
    laid(tmp_path, PEOPLE)
    if gone == "the workers":
        for worker in workers:
            worker.kill()
            worker.wait()
        until_said(scheduler, "Lost all workers")
    process = graded(tmp_path, address, timeout=10)
    if gone != "the workers":
        until_some_are_graded(process, tmp_path)
        scheduler.kill()
    _, said = process.communicate(timeout=300)
    assert process.returncode == 1, said
    last = said.strip().splitlines()[-1]
    assert last.startswith(f"Error: no worker has come to the scheduler at {address}") or (
        gone != "the workers" and last.startswith(f"Error: the scheduler at {address} is gone")
    ), said
    assert "Traceback (most recent call last)" not in said


def test_no_scheduler_is_told_in_one_line(tmp_path):
    laid(tmp_path, 1)
    process = graded(tmp_path, "tcp://127.0.0.1:9", timeout=1)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "Error: there is no scheduler at tcp://127.0.0.1:9" in said
    assert "Traceback" not in said
