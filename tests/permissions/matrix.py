"""The matrix, read from the text files beside it: a request or command a line, what becomes of it for each kind.

`ok` is what was allowed. A number is the status of a refusal, with its code instead where that is not the usual
one. Of pages `sign-in` leads there, `inactive` to the page of closed accounts, and `form` shows the form again
with what is wrong. An act of the desk is `refused` of its row, or finds `nothing` that this person sees.
Words in angles are names of `company.Company.things`.
"""

from dataclasses import dataclass
from pathlib import Path

from .company import KINDS

FOLDER = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class Line:
    request: str
    outcomes: dict[str, str]

    @property
    def method(self) -> str:
        return self.request.split()[0]

    @property
    def address(self) -> str:
        return self.request.split()[1]

    @property
    def body(self) -> str:
        return " ".join(self.request.split()[2:])


def read(name: str) -> list[Line]:
    """One table. Every line has an outcome for every kind."""
    found = []
    for text in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if not text or text.startswith("#"):
            continue
        request, _, cells = text.partition(" | ")
        outcomes = cells.split()
        assert len(outcomes) == len(KINDS), f"{name}: {text}"
        found.append(Line(" ".join(request.split()), dict(zip(KINDS, outcomes, strict=True))))
    return found


def drawn(lines: list[Line]) -> str:
    """As a table has them: to be judged, and then pasted."""
    width = max((len(line.request) for line in lines), default=0)
    heads = [("#" + " " * (width - 1)) + " | " + " ".join(f"{kind:11}" for kind in KINDS)]
    rows = [
        f"{line.request:{width}} | " + " ".join(f"{line.outcomes[kind]:11}" for kind in KINDS) for line in lines
    ]
    return "\n".join(row.rstrip() for row in heads + rows)


def compare(expected: list[Line], observed: list[Line]) -> None:
    """Fails with what was observed of the lines that differ."""
    wrong = [line for line, stands in zip(observed, expected, strict=True) if line != stands]
    assert not wrong, "other than its table says; if this is right, these are the lines:\n" + drawn(wrong)
