"""Several processes for one test: they work together, and they end whatever the answer does."""

import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
import torch.distributed as dist

from dojo.runner import processes as module
from tests.processes import alive, gone

pytestmark = pytest.mark.skipif(not module.can_fork(), reason="needs fork and gloo")


@pytest.fixture
def quick(monkeypatch):
    """Processes that are patient for a second only."""
    monkeypatch.setattr(module, "COLLECTIVE_TIMEOUT", 0.5)
    monkeypatch.setattr(module, "RUN_TIMEOUT", 1.5)
    helper = module.Processes()
    yield helper
    helper.close()


def summed(rank, values):
    total = values * (rank + 1)
    dist.all_reduce(total)
    return rank, dist.get_world_size(), os.getpid(), total


def test_each_rank_computes_in_a_process_of_its_own(processes):
    results = processes(summed, torch.tensor([1.0, 10.0]), world_size=3)
    assert [rank for rank, *_ in results] == [0, 1, 2]
    assert {size for _, size, *_ in results} == {3}
    pids = {pid for *_, pid, _ in results}
    assert len(pids - {os.getpid()}) == 3
    assert all(total.tolist() == [6, 60] for *_, total in results)
    assert gone(pids)


def differentiated(rank):
    model = torch.nn.Linear(2, 1)
    parallel = torch.nn.parallel.DistributedDataParallel(model)
    parallel(torch.ones(3, 2) * rank).sum().backward()
    return model.weight.grad


def test_backward_works_after_backward_on_any_device(processes, device):
    leaf = torch.ones(2, device=device, requires_grad=True)
    (leaf**2).sum().backward()
    first, second = processes(differentiated)
    assert first.tolist() == second.tolist() == [[1.5, 1.5]]


def drawn(rank):
    return torch.rand(3).tolist()


def test_numbers_repeat_with_the_seed_and_differ_by_rank(processes):
    torch.manual_seed(3)
    first = processes(drawn)
    torch.manual_seed(3)
    assert processes(drawn) == first
    assert first[0] != first[1]
    assert processes(drawn) != first


class Unreadable(Exception):
    def __init__(self):
        super().__init__("said so")
        self.lock = threading.Lock()


def failing(rank, kind):
    if rank == 1:
        if kind == "unreadable":
            raise Unreadable
        raise ValueError("rank 1 is wrong")  # the line to be shown
    dist.barrier()


def test_an_error_arrives_with_its_line_and_without_the_one_that_it_caused(processes):
    with pytest.raises(ValueError, match="rank 1 is wrong") as caught:
        processes(failing, "plain")
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (Path(last.filename).name, last.line) == (
        "test_processes.py",
        'raise ValueError("rank 1 is wrong")  # the line to be shown',
    )


def test_an_error_that_cannot_travel_is_told_in_words(processes):
    with pytest.raises(AssertionError, match="raised Unreadable: said so"):
        processes(failing, "unreadable")


def strange(rank, what):
    print(f"rank {rank} speaks")
    if rank == 0:
        return 0
    match what:
        case "leaves":
            os._exit(3)
        case "kills itself":
            os.kill(os.getpid(), signal.SIGKILL)
        case "result":
            return lambda: 1
        case "loops":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True:
                pass
        case "exits":
            sys.exit("enough")
    return 1


@pytest.mark.parametrize(
    ("what", "error", "message"),
    [
        ("leaves", module.RanksStuck, "process 1 ended without an answer"),
        ("kills itself", module.RanksStuck, "process 1 ended without an answer"),
        ("loops", module.RanksStuck, "process 1 did not come back within 1.5 s"),
        ("exits", SystemExit, "enough"),
        ("result", Exception, "pickle|local object"),
    ],
)
def test_whatever_a_process_does_the_test_goes_on(quick, what, error, message):
    with pytest.raises(error, match=message):
        quick.run(strange, what)
    assert [total.tolist() for *_, total in quick.run(summed, torch.ones(1))] == [[3], [3]]


def test_what_a_process_prints_is_printed_by_the_test(processes, capsys):
    assert processes(strange, "") == [0, 1]
    assert sorted(capsys.readouterr().out.splitlines()) == ["rank 0 speaks", "rank 1 speaks"]


def lonely(rank):
    if rank == 0:
        dist.all_reduce(torch.ones(1))


def test_who_waits_in_vain_is_told_which_rule_was_broken(quick):
    with pytest.raises(
        module.RanksStuck, match=r"process 0 waited 0.5 s for another in vain: all processes must make the"
    ):
        quick.run(lonely)


def crossed(rank):
    dist.recv(torch.ones(1), src=1 - rank)


def test_of_two_that_wait_one_tells(quick):
    for _ in range(3):
        with pytest.raises(module.RanksStuck, match="waited 0.5 s for another in vain"):
            quick.run(crossed)


def unlike(rank):
    dist.all_reduce(torch.ones(3 + 1000 * rank))


def test_tensors_of_unlike_sizes_are_told(quick):
    with pytest.raises(module.RanksStuck, match="or received a tensor that was larger than its own"):
        quick.run(unlike)


def dies(rank):
    if rank == 1:
        os._exit(0)
    dist.recv(torch.ones(1), src=1)


def test_the_one_that_ended_is_told_and_not_the_one_that_lost_it(quick):
    for _ in range(3):
        with pytest.raises(module.RanksStuck, match="process 1 ended without an answer"):
            quick.run(dies)


def test_a_test_that_was_ended_leaves_no_answer_to_the_next(quick):
    def ring(*_):
        raise TimeoutError("enough")

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(TimeoutError, match="enough"):
            quick.run(strange, "loops")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert [total.tolist() for *_, total in quick.run(summed, torch.ones(1))] == [[3], [3]]


def starts_another(rank):
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid


def test_what_a_process_started_ends_with_it(processes):
    assert gone(processes(starts_another))


def sends_off_another(rank):
    # As a daemon is made: a child of a child, in a session of its own.
    receive, send = os.pipe()
    if os.fork() == 0:
        os.setsid()
        pid = os.fork()
        if pid:
            os.write(send, str(pid).encode())
            os._exit(0)
        time.sleep(60)
        os._exit(0)
    os.wait()
    return int(os.read(receive, 20))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of processes that were sent off")
def test_what_a_process_sent_off_ends_as_well(processes):
    assert gone(processes(sends_off_another))


def test_runs_side_by_side_do_not_meet(monkeypatch):
    helpers = [module.Processes() for _ in range(3)]
    try:
        with ThreadPoolExecutor(3) as pool:
            for _ in range(3):
                values = [torch.full((2,), float(10**place)) for place in range(3)]
                runs = list(pool.map(lambda helper, value: helper.run(summed, value), helpers, values))
                assert [[total.tolist() for *_, total in run] for run in runs] == [
                    [[3.0 * 10**place] * 2] * 2 for place in range(3)
                ]
    finally:
        for helper in helpers:
            helper.close()


def slow(rank, folder):
    (Path(folder) / str(os.getpid())).touch()
    threading.Event().wait(60)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_nothing_outlives_a_run_that_was_ended(tmp_path, root, how):
    (tmp_path / "test_slow.py").write_text(
        "from tests.runner.test_processes import slow\n\n\n"
        f"def test_slow(processes):\n    processes(slow, {str(tmp_path / 'pids')!r})\n",
        encoding="utf-8",
    )
    (tmp_path / "pids").mkdir()
    command = [sys.executable, "-m", "pytest", str(tmp_path / "test_slow.py"), "--rootdir", ".", "-c", "pyproject.toml"]
    command += ["-p", "conftest", "-p", "no:cacheprovider"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as run:
        try:
            end = time.monotonic() + 60
            while len(list((tmp_path / "pids").iterdir())) < 2 and time.monotonic() < end and run.poll() is None:
                time.sleep(0.05)
            pids = [int(file.name) for file in (tmp_path / "pids").iterdir()]
            assert len(pids) == 2, run.stdout.read().decode()
            assert all(alive(pid) for pid in pids)
            run.send_signal(how)
            run.wait(20)
        finally:
            run.kill()
    assert gone(pids)
