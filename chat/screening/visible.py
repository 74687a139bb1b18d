"""What a rendered message shows, so that markup within a word hides nothing."""

import html
import re

from chat.screening.normalising import readings

_BLOCK = re.compile(r"<(?:/?(?:p|br|hr|li|ul|ol|h[1-6]|blockquote|pre|figure|figcaption|t[dhr]|table)\b)[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r'<a\b[^>]*\bhref="https?:', re.IGNORECASE)


def readings_of_message(source: str, rendered: str) -> list[str]:
    """All normalised readings of a message: of its source, which holds the addresses of links, and of what shows.

    They are the same where neither has markup, which is most messages. Entities and backslashes are markup that
    leaves no trace in the HTML.
    """
    plain = rendered.count("<") <= 2 and "&" not in rendered and "&" not in source and "\\" not in source
    texts = [source] if plain else [source, visible(rendered)]
    return list(dict.fromkeys(reading for text in texts if text for reading in readings(text)))


def visible(rendered: str) -> str:
    """The text that readers of the HTML see, which must come from `chat.rendering`."""
    return html.unescape(_TAG.sub("", _BLOCK.sub(" ", rendered)))


def holds_link(rendered: str) -> bool:
    """Whether the HTML links to another place; addresses of mail do not count."""
    return _LINK.search(rendered) is not None
