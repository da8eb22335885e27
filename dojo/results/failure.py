"""What a failing test tells its reader: data, of which ``dojo.screen`` makes words."""

import re
from collections.abc import Mapping
from enum import Enum

import msgspec

Picture = tuple[tuple[tuple[str, str], ...], ...]
"""Lines of a picture, each of pieces of text with a style: plain, faint, strong, bad or good."""


def fill_template(template: str, values: Mapping[str, str]) -> str:
    """Return ``template`` with a value for each name in braces; nothing else in it means anything.

    Unlike ``str.format``, it may be called with a template from a process that ran somebody's answer.
    """
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), template)


class Outcome(Enum):
    """How far a test came with an answer that does not pass."""

    TODO = "todo"
    """The stub's own NotImplementedError came."""
    UNUSABLE = "unusable"
    """The file could not be imported, or lacks a name."""
    RAISED = "raised"
    """The answer raised an error."""
    REFUSED = "refused"
    """The answer gave what is wrong, or did what is not allowed."""


class Input(msgspec.Struct, frozen=True):
    """What the answer was called with, in words, and how it lies in its storage."""

    name: str
    value: str
    picture: Picture = ()


class Raised(msgspec.Struct, frozen=True):
    """An error: its type, its text and, of a NameError, the name that is not there."""

    type: str
    text: str
    name: str = ""

    @classmethod
    def of(cls, error: BaseException) -> "Raised":
        """Return what is to be told of an error."""
        return cls(type(error).__name__, str(error), str(error.name or "") if isinstance(error, NameError) else "")


class Failure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One failing test in the learner's terms.

    Args:
        outcome: how far it came.
        template: the sentence about it, with the names of ``values`` in braces.
        values: what stands in it, beside ``gave`` and ``expected``.
        gave: what there is, where something differs, in words.
        expected: what there should be.
        continues: whether the call is the subject of the sentence: "gave 3, expected 9".
        mistake: what the learner did, where that is known.
        call: of the answer, as the specification makes it.
        inputs: of that call.
        picture: what shows the difference.
        raised: the error, where the answer raised one.
        path: the file of the answer.
        line: in that file.
        source: the text of that line.
        specification: the file and line of the test.
        printed: what the answer wrote to standard output, in lines.
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
        """Whether nothing was tried yet."""
        return self.outcome is Outcome.TODO
