"""The Markdown parser as messages use it: CommonMark, tables, strikethrough, addresses, mentions."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from chat.rendering import links, mentions
from chat.rendering.code import render_code
from chat.rendering.effort import small_table
from chat.rendering.mentions import ROOM, Person

_DEEPEST = 20  # levels; a list takes two


class Parsed(NamedTuple):
    """HTML not yet sanitised, the ids of those mentioned in it, and whether ``@room`` is."""

    html: str
    mentions: list[int]
    everyone: bool


class TooDeep(ValueError):
    """Quotes and lists are nested so deeply that the parser would leave out what they hold."""


def parse(text: str, people: Mapping[str, Person]) -> Parsed:
    """Parse a message and render it.

    Raises:
        TooDeep: see there.
    """
    env: dict[str, Any] = {"people": people}
    tokens = _PARSER.parse(text, env)
    mentioned: list[int | str] = []
    for token in tokens:
        if token.level >= _DEEPEST - 1:
            raise TooDeep
        if token.type == "inline":
            token.children = list(_finish(token.children or [], mentioned))
        elif token.type in ("th_open", "td_open") and token.attrs:
            # A style attribute would fall to the content security policy.
            token.attrs = {"align": str(token.attrs["style"]).removeprefix("text-align:")}
        elif token.type.startswith("heading"):
            # The page keeps h1 and h2 for itself.
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    html = _PARSER.renderer.render(tokens, _PARSER.options, env)
    return Parsed(html, [user for user in mentioned if isinstance(user, int)], ROOM in mentioned)


def _finish(children: list[Token], mentioned: list[int | str]) -> Iterator[Token]:
    """Link what is an address, make links of images (a remote image tells its host who reads), count mentions."""
    depth = 0
    for token in children:
        depth += token.nesting if token.type.startswith("link") else 0
        if token.type == "mention":
            mentioned.append(token.meta["user"])
        if token.type == "image":
            yield from _image_as_link(token, depth > 0)
        elif token.type == "text" and not depth and links.may_hold_links(token.content):
            yield from links.with_links(_PARSER, token.content)
        else:
            yield token


def _image_as_link(image: Token, inside_link: bool) -> Iterator[Token]:
    label = Token("text", "", 0, content=image.content or str(image.attrs["src"]))
    if inside_link:
        yield label
        return
    yield Token("link_open", "a", 1, attrs={"href": image.attrs["src"]})
    yield label
    yield Token("link_close", "a", -1)


def _open_table(
    self: RendererProtocol, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    # Focusable, for a wide table is scrolled by keyboard as well.
    return '<div class="table-scroll" tabindex="0"><table>\n'


def _close_table(
    self: RendererProtocol, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return "</table></div>\n"


def _build() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "xhtmlOut": False, "maxNesting": _DEEPEST})
    parser.enable(["table", "strikethrough"])
    parser.disable(["html_block", "html_inline"])
    parser.block.ruler.at("table", small_table, {"alt": ["paragraph", "reference"]})
    links.install(parser)
    mentions.install(parser)
    parser.add_render_rule("fence", render_code)
    parser.add_render_rule("code_block", render_code)
    parser.add_render_rule("table_open", _open_table)
    parser.add_render_rule("table_close", _close_table)
    return parser


_PARSER = _build()
