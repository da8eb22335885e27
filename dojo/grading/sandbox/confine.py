"""What a process does to itself before it runs a hand-in: namespaces, mounts, limits, no privileges.

Each step is tried. What this machine does not allow is left out: ``probe`` finds out afterwards what holds.
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
_NOBODYS = 61_184
"""From here on, systemd gives user numbers to services for as long as they run: no person has one of them."""

_WRITABLE = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))
_SYSTEM = frozenset({"bin", "dev", "etc", "lib", "lib32", "lib64", "proc", "sbin", "sys", "usr"})
"""Folders below ``/`` without anything of a person's, and without sockets."""

_libc = ctypes.CDLL(None, use_errno=True)


def _unshare(flags: int) -> bool:
    return bool(_libc.unshare(flags) == 0)


def _unshare_or_pass(flags: int) -> bool:
    """Get namespaces of our own: as the superuser directly, else below a user namespace."""
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
    """Go on as a child that has a loopback interface and processes of its own, where that can be.

    All of them end with the thread that has started this process.
    """
    die_with_parent()
    if not _unshare_or_pass(_NEWNET | _NEWPID | _NEWNS | _NEWIPC):
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
    """Say whether there is no interface but the loopback interface."""
    return all(name == "lo" for _, name in socket.if_nameindex())


def mount_private_folders(folder: Path, mebibytes: int, readable: Iterable[Path], whole: bool) -> None:
    """Put empty folders in memory in place of ``folder`` and others that a hand-in could leave traces in.

    Args:
        folder: where a hand-in's files go.
        mebibytes: that may be written there.
        readable: what stays where it is, though it lies in such a folder: Python perhaps, in somebody's home.
        whole: whether to put empty folders in place of all but the system's own: whoever may not read what is in a
            folder may still talk to the programs that have sockets there.
    """
    if not _unshare_or_pass(_NEWNS | _NEWIPC):
        return
    _libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None)
    writable = [path for path in _WRITABLE if path.is_dir()]
    places = list(writable)
    if whole:
        top = [path for path in Path("/").iterdir() if path.is_dir() and not path.is_symlink()]
        places += [path for path in top if path.name not in _SYSTEM]
    places = [path for path in places if not any(path != each and path.is_relative_to(each) for each in places)]
    # Opened before they are covered: by its number, a folder can be put back where it was.
    kept = {
        path: os.open(path, os.O_PATH | os.O_CLOEXEC)
        for path in dict.fromkeys(path.resolve() for path in readable)
        if path.exists() and any(path.is_relative_to(each) for each in places)
    }
    # In a folder that has changed, Python looks anew for modules; but of these it may not know what is in them.
    above = {each for path in kept for each in path.parents if any(each.is_relative_to(place) for place in places)}
    times = {each: (found.st_atime_ns, found.st_mtime_ns) for each in above for found in [each.stat()]}
    for place in places:
        _cover(place, f"size={mebibytes}m,mode={1777 if place in writable else 755},nr_inodes=10000")
    for path, number in kept.items():
        _put_back(path, number)
        os.close(number)
    for place in (*writable, folder):
        _make_folder(place)
        if place == folder or place not in places:
            _cover(place, f"size={mebibytes}m,mode=1777,nr_inodes=10000")
    for each, when in times.items():
        with contextlib.suppress(OSError):
            os.utime(each, ns=when)


def _put_back(path: Path, number: int) -> None:
    """Let a folder or a file that is open be at ``path`` again, with all that is mounted in it."""
    of_a_folder = stat.S_ISDIR(os.fstat(number).st_mode)
    _make_folder(path if of_a_folder else path.parent)
    if not of_a_folder:
        path.touch()
    _libc.mount(b"/proc/self/fd/%d" % number, os.fsencode(path), None, _MS_BIND | _MS_REC, None)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, such that everybody may come through."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    with contextlib.suppress(OSError):
        for each in reversed(missing):
            each.mkdir()
            each.chmod(0o755)


def hide_processes() -> None:
    """Hide ``/proc``, for this process and its children; what needs it was done before."""
    if _unshare(_NEWNS):
        _libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None)
        _cover(Path("/proc"), "size=0,mode=0555,nr_inodes=2")


def _cover(place: Path, options: str) -> bool:
    done = _libc.mount(b"tmpfs", os.fsencode(place), b"tmpfs", _MS_NOSUID | _MS_NODEV, options.encode())
    return bool(done == 0)


class ProcessNamespaces:
    """Lets each child that is forked next be the first process of a namespace; with it, all its descendants end."""

    def __init__(self) -> None:
        try:
            self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._own = -1
        if self._own >= 0 and _libc.setns(self._own, _NEWPID):
            self._own = -1  # who cannot come back must not begin

    def begin(self) -> None:
        """Let the next child begin a namespace."""
        if self._own >= 0:
            _unshare(_NEWPID)

    def end(self) -> None:
        """Let children be in our own namespace again; ``begin`` would fail otherwise."""
        if self._own >= 0:
            _libc.setns(self._own, _NEWPID)


def adopt_orphans() -> None:
    """Become the parent of descendants whose parent ends: nobody gets away so."""
    _libc.prctl(_SUBREAPER, 1, 0, 0, 0)


def end_descendants() -> None:
    """End what a hand-in has left behind; a namespace of its own has done so already where there is one."""
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
    """End by SIGKILL when the parent does."""
    _libc.prctl(_PARENT_DEATH, 9, 0, 0, 0)


def hide_memory() -> None:
    """Let no process of this user read our memory or trace us."""
    _libc.prctl(_DUMPABLE, 0, 0, 0, 0)


def prefer_for_oom_kill() -> None:
    """Let the kernel end us, rather than anybody else, where memory runs out."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def limit(memory: int, processes: int, written: int, others: int) -> None:
    """Set the limits that the kernel keeps.

    Args:
        memory: bytes of addresses, those that are in use already among them; 0 for no limit.
        processes: how many at once, threads among them.
        written: bytes of one file.
        others: processes of this user that count against ``processes`` though they are not ours.
    """
    for what, value in {
        resource.RLIMIT_AS: memory or resource.RLIM_INFINITY,
        resource.RLIMIT_NPROC: processes + others,
        resource.RLIMIT_FSIZE: written,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_STACK: 8 << 20,
    }.items():
        with contextlib.suppress(OSError, ValueError):  # a lower limit was set before: that one holds
            resource.setrlimit(what, (value, value))


def chown_to_nobody(folder: Path, user: int) -> None:
    """Let the user that ``become_nobody`` becomes have the folder and all in it."""
    for path in (folder, *folder.rglob("*")):
        with contextlib.suppress(OSError):
            os.chown(path, user, user, follow_symlinks=False)


def nobody() -> int:
    """Return the number of a user to run a hand-in as, where that may be chosen.

    By chance: the kernel counts processes by user, so that of two hand-ins with the same one, each would be limited by
    the other. The number of this process would not do, for sandboxes all begin to count from 1.
    """
    return _NOBODYS + int.from_bytes(os.urandom(4), "big") % 4000


def become_nobody(user: int, reading: bool = False) -> None:
    """Give up every privilege, and being the superuser.

    Args:
        user: whom to become, where that can be chosen.
        reading: whether to keep one, to read files whose owner keeps them to himself: where Python is such a one.
    """
    with_parent = ctypes.c_int()
    _libc.prctl(_GET_PARENT_DEATH, ctypes.byref(with_parent), 0, 0, 0)
    for capability in range(64):  # first, for only who is privileged may give up to become it again
        _libc.prctl(_DROP_BOUNDING, capability, 0, 0, 0)
    if reading:
        _libc.prctl(_KEEP_CAPABILITIES, 1, 0, 0, 0)
    with contextlib.suppress(OSError):
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _libc.prctl(_PARENT_DEATH, with_parent.value, 0, 0, 0)  # which is forgotten with the user
    header = struct.pack("Ii", _CAPABILITY_VERSION, 0)
    kept = _READ_AND_SEARCH if reading else 0
    if _libc.capset(header, struct.pack("6I", kept, kept, 0, 0, 0, 0)):
        _libc.capset(header, bytes(24))
    _libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    hide_memory()


def memory_of_this_process(pid: int) -> int:
    """Return the bytes of memory of a process that are in no file, as far as it is there."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith(("RssAnon:", "RssShmem:")))


def memory_of_descendants(pid: int) -> list[int]:
    """Return ``memory_of_this_process`` of a process and of each of its descendants."""
    found = [memory_of_this_process(pid)]
    with contextlib.suppress(OSError):
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [each for child in children.read_text().split() for each in memory_of_descendants(int(child))]
    return found


def processes_of(user: int) -> int:
    """Return how many threads of a user there are already, which count against a limit of ours."""
    count = 0
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and entry.stat().st_uid == user:
                count += sum(1 for _ in (entry / "task").iterdir())
    return count
