"""``@name``: who may be meant, and the parser rule that marks who is."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

ROOM = "room"
_MOST = 100  # A message that names more people than this wants @room; it also bounds the look-up.

# Only ASCII before the sign makes an e-mail or a path: Chinese sets no space before a mention.
_MENTION = re.compile(r"(?<![A-Za-z0-9+/@])@([\w.+-]{1,64}+)(?![\w.+-])")
_LATIN_HEAD = re.compile(r"[A-Za-z0-9_.+-]+(?=[\u0e00-\u0e7f\u2e80-\uffdc])")


class Person(NamedTuple):
    """Somebody who may be mentioned."""

    id: int
    name: str


def mention_candidates(text: str) -> frozenset[str]:
    """Lower-cased user names the text may mention, for one look-up; code is not left out.

    At most the first 100 mentions of a text count, the rest stays text.
    """
    if "@" not in text:
        return frozenset()
    found = (match[1] for match, _ in zip(_MENTION.finditer(text), range(_MOST), strict=False))
    return frozenset(name.lower() for written in found for name in _readings(written)) - {ROOM}


def install(markdown: MarkdownIt) -> None:
    """Teach the parser mentions; ``env["people"]`` holds the people it may find."""
    # Before emphasis, or the underscores of a name would be taken for it.
    markdown.inline.ruler.before("newline", "mention", _mention)
    markdown.add_render_rule("mention", _render_mention)


def _mention(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "@" or not (match := _MENTION.match(state.src, state.pos)):
        return False
    people: Mapping[str, Person] = state.env["people"]
    for written in _readings(match[1]):
        name = written.lower()
        person = people.get(name)
        if person is None and name != ROOM:
            continue
        if not silent:
            token = state.push("mention", "span", 0)
            token.content = f"@{ROOM if name == ROOM or person is None else person.name}"
            token.meta = {"user": ROOM if name == ROOM or person is None else person.id}
        state.pos += 1 + len(written)
        return True
    return False


def _readings(written: str) -> Iterator[str]:
    """What a written name may mean, longest first: ``bob.`` at the end of a sentence is bob, too."""
    yield written
    trimmed = written.rstrip("._+-")
    if trimmed and trimmed != written:
        yield trimmed
    # Scripts without spaces run on after the name.
    if head := _LATIN_HEAD.match(written):
        yield head[0]


def _render_mention(
    self: RendererProtocol, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    return f'<span class="mention" data-user="{token.meta["user"]}">{escapeHtml(token.content)}</span>'
