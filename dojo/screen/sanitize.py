"""Make untrusted text safe to show in a terminal or on a page."""

import unicodedata

_HIDDEN_CATEGORIES = ("Cc", "Cf", "Cs", "Co", "Cn")


def sanitize(text: str, longest: int = 2000) -> str:
    """Return ``text`` without control characters except line ends, cut to ``longest`` characters.

    An answer's text may hold escapes that control a terminal, or marks that change the direction of writing.
    """
    kept = "".join(
        each if each == "\n" or unicodedata.category(each) not in _HIDDEN_CATEGORIES else "\N{REPLACEMENT CHARACTER}"
        for each in text[: longest + 1].replace("\r\n", "\n").replace("\t", "    ")
    )
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def one_line(text: str, longest: int = 300) -> str:
    """Return ``text`` sanitized, on one line."""
    return sanitize(" ".join(text[: 4 * longest].split()), longest)
