"""Lines of styled text as a notebook shows them: HTML without style sheets or scripts."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from dojo.screen.practice import plain_text
from dojo.screen.styles import Line

# Half of each colour is the page's own ink, be that dark or light, so that all read on white and on dark alike.
SHARE = 50  # percent
INKS = {"good": "#00a000", "bad": "#e00000", "faint": "#808080"}
_STYLES = {style: f"color:color-mix(in srgb, currentColor {SHARE}%, {ink})" for style, ink in INKS.items()}
_STYLES["strong"] = "font-weight:bold"


@dataclass(frozen=True)
class HtmlLines:
    """Lines for IPython's ``display``: HTML in a notebook, plain text in a terminal."""

    lines: Sequence[Line]

    def __repr__(self) -> str:
        return plain_text(self.lines)

    def _repr_html_(self) -> str:
        """Return a ``pre`` element: each piece with its class and its colour, and nothing in it taken for HTML."""
        text = "\n".join("".join(_piece(*piece) for piece in line) for line in self.lines)
        return f'<pre class="kata" style="line-height:1.3">\n{text}</pre>'

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        del include, exclude  # for bundles that are dear to make
        return {"text/plain": repr(self), "text/html": self._repr_html_()}


def _piece(text: str, style: str) -> str:
    escaped = html.escape(text)
    return f'<span class="kata-{style}" style="{_STYLES[style]}">{escaped}</span>' if style in _STYLES else escaped
