"""Plain text as Markdown that reads as it was typed: addresses become links, nothing else becomes anything."""

import re

# An address up to its last letter, digit or slash; the renderer decides about what follows (CommonMark 0.31, §6).
_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9])https?://\w(?:[\w!-;=?-\[\]^a-~]*(?:[^\W_]|/))?",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)|[`\[]|(?<!\s)\*|\*(?!\s)|(?<![^\W_])_|_(?![^\W_])"
    r"|~(?=~)|(?<=~)~|&(?=#?\w{1,32};)|<(?=[^\s<>]+>|$)|@(?!\s)"
)
_BLOCK = re.compile(r"^(?:#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|([-_*])(?=(?:\s*\1){2,}\s*$))")
_NUMBERED = re.compile(r"^(\d{1,9})(?=[.)](?:\s|$))")


def literal(text: str) -> str:
    """Markdown whose rendering reads like this one line of text. No name in it mentions anybody."""
    text = text.strip()
    parts: list[str] = []
    done = 0
    for match in _ADDRESS.finditer(text):
        _append(parts, text[done : match.start()])
        parts.append(match[0])
        done = match.end()
    _append(parts, text[done:])
    escaped = "".join(parts)
    if _BLOCK.match(text) and not escaped.startswith("\\"):
        return f"\\{escaped}"
    return _NUMBERED.sub(r"\1\\", escaped)


def _append(parts: list[str], text: str) -> None:
    """What stands between addresses, and before it the address itself in brackets, if it must not go on."""
    escaped = _INLINE.sub(r"\\\g<0>", text)
    word = text.split(" ", 1)[0]
    # A bare address would swallow the backslashes behind it, and lose what looks like `&amp;`.
    if parts and (escaped.split(" ", 1)[0] != word or word.startswith(";")):
        parts[-1] = f"<{parts[-1]}>"
    parts.append(escaped)
