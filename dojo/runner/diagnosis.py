"""Turn an exception in a test into a Failure: the call, its inputs, the learner's line, the message."""

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
from dojo.results.failure import MAX_TEXT, Failure, Input, Outcome, Raised
from dojo.runner.answers import AnswerError, AnswerModule
from dojo.runner.processes import RanksStuck
from dojo.runner.timeout import NoAnswer
from dojo.runner.torch_errors import advice_on

_MAX_RAISED = 2_000  # characters of an error, which are looked through for what it is
_MAX_LINES, _MAX_WIDTH = 13, 401  # one more than dojo.screen shows, which marks that there is more


def collect(
    error: BaseException, specification: Path, answers: Path, printed: str = "", storage: bool = False
) -> Failure:
    """Return the failure for ``error``, which a test in ``specification`` raised.

    Args:
        error: the exception.
        specification: the test file.
        answers: the directory of the answers.
        printed: the answer's standard output.
        storage: whether to draw the storage of the inputs.
    """
    frames = _frames(error.__traceback__)
    tests = [(frame, line) for frame, line in frames if frame.f_code.co_filename == str(specification)]
    own = [(frame, line) for frame, line in frames if _is_in_answer(frame, answers, specification)]
    # A check within a helper of the test file is about the call that the test itself made.
    call = next((found for test in reversed(tests) if (found := _Call.at(*test))), None)
    path, line = _place(error, own, call)
    failure = _diagnose_error(error, bool(own), _raised_by_stub(frames, own), call)
    complete = msgspec.structs.replace(
        failure,
        values={name: _shorten(value) for name, value in failure.values.items()},
        raised=failure.raised and msgspec.structs.replace(failure.raised, text=failure.raised.text[:_MAX_RAISED]),
        call=call.text if call else None,
        inputs=call.describe_inputs(storage) if call and failure.outcome in (Outcome.REFUSED, Outcome.RAISED) else (),
        path=str(path) if path else None,
        line=line,
        source=_source_line(path, line),
        specification=f"{specification}:{tests[-1][1]}" if tests else str(specification),
        printed=tuple(printed.rstrip()[:MAX_TEXT].splitlines()) if printed.strip() else (),
    )
    try:
        msgspec.msgpack.encode(complete)
    except UnicodeEncodeError:  # a failure that cannot be sent would be lost
        return msgspec.convert(_replace_lone_surrogates(msgspec.to_builtins(complete)), Failure)
    return complete


def _shorten(text: str) -> str:
    """Cut text by lines to what a screen shows, so that the results of all tests together stay small."""
    kept = str.__getitem__(text, slice(MAX_TEXT))
    lines = zip(kept.splitlines(), kept.splitlines(keepends=True), strict=True)
    return "".join(line[:_MAX_WIDTH] + with_end[len(line) :] for line, with_end in list(lines)[:_MAX_LINES])


def _replace_lone_surrogates(value: object) -> object:
    """Return text, and the text in tables and lists, with a mark in place of what UTF-8 has no bytes for."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {key: _replace_lone_surrogates(each) for key, each in value.items()}
    return [_replace_lone_surrogates(each) for each in value] if isinstance(value, list | tuple) else value


def _diagnose_error(error: BaseException, in_answer: bool, stub_raised: bool, call: "_Call | None") -> Failure:
    """Return what can be said from the exception itself."""
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
            mistake=None if error.mistake is None else str(error.mistake),
            picture=error.picture,
            raised=Raised.of(error.__context__) if error.layer == "raises" and error.__context__ else None,
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
    """Say whether a ``raise`` in the answer raised the error: torch raises NotImplementedError too."""
    if not own or own[-1] != frames[-1]:
        return False
    frame, line = own[-1]
    return (_source_line(Path(frame.f_code.co_filename), line) or "").startswith("raise")


def _place(
    error: BaseException, own: list[tuple[FrameType, int]], call: "_Call | None"
) -> tuple[Path | None, int | None]:
    """Return the line of the answer to show: where it raised, else the only ``return`` of the called function."""
    if isinstance(error, AnswerError):
        return error.path, error.line
    if own:
        frame, line = own[-1]
        return Path(frame.f_code.co_filename), line
    code = _code(call.function) if call else None
    if code is None:
        return None, None
    return Path(code.co_filename), _line_to_show(code.co_filename, code.co_firstlineno)


def _code(function: object) -> CodeType | None:
    """Return the code of a function, also of a decorated one, or None for other objects."""
    try:
        code = getattr(inspect.unwrap(function), "__code__", None)  # type: ignore[arg-type]
    except Exception:  # an answer may be any object, such as one that wraps itself or raises on every access
        return None
    return code if isinstance(code, CodeType) else None


def _line_to_show(file: str, first: int) -> int:
    """Return the line of a function's only ``return``, else its first line; its decorators start at ``first``."""
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
    """The call of the answer that a failing statement of a test is about."""

    text: str
    inputs: tuple[tuple[str, object], ...]
    function: object

    def describe_inputs(self, storage: bool) -> tuple[Input, ...]:
        """Describe each input, and draw its storage if ``storage`` is set."""
        return tuple(
            Input(name, check.describe(value), check.storage_picture(value) if storage else ())
            for name, value in self.inputs
        )

    @classmethod
    def at(cls, frame: FrameType, line: int) -> "_Call | None":
        text = _read(Path(frame.f_code.co_filename))
        before = _statements_before(text, line)
        if not before:
            return None
        statement = before[-1]
        used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        # The call in the statement itself, else the latest call above that sets or takes a name used in the statement,
        # else the latest call.
        latest = None
        for each in reversed(before):
            gives = {
                node.id for node in ast.walk(each) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            }
            for node in ast.walk(each):
                found = cls._from_node(node, frame)
                takes = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
                if found and (each is statement or (gives | takes) & used):
                    return found
                latest = latest or found
        return latest or cls._in_helper_function(text, before, frame)

    @classmethod
    def _in_helper_function(cls, text: str, before: list[ast.stmt], frame: FrameType) -> "_Call | None":
        """Return the call in a function of the test file that a statement passes to other processes."""
        functions = {node.name: node for node in _functions(text) if node.col_offset == 0}
        for each in reversed(before):
            for name in ast.walk(each):
                if isinstance(name, ast.Name) and name.id in functions:
                    for node in ast.walk(functions[name.id]):
                        if found := cls._from_node(node, frame):
                            return found
        return None

    @classmethod
    def _from_node(cls, node: ast.AST, frame: FrameType) -> "_Call | None":
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
    """Return all functions in a module's text, none if it is not valid Python."""
    # Cached: all failing tests of a kata need the functions of the same two files.
    try:
        return tuple(node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    except (SyntaxError, ValueError):
        return ()


def _statements_before(text: str, line: int) -> list[ast.stmt]:
    """Return the simple statements up to ``line`` of the innermost function around it, also those in nested blocks."""
    body: list[ast.stmt] = []
    for node in _functions(text):
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            simple = [each for each in ast.walk(node) if isinstance(each, ast.stmt) and each is not node]
            body = sorted((each for each in simple if not hasattr(each, "body")), key=lambda each: each.lineno)
            # An error raised at the end of a with block has the line where the block began.
            ends = [each.end_lineno or line for each in simple if isinstance(each, ast.With) and each.lineno == line]
            body = [each for each in body if each.lineno <= max([line, *ends])]
    return body


def _frames(traceback: TracebackType | None) -> list[tuple[FrameType, int]]:
    frames = []
    while traceback is not None:
        frames.append((traceback.tb_frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    return frames


def _is_in_answer(frame: FrameType, answers: Path, specification: Path) -> bool:
    name = frame.f_code.co_filename
    if not name.startswith(str(answers)):  # true of most frames, and faster than the checks below
        return False
    file = Path(name)
    return answers in file.parents and file != specification and not file.name.startswith("test_")


def _source_line(path: Path | None, line: int | None) -> str | None:
    if path is None or line is None:
        return None
    lines = _read(path).splitlines()
    return lines[line - 1].strip() if 0 < line <= len(lines) else None


def _read(path: Path) -> str:
    """Return a file's text, or the text of a variant, which is only in ``linecache``, or ""."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return "".join(linecache.getlines(str(path)))
    except ValueError:
        return ""
