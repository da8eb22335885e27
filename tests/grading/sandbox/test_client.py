"""The grader's side of a sandbox, with fake sandboxes that go wrong in every way."""

import sys
import tempfile
import threading
import time
from pathlib import Path

import msgspec
import psutil
import pytest

from dojo.grading.model.grades import Limits
from dojo.grading.sandbox import client
from dojo.grading.sandbox.client import AnswerNotReached, Sandbox, SandboxLost
from dojo.grading.sandbox.report import KataReport
from dojo.results.run import Ended
from tests.grading.sandbox.confined import ENVIRONMENT, on_linux

pytestmark = on_linux

SERVER = """
import hashlib, os, sys, time
from dojo.forkserver.protocol import encode, read_message, write_all
from dojo.grading.sandbox.protocol import *

def say(message):
    write_all(1, encode(message))

def hear():
    return read_message(lambda count: os.read(0, count), Request)

def begun(request):
    said = b'{"begun": true}'
    return hashlib.blake2b(bytes(4) + said, key=request.secret, digest_size=32).hexdigest().encode() + b" " + said + b"\\n"

READY = Ready("2.11", ("cpu",), (), {})
"""
COMES_UP = f"{SERVER}\nsay(READY)\n"


class Pretended:
    """A factory for sandboxes that run a script."""

    def __init__(self, project: Path, script: str) -> None:
        self.project = project
        self.script = script
        self.folders: list[Path] = []

    def command(self, folder: Path, devices: object, size: int) -> tuple[list[str], dict[str, str]]:
        self.folders.append(folder)
        return [sys.executable, "-c", self.script], ENVIRONMENT


@pytest.fixture
def pretended(tmp_path, monkeypatch):
    """Make fake sandboxes; when the test ends, none of their processes may be left."""
    monkeypatch.setattr(client, "_EXIT_TIMEOUT", 0.2)
    this = psutil.Process()
    made, before, others = [], this.num_fds(), set(this.children())

    def make(script: str) -> Sandbox:
        place = Pretended(tmp_path, script)
        sandbox = Sandbox(place, ("cpu",), Limits())
        made.append(place)
        return sandbox

    yield make
    assert [folder for place in made for folder in place.folders if folder.exists()] == []
    assert this.num_fds() == before
    assert set(this.children()) - others == set()  # including zombies


def run_once(sandbox: Sandbox) -> KataReport:
    with sandbox:
        sandbox.begin({"storage/strides": b"x = 1\n"}, 3)
        report = sandbox.run("storage/strides", ["test_a"], [], 0.2)
        sandbox.end()
        return report


def test_a_sandbox_that_dies_at_the_start_is_told_of_with_its_last_line(pretended):
    with pytest.raises(SandboxLost, match="the sandbox is gone; it said last: no room for me"):
        run_once(pretended("import sys; sys.exit('first line\\nno room for me')"))


def test_a_sandbox_that_says_nothing_is_told_of(pretended):
    with pytest.raises(SandboxLost, match="it said nothing"):
        run_once(pretended(""))


def test_a_program_that_is_not_there_is_told_of(pretended, monkeypatch):
    sandbox = pretended("")
    command = ["/nowhere/bwrap"], {}
    monkeypatch.setattr(sandbox.factory, "command", lambda *_: command)
    with pytest.raises(SandboxLost, match="no sandbox can be started: /nowhere/bwrap: No such file or directory"):
        run_once(sandbox)


def test_no_room_for_its_folder_is_told_of(pretended, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no"))
    with pytest.raises(SandboxLost, match="no sandbox can be started: .*No such file or directory"):
        run_once(pretended(COMES_UP))


def test_a_sandbox_that_does_not_come_up_is_given_up(pretended, monkeypatch):
    monkeypatch.setattr(client, "_START_TIMEOUT", 0.3)
    with pytest.raises(SandboxLost, match=r"did not answer within 0\.3 s"):
        run_once(pretended("import time; time.sleep(60)"))


def test_a_sandbox_that_dies_in_the_midst_of_a_kata_is_lost(pretended):
    with pytest.raises(SandboxLost, match="it said last: .*out of luck"):
        run_once(pretended(f"{COMES_UP}\nhear(); hear(); sys.exit('out of luck')"))


def test_a_sandbox_that_hangs_in_the_midst_of_a_kata_is_lost(pretended, monkeypatch):
    monkeypatch.setattr(client, "_REPLY_TIMEOUT", 0.3)
    with pytest.raises(SandboxLost, match="did not answer within"):
        run_once(pretended(f"{COMES_UP}\nhear(); hear(); time.sleep(60)"))


def test_a_sandbox_that_stops_in_the_midst_of_a_word_is_lost(pretended, monkeypatch):
    monkeypatch.setattr(client, "_REPLY_TIMEOUT", 0.3)
    with pytest.raises(SandboxLost, match="did not answer within"):
        run_once(pretended(f"{COMES_UP}\nhear(); hear(); os.write(1, b'\\0\\0\\0\\x10abc'); time.sleep(60)"))


@pytest.mark.parametrize("said", ["say(READY)", "os.write(1, b'2 passed')", "os.write(1, b'\\0\\0\\0\\x01\\xc1')"])
def test_a_sandbox_that_says_something_else_is_lost(pretended, said):
    with pytest.raises(SandboxLost, match="the sandbox said Ready|is too long|makes no sense"):
        run_once(pretended(f"{COMES_UP}\nhear(); hear(); {said}"))


def test_a_sandbox_that_does_not_listen_is_lost(pretended, monkeypatch):
    monkeypatch.setattr(client, "_REPLY_TIMEOUT", 0.3)
    with pretended(f"{COMES_UP}\ntime.sleep(60)") as sandbox:
        with pytest.raises(SandboxLost, match="has not listened"):
            sandbox.begin({"storage/strides": bytes(4 << 20)}, 3)


def test_what_a_sandbox_writes_while_it_is_asked_why_is_kept(pretended):
    script = f"{COMES_UP}\nsys.stderr.write('x' * 9000 + '\\nlast words\\n')\nsys.exit(1)"
    with pytest.raises(SandboxLost, match="it said last: last words"):
        run_once(pretended(script))


def test_a_hand_in_that_ended_badly_loses_the_sandbox(pretended):
    script = f"{COMES_UP}\nhear(); say(KataReply('finished', 1, begun(hear()), b'', 0.1)); hear(); say(HandInEnded(-9)); hear()"
    with pytest.raises(SandboxLost, match="the process of a hand-in ended with status -9"):
        run_once(pretended(script))


def test_all_goes_well_with_a_sandbox_that_does_as_it_should(pretended):
    script = f"{COMES_UP}\nhear(); say(KataReply('timeout', -9, begun(hear()), b'', 0.1)); hear(); say(HandInEnded(0)); hear()"
    assert run_once(pretended(script)).run.ended is Ended.TIMEOUT


def test_what_fails_before_it_comes_to_the_answer_is_told_of_with_its_last_words(pretended):
    script = f"{COMES_UP}\nhear(); hear(); say(KataReply('finished', 1, b'', b'OSError: no Landlock\\n', 0.1)); hear()"
    with pytest.raises(
        AnswerNotReached, match="finished before it came to the answer; it said last: OSError: no Landlock"
    ):
        run_once(pretended(script))


def test_another_thread_can_stop_a_sandbox_that_is_at_work(pretended):
    sandbox = pretended(f"{COMES_UP}\nhear(); hear(); time.sleep(60)")
    threading.Timer(1, sandbox.stop).start()
    started = time.monotonic()
    with pytest.raises(SandboxLost):
        run_once(sandbox)
    assert time.monotonic() - started < 10


def test_a_sandbox_that_was_stopped_before_does_not_come_up(pretended):
    sandbox = pretended(COMES_UP)
    sandbox.stop()
    with pytest.raises(SandboxLost, match="was stopped"):
        run_once(sandbox)


def test_a_sandbox_that_has_ended_is_not_asked_any_more(pretended):
    sandbox = pretended(f"{COMES_UP}\ntime.sleep(0.1)")
    with sandbox:
        pass
    with pytest.raises(SandboxLost, match="the sandbox has ended"):
        sandbox.begin({}, 0)
    assert msgspec.structs.asdict(sandbox.ready)["torch"] == "2.11"
