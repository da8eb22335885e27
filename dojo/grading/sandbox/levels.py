"""The levels of confinement that this machine supports, and how to start a sandbox of each."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from dojo.course import suite
from dojo.grading.sandbox import landlock, readable


class Level(Enum):
    """How hand-ins are confined; the value is the name in reports."""

    BUBBLEWRAP = "bubblewrap"
    LANDLOCK = "landlock"
    WEAK = "weak"


class NoSandbox(RuntimeError):
    """This machine cannot confine hand-ins: the message says how to change that."""


_COURSE, _HAND_IN = "/course", "/hand-in"  # paths inside bubblewrap: the copied suite, the files of a hand-in
_CAPABILITIES = ("SYS_ADMIN", "SETUID", "SETGID", "SETPCAP", "KILL", "CHOWN", "DAC_OVERRIDE", "FOWNER", "SYS_RESOURCE")


def possible() -> tuple[Level, ...]:
    """Return the levels that work on this machine, the best first; each is tried."""
    if sys.platform != "linux":
        return ()
    levels = [Level.BUBBLEWRAP] if bubblewrap_works() is None else []
    if landlock.version() and landlock_works():
        levels.append(Level.LANDLOCK)
    return (*levels, Level.WEAK)


def choose(weak_is_allowed: bool) -> Level:
    """Return the best level of this machine.

    Raises:
        NoSandbox: if only the weak one works, and it is not allowed.
    """
    if sys.platform != "linux":
        raise NoSandbox("grading needs Linux, for what hand-ins may do is confined there: use a container, or WSL")
    level = possible()[0]
    if level is Level.WEAK and not weak_is_allowed:
        raise NoSandbox(
            "this machine cannot confine hand-ins: install bubblewrap (kata grade --doctor says more), "
            "or trust them all with --allow-weak-sandbox"
        )
    return level


def bubblewrap_works() -> str | None:
    """Return the problem with bubblewrap, or None if it works."""
    program = shutil.which("bwrap")
    if program is None:
        return "it is not installed"
    command = [program, *_namespaces(), "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    try:
        # Try all options that a sandbox needs: versions before 0.5 do not know --perms.
        done = subprocess.run(
            [*command, "--perms", "0755", "--tmpfs", "/tmp", "true"], capture_output=True, timeout=20, check=False
        )
    except subprocess.TimeoutExpired:
        return "it does not come to its end"
    except OSError as error:
        return f"{program} cannot be run: {error.strerror}"
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return None if done.returncode == 0 else said[-1] if said else f"it ends with status {done.returncode}"


def landlock_works() -> bool:
    """Say whether Landlock can restrict a process here."""
    code = (
        "import sys; from pathlib import Path; from dojo.grading.sandbox import confine, landlock; "
        "confine.become_nobody(0); landlock.restrict([Path('/usr')], [], False)\n"
        "try: open('/proc/self/stat')\nexcept PermissionError: sys.exit(0)\nsys.exit(1)"
    )
    environment = {**os.environ, "PYTHONPATH": str(suite.PACKAGE.parent)}
    try:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, timeout=60, check=False, env=environment
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _namespaces() -> list[str]:
    own = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    # In a user namespace, the only user must be mapped to the superuser, for the mounts of each hand-in. The real
    # superuser needs no such namespace: the processes of hand-ins become an unprivileged user later.
    if os.geteuid() != 0:
        own += ["--unshare-user", "--uid", "0", "--gid", "0"]
    own += ["--die-with-parent", "--cap-drop", "ALL"]
    return [*own, *(word for name in _CAPABILITIES for word in ("--cap-add", f"CAP_{name}"))]


@dataclass(frozen=True)
class SandboxFactory:
    """Makes commands that start sandboxes in a copy of the specifications and of this package, without solutions.

    Args:
        project: folder of the copy.
        preload: modules that answers may import.
    """

    level: Level
    project: Path
    preload: tuple[str, ...] = ()

    def command(self, folder: Path, devices: Sequence[str], size: int) -> tuple[list[str], dict[str, str]]:
        """Return the command that starts a sandbox, and its environment.

        ``folder`` is private to the sandbox; hand-ins may have files of ``size`` MiB there.
        """
        uses_bubblewrap = self.level is Level.BUBBLEWRAP
        setup = {
            "level": self.level.value,
            "folder": _HAND_IN if uses_bubblewrap else str(folder),
            "read": [str(path) for path in self._readable()],
            "devices": list(devices),
            "folder_size": size,
            "preload": list(self.preload),
            "other_user": uses_bubblewrap or all(readable.is_open_to_all(path) for path in self._readable()),
        }
        python = [sys.executable, "-m", "dojo.grading.sandbox.server", json.dumps(setup)]
        environment = _environment(self.project)
        if not uses_bubblewrap:
            return python, environment
        command = [shutil.which("bwrap") or "bwrap", *_namespaces()]
        # Before the other mounts: Python may be in /tmp.
        command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/var/tmp", "--tmpfs", _HAND_IN]
        paths = self._readable()[:-1]
        # Parent folders that bubblewrap makes itself would be accessible to its own user only.
        for path in dict.fromkeys(parent for each in paths for parent in reversed(each.parents[:-1])):
            if not any(path.is_relative_to(each) for each in paths):
                command += ["--perms", "0755", "--dir", str(path)]
        for path in paths:
            if path.is_symlink() and path.parent == Path("/"):
                command += ["--symlink", str(path.readlink()), str(path)]
            else:
                command += ["--ro-bind-try", str(path), str(path)]
        for path in readable.hidden_folders(paths):
            command += ["--tmpfs", str(path)]
        command += ["--ro-bind", str(self.project), _COURSE]
        if "cuda" in devices:
            for path in sorted(Path("/dev").glob("nvidia*")):
                command += ["--dev-bind", str(path), str(path)]
        return [*command, "--chdir", _COURSE, *python], {**environment, "PYTHONPATH": _COURSE}

    def _readable(self) -> list[Path]:
        paths = readable.readable_paths() if self.level is Level.BUBBLEWRAP else readable.readable_without_hidden()
        return [*paths, self.project]


def make_factory(level: Level, folder: Path, preload: tuple[str, ...] = ()) -> SandboxFactory:
    """Copy the suite to ``folder``, which becomes readable for every user, and return the factory for it.

    Raises:
        NoSandbox: if there is no room for the copy.
    """
    folder.chmod(0o755)
    copy_suite(folder / "suite")
    return SandboxFactory(level, folder / "suite", preload)


def copy_suite(project: Path) -> None:
    """Copy the specifications with their data, and this package, to ``project``.

    Raises:
        NoSandbox: if there is no room.
    """
    try:
        _copy(project)
    except OSError as error:
        failures = isinstance(error, shutil.Error) and error.args and error.args[0]  # (source, target, reason)
        reason = str(failures[0][2]) if failures else error.strerror or str(error)
        raise NoSandbox(
            f"the specifications cannot be copied to {project}: {reason}. Make room there, or let TMPDIR name a folder "
            "elsewhere"
        ) from None


def _copy(project: Path) -> None:
    home = suite.home()
    shutil.copytree(home / "katas", project / "katas", ignore=shutil.ignore_patterns("__pycache__", "*.json"))
    shutil.copy(home / "conftest.py", project)
    (project / "pytest.ini").write_text("[pytest]\n")
    package = suite.PACKAGE
    ignored = shutil.ignore_patterns("__pycache__", "suite", "templates", "cli", "watch")
    shutil.copytree(package, project / "dojo", ignore=ignored)
    for path in (project, *project.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def folder_for_suite() -> tempfile.TemporaryDirectory[str]:
    """Make a temporary folder, which is removed when it is closed.

    Raises:
        NoSandbox: if there is no place for it.
    """
    try:
        return tempfile.TemporaryDirectory(prefix="kata-grade-", ignore_cleanup_errors=True)
    except OSError as error:
        raise NoSandbox(f"there is no folder for temporary files: {error.strerror}: let TMPDIR name one") from None


def _environment(project: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(project),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
        "HOME": "/tmp",
        "USER": "nobody",
    }
