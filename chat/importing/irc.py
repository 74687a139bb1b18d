"""IRC logs: what each line of one says. Knows nothing of rooms and accounts.

A line is `[03:41] <nick> text`, `[03:41]  * nick waves` (an action), or `=== nick has joined #ubuntu`
(what the server said; older logs write actions like this, too). The times of a log are taken for UTC.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import BinaryIO, Literal

LONGEST_LINE = 64 * 1024  # bytes; what lies beyond is not read into memory

_CLOCK = r"\[([01]\d|2[0-3]):([0-5]\d)\] +"
_SAID = re.compile(_CLOCK + r"<([^>]+)> ?(.*)")
_DID = re.compile(_CLOCK + r"\* (\S+) *(.*)")
_SYSTEM = re.compile(r"=== ([\w\[\]\\`^{}|-]+) +(\S.*)")
_JOINED_OR_LEFT = re.compile(r"(?:\[\S*\] +)?has (joined|left|quit)\b *(#\S*)?")
# Colours with their numbers, then the characters that no message may hold.
_CONTROL = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Line:
    """Line `number` of a log, counted from 0. Without a nick nobody said it, but the log itself."""

    number: int
    at: datetime
    nick: str | None
    kind: Literal["said", "did", "notice"]
    text: str


def read_log(lines: Iterable[bytes], day: date) -> Iterator[Line]:
    """What the lines of a log say that began on `day`. Empty ones and empty remarks are left out."""
    clock = _Clock(day)
    for number, raw in enumerate(lines):
        text = _CONTROL.sub("", raw.decode("utf-8", "replace")).strip()
        if said := _SAID.fullmatch(text):
            line = Line(number, clock.read(said[1], said[2]), said[3].strip(), "said", said[4].strip())
        elif did := _DID.fullmatch(text):
            line = Line(number, clock.read(did[1], did[2]), did[3], "did", did[4])
        elif system := _SYSTEM.fullmatch(text):
            line = _system_line(number, clock.now, system[1], system[2])
        else:
            line = Line(number, clock.now, None, "notice", text)
        if line.text or line.kind == "did":
            yield line


class _Clock:
    """Turns hours and minutes into times: far back within the day can only be the next day."""

    def __init__(self, day: date) -> None:
        self.now = datetime.combine(day, time(), UTC)

    def read(self, hour: str, minute: str) -> datetime:
        then = self.now.replace(hour=int(hour), minute=int(minute))
        self.now = then + timedelta(days=1) if self.now - then > timedelta(hours=12) else then
        return self.now


def _system_line(number: int, now: datetime, nick: str, text: str) -> Line:
    if moved := _JOINED_OR_LEFT.match(text):
        # Without the address of the person, and without the words of those who leave.
        return Line(number, now, nick, "notice", f"{moved[1]} {moved[2] or ''}".strip())
    return Line(number, now, nick, "notice" if text.startswith("is now known as ") else "did", text)


def bounded_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file, each cut to `LONGEST_LINE` bytes, for a file without line ends must fit, too."""
    while line := file.readline(LONGEST_LINE):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
        yield line


def read_links(lines: Iterable[bytes]) -> dict[int, int]:
    """Which earlier line each line answers, by `1002 1003 -` (line 1003 answers line 1002).

    Of several it is the last; a line linked to itself starts a conversation and answers none. All links are held
    in memory, for they stand in no order. Raises `ValueError` with a sentence for a line that is no link.
    """
    answers: dict[int, int] = {}
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words:
            continue
        if len(words) < 2 or not (words[0].isdigit() and words[1].isdigit()):
            raise ValueError(f"Line {number} should begin with two line numbers.")
        source, answer = sorted((int(words[0]), int(words[1])))
        if source < answer:
            answers[answer] = max(source, answers.get(answer, source))
    return answers
