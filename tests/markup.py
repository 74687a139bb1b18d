"""Reads rendered HTML as a browser would, to judge what came out and not how it was spelt."""

from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlsplit

ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "rel", "target"},
    "span": {"class", "data-user"},
    "figure": {"class", "dir"},
    "div": {"class", "tabindex"},
    "pre": {"tabindex"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
    **{
        tag: set()
        for tag in ("p", "br", "hr", "em", "strong", "s", "code", "figcaption", "blockquote", "ul", "li")
    },
    **{tag: set() for tag in ("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr")},
}
CLASSES = {"mention", "k", "s", "n", "f", "c", "code", "table-scroll"}


class Element(NamedTuple):
    """A start tag."""

    tag: str
    attributes: dict[str, str | None]


class Document(HTMLParser):
    """The start tags and the text of a piece of HTML; comments and declarations fail it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"a processing instruction: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a section: {data}")


def assert_harmless(html: str) -> Document:
    """Fail unless every tag, attribute, class and address is one a message may hold."""
    document = Document(html)
    for tag, attributes in document.elements:
        assert tag in ATTRIBUTES, tag
        assert set(attributes) <= ATTRIBUTES[tag], (tag, attributes)
        assert set((attributes.get("class") or "").split()) <= CLASSES
        if tag == "a":
            assert urlsplit(attributes["href"] or "").scheme in {"http", "https", "mailto"}, attributes
            assert attributes["rel"] == "noopener nofollow ugc"
            assert attributes["target"] == "_blank"
    return document
