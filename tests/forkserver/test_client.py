"""Runs in forks of a process that has torch loaded, and in fresh processes where there is no fork."""

import os
import sys
import time

import pytest

from dojo.forkserver import client
from dojo.forkserver.client import ForkServer, ForkServerEnded
from dojo.forkserver.protocol import RunReply, RunRequest, StopRequest, encode
from dojo.results.run import Ended
from dojo.results.state import State
from dojo.screen.message import message

forks = client.can_fork()


@pytest.fixture
def runner(project):
    with ForkServer(project.root, rehearse=["katas/words/test_shout.py"], jobs=2) as each:
        yield each


def test_each_tests_outcome_and_message_come_back(runner):
    run = runner.run(
        RunRequest(("katas/numbers/test_double.py",), answers=("tests/mistakes::Square",), devices=("cpu",))
    )
    assert run.ended is Ended.FINISHED
    first, second = run.results
    assert (first.kata, first.device, first.statement) == ("numbers/double", "cpu", "Twice two is four.")
    assert first.failure is not None
    assert (message(first.failure), first.failure.mistake) == (["gave 5, expected 4"], "this is the square plus one")
    assert first.concepts == ("numbers.double",)
    assert run.progress().state("numbers/double") is State.WRONG
    assert second.failure is not None


def test_solutions_pass_and_stubs_are_to_do(runner):
    assert runner.run(RunRequest(("katas",), answers=("solutions",))).progress().solved() == 3
    assert runner.run(RunRequest(("katas",))).progress().state("words/shout") is State.TODO


@pytest.mark.skipif(not forks, reason="there is no server without fork")
def test_a_stop_that_comes_with_its_request_is_answered(runner):
    request = RunRequest(("katas/words/test_shout.py",), answers=("katas", "solutions"))
    connection = runner._server
    os.write(connection._stdin.fileno(), encode(request) + encode(StopRequest()))
    assert connection.receive(RunReply, 60).run.ended is Ended.STOPPED
    assert runner.run(request).ended is Ended.FINISHED


def test_text_that_has_no_bytes_in_utf_8_comes_back_with_a_mark_for_it(runner, project):
    project.write("katas/words/shout.py", "def shout(word):\n    raise ValueError('a \\ud800 b')\n")
    first = runner.run(RunRequest(("katas/words/test_shout.py",))).results[0].failure
    assert message(first) == ["raised ValueError: a \N{REPLACEMENT CHARACTER} b"]


def test_a_message_without_end_is_cut(runner, project):
    project.write(
        "katas/words/shout.py",
        "class E(str):\n    pass\n\nclass Long(Exception):\n    def __str__(self):\n"
        "        return E('x' * (70 << 20))\n\ndef shout(word):\n    raise Long\n",
    )
    run = runner.run(RunRequest(("katas/words/test_shout.py",)))
    assert run.ended is Ended.FINISHED
    assert len(run.results[0].failure.raised.text) == 2_000


def test_the_server_is_imported_where_there_is_no_fcntl(project):
    done = project.shell(sys.executable, "-c", "import sys; sys.modules['fcntl'] = None; import dojo.forkserver.server")
    assert done.status == 0, done.text


def test_an_edit_between_two_runs_is_seen(runner, project):
    request = RunRequest(("katas/words/test_shout.py",))
    assert runner.run(request).progress().state("words/shout") is State.TODO
    project.solve("words/shout")
    assert runner.run(request).progress().state("words/shout") is State.SOLVED


def test_the_first_failure_is_told_before_the_end_once(runner, project):
    early: list[client.Run] = []
    request = RunRequest(("katas/numbers/test_double.py",), answers=("tests/mistakes::Square",))
    run = runner.run(request, early.append)
    assert run.ended is Ended.FINISHED
    if forks:
        (told,) = early
        assert told.ended is Ended.GOING_ON
        assert told.progress().failures("numbers/double")[0] == run.progress().failures("numbers/double")[0]
    early.clear()
    for answers in ("solutions", "katas"):  # neither what is right nor what is to be done is a failure
        runner.run(RunRequest(("katas/numbers/test_double.py",), answers=(answers,)), early.append)
    assert early == []


def test_many_requests_come_back_each_with_its_place(runner):
    answers = ["solutions", "katas", "tests/mistakes::Title", "solutions", "katas"]
    runs = dict(runner.map(RunRequest(("katas/words/test_shout.py",), answers=(each,)) for each in answers))
    assert [runs[place, 0].progress().solved() for place in range(5)] == [1, 0, 0, 1, 0]


def test_a_run_past_its_time_limit_is_ended_and_the_results_so_far_are_kept(runner, project):
    project.write("katas/numbers/double.py", "def double(x):\n    while x == 0.5:\n        pass\n    return 4\n")
    start = time.monotonic()
    run = runner.run(RunRequest(("katas/numbers/test_double.py",), devices=("cpu",), timeout=3.0))
    assert run.ended is Ended.TIMEOUT
    assert [result.passed for result in run.results] == [True]
    assert run.progress().state("numbers/double") is State.NOT_RUN
    assert time.monotonic() - start < 20


def test_a_run_that_dies_costs_only_itself(runner, project):
    project.write("katas/numbers/double.py", "import os\n\ndef double(x):\n    os._exit(0)\n")
    run = runner.run(RunRequest(("katas/numbers/test_double.py",)))
    assert run.ended is Ended.CRASHED
    assert runner.run(RunRequest(("katas/words",), answers=("solutions",))).progress().solved() == 1


@pytest.mark.skipif(not forks, reason="without fork, a run's own descendants are not followed")
def test_what_a_run_leaves_behind_is_ended_with_it(runner, project, tmp_path):
    sign = tmp_path / "alive"
    project.write(
        "katas/numbers/double.py",
        "import subprocess\n\ndef double(x):\n"
        f"    subprocess.Popen(['sh', '-c', 'sleep 1.5; touch {sign}'])\n    return 4\n",
    )
    runner.run(RunRequest(("katas/numbers/test_double.py",)))
    time.sleep(2.0)
    assert not sign.exists()


def test_what_an_answer_prints_does_not_disturb_the_replies(runner, project):
    project.write(
        "katas/words/shout.py",
        "import os\n\ndef shout(word):\n    os.write(1, b'\\0\\0\\0\\1x' * 1000)\n    print('x' * 100_000)\n    return word.upper()\n",
    )
    assert runner.run(RunRequest(("katas/words",))).progress().solved() == 1


def test_nothing_that_a_run_does_reaches_the_next(runner, project):
    project.write(
        "katas/words/shout.py",
        "import builtins, torch\n\ndef shout(word):\n    builtins.marked = True\n    torch.nn.functional.relu = None\n    return 0\n",
    )
    runner.run(RunRequest(("katas/words",)))
    project.write(
        "katas/words/shout.py",
        "import builtins, torch\n\ndef shout(word):\n    assert not hasattr(builtins, 'marked')\n"
        "    assert torch.nn.functional.relu\n    return word.upper()\n",
    )
    assert runner.run(RunRequest(("katas/words",))).progress().solved() == 1


def test_a_backward_pass_runs_in_every_fork(runner, project):
    project.write(
        "katas/numbers/half.py",
        "import torch\n\ndef half(x):\n    y = torch.ones(2, requires_grad=True)\n    (y * 2).sum().backward()\n    return x / 2\n",
    )
    for _ in range(3):
        assert runner.run(RunRequest(("katas/numbers/test_half.py",))).progress().solved() == 1


def test_a_test_file_that_does_not_load_is_told(runner, project):
    project.write("katas/words/test_shout.py", "import nothing_of_that_name\n")
    run = runner.run(RunRequest(("katas/words",)))
    assert len(run.errors) == 1
    assert "nothing_of_that_name" in run.errors[0]


def test_an_unusable_request_is_told_by_its_output(runner):
    run = runner.run(RunRequest(("katas",), answers=("nowhere",)))
    assert run.results == ()
    assert "--answers nowhere is not there" in run.output


@pytest.mark.skipif(not forks, reason="there is no server without fork")
def test_a_server_that_ends_is_reported_in_one_line(project):
    with ForkServer(project.root) as runner:
        runner._server.kill()
        runner._server.wait()
        with pytest.raises(ForkServerEnded, match="the fork server ended with exit status -9"):
            runner.run(RunRequest(("katas/words",)))


def test_without_fork_each_run_is_a_fresh_process_and_it_says_so(project, monkeypatch):
    monkeypatch.setattr(client, "can_fork", lambda: False)
    project.write("katas/numbers/double.py", "def double(x):\n    while True:\n        pass\n")
    with ForkServer(project.root, jobs=2) as runner:
        assert "each run starts a fresh Python" in runner.note
        requests = [
            RunRequest(("katas/words/test_shout.py",), answers=("solutions",)),
            RunRequest(("katas/numbers/test_double.py",), timeout=12.0),
            RunRequest(("katas/words/test_shout.py",), answers=("tests/mistakes::Title",)),
        ]
        runs = dict(runner.map(requests))
    assert runs[0, 0].progress().solved() == 1
    assert runs[1, 0].ended is Ended.TIMEOUT
    assert runs[2, 0].results[0].failure.mistake == "this is a title"


def test_without_fork_several_answers_are_fresh_processes_too(project, monkeypatch):
    monkeypatch.setattr(client, "can_fork", lambda: False)
    with ForkServer(project.root, jobs=2) as runner:
        runs = dict(runner.map([RunRequest(("katas/words",), ("solutions", "tests/mistakes::Title"))]))
    assert {place: run.progress().solved() for place, run in runs.items()} == {(0, 0): 1, (0, 1): 0}
