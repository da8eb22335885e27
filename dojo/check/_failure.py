"""The exception that all checks raise, and functions that raise it with a sentence."""

import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

Picture = tuple[tuple[tuple[str, str], ...], ...]
"""Lines of pieces of text, each with a style: plain, faint, strong, bad or good."""


class Failure(AssertionError):
    """An answer was refused.

    Args:
        layer: where the comparison stopped: kind, shape, dtype, device, requires_grad, nan, values, memory, graph,
            input, shortcut or raises.
        words: the sentence, or a template with ``{name}`` for each of ``values``.
        mistake: what the learner did wrong, if that is known.
        values: texts for the template; ``gave`` and ``expected`` among them if something differs.
        picture: shows the difference.
        continues: whether the call is the subject of the sentence: "gave 3, expected 9".
    """

    def __init__(
        self,
        layer: str,
        words: str,
        mistake: str | None = None,
        *,
        values: Mapping[str, str] | None = None,
        picture: Picture = (),
        continues: bool | None = None,
    ) -> None:
        self.layer = layer
        self.template, self.values = ("{words}", {"words": words}) if values is None else (words, dict(values))
        self.mistake = mistake
        self.picture = picture
        # For the sentences that specifications write themselves.
        self.continues = words.startswith(("gave", "raised", "changed", "ran")) if continues is None else continues
        super().__init__(words)

    def __str__(self) -> str:
        """Return the sentence, the picture and the mistake, for pytest's own report."""
        drawn = ["".join(text for text, _ in line) for line in self.picture]
        return "\n".join([self.said, *drawn, *([] if self.mistake is None else [self.mistake])])

    @property
    def said(self) -> str:
        """The sentence, without the picture."""
        return self.template.format(**self.values)

    def at(self, place: int, what: str) -> "Failure":
        """Return this failure as a failure of the element at ``place`` of the sequence ``what``."""
        number = len(self.values)  # unique names, also for an element of an element
        where = f"{{whole{number}}}, at [{{place{number}}}]" if what else f"at [{{place{number}}}] of the result"
        words = f"{where}: {self.template}"
        values = self.values | {f"place{number}": str(place), f"whole{number}": what}
        return Failure(self.layer, words, self.mistake, values=values, picture=self.picture, continues=False)


def fail(
    layer: str,
    template: str,
    mistake: str | None = None,
    *,
    picture: Sequence[Sequence[tuple[str, str]]] = (),
    continues: bool = True,
    **values: object,
) -> NoReturn:
    """Raise a ``Failure`` with a template and its ``values``; pytest's traceback hides this frame."""
    __tracebackhide__ = True
    words = {name: str(value) for name, value in values.items()}
    drawn = tuple(tuple(line) for line in picture)
    raise Failure(layer, template, mistake, values=words, picture=drawn, continues=continues)


def differs(
    layer: str,
    what: str,
    gave: str,
    expected: str,
    verb: str = "is",
    advice: str = "",
    picture: Sequence[Sequence[tuple[str, str]]] = (),
) -> NoReturn:
    """Raise a ``Failure``: "gave 3, expected 9", or "the bias is 3, expected 9" where ``what`` is "the bias".

    Args:
        layer: as for ``Failure``.
        what: the subject; empty for the call itself.
        gave: a description of the actual value.
        expected: a description of the expected value.
        verb: is or has, for a subject in the singular.
        advice: what to do, with punctuation in front.
        picture: shows the difference.
    """
    __tracebackhide__ = True
    template = f"{subject(what, verb)} {{gave}}, expected {{expected}}{advice}"
    fail(layer, template, picture=picture, continues=not what, what=what, gave=gave, expected=expected)


def subject(what: str, verb: str = "has") -> str:
    """Return the start of a template: "gave", or with a subject "{what} is" or "{what} are"."""
    return f"{{what}} {_PLURAL[verb] if _is_plural(what) else verb}" if what else "gave"


_PLURAL = {"is": "are", "has": "have"}
_PREPOSITION_FIRST = re.compile(r"(after|at|for|from|in|of|on|outside|where|with|without)\b")
_AFTER_THE_NOUN = re.compile(
    r" (?:after|afterwards|among|at|by|for|from|in|of|on|over|that|under|where|while|with)\b.*"
)


def _is_plural(what: str) -> bool:
    """Say whether the main noun is a plural: "losses" in "after 2 epochs, the losses of all samples"."""
    clauses = [clause for clause in what.split(", ") if not _PREPOSITION_FIRST.match(clause)] or [what]
    noun = _AFTER_THE_NOUN.sub("", clauses[0])
    # Singular: loss, bias, axis, radius.
    return noun.endswith("s") and not noun.endswith(("ss", "as", "is", "us", "'s"))
