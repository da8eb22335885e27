"""Parse an HTML page into a tree of elements."""

from collections.abc import Iterator
from html.parser import HTMLParser

WITHOUT_END = {"meta", "rect", "br", "input", "col", "link", "img"}


class Element:
    """An element with its attributes, and what is in it: text and elements."""

    def __init__(self, tag: str, attributes: dict[str, str | None], parent: "Element | None") -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children: list[Element | str] = []

    @property
    def text(self) -> str:
        return "".join(each if isinstance(each, str) else each.text for each in self.children)

    @property
    def elements(self) -> list["Element"]:
        return [each for each in self.children if isinstance(each, Element)]

    def all(self, tag: str | None = None, **attributes: str) -> Iterator["Element"]:
        """Yield the elements below with this tag and these attributes, in document order."""
        for each in self.elements:
            if tag in (None, each.tag) and attributes.items() <= each.attributes.items():
                yield each
            yield from each.all(tag, **attributes)

    def one(self, tag: str, **attributes: str) -> "Element":
        (found,) = self.all(tag, **attributes)
        return found


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Element("", {}, None)

    def handle_starttag(self, tag, attributes):
        element = Element(tag, dict(attributes), self.at)
        self.at.children.append(element)
        if tag not in WITHOUT_END:
            self.at = element

    def handle_startendtag(self, tag, attributes):
        self.at.children.append(Element(tag, dict(attributes), self.at))

    def handle_endtag(self, tag):
        assert self.at.tag == tag, f"</{tag}> within <{self.at.tag}>"
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.children.append(data)

    def handle_comment(self, data):
        self.at.children.append(Element("comment", {}, self.at))


def tree(text: str) -> Element:
    """Return the root element of a page; fail if an element is not closed properly."""
    parser = _Parser()
    parser.feed(text)
    parser.close()
    assert parser.at is parser.root
    return parser.root
