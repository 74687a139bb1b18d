"""One line of plain text from a message, for the quote above a reply."""

import re

# Read ahead, in characters: enough for the line even when half of it is markup.
_READ = 1_000
_MARKUP = re.compile(r"[*_`~\[\]<>\\#\n\t|]|^\s*[-+\d]|  ")
_FENCE = re.compile(r"^\s*(?:```+|~~~+)[^\n]*$", re.MULTILINE)
_BLOCK = re.compile(r"^[ \t]{0,3}(?:(?:#{1,6}|>|[-+*]|\d{1,9}[.)])(?:[ \t]+|$)|>)+", re.MULTILINE)
_RULE = re.compile(r"^[ |:=-]*[-=][ |:=-]*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,500})\]\([^()\s]{0,1000}(?: \"[^\"\n]{0,200}\")?\)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,1000})>")
_MARKS = re.compile(r"(\*{1,3}|~~|`+|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w))")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def excerpt(text: str, limit: int = 140) -> str:
    """Return the start of a message as one line without its markup, at most ``limit`` characters.

    The line is for reading, not for security: escape it like any text.
    """
    head = text[:_READ]
    if _MARKUP.search(head):
        head = _without_markup(head).strip() or head
    line = " ".join(head.split())
    if len(line) <= limit and len(text) <= _READ:
        return line
    # Never end on a joiner or a variation selector: half an emoji is another emoji.
    return line[: limit - 1].rstrip(" \u200d\ufe0e\ufe0f") + "…"


def _without_markup(text: str) -> str:
    text = _FENCE.sub("", text)
    text = _RULE.sub("", text)
    text = _BLOCK.sub("", text)
    # Twice, for an image may be the label of a link.
    text = _LINK.sub(r"\1", _LINK.sub(r"\1", text))
    text = _AUTOLINK.sub(r"\1", text)
    text = _ESCAPE.sub(lambda match: chr(0xE000 + ord(match[1])), text)
    text = _MARKS.sub("", text).replace("|", " ")
    return _ESCAPED.sub(lambda match: chr(ord(match[0]) - 0xE000), text)


_ESCAPED = re.compile("[\ue021-\ue07e]")
