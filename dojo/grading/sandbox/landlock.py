"""Landlock, Linux's way for a process to give up access to files for good, by way of ctypes.

The numbers are those of ``linux/landlock.h``. Each version of the interface knows more rights; what a kernel does not
know is left out, and stays allowed.
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
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | 1 << 14 | 1 << 15  # rights that a plain file can have
_TCP = 0b11  # bind and connect, from version 4 on
_SCOPES = 0b11  # abstract sockets and signals, from version 6 on
_NO_NEW_PRIVS = 38

_libc: Any = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Return the version of the interface that this kernel has, 0 for none."""
    return max(int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)), 0)


def restrict(read: Iterable[Path], write: Iterable[Path], network: bool) -> None:
    """Give up every file but these, for this process and its children; ptrace and, where it can be, signals outside.

    Args:
        read: files, and folders with all beneath them, that may be read and run.
        write: the same for everything.
        network: whether TCP stays allowed.

    Raises:
        OSError: where the kernel does not do it.
    """
    known = version()
    if not known:
        raise OSError("this kernel has no Landlock")
    rights = _FILE_RIGHTS[min(known, 5)]
    rules = _Ruleset(rights, 0 if network or known < 4 else _TCP, _SCOPES if known >= 6 else 0)
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    ruleset = _checked(_libc.syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0))
    try:
        for path in read:
            _allow(ruleset, path, rights & (_EXECUTE | _READ_FILE | _READ_DIR))
        for path in write:
            _allow(ruleset, path, rights)
        # Who is not the superuser may restrict himself only after he gave up to gain privileges by a program.
        _checked(_libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
        _checked(_libc.syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # what is not there needs no rule
        return
    try:
        allowed = rights if path.is_dir() else rights & _OF_FILES
        rule = _Beneath(allowed, parent)
        _checked(_libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(parent)


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
