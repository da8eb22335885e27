"""The levels of confinement: which of them work, and what is missing for the others."""

import errno
import os
import tempfile
from pathlib import Path

import pytest

from dojo.grading.engine import setup
from dojo.grading.model.grades import Limits
from dojo.grading.sandbox import levels
from dojo.grading.sandbox.levels import Level, NoSandbox
from tests.grading.sandbox.confined import on_linux

pytestmark = on_linux


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
    monkeypatch.setattr(setup, "probe_sandbox", lambda *_: frozenset({"memory"}))
    lines = setup.doctor(Limits())
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
            levels.copy_suite(tmp_path / "suite")
    with monkeypatch.context() as disk:
        disk.setattr(levels.shutil, "copyfile", full)
        with pytest.raises(NoSandbox, match="No space left on device.*. Make room there"):
            levels.copy_suite(tmp_path / "other")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no"))
    with pytest.raises(NoSandbox, match="let TMPDIR name one"):
        levels.folder_for_suite()
