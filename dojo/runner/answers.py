"""Where answers come from: an import hook that takes ``katas.<chapter>.<kata>`` from any directory.

A kata's test says ``from katas.storage import strides``. Which file that is, ``--answers DIR`` decides. A file that is
missing or cannot be imported becomes a module whose every name raises the reason, so that it fails its own kata and
stops no other.
"""

import linecache
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

from dojo.results.failure import Raised
from dojo.runner import variants

# ruff: noqa: ARG002 -- the import system's methods have the parameters that it passes

PACKAGE = "katas"
NOT_IMPORTED = "{file} cannot be imported{at}: {why}"

Guard = Callable[[], AbstractContextManager[object]]


class AnswerError(Exception):
    """Something about the answer's file rather than about what it computes. The message is for the learner.

    Args:
        template: the message, with the names of ``values`` in braces; ``file`` is the file's name.
        path: of the file.
        line: in it.
        raised: what was raised while it was imported.
        values: in words.
    """

    def __init__(
        self, template: str, path: Path, line: int | None = None, raised: Raised | None = None, **values: object
    ) -> None:
        self.template = template
        self.path = path
        self.line = line
        self.raised = raised
        self.values = {"file": path.name, **{name: str(value) for name, value in values.items()}}
        super().__init__(template.format(**self.values))


class UnusableAnswer(AnswerError):
    """The file is missing, does not parse, or fails while it is imported."""


class MissingName(AnswerError, AttributeError):
    """The file has no such function or class."""


class NoAnswers(ValueError):
    """What ``--answers`` names is no directory of answers."""


@dataclass(frozen=True)
class Source:
    """A directory of answers; ``variant`` names the one answer to take of the many in each of its files.

    Such an answer is told by what it changes in the reference solution from ``base``: see ``variants``. That is how one
    file of ``tests/mistakes`` holds many wrong answers.
    """

    directory: Path
    variant: str | None = None
    base: Path | None = None

    @classmethod
    def parse(cls, text: str, root: Path, katas: Sequence[str] = ()) -> "Source":
        """Return the source that ``--answers`` names, ``DIR`` or ``DIR::Variant``, relative to ``root``.

        Args:
            text: what the user wrote.
            root: the folder that holds ``katas`` and ``solutions``.
            katas: names like ``storage/strides``; the directory must hold one of them, if any are given.

        Raises:
            NoAnswers: in one sentence, where it is no such directory.
        """
        name, _, variant = text.partition("::")
        directory = (root / name).resolve()
        if not directory.is_dir():
            what = "is a file, not a directory" if directory.exists() else "is not there"
            raise NoAnswers(f"--answers {name} {what}: name a directory that holds <chapter>/<kata>.py")
        if katas and not any((directory / f"{kata}.py").is_file() for kata in katas):
            raise NoAnswers(f"--answers {name} holds no kata: expected files such as {name.rstrip('/')}/{katas[0]}.py")
        return cls(directory, variant or None, root / "solutions" if variant else None)

    def path(self, chapter: str, kata: str) -> Path:
        """Return where the answer to a kata lies, or would lie."""
        return self.directory / chapter / f"{kata}.py"


def install(source: Source, guard: Guard = nullcontext) -> "AnswersFinder":
    """Serve the package ``katas`` from ``source`` in this process, in place of any earlier source.

    Args:
        source: the directory of answers.
        guard: makes a context in which each file is run as it is imported, such as a limit of time.
    """
    for finder in [finder for finder in sys.meta_path if isinstance(finder, AnswersFinder)]:
        sys.meta_path.remove(finder)
    for name in [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]
    finder = AnswersFinder(source, guard)
    sys.meta_path.insert(0, finder)
    return finder


def loaded_answers() -> list[ModuleType]:
    """Return the modules of answers that are loaded."""
    return [module for module in list(sys.modules.values()) if isinstance(module, AnswerModule)]


def source_of(kata: str) -> bytes | None:
    """Return what was read of the file with the answer to ``storage/strides``, None where there was none to read."""
    module = sys.modules.get(f"{PACKAGE}.{kata.replace('/', '.')}")
    loader = module.__spec__.loader if module is not None and module.__spec__ is not None else None
    return loader.contents if isinstance(loader, _AnswerLoader) else None


def reload_from(module: ModuleType, source: Source, guard: Guard = nullcontext) -> None:
    """Let a module of the package ``katas`` that is loaded already hold the answer from another source.

    Whatever that file does as it is imported stays within it: it is unusable then, and says why.
    """
    for name in [name for name in module.__dict__ if not name.startswith("__")]:
        del module.__dict__[name]
    module.__dict__.pop("__unusable__", None)
    loader = _AnswerLoader(source, source.path(*module.__name__.split(".")[1:]), guard)
    if module.__spec__ is not None:
        module.__spec__.loader = loader
    try:
        loader.exec_module(module)
    except KeyboardInterrupt as error:  # nobody is at the keyboard
        _make_unusable(module, _import_failure(error, loader.file))


class AnswersFinder(MetaPathFinder):
    """Finds ``katas``, ``katas.<chapter>`` and ``katas.<chapter>.<kata>``, and no test file."""

    def __init__(self, source: Source, guard: Guard = nullcontext) -> None:
        self.source = source
        self.guard = guard

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of an answer or of a package above it."""
        package, *rest = fullname.split(".")
        if package != PACKAGE or len(rest) > 2 or (rest and rest[-1].startswith(("test_", "conftest"))):
            return None
        if len(rest) < 2:
            return ModuleSpec(fullname, _PackageLoader(), is_package=True)
        file = self.source.path(*rest)
        spec = ModuleSpec(fullname, _AnswerLoader(self.source, file, self.guard), origin=str(file))
        spec.has_location = True
        return spec


class _PackageLoader(Loader):
    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__path__ = []


class AnswerModule(ModuleType):
    """An answer's module: a name that it lacks is explained to the learner."""

    def __getattr__(self, name: str) -> object:
        __tracebackhide__ = True
        if name.startswith("__"):
            raise AttributeError(name)
        reason = self.__dict__.get("__unusable__")
        if reason is not None:
            raise UnusableAnswer(reason.template, reason.path, reason.line, reason.raised, **reason.values)
        path = Path(self.__dict__["__file__"])
        template = "{name} is missing from {file}: the specification needs a function or class of that name"
        raise MissingName(template, path, name=name)


class _AnswerLoader(Loader):
    def __init__(self, source: Source, file: Path, guard: Guard = nullcontext) -> None:
        self.source = source
        self.file = file
        self.guard = guard
        self.contents: bytes | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return AnswerModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(self.file)
        try:
            if self.source.variant is None:
                self.contents = contents = _read(self.file)
                code = _compile(contents, self.file)
                with self.guard():
                    exec(code, module.__dict__)
            else:
                self._exec_variant(module)
        except UnusableAnswer as error:
            _make_unusable(module, error)
        except KeyboardInterrupt:
            raise
        except variants.Unfit as error:
            _make_unusable(module, UnusableAnswer(f"{self.source.variant}: {error}", self.file))
        except BaseException as error:  # SystemExit and pytest.skip() are no Exceptions, and must not end the run
            _make_unusable(module, _import_failure(error, self.file))

    def _exec_variant(self, module: ModuleType) -> None:
        contents = _read(self.file)
        names = dict(module.__dict__)
        exec(_compile(contents, self.file), names)
        found = {each.name: each for each in variants.variants("", _text(contents))}
        chosen = found.get(self.source.variant or "")
        if chosen is None:
            raise UnusableAnswer("{file} has no answer {name}", self.file, name=self.source.variant)
        assert self.source.base is not None
        base = self.source.base / self.file.parent.name / self.file.name
        solution = _read(base)
        if chosen.change:
            text, place = chosen.change.applied(_text(solution)), Path(f"{self.file}::{chosen.name}")
            # No file has this text. Here Python finds its lines, and so does diagnosis.
            linecache.cache[str(place)] = (len(text), None, text.splitlines(keepends=True), str(place))
            module.__dict__.update(names)
            exec(_compile(text.encode(), place), module.__dict__)
        else:
            exec(_compile(solution, base), module.__dict__)
            overlay = vars(names[chosen.name])
            module.__dict__.update({name: value for name, value in overlay.items() if not name.startswith("__")})


def _make_unusable(module: ModuleType, reason: UnusableAnswer) -> None:
    """Let every name of the module raise the reason, also those that were there before its file failed."""
    for name in [name for name in module.__dict__ if not name.startswith("__")]:
        del module.__dict__[name]
    module.__dict__["__unusable__"] = reason


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise UnusableAnswer("{file} is not there", file) from None
    except OSError as error:
        raise UnusableAnswer("{file} cannot be read: {why}", file, why=error.strerror) from None


def _text(contents: bytes) -> str:
    return contents.decode().replace("\r\n", "\n")


def _compile(source: bytes, file: Path) -> CodeType:
    """Return the file's code, always from its source: two saves in one second would leave a stale bytecode cache."""
    try:
        return compile(source, str(file), "exec", dont_inherit=True)
    except SyntaxError as error:
        text = f": {error.text.strip()}" if error.text and error.text.strip() else ""
        line = f" in line {error.lineno}" if error.lineno else ""
        why = f"{error.msg}{text}"
        raise UnusableAnswer("{file} is not valid Python{at}: {why}", file, error.lineno, at=line, why=why) from None
    except ValueError as error:
        raise UnusableAnswer("{file} is not valid Python: {why}", file, why=error) from None


def _import_failure(error: BaseException, file: Path) -> UnusableAnswer:
    path, line, traceback = file, None, error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename.startswith(str(file)):  # also of an answer in that file
            path, line = Path(traceback.tb_frame.f_code.co_filename), traceback.tb_lineno
        traceback = traceback.tb_next
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    where = f" (line {line})" if line else ""
    return UnusableAnswer(NOT_IMPORTED, path, line, Raised.of(error), at=where, why=what)
