"""One spelling for all ways to write a word: of rules, and of the texts they are held against.

A text that is normalised is for comparing alone, never for showing. Accents of Latin and Greek letters do not
count, nor does the alphabet from which a letter was borrowed. What carries meaning stays: dots and breves of
Cyrillic letters, voicing marks of kana, vowel signs of Indian and Thai script, hamza.
"""

import re
import unicodedata
from functools import lru_cache

from chat.screening.confusables import CONFUSABLES, LEET, LEET_ONE_AS_L

# Whole phrases in one character, which NFKC would spell out: they would make a text many times as long.
_PHRASES = dict.fromkeys([*range(0x3300, 0x3358), 0xFDFA, 0xFDFB], " ")
# What shows nothing though it is no format character: fillers, the empty Braille pattern, variation selectors, and
# what Unicode keeps free for more of them, which browsers hide already.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U000e0000-\U000e0fff]"
)
# Marks of no script in particular, with which letters are covered; and what Arabic writes or leaves out at will.
_LOOSE_MARK = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0610-\u061a\u0640\u064b-\u0652\u0670\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe20-\ufe2f]"
)
# Normalisation sorts the marks of a letter, in quadratic time: no language puts more of them on one.
_COMBINING = "".join(char for char in map(chr, range(0x300, 0x1F000)) if unicodedata.combining(char))
_PILE = re.compile(f"([{_COMBINING}]{{4}})[{_COMBINING}]+")
_LEETY = re.compile(r"[013457@$]")
_CAPITAL_I_WITHIN = re.compile(r"(?<=[a-zI])I")


def readings(text: str) -> list[str]:
    """The ways to read a text, normalised and without duplicates, the plain one first; at most three.

    The others take digits for letters, in words that hold a letter as well: a `1` once as `i` and once as `l`.
    """
    plain = normalise(text)
    found = [plain]
    if _LEETY.search(plain):
        found.append(_unleeted(plain, LEET))
    look_of_l = _CAPITAL_I_WITHIN.sub("l", text)
    if look_of_l is not text or "1" in plain:
        found.append(_unleeted(normalise(look_of_l), LEET_ONE_AS_L))
    return list(dict.fromkeys(found))


def normalise(text: str) -> str:
    """The text as it is compared: NFKC, case folded, without what is not seen, in Latin where it looks Latin.

    White space of any kind and length becomes one space. At most some five times as long as the text.
    """
    if not text.isascii():
        text = _PILE.sub(r"\1", text.translate(_PHRASES))
        text = unicodedata.normalize("NFKC", text).casefold()
        # Once more, because folding takes letters apart.
        text = unicodedata.normalize("NFC", text).translate(_Fold())
    return " ".join(text.lower().split())


class _Fold:
    """A table for `str.translate`, worked out as characters come."""

    def __getitem__(self, code: int) -> str:
        return _folded(chr(code))


@lru_cache(maxsize=8192)
def _folded(char: str) -> str:
    if char.isascii():
        return char
    if latin := CONFUSABLES.get(char):
        return latin
    if unicodedata.category(char) == "Cf" or _BLANK.match(char) or _LOOSE_MARK.match(char):
        return ""
    base = unicodedata.normalize("NFD", char)[0]
    if base != char and (base.isascii() or unicodedata.name(base, "").startswith("GREEK")):
        return CONFUSABLES.get(base, base)
    return char


def _unleeted(text: str, table: dict[int, int]) -> str:
    return " ".join(_as_letters(word, table) for word in text.split(" "))


def _as_letters(word: str, table: dict[int, int]) -> str:
    # A number is a number.
    return word.translate(table) if any(map(str.isalpha, word)) else word
