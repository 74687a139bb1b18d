"""File names as strangers choose them, made fit for a header, a page and a disk."""

import re
import unicodedata

MOST_NAME = 150  # characters
_LONGEST_SUFFIX = 16
_SEPARATORS = re.compile(r"[/\\]")
_NAMELESS = "file"
# Bidirectional controls are format characters (Cf): with one, "gpj.exe" can be made to read "exe.jpg".
_UNFIT = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
# Zero-width joiners hold emoji and Persian words together and hide nothing.
_JOINERS = "\u200c\u200d"


def safe_name(name: str) -> str:
    """Return the last part of a file name without control and direction characters, at most 150 long."""
    last = _SEPARATORS.split(name)[-1]
    kept = "".join(c for c in last if c in _JOINERS or unicodedata.category(c) not in _UNFIT)
    # Leading dots hide a file, trailing ones are dropped by Windows, which may change what it is.
    kept = " ".join(kept.split()).strip(". ")
    return _shortened(kept) if kept.strip(_JOINERS) else _NAMELESS


def _shortened(name: str) -> str:
    if len(name) <= MOST_NAME:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > _LONGEST_SUFFIX:
        return name[:MOST_NAME]
    return f"{stem[: MOST_NAME - len(suffix) - 1]}{dot}{suffix}"
