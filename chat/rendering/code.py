"""Fenced code, coloured by Pygments with the five classes of the style sheet."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, _TokenType

from chat.rendering.clike import CLikeLexer

# Characters and tokens of one message that are coloured; the rest of its code stays plain.
# The slowest of the lexers below reads this much in some 30 ms, whatever it says.
MOST_CODE = 3_000
_MOST_TOKENS = 2_500
# Lexers look ahead to the end of a line, some of them at every character.
_LONGEST_LINE = 400
_GAP = re.compile(r"\s{200}")

# Chosen by name, never guessed: each was fed repeated fragments of its own syntax and stayed linear.
LEXERS = frozenset(
    """
    bash c c++ c# clojure cmake cpp cs csharp css dart diff docker dockerfile elixir elm erlang go golang
    graphql haskell hs html http ini javascript js json jsx kotlin latex lua make makefile nginx ocaml
    perl php powershell ps1 py pycon python r rb ruby rust rs scss sh shell sql swift terraform toml ts
    tsx typescript udiff vim xml yaml yml zig
    """.split()  # noqa: SIM905
)
_C_LIKE = {"c": "C", "h": "C", "java": "Java", "c++": "C++", "cpp": "C++", "cs": "C#", "c#": "C#", "csharp": "C#"}

# Order matters: a kind stands before the kinds that hold it.
_CLASSES = (
    (Keyword.Constant, "n"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (String, "s"),
    (Number, "n"),
    (Comment, "c"),
    (Name.Constant, "n"),
    (Name.Function, "f"),
    (Name.Class, "f"),
    (Name.Decorator, "f"),
    (Name.Builtin, "f"),
    (Name.Tag, "k"),
    (Name.Attribute, "f"),
    (Generic.Inserted, "s"),
    (Generic.Deleted, "n"),
    (Generic.Subheading, "f"),
    (Generic.Heading, "c"),
    (Generic.Prompt, "c"),
    (Generic.Output, "c"),
)


def render_code(
    self: RendererProtocol, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """A renderer rule of the parser; ``env["code"]`` counts the characters coloured so far."""
    token = tokens[index]
    written = token.info.split(maxsplit=1)[0][:32] if token.info.strip() else ""
    code = token.content.removesuffix("\n")
    title, body = written, None
    if written.lower() in LEXERS or written.lower() in _C_LIKE:
        lexer = _lexer(written.lower())
        title = _C_LIKE.get(written.lower(), lexer.name)
        if _is_colourable(code, env):
            body = _coloured(lexer.get_tokens(code), env)
    return (
        f'<figure class="code" dir="ltr"><figcaption><span>{escapeHtml(title)}</span></figcaption>'
        f'<pre tabindex="0"><code>{escapeHtml(code) if body is None else body}</code></pre></figure>\n'
    )


def _is_colourable(code: str, env: EnvType) -> bool:
    env["code"] = env.get("code", 0) + len(code)
    if env["code"] > MOST_CODE or _GAP.search(code):
        return False
    return all(len(line) <= _LONGEST_LINE for line in code.split("\n"))


@cache
def _lexer(name: str) -> Lexer:
    return CLikeLexer(stripnl=False) if name in _C_LIKE else get_lexer_by_name(name, stripnl=False)


def _coloured(tokens: Iterable[tuple[_TokenType, str]], env: EnvType) -> str | None:
    """The code with its tokens in spans, or None if there are too many of them."""
    parts: list[str] = []
    open_class = ""
    for kind, text in tokens:
        env["tokens"] = env.get("tokens", 0) + 1
        if env["tokens"] > _MOST_TOKENS:
            return None
        wanted = _class_of(kind)
        if wanted != open_class:
            parts.append("</span>" if open_class else "")
            parts.append(f'<span class="{wanted}">' if wanted else "")
            open_class = wanted
        parts.append(escapeHtml(text))
    body = "".join(parts)
    # Line by line is how lexers stay linear, so the last line was given its end, too.
    return body.removesuffix("\n") + ("</span>" if open_class else "")


@lru_cache(maxsize=1024)
def _class_of(kind: _TokenType) -> str:
    return next((name for parent, name in _CLASSES if parent in kind.split()), "")
