"""The paths that are readable in a sandbox: the system and Python, but no solutions."""

import os
import site
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path

from dojo.course import suite

# System libraries and what they read; nothing personal.
_SYSTEM: tuple[str, ...] = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/ld.so.conf")
_SYSTEM += ("/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime", "/etc/nsswitch.conf", "/opt/cuda")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/sys")  # gloo looks for devices in /sys


def readable_paths() -> list[Path]:
    """Return all readable paths; some folders in them must be hidden, see ``hidden_folders``."""
    return [*dict.fromkeys(path for path in [*map(Path, _SYSTEM), *_pythons()] if path.exists())]


def hidden_folders(readable: Sequence[Path]) -> Iterator[Path]:
    """Yield the folders to hide, under every path that they have below ``readable``."""
    hidden = _hidden_parts()
    for path in readable:
        if path.is_symlink() and path.parent == Path("/"):
            continue  # bubblewrap makes the same link, and its target is hidden
        real = path.resolve()
        yield from (path / each.relative_to(real) for each in hidden if each.is_relative_to(real))


def readable_without_hidden() -> list[Path]:
    """Return the readable paths for Landlock, which cannot hide parts of a folder, and some devices."""
    paths = [*_subtract(readable_paths(), _hidden_parts()), *(Path(path) for path in _DEVICES)]
    return [*dict.fromkeys(path for path in paths if path.exists())]


def _pythons() -> list[Path]:
    """Return the folders of Python and its packages."""
    places = {sys.prefix, sys.base_prefix, sys.exec_prefix, *site.getsitepackages()}
    places |= {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    real = {os.path.realpath(sys.executable), *places}
    paths = sorted({Path(path) for path in real if path})
    return [path for path in paths if not any(path != other and path.is_relative_to(other) for other in paths)]


def readable_parent(path: Path) -> Path | None:
    """Return the readable path that contains ``path``, or None if hand-ins cannot read it."""
    real = path.resolve()
    if any(real.is_relative_to(each) for each in _hidden_parts()):
        return None
    return next((each for each in readable_paths() if real.is_relative_to(each.resolve())), None)


def is_open_to_all(path: Path) -> bool:
    """Say whether any user can reach the path."""
    real = path.resolve()
    return all(each.stat().st_mode & 0o001 for each in (real, *real.parents) if each.is_dir())


def _hidden_parts() -> list[Path]:
    """Return the folders that contain solutions; they may be inside a readable folder.

    If the suite is installed as a wheel, it is the package, even while another clone runs. In a clone, it is every
    folder without a Python in it.
    """
    package, home = suite.PACKAGE.resolve(), suite.home().resolve()
    places = {Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("platlib"))}
    for around in (*_pythons(), Path("/usr"), Path("/usr/local")):  # the Python below a virtual environment, too
        places |= {*around.glob("lib*/python3*/*-packages"), *around.glob("*-packages")}
    installed = [(each / "dojo").resolve() for each in sorted(places) if (each / "dojo" / "suite").is_dir()]
    if home.is_relative_to(package):
        return list(dict.fromkeys([package, *installed]))
    pythons = [path.resolve() for path in _pythons()]
    folders = [path for path in sorted(home.iterdir()) if path.is_dir() and not path.is_symlink()]
    own = (path for path in folders if not any(python.is_relative_to(path) for python in pythons))
    return list(dict.fromkeys([*installed, *own]))


def _subtract(paths: list[Path], hidden: list[Path]) -> list[Path]:
    """Return real paths without the hidden folders: a folder that contains one is replaced by its other entries."""
    found = []
    for path in dict.fromkeys(path.resolve() for path in paths):
        if any(path.is_relative_to(each) for each in hidden):
            continue
        if any(each.is_relative_to(path) for each in hidden):
            # A link's target is readable by its own path, or not at all.
            found += _subtract([each for each in sorted(path.iterdir()) if not each.is_symlink()], hidden)
        else:
            found.append(path)
    return found
