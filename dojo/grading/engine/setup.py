"""What comes before the first hand-in: to try how this machine confines, and what the references do."""

import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path

import msgspec

from dojo.course import Course, suite
from dojo.grading.engine import reference
from dojo.grading.engine.worker import Setting
from dojo.grading.model.grades import Conditions, Limits, write_whole
from dojo.grading.sandbox import landlock, levels, probe
from dojo.grading.sandbox.client import Sandbox
from dojo.grading.sandbox.levels import Level, NoSandbox, Place

# Without these, one hand-in could read or spoil the others, or the grader.
_NEEDED = ("files", "network", "sockets", "signals", "parent", "privileges")


@dataclass(frozen=True)
class Wanted:
    """What was asked for.

    Args:
        course: the katas that count, with their points.
        devices: on which tests run; none for those that are here.
        limits: what each kata may use.
        credit: ``whole`` or ``share``.
        level: how to confine; None for the best that this machine has.
        weak_is_allowed: whether hand-ins are run though they are not confined in full.
        jobs: how many sandboxes at once.
    """

    course: Course
    devices: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    credit: str = "whole"
    level: Level | None = None
    weak_is_allowed: bool = False
    jobs: int = 1


def prepare(wanted: Wanted, seed: int) -> Setting:
    """Try the sandbox, run the reference solutions, and return what is the same for all hand-ins.

    Raises:
        NoSandbox: where this machine does not confine hand-ins, and that was not allowed.
        Lost: where no sandbox comes up.
    """
    level = wanted.level or levels.choose(wanted.weak_is_allowed)
    if level is Level.WEAK and not wanted.weak_is_allowed:
        raise NoSandbox("the weak sandbox runs hand-ins that you trust: say so with --allow-weak-sandbox")
    with levels.folder_for_staging() as folder:
        place = _placed(level, Path(folder))
        refused = tried(place, wanted.devices, wanted.limits)
        missing = [name for name in _NEEDED if name not in refused]
        if missing and not wanted.weak_is_allowed:
            allowed = " and ".join(probe.REFUSED[name] for name in missing)
            raise NoSandbox(
                f"the {level.value} sandbox of this machine does not refuse {allowed}: see `kata grade --doctor`, or "
                "trust the hand-ins, with --allow-weak-sandbox"
            )
        found = reference.establish(wanted.course, place, wanted.devices, wanted.limits, wanted.jobs)
    conditions = Conditions(
        suite=_version(),
        torch=found.torch,
        python=platform.python_version(),
        devices=found.devices,
        seed=seed,
        sandbox=level.value,
        holds=tuple(probe.REFUSED[name] for name in probe.REFUSED if name in refused),
        limits=wanted.limits,
        credit=wanted.credit,
        course=reference.digest(wanted.course),
    )
    return Setting(wanted.course, found, conditions)


@dataclass(frozen=True)
class _Kept:
    key: str
    setting: Setting


def prepared(wanted: Wanted, seed: int, cache: Path) -> Setting:
    """Return what ``prepare`` does, from the file ``cache`` where that was written under the same circumstances.

    Raises:
        NoSandbox: as ``prepare``.
        Lost: as ``prepare``.
    """
    if sys.platform != "linux":
        levels.choose(wanted.weak_is_allowed)  # which says why not
    key = _key(wanted)
    try:
        kept = msgspec.json.decode(cache.read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        kept = None
    if kept is not None and kept.key == key:
        conditions = replace(kept.setting.conditions, seed=seed)
        return replace(kept.setting, course=wanted.course, conditions=conditions)
    setting = prepare(wanted, seed)
    if not setting.standard.broken:  # what fails here may not fail the next time
        write_whole(cache, msgspec.json.encode(_Kept(key, setting)))
    return setting


def _key(wanted: Wanted) -> str:
    """Return a digest of all that the sandbox and the reference solutions depend on."""
    found = hashlib.sha256(reference.digest(wanted.course).encode())
    told = (wanted.devices, wanted.limits, wanted.credit, wanted.level, wanted.weak_is_allowed, os.geteuid())
    here = (
        platform.node(),
        platform.release(),
        sys.version,
        shutil.which("bwrap"),
        _version(),
        metadata.version("torch"),
    )
    found.update(repr((told, here)).encode())
    home = suite.home()
    for path in sorted((*suite.PACKAGE.rglob("*.py"), *(home / "solutions").rglob("*.py"))):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def tried(place: Place, devices: Sequence[str], limits: Limits) -> frozenset[str]:
    """Return what a sandbox refuses, by the names in ``probe.REFUSED``."""
    with Sandbox(place, devices, limits) as sandbox:
        return sandbox.probe(place.project.parent / "canary")


def _placed(level: Level, folder: Path) -> Place:
    folder.chmod(0o755)
    levels.staged(folder / "suite")
    return Place(level, folder / "suite")


def _version() -> str:
    try:
        return metadata.version("torch-katas")
    except metadata.PackageNotFoundError:
        return "unknown"


def diagnosis(limits: Limits) -> list[str]:
    """Return, a line each, what this machine can do to confine hand-ins, and how it could do more."""
    if sys.platform != "linux":
        return [f"{platform.system()}: hand-ins cannot be confined here. Grade on Linux: in a container, or in WSL"]
    lines = [f"Linux {platform.release()}, Python {platform.python_version()}, {_who()}"]
    why = levels.bubblewrap_works()
    lines.append(f"bubblewrap: {'works' if why is None else why}{_advice(why)}")
    version = landlock.version()
    works = version > 0 and levels.landlock_works()
    lines.append(f"Landlock: {f'version {version} works' if works else 'this kernel has none, or it is switched off'}")
    possible = levels.possible()
    for level in possible:
        with levels.folder_for_staging() as folder:
            refused = tried(_placed(level, Path(folder)), ("cpu",), limits)
        best = "  <- taken" if level is possible[0] and level is not Level.WEAK else ""
        lines += ["", f"the {level.value} sandbox{best}"]
        lines += [
            f"  {'refuses' if name in refused else 'DOES NOT refuse'} {what}" for name, what in probe.REFUSED.items()
        ]
    if possible[0] is Level.WEAK:
        lines += ["", "hand-ins are graded here with --allow-weak-sandbox only"]
    return lines


def _who() -> str:
    return "as the superuser" if os.geteuid() == 0 else "as a plain user"


def _advice(why: str | None) -> str:
    if why is None:
        return f" ({shutil.which('bwrap')})"
    if "installed" in why:
        return ". Install it: apt install bubblewrap, dnf install bubblewrap"
    if "nknown option" in why:
        return ". This version is too old: 0.5 or later is needed"
    if "uid map" in why or "Operation not permitted" in why or "namespace" in why.lower():
        return (
            ". Namespaces are refused to plain users here: on Ubuntu, give bwrap an AppArmor profile with `userns,`, "
            "or set kernel.apparmor_restrict_unprivileged_userns=0; in a container, allow them by its seccomp profile"
        )
    return ""
