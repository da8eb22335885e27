"""Text of anyone's, so that it can be shown anywhere."""

import unicodedata

_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn")


def sanitize(text: str, longest: int = 2000) -> str:
    """Return ``text`` without control characters but line ends, and not too long.

    What an answer says may hold escapes that steer a terminal, or marks that turn the direction of writing.
    """
    kept = "".join(
        each if each == "\n" or unicodedata.category(each) not in _HIDDEN else "\N{REPLACEMENT CHARACTER}"
        for each in text[: longest + 1].replace("\r\n", "\n").replace("\t", "    ")
    )
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


def one_line(text: str, longest: int = 300) -> str:
    """Return ``text`` on one line, without control characters, cut where it is long."""
    return sanitize(" ".join(text[: 4 * longest].split()), longest)
