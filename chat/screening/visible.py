"""What a rendered message shows, so that markup within a word hides nothing."""

import html
import re

_BLOCK = re.compile(r"<(?:/?(?:p|br|hr|li|ul|ol|h[1-6]|blockquote|pre|figure|figcaption|t[dhr]|table)\b)[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r'<a\b[^>]*\bhref="https?:', re.IGNORECASE)


def visible(rendered: str) -> str:
    """The text that readers of the HTML see, which must come from `chat.rendering`; empty if it has no markup.

    Then the source says it all. The source is to be read as well: it holds the addresses of links.
    """
    if rendered.count("<") <= 2 and "&" not in rendered:
        return ""
    return html.unescape(_TAG.sub("", _BLOCK.sub(" ", rendered)))


def holds_link(rendered: str) -> bool:
    """Whether the HTML links to another place; addresses of mail do not count."""
    return _LINK.search(rendered) is not None
