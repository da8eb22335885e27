"""An import hook that loads ``katas.<chapter>.<kata>`` from any directory.

A kata's test says ``from katas.storage import strides``, and ``--answers DIR`` decides which file that is. A missing or
broken file becomes a module in which every name raises the reason, so that only its own kata fails.
"""

import linecache
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

from dojo.results.failure import Raised
from dojo.runner import variants

# ruff: noqa: ARG002 -- the import system defines the parameters of its methods

PACKAGE = "katas"
NOT_IMPORTED = "{file} cannot be imported{at}: {why}"

Guard = Callable[[], AbstractContextManager[object]]


class AnswerError(Exception):
    """A problem of the answer's file, not of its results. The message is for the learner.

    Args:
        template: the message, with ``{name}`` for each of ``values``; ``file`` is the file's name.
        path: the file.
        line: the line number.
        raised: the exception that the import raised.
        values: texts for the template.
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
    """The file is missing, cannot be parsed, or raises an error when it is imported."""


class MissingName(AnswerError, AttributeError):
    """The file has no such function or class."""


class NoAnswers(ValueError):
    """The path given by ``--answers`` is no directory of answers."""


@dataclass(frozen=True)
class Source:
    """A directory of answers. If each of its files holds many variants, ``variant`` is the name of the one to use.

    A variant is a change of the reference solution in ``base``: see ``variants``.
    """

    directory: Path
    variant: str | None = None
    base: Path | None = None

    @classmethod
    def parse(cls, text: str, root: Path, katas: Sequence[str] = ()) -> "Source":
        """Parse the value of ``--answers``: ``DIR`` or ``DIR::Variant``, relative to ``root``.

        Args:
            text: the value.
            root: the folder that holds ``katas`` and ``solutions``.
            katas: ids such as ``storage/strides``; if not empty, the directory must hold one of them.

        Raises:
            NoAnswers: if there is no such directory.
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
        """Return the path of the answer to a kata, which may not exist."""
        return self.directory / chapter / f"{kata}.py"


def install(source: Source, guard: Guard = nullcontext) -> "AnswersFinder":
    """Import the package ``katas`` from ``source`` in this process, instead of any earlier source.

    ``guard`` creates a context for the import of each file, such as a timeout.
    """
    for finder in [finder for finder in sys.meta_path if isinstance(finder, AnswersFinder)]:
        sys.meta_path.remove(finder)
    for name in [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]:
        del sys.modules[name]
    finder = AnswersFinder(source, guard)
    sys.meta_path.insert(0, finder)
    return finder


def loaded_answers() -> list[ModuleType]:
    """Return the loaded modules of answers."""
    return [module for module in list(sys.modules.values()) if isinstance(module, AnswerModule)]


def source_of(kata: str) -> bytes | None:
    """Return the contents of the file as it was imported for a kata such as ``storage/strides``, or None."""
    module = sys.modules.get(f"{PACKAGE}.{kata.replace('/', '.')}")
    loader = module.__spec__.loader if module is not None and module.__spec__ is not None else None
    return loader.contents if isinstance(loader, _AnswerLoader) else None


def reload_from(module: ModuleType, source: Source, guard: Guard = nullcontext) -> None:
    """Replace the contents of a loaded module of ``katas`` by the answer from another source.

    If importing that file fails, the module becomes unusable, and says why.
    """
    _delete_names(module)
    loader = _AnswerLoader(source, source.path(*module.__name__.split(".")[1:]), guard)
    if module.__spec__ is not None:
        module.__spec__.loader = loader
    try:
        loader.exec_module(module)
    except KeyboardInterrupt as error:  # no user can have pressed Ctrl-C: the answer raised it
        _mark_unusable(module, _import_failure(error, loader.file))


class AnswersFinder(MetaPathFinder):
    """Finds ``katas``, ``katas.<chapter>`` and ``katas.<chapter>.<kata>``, but no test file."""

    def __init__(self, source: Source, guard: Guard = nullcontext) -> None:
        self.source = source
        self.guard = guard

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of an answer or of a parent package."""
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
    """An answer's module. A missing name raises an error that explains it to the learner."""

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
            _mark_unusable(module, error)
        except KeyboardInterrupt:
            raise
        except variants.CannotChange as error:
            _mark_unusable(module, UnusableAnswer("{name}: {why}", self.file, name=self.source.variant, why=str(error)))
        except BaseException as error:  # SystemExit and pytest.skip() are no Exceptions, and must not end the run
            _mark_unusable(module, _import_failure(error, self.file))

    def _exec_variant(self, module: ModuleType) -> None:
        contents = _read(self.file)
        names = dict(module.__dict__)
        exec(_compile(contents, self.file), names)
        chosen = _variants_by_name(_text(contents)).get(self.source.variant or "")
        if chosen is None:
            raise UnusableAnswer("{file} has no answer {name}", self.file, name=self.source.variant)
        assert self.source.base is not None
        base = self.source.base / self.file.parent.name / self.file.name
        solution = _read(base)
        if chosen.change:
            text, place = chosen.change.apply_to(_text(solution)), Path(f"{self.file}::{chosen.name}")
            # This text is in no file; Python and diagnosis find its lines here.
            linecache.cache[str(place)] = (len(text), None, text.splitlines(keepends=True), str(place))
            module.__dict__.update(names)
            exec(_compile(text.encode(), place), module.__dict__)
        else:
            exec(_compile(solution, base), module.__dict__)
            overlay = vars(names[chosen.name])
            module.__dict__.update({name: value for name, value in overlay.items() if not name.startswith("__")})


def _mark_unusable(module: ModuleType, reason: UnusableAnswer) -> None:
    """Let every name of the module raise the reason, also names that were defined before the import failed."""
    _delete_names(module)
    module.__dict__["__unusable__"] = reason


_SET_BY_IMPORT = (
    "__name__",
    "__doc__",
    "__package__",
    "__loader__",
    "__spec__",
    "__file__",
    "__cached__",
    "__builtins__",
)


def _delete_names(module: ModuleType) -> None:
    for name in [name for name in module.__dict__ if name not in _SET_BY_IMPORT]:
        del module.__dict__[name]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise UnusableAnswer("{file} is not there", file) from None
    except OSError as error:
        raise UnusableAnswer("{file} cannot be read: {why}", file, why=error.strerror) from None


def _text(contents: bytes) -> str:
    return contents.decode().replace("\r\n", "\n")


# Cached: the answers that share a fork are mostly of one file.
@lru_cache(maxsize=2)
def _variants_by_name(text: str) -> dict[str, variants.Variant]:
    return {each.name: each for each in variants.variants("", text)}


@lru_cache(maxsize=8)
def _compile(source: bytes, file: Path) -> CodeType:
    """Compile the file, without a bytecode cache, which would be stale after two saves in one second."""
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
        if traceback.tb_frame.f_code.co_filename.startswith(str(file)):  # also true of a variant in that file
            path, line = Path(traceback.tb_frame.f_code.co_filename), traceback.tb_lineno
        traceback = traceback.tb_next
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    where = f" (line {line})" if line else ""
    return UnusableAnswer(NOT_IMPORTED, path, line, Raised.of(error), at=where, why=what)
