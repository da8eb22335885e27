"""From what a test raised to what its reader is told: the call, its inputs, the learner's own line, the message."""

import ast
import inspect
import linecache
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType, FrameType, TracebackType

import msgspec

from dojo import check
from dojo.results.failure import Failure, Input, Outcome, Raised
from dojo.runner.answers import AnswerError, AnswerModule
from dojo.runner.processes import RanksStuck
from dojo.runner.timeout import NoAnswer
from dojo.runner.torch_errors import advice_on

_LONGEST = 24_000  # characters of what was said or printed that travel to the reader


def collect(
    error: BaseException, specification: Path, answers: Path, printed: str = "", storage: bool = False
) -> Failure:
    """Return what ``error`` tells, raised while a test of the file ``specification`` ran on ``answers``.

    Args:
        error: what the test raised.
        specification: the test file.
        answers: the directory that the answers come from.
        printed: what the answer wrote to standard output.
        storage: whether to draw how the inputs lie in their storage.
    """
    frames = _frames(error.__traceback__)
    tests = [(frame, line) for frame, line in frames if frame.f_code.co_filename == str(specification)]
    own = [(frame, line) for frame, line in frames if _lies_in(frame, answers, specification)]
    # A check within a helper of the test file is about the call that the test itself made.
    call = next((found for test in reversed(tests) if (found := _Call.at(*test))), None)
    path, line = _place(error, own, call)
    failure = _found(error, bool(own), _raised_by_stub(frames, own), call)
    return msgspec.structs.replace(
        failure,
        values={name: value[:_LONGEST] for name, value in failure.values.items()},
        call=call.text if call else None,
        inputs=call.described(storage) if call and failure.outcome in (Outcome.REFUSED, Outcome.RAISED) else (),
        path=str(path) if path else None,
        line=line,
        source=_source_line(path, line),
        specification=f"{specification}:{tests[-1][1]}" if tests else str(specification),
        printed=tuple(printed.rstrip()[:_LONGEST].splitlines()) if printed.strip() else (),
    )


def _found(error: BaseException, in_answer: bool, stub_raised: bool, call: "_Call | None") -> Failure:
    """Return what the error itself tells."""
    if isinstance(error, NotImplementedError) and stub_raised:
        return _prose(Outcome.TODO, str(error) or "this is still to be written")
    if isinstance(error, AnswerError):
        return Failure(outcome=Outcome.UNUSABLE, template=error.template, values=error.values, raised=error.raised)
    if isinstance(error, check.Failure):
        values = dict(error.values)
        return Failure(
            outcome=Outcome.REFUSED,
            template=error.template,
            gave=values.pop("gave", None),
            expected=values.pop("expected", None),
            values=values,
            continues=error.continues,
            mistake=error.mistake,
            picture=error.picture,
        )
    if isinstance(error, RanksStuck):
        return _prose(Outcome.RAISED, str(error))
    if isinstance(error, AssertionError) and not in_answer:
        # pytest appends its own explanation to the message of an assert.
        words = re.split(r"\nassert |^assert ", str(error))[0].strip() or str(error)
        return _prose(Outcome.REFUSED, words, continues=check.Failure("", words).continues)
    raised = Raised.of(error)
    if isinstance(error, RecursionError):
        words = "never came back: it calls itself without end"
        return _prose(Outcome.RAISED, words, continues=True, raised=raised)
    if isinstance(error, NoAnswer):
        return _prose(Outcome.RAISED, f"gave {error}", continues=True, raised=raised)
    mistake = advice_on(error) if in_answer else None
    template = "raised {type}: {text}" if raised.text else "raised {type}"
    if isinstance(error, SystemExit):
        template = "raised {type}: an answer returns its result, it does not end the program"
        mistake = None
    elif isinstance(error, TypeError) and not in_answer and call and re.search(r"argument", raised.text):
        mistake = f"the specification calls {call.text}: keep the parameters of the stub"
    values = {"type": raised.type, "text": raised.text}
    return Failure(
        outcome=Outcome.RAISED, template=template, values=values, continues=True, mistake=mistake, raised=raised
    )


def _prose(outcome: Outcome, words: str, continues: bool = False, raised: Raised | None = None) -> Failure:
    values = {"words": words}
    return Failure(outcome=outcome, template="{words}", values=values, continues=continues, raised=raised)


def _raised_by_stub(frames: list[tuple[FrameType, int]], own: list[tuple[FrameType, int]]) -> bool:
    """Say whether the answer's own ``raise`` is where the error began: torch raises NotImplementedError as well."""
    if not own or own[-1] != frames[-1]:
        return False
    frame, line = own[-1]
    return (_source_line(Path(frame.f_code.co_filename), line) or "").startswith("raise")


def _place(
    error: BaseException, own: list[tuple[FrameType, int]], call: "_Call | None"
) -> tuple[Path | None, int | None]:
    """Return the line of the answer to show: where it raised, else the one ``return`` of what was called."""
    if isinstance(error, AnswerError):
        return error.path, error.line
    if own:
        frame, line = own[-1]
        return Path(frame.f_code.co_filename), line
    code = _code(call.function) if call else None
    if code is None:
        return None, None
    return Path(code.co_filename), _telling_line(code.co_filename, code.co_firstlineno)


def _code(function: object) -> CodeType | None:
    """Return a function's code, also beneath a decorator such as torch.no_grad(), and None of anything else."""
    try:
        code = getattr(inspect.unwrap(function), "__code__", None)  # type: ignore[arg-type]
    except Exception:  # an answer may be any object: one wrapped in itself, or one that refuses to be asked
        return None
    return code if isinstance(code, CodeType) else None


def _telling_line(file: str, first: int) -> int:
    """Return where a function has its one ``return``, else where it begins; its decorators begin at ``first``."""
    for node in _functions(_read(Path(file))):
        if min([node.lineno, *(d.lineno for d in node.decorator_list)]) == first:
            inner = {
                id(each)
                for child in ast.walk(node)
                if child is not node and isinstance(child, ast.FunctionDef | ast.Lambda | ast.ClassDef)
                for each in ast.walk(child)
            }
            returns = [each.lineno for each in ast.walk(node) if isinstance(each, ast.Return) and id(each) not in inner]
            return returns[0] if len(returns) == 1 else node.lineno
    return first


@dataclass(frozen=True)
class _Call:
    """The call of an answer that a test's failing statement is about."""

    text: str
    inputs: tuple[tuple[str, object], ...]
    function: object

    def described(self, storage: bool) -> tuple[Input, ...]:
        """Return each input in words, with a picture of its storage where that is asked for."""
        return tuple(
            Input(name, check.describe(value), check.storage_picture(value) if storage else ())
            for name, value in self.inputs
        )

    @classmethod
    def at(cls, frame: FrameType, line: int) -> "_Call | None":
        text = _read(Path(frame.f_code.co_filename))
        before = _body_before(text, line)
        if not before:
            return None
        statement = before[-1]
        used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        # The statement itself, else the latest one above that gave, or was given, a name which the statement uses; else
        # the latest call of all.
        latest = None
        for each in reversed(before):
            gives = {
                node.id for node in ast.walk(each) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            }
            for node in ast.walk(each):
                found = cls._from(node, frame)
                takes = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
                if found and (each is statement or (gives | takes) & used):
                    return found
                latest = latest or found
        return latest or cls._handed_on(text, before, frame)

    @classmethod
    def _handed_on(cls, text: str, before: list[ast.stmt], frame: FrameType) -> "_Call | None":
        """Return the call in a function of the test file that a statement names, to be run in another process."""
        functions = {node.name: node for node in _functions(text) if node.col_offset == 0}
        for each in reversed(before):
            for name in ast.walk(each):
                if isinstance(name, ast.Name) and name.id in functions:
                    for node in ast.walk(functions[name.id]):
                        if found := cls._from(node, frame):
                            return found
        return None

    @classmethod
    def _from(cls, node: ast.AST, frame: FrameType) -> "_Call | None":
        if not (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and isinstance(frame.f_globals.get(node.func.value.id), AnswerModule)
        ):
            return None
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        names = {each.id: each for argument in arguments for each in ast.walk(argument) if isinstance(each, ast.Name)}
        inputs = [(name, frame.f_locals[name]) for name in names if name in frame.f_locals]
        shown = ast.Call(ast.Name(node.func.attr), node.args, node.keywords)
        function = frame.f_globals[node.func.value.id].__dict__.get(node.func.attr)
        return cls(ast.unparse(shown), tuple(inputs), function)


@lru_cache(maxsize=8)
def _functions(text: str) -> tuple[ast.FunctionDef, ...]:
    """Return every function in a module's text, none where it is no Python."""
    # Cached: each failing test of a run asks for those of the same specification, and of the same answer.
    try:
        return tuple(node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    except (SyntaxError, ValueError):
        return ()


def _body_before(text: str, line: int) -> list[ast.stmt]:
    """Return the statements up to ``line`` in the innermost function around it, nested blocks laid flat."""
    body: list[ast.stmt] = []
    for node in _functions(text):
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            simple = [each for each in ast.walk(node) if isinstance(each, ast.stmt) and each is not node]
            body = sorted((each for each in simple if not hasattr(each, "body")), key=lambda each: each.lineno)
            # What a context manager finds at its end, it raises in the line where the block began.
            ends = [each.end_lineno or line for each in simple if isinstance(each, ast.With) and each.lineno == line]
            body = [each for each in body if each.lineno <= max([line, *ends])]
    return body


def _frames(traceback: TracebackType | None) -> list[tuple[FrameType, int]]:
    frames = []
    while traceback is not None:
        frames.append((traceback.tb_frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    return frames


def _lies_in(frame: FrameType, answers: Path, specification: Path) -> bool:
    name = frame.f_code.co_filename
    if not name.startswith(str(answers)):  # as most are, and quicker to see than the rest
        return False
    file = Path(name)
    return answers in file.parents and file != specification and not file.name.startswith("test_")


def _source_line(path: Path | None, line: int | None) -> str | None:
    if path is None or line is None:
        return None
    lines = _read(path).splitlines()
    return lines[line - 1].strip() if 0 < line <= len(lines) else None


def _read(path: Path) -> str:
    """Return a file's text, or that of an answer of ``variants``, which is in no file; nothing where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return "".join(linecache.getlines(str(path)))
    except ValueError:
        return ""
