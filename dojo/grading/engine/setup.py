"""What comes before the first hand-in: to try how this machine confines, and what the references do."""

import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

import msgspec

from dojo.course import Course, suite
from dojo.files import write_whole
from dojo.grading.engine import reference
from dojo.grading.engine.options import Options
from dojo.grading.engine.reference import Reference, run_references
from dojo.grading.model.grades import Conditions, Limits
from dojo.grading.model.messages import REFUSED, refusal
from dojo.grading.sandbox import landlock, levels
from dojo.grading.sandbox.client import Sandbox
from dojo.grading.sandbox.levels import Level, NoSandbox, SandboxFactory

# Without these, one hand-in could read or spoil the others, or the grader.
_NEEDED = ("files", "network", "sockets", "signals", "parent", "privileges")


@dataclass(frozen=True)
class Setup:
    """What is the same for all hand-ins of a batch; it can be sent to another machine.

    Args:
        course: the katas that count, with their points.
        reference: what answers are held against.
        conditions: under what they are graded; its seed is the one that each hand-in's own comes from.
    """

    course: Course
    reference: Reference
    conditions: Conditions


def prepare(options: Options, seed: int) -> Setup:
    """Try the sandbox, run the reference solutions, and return what is the same for all hand-ins.

    Raises:
        NoSandbox: where this machine does not confine hand-ins, and that was not allowed.
        SandboxLost: where no sandbox comes up.
    """
    level = options.level or levels.choose(options.weak_is_allowed)
    if level is Level.WEAK and not options.weak_is_allowed:
        raise NoSandbox("the weak sandbox runs hand-ins that you trust: say so with --allow-weak-sandbox")
    with levels.folder_for_suite() as folder:
        place = _place(level, Path(folder))
        refused = probe_sandbox(place, options.devices, options.limits)
        missing = [name for name in _NEEDED if name not in refused]
        if missing and not options.weak_is_allowed:
            allowed = " and ".join(map(refusal, missing))
            raise NoSandbox(
                f"the {level.value} sandbox of this machine does not refuse {allowed}: see `kata grade --doctor`, or "
                "trust the hand-ins, with --allow-weak-sandbox"
            )
        found = run_references(options.course, place, options.devices, options.limits, options.jobs)
    conditions = Conditions(
        suite=_version(),
        torch=found.torch,
        python=platform.python_version(),
        devices=found.devices,
        seed=seed,
        sandbox=level.value,
        refuses=tuple(name for name in REFUSED if name in refused),
        limits=options.limits,
        credit=options.credit,
        course=reference.digest(options.course),
    )
    return Setup(options.course, found, conditions)


@dataclass(frozen=True)
class _CachedSetup:
    key: str
    setup: Setup


def load_or_prepare(options: Options, seed: int, cache: Path) -> Setup:
    """Return what ``prepare`` does, from the file ``cache`` where that was written under the same circumstances.

    Raises:
        NoSandbox: as ``prepare``.
        SandboxLost: as ``prepare``.
    """
    if sys.platform != "linux":
        levels.choose(options.weak_is_allowed)  # which says why not
    key = _key(options)
    try:
        cached = msgspec.json.decode(cache.read_bytes(), type=_CachedSetup)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        cached = None
    if cached is not None and cached.key == key:
        conditions = replace(cached.setup.conditions, seed=seed)
        return replace(cached.setup, course=options.course, conditions=conditions)
    setup = prepare(options, seed)
    if not setup.reference.broken:  # what fails here may not fail the next time
        write_whole(cache, msgspec.json.encode(_CachedSetup(key, setup)))
    return setup


def _key(options: Options) -> str:
    """Return a digest of all that the sandbox and the reference solutions depend on."""
    found = hashlib.sha256(reference.digest(options.course).encode())
    asked = (options.devices, options.limits, options.credit, options.level, options.weak_is_allowed, os.geteuid())
    here = (
        platform.node(),
        platform.release(),
        sys.version,
        shutil.which("bwrap"),
        _version(),
        metadata.version("torch"),
    )
    found.update(repr((asked, here)).encode())
    home = suite.home()
    for path in sorted((*suite.PACKAGE.rglob("*.py"), *(home / "solutions").rglob("*.py"))):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def probe_sandbox(place: SandboxFactory, devices: Sequence[str], limits: Limits) -> frozenset[str]:
    """Return what a sandbox refuses, by the names in ``REFUSED``."""
    with Sandbox(place, devices, limits) as sandbox:
        return sandbox.probe(place.project.parent / "canary")


def _place(level: Level, folder: Path) -> SandboxFactory:
    folder.chmod(0o755)
    levels.copy_suite(folder / "suite")
    return SandboxFactory(level, folder / "suite")


def _version() -> str:
    try:
        return metadata.version("torch-katas")
    except metadata.PackageNotFoundError:
        return "unknown"


def doctor(limits: Limits) -> list[str]:
    """Return, a line each, what this machine can do to confine hand-ins, and how it could do more."""
    if sys.platform != "linux":
        return [f"{platform.system()}: hand-ins cannot be confined here. Grade on Linux: in a container, or in WSL"]
    lines = [f"Linux {platform.release()}, Python {platform.python_version()}, {_describe_user()}"]
    why = levels.bubblewrap_works()
    lines.append(f"bubblewrap: {'works' if why is None else why}{_advice(why)}")
    version = landlock.version()
    works = version > 0 and levels.landlock_works()
    lines.append(f"Landlock: {f'version {version} works' if works else 'this kernel has none, or it is switched off'}")
    possible = levels.possible()
    for level in possible:
        with levels.folder_for_suite() as folder:
            refused = probe_sandbox(_place(level, Path(folder)), ("cpu",), limits)
        best = "  <- taken" if level is possible[0] and level is not Level.WEAK else ""
        lines += ["", f"the {level.value} sandbox{best}"]
        lines += [f"  {'refuses' if name in refused else 'DOES NOT refuse'} {refusal(name)}" for name in REFUSED]
    if possible[0] is Level.WEAK:
        lines += ["", "hand-ins are graded here with --allow-weak-sandbox only"]
    return lines


def _describe_user() -> str:
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
