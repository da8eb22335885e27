"""Prepare a batch: probe the sandbox and run the reference solutions."""

import hashlib
import os
import platform
import shutil
import sys
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
from dojo.grading.sandbox.levels import Level, NoSandbox

# If the sandbox allowed one of these, a hand-in could read or damage other hand-ins, or the grader.
_REQUIRED = ("files", "network", "sockets", "signals", "parent", "privileges")


@dataclass(frozen=True)
class Setup:
    """What all hand-ins of a batch share, with the seed of the batch; it can be sent to another machine."""

    course: Course
    reference: Reference
    conditions: Conditions


def prepare(options: Options, seed: int) -> Setup:
    """Probe the sandbox and run the reference solutions.

    Raises:
        NoSandbox: if this machine cannot confine hand-ins, and the weak sandbox is not allowed.
        SandboxLost: if no sandbox starts.
    """
    level = options.level or levels.choose(options.weak_is_allowed)
    if level is Level.WEAK and not options.weak_is_allowed:
        raise NoSandbox("the weak sandbox runs hand-ins that you trust: say so with --allow-weak-sandbox")
    with levels.folder_for_suite() as folder:
        factory = levels.make_factory(level, Path(folder))
        found, refused = run_references(options.course, factory, options.devices, options.limits, options.jobs)
        missing = [name for name in _REQUIRED if name not in refused]
        if missing and not options.weak_is_allowed:
            allowed = " and ".join(map(refusal, missing))
            raise NoSandbox(
                f"the {level.value} sandbox of this machine does not refuse {allowed}: see `kata grade --doctor`, or "
                "trust the hand-ins, with --allow-weak-sandbox"
            )
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
        course=reference.course_digest(options.course),
    )
    return Setup(options.course, found, conditions)


@dataclass(frozen=True)
class _CachedSetup:
    key: str
    setup: Setup


def load_or_prepare(options: Options, seed: int, cache: Path) -> Setup:
    """Like ``prepare``, but reuse the result in the file ``cache`` if nothing has changed since.

    Raises:
        NoSandbox: as ``prepare``.
        SandboxLost: as ``prepare``.
    """
    if sys.platform != "linux":
        levels.choose(options.weak_is_allowed)  # raises NoSandbox
    key = _cache_key(options)
    try:
        cached = msgspec.json.decode(cache.read_bytes(), type=_CachedSetup)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        cached = None
    if cached is not None and cached.key == key:
        conditions = replace(cached.setup.conditions, seed=seed)
        return replace(cached.setup, course=options.course, conditions=conditions)
    setup = prepare(options, seed)
    if not setup.reference.broken:  # a broken kata may work the next time
        write_whole(cache, msgspec.json.encode(_CachedSetup(key, setup)))
    return setup


def _cache_key(options: Options) -> str:
    """Return a digest of everything that the sandbox and the reference solutions depend on."""
    digest = hashlib.sha256(reference.course_digest(options.course).encode())
    requested = (options.devices, options.limits, options.credit, options.level, options.weak_is_allowed, os.geteuid())
    machine = (platform.node(), platform.release(), sys.version, shutil.which("bwrap"))
    versions = (_version(), metadata.version("torch"))
    digest.update(repr((requested, machine, versions)).encode())
    home = suite.home()
    for path in sorted((*suite.PACKAGE.rglob("*.py"), *(home / "solutions").rglob("*.py"))):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def probe_sandbox(level: Level, limits: Limits) -> frozenset[str]:
    """Return what a sandbox refuses, as names in ``REFUSED``."""
    with levels.folder_for_suite() as folder, Sandbox(levels.make_factory(level, Path(folder)), ("cpu",), limits) as it:
        return it.probe()


def _version() -> str:
    try:
        return metadata.version("torch-katas")
    except metadata.PackageNotFoundError:
        return "unknown"


def doctor(limits: Limits) -> list[str]:
    """Return lines that say how this machine can confine hand-ins, and how it could do better."""
    if sys.platform != "linux":
        return [f"{platform.system()}: hand-ins cannot be confined here. Grade on Linux: in a container, or in WSL"]
    user = "as the superuser" if os.geteuid() == 0 else "as a plain user"
    lines = [f"Linux {platform.release()}, Python {platform.python_version()}, {user}"]
    problem = levels.bubblewrap_works()
    lines.append(f"bubblewrap: {'works' if problem is None else problem}{_advice(problem)}")
    version = landlock.version()
    works = version > 0 and levels.landlock_works()
    lines.append(f"Landlock: {f'version {version} works' if works else 'this kernel has none, or it is switched off'}")
    possible = levels.possible()
    for level in possible:
        refused = probe_sandbox(level, limits)
        best = "  <- taken" if level is possible[0] and level is not Level.WEAK else ""
        lines += ["", f"the {level.value} sandbox{best}"]
        lines += [f"  {'refuses' if name in refused else 'DOES NOT refuse'} {refusal(name)}" for name in REFUSED]
    if possible[0] is Level.WEAK:
        lines += ["", "hand-ins are graded here with --allow-weak-sandbox only"]
    return lines


def _advice(problem: str | None) -> str:
    if problem is None:
        return f" ({shutil.which('bwrap')})"
    if "installed" in problem:
        return ". Install it: apt install bubblewrap, dnf install bubblewrap"
    if "nknown option" in problem:
        return ". This version is too old: 0.5 or later is needed"
    if "uid map" in problem or "Operation not permitted" in problem or "namespace" in problem.lower():
        return (
            ". Namespaces are refused to plain users here: on Ubuntu, give bwrap an AppArmor profile with `userns,`, "
            "or set kernel.apparmor_restrict_unprivileged_userns=0; in a container, allow them by its seccomp profile"
        )
    return ""
