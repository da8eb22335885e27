"""Confine this process before it runs a hand-in: namespaces, mounts, limits, no privileges.

Each step is tried, and skipped if this machine does not allow it. ``probe`` finds out later what is enforced.
"""

import contextlib
import ctypes
import fcntl
import os
import resource
import signal
import socket
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

_NEWNS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 0x1000, 0x4000, 0x40000
_DUMPABLE, _SUBREAPER, _NO_NEW_PRIVS, _DROP_BOUNDING, _PARENT_DEATH, _GET_PARENT_DEATH = 4, 36, 38, 24, 1, 2
_CAPABILITY_VERSION, _READ_AND_SEARCH, _KEEP_CAPABILITIES = 0x20080522, 1 << 2, 8
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1
_FIRST_NOBODY = 61_184  # systemd assigns the user ids from here on to running services: no person has one

_WRITABLE = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))
_SYSTEM_FOLDERS = frozenset({"bin", "dev", "etc", "lib", "lib32", "lib64", "proc", "sbin", "sys", "usr"})
"""Folders in ``/`` without personal files and without sockets."""

_libc = ctypes.CDLL(None, use_errno=True)


def _unshare(flags: int) -> bool:
    return bool(_libc.unshare(flags) == 0)


def _unshare_with_user_namespace(flags: int) -> bool:
    """Enter new namespaces: directly as the superuser, else inside a new user namespace."""
    if _unshare(flags):
        return True
    user, group = os.geteuid(), os.getegid()
    if not _unshare(_NEWUSER | flags):
        return False
    with contextlib.suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


def enter_namespaces() -> None:
    """Continue as a child with its own loopback interface and its own process ids, if possible.

    All processes end with the thread that started this process.
    """
    die_with_parent()
    if not _unshare_with_user_namespace(_NEWNET | _NEWPID | _NEWNS | _NEWIPC):
        return
    pid = os.fork()
    if pid:
        _, status = os.waitpid(pid, 0)
        os._exit(min(abs(os.waitstatus_to_exitcode(status)), 255))
    die_with_parent()
    _libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None)
    _libc.mount(b"proc", b"/proc", b"proc", _MS_NOSUID | _MS_NODEV, None)
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        (flags,) = struct.unpack("16xh14x", fcntl.ioctl(any_socket, _GET_FLAGS, request))
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))


def has_own_network() -> bool:
    """Say whether there is only a loopback interface."""
    return all(name == "lo" for _, name in socket.if_nameindex())


def mount_private_folders(folder: Path, mebibytes: int, readable: Iterable[Path], cover_all: bool) -> None:
    """Mount empty folders in memory over ``folder`` and over other folders where a hand-in could leave files.

    Args:
        folder: for the files of the hand-in.
        mebibytes: size limit of each.
        readable: paths inside the covered folders that stay visible, such as a Python in somebody's home.
        cover_all: also cover all folders except the system's: even without reading files there, a hand-in could connect
            to sockets in them.
    """
    if not _unshare_with_user_namespace(_NEWNS | _NEWIPC):
        return
    _libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None)
    writable = [path for path in _WRITABLE if path.is_dir()]
    covered = list(writable)
    if cover_all:
        top = [path for path in Path("/").iterdir() if path.is_dir() and not path.is_symlink()]
        covered += [path for path in top if path.name not in _SYSTEM_FOLDERS]
    covered = [path for path in covered if not any(path != each and path.is_relative_to(each) for each in covered)]
    # Open them before they are covered: by its file descriptor, a folder can be mounted back.
    kept = {
        path: os.open(path, os.O_PATH | os.O_CLOEXEC)
        for path in dict.fromkeys(path.resolve() for path in readable)
        if path.exists() and any(path.is_relative_to(each) for each in covered)
    }
    # Times are restored at the end: Python would list a changed folder again, and may not be able to.
    above = {each for path in kept for each in path.parents if any(each.is_relative_to(place) for place in covered)}
    folder_times = {each: (found.st_atime_ns, found.st_mtime_ns) for each in above for found in [each.stat()]}
    for place in covered:
        _mount_tmpfs(place, f"size={mebibytes}m,mode={1777 if place in writable else 755},nr_inodes=10000")
    for path, number in kept.items():
        _bind_back(path, number)
        os.close(number)
    for place in (*writable, folder):
        _make_folder(place)
        if place == folder or place not in covered:
            _mount_tmpfs(place, f"size={mebibytes}m,mode=1777,nr_inodes=10000")
    for each, when in folder_times.items():
        with contextlib.suppress(OSError):
            os.utime(each, ns=when)


def _bind_back(path: Path, descriptor: int) -> None:
    """Mount an open folder or file at ``path`` again, with all mounts inside it."""
    is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
    _make_folder(path if is_folder else path.parent)
    if not is_folder:
        path.touch()
    _libc.mount(b"/proc/self/fd/%d" % descriptor, os.fsencode(path), None, _MS_BIND | _MS_REC, None)


def _make_folder(folder: Path) -> None:
    """Make a folder and its parents, readable for all users."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    with contextlib.suppress(OSError):
        for each in reversed(missing):
            each.mkdir()
            each.chmod(0o755)


def hide_processes() -> None:
    """Hide ``/proc`` from this process and its children. Anything that needs it must be done before."""
    if _unshare(_NEWNS):
        _libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None)
        _mount_tmpfs(Path("/proc"), "size=0,mode=0555,nr_inodes=2")


def _mount_tmpfs(place: Path, options: str) -> bool:
    done = _libc.mount(b"tmpfs", os.fsencode(place), b"tmpfs", _MS_NOSUID | _MS_NODEV, options.encode())
    return bool(done == 0)


class ProcessNamespaces:
    """Puts each forked child into a process namespace of its own: when the child ends, all its descendants do."""

    def __init__(self) -> None:
        try:
            self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._own = -1
        if self._own >= 0 and _libc.setns(self._own, _NEWPID):
            self._own = -1  # without a way back, no namespace may be entered

    def begin(self) -> None:
        """Put the next child into a new namespace."""
        if self._own >= 0:
            _unshare(_NEWPID)

    def end(self) -> None:
        """Put further children into this process's own namespace again; otherwise the next ``begin`` would fail."""
        if self._own >= 0:
            _libc.setns(self._own, _NEWPID)


def adopt_orphans() -> None:
    """Become the parent of orphaned descendants, so that none of them escapes."""
    _libc.prctl(_SUBREAPER, 1, 0, 0, 0)


def end_descendants() -> None:
    """Kill all processes that a hand-in left behind. In a process namespace, the kernel has already done so."""
    while True:
        with contextlib.suppress(OSError):
            for child in Path("/proc/self/task").glob("*/children"):
                for pid in child.read_text().split():
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(int(pid), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def die_with_parent() -> None:
    """Let the kernel send SIGKILL to this process when its parent ends."""
    _libc.prctl(_PARENT_DEATH, 9, 0, 0, 0)


def hide_memory() -> None:
    """Prevent other processes of this user from reading this process's memory or tracing it."""
    _libc.prctl(_DUMPABLE, 0, 0, 0, 0)


def prefer_for_oom_kill() -> None:
    """Make this process the first to be killed when memory runs out."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def set_limits(memory: int, processes: int, written: int, others: int) -> None:
    """Set resource limits in the kernel.

    Args:
        memory: bytes of address space, including what is in use; 0 for no limit.
        processes: processes and threads at once.
        written: bytes of one file.
        others: other threads of this user, which count against ``processes``.
    """
    for what, value in {
        resource.RLIMIT_AS: memory or resource.RLIM_INFINITY,
        resource.RLIMIT_NPROC: processes + others,
        resource.RLIMIT_FSIZE: written,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_STACK: 8 << 20,
    }.items():
        with contextlib.suppress(OSError, ValueError):  # a lower limit was set before, and stays
            resource.setrlimit(what, (value, value))


def chown_to_nobody(folder: Path, user: int) -> None:
    """Give the folder and everything in it to the user of ``become_nobody``."""
    for path in (folder, *folder.rglob("*")):
        with contextlib.suppress(OSError):
            os.chown(path, user, user, follow_symlinks=False)


def random_nobody() -> int:
    """Return a random user id to run a hand-in as, if this process may choose one.

    The kernel limits processes by user: two hand-ins with the same id would count against each other. The process id
    would not do, because in all sandboxes it counts from 1.
    """
    return _FIRST_NOBODY + int.from_bytes(os.urandom(4), "big") % 4000


def become_nobody(user: int, reading: bool = False) -> None:
    """Give up all privileges.

    Args:
        user: to become, if this process may choose.
        reading: keep the privilege to read all files; needed if Python's files are readable for their owner only.
    """
    parent_death = ctypes.c_int()
    _libc.prctl(_GET_PARENT_DEATH, ctypes.byref(parent_death), 0, 0, 0)
    for capability in range(64):  # first, because this needs privileges itself
        _libc.prctl(_DROP_BOUNDING, capability, 0, 0, 0)
    if reading:
        _libc.prctl(_KEEP_CAPABILITIES, 1, 0, 0, 0)
    with contextlib.suppress(OSError):
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _libc.prctl(_PARENT_DEATH, parent_death.value, 0, 0, 0)  # the kernel clears it when the user changes
    header = struct.pack("Ii", _CAPABILITY_VERSION, 0)
    kept = _READ_AND_SEARCH if reading else 0
    if _libc.capset(header, struct.pack("6I", kept, kept, 0, 0, 0, 0)):
        _libc.capset(header, bytes(24))
    _libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    hide_memory()


def memory_of_process(pid: int) -> int:
    """Return the bytes of anonymous and shared memory of a process; 0 if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith(("RssAnon:", "RssShmem:")))


def memory_of_descendants(pid: int) -> list[int]:
    """Return ``memory_of_process`` for a process and each of its descendants."""
    found = [memory_of_process(pid)]
    with contextlib.suppress(OSError):
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [each for child in children.read_text().split() for each in memory_of_descendants(int(child))]
    return found


def count_threads(user: int) -> int:
    """Return the number of threads of a user."""
    count = 0
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and entry.stat().st_uid == user:
                count += sum(1 for _ in (entry / "task").iterdir())
    return count
