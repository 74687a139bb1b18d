"""What a check says."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """`check` is a word, `sentence` one for the operator: what was seen and, unless it is ok, what to do."""

    check: str
    grade: Grade
    sentence: str


def ok(check: str, sentence: str) -> Finding:
    return Finding(check, Grade.OK, sentence)


def note(check: str, sentence: str) -> Finding:
    return Finding(check, Grade.NOTE, sentence)


def warning(check: str, sentence: str) -> Finding:
    return Finding(check, Grade.WARNING, sentence)


def problem(check: str, sentence: str) -> Finding:
    return Finding(check, Grade.PROBLEM, sentence)


def reason(error: BaseException) -> str:
    """The first line of what an error says, without a full stop, to stand in brackets within a sentence."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].strip().rstrip(".")
