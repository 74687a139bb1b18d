"""A small lexer for C, C++, C# and Java: those of Pygments take quadratic time on blank or unfinished lines."""

from typing import ClassVar

from pygments.lexer import RegexLexer, words
from pygments.token import Comment, Keyword, Name, Number, String, Text

_KEYWORDS = """
    abstract alignas alignof as asm async auto await base bool boolean break byte case catch char checked
    class co_await co_return co_yield concept const const_cast consteval constexpr constinit continue decimal
    decltype default delegate delete do double dynamic_cast else enum event explicit export extends extern
    final finally fixed float for foreach friend get goto if implements implicit import in inline instanceof
    int interface internal is let lock long mutable namespace new noexcept object operator out override
    package params partial private protected public readonly record ref register reinterpret_cast requires
    restrict return sbyte sealed set short signed sizeof static static_assert static_cast string struct super
    switch synchronized template this thread_local throw throws try typedef typeid typename typeof uint ulong
    union unsigned unsafe ushort using value var virtual void volatile wchar_t where while yield size_t int8_t
    int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t
""".split()  # noqa: SIM905


class CLikeLexer(RegexLexer):
    """Comments, strings, numbers, keywords and calls; each rule reads a character at most twice."""

    name = "C"
    tokens: ClassVar = {
        "root": [
            (r"//.*", Comment.Single),
            (r"/\*", Comment.Multiline, "comment"),
            (r"#[ \t]*[a-z]+", Keyword),
            (r'"(?:[^"\\\n]++|\\.)*+"?', String),
            (r"'(?:[^'\\\n]++|\\.)*+'?", String),
            (r"\d[\w.']*", Number),
            (words(("true", "false", "null", "nullptr", "NULL"), suffix=r"\b"), Keyword.Constant),
            (words(_KEYWORDS, suffix=r"\b"), Keyword),
            (r"[^\W\d]\w*+(?=[ \t]*\()", Name.Function),
            (r"\w+", Name),
            (r"\s+", Text),
            (r".", Text),
        ],
        "comment": [
            (r"[^*]+", Comment.Multiline),
            (r"\*/", Comment.Multiline, "#pop"),
            (r"\*", Comment.Multiline),
        ],
    }
