"""Landlock, by ctypes: a Linux feature by which a process gives up access to files for good.

The numbers are from ``linux/landlock.h``. Each version of the interface adds rights. Rights that a kernel does not know
are left out, and stay allowed.
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_VERSION_FLAG = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}  # from version 5 on also ioctl on devices
_PLAIN_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | 1 << 14 | 1 << 15  # rights that a plain file can have
_TCP = 0b11  # bind and connect, from version 4 on
_SCOPES = 0b11  # abstract sockets and signals, from version 6 on
_NO_NEW_PRIVS = 38

_libc: Any = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Return the version of the kernel's Landlock interface, 0 if there is none."""
    return max(int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)), 0)


def restrict(read: Iterable[Path], write: Iterable[Path], network: bool) -> None:
    """Restrict this process and its children to these files; also refuse ptrace and, if possible, signals to others.

    Args:
        read: files, and folders with everything below, that may be read and executed.
        write: files and folders that may be used in any way.
        network: whether TCP stays allowed.

    Raises:
        OSError: if the kernel refuses.
    """
    known = version()
    if not known:
        raise OSError("this kernel has no Landlock")
    rights = _FILE_RIGHTS[min(known, 5)]
    rules = _Ruleset(rights, 0 if network or known < 4 else _TCP, _SCOPES if known >= 6 else 0)
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    ruleset = _check(_libc.syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0))
    try:
        for path in read:
            _allow(ruleset, path, rights & (_EXECUTE | _READ_FILE | _READ_DIR))
        for path in write:
            _allow(ruleset, path, rights)
        # An unprivileged process must first give up gaining privileges through programs.
        _check(_libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
        _check(_libc.syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # a missing file needs no rule
        return
    try:
        allowed = rights if path.is_dir() else rights & _PLAIN_FILE_RIGHTS
        rule = _PathRule(allowed, parent)
        _check(_libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(parent)


def _check(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
