"""Each step of confinement, tried in a process of its own."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.grading.sandbox.confined import AS_SUPERUSER, ENVIRONMENT, PRELUDE, child, on_linux

confine = pytest.importorskip("dojo.grading.sandbox.confine", reason="it is made of what Linux has")
pytestmark = on_linux


def test_limits_hold_for_memory_and_files(tmp_path):
    told = child(
        """
confine.set_limits(600 << 20, 64, 1 << 20, 10_000)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
told["memory"] = fails(lambda: bytearray(700 << 20))
told["little memory"] = fails(lambda: bytearray(50 << 20))
told["file"] = fails(lambda: Path(sys.argv[1]).write_bytes(bytes(2 << 20)))
told["core"] = resource.getrlimit(resource.RLIMIT_CORE)[1]
""",
        tmp_path / "file",
    )
    assert told == {"memory": "MemoryError", "little memory": "", "file": "OSError", "core": 0}
    assert (tmp_path / "file").stat().st_size <= 1 << 20


def test_a_lower_limit_that_was_there_before_stays():
    told = child(
        "resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))\n"
        "confine.become_nobody(os.geteuid())\n"
        "confine.set_limits(0, 64, 1 << 20, 0)\n"
        "told['files'] = resource.getrlimit(resource.RLIMIT_NOFILE)[1]"
    )
    assert told["files"] == 40


def test_nobody_has_no_privileges_and_never_gets_them_back():
    told = child(
        """
confine.become_nobody(61500)
status = dict(line.split(":\\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\\t" in line)
told["effective"], told["bounding"] = int(status["CapEff"], 16), int(status["CapBnd"], 16)
told["none new"] = status["NoNewPrivs"]
told["user"] = os.getuid()
told["back"] = fails(lambda: os.setresuid(0, 0, 0))
told["dumpable"] = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
"""
    )
    assert (told["effective"], told["none new"], told["back"], told["dumpable"]) == (0, "1", "PermissionError", 0)
    if AS_SUPERUSER:
        assert (told["user"], told["bounding"]) == (61500, 0)


def test_processes_are_counted_against_nobody():
    if not AS_SUPERUSER:
        pytest.skip("only the superuser can choose the user whose processes are counted")
    told = child(
        """
user = confine.random_nobody()
confine.set_limits(0, 5, 1 << 20, confine.count_threads(user))
confine.become_nobody(user)
children = []
def crowd():
    for _ in range(9):
        pid = os.fork()
        if not pid:
            signal.pause()
        children.append(pid)
told["crowd"] = fails(crowd)
told["children"] = len(children)
for pid in children:
    os.kill(pid, 9)
"""
    )
    assert told == {"crowd": "BlockingIOError", "children": 4}


def test_hand_ins_of_sandboxes_that_begin_alike_do_not_share_a_user():
    users = {
        confine.random_nobody() for _ in range(60)
    }  # all from one process id, since sandboxes count process ids from 1
    assert len(users) > 50
    assert all(61_184 <= user < 65_520 for user in users)


def test_folders_of_ones_own_hide_those_of_the_machine():
    with (
        tempfile.NamedTemporaryFile(dir="/tmp", prefix="of-the-machine-") as seen,
        tempfile.TemporaryDirectory(dir="/var/tmp") as folder,
        tempfile.TemporaryDirectory(dir="/tmp") as home,
    ):
        kept = Path(home, "kept")
        kept.mkdir()
        (kept / "file").write_text("as it was")
        Path(home, "not kept").touch()
        told = child(
            """
folder, seen, kept = map(Path, sys.argv[1:])
before = os.stat("/tmp").st_dev
confine.mount_private_folders(folder, 4, [kept, kept / "file"], True)
told["own"] = os.stat(folder).st_dev != before
told["seen"] = seen.exists()
told["small"] = fails(lambda: (folder / "small").write_bytes(bytes(1 << 20)))
told["large"] = fails(lambda: (folder / "large").write_bytes(bytes(8 << 20)))
told["shared memory"] = os.listdir("/dev/shm")
told["kept"] = (kept / "file").read_text(), sorted(os.listdir(kept.parent))
told["left"] = [each for each in ("/root", "/home", "/run", "/var") if os.path.isdir(each) and set(os.listdir(each)) - {"tmp"}]
""",
            folder,
            seen.name,
            kept,
        )
        if not told["own"]:
            pytest.skip("mounts of one's own are refused here")
        assert told == {
            "own": True,
            "seen": False,
            "small": "",
            "large": "OSError",
            "shared memory": [],
            "kept": ["as it was", [kept.name]],
            "left": [],
        }
        assert Path(seen.name).exists()
        assert list(Path(folder).iterdir()) == []


def test_processes_can_be_hidden():
    told = child(
        "confine.mount_private_folders(Path('/tmp'), 1, [], False)\nconfine.hide_processes()\ntold['left'] = os.listdir('/proc')"
    )
    if "self" in told["left"]:
        pytest.skip("mounts of one's own are refused here")
    assert told == {"left": []}


def test_own_namespaces_have_no_network_and_hand_on_how_they_end():
    code = f"{PRELUDE}\nconfine.enter_namespaces()\nprint(os.getpid(), confine.has_own_network(), flush=True)\n"
    done = {
        end: subprocess.run([sys.executable, "-c", code + end], capture_output=True, env=ENVIRONMENT, check=False)
        for end in ("os._exit(7)", "os._exit(0)")
    }
    if b"True" not in done["os._exit(0)"].stdout:
        pytest.skip("namespaces are refused here")
    assert done["os._exit(7)"].stdout == b"1 True\n"
    assert [each.returncode for each in done.values()] == [7, 0]


@pytest.mark.parametrize(
    "does",
    [
        "confine.die_with_parent()",
        "confine.die_with_parent(); confine.become_nobody(61500)",
        "confine.enter_namespaces()",
    ],
)
def test_who_dies_with_the_parent_does_whatever_it_becomes(does):
    code = f"""{PRELUDE}
pid = os.fork()
if pid == 0:
    {does}
    print("ready", flush=True)
    time.sleep(20)
    os._exit(0)
signal.pause()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=ENVIRONMENT) as parent:
        assert parent.stdout.readline() == b"ready\n"
        started = time.monotonic()
        parent.kill()
        assert parent.stdout.read() == b""  # no process holds it open any more
        assert time.monotonic() - started < 10
