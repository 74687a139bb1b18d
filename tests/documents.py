"""Reading the project's own documents: their tables, code spans and links."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
PROTOCOL = ROOT / "docs/protocol.md"
ARCHITECTURE = ROOT / "docs/architecture.md"
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def without_fences(text: str) -> str:
    return _FENCE.sub("", text)


def spans(text: str) -> list[str]:
    """What stands in code spans, fenced blocks left out."""
    return _SPAN.findall(without_fences(text))


def links(text: str) -> list[str]:
    return _LINK.findall(_SPAN.sub("", without_fences(text)))


def anchors(text: str) -> set[str]:
    """The anchors that GitHub and Forgejo make of the headings."""
    headings = re.findall(r"^#+ (.+)$", without_fences(text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def table(text: str, first_cell: str) -> list[list[str]]:
    """The rows of all tables whose head begins with `first_cell`."""
    rows: list[list[str]] = []
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[0] == first_cell:
            inside = True
        elif inside and set(cells[0]) != {"-"}:
            rows.append(cells)
    assert rows, f"no table begins with {first_cell}"
    return rows


def named_fields(cell: str) -> dict[str, bool]:
    """The fields a cell names, and whether each must be given: `name`? may be left out."""
    return {name: not optional for name, optional in re.findall(r"`(\w+)`(\?)?", cell)}
