"""The one exception that the words raise: what was seen, as plain data."""

import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

Picture = tuple[tuple[tuple[str, str], ...], ...]
"""Lines of a picture, each of pieces of text with a style: plain, faint, strong, bad or good."""


class Failure(AssertionError):
    """An answer was refused.

    Args:
        layer: where the comparison stopped: kind, shape, dtype, device, requires_grad, nan, values, memory, graph,
            input, shortcut or raises.
        words: what was seen, in a sentence. Where there are ``values``, it is a template with their names in braces.
        mistake: what the learner did, where one can tell.
        values: what stands in the sentence, in words; ``gave`` and ``expected`` among them where something differs.
        picture: what shows it.
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
        # Specifications write sentences of either kind themselves.
        self.continues = words.startswith(("gave", "raised", "changed", "ran")) if continues is None else continues
        super().__init__(words)

    def __str__(self) -> str:
        """Return all that there is to say, as pytest shows it where it speaks for itself."""
        drawn = ["".join(text for text, _ in line) for line in self.picture]
        return "\n".join([self.said, *drawn, *([] if self.mistake is None else [self.mistake])])

    @property
    def said(self) -> str:
        """The sentence, without the picture."""
        return self.template.format(**self.values)

    def at(self, place: int, what: str) -> "Failure":
        """Return this failure as one of the element at ``place`` of a sequence that is called ``what``."""
        number = len(self.values)  # names of its own, in an element of an element too
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
    """Raise a ``Failure`` with a sentence made of ``values``, without a frame of its own in pytest's traceback."""
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
        layer: where the comparison stopped.
        what: the subject; none for the call itself.
        gave: what there is, in words.
        expected: what there should be.
        verb: between the subject and what there is, for one of it: is or has.
        advice: what to do, with the sign that leads to it.
        picture: what shows the difference.
    """
    __tracebackhide__ = True
    template = f"{subject(what, verb)} {{gave}}, expected {{expected}}{advice}"
    fail(layer, template, picture=picture, continues=not what, what=what, gave=gave, expected=expected)


def subject(what: str, verb: str = "has") -> str:
    """Return "gave", or the subject of a template with its verb where there is one: "{what} is", "{what} are"."""
    return f"{{what}} {_PLURAL[verb] if _is_plural(what) else verb}" if what else "gave"


_PLURAL = {"is": "are", "has": "have"}
_BEFORE_ITS_NOUN = re.compile(r"(after|at|for|from|in|of|on|outside|where|with|without)\b")
_AFTER_ITS_NOUN = re.compile(
    r" (?:after|afterwards|among|at|by|for|from|in|of|on|over|that|under|where|while|with)\b.*"
)


def _is_plural(what: str) -> bool:
    """Say whether the noun of "after 2 epochs, the losses of all samples" is a plural, as "losses" is."""
    clauses = [clause for clause in what.split(", ") if not _BEFORE_ITS_NOUN.match(clause)] or [what]
    noun = _AFTER_ITS_NOUN.sub("", clauses[0])
    # The loss, the bias, the axis, the radius.
    return noun.endswith("s") and not noun.endswith(("ss", "as", "is", "us", "'s"))
