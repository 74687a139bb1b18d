"""Text as it may enter: what no database, frame or terminal should have to meet."""

import re

# PostgreSQL refuses NUL, UTF-8 refuses surrogates, and terminals obey the rest.
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")


def clean_text(text: str) -> str:
    r"""Return the text with every ``\r\n`` turned into ``\n``.

    Raises:
        ValueError: the text holds a lone surrogate, or a control character below U+0020
            other than ``\n`` and ``\t``; the message names it and is fit to be shown.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if unfit := _UNFIT.search(text):
        raise ValueError(f"The text holds the character U+{ord(unfit[0]):04X}, which cannot be stored.")
    return text
