"""Addresses written without any markup, and which addresses may be linked at all.

The grammar is the "autolinks" extension of GitHub Flavored Markdown (spec 0.29, §6.9), limited to http,
https, ``www.`` and e-mail. Bare host names stay text: in a chat about software, ``manage.py`` is a file.
"""

import re
import string
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_LONGEST = 2_000
# Chinese and Japanese punctuation ends an address that runs into it.
_REST = r"[^\s<>\u2018-\u201f\u3001-\u3003\u3008-\u301f\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]{0,1900}"
_URL = re.compile(rf"https?://[\w\[]{_REST}", re.IGNORECASE)
_BARE = re.compile(
    rf"(?<![A-Za-z0-9_.@/+-])(?:(?P<www>www\.[a-z0-9-]+\.{_REST})"
    # Possessive, with a fixed order of classes: each start is walked once.
    r"|(?P<mail>[a-z0-9._+-]{1,64}+@[a-z0-9-]{1,63}+(?:\.[a-z0-9-]{1,63}+)++))",
    re.IGNORECASE,
)
_ALLOWED = re.compile(r"https?://[^/?#]|mailto:.", re.IGNORECASE)
_ENTITY_TAIL = re.compile(r"&[A-Za-z0-9]+;$")
_WORD = frozenset(string.ascii_letters + string.digits)
_SCHEMES = ("https", "http")


def install(markdown: MarkdownIt) -> None:
    """Teach the parser bare addresses; links to anything but http, https and mailto stay text."""
    normalise = markdown.normalizeLink
    # Encoding a host takes quadratic time; no real address is that long.
    markdown.normalizeLink = lambda url: normalise(url) if len(url) <= _LONGEST else ""  # type: ignore[method-assign]
    markdown.validateLink = is_allowed  # type: ignore[method-assign, assignment]
    markdown.inline.ruler.before("newline", "address", _address)


def is_allowed(address: str) -> bool:
    """Whether a message may link there."""
    return _ALLOWED.match(address) is not None


def _address(state: StateInline, silent: bool) -> bool:
    at = state.pos
    if state.linkLevel or not state.src.startswith("://", at):
        return False
    scheme = next((s for s in _SCHEMES if state.src[max(0, at - len(s)) : at].lower() == s), None)
    if scheme is None:
        return False
    start = at - len(scheme)
    # Only ASCII: Chinese sets no space before an address.
    if start and state.src[start - 1] in _WORD:
        return False
    match = _URL.match(state.src, start, state.posMax)
    if not match:
        return False
    address = _without_tail(match[0])
    href = state.md.normalizeLink(address)
    if len(address) <= len(scheme) + 3 or not is_allowed(href):
        return False
    if not silent:
        # The scheme was read as text before its colon gave it away.
        state.pending = state.pending[: -len(scheme)]
        _open(state, href)
        state.push("text", "", 0).content = address
        state.push("link_close", "a", -1)
    state.pos = start + len(address)
    return True


def _open(state: StateInline, href: str) -> None:
    state.push("link_open", "a", 1).attrs = {"href": href}


def with_links(markdown: MarkdownIt, text: str) -> Iterator[Token]:
    """The tokens of a run of text, its ``www.`` and e-mail addresses linked."""
    done = 0
    for match in _BARE.finditer(text):
        address = _without_tail(match[0])
        href = markdown.normalizeLink(("http://" if match["www"] else "mailto:") + address)
        if not is_allowed(href):
            continue
        if match.start() > done:
            yield Token("text", "", 0, content=text[done : match.start()])
        yield Token("link_open", "a", 1, attrs={"href": href})
        yield Token("text", "", 0, content=address)
        yield Token("link_close", "a", -1)
        done = match.start() + len(address)
    if done < len(text):
        yield Token("text", "", 0, content=text[done:])


def may_hold_links(text: str) -> bool:
    """A cheap test before :func:`with_links`."""
    return "@" in text or "www." in text.lower()


def _without_tail(address: str) -> str:
    """The address without the punctuation of the sentence around it (GFM §6.9)."""
    surplus = address.count(")") - address.count("(")
    while True:
        if address[-1] in "?!.,:*_~'\"`|-":
            address = address[:-1]
        elif surplus > 0 and address[-1] == ")":
            address = address[:-1]
            surplus -= 1
        elif address[-1] == ";" and (entity := _ENTITY_TAIL.search(address[-40:])):
            address = address[: -len(entity[0])]
        elif address[-1] == ";":
            address = address[:-1]
        else:
            return address
