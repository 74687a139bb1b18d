"""A message's text to the HTML every reader gets."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from chat.rendering import markdown
from chat.rendering.effort import is_laborious
from chat.rendering.mentions import Person
from chat.rendering.sanitising import sanitise

MOST_HTML = 256 * 1024  # bytes; the wire contract's limit

# Whatever might be markup anywhere in a line, or a block at its start. Erring on the side of "markup"
# costs a tenth of a millisecond, the other way the fast path would differ from the full one.
_MARKUP = re.compile(r"[\x00-\x1f\x7f*_`\[\]<&\\~@]|//|www\.|^[#>+\-=\s]|^\d{1,9}[.)]|\s$", re.IGNORECASE)
_VISIBLE = re.compile(r">\s*[^\s<]|<hr>")

_NOBODY: Mapping[str, Person] = MappingProxyType({})


class Rendered(NamedTuple):
    """Safe HTML, the ids of the people mentioned (each once, in order), and whether ``@room`` is."""

    html: str
    mentions: tuple[int, ...] = ()
    everyone: bool = False


def render(text: str, people: Mapping[str, Person] = _NOBODY) -> Rendered:
    """Render a message's Markdown.

    Args:
        text: what was typed, already through ``clean_text``.
        people: who may be mentioned, by lower-cased user name (see ``mention_candidates``).

    Returns:
        CommonMark with tables, strikethrough and bare addresses, sanitised. What would render to nothing,
        to more than 256 KiB, or take too long comes as escaped text.
    """
    if not _MARKUP.search(text):
        return Rendered(f"<p>{_escape(text)}</p>" if text else "")
    return _render_markup(text, people)


def _render_markup(text: str, people: Mapping[str, Person]) -> Rendered:
    if is_laborious(text):
        return Rendered(_plain(text))
    try:
        parsed = markdown.parse(text, people)
    except markdown.TooDeep:
        return Rendered(_plain(text))
    # Link definitions can multiply a text; what is too large is not worth sanitising.
    html = "" if len(parsed.html) > MOST_HTML else sanitise(parsed.html).strip("\n")
    # "-", "#" or a lone link definition: whatever a person said must be there to be seen.
    if not _VISIBLE.search(html) or len(html.encode()) > MOST_HTML:
        return Rendered(_plain(text))
    return Rendered(html, tuple(dict.fromkeys(parsed.mentions)), parsed.everyone)


def _plain(text: str) -> str:
    """The text as it was typed, for what Markdown cannot show."""
    lines = _escape(text.strip()).replace("\n", "<br>\n")
    return f"<p>{lines}</p>" if lines else ""


def _escape(text: str) -> str:
    """Escape as the sanitiser's serialiser does, so that both ways give the same bytes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")
