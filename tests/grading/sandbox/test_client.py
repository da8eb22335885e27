"""What confines hand-ins, piece by piece: in processes of their own, and with sandboxes that only pretend."""

import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import msgspec
import pytest

from dojo.grading.engine import setup
from dojo.grading.model.grades import Limits
from dojo.grading.model.verdicts import VerdictState
from dojo.grading.sandbox import client, landlock, levels, readable
from dojo.grading.sandbox import report as sandbox_report
from dojo.grading.sandbox.client import Lost, NotBegun, Sandbox
from dojo.grading.sandbox.levels import Level, NoSandbox
from dojo.grading.sandbox.protocol import LONGEST, Cut, KataReply, Ready, Reply, packed, received
from dojo.results.failure import Evidence
from dojo.results.progress import Result
from dojo.results.run import Ended

confine = pytest.importorskip("dojo.grading.sandbox.confine", reason="it is made of what Linux has")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="hand-ins are confined on Linux only")
ROOT = Path(__file__).parents[3]
SYSTEM = ["/usr", "/lib", "/lib64", "/etc/ld.so.cache", sys.prefix, sys.base_prefix, str(ROOT)]
AS_SUPERUSER = hasattr(os, "geteuid") and os.geteuid() == 0
needs_landlock = pytest.mark.skipif(
    sys.platform == "linux" and not landlock.version(), reason="this kernel has no Landlock"
)
needs_bubblewrap = pytest.mark.skipif(
    sys.platform == "linux" and levels.bubblewrap_works() is not None, reason="bubblewrap does not work here"
)

PRELUDE = """
import ctypes, json, os, resource, signal, socket, sys, time
from pathlib import Path
from dojo.grading.sandbox import confine, landlock

def fails(attempt):
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    except MemoryError:
        return "MemoryError"
    return ""

told = {}
"""


def child(code: str, *arguments: object, **options: object) -> dict[str, object]:
    """Run code in a process of its own, and return what it put into ``told``."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{PRELUDE}\n{code}\nprint(json.dumps(told), flush=True)\nos._exit(0)",
            *map(str, arguments),
        ],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        timeout=60,
        **options,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


# --- Landlock


@pytest.fixture
def three():
    """Folders to read, to write, and to be refused, with a file in each: any user could."""
    with tempfile.TemporaryDirectory() as above:
        Path(above).chmod(0o755)
        folders = [Path(above, name) for name in ("read", "write", "refused")]
        for folder in folders:
            folder.mkdir()
            (folder / "file").write_text(folder.name)
            folder.chmod(0o777)
        yield folders


RESTRICTED = """
read, write, refused = map(Path, sys.argv[1:4])
landlock.restrict([read, *map(Path, json.loads(sys.argv[4]))], [write], network=False)
told["read"] = fails((read / "file").read_bytes)
told["write in read"] = fails(lambda: (read / "new").write_text("x"))
told["read in write"] = fails((write / "file").read_bytes)
told["write"] = fails(lambda: (write / "new").write_text("x"))
told["refused"] = fails((refused / "file").read_bytes)
told["list"] = fails(lambda: os.listdir(refused))
told["new in refused"] = fails(lambda: (refused / "new").write_text("x"))
told["remove"] = fails((refused / "file").unlink)
told["by a link"] = fails(lambda: ((write / "link").symlink_to(refused / "file"), (write / "link").read_bytes()))
told["child"] = os.system(f"cat {refused}/file") != 0
"""


@needs_landlock
def test_landlock_allows_what_is_named_and_nothing_else(three):
    told = child(RESTRICTED, *three, json.dumps(SYSTEM))
    refused = "PermissionError"
    assert told == {
        "read": "",
        "write in read": refused,
        "read in write": "",
        "write": "",
        "refused": refused,
        "list": refused,
        "new in refused": refused,
        "remove": refused,
        "by a link": refused,
        "child": True,
    }
    assert (three[2] / "file").read_text() == "refused"


@needs_landlock
@pytest.mark.skipif(not AS_SUPERUSER, reason="who is no superuser tries it in the test above")
@pytest.mark.skipif(
    not all(readable.is_open_to_all(Path(each)) for each in (sys.prefix, sys.base_prefix, ROOT)),
    reason="Python is private",
)
def test_landlock_restricts_a_plain_user_who_may_make_no_namespaces(three):
    told = child(RESTRICTED, *three, json.dumps(SYSTEM), user=1000, group=1000, extra_groups=[])
    assert (told["read"], told["refused"]) == ("", "PermissionError")


@pytest.mark.skipif(sys.platform != "linux" or landlock.version() < 4, reason="this Landlock knows no TCP")
def test_landlock_refuses_connections():
    code = """
with socket.create_server(("127.0.0.1", 0)) as listening:
    address = listening.getsockname()
    told["before"] = fails(lambda: socket.create_connection(address, 2).close())
    landlock.restrict([], [], network=bool(int(sys.argv[1])))
    told["after"] = fails(lambda: socket.create_connection(address, 2).close())
"""
    assert child(code, 0) == {"before": "", "after": "PermissionError"}
    assert child(code, 1) == {"before": "", "after": ""}


@pytest.mark.skipif(sys.platform != "linux" or landlock.version() < 6, reason="this Landlock knows no signals")
def test_landlock_refuses_signals_to_whom_it_does_not_confine():
    told = child("landlock.restrict([], [], False)\ntold['signal'] = fails(lambda: os.kill(os.getppid(), 0))")
    assert told == {"signal": "PermissionError"}


@needs_landlock
def test_what_is_not_there_needs_no_rule(tmp_path):
    told = child(
        "landlock.restrict([Path(sys.argv[1])], [], False)\ntold['usr'] = fails(lambda: os.listdir('/usr'))",
        tmp_path / "no",
    )
    assert told == {"usr": "PermissionError"}


def test_a_kernel_without_landlock_is_told_of(monkeypatch):
    monkeypatch.setattr(landlock, "version", lambda: 0)
    with pytest.raises(OSError, match="this kernel has no Landlock"):
        landlock.restrict([], [], network=False)


# --- pieces of confinement


def test_limits_hold_for_memory_and_files(tmp_path):
    told = child(
        """
confine.limit(600 << 20, 64, 1 << 20, 10_000)
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
        "confine.limit(0, 64, 1 << 20, 0)\n"
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
user = confine.nobody()
confine.limit(0, 5, 1 << 20, confine.processes_of(user))
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
    users = {confine.nobody() for _ in range(60)}  # of one process, as the first of each sandbox has the same number
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
confine.own_folders(folder, 4, [kept, kept / "file"], True)
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
        "confine.own_folders(Path('/tmp'), 1, [], False)\nconfine.no_processes_to_see()\ntold['left'] = os.listdir('/proc')"
    )
    if "self" in told["left"]:
        pytest.skip("mounts of one's own are refused here")
    assert told == {"left": []}


def test_own_namespaces_have_no_network_and_hand_on_how_they_end():
    code = f"{PRELUDE}\nconfine.own_namespaces()\nprint(os.getpid(), confine.has_own_network(), flush=True)\n"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = {
        end: subprocess.run([sys.executable, "-c", code + end], capture_output=True, env=environment, check=False)
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
        "confine.own_namespaces()",
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
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout.readline() == b"ready\n"
        started = time.monotonic()
        parent.kill()
        assert parent.stdout.read() == b""  # nobody holds it open any more
        assert time.monotonic() - started < 10


# --- levels


def fake_bwrap(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    program = folder / "bin" / "bwrap"
    program.parent.mkdir()
    program.write_text(text)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("bwrap: setting up uid map: Permission denied", "kernel.apparmor_restrict_unprivileged_userns=0"),
        ("bwrap: No permissions to create new namespace, likely because the kernel", "AppArmor profile"),
        ("bwrap: Creating new namespace failed: Operation not permitted", "seccomp profile"),
        ("bwrap: Unknown option --perms", "0.5 or later"),
    ],
)
def test_a_bubblewrap_that_fails_is_told_of_with_what_helps(tmp_path, monkeypatch, said, advice):
    fake_bwrap(tmp_path, monkeypatch, f"#!/bin/sh\necho first >&2\necho '{said}' >&2\nexit 1\n")
    assert levels.bubblewrap_works() == said
    monkeypatch.setattr(levels, "possible", lambda: (Level.WEAK,))
    monkeypatch.setattr(setup, "tried", lambda *_: frozenset({"memory"}))
    lines = setup.diagnosis(Limits())
    assert any(line.startswith(f"bubblewrap: {said}") and advice in line for line in lines)
    assert "  refuses more memory than allowed" in lines
    assert "  DOES NOT refuse connections" in lines
    assert lines[-1] == "hand-ins are graded here with --allow-weak-sandbox only"


def test_a_bubblewrap_without_the_options_that_sandboxes_need_does_not_work(tmp_path, monkeypatch):
    old = (
        '#!/bin/sh\nfor each; do [ "$each" = --perms ] && { echo "bwrap: Unknown option --perms" >&2; exit 1; }; done\n'
    )
    fake_bwrap(tmp_path, monkeypatch, old)
    assert levels.bubblewrap_works() == "bwrap: Unknown option --perms"


def test_a_bubblewrap_that_says_nothing_or_cannot_be_run_or_is_not_there_does_not_work(tmp_path, monkeypatch):
    fake_bwrap(tmp_path, monkeypatch, "#!/bin/sh\nexit 3\n")
    assert levels.bubblewrap_works() == "it ends with status 3"
    (tmp_path / "bin/bwrap").write_bytes(b"\0\0")
    assert levels.bubblewrap_works() == f"{tmp_path}/bin/bwrap cannot be run: Exec format error"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert levels.bubblewrap_works() == "it is not installed"


def test_the_weak_sandbox_is_refused_unless_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(levels, "possible", lambda: (Level.WEAK,))
    with pytest.raises(NoSandbox, match="install bubblewrap .* or trust them all with --allow-weak-sandbox"):
        levels.choose(weak_is_allowed=False)
    assert levels.choose(weak_is_allowed=True) is Level.WEAK
    monkeypatch.setattr(levels, "possible", lambda: (Level.LANDLOCK, Level.WEAK))
    assert levels.choose(weak_is_allowed=True) is Level.LANDLOCK


def test_other_systems_than_linux_are_told_what_to_do(monkeypatch):
    monkeypatch.setattr(levels.sys, "platform", "darwin")
    with pytest.raises(NoSandbox, match="use a container, or WSL"):
        levels.choose(weak_is_allowed=True)


def test_where_there_is_no_room_for_the_copy_it_is_told(tmp_path, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(levels.shutil, "copytree", full)
        with pytest.raises(NoSandbox, match="No space left on device. Make room there, or let TMPDIR name"):
            levels.staged(tmp_path / "suite")
    with monkeypatch.context() as disk:
        disk.setattr(levels.shutil, "copyfile", full)
        with pytest.raises(NoSandbox, match="No space left on device.*. Make room there"):
            levels.staged(tmp_path / "other")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no"))
    with pytest.raises(NoSandbox, match="let TMPDIR name one"):
        levels.folder_for_staging()


# --- what is visible


def made(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("secret" if "solutions" in name else "open")


def is_readable(file: Path, paths: list[Path]) -> bool:
    """Say whether Landlock lets a file be read where it is told of these paths."""
    return any(file.resolve().is_relative_to(path.resolve()) for path in paths)


@pytest.fixture
def wheel(monkeypatch):
    """A Python with the suite installed as a wheel, that goes by three names; not in /tmp, which sandboxes replace."""
    cache = ROOT / ".pytest_cache"
    cache.mkdir(exist_ok=True)
    if not os.access(cache, os.W_OK):
        pytest.skip("the project's folder cannot be written to")
    with tempfile.TemporaryDirectory(dir=cache) as above:
        yield installed(Path(above), monkeypatch)


def installed(above: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    prefix = above / "python"
    packages = prefix / "lib/site-packages"
    made(packages, "dojo/suite/solutions/storage/strides.py", "dojo/suite/__init__.py", "torch/__init__.py", "six.py")
    (prefix / "lib64").symlink_to("lib")
    (packages / "alias").symlink_to("dojo")
    (above / "link").symlink_to("python")
    monkeypatch.setattr(readable.suite, "PACKAGE", packages / "dojo")
    monkeypatch.setattr(readable.suite, "home", lambda: packages / "dojo/suite")
    monkeypatch.setattr(readable, "_pythons", lambda: [above / "link", prefix, prefix / "lib64"])
    return prefix


def test_solutions_of_a_wheel_are_not_readable_by_any_name(wheel):
    paths = readable.in_pieces()
    assert not is_readable(wheel / "lib/site-packages/dojo/suite/solutions/storage/strides.py", paths)
    assert is_readable(wheel / "lib/site-packages/torch/__init__.py", paths)
    assert is_readable(wheel / "lib/site-packages/six.py", paths)
    holes = [*readable.holes(readable.without_holes())]
    for name in ("link/lib", "python/lib"):
        assert wheel.parent / name / "site-packages/dojo" in holes


def test_solutions_of_a_clone_below_a_folder_of_the_system_are_not_readable(tmp_path, monkeypatch):
    clone = tmp_path / "usr/src/app"
    made(
        clone,
        "solutions/storage/strides.py",
        "tests/mistakes/solutions.py",
        ".git/HEAD",
        "dojo/course/suite.py",
        ".venv/bin/python",
    )
    made(tmp_path, "usr/lib/libc.so")
    monkeypatch.setattr(readable.suite, "PACKAGE", clone / "dojo")
    monkeypatch.setattr(readable.suite, "home", lambda: clone)
    monkeypatch.setattr(readable, "_pythons", lambda: [clone / ".venv"])
    monkeypatch.setattr(readable, "_SYSTEM", (str(tmp_path / "usr"),))
    paths = readable.in_pieces()
    seen = [
        name
        for name in ("solutions/storage/strides.py", "tests/mistakes/solutions.py", ".git/HEAD")
        if is_readable(clone / name, paths)
    ]
    assert seen == []
    assert is_readable(clone / ".venv/bin/python", paths)
    assert is_readable(tmp_path / "usr/lib/libc.so", paths)
    assert {clone / "solutions", clone / "tests", clone / ".git"} <= {*readable.holes(readable.without_holes())}


@needs_bubblewrap
def test_bubblewrap_shows_a_wheel_without_its_solutions(wheel, tmp_path, monkeypatch):
    monkeypatch.setattr(readable, "_pythons", lambda: [wheel])
    tmp_path.chmod(0o755)
    project = tmp_path / "suite"
    project.mkdir()
    command, _ = levels.Place(Level.BUBBLEWRAP, project).command(tmp_path, (), 1)
    wrapped = command[: command.index(sys.executable)]

    def said(name: str) -> bytes:
        return subprocess.run([*wrapped, "cat", wheel / name], capture_output=True, check=False).stdout

    assert said("lib/site-packages/torch/__init__.py") == b"open"
    for packages in ("lib/site-packages", "lib64/site-packages"):
        assert said(f"{packages}/dojo/suite/solutions/storage/strides.py") == b""
    assert said("lib/site-packages/alias/suite/solutions/storage/strides.py") == b""


# --- what is said


READY = Ready("2.11", ("cpu",), (), {"storage/strides": (("test_a", "cpu"),)})


def test_a_message_comes_back_in_whatever_pieces_it_travels():
    stream = io.BytesIO(packed(READY) + packed(READY))
    assert received(lambda _: stream.read(1), Reply) == READY
    assert received(stream.read, Reply) == READY
    with pytest.raises(Cut, match="the other side is gone"):
        received(stream.read, Reply)


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (b"", "is gone"),
        (b"\0\0", "is gone"),
        (packed(READY)[:-1], "is gone"),
        ((LONGEST + 1).to_bytes(4, "big"), f"of {LONGEST + 1} bytes is too long"),
        (b"\0\0\0\x03abc", "makes no sense"),
        (b"\0\0\0\0", "makes no sense"),
        (b"\0\x01\x86\xa0" + b"\x91" * 100_000, "makes no sense"),
        (b"\0\0\0\x13\x82\xa4type\xa5Ready\xa5torch\xa1\xff", "makes no sense"),
    ],
    ids=range(8),
)
def test_a_message_that_is_none_ends_the_talk(frame, why):
    with pytest.raises(Cut, match=why):
        received(io.BytesIO(frame).read, Reply)


# --- reports

SECRET = b"s" * 32
PASSED = Result("test_a", "storage/strides", "It lies there.", "cpu").as_dict()
FAILED = {**PASSED, "evidence": Evidence("refused", "gave 3, expected 9").as_dict()}
DONE = {"done": True}


def signed(*lines: object, secret: bytes = SECRET) -> bytes:
    code, report = hashlib.blake2b(key=secret, digest_size=32), b""
    for place, line in enumerate(lines):
        said = line if isinstance(line, bytes) else json.dumps(line).encode()
        own = code.copy()
        own.update(place.to_bytes(4, "big") + said)
        report += own.hexdigest().encode() + b" " + said + b"\n"
    return report


def told(report: bytes, ended: str = "finished", status: int = 0, printed: bytes = b"") -> sandbox_report.Told:
    return sandbox_report.read(KataReply(ended, status, report, printed, 0.5), SECRET)


def test_a_report_that_is_signed_is_believed():
    found = told(signed({"result": PASSED}, {"result": {**FAILED, "test": "test_b"}}, {**DONE, "controls": ["test_c"]}))
    assert (found.run.ended, found.seen, found.controls) == (Ended.FINISHED, None, ("test_c",))
    assert [(each.test, each.passed) for each in found.run.results] == [("test_a", True), ("test_b", False)]


def test_what_ended_before_the_answer_was_come_to_is_no_fault_of_its_own():
    assert told(signed({"begun": True}, {"result": PASSED}, DONE)).begun
    assert told(b"junk\n").begun  # somebody else has written into it, who was there then
    for said in (b"", signed({"beg": True})[:9]):
        assert not told(said, status=1).begun


GOOD = signed({"result": PASSED}, DONE)


@pytest.mark.parametrize(
    "report",
    [
        b'{"result": 1}\n',
        signed({"result": PASSED}, DONE, secret=b"o" * 32),
        b"\n".join(reversed(GOOD.splitlines())) + b"\n",
        GOOD.splitlines(keepends=True)[0] * 2,
        b"2 passed\n" + GOOD,
        GOOD + b"\n",
        GOOD + signed({"result": FAILED}),
        GOOD.replace(b"test_a", b"test_b"),
        signed({"result": PASSED}, DONE, DONE),
        signed(DONE, {"result": PASSED}),
        signed(b'{"result": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", DONE),
        signed(b'{"controls": ' + b"[" * 200_000, DONE),
        signed({"result": {**PASSED, "evidence": {"outcome": 7}}}, DONE),
        signed({"done": "yes"}),
        signed({"passed": True}, DONE),
        signed(b'{"tampering": "\xff"}', DONE),
        signed(b"null", DONE),
        signed(b"", DONE),
        signed(b'{"result": {"test": NaN}}', DONE),
        b"\n" * (4 << 20),
        b"\xff\x00" * 1000 + b"\n",
    ],
    ids=[
        "unsigned",
        "other secret",
        "other order",
        "replayed",
        "printed before",
        "empty line behind",
        "signed by another place",
        "changed",
        "done twice",
        "goes on when it is done",
        "deep",
        "deep and cut",
        "wrong types",
        "wrong type",
        "more fields",
        "no UTF-8",
        "null",
        "nothing",
        "no number",
        "huge",
        "junk",
    ],
)
def test_a_report_that_somebody_else_wrote_into_is_tampering(report):
    found = told(report)
    assert found.seen is not None
    assert found.seen.state is VerdictState.TAMPERING


def test_a_report_that_is_cut_off_is_no_crime_and_not_done():
    for said in (GOOD[:-1], GOOD[:-40], b"", GOOD.splitlines(keepends=True)[0]):
        found = told(said, status=1)
        assert (found.run.ended, found.seen.state) == (Ended.CRASHED, VerdictState.CRASHED)


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ({"ended": "timeout"}, None),
        ({"ended": "output_limit"}, VerdictState.OUTPUT_LIMIT),
        ({"ended": "memory"}, VerdictState.MEMORY),
        ({"status": -11}, VerdictState.CRASHED),
        ({"status": -9}, VerdictState.MEMORY),
        ({"status": 1, "printed": b"terminate: std::bad_alloc"}, VerdictState.MEMORY),
        ({"status": 3}, VerdictState.CRASHED),
    ],
)
def test_how_the_process_ended_counts_more_than_that_it_was_done(reply, state):
    found = told(GOOD, **reply)
    assert found.run.ended is (Ended.TIMEOUT if state is None else Ended.CRASHED)
    assert (found.seen and found.seen.state) is state
    assert found.killed is (reply.get("status") == -9)


def test_a_long_message_is_not_searched_for_long():
    said = {**FAILED, "evidence": {**FAILED["evidence"], "message": "raised RuntimeError: " * 300_000}}
    started = time.monotonic()
    assert told(signed({"result": said}, DONE)).seen is None
    assert time.monotonic() - started < 5


def test_who_says_in_an_error_that_there_was_no_room_is_told_so():
    said = {**FAILED, "evidence": {**FAILED["evidence"], "message": "raised RuntimeError: can't start new thread"}}
    assert told(signed({"result": said}, DONE)).seen.state is VerdictState.CRASHED


# --- the grader's side

SERVER = """
import hashlib, os, sys, time
from dojo.grading.sandbox.protocol import *

def say(message):
    write_all(1, packed(message))

def hear():
    return received(lambda count: os.read(0, count), Request)

def begun(request):
    said = b'{"begun": true}'
    return hashlib.blake2b(bytes(4) + said, key=request.secret, digest_size=32).hexdigest().encode() + b" " + said + b"\\n"

READY = Ready("2.11", ("cpu",), (), {})
"""
COMES_UP = f"{SERVER}\nsay(READY)\n"


class Pretended:
    """A place whose sandboxes run a script."""

    def __init__(self, project: Path, script: str) -> None:
        self.project = project
        self.script = script
        self.folders: list[Path] = []

    def command(self, folder: Path, devices: object, size: int) -> tuple[list[str], dict[str, str]]:
        self.folders.append(folder)
        return [sys.executable, "-c", self.script], {**os.environ, "PYTHONPATH": str(ROOT)}


def children() -> set[str]:
    """Return the processes that this one has started, ended ones that nobody has waited for among them."""
    return {pid for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()}


@pytest.fixture
def pretended(tmp_path, monkeypatch):
    """Make such a sandbox; at the end, nothing of any of them may be left."""
    monkeypatch.setattr(client, "_LEAVE", 0.2)
    made, before, others = [], len([*Path("/proc/self/fd").iterdir()]), children()

    def make(script: str) -> Sandbox:
        place = Pretended(tmp_path, script)
        sandbox = Sandbox(place, ("cpu",), Limits())
        made.append(place)
        return sandbox

    yield make
    assert [folder for place in made for folder in place.folders if folder.exists()] == []
    assert len([*Path("/proc/self/fd").iterdir()]) == before
    assert children() - others == set()


def run_once(sandbox: Sandbox) -> sandbox_report.Told:
    with sandbox, sandbox.hand_in({"storage/strides": b"x = 1\n"}, 3) as session:
        return session.run("storage/strides", ["test_a"], [], 0.2)


def test_a_sandbox_that_dies_at_the_start_is_told_of_with_its_last_line(pretended):
    with pytest.raises(Lost, match="the other side is gone; it said last: no room for me"):
        run_once(pretended("import sys; sys.exit('first line\\nno room for me')"))


def test_a_sandbox_that_says_nothing_is_told_of(pretended):
    with pytest.raises(Lost, match="it said nothing"):
        run_once(pretended(""))


def test_a_program_that_is_not_there_is_told_of(pretended, monkeypatch):
    sandbox = pretended("")
    command = ["/nowhere/bwrap"], {}
    monkeypatch.setattr(sandbox.place, "command", lambda *_: command)
    with pytest.raises(Lost, match="no sandbox can be started: /nowhere/bwrap: No such file or directory"):
        run_once(sandbox)


def test_no_room_for_its_folder_is_told_of(pretended, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no"))
    with pytest.raises(Lost, match="no sandbox can be started: .*No such file or directory"):
        run_once(pretended(COMES_UP))


def test_a_sandbox_that_does_not_come_up_is_given_up(pretended, monkeypatch):
    monkeypatch.setattr(client, "_START", 0.3)
    with pytest.raises(Lost, match=r"did not answer within 0\.3 s"):
        run_once(pretended("import time; time.sleep(60)"))


def test_a_sandbox_that_dies_in_the_midst_of_a_kata_is_lost(pretended):
    with pytest.raises(Lost, match="it said last: .*out of luck"):
        run_once(pretended(f"{COMES_UP}\nhear(); hear(); sys.exit('out of luck')"))


def test_a_sandbox_that_hangs_in_the_midst_of_a_kata_is_lost(pretended, monkeypatch):
    monkeypatch.setattr(client, "_GRACE", 0.3)
    started = time.monotonic()
    with pytest.raises(Lost, match="did not answer within"):
        run_once(pretended(f"{COMES_UP}\nhear(); hear(); time.sleep(60)"))
    assert time.monotonic() - started < 10


def test_a_sandbox_that_stops_in_the_midst_of_a_word_is_lost(pretended, monkeypatch):
    monkeypatch.setattr(client, "_GRACE", 0.3)
    with pytest.raises(Lost, match="did not answer within"):
        run_once(pretended(f"{COMES_UP}\nhear(); hear(); os.write(1, b'\\0\\0\\0\\x10abc'); time.sleep(60)"))


@pytest.mark.parametrize("said", ["say(READY)", "os.write(1, b'2 passed')", "os.write(1, b'\\0\\0\\0\\x01\\xc1')"])
def test_a_sandbox_that_says_something_else_is_lost(pretended, said):
    with pytest.raises(Lost, match="the sandbox said Ready|is too long|makes no sense"):
        run_once(pretended(f"{COMES_UP}\nhear(); hear(); {said}"))


def test_a_sandbox_that_does_not_listen_is_lost(pretended, monkeypatch):
    monkeypatch.setattr(client, "_GRACE", 0.3)
    with pretended(f"{COMES_UP}\ntime.sleep(60)") as sandbox:
        with pytest.raises(Lost, match="has not listened"), sandbox.hand_in({"storage/strides": bytes(4 << 20)}, 3):
            pass


def test_what_a_sandbox_writes_while_it_is_asked_why_is_kept(pretended):
    script = f"{COMES_UP}\nsys.stderr.write('x' * 9000 + '\\nlast words\\n')\nsys.exit(1)"
    with pytest.raises(Lost, match="it said last: last words"):
        run_once(pretended(script))


def test_a_hand_in_that_ended_badly_loses_the_sandbox(pretended):
    script = (
        f"{COMES_UP}\nhear(); say(KataReply('finished', 1, begun(hear()), b'', 0.1)); hear(); say(Gone(-9)); hear()"
    )
    with pytest.raises(Lost, match="the process of a hand-in ended with status -9"):
        run_once(pretended(script))


def test_all_goes_well_with_a_sandbox_that_does_as_it_should(pretended):
    script = f"{COMES_UP}\nhear(); say(KataReply('timeout', -9, begun(hear()), b'', 0.1)); hear(); say(Gone(0)); hear()"
    assert run_once(pretended(script)).run.ended is Ended.TIMEOUT


def test_what_fails_before_it_comes_to_the_answer_is_told_of_with_its_last_words(pretended):
    script = f"{COMES_UP}\nhear(); hear(); say(KataReply('finished', 1, b'', b'OSError: no Landlock\\n', 0.1)); hear()"
    with pytest.raises(NotBegun, match="finished before it came to the answer; it said last: OSError: no Landlock"):
        run_once(pretended(script))


def test_another_thread_can_stop_a_sandbox_that_is_at_work(pretended):
    sandbox = pretended(f"{COMES_UP}\nhear(); hear(); time.sleep(60)")
    threading.Timer(1, sandbox.stop).start()
    started = time.monotonic()
    with pytest.raises(Lost):
        run_once(sandbox)
    assert time.monotonic() - started < 10


def test_a_sandbox_that_was_stopped_before_does_not_come_up(pretended):
    sandbox = pretended(COMES_UP)
    sandbox.stop()
    with pytest.raises(Lost, match="was stopped"):
        run_once(sandbox)


def test_a_sandbox_that_has_ended_is_not_asked_any_more(pretended):
    sandbox = pretended(f"{COMES_UP}\ntime.sleep(0.1)")
    with sandbox:
        pass
    with pytest.raises(Lost, match="the sandbox has ended"), sandbox.hand_in({}, 0):
        pass
    assert msgspec.structs.asdict(sandbox.ready)["torch"] == "2.11"
