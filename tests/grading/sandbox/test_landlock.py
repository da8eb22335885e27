"""What Landlock refuses."""

import json
import sys
import tempfile
from pathlib import Path

import pytest

from dojo.grading.sandbox import landlock, readable
from tests.grading.sandbox.confined import AS_SUPERUSER, ROOT, child, needs_landlock, on_linux

pytestmark = on_linux
SYSTEM = ["/usr", "/lib", "/lib64", "/etc/ld.so.cache", sys.prefix, sys.base_prefix, str(ROOT)]


@pytest.fixture
def three():
    """Three folders with a file each: to read, to write, and to be refused. Any user could access them."""
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
