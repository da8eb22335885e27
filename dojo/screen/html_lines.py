"""Show lines of styled text in a notebook: HTML without style sheets or scripts."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from dojo.screen.practice import plain_text
from dojo.screen.styles import COLOURS, Line

# Each colour is mixed with the page's own text colour, so that it can be read on a white and on a dark page.
COLOUR_PERCENT = 50  # percent
_STYLES = {style: f"color:color-mix(in srgb, currentColor {COLOUR_PERCENT}%, {ink})" for style, ink in COLOURS.items()}
_STYLES["strong"] = "font-weight:bold"


@dataclass(frozen=True)
class HtmlLines:
    """Lines for IPython's ``display``: HTML in a notebook, plain text in a terminal."""

    lines: Sequence[Line]

    def __repr__(self) -> str:
        return plain_text(self.lines)

    def _repr_html_(self) -> str:
        """Return a ``pre`` element whose pieces have a class and a colour; the text is escaped."""
        text = "\n".join("".join(_piece(*piece) for piece in line) for line in self.lines)
        return f'<pre class="kata" style="line-height:1.3">\n{text}</pre>'

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        del include, exclude  # they save work only where a format is slow to make
        return {"text/plain": repr(self), "text/html": self._repr_html_()}


def _piece(text: str, style: str) -> str:
    escaped = html.escape(text)
    return f'<span class="kata-{style}" style="{_STYLES[style]}">{escaped}</span>' if style in _STYLES else escaped
