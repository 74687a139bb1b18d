"""Many words and wildcards against one text, in one pass whose length nothing in them can change.

Single words, which most rules are, are looked up in a dictionary. Of the other patterns those are left of which
the text holds a few letters in a row; they are states of one automaton that are advanced together, as the bits of
a number ("Shift-And"): a fixed few operations for each character, with nothing to go back to. A thousand rules
take some milliseconds for 8,000 characters, and a hundredth of that for what people write.
"""

import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from chat.screening.normalising import normalise

LONGEST = 100  # characters
MOST_WILDCARDS = 5

# Scripts that set no spaces between words, or glue endings to them: there every letter may begin or end a word.
_UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\ua4cf\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_MARKS = "".join(
    char
    for char in map(chr, range(0x300, 0x10000))
    if unicodedata.category(char)[0] == "M" and not _IS_UNSPACED.match(char)
)
_WORDS = re.compile(rf"(?:[^\W_{_UNSPACED}]|[{_MARKS}])+")
_PLAIN_WORDS = re.compile(r"[a-z0-9]+")  # the same for ASCII, in a fifth of the time
_GRAM = 4  # letters by which a pattern is looked for first
_EDGE = None  # in place of a character: any that is not of a word


def checked_pattern(text: str) -> str:
    """The pattern as it is stored: its white space made single, else as it was typed.

    Literal but for `*`, which stands for any characters that are no white space, or none. Where a pattern begins
    or ends with a letter or digit, a word must begin or end there too; scripts without spaces have no such edges.

    Raises:
        ValueError: it is empty, too long, has too many wildcards, or nothing in it can be compared.
    """
    pattern = " ".join(text.split())
    if not pattern:
        raise ValueError("A rule needs a word.")
    if len(pattern) > LONGEST:
        raise ValueError(f"A rule has at most {LONGEST} characters.")
    normal = normalise(pattern)
    if normal.count("*") > MOST_WILDCARDS:
        raise ValueError(f"A rule has at most {MOST_WILDCARDS} wildcards.")
    if not normal.strip("* "):
        raise ValueError("A rule needs something besides wildcards and characters that cannot be seen.")
    return pattern


class Matcher:
    """Patterns, as `checked_pattern` gives them, made ready to be looked for together."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._words: dict[str, list[int]] = defaultdict(list)
        self._others: dict[int, list[_Step]] = {}
        # By their length, then themselves: the patterns that cannot occur without them.
        self._grams: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for index, pattern in enumerate(patterns):
            normal = normalise(pattern)
            if _WORDS.fullmatch(normal):
                self._words[normal].append(index)
            else:
                self._others[index] = _steps(normal)
                gram = max(normal.split("*"), key=len)[:_GRAM]
                self._grams[len(gram)][gram].append(index)

    def find(self, text: str) -> set[int]:
        """The indexes of the patterns that occur in a text, which must be normalised."""
        found: set[int] = set()
        if self._words:
            words = (_PLAIN_WORDS if text.isascii() else _WORDS).findall(text)
            for word in self._words.keys() & set(words):
                found.update(self._words[word])
        if possible := self._possible(text):
            automaton = _Automaton()
            for index in possible:
                automaton.add(self._others[index], index)
            found |= automaton.find(text)
        return found

    def _possible(self, text: str) -> set[int]:
        padded = f" {text} "
        possible: set[int] = set()
        for length, grams in self._grams.items():
            there = {padded[start : start + length] for start in range(len(padded) - length + 1)}
            for gram in grams.keys() & there:
                possible.update(grams[gram])
        return possible


@dataclass(slots=True)
class _Step:
    char: str | None
    loops: bool = False  # a wildcard follows


def _steps(normal: str) -> list[_Step]:
    core = normal.strip("*")
    steps = [_Step(_EDGE)] if core[0] == normal[0] and _is_of_word(core[0]) else []
    for char in core:
        if char == "*":
            steps[-1].loops = True
        else:
            steps.append(_Step(char))
    if core[-1] == normal[-1] and _is_of_word(core[-1]):
        steps.append(_Step(_EDGE))
    return steps


def _is_of_word(char: str) -> bool:
    return _WORDS.match(char) is not None


class _Automaton:
    """A bit for each step of each pattern: whether the text so far ends with all up to there."""

    def __init__(self) -> None:
        self._size = 0
        self._firsts = self._edges = self._loops = self._finals = 0
        self._letters: dict[str, int] = defaultdict(int)
        self._owners: dict[int, int] = {}

    def add(self, steps: Sequence[_Step], owner: int) -> None:
        self._firsts |= 1 << self._size
        bit = 0
        for step in steps:
            bit = 1 << self._size
            if step.char is _EDGE:
                self._edges |= bit
            else:
                self._letters[sys.intern(step.char)] |= bit
            if step.loops:
                self._loops |= bit
            self._size += 1
        self._finals |= bit
        self._owners[self._size - 1] = owner

    def find(self, text: str) -> set[int]:
        firsts, finals = self._firsts, self._finals
        # What is found stays found; white space ends a wildcard.
        stays = self._loops | finals
        masks = _Masks(self._letters, self._edges)
        state = 0
        for char in f" {text} ":
            state = (state << 1 | firsts) & masks[char] | state & (finals if char == " " else stays)
        return self._owned(state & finals)

    def _owned(self, bits: int) -> set[int]:
        found = set()
        while bits:
            last = bits.bit_length() - 1
            found.add(self._owners[last])
            bits ^= 1 << last
        return found


class _Masks(dict[str, int]):
    """For each character of a text, the steps that it takes. Of one search: texts bring ever new characters."""

    def __init__(self, letters: dict[str, int], edges: int) -> None:
        super().__init__()
        self._letters, self._edges = letters, edges

    def __missing__(self, char: str) -> int:
        mask = self._letters.get(char, 0)
        if not _is_of_word(char):
            mask |= self._edges
        self[char] = mask
        return mask
