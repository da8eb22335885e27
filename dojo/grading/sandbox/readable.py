"""What of this machine is to be seen from within a sandbox: the system, Python, and no solutions."""

import os
import site
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path

from dojo.course import suite

# Of the system: its libraries, and what they read. Nothing of a person's.
_SYSTEM: tuple[str, ...] = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/ld.so.conf")
_SYSTEM += ("/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime", "/etc/nsswitch.conf", "/opt/cuda")
_LANDLOCK_TOO = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/sys")  # gloo looks for devices in /sys


def without_holes() -> list[Path]:
    """Return all that is readable, with folders among it that have to be hidden: those that ``holes`` names."""
    return [*dict.fromkeys(path for path in [*map(Path, _SYSTEM), *_pythons()] if path.exists())]


def holes(readable: Sequence[Path]) -> Iterator[Path]:
    """Yield the folders that have to be hidden, by each name that they have below ``readable``."""
    hidden = _hidden_parts()
    for path in readable:
        if path.is_symlink() and path.parent == Path("/"):
            continue  # bubblewrap makes the same link, so that it hides what it leads to
        real = path.resolve()
        yield from (path / each.relative_to(real) for each in hidden if each.is_relative_to(real))


def in_pieces() -> list[Path]:
    """Return what is readable for Landlock, which can only add: all but what has to be hidden, and some devices."""
    paths = [*_without(without_holes(), _hidden_parts()), *(Path(path) for path in _LANDLOCK_TOO)]
    return [*dict.fromkeys(path for path in paths if path.exists())]


def _pythons() -> list[Path]:
    """Return where Python and its packages lie."""
    places = {sys.prefix, sys.base_prefix, sys.exec_prefix, *site.getsitepackages()}
    places |= {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    real = {os.path.realpath(sys.executable), *places}
    paths = sorted({Path(path) for path in real if path})
    return [path for path in paths if not any(path != other and path.is_relative_to(other) for other in paths)]


def path_to(path: Path) -> Path | None:
    """Return what every hand-in may read that ``path`` lies in, None where it lies elsewhere."""
    real = path.resolve()
    if any(real.is_relative_to(each) for each in _hidden_parts()):
        return None
    return next((each for each in without_holes() if real.is_relative_to(each.resolve())), None)


def is_open_to_all(path: Path) -> bool:
    """Say whether any user may come to the path."""
    real = path.resolve()
    return all(each.stat().st_mode & 0o001 for each in (real, *real.parents) if each.is_dir())


def _hidden_parts() -> list[Path]:
    """Return folders that hold the solutions: some of what is readable may lie around them.

    That is the package where the suite was installed as a wheel, also beside a clone that runs, and all folders of a
    clone but those with a Python.
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


def _without(paths: list[Path], hidden: list[Path]) -> list[Path]:
    """Return the real ``paths`` with each that holds something hidden replaced by what it holds beside that."""
    found = []
    for path in dict.fromkeys(path.resolve() for path in paths):
        if any(path.is_relative_to(each) for each in hidden):
            continue
        if any(each.is_relative_to(path) for each in hidden):
            # What a link leads to is readable by its own name, or not at all.
            found += _without([each for each in sorted(path.iterdir()) if not each.is_symlink()], hidden)
        else:
            found.append(path)
    return found
