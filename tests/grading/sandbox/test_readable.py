"""Readable paths: what the tests need, and no solutions."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from dojo.grading.sandbox import levels, readable
from dojo.grading.sandbox.levels import Level
from tests.grading.sandbox.confined import ROOT, needs_bubblewrap, on_linux

pytestmark = on_linux


def made(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("secret" if "solutions" in name else "open")


def is_readable(file: Path, paths: list[Path]) -> bool:
    """Say whether Landlock with these paths lets a file be read."""
    return any(file.resolve().is_relative_to(path.resolve()) for path in paths)


@pytest.fixture
def wheel(monkeypatch):
    """A Python with the suite installed as a wheel, under three paths; not in /tmp, which sandboxes replace."""
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
    paths = readable.readable_without_hidden()
    assert not is_readable(wheel / "lib/site-packages/dojo/suite/solutions/storage/strides.py", paths)
    assert is_readable(wheel / "lib/site-packages/torch/__init__.py", paths)
    assert is_readable(wheel / "lib/site-packages/six.py", paths)
    holes = [*readable.hidden_folders(readable.readable_paths())]
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
    paths = readable.readable_without_hidden()
    seen = [
        name
        for name in ("solutions/storage/strides.py", "tests/mistakes/solutions.py", ".git/HEAD")
        if is_readable(clone / name, paths)
    ]
    assert seen == []
    assert is_readable(clone / ".venv/bin/python", paths)
    assert is_readable(tmp_path / "usr/lib/libc.so", paths)
    assert {clone / "solutions", clone / "tests", clone / ".git"} <= {
        *readable.hidden_folders(readable.readable_paths())
    }


@needs_bubblewrap
def test_bubblewrap_shows_a_wheel_without_its_solutions(wheel, tmp_path, monkeypatch):
    monkeypatch.setattr(readable, "_pythons", lambda: [wheel])
    tmp_path.chmod(0o755)
    project = tmp_path / "suite"
    project.mkdir()
    command, _ = levels.SandboxFactory(Level.BUBBLEWRAP, project).command(tmp_path, (), 1)
    wrapped = command[: command.index(sys.executable)]

    def said(name: str) -> bytes:
        return subprocess.run([*wrapped, "cat", wheel / name], capture_output=True, check=False).stdout

    assert said("lib/site-packages/torch/__init__.py") == b"open"
    for packages in ("lib/site-packages", "lib64/site-packages"):
        assert said(f"{packages}/dojo/suite/solutions/storage/strides.py") == b""
    assert said("lib/site-packages/alias/suite/solutions/storage/strides.py") == b""
