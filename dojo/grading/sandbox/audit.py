"""What of Python's insides an answer asks for, by audit events: they cannot be switched off from within.

Who asks is told by the names of the files that the calls went through. The standard library asks on behalf of whoever
called it, apart from the few functions there that need a frame to do what they are for.
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
# What leads from an answer's own frame to the frames, the code or the memory of a test.
_FRAMES = frozenset({"tb_frame", "gi_frame", "cr_frame", "ag_frame"})
_PARTS = frozenset({"__code__", "__class__", "__defaults__", "__kwdefaults__"})
# Files of the standard library that need a frame, or to send a signal, for what they are for; some only for themselves.
_NEED: tuple[str, ...] = (
    "/collections/__init__.py",
    "/enum.py",
    "/typing.py",
    "/warnings.py",
    "/_py_warnings.py",
    "/dataclasses.py",
)
_NEED += ("/multiprocessing/", "/annotationlib.py")
_NEED_WITHIN = ("/traceback.py", "/logging/__init__.py")
_NEVER_HELPED = frozenset({"gc.get_objects", "gc.get_referrers", "sys.settrace", "sys.setprofile", "sys.addaudithook"})
_FILES = frozenset({"open", "os.symlink", "os.link"})
_LOADING = frozenset({"compile", "marshal.loads"})
_SPECIFICATION = re.compile(r"(^|/)test_\w+\.py$")
_SECRET_FILES = re.compile(r"/proc/(self|thread-self|\d+)/(task/\d+/)?(mem|maps|environ)$")


def install_hook(trusted: tuple[str, ...], may: tuple[str, ...], tell: Callable[[str], None]) -> None:
    """Listen, until this process ends, to what an answer asks Python for.

    Args:
        trusted: prefixes of the files that are none of the answer's.
        may: prefixes of the files that may look through all objects, and trace.
        tell: is told in words, each time.
    """
    library = (f"{sysconfig.get_path('stdlib')}/", "<frozen ")
    packages = f"{sysconfig.get_path('stdlib')}/site-packages/"
    every = (*trusted, *library)
    # torch itself has modules by names such as test_operators.
    installed = (*may, *library, *(f"{sysconfig.get_path(name)}/" for name in ("purelib", "platlib")))
    # No name is looked up here that an answer could bind anew.
    events, frames, parts, need, within, never = dict(_EVENTS), _FRAMES, _PARTS, _NEED, _NEED_WITHIN, _NEVER_HELPED
    getframe, secret, code_type, text, encoded = sys._getframe, _SECRET_FILES.search, CodeType, str, bytes
    kind, view, length, error, telling, compiled = type, memoryview, len, OSError, False, ""
    open_file, read, status, close = os.open, os.read, os.fstat, os.close
    files, loading, specification = _FILES, _LOADING, _SPECIFICATION.search

    def asks(frame: FrameType | None) -> bool:
        """Say whether an answer asked, perhaps by functions of the standard library."""
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
        # What an answer had somebody else call: a thread of the standard library alone.
        return True

    def answers_are_above(frame: FrameType | None) -> bool:
        while frame is not None:
            if not frame.f_code.co_filename.startswith(every):
                return True
            frame = frame.f_back
        return False

    def is_as_on_disk(path: str, contents: object, skipped: int) -> bool:
        """Say whether code that is loaded is what stands in a file that is trusted."""
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

    def loads(event: str, arguments: tuple[Any, ...], frame: FrameType | None) -> str | None:
        """Say what is wrong with code that is made: it may say that it is of a file that is trusted."""
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

    def what_of(event: str, arguments: tuple[Any, ...]) -> str | None:
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
                what = loads(event, arguments, frame)
                if what is not None:
                    tell(what)
                return
            what = events.get(event)
            if what is None:
                what = what_of(event, arguments)
                if what is None:
                    return
            if event in never:
                asked = not (frame is not None and frame.f_code.co_filename.startswith(may))
            elif event in files:
                asked = answers_are_above(frame)
            else:
                asked = asks(frame)
            if asked:
                tell(what)
        finally:
            telling = False

    sys.addaudithook(hook)


def guard_signal_handlers(trusted: tuple[str, ...], tell: Callable[[str], None]) -> None:
    """Notice who asks to be called on a signal: a handler is given the frame that was interrupted.

    There is no audit event for it. torch's handlers, and our own, are functions in files that are trusted.
    """
    module: Any = sys.modules["_signal"]
    handlers = _handlers(module.signal, (*trusted, f"{sysconfig.get_path('stdlib')}/"), tell)
    next(handlers)
    send = handlers.send

    def set_handler(number: int, handler: Any) -> Any:
        return send((number, handler))

    module.signal = set_handler
    signal.signal.__dict__.pop("__wrapped__", None)


def _handlers(
    real: Callable[[int, Any], Any], trusted: tuple[str, ...], tell: Callable[[str], None]
) -> Generator[Any, tuple[int, Any], None]:
    """Set the handlers that are sent. A generator, since nobody gets at its variables without an audit event."""
    kind, function, own = type, FunctionType, signal.default_int_handler
    harmless = frozenset({int, signal.Handlers, kind(None)})
    before: Any = None
    while True:
        number, handler = yield before
        is_known = handler is own or kind(handler) in harmless
        if not is_known and not (kind(handler) is function and handler.__code__.co_filename.startswith(trusted)):
            tell("asks for frames, by a signal handler")
        before = real(number, handler)
