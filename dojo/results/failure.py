"""A failing test as data, which ``dojo.screen`` renders."""

import re
from collections.abc import Mapping
from enum import Enum

import msgspec

Picture = tuple[tuple[tuple[str, str], ...], ...]
"""Lines of pieces of text, each with a style: plain, faint, strong, bad or good."""
MAX_TEXT = 24_000
"""Characters of a message, or of what the answer printed, that are kept."""
_MAX_FILLED = 1 << 20


def fill_template(template: str, values: Mapping[str, str]) -> str:
    """Replace each ``{name}`` in ``template`` by its value.

    Unlike ``str.format``, this is safe for a template from a process that ran an untrusted answer.
    """
    pieces, place, size = list[str](), 0, 0
    for found in re.finditer(r"\{(\w+)\}", template):
        value = values.get(found[1], found[0])
        pieces += [template[place : found.start()], value]
        place, size = found.end(), size + len(value)
        if size > _MAX_FILLED:  # a long value in many places would fill the memory
            break
    return "".join([*pieces, template[place:]])


class Outcome(Enum):
    """How an answer failed a test."""

    TODO = "todo"
    """The answer raised the stub's NotImplementedError."""
    UNUSABLE = "unusable"
    """The file cannot be imported, or lacks a name."""
    RAISED = "raised"
    """The answer raised an error."""
    REFUSED = "refused"
    """The answer returned a wrong result, or did something forbidden."""


class Input(msgspec.Struct, frozen=True):
    """An argument of the call: its description, and a picture of its storage."""

    name: str
    value: str
    picture: Picture = ()


class Raised(msgspec.Struct, frozen=True):
    """An exception: its type, its text and, for a NameError, the missing name."""

    type: str
    text: str
    name: str = ""

    @classmethod
    def of(cls, error: BaseException) -> "Raised":
        """Return an exception as data."""
        # An answer's exception may give a subclass of str, or text without end.
        text = str.__getitem__(str(error), slice(MAX_TEXT))
        missing = re.match(r"name '(\w+)' is not defined", text) if isinstance(error, NameError) else None
        return cls(type(error).__name__, text, missing[1] if missing else "")  # its own name is lost between processes


class Failure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One failing test in the learner's terms.

    Args:
        template: the sentence, with ``{name}`` for each of ``values``, ``gave`` and ``expected``.
        gave: a description of the actual value, if something differs.
        expected: a description of the expected value.
        continues: whether the call is the subject of the sentence: "gave 3, expected 9".
        mistake: what the learner did wrong, if that is known.
        call: the answer's function and its arguments, as the specification calls it.
        inputs: the arguments of that call.
        picture: shows the difference.
        raised: the exception, if the answer raised one.
        path: the answer's file.
        line: the line number in that file.
        source: the text of that line.
        specification: the file and line of the test.
        printed: the lines that the answer printed.
    """

    outcome: Outcome
    template: str
    values: dict[str, str] = {}
    gave: str | None = None
    expected: str | None = None
    continues: bool = False
    mistake: str | None = None
    call: str | None = None
    inputs: tuple[Input, ...] = ()
    picture: Picture = ()
    raised: Raised | None = None
    path: str | None = None
    line: int | None = None
    source: str | None = None
    specification: str = ""
    printed: tuple[str, ...] = ()

    @property
    def is_todo(self) -> bool:
        """Whether the answer is still the stub."""
        return self.outcome is Outcome.TODO
