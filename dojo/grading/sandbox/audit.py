"""Watch by audit events which of Python's internals an answer uses; an answer cannot switch these events off.

The caller is identified by the file names on the stack. The standard library acts on behalf of its caller, except for
a few functions that need a frame for their own purpose.
"""

import os
import re
import signal
import sys
import sysconfig
from collections.abc import Callable, Generator
from types import CodeType, FrameType, FunctionType
from typing import Any

_EVENTS = {
    "sys._getframe": "looks at the frames of its callers",
    "sys._current_frames": "looks at the frames of all threads",
    "sys._current_exceptions": "looks at the frames of all threads",
    "sys._getframemodulename": "looks at the frames of its callers",
    "sys.settrace": "traces its callers",
    "sys.setprofile": "traces its callers",
    "sys.addaudithook": "listens to Python's audit events",
    "sys.monitoring.register_callback": "traces its callers",
    "gc.get_objects": "looks through all objects of the process",
    "gc.get_referrers": "looks for who holds an object",
    "gc.get_referents": "looks into objects that are not its own",
    "ctypes.dlopen": "calls native code past Python",
    "ctypes.dlsym": "calls native code past Python",
    "ctypes.call_function": "calls native code past Python",
    "ctypes.cdata": "reads memory past Python",
    "ctypes.string_at": "reads memory past Python",
    "ctypes.addressof": "reads memory past Python",
    "code.__new__": "makes code objects",
    "function.__new__": "makes functions of code that it took from elsewhere",
    "os.kill": "sends a signal to a process",
    "os.killpg": "sends a signal to a process",
    "signal.pthread_kill": "sends a signal to a process",
    "os.exec": "replaces its process",
    "os.system": "starts another program",
    "os.posix_spawn": "starts another program",
    "subprocess.Popen": "starts another program",
}
# Attributes that lead from an answer's own frame to the frames, the code or the memory of a test.
_FRAME_ATTRIBUTES = frozenset({"tb_frame", "gi_frame", "cr_frame", "ag_frame"})
_FUNCTION_PARTS = frozenset({"__code__", "__class__", "__defaults__", "__kwdefaults__"})
# Files of the standard library that may look at a frame or send a signal; the latter ones only for their own calls.
_ALLOWED_FILES: tuple[str, ...] = (
    "/collections/__init__.py",
    "/enum.py",
    "/typing.py",
    "/warnings.py",
    "/_py_warnings.py",
    "/dataclasses.py",
)
_ALLOWED_FILES += ("/multiprocessing/", "/annotationlib.py")
_ALLOWED_WITHIN = ("/traceback.py", "/logging/__init__.py")
_NEVER_ALLOWED = frozenset({"gc.get_objects", "gc.get_referrers", "sys.settrace", "sys.setprofile", "sys.addaudithook"})
_FILE_EVENTS = frozenset({"open", "os.symlink", "os.link"})
_CODE_EVENTS = frozenset({"compile", "marshal.loads"})
_SPECIFICATION = re.compile(r"(^|/)test_\w+\.py$")
_SECRET_FILES = re.compile(r"/proc/(self|thread-self|\d+)/(task/\d+/)?(mem|maps|environ)$")


def install_hook(trusted: tuple[str, ...], allowed: tuple[str, ...], accuse: Callable[[str], None]) -> None:
    """Watch what an answer asks Python for, until the process ends.

    Args:
        trusted: prefixes of files that are not the answer's.
        allowed: prefixes of files that may trace, and look through all objects.
        accuse: called with a description of each event.
    """
    library = (f"{sysconfig.get_path('stdlib')}/", "<frozen ")
    packages = f"{sysconfig.get_path('stdlib')}/site-packages/"
    every = (*trusted, *library)
    # torch itself has modules by names such as test_operators.
    installed = (*allowed, *library, *(f"{sysconfig.get_path(name)}/" for name in ("purelib", "platlib")))
    # Locals, because an answer could rebind globals and builtins.
    events, frames, parts = dict(_EVENTS), _FRAME_ATTRIBUTES, _FUNCTION_PARTS
    need, within, never = _ALLOWED_FILES, _ALLOWED_WITHIN, _NEVER_ALLOWED
    getframe, secret, code_type, text, encoded = sys._getframe, _SECRET_FILES.search, CodeType, str, bytes
    kind, view, length, error, telling, compiled = type, memoryview, len, OSError, False, ""
    open_file, read, status, close = os.open, os.read, os.fstat, os.close
    files, loading, specification = _FILE_EVENTS, _CODE_EVENTS, _SPECIFICATION.search

    def asks(frame: FrameType | None) -> bool:
        """Say whether an answer asked, directly or through the standard library."""
        if frame is not None:
            name = frame.f_code.co_filename
            if name.startswith(library):
                for each in need:
                    if each in name:
                        return False
                above = frame.f_back
                if name.endswith(within) and above is not None and above.f_code.co_filename == name:
                    return False
        while frame is not None:
            name = frame.f_code.co_filename
            if not name.startswith(every):
                return True
            if name.startswith(packages) or not name.startswith(library):
                return False
            frame = frame.f_back
        # Only the standard library is on the stack: a thread of it, started by an answer.
        return True

    def answers_are_above(frame: FrameType | None) -> bool:
        while frame is not None:
            if not frame.f_code.co_filename.startswith(every):
                return True
            frame = frame.f_back
        return False

    def is_as_on_disk(path: str, contents: object, skipped: int) -> bool:
        """Say whether the loaded code is the content of a trusted file."""
        try:
            handle = open_file(path, 0)
            try:
                size = status(handle).st_size
                pieces = b""
                while length(pieces) < size:
                    pieces += read(handle, size)
            finally:
                close(handle)
        except error:
            return False
        return pieces[skipped:] == contents

    def check_code(event: str, arguments: tuple[Any, ...], frame: FrameType | None) -> str | None:
        """Say what is wrong with new code: it may claim the name of a trusted file."""
        if event == "compile":
            contents, name = arguments
            path = name.decode(errors="replace") if kind(name) is encoded else text(name)
            if not path.startswith(every) or contents is None or not answers_are_above(frame):
                return None
            contents = contents.encode() if kind(contents) is text else contents
            return None if is_as_on_disk(path, contents, 0) else "gives its code the name of another file"
        if not answers_are_above(frame):
            return None
        contents = arguments[0]
        is_known = kind(contents) in (encoded, view) and is_as_on_disk(compiled, encoded(contents), 16)
        return None if is_known else "makes code objects"

    def describe(event: str, arguments: tuple[Any, ...]) -> str | None:
        if event == "object.__getattr__":
            if arguments[1] in frames and kind(arguments[0]) is not code_type:
                return "looks at the frames of its callers"
        elif event == "object.__setattr__":
            return "replaces the code of a function" if arguments[1] in parts else None
        elif event in files:
            nonlocal compiled
            path = arguments[0]
            path = path.decode(errors="replace") if kind(path) is encoded else path
            if kind(path) is text:
                if specification(path) and not path.startswith(installed):
                    return "reads its own specification"
                if secret(path):
                    return "reads memory past Python"
                if path.endswith(".pyc"):
                    if not path.startswith(every):
                        return "brings compiled code along"
                    compiled = path
        return None

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal telling
        if telling:
            return
        telling = True
        try:
            frame = getframe(1)
            if event in loading:
                what = check_code(event, arguments, frame)
                if what is not None:
                    accuse(what)
                return
            what = events.get(event)
            if what is None:
                what = describe(event, arguments)
                if what is None:
                    return
            if event in never:
                asked = not (frame is not None and frame.f_code.co_filename.startswith(allowed))
            elif event in files:
                asked = answers_are_above(frame)
            else:
                asked = asks(frame)
            if asked:
                accuse(what)
        finally:
            telling = False

    sys.addaudithook(hook)


def guard_signal_handlers(trusted: tuple[str, ...], accuse: Callable[[str], None]) -> None:
    """Report signal handlers of an answer: a handler receives the interrupted frame.

    There is no audit event for this. Handlers of torch and of this package are functions in trusted files.
    """
    module: Any = sys.modules["_signal"]
    handlers = _handlers(module.signal, (*trusted, f"{sysconfig.get_path('stdlib')}/"), accuse)
    next(handlers)
    send = handlers.send

    def set_handler(number: int, handler: Any) -> Any:
        return send((number, handler))

    module.signal = set_handler
    signal.signal.__dict__.pop("__wrapped__", None)


def _handlers(
    real: Callable[[int, Any], Any], trusted: tuple[str, ...], accuse: Callable[[str], None]
) -> Generator[Any, tuple[int, Any], None]:
    """Set the handlers that are sent. A generator, because reading its variables causes an audit event."""
    kind, function, own = type, FunctionType, signal.default_int_handler
    harmless = frozenset({int, signal.Handlers, kind(None)})
    before: Any = None
    while True:
        number, handler = yield before
        is_known = handler is own or kind(handler) in harmless
        if not is_known and not (kind(handler) is function and handler.__code__.co_filename.startswith(trusted)):
            accuse("asks for frames, by a signal handler")
        before = real(number, handler)
